"""``ome_zarr info``: what is stored somewhere."""

from argparse import ArgumentParser, Namespace

__all__ = ["SUMMARY", "USAGE", "add_arguments", "run"]

SUMMARY = "say what an image, a plate or anything else of OME-Zarr is: axes, levels, channels, labels"
USAGE = "[OPTIONS] PATH"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("path", metavar="PATH", help="what to look at: a folder, a .zip or .ozx file, or a URL")
    parser.add_argument(
        "--stats", action="store_true", help="tell the least and greatest value of every level; reads all pixels"
    )


def run(arguments: Namespace) -> None:
    """Print what is there, and what belongs to it."""
    from ome_zarr.cli.nodes import find_nodes

    for node in find_nodes(arguments.path):
        for line in node.lines(stats=arguments.stats):
            print(line)
