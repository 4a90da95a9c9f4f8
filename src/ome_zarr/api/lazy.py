"""A mapping whose values are opened when they are asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from ome_zarr.errors import NotFoundError

__all__ = ["LazyMapping"]


class LazyMapping[T](Mapping[str, T]):
    """Names, and what each one opens; opened once, when it is first asked for.

    Parameters
    ----------
    names
        In their order.
    open_one
        Opens what a name stands for.
    what
        How messages call one of them.
    """

    def __init__(self, names: Iterable[str], open_one: Callable[[str], T], what: str) -> None:
        self._opened: dict[str, T | None] = dict.fromkeys(names)
        self._open_one = open_one
        self._what = what

    def __getitem__(self, name: str) -> T:
        if name not in self._opened:
            raise MissingNameError(f"there is no {self._what} {name!r}; there are {list(self._opened)!r}")
        found = self._opened[name]
        if found is None:
            found = self._opened[name] = self._open_one(name)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._opened

    def __iter__(self) -> Iterator[str]:
        return iter(self._opened)

    def __len__(self) -> int:
        return len(self._opened)

    def __repr__(self) -> str:
        return f"<{self._what}s {list(self._opened)!r}>"


class MissingNameError(NotFoundError, KeyError):
    """There is nothing of that name; a `KeyError`, as mappings raise it."""

    __str__ = NotFoundError.__str__
