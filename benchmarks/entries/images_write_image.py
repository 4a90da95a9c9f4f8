"""Small images one after the other through `write_image`, which ome-zarr-py and this package both have."""

import sys
from pathlib import Path

from benchmarks.entries.loading import small_images, timed
from ome_zarr.writer import write_image


def main() -> None:
    """Write as many as the command line says below a folder."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    images = small_images(count)
    folder.mkdir()
    with timed("work_s"):
        for number, image in enumerate(images):
            write_image(image, str(folder / f"{number}.ome.zarr"), axes="yx")


if __name__ == "__main__":
    main()
