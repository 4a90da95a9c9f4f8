"""`compute=False`: arrays and metadata at once, pixels when they are computed, by whichever scheduler."""

import pickle
from collections.abc import Callable
from pathlib import Path

import cloudpickle
import dask
import dask.array as da
import numpy as np
import pytest
import zarr
from dask.delayed import Delayed
from tests.compat.groups import levels, new_group, noise, shapes

from ome_zarr.writer import (
    write_image,
    write_labels,
    write_multiscale,
    write_multiscale_labels,
)

type Write = Callable[[zarr.Group, bool], list[Delayed]]


def source() -> da.Array:
    return da.from_array(noise((32, 48)), chunks=(8, 16))


def image(group: zarr.Group, compute: bool) -> list[Delayed]:
    return write_image(source(), group, axes="yx", scale_factors=[2, 4], compute=compute)


def image_in_memory(group: zarr.Group, compute: bool) -> list[Delayed]:
    return write_image(noise((32, 48)), group, axes="yx", scale_factors=[2, 4], compute=compute)


def labels(group: zarr.Group, compute: bool) -> list[Delayed]:
    return write_labels(source(), group, "cells", axes="yx", scale_factors=[2, 4], compute=compute)


def multiscale(group: zarr.Group, compute: bool) -> list[Delayed]:
    return write_multiscale([source(), source()[::2, ::2]], group, axes="yx", compute=compute)


def multiscale_labels(group: zarr.Group, compute: bool) -> list[Delayed]:
    return write_multiscale_labels([source(), source()[::2, ::2]], group, "cells", axes="yx", compute=compute)


WRITERS = [image, image_in_memory, labels, multiscale, multiscale_labels]


def written(group: zarr.Group, write: Write) -> zarr.Group:
    """The group of the image or of the labels."""
    return group["labels/cells"] if "labels" in write.__name__ else group


def expected(write: Write, path: Path) -> list[np.ndarray]:
    """The levels, written at once."""
    group = new_group(path / "expected")
    assert write(group, True) == []
    return levels(written(group, write))


def computed_by(scheduler: str) -> Callable[[list[Delayed]], object]:
    return lambda delayed: dask.compute(*delayed, scheduler=scheduler)


SCHEDULERS = {
    "threads": computed_by("threads"),
    "synchronous": computed_by("synchronous"),
    "unoptimized": lambda delayed: da.compute(*delayed, optimize_graph=False),
    "one by one": lambda delayed: [level.compute() for level in delayed],
    "pickled": lambda delayed: dask.compute(*pickle.loads(cloudpickle.dumps(delayed))),
}


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_the_levels_are_those_written_at_once(write: Write, scheduler: str, tmp_path: Path) -> None:
    group = new_group(tmp_path)
    delayed = write(group, False)
    SCHEDULERS[scheduler](delayed)
    pairs = zip(levels(written(group, write)), expected(write, tmp_path), strict=True)
    assert all(np.array_equal(*pair) for pair in pairs)


def test_other_processes_can_do_the_work(tmp_path: Path) -> None:
    images, labelled = new_group(tmp_path / "image"), new_group(tmp_path / "labels")
    delayed = [*image(images, False), *multiscale_labels(labelled, False)]
    dask.compute(*delayed, scheduler="processes", num_workers=1)
    made = [*levels(images), *levels(written(labelled, multiscale_labels))]
    wanted = [*expected(image, tmp_path / "a"), *expected(multiscale_labels, tmp_path / "b")]
    assert all(np.array_equal(*pair) for pair in zip(made, wanted, strict=True))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_cluster_can_do_the_work(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    group = new_group(tmp_path)
    delayed = image(group, False)
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address="127.0.0.1:0"
        ) as cluster,
        distributed.Client(cluster),
    ):
        dask.compute(*delayed)
    pairs = zip(levels(group), expected(image, tmp_path), strict=True)
    assert all(np.array_equal(*pair) for pair in pairs)


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_arrays_and_metadata_are_there_on_return(write: Write, tmp_path: Path) -> None:
    group = new_group(tmp_path)
    delayed = write(group, False)
    assert len(delayed) == len(shapes(written(group, write)))
    assert all(isinstance(level, Delayed) for level in delayed)
    assert not any(level.any() for level in levels(written(group, write)))


@pytest.mark.parametrize("write", [image, labels, multiscale, multiscale_labels], ids=lambda write: write.__name__)
@pytest.mark.parametrize("compute", [True, False])
def test_the_source_is_evaluated_once(
    write: Write, compute: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def counted(block: np.ndarray) -> np.ndarray:
        seen.append(block.size)
        return block

    counting = source().map_blocks(counted, dtype="uint16", meta=np.empty((0, 0), "uint16"))
    monkeypatch.setitem(globals(), "source", lambda: counting)
    dask.compute(*write(new_group(tmp_path), compute))
    assert len(seen) == counting.npartitions


def test_a_zip_file_is_written_at_once_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="zip file"):
        write_image(noise((8, 8)), tmp_path / "image.zip", axes="yx", scale_factors=[], compute=False)
    assert not (tmp_path / "image.zip").exists()
