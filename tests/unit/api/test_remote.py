"""Images on a web server: found with few requests, read chunk by chunk."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

import ome_zarr
from ome_zarr.errors import NotFoundError, TargetError, UnreachableError

PIXELS = np.random.default_rng(0).integers(1, 999, (2, 40, 36)).astype("u2")


class Handler(SimpleHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append(f"GET {self.path}")
        super().do_GET()

    def do_HEAD(self):
        self.server.requests.append(f"HEAD {self.path}")
        super().do_HEAD()

    def log_message(self, *args):
        del args


@pytest.fixture
def server(tmp_path):
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=tmp_path)) as server:
        server.requests = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(params=["0.4", "0.5", "0.6"])
def image(request, tmp_path):
    image = ome_zarr.write(
        PIXELS, tmp_path / "a b.zarr", axes="cyx", version=request.param, scale_factors=[2, 4], chunks=16
    )
    ome_zarr.write_labels((PIXELS[0] > 500).astype("u1"), image, "bright", axes="yx")
    return image


def url(server, path="a b.zarr"):
    return f"http://127.0.0.1:{server.server_port}/{path}"


def test_opening_takes_a_request_and_every_level_one_more(image, server):
    found = ome_zarr.open(url(server))
    assert [level.shape for level in found] == [level.shape for level in image]
    of_group = {"0.4": 3, "0.5": 1, "0.6": 1}  # format 2 has two documents, and is tried after format 3
    assert len(server.requests) == of_group[image.version] + len(image)


def test_pixels_and_labels_are_read_over_http(image, server):
    found = ome_zarr.open(url(server))
    np.testing.assert_array_equal(found[1], image[1])
    assert list(found.labels) == ["bright"]
    np.testing.assert_array_equal(found.labels["bright"][0], PIXELS[0] > 500)


def test_a_part_takes_the_chunks_that_it_touches(image, server):
    level = ome_zarr.open(url(server))[0]
    level.zarr  # noqa: B018 - format 2 asks for the attributes now
    server.requests.clear()
    assert level[0, 3, 20] == PIXELS[0, 3, 20]
    assert len(server.requests) == 1


def test_nothing_there_is_said_and_so_is_no_server(server):
    with pytest.raises(NotFoundError, match="no zarr group"):
        ome_zarr.open(url(server, "nowhere.zarr"))
    server.shutdown()
    server.server_close()
    with pytest.raises((UnreachableError, NotFoundError)):
        ome_zarr.open(url(server))


def test_nothing_is_written_to_a_web_server_and_that_is_said_before_it_is_asked(server):
    with pytest.raises(TargetError, match="read-only"):
        ome_zarr.write(PIXELS, url(server, "new.zarr"), axes="cyx")
    assert server.requests == []
