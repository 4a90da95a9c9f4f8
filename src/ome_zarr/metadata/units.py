"""Units of space and time: the names of the specification, their abbreviations, and lengths."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from ome_zarr.errors import OmeZarrWarning, RecipeError
from ome_zarr.metadata.jsonvalue import plain_number, shown

__all__ = ["SPACE_UNITS", "TIME_UNITS", "find_unit", "parse_unit", "to_micrometer"]

_PREFIXES = (
    ("yocto", ("y",), -24),
    ("zepto", ("z",), -21),
    ("atto", ("a",), -18),
    ("femto", ("f",), -15),
    ("pico", ("p",), -12),
    ("nano", ("n",), -9),
    ("micro", ("u", "\N{MICRO SIGN}", "\N{GREEK SMALL LETTER MU}"), -6),
    ("milli", ("m",), -3),
    ("centi", ("c",), -2),
    ("deci", ("d",), -1),
    ("", ("",), 0),
    ("hecto", ("h",), 2),
    ("kilo", ("k",), 3),
    ("mega", ("M",), 6),
    ("giga", ("G",), 9),
    ("tera", ("T",), 12),
    ("peta", ("P",), 15),
    ("exa", ("E",), 18),
    ("zetta", ("Z",), 21),
    ("yotta", ("Y",), 24),
)
"""Name, symbols and power of ten of every metric prefix in the specification's lists (there is no deca)."""

_MICROMETERS: Mapping[str, str] = MappingProxyType(
    {f"{prefix}meter": f"1e{power + 6}" for prefix, _, power in _PREFIXES}
    | {
        "angstrom": "1e-4",
        # the international yard and pound agreement: an inch is 25.4 mm, a foot 12, a yard 36 and a mile 63,360 inches
        "inch": "25400",
        "foot": "304800",
        "yard": "914400",
        "mile": "1609344000",
        # IAU 2015 resolution B2: 648000/pi astronomical units
        "parsec": "3.0856775814913673e22",
    }
)
"""Each unit of length in micrometers, exactly."""

SPACE_UNITS: frozenset[str] = frozenset(_MICROMETERS)
"""Units of length in the specification (names of UDUNITS-2)."""

TIME_UNITS: frozenset[str] = frozenset({f"{prefix}second" for prefix, _, _ in _PREFIXES} | {"minute", "hour", "day"})
"""Units of time in the specification (names of UDUNITS-2)."""

_UNITS_OF: Mapping[str, frozenset[str]] = MappingProxyType({"space": SPACE_UNITS, "time": TIME_UNITS})

_ABBREVIATIONS: Mapping[str, str] = MappingProxyType(
    {f"{symbol}m": f"{prefix}meter" for prefix, symbols, _ in _PREFIXES for symbol in symbols}
    | {f"{symbol}s": f"{prefix}second" for prefix, symbols, _ in _PREFIXES for symbol in symbols}
    | {
        "\N{ANGSTROM SIGN}": "angstrom",
        "\N{LATIN CAPITAL LETTER A WITH RING ABOVE}": "angstrom",
        "in": "inch",
        "ft": "foot",
        "yd": "yard",
        "mi": "mile",
        "pc": "parsec",
        "sec": "second",
        "min": "minute",
        "h": "hour",
        "hr": "hour",
        "d": "day",
    }
)

_SYNONYMS: Mapping[str, str] = MappingProxyType({"micron": "micrometer", "inches": "inch", "feet": "foot"})

_PACKAGE = str(Path(__file__).parents[1])


def find_unit(unit: str) -> str | None:
    """The specification's name of a unit, or None if it has none.

    Abbreviations (``"um"``, ``"\N{MICRO SIGN}m"``, ``"ms"``) are taken as they are written; full names in
    any case, in the plural and in British spelling (``"Micrometres"``).
    """
    unit = unit.strip()
    if unit in _ABBREVIATIONS:
        return _ABBREVIATIONS[unit]
    name = unit.lower().replace("metre", "meter")
    candidates = (_SYNONYMS.get(spelling, spelling) for spelling in (name, name.removesuffix("s")))
    return next((unit for unit in candidates if unit in SPACE_UNITS or unit in TIME_UNITS), None)


def parse_unit(unit: object, axis_type: str | None, where: str = "unit") -> str:
    """The unit as it is to be stored on an axis.

    On an axis of space or time a unit that the specification does not list for that type is kept, with a
    warning: the list is a recommendation. On other axes every text is a unit.

    Parameters
    ----------
    unit
        Name or abbreviation.
    axis_type
        Type of the axis.
    where
        The place of the unit, for the message.

    Raises
    ------
    RecipeError
        The unit is no text, or empty.
    """
    if not isinstance(unit, str) or not unit.strip():
        raise RecipeError(f"{where} is {shown(unit)}; give a name such as 'micrometer', or None for no unit")
    if axis_type is None or axis_type not in _UNITS_OF:
        return str.__str__(unit)
    name = find_unit(unit) or str.__str__(unit)
    if name not in _UNITS_OF[axis_type]:
        warnings.warn(
            f"{where} is {unit!r}, no unit of {axis_type} in the specification; it is kept, but other "
            f"programs may ignore it: use one such as {_EXAMPLES[axis_type]}",
            OmeZarrWarning,
            skip_file_prefixes=(_PACKAGE,),
        )
    return name


_EXAMPLES: Mapping[str, str] = MappingProxyType(
    {"space": "'nanometer', 'micrometer' or 'millimeter'", "time": "'millisecond', 'second' or 'minute'"}
)


def to_micrometer(value: float, unit: str) -> float:
    """A length in micrometers, correctly rounded.

    Parameters
    ----------
    value
        The length, in `unit`.
    unit
        A unit of space, by name or abbreviation.

    Raises
    ------
    RecipeError
        The unit is not one of space, or the value is not finite.
    """
    name = find_unit(unit)
    if name is None or name not in SPACE_UNITS:
        raise RecipeError(f"unit is {unit!r}, not a length; use one such as {_EXAMPLES['space']}")
    from fractions import Fraction  # noqa: PLC0415 - it imports decimal too, and few ask for a length

    return float(Fraction(plain_number(value, "value")) * Fraction(_MICROMETERS[name]))
