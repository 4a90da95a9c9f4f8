"""Messages name places without passwords and signatures."""

import pytest

from ome_zarr.chunks.redaction import without_secrets
from ome_zarr.errors import TargetError
from ome_zarr.storage.failures import as_target_errors, unreachable
from ome_zarr.storage.locate import locate

URL = "https://me:s3cr3t@host:8443/images/a.zarr?X-Amz-Signature=s3cr3t&b=2#s3cr3t"
TEXTS = {
    URL: "https://host:8443/images/a.zarr",
    f"<FsspecStore(HTTPFileSystem, {URL}) >": "<FsspecStore(HTTPFileSystem, https://host:8443/images/a.zarr >",
    f"503, message='gone', url='{URL}'": "503, message='gone', url='https://host:8443/images/a.zarr'",
    f"{URL} and s3://key:s3cr3t@bucket/a": "https://host:8443/images/a.zarr and s3://bucket/a",
    "s3://bucket/me@home/a.zarr": "s3://bucket/me@home/a.zarr",
    "/data/what?/a#b.zarr": "/data/what?/a#b.zarr",
}


@pytest.mark.parametrize("text", TEXTS)
def test_what_may_hold_credentials_is_left_out(text):
    assert without_secrets(text) == TEXTS[text]


def test_no_message_of_a_store_holds_them():
    error = unreachable("zarr.json", f"<Store {URL} >", OSError(f"no answer of {URL}"))
    assert "s3cr3t" not in str(error)
    with pytest.raises(TargetError) as caught, as_target_errors("target 'a.zarr'"):
        raise OSError(f"no answer of {URL}")
    assert "s3cr3t" not in str(caught.value)


def test_no_name_of_a_place_holds_them():
    assert "s3cr3t" not in repr(locate(URL).name)
