"""Pages opened in a browser, which is one of paper here."""

import json
import urllib.request
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

import ome_zarr
from ome_zarr.errors import ExistsError, NotFoundError, RecipeError
from ome_zarr.viewer.catalogue import CSV_NAME
from ome_zarr.viewer.files import FileServer
from ome_zarr.viewer.pages import finder_url, show_folder, show_image, validator_url


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that were opened; the user leaves at once."""
    pages: list[str] = []

    def leave(server: FileServer) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("webbrowser.open", pages.append)
    monkeypatch.setattr(FileServer, "serve_forever", leave)
    return pages


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "my image.zarr"
    ome_zarr.write(np.zeros((8, 8), "uint8"), path, axes="yx", levels=1)
    return path


def source(page: str) -> str:
    """What the page is told to show."""
    return parse_qs(urlsplit(page).query)["source"][0]


def test_the_validator_is_told_the_address_of_the_image() -> None:
    assert validator_url("http://localhost:8000/a.zarr") == (
        "https://ome.github.io/ome-ngff-validator/?source=http://localhost:8000/a.zarr"
    )
    assert source(validator_url("http://localhost:8000/a%20b%26c.zarr")) == "http://localhost:8000/a%20b%26c.zarr"


def test_the_finder_is_told_the_address_of_the_table() -> None:
    page = finder_url("http://localhost:8000/data/biofile_finder.csv")
    assert page.startswith("https://bff.allencell.org/app?source=%7B")
    assert page.endswith("&v=2")
    assert json.loads(source(page)) == {
        "uri": "http://localhost:8000/data/biofile_finder.csv",
        "type": "csv",
        "name": "biofile_finder.csv",
    }


def test_an_image_is_shown_and_only_it_is_served(image: Path, opened: list[str]) -> None:
    told: list[str] = []
    show_image(str(image), 0, told.append)
    assert source(opened[0]).endswith("/my%20image.zarr")
    assert opened[0] in told
    assert told[-1] == "ended"


def test_the_browser_gets_the_document_of_the_image(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[bytes] = []
    pages: list[str] = []
    serve = FileServer.serve_forever

    def look(server: FileServer) -> None:
        monkeypatch.setattr(FileServer, "serve_forever", serve)
        with server.running(), urllib.request.urlopen(f"{source(pages[0])}/zarr.json") as answer:
            got.append(answer.read())

    monkeypatch.setattr("webbrowser.open", pages.append)
    monkeypatch.setattr(FileServer, "serve_forever", look)
    show_image(str(image), 0, lambda line: None)
    assert got == [(image / "zarr.json").read_bytes()]


def test_an_image_elsewhere_needs_no_server(opened: list[str]) -> None:
    show_image("https://example.org/a.zarr", 8000, lambda line: None)
    assert opened == [validator_url("https://example.org/a.zarr")]


def test_what_is_no_image_is_shown_by_force_only(tmp_path: Path, opened: list[str]) -> None:
    with pytest.raises(NotFoundError, match="No OME-Zarr images found"):
        show_image(str(tmp_path), 0, lambda line: None)
    assert opened == []
    show_image(str(tmp_path), 0, lambda line: None, force=True)
    assert len(opened) == 1


def test_without_serving_nothing_is_opened(image: Path, opened: list[str]) -> None:
    show_image(str(image), 0, lambda line: None, serve=False)
    show_image("https://example.org/a.zarr", 0, lambda line: None, serve=False)
    show_folder(str(image.parent), 0, lambda line: None, serve=False)
    assert opened == []


def test_a_folder_is_shown_by_its_table(image: Path, opened: list[str]) -> None:
    show_folder(str(image.parent), 0, lambda line: None)
    uri = json.loads(source(opened[0]))["uri"]
    rows = (image.parent / CSV_NAME).read_text().splitlines()
    assert uri.endswith(f"/{image.parent.name}/{CSV_NAME}")
    assert rows[1].startswith(f"{uri.removesuffix(CSV_NAME)}my%20image.zarr,my image.zarr,.,")


def test_a_folder_without_images_is_told(tmp_path: Path, opened: list[str]) -> None:
    with pytest.raises(NotFoundError, match="No OME-Zarr files found"):
        show_folder(str(tmp_path), 0, lambda line: None)
    assert list(tmp_path.iterdir()) == opened == []


def test_nothing_is_opened_where_the_table_cannot_be_written(image: Path, opened: list[str]) -> None:
    (image.parent / CSV_NAME).write_text("mine")
    with pytest.raises(ExistsError):
        show_folder(str(image.parent), 0, lambda line: None)
    assert opened == []


def test_nothing_is_opened_where_the_port_is_taken(image: Path, opened: list[str]) -> None:
    other = FileServer(image)
    with closing(other), pytest.raises(RecipeError, match="cannot be used"):
        show_image(str(image), other.port, lambda line: None)
    assert opened == []
