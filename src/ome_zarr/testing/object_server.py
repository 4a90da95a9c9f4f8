"""A small object store over HTTP that fails where it is told to.

It speaks what clients of S3 use: objects whole and in ranges, lists, conditional writes, uploads in parts, deletion of
many. It listens on the loopback interface only, keeps everything in memory and believes every signature.
"""

import hashlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, Self
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

__all__ = ["Fault", "ObjectServer", "Request"]

_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_CODES = {403: "AccessDenied", 404: "NoSuchKey", 409: "OperationAborted", 412: "PreconditionFailed", 503: "SlowDown"}


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked for.

    Attributes
    ----------
    number
        0 for the first one.
    method
        ``"GET"``, ``"PUT"`` and so on.
    key
        Bucket and key, ``"bucket/image.zarr/zarr.json"``; of a list the bucket.
    """

    number: int
    method: str
    key: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a request.

    Attributes
    ----------
    kind
        ``"status"``: an answer with that status, and nothing is done. ``"reset"``: the connection ends before
        anything is done. ``"stall"``: nothing happens for `seconds`, then the connection ends. ``"short"``: the answer
        breaks off in the middle. ``"lost"``: everything is done, and the connection ends without an answer.
    status
        Of HTTP.
    headers
        Of the answer, such as ``{"Retry-After": "1"}``.
    seconds
        How long a server stalls.
    """

    kind: Literal["status", "reset", "stall", "short", "lost"]
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class ObjectServer:
    """The server, which runs as long as the context lasts.

    Parameters
    ----------
    plan
        Says of every request what goes wrong with it; None: nothing.

    Attributes
    ----------
    objects
        Bytes by bucket and key, ``"bucket/image.zarr/zarr.json"``; may be changed at any time.
    requests
        All so far.

    Examples
    --------
    >>> from urllib.request import urlopen
    >>> with ObjectServer() as server:
    ...     server.objects["images/a.txt"] = b"hello"
    ...     with urlopen(f"{server.url}/images/a.txt") as answer:
    ...         print(answer.read())
    b'hello'
    """

    def __init__(self, plan: Callable[[Request], Fault | None] | None = None) -> None:
        self.plan = plan
        self.objects: dict[str, bytes] = {}
        self.requests: list[Request] = []
        self._uploads: dict[str, dict[int, bytes]] = {}
        self._lock = threading.Lock()
        self._server = _Server(self)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def asked(self, method: str, key: str) -> Fault | None:
        """Take note of a request; what goes wrong with it."""
        with self._lock:
            request = Request(len(self.requests), method, key)
            self.requests.append(request)
        return None if self.plan is None else self.plan(request)

    def answer(self, method: str, key: str, query: Mapping[str, str], body: bytes, headers: Message) -> _Answer:
        """Do what a request asks for."""
        with self._lock:
            match method:
                case "PUT":
                    return self._put_part(query, body) if "uploadId" in query else self._put(key, body, headers)
                case "POST":
                    return self._post(key, query, body, headers)
                case "DELETE":
                    self._uploads.pop(query.get("uploadId", ""), None)
                    self.objects.pop(key, None)
                    return _Answer(HTTPStatus.NO_CONTENT)
                case "GET" | "HEAD":
                    bucket, _, name = key.partition("/")
                    return self._get(key, headers) if name else self._list(bucket, query)
        return _failure(HTTPStatus.METHOD_NOT_ALLOWED, "MethodNotAllowed")

    def _post(self, key: str, query: Mapping[str, str], body: bytes, headers: Message) -> _Answer:
        if "uploads" in query:
            name = str(len(self._uploads))
            self._uploads[name] = {}
            return _xml("InitiateMultipartUploadResult", _element("UploadId", name))
        if "uploadId" in query:
            parts = self._uploads.pop(query["uploadId"])
            done = self._put(key, b"".join(part for _, part in sorted(parts.items())), headers)
            tag = _element("ETag", done.headers.get("ETag", ""))
            return done if done.status != HTTPStatus.OK else _xml("CompleteMultipartUploadResult", tag)
        elements = ET.fromstring(body).iter()  # noqa: S314 - from a client of one's own
        names = [found.text or "" for found in elements if found.tag.rpartition("}")[2] == "Key"]
        for name in names:
            self.objects.pop(f"{key.rstrip('/')}/{name}", None)
        return _xml("DeleteResult", "".join(f"<Deleted>{_element('Key', name)}</Deleted>" for name in names))

    def _put_part(self, query: Mapping[str, str], body: bytes) -> _Answer:
        self._uploads[query["uploadId"]][int(query["partNumber"])] = body
        return _Answer(headers={"ETag": _etag(body)})

    def _put(self, key: str, body: bytes, headers: Message) -> _Answer:
        there, wanted = self.objects.get(key), headers.get("If-Match")
        if headers.get("If-None-Match") == "*" and there is not None:
            return _failure(HTTPStatus.PRECONDITION_FAILED)
        if wanted is not None and (there is None or wanted != _etag(there)):
            return _failure(HTTPStatus.PRECONDITION_FAILED)
        self.objects[key] = body
        return _Answer(headers={"ETag": _etag(body)})

    def _get(self, key: str, headers: Message) -> _Answer:
        there = self.objects.get(key)
        if there is None:
            return _failure(HTTPStatus.NOT_FOUND)
        told = {"ETag": _etag(there), "Last-Modified": formatdate(usegmt=True), "Accept-Ranges": "bytes"}
        wanted = headers.get("Range", "").removeprefix("bytes=")
        if not wanted:
            return _Answer(200, there, told)
        first, _, last = wanted.partition("-")
        start = int(first) if first else max(0, len(there) - int(last))
        stop = min(len(there), int(last) + 1) if first and last else len(there)
        if start >= stop:
            return _failure(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "InvalidRange")
        told["Content-Range"] = f"bytes {start}-{stop - 1}/{len(there)}"
        return _Answer(HTTPStatus.PARTIAL_CONTENT, there[start:stop], told)

    def _list(self, bucket: str, query: Mapping[str, str]) -> _Answer:
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
        after, most = query.get("continuation-token", query.get("start-after", "")), int(query.get("max-keys", "1000"))
        names = sorted(key.partition("/")[2] for key in self.objects if key.startswith(f"{bucket}/{prefix}"))
        found: dict[str, str] = {}
        for name in names:
            head, cut, _ = name[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
            told = prefix + head + cut if cut else name
            found[told] = "CommonPrefixes" if cut else "Contents"
        page = [name for name in found if name > after][: most + 1]
        page, rest = page[:most], page[most:]
        text = [_element("KeyCount", str(len(page))), _element("IsTruncated", "true" if rest else "false")]
        text += [_element("NextContinuationToken", page[-1])] if rest else []
        text += [self._entry(bucket, name, found[name]) for name in page]
        return _xml("ListBucketResult", "".join(text))

    def _entry(self, bucket: str, name: str, kind: str) -> str:
        if kind == "CommonPrefixes":
            return f"<{kind}>{_element('Prefix', name)}</{kind}>"
        data = self.objects[f"{bucket}/{name}"]
        told = {"Key": name, "Size": str(len(data)), "ETag": _etag(data), "LastModified": "2000-01-01T00:00:00.000Z"}
        return f"<{kind}>{''.join(_element(*member) for member in told.items())}</{kind}>"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, objects: ObjectServer) -> None:
        self.objects = objects
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients go away, and here that is wanted."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every answer waits for the client to acknowledge its head
    wbufsize = -1
    server: _Server

    def handle_one_request(self) -> None:
        """Answer one request, with whatever goes wrong with it."""
        self.raw_requestline = self.rfile.readline(1 << 16)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        split = urlsplit(self.path)
        key = unquote(split.path).lstrip("/")
        query = {name: values[0] for name, values in parse_qs(split.query, keep_blank_values=True).items()}
        body = self._body()
        objects = self.server.objects
        fault = objects.asked(self.command, key)
        if fault is not None and fault.kind == "stall":
            time.sleep(fault.seconds)
        if fault is not None and fault.kind in ("reset", "stall"):
            self._reset()
            return
        if fault is not None and fault.kind == "status":
            self._send(_failure(fault.status, headers=fault.headers))
            return
        answer = objects.answer(self.command, key, query, body, self.headers)
        if fault is not None and fault.kind == "lost":
            self._reset()
        else:
            self._send(answer, is_short=fault is not None)

    def handle_expect_100(self) -> bool:
        """Let the client send the body, now."""
        is_wanted = super().handle_expect_100()
        self.wfile.flush()
        return is_wanted

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(iter(self._chunk, b""))
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().partition(b";")[0], 16)
        data = self.rfile.read(size)
        self.rfile.readline()
        return data

    def _send(self, answer: _Answer, *, is_short: bool = False) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[: len(answer.body) // 2] if is_short else answer.body)
        self.wfile.flush()
        if is_short:
            self.close_connection = True

    def _reset(self) -> None:
        """End the connection as if the server had died."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True


def _etag(data: bytes) -> str:
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'


def _failure(status: int, code: str | None = None, headers: Mapping[str, str] | None = None) -> _Answer:
    text = _element("Code", code or _CODES.get(status, "InternalError")) + _element("Message", "as planned")
    return _Answer(status, f"<Error>{text}</Error>".encode(), {"Content-Type": "application/xml", **(headers or {})})


def _xml(name: str, content: str) -> _Answer:
    text = f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{_NAMESPACE}">{content}</{name}>'
    return _Answer(body=text.encode(), headers={"Content-Type": "application/xml"})


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"
