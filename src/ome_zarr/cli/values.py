"""What is typed at a shell, as values of a `Recipe`.

Lists are written with commas, ``0.5,0.1,0.1``; one value per axis also by name, ``z=0.5,y=0.1,x=0.1``, where
the letters of axes with the same value may be joined, ``z=0.5,yx=0.1``.
"""

from argparse import ArgumentTypeError
from collections.abc import Callable

__all__ = [
    "parse_box",
    "parse_compressor",
    "parse_extents",
    "parse_factors",
    "parse_levels",
    "parse_list",
    "parse_per_axis",
    "parse_units",
    "parse_windows",
    "parse_yes",
]

_LETTERS = frozenset("tczyx")
"""Axes whose names may be joined."""

type PerAxis = dict[str, float] | list[float]
type Codec = dict[str, object]


def parse_list(text: str) -> list[str]:
    """Texts between commas."""
    return [part.strip() for part in text.split(",")]


def parse_number(text: str) -> float:
    """A number, an int where it is written as one."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no number; give one such as 2 or 0.5") from None


def parse_whole(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no whole number; give one such as 64") from None


def parse_yes(text: str) -> bool:
    """Yes or no."""
    if text not in ("yes", "no"):
        raise ArgumentTypeError(f"{text!r} is neither 'yes' nor 'no'")
    return text == "yes"


def parse_per_axis(text: str) -> PerAxis:
    """Numbers by axis name, or one per axis in storage order."""
    return _by_name(text, parse_number) if "=" in text else [parse_number(part) for part in parse_list(text)]


def parse_units(text: str) -> dict[str, str]:
    """Units by axis name."""
    return _by_name(text, str)


def parse_box(text: str) -> dict[str, int] | list[int] | int:
    """Extents by axis name, in storage order, or one for all axes."""
    if "=" in text:
        return _by_name(text, parse_whole)
    extents = parse_extents(text)
    return extents[0] if len(extents) == 1 else extents


def parse_extents(text: str) -> list[int]:
    """Extents in storage order."""
    return [parse_whole(part) for part in parse_list(text)]


def parse_factors(text: str) -> list[float | dict[str, float]]:
    """The factors of some levels: ``2,4,8``, or by axis name with a space between levels, ``zyx=2 zyx=4``."""
    levels: list[float | dict[str, float]] = []
    for level in text.split():
        levels += [_by_name(level, parse_number)] if "=" in level else map(parse_number, parse_list(level))
    return levels


def parse_levels(text: str) -> int | str:
    """A number of levels, or ``auto``."""
    return text if text == "auto" else parse_whole(text)


def parse_windows(text: str) -> list[tuple[float, float]]:
    """For each channel the values shown darkest and brightest: ``0:4095,100:2000``."""
    windows = []
    for window in parse_list(text):
        start, colon, end = window.partition(":")
        if not colon:
            raise ArgumentTypeError(f"{window!r} is no range of grey values; give one such as 0:4095 per channel")
        windows.append((parse_number(start), parse_number(end)))
    return windows


def parse_compressor(text: str) -> str | Codec | None:
    """A codec: ``auto``, ``none``, ``zstd:LEVEL``, ``gzip:LEVEL`` or ``blosc:CNAME,LEVEL,SHUFFLE``."""
    name, _, rest = text.partition(":")
    parameters = parse_list(rest) if rest else []
    match name:
        case "auto" | "none" if not parameters:
            return "auto" if name == "auto" else None
        case "zstd" if len(parameters) <= 1:
            return _codec("zstd", level=_level(parameters, 0, 1), checksum=False)
        case "gzip" if len(parameters) <= 1:
            return _codec("gzip", level=_level(parameters, 0, 5))
        case "blosc" if len(parameters) <= 3:
            return _blosc(parameters)
    raise ArgumentTypeError(
        f"{text!r} is no compressor; give auto, none, zstd[:LEVEL], gzip[:LEVEL] or blosc[:CNAME[,LEVEL[,SHUFFLE]]]"
    )


def _blosc(parameters: list[str]) -> Codec:
    """Blosc, with what is not given as in the default compressor for intensities."""
    cname, _, shuffle = (*parameters, *("zstd", "1", "shuffle")[len(parameters) :])
    return _codec("blosc", cname=cname, clevel=_level(parameters, 1, 1), shuffle=shuffle, blocksize=0)


def _codec(name: str, **configuration: object) -> Codec:
    """The JSON of a codec as in zarr 3; writing zarr 2 translates it."""
    return {"name": name, "configuration": configuration}


def _level(parameters: list[str], position: int, default: int) -> int:
    return parse_whole(parameters[position]) if len(parameters) > position else default


def _by_name[T](text: str, parse: Callable[[str], T]) -> dict[str, T]:
    """``name=value`` pairs between commas; names of one letter may be joined."""
    values: dict[str, T] = {}
    for pair in parse_list(text):
        names, equals, value = pair.partition("=")
        if not (names and equals and value):
            raise ArgumentTypeError(f"{pair!r} is not AXIS=VALUE; give one value per axis, such as 'z=2,yx=1'")
        for name in names if _LETTERS.issuperset(names) else (names,):
            if name in values:
                raise ArgumentTypeError(f"axis {name!r} has two values in {text!r}; give one")
            values[name] = parse(value)
    return values
