"""The downsampling methods, as members of an enumeration."""

from collections.abc import Iterator
from enum import Enum, EnumType
from functools import cache

from ome_zarr.kernels.methods import method_names

__all__ = ["Methods"]


class _MethodsType(EnumType):
    """Iterates over the registered methods too."""

    def __iter__[T](cls: type[T]) -> Iterator[T]:
        return (cls(name) for name in method_names())  # type: ignore[call-arg] # a member by its value

    def __len__(cls) -> int:
        return len(method_names())


class Methods(Enum, metaclass=_MethodsType):
    """The downsampling methods.

    ``Methods("name")`` also finds a method that was made known with :func:`ome_zarr.register_method`, and
    iterating gives all of them, the built-in ones first.
    """

    RESIZE = "resize"
    NEAREST = "nearest"
    LOCAL_MEAN = "local_mean"
    ZOOM = "zoom"
    MODE = "mode"
    MEDIAN = "median"
    MIN = "min"
    MAX = "max"
    STRIDE = "stride"

    @classmethod
    def _missing_(cls, value: object) -> "Methods | None":
        return _registered_member(value) if isinstance(value, str) and value in method_names() else None


@cache
def _registered_member(name: str) -> Methods:
    """The member that stands for a registered method; one object for one name."""
    member = object.__new__(Methods)
    member._name_ = name.upper()
    member._value_ = name
    return member


Methods.__module__ = "ome_zarr.scale"  # where others find it, and where pickles look for it
