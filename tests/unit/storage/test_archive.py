"""A zip file that is no image's is refused before its entries are read."""

import struct
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest

import ome_zarr
from ome_zarr.api.download import download
from ome_zarr.errors import DocumentError
from ome_zarr.storage.archive import open_archive


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    ome_zarr.write(np.zeros((16, 16), "u1"), tmp_path / "image.ozx", axes="yx", levels=1)
    return tmp_path / "image.ozx"


def refused(path: Path, message: str) -> None:
    """Whoever opens it gets the same error."""
    for read in (open_archive, ome_zarr.open, lambda found: download(found, found.parent / "copies")):
        with pytest.raises(DocumentError, match=message):
            read(path)
    assert not (path.parent / "copies").exists()


def test_an_image_is_opened(packed):
    with open_archive(packed) as archive:
        assert "zarr.json" in archive.namelist()


def test_two_entries_of_one_name_are_refused(packed):
    with zipfile.ZipFile(packed, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("zarr.json", "{}")
    refused(packed, "two entries 'zarr.json'")


def test_an_entry_that_stands_for_a_thousand_times_its_bytes_is_refused(packed):
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("s0/c/9/9", bytes(32 << 20))
    refused(packed, "entry 's0/c/9/9' of .* bytes stands for 33554432")


@pytest.mark.parametrize("in_64", [False, True])
def test_a_directory_of_gigabytes_is_refused(packed, in_64):
    data = bytearray(packed.read_bytes())
    at = data.rfind(b"PK\5\6")
    count, size = 0xFFFF, 0xFFFFFFF0
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, size, 0, 0)
    end_64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 2**40, 2**40, 2**46, 0)
    pointer = struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    packed.write_bytes(data[:at] + (end_64 + pointer if in_64 else b"") + end)
    refused(packed, "its directory has")


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"PK\5\6", b"no zip file", b"PK\6\7" + bytes(16) + b"PK\5\6" + bytes(18)]
)
def test_what_is_no_zip_file_is_named(tmp_path, content):
    (tmp_path / "a.ozx").write_bytes(content)
    with pytest.raises(DocumentError, match=r"a\.ozx"):
        open_archive(tmp_path / "a.ozx").namelist().index("zarr.json")


def test_names_that_lead_out_are_not_extracted(packed, tmp_path):
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("../escaped", "boo")
    with pytest.raises(DocumentError, match="escaped"):
        download(packed, tmp_path / "copies")
    assert not list(tmp_path.rglob("escaped"))
