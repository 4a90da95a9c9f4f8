"""Groups and arrays are found by their paths, in every kind of place, with as few requests as there can be."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import zarr
from zarr.storage import LocalStore, MemoryStore, ZipStore

from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.errors import DocumentError, NotFoundError, UnreachableError
from ome_zarr.storage.documents import GroupDocument
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.key_reader import MAX_DOCUMENT_BYTES
from ome_zarr.storage.locate import locate
from ome_zarr.testing.stores import CountingStore, FaultyStore

PIXELS = np.arange(24, dtype="u2").reshape(4, 6)


def fill(store, zarr_format):
    group = zarr.open_group(store, mode="w", zarr_format=zarr_format, attributes={"told": 1})
    inner = group.create_group("inner", attributes={"told": 2})
    array = inner.create_array("a", shape=PIXELS.shape, chunks=(2, 3), dtype=PIXELS.dtype, attributes={"told": 3})
    array[...] = PIXELS


def folder(tmp_path, zarr_format):
    fill(LocalStore(tmp_path / "x.zarr"), zarr_format)
    return tmp_path / "x.zarr"


def archive(tmp_path, zarr_format):
    return shutil.make_archive(str(tmp_path / "x"), "zip", folder(tmp_path, zarr_format))


def memory(tmp_path, zarr_format):
    store = MemoryStore()
    fill(store, zarr_format)
    return store


def wrapped(tmp_path, zarr_format):
    return CountingStore(memory(tmp_path, zarr_format))


def group_object(tmp_path, zarr_format):
    return zarr.open_group(folder(tmp_path, zarr_format), mode="r")


def zip_store(tmp_path, zarr_format):
    return ZipStore(archive(tmp_path, zarr_format), mode="r")


@pytest.fixture(params=[folder, archive, memory, wrapped, group_object, zip_store])
def place(request):
    return request.param


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_groups_and_arrays_are_read_in_every_kind_of_place(place, zarr_format, tmp_path):
    hierarchy = Hierarchy(locate(place(tmp_path, zarr_format)))
    assert hierarchy.group().attributes == {"told": 1}
    assert (hierarchy / "inner").group().attributes == {"told": 2}
    document = hierarchy.array("inner/a", zarr_format)
    assert document.shape == (4, 6)
    array = (hierarchy / "inner").open_array("a", document)
    assert (array[...] == PIXELS).all()
    assert array.attrs.asdict() == {"told": 3}


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_what_is_not_there_is_said_to_be_missing(place, zarr_format, tmp_path):
    hierarchy = Hierarchy(locate(place(tmp_path, zarr_format)))
    assert hierarchy.find_group("labels") is None
    with pytest.raises(NotFoundError, match=r"no zarr group at .*labels"):
        hierarchy.group("labels")
    with pytest.raises(NotFoundError, match=r"no zarr . array at .*inner/b"):
        hierarchy.array("inner/b", zarr_format)


@pytest.mark.parametrize("first", ["group", "array"])
@pytest.mark.parametrize("zarr_format", [2, 3])
def test_whatever_is_at_a_path_is_found_as_what_it_is(place, zarr_format, first, tmp_path):
    hierarchy = Hierarchy(locate(place(tmp_path, zarr_format)))
    assert isinstance(hierarchy.find("inner", first=first), GroupDocument)
    assert isinstance(hierarchy.find("inner/a", first=first), ArrayDocument)
    assert hierarchy.find("inner/b", first=first) is None
    assert hierarchy.find("inner/b", zarr_format, first=first) is None


def test_a_group_of_format_3_takes_one_request_and_an_array_one(tmp_path):
    store = wrapped(tmp_path, 3)
    hierarchy = Hierarchy(locate(store))
    store.counts.gets.clear()
    hierarchy.open_array("inner/a", hierarchy.array("inner/a", hierarchy.group().zarr_format))
    assert store.counts.gets == {"zarr.json": 1, "inner/a/zarr.json": 1}


def test_a_group_of_format_2_takes_two_requests_where_the_format_is_known(tmp_path):
    store = wrapped(tmp_path, 2)
    hierarchy = Hierarchy(locate(store))
    store.counts.gets.clear()
    hierarchy.group("inner", 2)
    hierarchy.array("inner/a", 2)
    assert store.counts.gets == {"inner/.zattrs": 1, "inner/.zgroup": 1, "inner/a/.zarray": 1}


def test_several_arrays_are_read_in_their_order(tmp_path):
    hierarchy = Hierarchy(locate(wrapped(tmp_path, 3)))
    assert [document.shape for document in hierarchy.arrays(["inner/a"] * 3, 3)] == [(4, 6)] * 3


def test_an_array_is_no_group(tmp_path):
    with pytest.raises(NotFoundError, match="is a zarr array, not a group"):
        Hierarchy(locate(folder(tmp_path, 3))).group("inner/a")


def test_a_document_that_is_too_large_is_refused_unread(tmp_path):
    path = folder(tmp_path, 3)
    with (path / "zarr.json").open("wb") as file:
        file.truncate(MAX_DOCUMENT_BYTES + 1)
    with pytest.raises(DocumentError, match="larger than 16 MiB"):
        Hierarchy(locate(path)).group()


def test_a_file_that_is_no_zip_file_is_refused(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"no zip")
    with pytest.raises(DocumentError, match="no zip file"):
        Hierarchy(locate(tmp_path / "x.zip")).group()


def test_a_zip_file_that_is_missing_is_said_to_be_missing(tmp_path):
    with pytest.raises(NotFoundError, match="no file"):
        Hierarchy(locate(tmp_path / "x.zip")).group()


def test_a_store_that_fails_is_unreachable_not_empty(tmp_path):
    store = FaultyStore(memory(tmp_path, 3), 0, lambda: ConnectionResetError("gone"), lambda _: True)
    with pytest.raises(UnreachableError, match=r"zarr.json.*gone"):
        Hierarchy(locate(store)).group()


def test_an_array_with_an_unknown_codec_is_refused_when_it_is_opened(tmp_path):
    path = folder(tmp_path, 3)
    document = json.loads((path / "inner/a/zarr.json").read_text())
    document["codecs"].append({"name": "nobody.knows", "configuration": {}})
    (path / "inner/a/zarr.json").write_text(json.dumps(document))
    hierarchy = Hierarchy(locate(path))
    with pytest.raises(DocumentError, match=r"inner/a.*nobody.knows"):
        hierarchy.open_array("inner/a", hierarchy.array("inner/a", 3))


def test_documents_of_folders_and_zip_files_are_read_without_importing_zarr(tmp_path):
    code = (
        "import sys; from ome_zarr.storage.hierarchy import Hierarchy; from ome_zarr.storage.locate import locate\n"
        "for path in sys.argv[1:]: Hierarchy(locate(path)).group(); Hierarchy(locate(path)).array('inner/a', 3)\n"
        "sys.exit('zarr' in sys.modules)"
    )
    paths = [str(folder(tmp_path, 3)), archive(tmp_path / "zipped", 3)]
    assert subprocess.run([sys.executable, "-c", code, *paths], check=False).returncode == 0
