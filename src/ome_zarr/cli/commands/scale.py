"""``ome_zarr scale``: an image with its pyramid, made of a zarr array."""

from argparse import ArgumentParser, Namespace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from ome_zarr.cli.progress import progress
from ome_zarr.cli.values import parse_whole
from ome_zarr.cli.wishes import METHODS
from ome_zarr.errors import RecipeError

if TYPE_CHECKING:
    from ome_zarr.planning.recipe import Wishes

__all__ = ["SUMMARY", "USAGE", "add_arguments", "run"]

SUMMARY = "write an OME-Zarr image, with its pyramid, from a zarr array"
USAGE = "[OPTIONS] ARRAY TARGET AXES"

_NO_PYRAMID = "laplacian"
"""Was offered once; it gives the differences between levels, not levels."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("input_array", metavar="ARRAY", help="path or URL of the array")
    parser.add_argument("output_directory", metavar="TARGET", help="where the image goes")
    parser.add_argument("axes", metavar="AXES", help="of the array in storage order, such as 'zyx' or 'tczyx'")
    parser.add_argument("--copy-metadata", action="store_true", help="copy the attributes of ARRAY to the image")
    parser.add_argument(
        "--method", choices=[*METHODS, _NO_PYRAMID], default="resize", help="downsampling (default: resize)"
    )
    parser.add_argument(
        "--in-place", action="store_true", help="put the image in the place of ARRAY; TARGET must be the same path"
    )
    parser.add_argument(
        "--downscale", type=parse_whole, default=2, metavar="N", help="from level to level, along y and x (default: 2)"
    )
    parser.add_argument(
        "--max_layer", type=parse_whole, default=4, metavar="N", help="levels besides the first (default: 4)"
    )


def run(arguments: Namespace) -> None:
    """Write the image."""
    from ome_zarr.api.array_image import array_attributes, replace_by_image, write_with_attributes

    wishes = _wishes(arguments)
    attributes = array_attributes(arguments.input_array) if arguments.copy_metadata else {}
    if arguments.copy_metadata:
        print(f"copying attribute keys: {list(attributes)}")
    with progress(PurePath(arguments.input_array).name, quiet=bool(arguments.quiet)) as listener:
        if arguments.in_place:
            _check_same(arguments.input_array, arguments.output_directory)
            replace_by_image(
                arguments.input_array, axes=arguments.axes, attributes=attributes, on_event=listener, **wishes
            )
            return
        write_with_attributes(
            arguments.input_array,
            arguments.output_directory,
            axes=arguments.axes,
            attributes=attributes,
            on_event=listener,
            **wishes,
        )


def _wishes(arguments: Namespace) -> "Wishes":
    if arguments.method == _NO_PYRAMID:
        raise RecipeError(
            f"--method {_NO_PYRAMID} makes no images of lower resolution; give one of {', '.join(METHODS)}"
        )
    if arguments.downscale < 2 or arguments.max_layer < 0:
        raise RecipeError(
            f"--downscale is {arguments.downscale} and --max_layer {arguments.max_layer}; give 2 or more, and 0 or more"
        )
    factors = [arguments.downscale**level for level in range(1, arguments.max_layer + 1)]
    return {"scale_factors": factors, "method": arguments.method}


def _check_same(array: str, target: str) -> None:
    if Path(array).resolve() != Path(target).resolve():
        raise RecipeError(
            f"--in-place puts the image in the place of {array!r}, and the target is {target!r}; give the same path "
            "twice, or leave --in-place out"
        )
