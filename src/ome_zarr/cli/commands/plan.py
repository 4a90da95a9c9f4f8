"""``ome_zarr plan``: what ``convert`` would do, and what it would cost."""

import json
from argparse import ArgumentParser, Namespace
from importlib import import_module

from ome_zarr.cli.wishes import add_source, add_wishes, wishes_of

__all__ = ["SUMMARY", "USAGE", "add_arguments", "run"]

SUMMARY = "say what convert would do and what it would cost, and write nothing"
USAGE = "[OPTIONS] SOURCE [TARGET]"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    add_source(parser)
    parser.add_argument("target", metavar="TARGET", nargs="?", help="as of convert; it only names the image")
    parser.add_argument("--json", action="store_true", help="print the plan as JSON")
    add_wishes(parser)


def run(arguments: Namespace) -> None:
    """Print the plan."""
    from ome_zarr.api.plan import plan

    for module in arguments.modules:
        import_module(module)
    wishes = wishes_of(arguments)
    if arguments.labels is not None:
        wishes |= {"kind": "labels", "name": arguments.labels}
    made = plan(arguments.source, arguments.target, axes=arguments.axes, **wishes)
    print(json.dumps(made.to_json(), indent=2) if arguments.json else made)
