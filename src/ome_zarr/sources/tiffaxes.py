"""From the axes that tifffile names to NGFF's axes in NGFF's order."""

from dataclasses import dataclass
from itertools import pairwise

from ome_zarr.geometry.region import Region

__all__ = ["AxisView", "ngff_name", "view_axes"]

_NAMES = {"T": "t", "C": "c", "S": "c", "Z": "z", "Y": "y", "X": "x"}
"""NGFF's name of tifffile's axes; S are the samples of a pixel, such as red, green and blue."""

_NGFF_ORDER = "tczyx"


@dataclass(frozen=True, slots=True)
class AxisView:
    """How the axes of a file are presented: without single pixels, permuted, samples joined to channels."""

    ndim: int
    """Number of axes in the file."""
    kept: tuple[int, ...]
    """Axes of the file that are presented, in the order of presentation."""
    joined: int | None
    """Position in `kept` of a channel axis that makes one axis with the samples that follow it."""
    names: tuple[str, ...] | None
    """NGFF's names of the presented axes; None if not all are known."""
    note: str
    """What to do about unknown axes, empty if there are none."""

    def present(self, values: tuple[int, ...]) -> tuple[int, ...]:
        """Extents along the axes of the file, as extents along the presented axes."""
        kept = tuple(values[i] for i in self.kept)
        if self.joined is None:
            return kept
        j = self.joined
        return (*kept[:j], kept[j] * kept[j + 1], *kept[j + 2 :])

    def cut(self, region: Region, samples: int) -> list[Region]:
        """Regions along `kept` that together are the presented `region`, one per channel of joined axes.

        Parameters
        ----------
        region
            Of the presented axes.
        samples
            Extent of the sample axis; 1 if nothing is joined.
        """
        j = self.joined
        if j is None:
            return [region]
        a, b = region.start[j], region.stop[j]
        cuts = [a, *range((a // samples + 1) * samples, b, samples), b]
        return [
            Region(
                (*region.start[:j], first // samples, first % samples, *region.start[j + 1 :]),
                (
                    *region.stop[:j],
                    first // samples + 1,
                    first % samples + last - first,
                    *region.stop[j + 1 :],
                ),
            )
            for first, last in pairwise(cuts)
        ]

    def to_file(self, region: Region) -> Region:
        """A region along `kept`, in the file's axes."""
        start, stop = [0] * self.ndim, [1] * self.ndim
        for axis, a, b in zip(self.kept, region.start, region.stop, strict=True):
            start[axis], stop[axis] = a, b
        return Region(tuple(start), tuple(stop))


def ngff_name(letter: str) -> str | None:
    """NGFF's name of an axis of tifffile, None if it has none."""
    return _NAMES.get(letter)


def view_axes(letters: str, shape: tuple[int, ...], file: str) -> AxisView:
    """How to present axes with tifffile's letters.

    Known axes come in NGFF's order. If one is unknown, all keep the file's order, but for samples: they are
    moved in front of the plane that they belong to.

    Parameters
    ----------
    letters, shape
        Of the series.
    file
        Its name, for the note.
    """
    long = [i for i, letter in enumerate(letters) if shape[i] > 1 or letter in "YX"]
    found = [letters[i] for i in long]
    unknown = sorted(set(found) - set(_NAMES))
    if unknown or len(set(found)) < len(found):
        kept = _samples_first(long, letters)
        return AxisView(len(letters), kept, None, None, _note(kept, letters, shape, unknown, file))
    kept = tuple(sorted(long, key=lambda i: (_NGFF_ORDER.index(_NAMES[letters[i]]), letters[i])))
    names = tuple(_NAMES[letters[i]] for i in kept)
    joined = next((i for i, (a, b) in enumerate(pairwise(names)) if a == b), None)
    return AxisView(len(letters), kept, joined, tuple(dict.fromkeys(names)), "")


def _samples_first(axes: list[int], letters: str) -> tuple[int, ...]:
    order = sorted(axes, key=lambda i: letters[i] != "S")
    samples = [i for i in order if letters[i] == "S"]
    others = [i for i in order if letters[i] != "S"]
    plane = next((at for at, i in enumerate(others) if letters[i] == "Y"), len(others))
    return (*others[:plane], *samples, *others[plane:])


def _note(kept: tuple[int, ...], letters: str, shape: tuple[int, ...], unknown: list[str], file: str) -> str:
    shown = "".join(letters[i] for i in kept)
    extents = tuple(shape[i] for i in kept)
    what = f"{', '.join(map(repr, unknown))} unknown" if unknown else "a letter occurs twice"
    return (
        f"axes {shown!r} of {file!r} (shape {extents!r}) have no NGFF names: {what}; name them in this order "
        f"with letters of {_NGFF_ORDER!r}, for example axes={_example(shown)!r}"
    )


def _example(letters: str) -> str:
    """Names for these axes: what is known, and z, t, c, in this order, for what is not."""
    known = [_NAMES.get(letter) for letter in letters]
    free = iter([name for name in "ztc" if name not in known])
    return "".join(name or next(free, "?") for name in known)
