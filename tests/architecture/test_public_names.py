"""Every public name is there and says what it is."""

import importlib
import inspect
import pkgutil
import tomllib
from pathlib import Path

import pytest

import ome_zarr

# A module that runs a program when it is imported cannot be looked at this way.
MODULES = ["ome_zarr"] + [
    found.name for found in pkgutil.walk_packages(ome_zarr.__path__, "ome_zarr.") if not found.name.endswith("__main__")
]


def public(module: str) -> dict[str, object]:
    """What a module exports, by name."""
    found = importlib.import_module(module)
    return {name: getattr(found, name) for name in getattr(found, "__all__", ())}


def is_ours(thing: object) -> bool:
    """Whether a value is a class or function that the package defines."""
    return (inspect.isclass(thing) or inspect.isfunction(thing)) and thing.__module__.startswith("ome_zarr")


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_has_a_summary(module: str) -> None:
    silent = [name for name, thing in public(module).items() if is_ours(thing) and not inspect.getdoc(thing)]
    assert silent == []


def test_the_version_is_the_one_that_is_released(root: Path) -> None:
    released = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert ome_zarr.__version__ == released
