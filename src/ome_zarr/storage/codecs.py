"""Compression: the presets, and codec objects of any kind turned into JSON."""

import reprlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Literal, Protocol, cast, runtime_checkable

import numpy as np

from ome_zarr.chunks.encoding import Blosc, Codec, Crc32c, Gzip, Numcodec, Zstd
from ome_zarr.errors import RecipeError
from ome_zarr.storage.protocol import CodecJson, CodecsJson, Json, ZarrFormat

__all__ = ["codecs_json", "preset", "to_json_codec", "to_json_codecs"]

_LEVEL = 1
"""Compression level of zstd in every preset.

Measured on 512 x 512 chunks on one core; ratio, then MB/s of compressing and of decompressing:

==========================  =============  =================  =================  =================
pixels                      zstd 3 (zarr)  zstd 1             blosc zstd 1 byte  blosc zstd 1 bit
==========================  =============  =================  =================  =================
fluorescence + noise, u16   2.0 110 550    1.9 240 960        **2.5 580 880**    2.3 430 900
the same as float32         3.4 230 1060   3.0 300 1120       **3.9 720 1130**   4.2 600 1290
fluorescence + noise, u8    1.9 100 420    **2.2 260 1060**   2.2 240 830        2.0 480 560
cells in phase contrast u8  3.2 200 640    **3.0 230 560**    2.8 200 460        2.2 270 420
histology, RGB u8           1.1 190 940    **1.1 480 1050**   1.1 380 720        1.1 330 480
labels, sparse, u32         576 4240 8700  **571 6900 11000** 302 1890 2490      225 1130 1700
labels, sparse, i64         727 4590 8400  **645 3500 7600**  466 1310 1720      343 870 1230
binary mask, u8             177 2400 4660  **168 2840 6580**  129 1550 1950      181 1200 1250
==========================  =============  =================  =================  =================

Shuffling gathers the quiet high bytes of intensities, which is what makes them compressible; a label's
bytes repeat together and are best left so; pixels of one byte have nothing to gather. Level 3 costs two to
five times the time of level 1 for ratios that differ by a few per cent in either direction.
"""

_SHUFFLE_TO_V3 = {0: "noshuffle", 1: "shuffle", 2: "bitshuffle"}
_SHUFFLE_TO_V2 = {name: number for number, name in _SHUFFLE_TO_V3.items()}
_AUTOSHUFFLE = -1
_SHARED = ("blosc", "zstd", "gzip")
"""Codecs that both formats have, with the same parameters."""


@runtime_checkable
class _NumcodecsLike(Protocol):
    def get_config(self) -> dict[str, Json]: ...


@runtime_checkable
class _ZarrCodecLike(Protocol):
    def to_dict(self) -> dict[str, Json]: ...


def preset(
    dtype: np.dtype,
    kind: Literal["image", "labels"],
    zarr_format: ZarrFormat = 3,
    *,
    checksum: bool = True,
) -> tuple[CodecJson, ...]:
    """The compressors for pixels of this dtype, as JSON.

    Intensities of more than one byte get ``blosc(zstd, level 1, byte shuffle)``; labels and pixels of one
    byte get ``zstd`` level 1.

    Parameters
    ----------
    dtype
        What is stored.
    kind
        What the pixels mean.
    zarr_format
        Which spelling is wanted.
    checksum
        Store 4 bytes per chunk by which a reader notices damage: zstd's own, or ``crc32c`` after blosc. There
        are none in zarr 2: blosc has no checksum, and TensorStore opens no array of zarr 2 whose ``zstd`` has one.
    """
    if kind != "image" or dtype.itemsize == 1:
        return (_zstd(zarr_format, _LEVEL, checksum=checksum and zarr_format == 3),)
    if zarr_format == 2:
        return ({"id": "blosc", "cname": "zstd", "clevel": _LEVEL, "shuffle": 1, "blocksize": 0},)
    configuration: CodecJson = {
        "cname": "zstd",
        "clevel": _LEVEL,
        "shuffle": "shuffle",
        "typesize": dtype.itemsize,
        "blocksize": 0,
    }
    blosc: CodecJson = {"name": "blosc", "configuration": configuration}
    return (blosc, {"name": "crc32c"}) if checksum else (blosc,)


def codecs_json(codecs: Sequence[Codec], zarr_format: ZarrFormat) -> CodecsJson:
    """The compressors of an encoding in the spelling of `zarr_format`; None for no codec.

    Raises
    ------
    RecipeError
        One that the format does not have.
    """
    return to_json_codecs([_spelled(codec) for codec in codecs], zarr_format) or None


def _spelled(codec: Codec) -> CodecJson:
    """A codec in the spelling of the format that has it."""
    match codec:
        case Blosc() | Zstd() | Gzip():
            return {"name": type(codec).__name__.lower(), "configuration": asdict(codec)}
        case Crc32c():
            return {"name": "crc32c"}
        case Numcodec():
            return cast(CodecJson, {"id": codec.name, **dict(codec.parameters)})
    raise RecipeError(f"codec {codec!r} is no compressor; leave it out")


