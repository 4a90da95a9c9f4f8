"""``ome_zarr create``: a sample image with labels, made on the spot."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from ome_zarr.cli.progress import progress
from ome_zarr.cli.values import parse_extents
from ome_zarr.errors import RecipeError

if TYPE_CHECKING:
    from ome_zarr.api.image import Image

__all__ = ["SUMMARY", "USAGE", "add_arguments", "run"]

SUMMARY = "write a sample image with labels; nothing is downloaded"
USAGE = "[OPTIONS] PATH"

_VERSION = "0.5"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("path", metavar="PATH", help="where the image goes")
    parser.add_argument(
        "--method",
        choices=["coins", "astronaut", "cells"],
        default="coins",
        help="which sample: 'coins' (default) and 'astronaut' are photographs, 'cells' draws nuclei and membranes in "
        "three dimensions",
    )
    parser.add_argument(
        "--shape", type=parse_extents, metavar="Z,Y,X", help="of 'cells', in pixels (default: 24,512,512)"
    )
    parser.add_argument(
        "--format",
        "--ome-version",
        dest="format",
        metavar="VERSION",
        help="of OME-Zarr: 0.5 (default), 0.4 or 0.6",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace what is at PATH")


def run(arguments: Namespace) -> None:
    """Write the sample, and print its levels."""
    image = _cells(arguments) if arguments.method == "cells" else _photograph(arguments)
    if not arguments.quiet:
        print(image)


def _cells(arguments: Namespace) -> "Image":
    from ome_zarr.api.sample import write_sample

    with progress("cells", quiet=bool(arguments.quiet)) as listener:
        return write_sample(
            arguments.path,
            shape=arguments.shape or (24, 512, 512),
            version=arguments.format or _VERSION,
            overwrite=arguments.overwrite,
            on_event=listener,
        )


def _photograph(arguments: Namespace) -> "Image":
    if arguments.shape:
        raise RecipeError(f"--shape is of --method cells, and {arguments.method!r} has one size; leave --shape out")
    from ome_zarr.api.open import open_image
    from ome_zarr.data import astronaut, coins, write_sample

    write_sample(
        arguments.path,
        {"coins": coins, "astronaut": astronaut}[arguments.method],
        version=arguments.format or _VERSION,
        overwrite=arguments.overwrite,
    )
    return open_image(arguments.path)
