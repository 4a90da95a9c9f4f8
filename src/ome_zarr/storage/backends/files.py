"""The sink for the common case: a new local folder, zarr 3, plain chunks, one well-known compressor.

It writes what the sink of `ome_zarr.storage.backends.zarr` writes, byte for byte, and does not need
zarr-python, whose import takes longer than many an image. Everything else goes to that other sink.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self, cast

import numcodecs.blosc
import numcodecs.zstd
import numpy as np
from numcodecs.abc import Codec

from ome_zarr.chunks.emptiness import is_filled
from ome_zarr.chunks.files import write_file
from ome_zarr.chunks.padding import padded
from ome_zarr.errors import DocumentError, RecipeError
from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.region import Region
from ome_zarr.storage.blocks import check_block
from ome_zarr.storage.directory import check_directory
from ome_zarr.storage.failures import as_target_errors
from ome_zarr.storage.locate import Location, check_not_source
from ome_zarr.storage.protocol import Documents, Json, LevelSpec, ZarrFormat
from ome_zarr.storage.staging import StagedDirectory
from ome_zarr.storage.undo import Undo
from ome_zarr.storage.unfinished import Unfinished

__all__ = ["FileSink", "LevelFiles", "is_plain", "open_file_sink"]

numcodecs.blosc.use_threads = False  # as zarr-python sets it: the threads are ours

_SHUFFLES: Mapping[str, int] = MappingProxyType({"noshuffle": 0, "shuffle": 1, "bitshuffle": 2})


def _blosc(cname: str, clevel: int, shuffle: str, blocksize: int, typesize: int) -> Codec:
    del typesize  # that of the pixels, which `is_plain` sees to
    return numcodecs.blosc.Blosc(cname=cname, clevel=clevel, shuffle=_SHUFFLES[shuffle], blocksize=blocksize)


def _zstd(level: int, checksum: bool) -> Codec:
    return numcodecs.zstd.Zstd(level=level, checksum=checksum)


_CODECS: Mapping[str, tuple[tuple[str, ...], Callable[..., Codec]]] = MappingProxyType(
    {
        "blosc": (("typesize", "cname", "clevel", "shuffle", "blocksize"), _blosc),
        "zstd": (("level", "checksum"), _zstd),
    }
)
"""Compressors by name: the members of their configuration in zarr's order, and what makes one."""


def is_plain(location: Location, levels: Sequence[LevelSpec], zarr_format: ZarrFormat, within: str) -> bool:
    """Whether `FileSink` can write this."""
    local = location.directory is not None and location.root == location.directory and not location.in_group
    return local and zarr_format == 3 and not within and not _is_configured() and all(map(_is_plain_level, levels))


def _is_plain_level(spec: LevelSpec) -> bool:
    plain_pixels = spec.dtype.kind in "biuf" and spec.dtype.isnative and not np.asarray(spec.fill_value).any()
    plain_boxes = spec.shards is None and spec.separator == "/" and spec.dimension_names is not None
    plain_chain = spec.filters == "auto" and spec.serializer == "auto" and not spec.extra
    return plain_pixels and spec.fill_value is not None and plain_boxes and plain_chain and _is_plain_codec(spec)


def _is_plain_codec(spec: LevelSpec) -> bool:
    codecs = spec.compressors
    if codecs is None or not codecs:
        return True
    if isinstance(codecs, str) or len(codecs) > 1:
        return False
    name, configuration = codecs[0].get("name"), codecs[0].get("configuration")
    known = _CODECS.get(str(name))
    if known is None or not isinstance(configuration, Mapping) or set(configuration) != set(known[0]):
        return False
    return configuration.get("typesize", spec.dtype.itemsize) == spec.dtype.itemsize


def _is_configured() -> bool:
    """Whether somebody has told zarr-python how to store chunks, in the process, the environment or a file."""
    if any(name.upper().startswith("ZARR_") for name in os.environ):
        return True
    places = (Path("/etc/zarr"), Path(sys.prefix, "etc", "zarr"), Path("~/.config/zarr").expanduser())
    if any(place.exists() for place in places):
        return True
    zarr = sys.modules.get("zarr")
    return zarr is not None and bool(zarr.config.get("array.write_empty_chunks"))


