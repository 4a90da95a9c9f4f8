"""Every public name of ome-zarr-py 0.21.0 is there, with its parameters in their order, and their defaults."""

import importlib
import inspect
import json
from pathlib import Path

import pytest

RELEASE = json.loads(Path(__file__).with_name("signatures-0.21.0.json").read_text("utf-8"))

# Version numbers of other packages and of dask's keywords: nobody is known to read them.
GONE = {"scipy_version", "skimage_version", "USE_DASK_ARRAY_KWARGS"}
# They come with the model of plates.
PLATES = {"write_plate_metadata", "write_well_metadata"}

NAMES = [(module, name) for module, names in RELEASE.items() for name in names if name not in GONE | PLATES]
FUNCTIONS = [(module, name, RELEASE[module][name]) for module, name in NAMES if isinstance(RELEASE[module][name], list)]
CLASSES = [(module, name, RELEASE[module][name]) for module, name in NAMES if isinstance(RELEASE[module][name], dict)]
MEMBERS = [
    (module, name, member, described) for module, name, members in CLASSES for member, described in members.items()
]
REEXPORTS = [
    *("Axes", "Blosc", "CurrentFormat", "Format", "FormatV01", "FormatV02", "FormatV03", "FormatV04", "JSONDict"),
    *("ListOfArrayLike", "Methods", "Scaler", "_get_valid_axes", "_retuple"),
]


def found(module: str, name: str) -> object:
    return getattr(importlib.import_module(f"ome_zarr.{module}"), name)


def parameters(function: object) -> list[list[str | None]]:
    return [
        [p.name, p.kind.name, None if p.default is p.empty else repr(p.default)]
        for p in inspect.signature(function).parameters.values()
    ]


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_the_name_is_there(module: str, name: str) -> None:
    found(module, name)


@pytest.mark.parametrize("name", REEXPORTS)
def test_the_writer_reexports(name: str) -> None:
    found("writer", name)


@pytest.mark.parametrize(("module", "name", "described"), FUNCTIONS)
def test_a_function_has_the_same_parameters_in_the_same_order(module: str, name: str, described: list) -> None:
    assert parameters(found(module, name)) == described


@pytest.mark.parametrize(("module", "name", "member", "described"), MEMBERS)
def test_a_class_has_the_same_members(module: str, name: str, member: str, described: object) -> None:
    thing = inspect.getattr_static(found(module, name), member)
    function = getattr(thing, "__func__", thing)
    assert not isinstance(described, list) or parameters(function) == described
