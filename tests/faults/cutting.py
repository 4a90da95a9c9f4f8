"""Writes that are cut off after so many tiles."""


class CutOffError(Exception):
    """What ends a write in the middle."""


def after(tiles):
    """A listener that cuts the work off when so many tiles are done."""
    left = [tiles]

    def listen(event):
        left[0] -= type(event).__name__ == "TileDone"
        if left[0] == 0:
            raise CutOffError

    return listen
