"""Documents that claim too much are opened, or refused, in little time and memory."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import ome_zarr

PIXELS = np.zeros((16, 16), "u1")
_MOST_SECONDS, _MOST_BYTES = 1.0, 64 << 20

PROBE = """
import sys, time
import ome_zarr
from ome_zarr.cli.nodes import find_nodes
from ome_zarr.errors import OmeZarrError
from ome_zarr.reader import Reader
from ome_zarr.io import parse_url

def by_open(path):
    image = ome_zarr.open(path)
    repr(image), image.levels, image.label_names

def by_info(path):
    for node in find_nodes(path):
        list(node.lines(stats=False))

def by_reader(path):
    location = parse_url(path)
    for node in Reader(location)() if location else ():
        repr(node.data)

def by_dask(path):
    for level in ome_zarr.open(path).levels:
        level.dask

def peak():
    return next(int(line.split()[1]) << 10 for line in open("/proc/self/status") if line.startswith("VmHWM"))

good, hostile = sys.argv[1:]
reads = [by_open, by_info, by_reader, by_dask]
for read in reads:
    read(good)
before = peak()
for read in reads:
    began = time.process_time()
    try:
        read(hostile)
    except OmeZarrError:
        pass
    print(read.__name__, time.process_time() - began)
print("peak", peak() - before)
"""


def group(folder: Path) -> dict:
    return json.loads((folder / "zarr.json").read_text())


def changed(folder: Path, change: Callable[[dict], object]) -> None:
    document = group(folder)
    change(document)
    (folder / "zarr.json").write_text(json.dumps(document))


def an_immense_shape(folder: Path) -> None:
    changed(folder / "s0", lambda d: d.update(shape=[2**62, 2**62]))


def a_million_chunks_per_axis(folder: Path) -> None:
    changed(folder / "s0", lambda d: d.update(shape=[10**6, 10**6]))
    changed(folder / "s0", lambda d: d["chunk_grid"]["configuration"].update(chunk_shape=[1, 1]))


def immense_chunks(folder: Path) -> None:
    changed(folder / "s0", lambda d: d["chunk_grid"]["configuration"].update(chunk_shape=[2**62, 2**62]))


def many_levels(folder: Path) -> None:
    def add(document: dict) -> None:
        multiscale = document["attributes"]["ome"]["multiscales"][0]
        multiscale["datasets"] = [{**multiscale["datasets"][0], "path": f"s{i}"} for i in range(20_000)]

    changed(folder, add)


def many_axes(folder: Path) -> None:
    def add(document: dict) -> None:
        multiscale = document["attributes"]["ome"]["multiscales"][0]
        multiscale["axes"] = [{"name": f"a{i}"} for i in range(20_000)]

    changed(folder, add)


def a_document_of_thirty_megabytes(folder: Path) -> None:
    changed(folder, lambda d: d["attributes"].update(more="x" * (30 << 20)))


def a_deep_document(folder: Path) -> None:
    text = (folder / "zarr.json").read_text()
    deep = '{"a": ' * 10**5 + "1" + "}" * 10**5
    (folder / "zarr.json").write_text(text.replace('"attributes":', f'"deep": {deep}, "attributes":', 1))


HOSTILE = {
    "a shape of 2^62": an_immense_shape,
    "a million chunks per axis": a_million_chunks_per_axis,
    "chunks of 2^62": immense_chunks,
    "20,000 levels": many_levels,
    "20,000 axes": many_axes,
    "30 MB of JSON": a_document_of_thirty_megabytes,
    "JSON of depth 100,000": a_deep_document,
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is asked of Linux")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_document_that_claims_too_much_costs_little(name, tmp_path):
    for path in ("good.zarr", "hostile.zarr"):
        ome_zarr.write(PIXELS, tmp_path / path, axes="yx", levels=1)
    HOSTILE[name](tmp_path / "hostile.zarr")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROBE, tmp_path / "good.zarr", tmp_path / "hostile.zarr"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    *reads, (_, nbytes) = [line.split() for line in done.stdout.splitlines()]
    assert len(reads) == 4
    assert not [read for read in reads if float(read[1]) > _MOST_SECONDS]
    assert int(nbytes) <= _MOST_BYTES
