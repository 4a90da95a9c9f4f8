"""The places on disk or in a store that an object of some library reads from."""

from collections.abc import Callable

import numpy as np

__all__ = ["origins_of"]

_NOWHERE: frozenset[str] = frozenset()


def origins_of(data: object) -> frozenset[str]:
    """Identities (see `ome_zarr.chunks.store_identity`) of what `data` is read from; none if unknown.

    Knows memory maps and views of them, zarr arrays, h5py data sets and TensorStore. Imports none of these
    libraries: an object can only come from one that is loaded already.
    """
    if isinstance(data, np.ndarray):
        return _of_ndarray(data)
    find = _FINDERS.get(type(data).__module__.partition(".")[0])
    return _NOWHERE if find is None else find(data)


def _of_ndarray(array: np.ndarray) -> frozenset[str]:
    owner: object = array
    while isinstance(owner, np.ndarray):
        if isinstance(owner, np.memmap) and owner.filename is not None:
            return _file(str(owner.filename))
        owner = owner.base
    return _NOWHERE


def _file(path: str) -> frozenset[str]:
    from ome_zarr.chunks.path import path_identity

    return frozenset({path_identity(path)})


def _of_zarr(data: object) -> frozenset[str]:
    import zarr

    from ome_zarr.chunks.identity import array_identity

    return frozenset({array_identity(data)}) if isinstance(data, zarr.Array) else _NOWHERE


def _of_h5py(data: object) -> frozenset[str]:
    import h5py

    return _file(data.file.filename) if isinstance(data, h5py.Dataset) else _NOWHERE


def _of_tensorstore(data: object) -> frozenset[str]:
    import tensorstore as ts

    if not isinstance(data, ts.TensorStore) or data.kvstore is None:
        return _NOWHERE
    url: str = data.kvstore.url
    path = url.removeprefix("file://")
    return _file(path) if path != url else frozenset({url.rstrip("/")})


def _of_ours(data: object) -> frozenset[str]:
    from ome_zarr.sources.stored import StoredPixels

    return frozenset({data.identity}) if isinstance(data, StoredPixels) else _NOWHERE


_FINDERS: dict[str, Callable[[object], frozenset[str]]] = {
    "zarr": _of_zarr,
    "h5py": _of_h5py,
    "tensorstore": _of_tensorstore,
    "ome_zarr": _of_ours,
}
