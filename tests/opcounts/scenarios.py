"""Writes whose operations are counted. `python -m tests.opcounts.scenarios` writes the table anew."""

import json
from pathlib import Path

import numpy as np
import zarr
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.chunks.inventory import INVENTORY_NAME
from ome_zarr.geometry.grid import Grid
from ome_zarr.sources.adapt import as_source
from ome_zarr.storage.in_place import CLAIM_NAME
from ome_zarr.testing.sources import CountingSource
from ome_zarr.testing.stores import CountingStore

TABLE = Path(__file__).parent / "table.json"

ISOTROPIC = [{"z": 2, "y": 2, "x": 2}, {"z": 4, "y": 4, "x": 4}]

SCENARIOS = {
    "2D in squares": {"shape": (512, 512), "axes": "yx", "chunks": 64, "scale_factors": [2, 4, 8]},
    "2D in squares, tight": {
        "shape": (512, 512),
        "axes": "yx",
        "chunks": 64,
        "scale_factors": [2, 4, 8],
        "memory_budget": 200_000,
    },
    "2D in squares, boxes": {
        "shape": (512, 512),
        "axes": "yx",
        "chunks": 64,
        "scale_factors": [2, 4, 8],
        "memory_budget": 130_000,
        "workers": 1,
    },
    "2D in shards": {
        "shape": (512, 512),
        "axes": "yx",
        "chunks": 32,
        "shards": 128,
        "scale_factors": [2, 4],
        "method": "local_mean",
    },
    "2D in strips, out of strips": {
        "shape": (512, 300),
        "axes": "yx",
        "source": (7, 300),
        "chunks": 64,
        "scale_factors": [2, 4],
    },
    "2D of zarr 2": {"shape": (300, 300), "axes": "yx", "chunks": 64, "scale_factors": [2], "version": "0.4"},
    "3D in cubes, all axes": {"shape": (64, 96, 96), "axes": "zyx", "chunks": 16, "scale_factors": ISOTROPIC},
    "3D in cubes, out of planes": {
        "shape": (64, 96, 96),
        "axes": "zyx",
        "source": (1, 96, 96),
        "chunks": 16,
        "scale_factors": ISOTROPIC,
    },
    "3D in cubes, out of planes, tight": {
        "shape": (64, 96, 96),
        "axes": "zyx",
        "source": (1, 96, 96),
        "chunks": 16,
        "scale_factors": ISOTROPIC,
        "memory_budget": 500_000,
        "workers": 1,
    },
    "3D in cubes, means": {
        "shape": (64, 192, 192),
        "axes": "zyx",
        "chunks": 16,
        "scale_factors": ISOTROPIC,
        "method": "local_mean",
    },
    "3D in planes, one thick plane of chunks": {
        "shape": (40, 96, 96),
        "axes": "zyx",
        "chunks": (1, 48, 48),
        "scale_factors": ISOTROPIC,
        "method": "zoom",
    },
    "labels, mode": {
        "shape": (64, 96, 96),
        "axes": "zyx",
        "chunks": 32,
        "scale_factors": ISOTROPIC,
        "kind": "labels",
        "method": "mode",
    },
    "5D": {"shape": (2, 3, 8, 64, 64), "axes": "tczyx", "chunks": (1, 1, 8, 32, 32), "scale_factors": [2, 4]},
    "factors that do not nest": {
        "shape": (120, 120),
        "axes": "yx",
        "chunks": 32,
        "scale_factors": [2, 3, 5],
        "method": "median",
    },
    "an odd image, the rest kept": {
        "shape": (131, 257),
        "axes": "yx",
        "chunks": 50,
        "scale_factors": [2, 3],
        "edge": "partial",
        "method": "local_mean",
    },
    "one level": {"shape": (256, 256), "axes": "yx", "chunks": 64, "scale_factors": []},
}
"""By name: shape of level 0, chunks of a zarr source (absent: NumPy), and the wishes."""


def measure(name: str) -> dict[str, dict[str, object]]:
    """What is planned for a scenario, and what is counted when it is done."""
    wishes = {"workers": 2, "memory_budget": "64 MiB", "compressors": None, **SCENARIOS[name]}
    shape, chunks = wishes.pop("shape"), wishes.pop("source", None)
    pixels = np.random.default_rng(0).integers(1, 1000, shape).astype("u2")
    source = CountingSource(as_source(pixels if chunks is None else zarr.array(pixels, chunks=chunks)))
    store = CountingStore(MemoryStore())
    plan = ome_zarr.plan(source, **wishes)
    ome_zarr.write(source, store, executor="threads", **wishes)
    return {"planned": planned(plan), "counted": counted(source, store)}


def planned(plan: ome_zarr.Plan) -> dict[str, object]:
    """What the plan says, but for memory."""
    return {
        "walks": [f"{walk.kind} {walk.order}" for walk in plan.passes],
        "tasks": plan.cost.tasks,
        "source_reads": round(plan.cost.source_reads, 6),
        "bytes_read": plan.cost.bytes_read,
        "bytes_read_back": plan.cost.bytes_read_back,
        "bytes_written": plan.cost.bytes_written,
        "objects": plan.cost.objects,
    }


def counted(source: CountingSource, store: CountingStore) -> dict[str, object]:
    """What was done to the source and the store."""
    grid = Grid(source.spec.shape, source.spec.chunks or (1,) * source.spec.ndim)
    documents = ("zarr.json", ".zarray", ".zattrs", ".zgroup", ".zmetadata", INVENTORY_NAME, CLAIM_NAME)
    chunks = {key: times for key, times in store.counts.sets.items() if not key.endswith(documents)}
    decoded = sum(times * grid.region(index).size for index, times in source.chunks.items())
    return {
        "source_calls": sum(source.regions.values()),
        "source_bytes": 2 * source.pixels,
        "source_bytes_decoded": 2 * (decoded or source.pixels),
        "chunk_sets": sum(chunks.values()),
        "chunk_bytes_set": sum(store.counts.bytes_written[key] for key in chunks),
        "chunk_gets": sum(times for key, times in store.counts.gets.items() if not key.endswith(documents)),
        "document_sets": sum(store.counts.sets.values()) - sum(chunks.values()),
        "deletes": sum(store.counts.deletes.values()),
    }


def main() -> None:
    """Write the table."""
    table = {name: measure(name) for name in SCENARIOS}
    TABLE.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
