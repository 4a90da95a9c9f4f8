"""The server of files, asked by a client that knows only HTTP."""

import http.client
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from ome_zarr.errors import NotFoundError, RecipeError
from ome_zarr.viewer.files import FileServer

CHUNK = bytes(range(256)) * 4


class Answer(NamedTuple):
    code: int
    headers: http.client.HTTPMessage
    body: bytes


class Client:
    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        self._connection.request(method, path, headers={name.replace("_", "-"): it for name, it in headers.items()})
        answer = self._connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An image, and what is none of the browser's business."""
    image = tmp_path / "my image.zarr"
    (image / "s0" / "c" / "0").mkdir(parents=True)
    (image / "s0" / "c" / "0" / "0").write_bytes(CHUNK)
    (image / "zarr.json").write_text("{}")
    (image / ".zattrs").write_text("{}")
    (image / ".env").write_text("password")
    (image / "empty").write_bytes(b"")
    (image / "page.html").write_text("<script>")
    (tmp_path / "secret").write_text("secret")
    return image


@pytest.fixture
def client(folder: Path) -> Iterator[Client]:
    with FileServer(folder).running() as server, closing(Client(server.port)) as client:
        yield client


CHUNK_PATH = "/my%20image.zarr/s0/c/0/0"


def test_a_file_is_sent_whole_and_pages_from_anywhere_may_read_it(client: Client) -> None:
    code, headers, body = client.ask(CHUNK_PATH)
    assert (code, body) == (200, CHUNK)
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("name", ["zarr.json", ".zattrs"])
def test_documents_are_json(client: Client, name: str) -> None:
    assert client.ask(f"/my%20image.zarr/{name}").headers["Content-Type"] == "application/json"


def test_nothing_is_sent_as_a_page(client: Client) -> None:
    headers = client.ask("/my%20image.zarr/page.html").headers
    assert (headers["Content-Type"], headers["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")


def test_head_has_the_headers_and_no_body(client: Client) -> None:
    code, headers, body = client.ask(CHUNK_PATH, "HEAD")
    assert (code, headers["Content-Length"], body) == (200, str(len(CHUNK)), b"")


RANGES = {
    "bytes=0-9": slice(0, 10),
    "bytes=10-": slice(10, None),
    "bytes=-5": slice(-5, None),
    "bytes=-99999": slice(None),
    "bytes=1000-99999": slice(1000, None),
    "bytes=0-": slice(None),
}


@pytest.mark.parametrize(("wanted", "part"), RANGES.items())
def test_a_range_of_bytes_is_sent(client: Client, wanted: str, part: slice) -> None:
    code, headers, body = client.ask(CHUNK_PATH, Range=wanted)
    start, stop, _ = part.indices(len(CHUNK))
    assert (code, body) == (206, CHUNK[part])
    assert headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(CHUNK)}"


@pytest.mark.parametrize("wanted", ["bytes=1024-", "bytes=5000-6000", "bytes=-0", f"bytes={9 * 10**17}-"])
def test_a_range_without_bytes_is_told(client: Client, wanted: str) -> None:
    code, headers, body = client.ask(CHUNK_PATH, Range=wanted)
    assert (code, headers["Content-Range"], body) == (416, f"bytes */{len(CHUNK)}", b"")


@pytest.mark.parametrize("wanted", ["bytes=9-2", "bytes=0-1,5-6", "items=0-1", "bytes=-", "bytes=a-b", "9" * 5000])
def test_what_is_no_single_range_gets_everything(client: Client, wanted: str) -> None:
    code, _, body = client.ask(CHUNK_PATH, Range=wanted)
    assert (code, body) == (200, CHUNK)


def test_an_empty_file_is_sent(client: Client) -> None:
    assert client.ask("/my%20image.zarr/empty")[::2] == (200, b"")


def test_a_browser_that_has_the_file_is_not_sent_it_again(client: Client) -> None:
    tag = client.ask(CHUNK_PATH).headers["ETag"]
    assert client.ask(CHUNK_PATH, If_None_Match=tag)[::2] == (304, b"")
    assert client.ask(CHUNK_PATH, If_Range=tag, Range="bytes=0-1").code == 206


def test_a_part_of_a_file_that_has_changed_is_all_of_it(client: Client) -> None:
    assert client.ask(CHUNK_PATH, If_Range='"other"', Range="bytes=0-1").code == 200


def test_a_page_may_ask_first_whether_it_may_ask(client: Client) -> None:
    asked = {"Access_Control_Request_Method": "GET", "Access_Control_Request_Headers": "range,x-own"}
    code, headers, _ = client.ask(CHUNK_PATH, "OPTIONS", Origin="https://example.org", **asked)
    assert code == 204
    assert headers["Access-Control-Allow-Headers"] == "range,x-own"
    assert "GET" in headers["Access-Control-Allow-Methods"]
    assert headers["Access-Control-Allow-Private-Network"] == "true"


NOT_THERE = [
    "/",
    "/my%20image.zarr",
    "/my%20image.zarr/",
    "/my%20image.zarr/s0",
    "/my%20image.zarr/s0/c/0/1",
    "/my%20image.zarr/s0/c/0/0/more",
    "/secret",
    "/my%20image.zarr/../secret",
    "/my%20image.zarr/%2e%2e/secret",
    "/my%20image.zarr/..%2fsecret",
    "/my%20image.zarr/s0/../../../secret",
    "//my%20image.zarr/..%5c..%5csecret",
    "/my%20image.zarr/.env",
    "/my%20image.zarr/%00",
    "/my%20image.zarr/s0/c/0/0%00.json",
]


@pytest.mark.parametrize("path", NOT_THERE)
def test_folders_hidden_files_and_everything_outside_are_not_there(client: Client, path: str) -> None:
    code, headers, body = client.ask(path)
    assert (code, body) == (404, b"")
    assert headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_that_leads_out_is_not_followed(client: Client, folder: Path) -> None:
    (folder / "inside").symlink_to(folder / "zarr.json")
    (folder / "outside").symlink_to(folder.parent / "secret")
    (folder / "above").symlink_to(folder.parent)
    codes = [client.ask(f"/my%20image.zarr/{name}").code for name in ("inside", "outside", "above/secret")]
    assert codes == [200, 404, 404]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="everything can be read")
def test_what_cannot_be_read_is_forbidden(client: Client, folder: Path) -> None:
    (folder / "empty").chmod(0)
    assert client.ask("/my%20image.zarr/empty").code == 403


def test_what_follows_a_question_mark_does_not_count(client: Client) -> None:
    assert client.ask(f"{CHUNK_PATH}?v=1").code == 200


def test_only_this_machine_can_ask(folder: Path) -> None:
    with FileServer(folder).running() as server:
        assert server._server.server_address[0] == "127.0.0.1"


def test_the_address_is_that_of_the_folder(folder: Path) -> None:
    with FileServer(folder).running() as server:
        assert server.url == f"http://localhost:{server.port}/my%20image.zarr"


def test_a_port_that_is_taken_is_told(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(RecipeError, match=f"port {port} cannot be used"):
            FileServer(folder, port)


@pytest.mark.parametrize("port", [-1, 70000])
def test_a_port_that_cannot_be_is_told(folder: Path, port: int) -> None:
    with pytest.raises(RecipeError, match="cannot be used"):
        FileServer(folder, port)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no folder"):
        FileServer(tmp_path / "none")