def to_json_codecs(codecs: object, zarr_format: ZarrFormat) -> CodecsJson:
    """A chain of codecs as JSON, from one codec, several, None (no codec) or ``"auto"`` (zarr decides).

    Raises
    ------
    RecipeError
        See `to_json_codec`.
    """
    if codecs is None:
        return None
    if isinstance(codecs, str) and codecs == "auto":
        return "auto"
    if isinstance(codecs, Iterable) and not isinstance(codecs, str | Mapping):
        return tuple(to_json_codec(codec, zarr_format) for codec in codecs)
    return (to_json_codec(codecs, zarr_format),)


def to_json_codec(codec: object, zarr_format: ZarrFormat) -> CodecJson:
    """The JSON of a codec in the spelling of `zarr_format`.

    Parameters
    ----------
    codec
        A `zarr.codecs` object, a `numcodecs` object, or the JSON of either. ``blosc``, ``zstd`` and
        ``gzip`` of one format are translated to the other, parameter by parameter.
    zarr_format
        The format of the array that will use it.

    Raises
    ------
    RecipeError
        If `codec` is no codec, or one that only the other format has.
    """
    config = _config(codec)
    given: ZarrFormat = 2 if "id" in config else 3
    if given == zarr_format:
        return config
    translate = _v2_to_v3 if zarr_format == 3 else _v3_to_v2
    translated = translate(config)
    if translated is None:
        name = config["id"] if given == 2 else config["name"]
        raise RecipeError(
            f"codec {name!r} is one of zarr {given}, and the array is written in zarr {zarr_format}; "
            f"{', '.join(_SHARED)} exist in both; give one of them, or {_wanted(zarr_format)}"
        )
    return translated


def _config(codec: object) -> CodecJson:
    config: object = codec
    if isinstance(codec, _ZarrCodecLike):
        config = _without_placeholders(codec)
    elif isinstance(codec, _NumcodecsLike):
        config = codec.get_config()
    if not isinstance(config, Mapping) or ("id" in config) == ("name" in config):
        raise RecipeError(
            f"codec {reprlib.repr(codec)} is not a codec; give a zarr.codecs or numcodecs object, or its JSON: "
            '{"name": ..., "configuration": {...}} for zarr 3, {"id": ..., ...} for zarr 2'
        )
    return {str(key): _plain(value) for key, value in config.items()}


def _without_placeholders(codec: _ZarrCodecLike) -> dict[str, Json]:
    """The JSON of a zarr codec without the parameters that it would set when it meets its array.

    Blosc built without `typesize` and `shuffle` reports one-byte pixels and bit shuffle until zarr has
    told it the dtype; written down, these stand-ins would be taken as meant.
    """
    config = codec.to_dict()
    unset = getattr(codec, "_tunable_attrs", ())
    configuration = config.get("configuration")
    if unset and isinstance(configuration, Mapping):
        config["configuration"] = {key: value for key, value in configuration.items() if key not in unset}
    return config


def _plain(value: object) -> Json:
    """`value` with the enumerations, tuples and NumPy numbers of codec objects replaced by JSON's own."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.generic):
        return cast(Json, value.item())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(item) for item in value]
    enum_value = getattr(value, "value", value)
    if enum_value is None or isinstance(enum_value, bool | int | float | str):
        return enum_value
    raise RecipeError(f"codec parameter {value!r} is not JSON; give numbers, strings, lists or mappings")


def _wanted(zarr_format: ZarrFormat) -> str:
    return "a zarr.codecs object" if zarr_format == 3 else "a numcodecs object"


def _zstd(zarr_format: ZarrFormat, level: Json, *, checksum: Json) -> CodecJson:
    if zarr_format == 2:
        return {"id": "zstd", "level": level, "checksum": checksum}
    return {"name": "zstd", "configuration": {"level": level, "checksum": checksum}}


def _v2_to_v3(config: CodecJson) -> CodecJson | None:
    match config["id"]:
        case "zstd":
            return _zstd(3, config.get("level", 0), checksum=config.get("checksum", False))
        case "gzip":
            return {"name": "gzip", "configuration": {"level": config.get("level", 1)}}
        case "blosc":
            shuffle = config.get("shuffle", _AUTOSHUFFLE)
            configuration = {key: config[key] for key in ("cname", "clevel", "blocksize") if key in config}
            if shuffle != _AUTOSHUFFLE:  # left out, zarr 3 chooses by pixel size as numcodecs does
                configuration["shuffle"] = _SHUFFLE_TO_V3[cast(int, shuffle)]
            return {"name": "blosc", "configuration": configuration}
        case _:
            return None


def _v3_to_v2(config: CodecJson) -> CodecJson | None:
    parameters = cast(Mapping[str, Json], config.get("configuration", {}))
    match config["name"]:
        case "zstd":
            return _zstd(2, parameters.get("level", 0), checksum=parameters.get("checksum", False))
        case "gzip":
            return {"id": "gzip", "level": parameters.get("level", 5)}
        case "blosc":
            shuffle = parameters.get("shuffle")
            return {
                "id": "blosc",
                "cname": parameters.get("cname", "zstd"),
                "clevel": parameters.get("clevel", 5),
                "shuffle": _AUTOSHUFFLE if shuffle is None else _SHUFFLE_TO_V2[cast(str, shuffle)],
                "blocksize": parameters.get("blocksize", 0),
            }
        case _:
            return None
