"""What is printed about a node: a line for what it is, and some for what it holds."""

from collections.abc import Iterable, Iterator

__all__ = ["Data", "node_lines"]

type Data = tuple[tuple[int, ...], tuple[object, object] | None]
"""Shape of a level, and its least and greatest value where they are known."""


def node_lines(title: str, version: str, specs: Iterable[str], data: Iterable[Data]) -> Iterator[str]:
    """The lines about a node, as ome-zarr-py prints them.

    Parameters
    ----------
    title
        Where the node is, and of which kind.
    version
        Of OME-Zarr, which the node follows.
    specs
        Parts of the specification that the node has.
    data
        Its levels, taken one by one: what is slow to know is told line by line.
    """
    yield title
    yield f" - version: {version}"
    yield " - metadata"
    yield from (f"   - {spec}" for spec in specs)
    yield " - data"
    for shape, extremes in data:
        yield f"   - {shape}" if extremes is None else f"   - {shape} minmax={extremes}"
