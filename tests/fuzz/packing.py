"""A whole store in one input: for each key its length (1 byte), that of its value (2 bytes), key and value."""

import struct
from collections.abc import Mapping

__all__ = ["pack", "unpack"]

_LENGTHS = struct.Struct("<BH")


def pack(entries: Mapping[str, bytes]) -> bytes:
    """The input that holds these keys and values, cut where a length does not fit."""
    packed = bytearray()
    for name, value in entries.items():
        key, content = name.encode("utf-8", "replace")[:0xFF], value[:0xFFFF]
        packed += _LENGTHS.pack(len(key), len(content)) + key + content
    return bytes(packed)


def unpack(data: bytes) -> dict[str, bytes]:
    """Keys and values of any input; what is cut off is as long as it is."""
    entries: dict[str, bytes] = {}
    at = 0
    while at + _LENGTHS.size <= len(data):
        key_bytes, value_bytes = _LENGTHS.unpack_from(data, at)
        at += _LENGTHS.size
        key = data[at : at + key_bytes].decode("utf-8", "replace")
        entries[key] = data[at + key_bytes : at + key_bytes + value_bytes]
        at += key_bytes + value_bytes
    return entries
