"""What is done about a part of a document that is malformed and not needed to show the pixels."""

import warnings
from collections.abc import Callable, Container, Iterable
from pathlib import Path

from ome_zarr.errors import DocumentError, DocumentWarning
from ome_zarr.metadata.jsonvalue import JsonObject
from ome_zarr.metadata.node import Node

__all__ = ["rest_of", "tolerated", "tolerated_each", "tolerated_items", "warn_of_document"]

_PACKAGE = str(Path(__file__).parents[1])


def warn_of_document(message: str) -> None:
    """Warn of something odd in a document, at the line outside this package that asked for it."""
    warnings.warn(message, DocumentWarning, skip_file_prefixes=(_PACKAGE,))


def tolerated[T, D](node: Node | None, parse: Callable[[Node], T], default: D) -> T | D:
    """The part as `parse` understands it; the default where it is missing or malformed.

    Only documents are tolerated: a malformed wish of a caller stays an error.

    Parameters
    ----------
    node
        The part, or None where there is none.
    parse
        What makes a model of it.
    default
        What stands for it otherwise.

    Warns
    -----
    DocumentWarning
        The part is malformed.
    """
    if node is None:
        return default
    try:
        return parse(node)
    except DocumentError as error:
        warn_of_document(f"{error}. This part is left out")
        return default


def tolerated_items(node: Node | None) -> tuple[Node, ...]:
    """The entries of a list that may be missing; none if it is, or is malformed, as in `tolerated`."""
    return tolerated(node, Node.items, ())


def tolerated_each[T](items: Iterable[Node], parse: Callable[[Node], T]) -> tuple[T, ...]:
    """The entries of a list as `parse` understands them, without those that are malformed.

    Wishes and warnings as in `tolerated`.
    """
    entries: list[T] = []
    for item in items:
        entries += tolerated(item, lambda entry: [parse(entry)], [])
    return tuple(entries)


def rest_of(node: Node, known: Container[str]) -> JsonObject:
    """The members of an object that no model knows, without those that cannot be written as JSON (NaN, say).

    Wishes and warnings as in `tolerated`.
    """
    rest: JsonObject = {}
    for key, member in node.others(known).items():
        try:
            rest[key] = member.plain()
        except DocumentError as error:
            warn_of_document(f"{error}. This part is left out")
    return rest
