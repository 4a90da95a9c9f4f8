"""``ome_zarr clean``: remove what is left of writes that were cut off."""

from argparse import ArgumentParser, Namespace

__all__ = ["SUMMARY", "USAGE", "add_arguments", "run"]

SUMMARY = "remove what is left of the writing of images that was cut off"
USAGE = "[OPTIONS] PATH"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("path", metavar="PATH", help="an image that was being written, or a folder with such images")
    parser.add_argument("--list", action="store_true", help="name the images, and remove nothing")


def run(arguments: Namespace) -> None:
    """Print the images whose unfinished parts are removed."""
    from ome_zarr.api.resume import clean

    for target in clean(arguments.path, dry_run=arguments.list):
        if arguments.list or not arguments.quiet:
            print(target)
