"""OME-Zarr 0.1: five axes that need no names, and nothing about where pixels are. It is only read."""

from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.multiscale import Multiscale
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.versions import classic
from ome_zarr.metadata.versions.version import Version

__all__ = ["V01", "multiscale_from_node"]

_AXES = Axes.parse("tczyx", 5)
"""The axes of every image: "t", "c", "z", "y" and "x"."""


def multiscale_from_node(node: Node) -> Multiscale:
    """The model of a multiscale; if it names axes, as some do, those are taken."""
    return (
        classic.multiscale_with_axes(node, _AXES) if node.find("axes") is None else classic.multiscale_from_node(node)
    )


V01 = Version(name="0.1", zarr_format=2, multiscale_from_node=multiscale_from_node)
"""OME-Zarr 0.1."""
