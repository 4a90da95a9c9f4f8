"""``ome_zarr download``: everything at a path or URL, copied as it is."""

from argparse import ArgumentParser, Namespace

__all__ = ["SUMMARY", "USAGE", "add_arguments", "run"]

SUMMARY = "copy an image, a plate or a scene, byte for byte, into a folder"
USAGE = "[OPTIONS] PATH"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("path", metavar="PATH", help="what is copied: a folder, a .zip or .ozx file, or a URL")
    parser.add_argument(
        "--output", default=".", metavar="FOLDER", help="where the copy goes, by the name that PATH has (default: here)"
    )


def run(arguments: Namespace) -> None:
    """Copy, and say what."""
    from ome_zarr._doors.downloading import told_download

    told_download(arguments.path, arguments.output, _say_nothing if arguments.quiet else print)


def _say_nothing(line: str) -> None:
    del line
