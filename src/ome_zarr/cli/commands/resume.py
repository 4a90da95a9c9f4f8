"""``ome_zarr resume``: go on with a write that was cut off."""

from argparse import ArgumentParser, Namespace
from importlib import import_module
from pathlib import PurePath

from ome_zarr.cli.progress import progress
from ome_zarr.cli.wishes import add_modules

__all__ = ["SUMMARY", "USAGE", "add_arguments", "run"]

SUMMARY = "go on with the writing of an image that was cut off"
USAGE = "[OPTIONS] TARGET"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("target", metavar="TARGET", help="the image that was being written")
    parser.add_argument(
        "--source", metavar="SOURCE", help="its pixels, where they have been moved or were no file that is known"
    )
    add_modules(parser)


def run(arguments: Namespace) -> None:
    """Write the rest of the image, and print its levels."""
    from ome_zarr.api.resume import resume

    for module in arguments.modules:
        import_module(module)
    with progress(PurePath(arguments.target).name, quiet=bool(arguments.quiet)) as listener:
        image = resume(arguments.target, source=arguments.source, on_event=listener)
    if not arguments.quiet:
        print(image)
