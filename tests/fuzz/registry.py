"""The targets, by name."""

from importlib import import_module

from tests.fuzz.target import Target

__all__ = ["NAMES", "target"]

NAMES = ("metadata", "trees", "folders", "checks", "archives", "arrays", "inventories", "journals", "arguments")


def target(name: str) -> Target[object]:
    """The target of a name; what it fuzzes is imported now."""
    found: Target[object] = import_module(f"tests.fuzz.targets.{name}").TARGET
    return found
