"""``ome_zarr convert``: an image out of a TIFF, an ``.npy`` file or a zarr array."""

from argparse import ArgumentParser, Namespace
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING

from ome_zarr.cli.progress import progress
from ome_zarr.cli.wishes import add_source, add_wishes, wishes_of

if TYPE_CHECKING:
    from ome_zarr.api.image import Image
    from ome_zarr.engine.events import Listener

__all__ = ["SUMMARY", "USAGE", "add_arguments", "run"]

SUMMARY = "write an OME-Zarr image, with its pyramid, from another file"
USAGE = "[OPTIONS] SOURCE TARGET"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_source(parser)
    parser.add_argument(
        "target", metavar="TARGET", help="where the image goes: a folder, a .zip or .ozx file, or a URL"
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace what is at TARGET, once the new image is whole"
    )
    add_wishes(parser)


def run(arguments: Namespace) -> None:
    """Write the image, and print its levels."""
    for module in arguments.modules:
        import_module(module)
    with progress(PurePath(arguments.source).name, quiet=bool(arguments.quiet)) as listener:
        image = _written(arguments, listener)
    if not arguments.quiet:
        print(image)


def _written(arguments: Namespace, listener: "Listener | None") -> "Image":
    from ome_zarr.api.write import write, write_labels

    wishes = wishes_of(arguments)
    source, target = arguments.source, arguments.target
    axes, overwrite = arguments.axes, arguments.overwrite
    if arguments.labels is None:
        return write(source, target, axes=axes, overwrite=overwrite, on_event=listener, **wishes)
    return write_labels(source, target, arguments.labels, axes=axes, overwrite=overwrite, on_event=listener, **wishes)
