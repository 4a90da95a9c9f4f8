"""``ome_zarr finder``: all images below a folder, in the browser."""

from argparse import ArgumentParser, Namespace

from ome_zarr.cli.values import parse_whole

__all__ = ["SUMMARY", "USAGE", "add_arguments", "run"]

SUMMARY = "show all images below a folder in the browser, with BioFile Finder"
USAGE = "[OPTIONS] PATH"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument(
        "path", metavar="PATH", help="the folder; the table of the images is written into it, as biofile_finder.csv"
    )
    parser.add_argument(
        "--port", type=parse_whole, default=8000, metavar="N", help="to serve it on; 0: any (default: 8000)"
    )


def run(arguments: Namespace) -> None:
    """Write the table, open the browser, and serve until Ctrl-C."""
    from ome_zarr.viewer.pages import show_folder

    show_folder(arguments.path, arguments.port, print)
