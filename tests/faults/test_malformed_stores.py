"""Whatever a store says, reading it ends with pixels or with an error that names the place: never in a crash,
never outside the image."""

import copy
import json
import random
import shutil
import sys
import tracemalloc
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import ome_zarr
from ome_zarr.errors import DocumentError, NotFoundError, OmeZarrError

PIXELS = np.arange(2 * 16 * 12, dtype="u2").reshape(2, 16, 12)
VERSIONS = ["0.4", "0.5", "0.6"]


def good(folder, version):
    image = ome_zarr.write(
        PIXELS, folder, axes="cyx", version=version, levels=2, chunks=8, channel_names=["a", "b"], name="good"
    )
    ome_zarr.write_labels((PIXELS[0] > 9).astype("u1"), image, "big", image_label={"colors": [{"label-value": 1}]})
    return folder


def explore(target):
    """Everything that one would look at."""
    opened = ome_zarr.open(target)
    repr(opened)
    opened._repr_html_()
    for image in (opened, *opened.labels.values()):
        for level in image.levels:
            level.to_world(np.zeros(level.ndim))
            np.asarray(level)
            repr(level.dask)
    return opened


def documents(folder):
    """The JSON documents of a store that say something."""
    named = [path for path in sorted(folder.rglob("*")) if path.name in ("zarr.json", ".zattrs", ".zarray")]
    return [path for path in named if json.loads(path.read_text()) and not path.with_name(".zarray").exists()] + [
        path for path in named if path.name == ".zarray"
    ]


def body(document):
    return document.get("attributes", document).get("ome", document)


@contextmanager
def changed(folder, version, name=None):
    """The document of the image (or of one of its arrays), to be changed and written back."""
    metadata, array = {"0.4": (".zattrs", ".zarray")}.get(version, ("zarr.json", "zarr.json"))
    path = folder / metadata if name is None else folder / name / array
    document = json.loads(path.read_text())
    yield document
    path.write_text(json.dumps(document))


def multiscale(document):
    return body(document)["multiscales"][0]


def with_path(path):
    return lambda document: multiscale(document)["datasets"][0].__setitem__("path", path)


IMAGE_FAULTS = {
    "no multiscales": lambda d: body(d).__setitem__("multiscales", []),
    "multiscales of text": lambda d: body(d).__setitem__("multiscales", "x"),
    "multiscales of numbers": lambda d: body(d).__setitem__("multiscales", [7]),
    "no datasets": lambda d: multiscale(d).__setitem__("datasets", []),
    "datasets of text": lambda d: multiscale(d).__setitem__("datasets", "s0"),
    "a dataset of null": lambda d: multiscale(d).__setitem__("datasets", [None]),
    "too many levels": lambda d: multiscale(d).__setitem__(
        "datasets", [multiscale(d)["datasets"][0] | {"path": f"s{i}"} for i in range(100)]
    ),
    "a level that is not there": with_path("s9"),
    "a level that is a group": with_path("labels"),
    "another version": lambda d: d.get("attributes", {}).get("ome", multiscale(d)).__setitem__("version", "99.9"),
    "a version of numbers": lambda d: d.get("attributes", {}).get("ome", multiscale(d)).__setitem__("version", 5),
}

