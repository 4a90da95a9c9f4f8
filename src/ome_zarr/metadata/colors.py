"""Colours: names, hexadecimal text and numbers, as channels and labels store them."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from ome_zarr.metadata.node import Node

__all__ = ["COLOR_NAMES", "parse_hex", "parse_rgba"]

COLOR_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "white": "FFFFFF",
        "gray": "808080",
        "grey": "808080",
        "black": "000000",
        "red": "FF0000",
        "green": "00FF00",
        "blue": "0000FF",
        "cyan": "00FFFF",
        "magenta": "FF00FF",
        "yellow": "FFFF00",
        "orange": "FFA500",
        "purple": "800080",
        "pink": "FFC0CB",
    }
)
"""Colours that have a name here; green is that of the fluorescence microscope (lime in CSS)."""

_HEX = re.compile(r"#?([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})")

_OPAQUE = 255


def parse_hex(node: Node) -> str:
    """The colour at this place as six capital hexadecimal digits, as channels store it.

    Understood are names (``"cyan"``), hexadecimal digits with or without ``#``, and three integers from 0 to
    255. A channel has no alpha: only an opaque one is accepted.
    """
    red, green, blue, alpha = parse_rgba(node)
    if alpha != _OPAQUE:
        raise node.fail("the colour of a channel has no alpha; give red, green and blue")
    return f"{red:02X}{green:02X}{blue:02X}"


def parse_rgba(node: Node) -> tuple[int, int, int, int]:
    """The colour at this place as red, green, blue and alpha from 0 to 255, as labels store it.

    Understood are the forms of `parse_hex`, with or without a fourth integer or eighth digit for alpha.
    """
    if isinstance(node.value, str):
        return _from_text(node)
    levels = [item.integer() for item in node.items()]
    if len(levels) not in (3, 4) or any(not 0 <= level <= _OPAQUE for level in levels):
        raise node.fail("a colour is three or four integers from 0 to 255: red, green, blue, alpha")
    return levels[0], levels[1], levels[2], levels[3] if len(levels) == 4 else _OPAQUE


def _from_text(node: Node) -> tuple[int, int, int, int]:
    text = node.text().strip()
    match = _HEX.fullmatch(COLOR_NAMES.get(text.lower(), text))
    if match is None:
        raise node.fail(f"give hexadecimal digits such as 'FF0000', or one of {tuple(COLOR_NAMES)}")
    digits = match[1]
    if len(digits) == 3:  # CSS: every digit stands for two
        digits = "".join(2 * digit for digit in digits)
    red, green, blue, *alpha = bytes.fromhex(digits)
    return red, green, blue, alpha[0] if alpha else _OPAQUE
