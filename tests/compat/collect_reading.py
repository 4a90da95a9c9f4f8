"""Write down what ome-zarr-py's reader says of some stores, which are made here with zarr alone. Facts only.

Run by an interpreter in whose environment that release of ome-zarr-py is installed, and not this package::

    python tests/compat/collect_reading.py > tests/compat/reading-0.21.0.json

The tests do the same with this package, and compare.
"""

import json
import logging
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import zarr

from ome_zarr.io import ZarrLocation, parse_url
from ome_zarr.reader import OMERO, Multiscales, Node, Plate, Reader, Well

type Json = dict[str, object]

AXES = [
    {"name": "c", "type": "channel"},
    {"name": "y", "type": "space", "unit": "micrometer"},
    {"name": "x", "type": "space", "unit": "micrometer"},
]
CHANNELS = [
    {"label": "DNA", "color": "0000FF", "active": True, "window": {"min": 0, "max": 255, "start": 3, "end": 99.5}},
    {"label": "RNA", "color": "ff8000", "active": False, "window": {"min": 0, "max": 255, "start": 0, "end": 7}},
]
COLORS = [{"label-value": 1, "rgba": [255, 0, 51, 255]}, {"label-value": 4, "rgba": [0, 102, 0, 0]}]
PROPERTIES = [{"label-value": 1, "class": "nucleus", "area": 3.5}, {"label-value": 4, "class": "debris"}]


def transformations(level: int, ndim: int) -> list[Json]:
    """Scale and translation of a level whose last two axes are halved with every level."""
    scale = [1.0] * (ndim - 2) + [0.5 * 2**level] * 2
    found: list[Json] = [{"type": "scale", "scale": scale}]
    if level:
        found.append({"type": "translation", "translation": [0.0] * (ndim - 2) + [0.25 * (2**level - 1)] * 2})
    return found


def make_image(
    group: zarr.Group,
    version: str,
    shape: tuple[int, ...],
    *,
    axes: object = None,
    seed: int = 0,
    dtype: str = "uint16",
    name: str | None = None,
    **parts: object,
) -> zarr.Group:
    """An image of two levels without any meaning, as documents of a version describe it."""
    separator = "." if version == "0.1" else "/"
    encoding = {"name": "v2", "separator": separator} if group.metadata.zarr_format == 2 else None
    datasets: list[Json] = []
    for level in range(2):
        extents = (*shape[:-2], *(n >> level for n in shape[-2:]))
        pixels = np.random.default_rng(seed + level).integers(0, 200, extents).astype(dtype)
        chunks = (*(1 for _ in extents[:-2]), *(min(n, 8) for n in extents[-2:]))
        array = group.create_array(
            str(level), shape=extents, chunks=chunks, dtype=dtype, chunk_key_encoding=encoding, compressors=None
        )
        array[...] = pixels
        datasets.append({"path": str(level)})
        if version >= "0.4":
            datasets[-1]["coordinateTransformations"] = transformations(level, len(extents))
    multiscale: Json = {"datasets": datasets}
    multiscale |= {} if name is None else {"name": name}
    multiscale |= {} if axes is None else {"axes": axes}
    multiscale |= {"version": version} if version < "0.5" else {}
    describe(group, version, {"multiscales": [multiscale], **parts})
    return group


def describe(group: zarr.Group, version: str, parts: Json) -> None:
    """Write parts of a document where a version has them."""
    group.attrs.update(parts if version < "0.5" else {"ome": {"version": version, **parts}})


def make_labels(group: zarr.Group, version: str) -> None:
    """Two labels images of an image: one described in full, one hardly."""
    labels = group.create_group("labels")
    describe(labels, version, {"labels": ["cells", "spots", "lost"]})
    full = {"colors": COLORS, "properties": PROPERTIES, "source": {"image": "../../"}}
    stamp = {"version": version} if version < "0.5" else {}
    for name, said in (("cells", full), ("spots", {})):
        parts = {"image-label": stamp | said}
        make_image(labels.create_group(name), version, (16, 12), axes=AXES[1:], dtype="uint8", name=name, **parts)


def make_plate(group: zarr.Group, version: str) -> None:
    """Two rows of three columns, three wells of three fields each, of which one is not there at all."""
    wells = [("A", 0, "1", 0), ("B", 1, "1", 0), ("B", 1, "3", 2)]
    indices = version >= "0.4"
    entries = [
        {"path": f"{row}/{column}"} | ({"rowIndex": i, "columnIndex": j} if indices else {})
        for row, i, column, j in wells
    ]
    plate: Json = {
        "name": "screen",
        "rows": [{"name": "A"}, {"name": "B"}],
        "columns": [{"name": "1"}, {"name": "2"}, {"name": "3"}],
        "wells": entries,
        "acquisitions": [{"id": 0, "name": "first"}],
    }
    describe(group, version, {"plate": plate | ({"version": version} if version < "0.5" else {})})
    axes = None if version < "0.3" else AXES if version >= "0.4" else ["c", "y", "x"]
    shape = (1, 2, 1, 16, 12) if version < "0.3" else (2, 16, 12)
    for number, (row, _, column, _) in enumerate(wells):
        well = group.create_group(f"{row}/{column}")
        images = [{"path": "0", "acquisition": 0}, {"path": "1", "acquisition": 0}, {"path": "2", "acquisition": 0}]
        describe(well, version, {"well": {"images": images} | ({"version": version} if version < "0.5" else {})})
        for field in range(3):
            child = well.create_group(str(field))
            make_image(child, version, shape, axes=axes, seed=10 * number + field, omero={"channels": CHANNELS})


