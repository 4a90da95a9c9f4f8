"""A server of files for the browser on this machine: read-only, and of one folder only."""

import logging
import os
import re
import socket
import socketserver
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from threading import Thread
from typing import BinaryIO, cast
from urllib.parse import quote, unquote

from ome_zarr.errors import NotFoundError, RecipeError
from ome_zarr.storage.copy import is_part

__all__ = ["FileServer", "served_url"]

_LOGGER = logging.getLogger(__name__)

_ADDRESS = "127.0.0.1"
"""Nobody but this machine can ask."""

_TYPES = {".json": "application/json", ".csv": "text/csv; charset=utf-8", ".xml": "application/xml"}
_JSON_NAMES = frozenset({".zarray", ".zattrs", ".zgroup", ".zmetadata"})
_OTHER_TYPE = "application/octet-stream"
"""Of chunks; and what else lies in the folder is no page that runs here."""

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_PIECE_BYTES = 1 << 20
_QUEUE = 128
"""Connections that may wait: a viewer asks for many chunks at once."""

type _Request = socket.socket | tuple[bytes, socket.socket]
"""A connection, as `socketserver` calls it; of this kind of server always the first."""

_FOR_EVERYBODY = {
    # The page that shows the image comes from elsewhere, and a browser lets it read only with these.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


class FileServer:
    """Serves a folder, as ``http://localhost:<port>/<name>/...``, to programs on this machine.

    GET and HEAD of files, whole or one range of bytes, with the headers by which pages from anywhere may read them.
    No listing, no hidden files, and nothing outside the folder, whatever the path and the links in the folder say.

    Parameters
    ----------
    directory
        The folder.
    port
        0 takes any that is free.

    Raises
    ------
    NotFoundError
        There is no such folder.
    RecipeError
        The port is taken, or none.
    """

    def __init__(self, directory: str | os.PathLike[str], port: int = 0) -> None:
        if not Path(directory).is_dir():
            raise NotFoundError(f"there is no folder {str(directory)!r}; give one that holds images")
        self._directory = directory
        try:
            self._server = _Server((_ADDRESS, port), _Handler)
        except (OSError, OverflowError) as error:
            raise RecipeError(
                f"port {port!r} cannot be used: {error}; give another one, or port=0 for any that is free"
            ) from error
        self._server.root = Path(os.path.realpath(directory))
        self._server.name = _name(directory)

    @property
    def port(self) -> int:
        """On which it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Of the folder, without a slash at the end."""
        return served_url(self._directory, self.port)

    def serve_forever(self) -> None:
        """Answer until the thread is interrupted, or `close` is called from another."""
        self._server.serve_forever(poll_interval=0.1)

    def close(self) -> None:
        """Give the port back."""
        self._server.server_close()

    @contextmanager
    def running(self) -> "Iterator[FileServer]":
        """A context in which a thread answers."""
        thread = Thread(target=self.serve_forever, name="ome-zarr-files", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self.close()


def served_url(directory: str | os.PathLike[str], port: int) -> str:
    """The URL under which a folder is served, without a slash at the end."""
    return f"http://localhost:{port}/{quote(_name(directory))}".rstrip("/")


def _name(directory: str | os.PathLike[str]) -> str:
    """How a folder is called, links not followed; nothing of a root."""
    return os.path.basename(os.path.abspath(directory))  # noqa: PTH100, PTH119 - Path keeps "..", or follows links


class _Server(ThreadingHTTPServer):
    """A thread for every connection, all of which end with the server."""

    root: Path
    name: str
    request_queue_size = _QUEUE
    allow_reuse_address = os.name == "posix"  # elsewhere it would let two programs have the same port
    daemon_threads = False  # so that closing waits for them

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._connections: set[socket.socket] = set()
        super().__init__(address, handler)

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)  # HTTPServer would look up a host name that nobody needs
        self.server_name, self.server_port = "localhost", int(self.server_address[1])

    def process_request(self, request: _Request, client_address: object) -> None:
        self._connections.add(cast("socket.socket", request))
        super().process_request(request, client_address)

    def shutdown_request(self, request: _Request) -> None:
        self._connections.discard(cast("socket.socket", request))
        super().shutdown_request(request)

    def server_close(self) -> None:
        for connection in self._connections.copy():  # a browser keeps them open, and would be waited for
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: _Request, client_address: object) -> None:
        del request
        _LOGGER.debug("the connection of %s broke: %r", client_address, sys.exception())


