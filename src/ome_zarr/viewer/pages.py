"""Pages that show images, opened in the browser while a server gives them the files."""

import json
import webbrowser
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from ome_zarr.errors import NotFoundError
from ome_zarr.viewer.catalogue import CSV_NAME, find_images, images_of, is_zarr, write_table
from ome_zarr.viewer.files import FileServer, served_url

__all__ = ["finder_url", "show_folder", "show_image", "validator_url"]

_VALIDATOR = "https://ome.github.io/ome-ngff-validator/"
_FINDER = "https://bff.allencell.org/app"
_THUMBNAILS = "&v=2"
"""Shows the images as small pictures, not as a table."""


def validator_url(image: str) -> str:
    """The address of ome-ngff-validator, which shows and checks the image at a URL."""
    return f"{_VALIDATOR}?source={quote(image, safe=':/')}"


def finder_url(table: str) -> str:
    """The address of BioFile Finder, which shows the images that a table at a URL lists."""
    source = {"uri": table, "type": "csv", "name": CSV_NAME}
    return f"{_FINDER}?source={quote(json.dumps(source))}{_THUMBNAILS}"


def show_image(path: str, port: int, tell: Callable[[str], None], *, force: bool = False, serve: bool = True) -> None:
    """Open an image in ome-ngff-validator, and serve it until the user interrupts.

    Parameters
    ----------
    path
        The folder of the image, of which nothing else is served; or a URL, which needs no server.
    port
        On which it is served; 0 takes any that is free.
    tell
        Told the address of the page, for those whose browser does not open.
    force
        Whether a folder is shown that is no image.
    serve
        Whether anything is done once it is known that there is an image.

    Raises
    ------
    NotFoundError
        There is no image, and `force` is false; or no folder.
    RecipeError
        The port is taken.
    """
    if path.startswith(("http://", "https://")):
        if serve:
            _open(validator_url(path), tell)
        return
    folder = Path(path)
    if not force and not (is_zarr(folder) and images_of(folder)):
        raise NotFoundError(
            f"No OME-Zarr images found in {path}. Try $ ome_zarr finder {path} or use -f to force open in browser."
        )
    if serve:
        _serve(folder, port, validator_url, tell)


def show_folder(path: str, port: int, tell: Callable[[str], None], *, serve: bool = True) -> None:
    """Open all images below a folder in BioFile Finder, and serve them until the user interrupts.

    Writes the table of the images into the folder; see :func:`ome_zarr.viewer.catalogue.write_table`.

    Parameters
    ----------
    path
        The folder.
    port, tell
        As of `show_image`.
    serve
        Whether more is done than the table.

    Raises
    ------
    NotFoundError
        There is no image.
    ExistsError
        A file has the name of the table.
    RecipeError
        The port is taken.
    """
    folder = Path(path)
    images = list(find_images(folder))
    if not images:
        raise NotFoundError(f"No OME-Zarr files found in {path}")
    if not serve:
        write_table(images, folder, served_url(folder, port))
        return

    def address(url: str) -> str:
        write_table(images, folder, url)
        return finder_url(f"{url}/{CSV_NAME}")

    _serve(folder, port, address, tell)


def _serve(folder: Path, port: int, address: Callable[[str], str], tell: Callable[[str], None]) -> None:
    """Open the page of that address, given the URL under which the folder is served, and serve."""
    server = FileServer(folder, port)
    try:
        url = address(server.url)
        tell(f"serving {folder} to this machine at {server.url}; Ctrl-C ends")
        _open(url, tell)
        server.serve_forever()
    except KeyboardInterrupt:
        tell("ended")
    finally:
        server.close()


def _open(url: str, tell: Callable[[str], None]) -> None:
    tell(url)
    webbrowser.open(url)
