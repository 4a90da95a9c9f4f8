"""``ome_zarr view``: an image in the browser."""

from argparse import ArgumentParser, Namespace

from ome_zarr.cli.values import parse_whole

__all__ = ["SUMMARY", "USAGE", "add_arguments", "run"]

SUMMARY = "show an image in the browser, with ome-ngff-validator"
USAGE = "[OPTIONS] PATH"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("path", metavar="PATH", help="the image: a folder, or a URL")
    parser.add_argument(
        "--port", type=parse_whole, default=8000, metavar="N", help="to serve it on; 0: any (default: 8000)"
    )
    parser.add_argument("-f", "--force", action="store_true", help="show PATH even if it is no image")


def run(arguments: Namespace) -> None:
    """Open the browser, and serve until Ctrl-C."""
    from ome_zarr.viewer.pages import show_image

    show_image(arguments.path, arguments.port, print, force=arguments.force)
