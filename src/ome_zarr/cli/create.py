"""``ome_zarr create``: a sample image with labels, made on the spot."""

from argparse import ArgumentParser, Namespace

from ome_zarr.cli.progress import progress
from ome_zarr.cli.values import parse_extents

__all__ = ["SUMMARY", "USAGE", "add_arguments", "run"]

SUMMARY = "write a sample image with labels; nothing is downloaded"
USAGE = "[OPTIONS] PATH"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("path", metavar="PATH", help="where the image goes")
    parser.add_argument(
        "--method",
        choices=["cells"],
        default="cells",
        help="which sample: 'cells' draws nuclei and membranes in three dimensions (default)",
    )
    parser.add_argument(
        "--shape", type=parse_extents, default=[24, 512, 512], metavar="Z,Y,X", help="in pixels (default: 24,512,512)"
    )
    parser.add_argument(
        "--ome-version", "--format", dest="version", default="0.5", metavar="VERSION", help="0.5 (default) or 0.4"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace what is at PATH")


def run(arguments: Namespace) -> None:
    """Write the sample, and print its levels."""
    from ome_zarr.api.sample import write_sample

    with progress("cells", quiet=bool(arguments.quiet)) as listener:
        image = write_sample(
            arguments.path,
            shape=arguments.shape,
            version=arguments.version,
            overwrite=arguments.overwrite,
            on_event=listener,
        )
    if not arguments.quiet:
        print(image)
