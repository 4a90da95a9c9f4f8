"""The options that say how an image is to be written, and the wishes that they are."""

import re
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, cast

from ome_zarr.cli.values import (
    parse_box,
    parse_compressor,
    parse_factors,
    parse_levels,
    parse_list,
    parse_per_axis,
    parse_units,
    parse_whole,
    parse_windows,
    parse_yes,
)

if TYPE_CHECKING:  # a recipe imports NumPy, which help needs not
    from ome_zarr.planning.recipe import Wishes

__all__ = ["METHODS", "add_modules", "add_source", "add_wishes", "as_options", "wishes_of"]

METHODS = ("resize", "nearest", "local_mean", "zoom", "mode", "median", "min", "max", "stride")
"""The built-in methods, written down so that help needs not import them."""


class _Option(NamedTuple):
    """An option and the field of the recipe that it sets."""

    flags: tuple[str, ...]
    field: str
    parse: Callable[[str], object]
    metavar: str
    help: str


_GROUPS: dict[str, tuple[_Option, ...]] = {
    "levels": (
        _Option(
            ("--scale-factors",),
            "scale_factors",
            parse_factors,
            "FACTORS",
            "factors against level 0, one entry per level: '2,4,8' for y and x, or by axis, 'z=2,y=2,x=2 z=4,y=4,x=4', "
            "in short 'zyx=2 zyx=4'",
        ),
        _Option(
            ("--levels",),
            "levels",
            parse_levels,
            "N",
            "instead of factors: the number of levels, level 0 included, or 'auto' (default)",
        ),
        _Option(
            ("--method",),
            "method",
            str,
            "NAME",
            f"downsampling: {', '.join(METHODS)} (default: resize, for labels nearest)",
        ),
        _Option(
            ("--edge",),
            "edge",
            str,
            "RULE",
            "pixels beyond the last whole window: 'trim' leaves them out (default), 'partial' makes one more pixel",
        ),
    ),
    "meaning": (
        _Option(
            ("--scale",),
            "scale",
            parse_per_axis,
            "SIZES",
            "physical size of a pixel: '0.5,0.1,0.1' in storage order, or 'z=0.5,yx=0.1' (default: as SOURCE says)",
        ),
        _Option(
            ("--translation",),
            "translation",
            parse_per_axis,
            "PLACE",
            "where the centre of the first pixel lies, written like --scale",
        ),
        _Option(("--units",), "units", parse_units, "UNITS", "units by axis: 'zyx=micrometer,t=second'"),
        _Option(("--name",), "name", str, "NAME", "of the image (default: as SOURCE says, else from TARGET)"),
        _Option(("--channel-names",), "channel_names", parse_list, "NAMES", "one name per channel: 'nuclei,membranes'"),
        _Option(("--channel-colors",), "channel_colors", parse_list, "COLORS", "one colour per channel: 'blue,00FF00'"),
        _Option(
            ("--channel-windows",),
            "channel_windows",
            parse_windows,
            "RANGES",
            "grey values shown darkest and brightest, per channel: '100:4000,100:900'",
        ),
    ),
    "storage": (
        _Option(
            ("--chunks",),
            "chunks",
            parse_box,
            "SHAPE",
            "of a chunk: '64,256,256' for the last axes, 'z=64,yx=256', or one number (default: by shape and dtype)",
        ),
        _Option(
            ("--shards",), "shards", parse_box, "SHAPE", "of a shard, a multiple of the chunk (default: no shards)"
        ),
        _Option(
            ("--compressor",),
            "compressors",
            parse_compressor,
            "CODEC",
            "'auto' (default), 'none', 'zstd[:LEVEL]', 'gzip[:LEVEL]', 'blosc[:CNAME[,LEVEL[,SHUFFLE]]]'",
        ),
        _Option(
            ("--checksum",),
            "checksum",
            parse_yes,
            "yes|no",
            "'yes' (default): four bytes at the end of every chunk, by which readers notice damage; not in zarr 2, and "
            "not in codecs that are named",
        ),
        _Option(
            ("--ome-version", "--format"),
            "version",
            str,
            "VERSION",
            "of OME-Zarr: '0.5', in zarr 3 (default), or '0.4', in zarr 2",
        ),
    ),
    "work": (
        _Option(
            ("--memory",),
            "memory_budget",
            str,
            "BYTES",
            "for pixels in work, such as '512 MiB' (default: a quarter of what is free, at most 2 GiB)",
        ),
        _Option(
            ("--workers",), "workers", parse_whole, "N", "regions in work at once (default: the number of processors)"
        ),
    ),
}


def add_source(parser: ArgumentParser) -> None:
    """Add what is to be written, and what its axes are."""
    parser.add_argument(
        "source", metavar="SOURCE", help="a TIFF or .npy file, a zarr array or an OME-Zarr image (its level 0)"
    )
    parser.add_argument(
        "--axes", metavar="AXES", help="of SOURCE in storage order, such as 'czyx' (default: as it says)"
    )
    parser.add_argument(
        "--labels", metavar="NAME", help="SOURCE names objects: they become the labels NAME of the image at TARGET"
    )
    add_modules(parser)


def add_modules(parser: ArgumentParser) -> None:
    """Add the modules that are imported before anything else."""
    parser.add_argument(
        "--import",
        dest="modules",
        action="append",
        default=[],
        metavar="MODULE",
        help="Python module to import first, such as one that registers a method",
    )


def add_wishes(parser: ArgumentParser) -> None:
    """Add an option for every field of `Recipe` that can be said at a shell."""
    for title, options in _GROUPS.items():
        group = parser.add_argument_group(title)
        for option in options:
            group.add_argument(
                *option.flags,
                dest=option.field,
                type=option.parse,
                metavar=option.metavar,
                default=SUPPRESS,
                nargs="+" if option.field == "scale_factors" else None,
                help=option.help,
            )


def wishes_of(arguments: Namespace) -> "Wishes":
    """The fields of `Recipe` that were given."""
    given = {
        option.field: getattr(arguments, option.field)
        for option in chain.from_iterable(_GROUPS.values())
        if hasattr(arguments, option.field)
    }
    if "scale_factors" in given:
        given["scale_factors"] = list(chain.from_iterable(given["scale_factors"]))
    return cast("Wishes", given)


_FLAGS = {option.field: option.flags[0] for option in chain.from_iterable(_GROUPS.values())}
_FLAGS |= {name: f"--{name}" for name in ("axes", "overwrite", "resume", "source")}
_KEYWORD = re.compile(rf"\b({'|'.join(_FLAGS)})=('[^']*'|[\w.]+)?")


def as_options(message: str) -> str:
    """A message with the keywords that it names written as options: ``axes='zyx'`` as ``--axes zyx``."""
    return _KEYWORD.sub(_as_option, message)


def _as_option(keyword: re.Match[str]) -> str:
    value = (keyword[2] or "").strip("'")
    return _FLAGS[keyword[1]] if value in ("", "True") else f"{_FLAGS[keyword[1]]} {value}"
