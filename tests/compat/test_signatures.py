"""Every public name of ome-zarr-py 0.21.0 is there, with its parameters in their order, and their defaults."""

import importlib
import inspect
import json
from pathlib import Path

import pytest
from tests.compat.collect_signatures import parameters

RELEASE = json.loads(Path(__file__).with_name("signatures-0.21.0.json").read_text("utf-8"))

# Version numbers of other packages, and what only type checkers look at: nobody is known to read them.
GONE = {"AnyTransform", "S", "TYPE_CHECKING", "UTC", "scipy_version", "skimage_version"}
# What these modules import from their neighbours, where it is.
ELSEWHERE = {("classes.scene", "VECTOR_FIELD_AXIS"), ("utils", "JSONDict"), ("utils", "USE_DASK_ARRAY_KWARGS")}

NAMES = [
    (module, name)
    for module, names in RELEASE.items()
    for name in names
    if name not in GONE and (module, name) not in ELSEWHERE
]
FUNCTIONS = [(module, name, RELEASE[module][name]) for module, name in NAMES if isinstance(RELEASE[module][name], list)]
CLASSES = [(module, name, RELEASE[module][name]) for module, name in NAMES if isinstance(RELEASE[module][name], dict)]
MEMBERS = [
    (module, name, member, described) for module, name, members in CLASSES for member, described in members.items()
]
# Names that ome-zarr-py's modules import or keep to themselves, and other packages import from there.
LEAKED = {
    "classes": ["OMEZarrImage", "OMEZarrLabels", "OMEZarrMultiscale", "OMEZarrScene"],
    "classes.image": [
        *("Axis", "CoordinateSystem", "CoordinateSystemIdentifier", "Methods", "MultiscaleV06", "Translation"),
    ],
    "classes.tnd_utils": ["_ozmp_tf_to_tnd", "_setup_vectorfield_args"],
    "reader": ["ZarrLocation"],
    "scale": ["_build_pyramid", "dask_local_mean", "dask_resize", "dask_zoom"],
    "utils": ["_recursive_pop_nones"],
    "writer": [
        *("Axes", "Blosc", "CurrentFormat", "Format", "FormatV01", "FormatV02", "FormatV03", "FormatV04", "JSONDict"),
        *("ListOfArrayLike", "Methods", "OMEZarrImage", "OMEZarrLabels", "OMEZarrMultiscale", "Scaler"),
        *("_blosc_compressor", "_extract_dims_from_axes", "_get_valid_axes", "_resolve_storage_options", "_retuple"),
        *("_validate_datasets", "_validate_plate_acquisitions", "_validate_plate_rows_columns"),
        *("_validate_plate_wells", "_validate_well_images", "_write_pyramid_to_zarr"),
    ],
}


def found(module: str, name: str) -> object:
    return getattr(importlib.import_module(f"ome_zarr.{module}"), name)


def promised(function: object, described: list) -> list[list[str | None]]:
    """The parameters of a function, without further ones that are given by keyword only and can be left out."""
    names = {name for name, _, _ in described}
    found = parameters(function)
    return [p for p in found if p[0] in names or p[1] != "KEYWORD_ONLY" or p[2] is None]


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_the_name_is_there(module: str, name: str) -> None:
    found(module, name)


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in LEAKED.items() for name in names])
def test_a_name_that_others_import_is_there(module: str, name: str) -> None:
    found(module, name)


@pytest.mark.parametrize(
    "name",
    ["OMEZarrImage", "OMEZarrLabels", "OMEZarrMultiscale", "OMEZarrScene", "USE_DASK_ARRAY_KWARGS", "__version__"],
)
def test_the_package_has(name: str) -> None:
    assert hasattr(importlib.import_module("ome_zarr"), name)


@pytest.mark.parametrize(("module", "name", "described"), FUNCTIONS)
def test_a_function_has_the_same_parameters_in_the_same_order(module: str, name: str, described: list) -> None:
    assert promised(found(module, name), described) == described


@pytest.mark.parametrize(("module", "name", "member", "described"), MEMBERS)
def test_a_class_has_the_same_members(module: str, name: str, member: str, described: object) -> None:
    thing = inspect.getattr_static(found(module, name), member)
    function = getattr(thing, "__func__", thing)
    assert not isinstance(described, list) or promised(function, described) == described
