"""Write down what ome-zarr-py's classes store: metadata, shapes and data types. Facts only.

Run by an interpreter in whose environment that release of ome-zarr-py is installed, and not this package::

    python tests/compat/collect_classes.py > tests/compat/classes-0.21.0.json
"""

import json
import sys
import tempfile
import warnings
from pathlib import Path

import dask.array as da
import numpy as np
import zarr

VERSIONS = ("0.4", "0.5", "0.6")

CASES = {
    "plane": {"image": {"shape": (64, 80), "axes": "yx"}, "levels": {"scale_factors": [2, 4]}},
    "stack of channels": {
        "image": {
            "shape": (2, 8, 64, 80),
            "axes": "czyx",
            "scale": {"c": 1, "z": 2, "y": 0.5, "x": 0.25},
            "axes_units": {"z": "micrometer", "y": "micrometer", "x": "micrometer"},
            "name": "cells",
        },
        "levels": {
            "scale_factors": [{"y": 2, "x": 2}, {"z": 2, "y": 4, "x": 4}],
            "channel_names": ["DAPI", "GFP"],
            "channel_colors": ["0000FF", [0, 255, 0]],
            "contrast_limits": [(0, 100), (5, 200)],
        },
    },
    "movie": {
        "image": {"shape": (3, 40, 40), "axes": ["t", "y", "x"], "axes_units": {"t": "second"}, "name": "movie"},
        "levels": {"scale_factors": [2], "method": "nearest", "default_coordinate_system_name": "stage"},
    },
    "own axis": {
        "image": {
            "shape": (1, 32, 32),
            "axes": ["angle", "y", "x"],
            "axes_types": {"angle": "channel", "y": "space", "x": "space"},
        },
        "levels": {"scale_factors": []},
    },
}


def multiscale(image: dict, levels: dict) -> object:
    """The image of a case, with the classes of whichever package is installed."""
    from ome_zarr import OMEZarrImage, OMEZarrMultiscale

    given = dict(image)
    pixels = da.zeros(given.pop("shape"), dtype="uint8", chunks=-1)
    return OMEZarrMultiscale(OMEZarrImage(pixels, **given), **levels)


def stored(case: dict, version: str, folder: Path) -> dict:
    """What is written of a case in a version."""
    path = folder / "image.zarr"
    multiscale(**case).to_ome_zarr(str(path), version=version)
    group = zarr.open_group(path, mode="r")
    arrays = [array for _, array in sorted(group.arrays())]
    return {
        "attributes": group.attrs.asdict(),
        "shapes": [list(array.shape) for array in arrays],
        "dtypes": [str(np.dtype(array.dtype)) for array in arrays],
        "dimension_names": [getattr(array.metadata, "dimension_names", None) for array in arrays],
    }


def collected() -> dict[str, dict[str, dict]]:
    """Everything, by case and version."""
    found: dict[str, dict[str, dict]] = {}
    for name, case in CASES.items():
        for version in VERSIONS:
            with tempfile.TemporaryDirectory() as folder:
                found.setdefault(name, {})[version] = stored(case, version, Path(folder))
    return found


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    json.dump(collected(), sys.stdout, indent=1)
    sys.stdout.write("\n")
