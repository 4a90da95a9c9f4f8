"""Everything that OME-Zarr can be, small, in a folder."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import zarr
import zarr.codecs

import ome_zarr

PIXELS = np.arange(2 * 64 * 64, dtype="uint16").reshape(2, 64, 64)


def files(path: Path) -> dict[str, bytes]:
    """Everything below a path."""
    return {found.relative_to(path).as_posix(): found.read_bytes() for found in path.rglob("*") if found.is_file()}


def image(path: Path, version: str = "0.5", **wishes: object) -> Path:
    """An image with labels, chunks that are not there, and attributes that are not ours."""
    pixels = PIXELS.copy()
    pixels[:, :32] = 0
    ome_zarr.write(pixels, path, axes="cyx", scale_factors=[2], version=version, chunks=16, **wishes)
    ome_zarr.write_labels((PIXELS[0] % 5).astype("uint8"), path, "cells", axes="yx")
    zarr.open_group(path, mode="r+").update_attributes({"ours": {"not": ["ome"]}})
    return path


def plate(path: Path, version: str = "0.5", named: Sequence[str] = ("A/1", "A/2", "A/3")) -> Path:
    """Two wells with two fields each; the others that are named are not there."""
    zarr_format = 2 if version == "0.4" else 3
    root = zarr.create_group(path, zarr_format=zarr_format)
    wells = [{"path": name, "rowIndex": 0, "columnIndex": i} for i, name in enumerate(named)]
    names = {"rows": [{"name": "A"}], "columns": [{"name": name} for name in "123"], "wells": wells}
    root.attrs.update(enclosed({"plate": names}, version))
    for name in ("A/1", "A/2"):
        well = root.require_group(name)
        well.attrs.update(enclosed({"well": {"images": [{"path": "0"}, {"path": "1"}]}}, version))
        for field in "01":
            image(path / name / field, version)
    return path


def enclosed(body: dict, version: str) -> dict:
    return body if version == "0.4" else {"ome": {"version": version, **body}}


def scene(path: Path) -> Path:
    """Two images, and a field of displacements that only a transformation names."""
    path.mkdir()
    links = [
        {"type": "identity", "input": {"path": "a", "name": "physical"}, "output": {"name": "world"}},
        {
            "type": "sequence",
            "transformations": [{"type": "displacements", "path": "fields/warp"}],
            "input": {"path": "b", "name": "physical"},
            "output": {"name": "world"},
        },
    ]
    body = {"version": "0.6", "scene": {"coordinateTransformations": links}}
    (path / "zarr.json").write_text(json.dumps(group(body)))
    zarr.create_array(path / "fields" / "warp", shape=(4, 4), chunks=(2, 2), dtype="f4")[...] = 1
    image(path / "a")
    image(path / "b")
    return path


def collection(path: Path) -> Path:
    """Two series, as bioformats2raw writes them."""
    (path / "OME").mkdir(parents=True)
    (path / "zarr.json").write_text(json.dumps(group({"version": "0.5", "bioformats2raw.layout": 3})))
    (path / "OME" / "zarr.json").write_text(json.dumps(group({"version": "0.5"})))
    (path / "OME" / "METADATA.ome.xml").write_text("<OME/>")
    image(path / "0")
    image(path / "1")
    return path


def group(body: dict) -> dict:
    return {"zarr_format": 3, "node_type": "group", "attributes": {"ome": body}}


KINDS: dict[str, Callable[[Path], Path]] = {
    "image 0.4": lambda path: image(path, "0.4"),
    "image 0.5": image,
    "image 0.6": lambda path: image(path, "0.6"),
    "shards": lambda path: image(path, shards=32, compressors=zarr.codecs.GzipCodec()),
    "plate 0.4": lambda path: plate(path, "0.4"),
    "plate 0.5": plate,
    "scene": scene,
    "collection": collection,
}
