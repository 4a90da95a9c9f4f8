"""Images, groups and what was written into them, for the tests of the doors."""

from pathlib import Path

import numpy as np
import zarr


def ramp(shape: tuple[int, ...], dtype: str = "uint16") -> np.ndarray:
    """Pixels that are all different, as far as the dtype goes."""
    return np.arange(np.prod(shape)).reshape(shape).astype(dtype)


def noise(shape: tuple[int, ...], dtype: str = "uint16", seed: int = 0) -> np.ndarray:
    """Pixels without any pattern."""
    return np.random.default_rng(seed).integers(0, 200, shape).astype(dtype)


def new_group(path: Path, zarr_format: int = 3) -> zarr.Group:
    """An empty group."""
    return zarr.create_group(path / "image.zarr", zarr_format=zarr_format)


def reopened(group: zarr.Group) -> zarr.Group:
    """The same group as somebody else sees it."""
    return zarr.open_group(group.store, path=group.path, mode="r", use_consolidated=False)


def document(group: zarr.Group) -> dict:
    """The metadata of a group, as stored, without the enclosing ``ome``."""
    attributes = reopened(group).attrs.asdict()
    return attributes.get("ome", attributes)


def datasets(group: zarr.Group) -> list[dict]:
    """What the document says of the levels."""
    return document(group)["multiscales"][0]["datasets"]


def scales(group: zarr.Group) -> list[list[float]]:
    """Scale of every level."""
    return [entry["coordinateTransformations"][0]["scale"] for entry in datasets(group)]


def translations(group: zarr.Group) -> list[list[float] | None]:
    """Translation of every level, None where nothing is said."""
    return [
        next((t["translation"] for t in entry["coordinateTransformations"] if t["type"] == "translation"), None)
        for entry in datasets(group)
    ]


def levels(group: zarr.Group) -> list[np.ndarray]:
    """The pixels of every level."""
    opened = reopened(group)
    return [opened[entry["path"]][...] for entry in datasets(group)]


def shapes(group: zarr.Group) -> list[tuple[int, ...]]:
    """The shape of every level."""
    return [level.shape for level in levels(group)]


def everything_in(path: Path) -> list[str]:
    """Every file and folder below a path."""
    return sorted(str(found.relative_to(path)) for found in path.rglob("*"))
