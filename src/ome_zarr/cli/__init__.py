"""The command line ``ome_zarr``: parses and prints, decides nothing.

One module per command, in ``commands``. Building the parser imports nothing heavy, so that ``--help`` answers
at once; a command imports what it needs when it runs. The functions named as commands are ome-zarr-py's: they take
what its parser made of the arguments.
"""

from argparse import Namespace

from ome_zarr.cli.program import config_logging, main, run_command

__all__ = [
    "config_logging",
    "create",
    "csv_to_labels",
    "download",
    "finder",
    "info",
    "main",
    "scale",
    "view",
]


def info(args: Namespace) -> None:
    """Do what ``ome_zarr info`` does."""
    run_command("info", args)


def view(args: Namespace) -> None:
    """Do what ``ome_zarr view`` does."""
    run_command("view", args)


def finder(args: Namespace) -> None:
    """Do what ``ome_zarr finder`` does."""
    run_command("finder", args)


def download(args: Namespace) -> None:
    """Do what ``ome_zarr download`` does."""
    run_command("download", args)


def create(args: Namespace) -> None:
    """Do what ``ome_zarr create`` does."""
    run_command("create", args)


def scale(args: Namespace) -> None:
    """Do what ``ome_zarr scale`` does."""
    run_command("scale", args)


def csv_to_labels(args: Namespace) -> None:
    """Do what ``ome_zarr csv_to_labels`` does."""
    run_command("csv_to_labels", args)
