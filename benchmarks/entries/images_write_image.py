"""Small images one after the other through `write_image`, which ome-zarr-py and this package both have."""

from functools import partial

from benchmarks.entries.loading import write_small_images
from ome_zarr.writer import write_image


def main() -> None:
    """Write as many as the command line says below a folder."""
    write_small_images(partial(write_image, axes="yx"))


if __name__ == "__main__":
    main()