class _Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "ome-zarr"
    sys_version = ""
    timeout = 60  # seconds that an idle connection is kept

    def do_GET(self) -> None:
        """Send a file, or a part of one."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Send what GET would, without the bytes."""
        self._answer(with_body=False)

    def do_OPTIONS(self) -> None:
        """Tell a browser that pages from elsewhere may ask."""
        self._begin(
            HTTPStatus.NO_CONTENT,
            {
                "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
                "Access-Control-Allow-Headers": self.headers.get("Access-Control-Request-Headers", "Range"),
                "Access-Control-Allow-Private-Network": "true",
                "Access-Control-Max-Age": "86400",
            },
        )

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server names it
        _LOGGER.debug("%s " + format, self.address_string(), *args)  # noqa: G003 - http.server makes the format

    def _answer(self, *, with_body: bool) -> None:
        path = self._find(self.path)
        if path is None:
            self._begin(HTTPStatus.NOT_FOUND, {"Content-Length": "0"})
            return
        try:
            file = path.open("rb")
        except OSError as error:
            _LOGGER.warning("%s cannot be read: %s", path, error)
            self._begin(HTTPStatus.FORBIDDEN, {"Content-Length": "0"})
            return
        with file:
            self._send(path, file, with_body=with_body)

    def _send(self, path: Path, file: BinaryIO, *, with_body: bool) -> None:
        status = os.fstat(file.fileno())
        size, tag = status.st_size, f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
        if tag in self.headers.get("If-None-Match", ""):
            self._begin(HTTPStatus.NOT_MODIFIED, {"ETag": tag})
            return
        headers = {"Content-Type": _type(path.name), "Accept-Ranges": "bytes", "ETag": tag}
        # A part is wanted only of the file that the browser has the other parts of.
        wanted = self.headers.get("Range", "") if self.headers.get("If-Range", tag) == tag else ""
        part = _parse_range(wanted, size)
        match part:
            case None:
                code, part = HTTPStatus.OK, range(size)
            case range() if part:
                code = HTTPStatus.PARTIAL_CONTENT
                headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
            case _:
                code = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
                headers["Content-Range"] = f"bytes */{size}"
        self._begin(code, headers | {"Content-Length": str(len(part))})
        if with_body:
            self._copy(file, part)

    def _begin(self, code: HTTPStatus, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in (_FOR_EVERYBODY | headers).items():
            self.send_header(name, value)
        self.end_headers()

    def _copy(self, file: BinaryIO, part: range) -> None:
        file.seek(part.start)
        left = len(part)
        while left and (piece := file.read(min(left, _PIECE_BYTES))):
            self.wfile.write(piece)
            left -= len(piece)
        if left:  # the file has become shorter: the browser notices when the connection ends
            self.close_connection = True

    def _find(self, target: str) -> Path | None:
        """The file that is asked for; None if there is none, or it is not to be seen."""
        server = cast(_Server, self.server)
        path = unquote(target.partition("?")[0])
        names = [name for name in path.split("/") if name not in ("", ".")]
        if server.name and names[:1] != [server.name]:
            return None
        names = names[1:] if server.name else names
        if any(name == ".." or not is_part(name) or set(name) & set("\\\0") for name in names):
            return None
        found = Path(os.path.realpath(server.root.joinpath(*names)))
        return found if found.is_relative_to(server.root) and _is_file(found) else None


def _parse_range(wanted: str, size: int) -> range | None:
    """The bytes that a ``Range`` header asks for, an empty range if there are none such; None: everything.

    As RFC 9110, section 14.2, has it: what is no range, or several, may be answered with everything.
    """
    match = _RANGE.fullmatch(wanted.replace(" ", ""))
    if match is None or wanted.endswith("=-"):
        return None
    first, last = match.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _type(name: str) -> str:
    if name in _JSON_NAMES:
        return _TYPES[".json"]
    return _TYPES.get(PurePosixPath(name).suffix.lower(), _OTHER_TYPE)