def stores(folder: Path) -> Iterator[tuple[str, ZarrLocation | None]]:
    """The places that are looked at, by name."""

    def group(name: str, zarr_format: int = 2) -> zarr.Group:
        return zarr.create_group(folder / f"{name}.zarr", zarr_format=zarr_format)

    make_image(group("0.1"), "0.1", (2, 2, 1, 16, 12), omero={"channels": CHANNELS}, name="old")
    make_image(group("0.2"), "0.2", (1, 1, 3, 16, 12))
    make_image(group("0.3"), "0.3", (3, 16, 12), axes=["z", "y", "x"], name="named")
    for version, zarr_format in (("0.4", 2), ("0.5", 3)):
        image = group(version, zarr_format)
        make_image(image, version, (2, 16, 12), axes=AXES, name="image", omero={"channels": CHANNELS})
        make_labels(image, version)
        make_plate(group(f"{version} plate", zarr_format), version)
        grey = {"channels": [CHANNELS[0], {"color": "FFFFFF", "window": {"start": 1}}], "rdefs": {"model": "greyscale"}}
        make_image(group(f"{version} grey", zarr_format), version, (2, 16, 12), axes=AXES, omero=grey)
        bare = group(f"{version} bare", zarr_format)
        make_image(bare, version, (16, 12), axes=AXES[1:], omero={"channels": [{}]}, extra=1)
        nothing = group(f"{version} nothing", zarr_format)
        nothing.attrs["other"] = {"a": 1}
        yield from (
            (f"{version} labels", parse_url(folder / f"{version}.zarr" / "labels")),
            (f"{version} label", parse_url(folder / f"{version}.zarr" / "labels" / "cells")),
            (f"{version} well", parse_url(folder / f"{version} plate.zarr" / "B" / "1")),
            (f"{version} field", parse_url(folder / f"{version} plate.zarr" / "B" / "1" / "2")),
            (f"{version} array", parse_url(folder / f"{version}.zarr" / "0")),
        )
    make_plate(group("0.2 plate"), "0.2")
    make_plate(group("0.3 plate"), "0.3")
    memory = zarr.storage.MemoryStore()
    make_image(zarr.create_group(memory, path="a/b"), "0.5", (2, 16, 12), axes=AXES, omero={"channels": CHANNELS})
    yield "memory", parse_url(zarr.storage.StorePath(memory, "a/b"))
    yield "missing", parse_url(folder / "missing.zarr")
    yield from ((path.stem, parse_url(str(path))) for path in sorted(folder.glob("*.zarr")))


def told(location: ZarrLocation | None, folder: str) -> Json | None:
    """What a place below a folder says, and every node that is found there."""
    if location is None:
        return None
    return {
        "exists": location.exists(),
        "basename": location.basename(),
        "version": location.version,
        "fmt": repr(location.fmt),
        "mode": location.mode,
        "root_attrs": location.root_attrs,
        "zgroup": location.zgroup,
        "zarray": location.zarray,
        "last part": location.parts()[-1],
        "nodes": [told_of_node(node, folder) for node in Reader(location)()],
    }


def told_of_node(node: Node, folder: str) -> Json:
    """What a node says."""
    found: Json = {
        "repr": repr(node).replace(folder, ""),
        "visible": node.visible,
        "specs": [type(spec).__name__ for spec in node.specs],
    }
    found["metadata"] = {str(key): plain(value) for key, value in node.metadata.items()}
    found["before"] = [repr(child).replace(folder, "") for child in node.pre_nodes]
    found["after"] = [repr(child).replace(folder, "") for child in node.post_nodes]
    found["data"] = [[list(a.shape), str(a.dtype), zlib.crc32(np.ascontiguousarray(a.compute()))] for a in node.data]
    written: dict = {}
    node.write_metadata(written)
    found["written"] = written
    multiscales, omero = node.load(Multiscales), node.load(OMERO)
    plate, well = node.first(Plate), node.first(Well)
    if multiscales is not None:
        found["datasets"] = multiscales.datasets
        found["chunks"] = [[list(sizes) for sizes in multiscales.array(path).chunks] for path in multiscales.datasets]
    if omero is not None:
        found["image_data"] = omero.image_data
    if plate is not None:
        names = ("rows", "columns", "row_names", "col_names", "well_paths", "row_count", "column_count", "axes")
        found["plate"] = {
            name: getattr(plate, name) for name in (*names, "first_field_path", "img_paths", "plate_data")
        }
        found["tile"] = plate.get_tile_path(1, 1, 2)
        found["type"] = [str(plate.numpy_type), str(plate.get_numpy_type(node))]
        found["grid"] = list(plate.get_stitched_grid(1, (*node.data[1].shape[:-2], 8, 6)).shape)
    if well is not None:
        names = ("ds_paths", "img_shape", "img_pyramid_shapes", "well_data")
        found["well"] = {name: plain(getattr(well, name)) for name in names}
    return found


def plain(value: object) -> object:
    """As JSON has it: keys are text, sequences are lists."""
    return json.loads(json.dumps(value))


def collected(folder: Path) -> Json:
    """Everything, by the name of the store."""
    place = str(folder.resolve())
    return {name: plain(told(location, place)) for name, location in stores(folder)}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as made:
        lines = [f"{json.dumps(name)}: {json.dumps(said)}" for name, said in collected(Path(made)).items()]
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")
