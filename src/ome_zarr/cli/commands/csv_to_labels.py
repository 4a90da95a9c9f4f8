"""``ome_zarr csv_to_labels``: columns of a table, added to the properties of labels."""

from argparse import ArgumentParser, Namespace

__all__ = ["SUMMARY", "USAGE", "add_arguments", "run"]

SUMMARY = "add columns of a CSV file to the properties of labels"
USAGE = "[OPTIONS] CSV ID KEYS PATH PROPERTY"


def add_arguments(parser: ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("csv_path", metavar="CSV", help="the table")
    parser.add_argument("csv_id", metavar="ID", help="its column that says which label value a row is about")
    parser.add_argument(
        "csv_keys",
        metavar="KEYS",
        help="the columns to add, separated by commas, with types where they are not text: 'area#d,cells#l,alive#b'",
    )
    parser.add_argument("zarr_path", metavar="PATH", help="labels, or an image or a plate with labels: a local folder")
    parser.add_argument(
        "zarr_id",
        metavar="PROPERTY",
        help="the property of label values that column ID holds, such as 'label-value'; or the name of labels, if "
        "the column holds the values themselves",
    )


def run(arguments: Namespace) -> None:
    """Add the columns."""
    from ome_zarr.csv import csv_to_zarr

    print("csv_to_labels", arguments.csv_path, arguments.zarr_path)
    csv_to_zarr(arguments.csv_path, arguments.csv_id, arguments.csv_keys, arguments.zarr_path, arguments.zarr_id)
