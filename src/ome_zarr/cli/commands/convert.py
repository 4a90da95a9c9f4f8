"""``ome_zarr convert``: an image out of a TIFF, an ``.npy`` file or a zarr array."""

from argparse import ArgumentParser, Namespace
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, cast

from ome_zarr.cli.progress import progress
from ome_zarr.cli.wishes import add_source, add_wishes, wishes_of
from ome_zarr.errors import RecipeError

if TYPE_CHECKING:
    from ome_zarr.api.image import Image
    from ome_zarr.engine.events import Listener
    from ome_zarr.planning.recipe import LabelsWishes

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
    parser.add_argument("--resume", action="store_true", help="go on with what was cut off at TARGET, if anything was")
    parser.add_argument(
        "--on-error",
        choices=("keep", "discard"),
        default="keep",
        help="what becomes of the part that is done when the work fails or is interrupted (default: keep)",
    )
    parser.add_argument(
        "--durable", action="store_true", help="wait until all is on the disk before the image becomes visible"
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
    from ome_zarr.api.write import write

    if arguments.labels is not None:
        return _written_labels(arguments, listener)
    return write(
        arguments.source,
        arguments.target,
        axes=arguments.axes,
        overwrite=arguments.overwrite,
        resume=arguments.resume,
        on_error=arguments.on_error,
        durable=arguments.durable,
        on_event=listener,
        **wishes_of(arguments),
    )


def _written_labels(arguments: Namespace, listener: "Listener | None") -> "Image":
    from ome_zarr.api.write import write_labels

    wishes = wishes_of(arguments)
    if "name" in wishes:
        raise RecipeError(
            f"--name {wishes['name']} and --labels {arguments.labels} both name the labels; leave --name out"
        )
    return write_labels(
        arguments.source,
        arguments.target,
        arguments.labels,
        axes=arguments.axes,
        overwrite=arguments.overwrite,
        on_event=listener,
        **cast("LabelsWishes", wishes),
    )
