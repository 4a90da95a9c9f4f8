"""What is typed after the program's name, parsed, and made into wishes; nothing is done with it.

An input is arguments with NUL characters between them.
"""

import contextlib
import io
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from functools import cache
from random import Random

from tests.fuzz.mutation import mutated_text
from tests.fuzz.target import Target

from ome_zarr.cli.program import _parser
from ome_zarr.cli.wishes import as_options, wishes_of
from ome_zarr.planning.recipe import Recipe

__all__ = ["TARGET"]

_LINES = (
    "info a.zarr",
    "info -v a.zarr",
    "view a.zarr",
    "finder .",
    "download a.zarr --output b",
    "create --method cells a.zarr",
    "scale in.zarr out.zarr yx",
    "csv_to_labels a.csv id name,area b.zarr id",
    "diff a.zarr b.zarr",
    "verify --deep --json a.zarr",
    "verify --quick a.zarr",
    "resume --source a.tif --import math b.zarr",
    "clean --list .",
    "plan a.tif --axes zyx --memory 512MiB",
    "convert a.tif b.zarr --axes zyx --scale z=0.5,yx=0.1 --units zyx=micrometer --channel-names a,b",
    "convert a.tif b.zarr --scale-factors zyx=2 zyx=4 --method local_mean --edge trim --levels auto",
    "convert a.tif b.zarr --levels 3 --chunks z=64,yx=256 --shards 512 --compressor blosc:zstd,1,shuffle",
    "convert a.tif b.zarr --compressor zstd:3 --ome-version 0.4 --workers 2 --channel-windows 0:10,1:5 -q",
    "convert a.tif b.zarr --translation 1,2,3 --channel-colors red,00FF00 --name x --overwrite",
    "convert a.tif b.zarr --resume --on-error discard --durable --checksum no",
)


@cache
def _program() -> ArgumentParser:
    return _parser()


def _prepare(data: bytes) -> list[str]:
    return data.decode("utf-8", "surrogateescape").split("\0")


def _run(arguments: list[str]) -> None:
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            parsed = _program().parse_args(arguments)
    except SystemExit as end:
        _check_end(end.code, said.getvalue())
    else:
        _check_wishes(parsed)


def _check_end(code: object, said: str) -> None:
    """Wrong use is told in one line; help and version are asked for."""
    if code not in (0, 2) or (code == 2 and not said.startswith("error: ")):
        raise AssertionError(f"the program ended with {code!r} and said {said[:200]!r}")


def _check_wishes(parsed: Namespace) -> None:
    Recipe(**wishes_of(parsed))
    as_options(" ".join(map(str, vars(parsed).values())))


def _seeds() -> Iterator[bytes]:
    return (line.replace(" ", "\0").encode() for line in _LINES)


_WORDS = sorted({word for line in _LINES for word in line.split()} | {"--help", "--version", "--", "-", "=", ",", ":"})


def _mutate(data: bytes, random: Random) -> bytes:
    arguments = _prepare(data)
    at = random.randrange(len(arguments))
    chance = random.random()
    if chance < 0.2:
        del arguments[at]
    elif chance < 0.4:
        arguments.insert(at, random.choice(_WORDS))
    elif chance < 0.5:
        arguments[at] = random.choice(_WORDS)
    else:
        arguments[at] = mutated_text(arguments[at], random, _WORDS)
    return "\0".join(arguments).encode("utf-8", "surrogateescape")


TARGET = Target("arguments", _prepare, _run, _seeds, _mutate)
