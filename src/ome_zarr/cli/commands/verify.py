"""``ome_zarr verify``: whether what is stored is what was written."""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import PurePath

from ome_zarr.cli.progress import progress
from ome_zarr.cli.values import parse_whole

__all__ = ["SUMMARY", "USAGE", "add_arguments", "run"]

SUMMARY = "say what is missing, damaged or changed in an image, a plate or anything else of OME-Zarr"
USAGE = "[OPTIONS] PATH"

_FOUND, _NOT_LOOKED_AT = 1, 2


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("path", metavar="PATH", help="what to look at: a folder, a .zip or .ozx file, or a URL")
    depth = parser.add_mutually_exclusive_group()
    depth.add_argument(
        "--quick", action="store_true", help="look at documents, sizes and the indices of shards only; decode no pixel"
    )
    depth.add_argument(
        "--deep", action="store_true", help="also make every level again from level 0, and compare all pixels"
    )
    parser.add_argument(
        "--workers",
        type=parse_whole,
        metavar="N",
        help="chunks looked at at once (default: the number of processors, and more over a network)",
    )
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")


def run(arguments: Namespace) -> int:
    """Print what was found; 1 if something is wrong, 2 if it cannot be looked at."""
    from ome_zarr.api.verify import verify
    from ome_zarr.errors import NotFoundError

    try:
        with progress(PurePath(arguments.path).name, quiet=bool(arguments.quiet)) as listener:
            report = verify(
                arguments.path,
                quick=arguments.quick,
                deep=arguments.deep,
                workers=arguments.workers,
                on_event=listener,
            )
    except NotFoundError:
        raise
    except OSError as error:  # no connection, no permission: nothing is known of the image
        print(f"error: {error}", file=sys.stderr)
        return _NOT_LOOKED_AT
    if arguments.json:
        print(json.dumps(report.to_json(), indent=2, default=str))
    elif report or not arguments.quiet:
        print(report)
    return _FOUND if report else 0
