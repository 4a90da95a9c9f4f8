"""``ome_zarr info``: what an image is, its levels and its labels."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ome_zarr.api.image import Image, Level
    from ome_zarr.metadata.axes import Axis
    from ome_zarr.metadata.omero import Channel

__all__ = ["SUMMARY", "USAGE", "add_arguments", "describe", "run"]

SUMMARY = "say what an OME-Zarr image is: axes, levels, channels, labels"
USAGE = "[OPTIONS] PATH"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("path", metavar="PATH", help="the image: a folder, a .zip or .ozx file, or a URL")


def run(arguments: Namespace) -> None:
    """Print the image, and each of its labels images."""
    from ome_zarr.api.image import open_image

    image = open_image(arguments.path)
    print("\n\n".join(map(describe, (image, *image.labels.values()))))


def describe(image: "Image") -> str:
    """An image in words and a table."""
    from ome_zarr.planning.explain import table

    facts = (
        ("labels" if image.image_label else "image", image.location.name),
        ("name", image.name or ""),
        ("format", f"OME-Zarr {image.version}, zarr {image.group.metadata.zarr_format}"),
        ("axes", ", ".join(map(_axis, image.axes))),
        ("method", image.multiscale.type or ""),
        ("channels", ", ".join(map(_channel, image.channels))),
        ("colors", _colors(image)),
        ("labels", ", ".join(image.label_names)),
    )
    lines = [f"{name:{_NAME_WIDTH}}{fact}" for name, fact in facts if fact]
    return "\n".join([*lines, "", table([_HEADS, *map(_row, image)])])


_NAME_WIDTH = len("channels  ")
_HEADS = ("level", "shape", "dtype", "chunks", "shards", "scale", "translation")


def _row(level: "Level") -> tuple[str, ...]:
    return (
        level.path,
        _by(level.shape),
        level.dtype.name,
        _by(level.chunks),
        _by(level.shards) if level.shards else "-",
        _listed(level.scale),
        _listed(level.translation),
    )


def _axis(axis: "Axis") -> str:
    kind = ", ".join(filter(None, (axis.type, axis.unit)))
    return f"{axis.name} ({kind})" if kind else axis.name


def _channel(channel: "Channel") -> str:
    color = f" (#{channel.color})" if channel.color else ""
    return f"{channel.label or 'unnamed'}{color}"


def _colors(image: "Image") -> str:
    count = len(image.image_label.colors) if image.image_label else 0
    return f"of {count} values" if count else ""


def _by(numbers: tuple[int, ...]) -> str:
    return " × ".join(map(str, numbers))


def _listed(numbers: tuple[float, ...]) -> str:
    return ", ".join(f"{n:g}" for n in numbers)
