"""Write down the public names of ome-zarr-py's modules: parameters, their order, their defaults. Facts only.

Run by an interpreter in whose environment that release of ome-zarr-py is installed, and not this package::

    python tests/compat/collect_signatures.py > tests/compat/signatures-0.21.0.json
"""

import importlib
import inspect
import json
import sys
from types import ModuleType
from typing import get_origin

MODULES = (
    *("axes", "classes", "classes.image", "classes.scene", "classes.tnd_utils", "cli", "conversions", "csv"),
    *("dask_utils", "data", "format", "io", "reader", "scale", "types", "utils", "writer"),
)

SPECIAL = ("__init__", "__call__")


def parameters(function: object) -> list[list[str | None]]:
    """Name, kind and default of every parameter; an empty default is None, that of a function its name."""
    return [
        [p.name, p.kind.name, None if p.default is p.empty else getattr(p.default, "__qualname__", repr(p.default))]
        for p in inspect.signature(function).parameters.values()
    ]


def described(thing: object) -> object:
    """Parameters of a function, members of a class; None for a constant or an alias."""
    if isinstance(thing, staticmethod | classmethod):
        return parameters(thing.__func__)
    if inspect.isfunction(thing):
        return parameters(thing)
    if inspect.isclass(thing) and thing.__module__.startswith("ome_zarr"):
        wanted = {name: member for name, member in vars(thing).items() if name in SPECIAL or name[0] != "_"}
        return {name: described(member) for name, member in sorted(wanted.items())}
    return None


def is_own(module: ModuleType, name: str, thing: object) -> bool:
    """Whether a name is defined by the module, and public."""
    if name.startswith("_") or inspect.ismodule(thing):
        return False
    home = getattr(thing, "__module__", module.__name__)
    is_alias = get_origin(thing) is not None
    return home == module.__name__ or is_alias or (not callable(thing) and name.isupper())


def collected() -> dict[str, dict[str, object]]:
    """Everything, by module and name."""
    modules = {name: importlib.import_module(f"ome_zarr.{name}") for name in MODULES}
    return {
        name: {key: described(thing) for key, thing in sorted(vars(module).items()) if is_own(module, key, thing)}
        for name, module in modules.items()
    }


if __name__ == "__main__":
    json.dump(collected(), sys.stdout, indent=1)
    sys.stdout.write("\n")
