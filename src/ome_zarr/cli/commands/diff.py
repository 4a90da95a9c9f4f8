"""``ome_zarr diff``: what two images differ in."""

import json
from argparse import ArgumentParser, Namespace

__all__ = ["SUMMARY", "USAGE", "add_arguments", "run"]

SUMMARY = "say what two images differ in: axes, levels, channels, labels and every pixel"
USAGE = "[OPTIONS] FIRST SECOND"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    for name in ("first", "second"):
        parser.add_argument(name, metavar=name.upper(), help="an image: a folder, a .zip or .ozx file, or a URL")
    parser.add_argument("--tolerance", type=float, default=0.0, metavar="X", help="pixels may differ by so much")
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")


def run(arguments: Namespace) -> int:
    """Print the differences; 1 if there are any."""
    from ome_zarr.api.diff import diff

    report = diff(arguments.first, arguments.second, tolerance=arguments.tolerance)
    if arguments.json:
        print(json.dumps(report.to_json(), indent=2, default=str))
    elif report:
        print(report)
    return int(bool(report))
