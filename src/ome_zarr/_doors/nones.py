"""Mappings without what says nothing."""

from collections.abc import Mapping

__all__ = ["without_nones"]


def without_nones(data: Mapping[str, object]) -> dict[str, object]:
    """A copy without members that are None, and without objects and lists in which nothing is left.

    Examples
    --------
    >>> without_nones({"name": None, "window": {"min": None}, "axes": [{"name": "y", "unit": None}]})
    {'axes': [{'name': 'y'}]}
    """
    kept = {key: _cleaned(value) for key, value in data.items()}
    return {key: value for key, value in kept.items() if not _is_nothing(value)}


def _cleaned(value: object) -> object:
    if isinstance(value, dict):
        return without_nones(value)
    if isinstance(value, list | tuple):
        kept = [without_nones(item) if isinstance(item, dict) else item for item in value]
        return [item for item in kept if item is not None and item != {}]
    return value


def _is_nothing(value: object) -> bool:
    return value is None or (isinstance(value, dict | list) and not value)