ARRAY_FAULTS = {
    "a negative extent": lambda d: d.__setitem__("shape", [-2, 16, 12]),
    "an extent of text": lambda d: d.__setitem__("shape", ["2", 16, 12]),
    "an extent beyond all numbers": lambda d: d.__setitem__("shape", [2**70, 16, 12]),
    "one axis too few": lambda d: d.__setitem__("shape", [16, 12]),
    "no shape": lambda d: d.pop("shape"),
    "too many pixels for any memory": lambda d: d.__setitem__("shape", [2**40, 2**20, 2]),
    "no such dtype": lambda d: d.update({"dtype": "<q9", "data_type": "uint7"}),
    "objects as pixels": lambda d: d.update({"dtype": "|O", "data_type": "object"}),
    "an unknown codec": lambda d: d.update({"compressor": {"id": "nobody"}, "codecs": [{"name": "nobody.knows"}]}),
    "codecs of text": lambda d: d.update({"compressor": "x", "codecs": "x"}),
    "another zarr": lambda d: d.__setitem__("zarr_format", 4),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("fault", IMAGE_FAULTS)
def test_a_fault_in_the_document_of_an_image_is_named(version, fault, tmp_path):
    folder = good(tmp_path / "image.zarr", version)
    good(tmp_path / "other.zarr", version)
    with changed(folder, version) as document:
        IMAGE_FAULTS[fault](document)
    with pytest.raises((DocumentError, NotFoundError)):
        explore(folder)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("fault", ARRAY_FAULTS)
def test_a_fault_in_the_document_of_an_array_is_named(version, fault, tmp_path):
    folder = good(tmp_path / "image.zarr", version)
    with changed(folder, version, "s0") as document:
        ARRAY_FAULTS[fault](document)
    with pytest.raises(OmeZarrError, match="s0"):
        explore(folder)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"a": ' * 50_000, b"\xff\xfe\x00"])
def test_a_damaged_document_is_named_wherever_it_is(version, content, tmp_path):
    folder = good(tmp_path / "image.zarr", version)
    for path in documents(folder):
        before = path.read_bytes()
        path.write_bytes(content)
        with pytest.raises((DocumentError, NotFoundError)):
            explore(folder)
        path.write_bytes(before)
    explore(folder)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_damaged_chunk_is_named(version, tmp_path):
    folder = good(tmp_path / "image.zarr", version)
    chunks = [path for path in (folder / "s0").rglob("*") if path.is_file() and path.name[0].isdigit()]
    for path in chunks:
        before = path.read_bytes()
        path.write_bytes(before[:-5])
        with pytest.raises(DocumentError, match="s0"):
            explore(folder)
        path.write_bytes(before)


@pytest.mark.parametrize("chunks", [[2**30, 2**30, 2**30], [2**62, 1, 1]])
def test_absurd_chunks_are_an_error_not_a_memory(chunks, tmp_path):
    folder = good(tmp_path / "image.zarr", "0.5")
    with changed(folder, "0.5", "s0") as document:
        document["chunk_grid"]["configuration"]["chunk_shape"] = chunks
    with pytest.raises(OmeZarrError):
        explore(folder)


def test_a_shard_of_absurdly_many_chunks_is_refused_at_once(tmp_path):
    folder = tmp_path / "image.zarr"
    ome_zarr.write(PIXELS, folder, axes="cyx", levels=1, chunks=(1, 4, 4), shards=(2, 8, 8))
    with changed(folder, "0.5", "s0") as document:
        document["chunk_grid"]["configuration"]["chunk_shape"] = [2**20, 2**20, 2**20]
        document["codecs"][0]["configuration"]["chunk_shape"] = [1, 1, 1]
    with pytest.raises(DocumentError, match="chunks"):
        explore(folder)


OPENED: list[str] | None = None


def listen(event, arguments):
    if OPENED is not None and event == "open" and isinstance(arguments[0], str | bytes | Path):
        OPENED.append(str(arguments[0]))


def values():
    return [
        None,
        True,
        0,
        -1,
        2**70,
        1e308,
        "",
        "..",
        "../../secret.zarr/s0",
        "/",
        "a\0b",
        [],
        [[]],
        {},
        {"a": 1},
        "s0",
    ]


def places(value, path=()):
    """The path of everything in a document."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield from places(below, (*path, key))


def replaced(document, path, value):
    document = copy.deepcopy(document)
    *above, last = path
    node = document
    for key in above:
        node = node[key]
    node[last] = value
    return document


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("seed", range(8))
def test_whatever_stands_in_any_place_nothing_else_is_raised_and_nothing_outside_is_read(version, seed, tmp_path):
    global OPENED  # noqa: PLW0603 - audit hooks cannot be taken back
    sys.addaudithook(listen)
    folder = good(tmp_path / "image.zarr", version)
    good(tmp_path / "secret.zarr", version)
    draw = random.Random(seed)
    tracemalloc.start()
    for _ in range(25):
        file = draw.choice(documents(folder))
        before = file.read_bytes()
        document = json.loads(before)
        path = draw.choice([path for path in places(document) if path])
        file.write_text(json.dumps(replaced(document, path, draw.choice(values()))))
        OPENED = []
        try:
            explore(folder)
        except OmeZarrError as error:
            assert str(error)  # noqa: PT017 - which one it is does not matter
        finally:
            looked_at, OPENED = OPENED, None
            file.write_bytes(before)
        assert not [path for path in looked_at if "secret.zarr" in path]
    assert tracemalloc.get_traced_memory()[1] < 64 << 20
    tracemalloc.stop()
    shutil.rmtree(tmp_path / "secret.zarr")