class LevelFiles:
    """Writes and reads the chunks of an image's levels, each a file of its own.

    Any number of threads may write disjoint regions. It can be pickled, so that other processes write too.

    Parameters
    ----------
    root
        The folder of the image.
    specs
        Its arrays.
    """

    def __init__(self, root: Path, specs: Sequence[LevelSpec]) -> None:
        self._root = root
        self._specs = tuple(specs)
        self._grids = tuple(Grid(spec.shape, spec.chunks) for spec in specs)
        self._codecs = tuple(_compressor(spec) for spec in specs)

    def write(self, level: int, region: Region, block: np.ndarray) -> int:
        """Number of bytes stored for `block`, the pixels of `region`; see `Sink.write`."""
        spec, grid = self._specs[level], self._grids[level]
        check_block(spec, region, block)
        stored = 0
        for index in grid.cells(region):
            part = grid.region(index)
            path = self._path(level, index)
            with as_target_errors(
                f"level {spec.path!r}, pixels {part.start!r} to {part.stop!r}, key {path.relative_to(self._root)!s}"
            ):
                stored += self._write_chunk(level, path, block[part.relative_to(region.start).slices])
        return stored

    def read(self, level: int, region: Region) -> np.ndarray:
        """The stored pixels of `region`; what is not stored has the fill value."""
        grid = self._grids[level]
        pixels = np.zeros(region.shape, self._specs[level].dtype)
        for index in grid.cells(region):
            cell = grid.region(index)
            common = cell.intersect(region)
            chunk = self._read_chunk(level, self._path(level, index))
            if chunk is not None:
                pixels[common.relative_to(region.start).slices] = chunk[common.relative_to(cell.start).slices]
        return pixels

    def __reduce__(self) -> tuple[type[Self], tuple[Path, tuple[LevelSpec, ...]]]:
        return type(self), (self._root, self._specs)

    def _path(self, level: int, index: tuple[int, ...]) -> Path:
        return self._root.joinpath(self._specs[level].path, "c", *map(str, index))

    def _write_chunk(self, level: int, path: Path, block: np.ndarray) -> int:
        spec, codec = self._specs[level], self._codecs[level]
        zero = spec.dtype.type(0)
        if is_filled(block, zero):
            path.unlink(missing_ok=True)
            return 0
        chunk = np.ascontiguousarray(padded(block, spec.chunks, zero))
        data = chunk.astype(spec.dtype.newbyteorder("<"), copy=False)
        encoded = memoryview(data).cast("B") if codec is None else codec.encode(data)
        write_file(path, encoded)
        return len(encoded)

    def _read_chunk(self, level: int, path: Path) -> np.ndarray | None:
        spec, codec = self._specs[level], self._codecs[level]
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            decoded = np.frombuffer(data if codec is None else codec.decode(data), spec.dtype.newbyteorder("<"))
            return decoded.reshape(spec.chunks)
        except (RuntimeError, ValueError) as error:
            raise DocumentError(f"chunk {str(path)!r} cannot be decoded: {error}; write the image again") from error


def _compressor(spec: LevelSpec) -> Codec | None:
    if not spec.compressors:
        return None
    name, configuration = _described(spec.compressors[0])
    return _CODECS[name][1](**configuration)


def _described(codec: object) -> tuple[str, dict[str, Json]]:
    """Name and configuration of a compressor, members in zarr's order; `is_plain` has seen that it is one."""
    document = cast("Mapping[str, Any]", codec)
    name = str(document["name"])
    return name, {key: document["configuration"][key] for key in _CODECS[name][0]}


def array_document(spec: LevelSpec) -> dict[str, Json]:
    """The ``zarr.json`` of an array, member by member as zarr-python writes it.

    Zarr specification, version 3: array metadata.
    """
    serializer: dict[str, Json] = {"name": "bytes"}
    if spec.dtype.itemsize > 1:
        serializer["configuration"] = {"endian": "little"}
    compressors = [_described(codec) for codec in spec.compressors or ()]
    return {
        "shape": list(spec.shape),
        "data_type": spec.dtype.name,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(spec.chunks)}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": spec.dtype.type(0).item(),
        "codecs": [serializer, *({"name": name, "configuration": c} for name, c in compressors)],
        "attributes": {},
        "dimension_names": list(spec.dimension_names or ()),
        "zarr_format": 3,
        "node_type": "array",
        "storage_transformers": [],
    }


def _bytes(document: Mapping[str, Json]) -> bytes:
    return json.dumps(document, indent=2).encode()


def open_file_sink(
    location: Location, levels: Sequence[LevelSpec], *, overwrite: bool = False, origins: Iterable[str] = ()
) -> "FileSink":
    """A sink for an image of which `is_plain` holds; see `ome_zarr.storage.backends.zarr.open_sink`."""
    check_not_source(location, origins)
    directory = location.directory
    if directory is None:
        raise RecipeError(f"target {location.name!r} is no local folder; give the path of one")
    with as_target_errors(f"target {location.name!r}"):
        replaces = check_directory(directory, overwrite=overwrite)
    return FileSink(location.name, directory, levels, replaces=replaces)


class FileSink(Unfinished[Undo]):
    """A `Sink` on a local folder; made by `open_file_sink`. As a context manager it aborts what was not committed."""

    def __init__(self, name: str, directory: Path, levels: Sequence[LevelSpec], *, replaces: bool) -> None:
        super().__init__(name, Undo())
        self._specs = tuple(levels)
        with self._all_or_nothing():
            self._stage = StagedDirectory(directory, self._undo, replaces=replaces)
            for spec in levels:
                write_file(self._stage.path / spec.path / "zarr.json", _bytes(array_document(spec)))
        self._files = LevelFiles(self._stage.path, levels)

    @property
    def writer(self) -> LevelFiles:
        """What stores the levels, for handing to other processes."""
        return self._files

    def write(self, level: int, region: Region, block: np.ndarray) -> int:
        """Number of bytes stored for the pixels of `region`; see `Sink.write`."""
        self._check_open()
        return self._files.write(level, region, block)

    def read(self, level: int, region: Region) -> np.ndarray:
        """The pixels of `region` as they were stored; see `Sink.read`."""
        return self._files.read(level, region)

    def commit(self, documents: Documents) -> None:
        """Make the image visible. If this fails nothing is left, as after `abort`."""
        self._check_open()
        group: dict[str, Json] = {"attributes": documents[""], "zarr_format": 3, "node_type": "group"}
        with self._all_or_nothing():
            write_file(self._stage.path / "zarr.json", _bytes(group))
            self._stage.appear()
        self._finished()
        self._stage.finish()
        self._files = LevelFiles(self._stage.target, self._specs)
