"""The object store over HTTP that fails as planned: what it answers, and how it fails."""

import http.client
import re
from urllib.parse import urlsplit

import pytest

from ome_zarr.testing.object_server import Fault, ObjectServer, Request


def ask(server, method, path, body=None, headers=None, timeout=5):
    """Status, headers and body of an answer."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=timeout)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


@pytest.fixture
def server():
    with ObjectServer() as running:
        running.objects["bucket/a"] = b"0123456789"
        yield running


def planned(fault):
    """A server that fails so with its first request."""
    return ObjectServer(lambda request: fault if request.number == 0 else None)


def test_it_listens_on_the_loopback_interface_only(server):
    assert server.url.startswith("http://127.0.0.1:")


def test_what_is_put_is_got_and_what_is_deleted_is_gone(server):
    status, told, _ = ask(server, "PUT", "/bucket/b/c%20d", b"hello")
    assert status == 200
    got = ask(server, "GET", "/bucket/b/c%20d")
    assert (got[0], got[2], got[1]["ETag"]) == (200, b"hello", told["ETag"])
    assert ask(server, "DELETE", "/bucket/b/c%20d")[0] == 204
    status, _, body = ask(server, "GET", "/bucket/b/c%20d")
    assert status == 404
    assert b"<Code>NoSuchKey</Code>" in body


def test_a_body_in_chunks_is_one_object(server):
    assert ask(server, "PUT", "/bucket/b", iter([b"he", b"llo"]))[0] == 200
    assert server.objects["bucket/b"] == b"hello"


def test_head_tells_the_size_without_the_bytes(server):
    status, told, body = ask(server, "HEAD", "/bucket/a")
    assert (status, told["Content-Length"], body) == (200, "10", b"")


@pytest.mark.parametrize(
    ("wanted", "got", "told"),
    [
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=7-99", b"789", "bytes 7-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=-99", b"0123456789", "bytes 0-9/10"),
    ],
)
def test_ranges_are_those_of_rfc_9110(server, wanted, got, told):
    status, headers, body = ask(server, "GET", "/bucket/a", headers={"Range": wanted})
    assert (status, body, headers["Content-Range"]) == (206, got, told)


def test_a_range_behind_the_end_is_refused(server):
    assert ask(server, "GET", "/bucket/a", headers={"Range": "bytes=10-"})[0] == 416


def test_what_shall_be_created_does_not_replace_anything(server):
    headers = {"If-None-Match": "*"}
    assert ask(server, "PUT", "/bucket/a", b"new", headers)[0] == 412
    assert server.objects["bucket/a"] == b"0123456789"
    assert ask(server, "PUT", "/bucket/b", b"new", headers)[0] == 200


def test_what_shall_be_replaced_must_be_what_was_seen(server):
    seen = ask(server, "HEAD", "/bucket/a")[1]["ETag"]
    assert ask(server, "PUT", "/bucket/a", b"new", {"If-Match": seen})[0] == 200
    assert ask(server, "PUT", "/bucket/a", b"newer", {"If-Match": seen})[0] == 412
    assert ask(server, "PUT", "/bucket/b", b"new", {"If-Match": seen})[0] == 412
    assert server.objects == {"bucket/a": b"new"}


def test_a_list_has_pages_and_folders(server):
    server.objects.update({f"bucket/x/{name}": b"" for name in ("a", "b/1", "b/2", "c")})
    server.objects["other/x/d"] = b""
    found, query = [], "list-type=2&prefix=x/&delimiter=/&max-keys=1"
    token = ""
    for _ in range(3):
        text = ask(server, "GET", f"/bucket?{query}{token}")[2].decode()
        found += re.findall("<(?:Key|Prefix)>(.*?)</(?:Key|Prefix)>", text)
        token = "&continuation-token=" + "".join(re.findall("<NextContinuationToken>(.*?)<", text))
    assert found == ["x/a", "x/b/", "x/c"]
    assert "<IsTruncated>false</IsTruncated>" in text


def test_a_list_without_a_delimiter_has_every_key(server):
    server.objects["bucket/b/c"] = b""
    text = ask(server, "GET", "/bucket?list-type=2&prefix=")[2].decode()
    assert re.findall("<Key>(.*?)</Key>", text) == ["a", "b/c"]


def test_many_are_deleted_at_once(server):
    server.objects.update({"bucket/b": b"", "bucket/c": b""})
    body = b"<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>"
    assert ask(server, "POST", "/bucket?delete", body)[0] == 200
    assert set(server.objects) == {"bucket/c"}


def test_an_upload_in_parts_is_there_when_it_is_complete(server):
    begun = ask(server, "POST", "/bucket/b?uploads")[2].decode()
    upload = re.findall("<UploadId>(.*?)</UploadId>", begun)[0]
    for number, part in ((2, b"llo"), (1, b"he")):
        assert ask(server, "PUT", f"/bucket/b?uploadId={upload}&partNumber={number}", part)[0] == 200
    assert "bucket/b" not in server.objects
    assert ask(server, "POST", f"/bucket/b?uploadId={upload}", b"<CompleteMultipartUpload/>")[0] == 200
    assert server.objects["bucket/b"] == b"hello"


def test_requests_are_numbered_and_kept(server):
    ask(server, "GET", "/bucket/a")
    ask(server, "PUT", "/bucket/b", b"")
    assert server.requests == [Request(0, "GET", "bucket/a"), Request(1, "PUT", "bucket/b")]


@pytest.mark.parametrize(("status", "code"), [(500, "InternalError"), (503, "SlowDown"), (403, "AccessDenied")])
def test_a_planned_status_is_told_and_nothing_is_done(status, code):
    with planned(Fault("status", status, {"Retry-After": "7"})) as server:
        told, headers, body = ask(server, "PUT", "/bucket/a", b"x")
        assert (told, headers["Retry-After"]) == (status, "7")
        assert f"<Code>{code}</Code>".encode() in body
        assert server.objects == {}
        assert ask(server, "PUT", "/bucket/a", b"x")[0] == 200


@pytest.mark.parametrize(("kind", "is_done"), [("reset", False), ("lost", True)])
def test_a_connection_ends_before_or_after_it_is_done(kind, is_done):
    with planned(Fault(kind)) as server:
        with pytest.raises(ConnectionResetError):
            ask(server, "PUT", "/bucket/a", b"x")
        assert ("bucket/a" in server.objects) is is_done


def test_a_stalled_answer_does_not_come():
    with planned(Fault("stall", seconds=1)) as server:
        with pytest.raises(TimeoutError):
            ask(server, "PUT", "/bucket/a", b"x", timeout=0.1)
        assert server.objects == {}


def test_a_short_answer_has_fewer_bytes_than_it_says():
    with planned(Fault("short")) as server:
        server.objects["bucket/a"] = b"0123456789"
        with pytest.raises(http.client.IncompleteRead):
            ask(server, "GET", "/bucket/a")


def test_what_it_does_not_know_it_refuses(server):
    assert ask(server, "PATCH", "/bucket/a")[0] == 405
