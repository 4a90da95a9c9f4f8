"""Every member of the documents of an image, replaced by everything it should not be: what is read then.

A row has one letter for each of `VALUES`: ``E`` an error that names the member or the image; ``W`` a warning that
names it, and the pixels; ``.`` the pixels, and nothing to say; ``o`` other pixels, where nobody can know better.
"""

import copy
import json
import shutil
import warnings
from pathlib import Path

import numpy as np
import pytest
from tests.faults.bad_inputs.snapshots import snapshot

import ome_zarr
from ome_zarr.cli import main
from ome_zarr.errors import DocumentError, DocumentWarning, NotFoundError

PIXELS = np.arange(2 * 16 * 12, dtype="u2").reshape(2, 16, 12)
GONE = object()
DEEP: object = 1
for _ in range(40):
    DEEP = [DEEP]

VALUES = {
    "gone": GONE,
    "null": None,
    "a number": -7,
    "text": "\0 nothing of the kind",
    "a list": [[]],
    "a mapping": {"": 0},
    "immense": 2**70,
    "deep": DEEP,
}

FILES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "0.4": (".zattrs", "s0/.zarray", ()),
    "0.5": ("zarr.json", "s0/zarr.json", ("attributes", "ome")),
}
"""The documents of an image and of its level 0, and where in the first OME-Zarr begins."""

type Place = tuple[str | int, ...]

FIRST = ("multiscales", 0)
IMAGE: dict[Place, str] = {
    ("multiscales",): "EEEEEEEE",
    FIRST: "EEEEEEEE",
    (*FIRST, "axes"): "EEEEEEEE",
    (*FIRST, "axes", 0): "EEE.EEEE",
    (*FIRST, "axes", 0, "name"): "EEE.EEEE",
    (*FIRST, "axes", 0, "type"): "..W.WWWW",
    (*FIRST, "axes", 1, "unit"): "..W.WWWW",
    (*FIRST, "datasets"): "EEEEEEEE",
    (*FIRST, "datasets", 0): "oEEEEEEE",
    (*FIRST, "datasets", 0, "path"): "EEEEEEEE",
    (*FIRST, "datasets", 0, "coordinateTransformations"): "..WWWWWW",
    (*FIRST, "datasets", 0, "coordinateTransformations", 0): ".WWWWWWW",
    (*FIRST, "datasets", 0, "coordinateTransformations", 0, "type"): "WWWWWWWW",
    (*FIRST, "datasets", 0, "coordinateTransformations", 0, "scale"): "WWWWWWWW",
    (*FIRST, "datasets", 0, "coordinateTransformations", 0, "scale", 1): "WW.WWW.W",
    (*FIRST, "coordinateTransformations"): "..WWWWWW",
    (*FIRST, "name"): "..W.WWWW",
    (*FIRST, "type"): "..W.WWWW",
    (*FIRST, "metadata"): "........",
    ("omero",): "..WWWWWW",
    ("omero", "channels"): "WWWWWWWW",
    ("omero", "channels", 0): ".WWWW.WW",
    ("omero", "channels", 0, "color"): "..WWWWWW",
    ("omero", "channels", 0, "window"): "..WWW.WW",
    ("omero", "channels", 0, "window", "start"): "...WWW.W",
    ("omero", "channels", 0, "label"): "..W.WWWW",
    ("omero", "rdefs"): "..WWW.WW",
}
ARRAYS: dict[str, dict[Place, str]] = {
    "0.4": {
        ("zarr_format",): "EEEEEEEE",
        ("shape",): "EEEEEEEE",
        ("shape", 0): "EEEEEEEE",
        ("chunks",): "EEEEEEEE",
        ("chunks", 0): "EEEEEEEE",
        ("dtype",): "EEEEEEEE",
        ("compressor",): "EEEEEEEE",
        ("compressor", "id"): "EEEEEEEE",
        ("order",): "EEEEEEEE",
        ("filters",): "..EEEEEE",
        ("fill_value",): "..EEEEEE",
        ("dimension_separator",): "EEEEEEEE",
    },
    "0.5": {
        ("zarr_format",): "EEEEEEEE",
        ("node_type",): "EEEEEEEE",
        ("shape",): "EEEEEEEE",
        ("shape", 0): "EEEEEEEE",
        ("data_type",): "EEEEEEEE",
        ("chunk_grid",): "EEEEEEEE",
        ("chunk_grid", "name"): "EEEEEEEE",
        ("chunk_grid", "configuration"): "EEEEEEEE",
        ("chunk_grid", "configuration", "chunk_shape"): "EEEEEEEE",
        ("chunk_key_encoding",): "EEEEEEEE",
        ("codecs",): "EEEEEEEE",
        ("codecs", 0): "EEEEEEEE",
        ("codecs", 0, "name"): "EEEEEEEE",
        ("codecs", 1, "configuration"): "EEEEEEEE",
        ("fill_value",): "EEEEEEEE",
        ("dimension_names",): "..EEEEEE",
    },
}


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An image of each version, with everything that its documents can have."""
    folder = tmp_path_factory.mktemp("mutations")
    wishes = {"axes": "cyx", "levels": 2, "chunks": 8, "channel_names": ["a", "b"], "units": {"y": "meter"}}
    for version in FILES:
        ome_zarr.write(PIXELS, folder / version / "mutant.zarr", version=version, **wishes)
    return {version: folder / version / "mutant.zarr" for version in FILES}


def replaced(document: dict, place: Place, value: object) -> dict:
    """A copy of a document with something else at a place."""
    document = copy.deepcopy(document)
    *above, last = place
    node = document
    for key in above:
        node = node[key]
    node[last] = value
    if value is GONE:
        del node[last]
    return document


def outcome(folder: Path, member: str) -> str:
    """What comes of reading all that there is to know of an image."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            image = ome_zarr.open(folder)
            repr(image)
            repr(image.channels)
            pixels = np.asarray(image.levels[0])
        except (DocumentError, NotFoundError) as error:
            return "E" if member in str(error) or folder.name in str(error) else str(error)
    if {warning.category for warning in told} - {DocumentWarning} or not all(member in str(w.message) for w in told):
        return f"warnings of something else: {[str(warning.message) for warning in told]}"
    same = np.array_equal(pixels, PIXELS)
    return ("W" if told else ".") if same else "o"


def outcomes(template: Path, folder: Path, file: str, place: Place) -> list[str]:
    """What comes of every value at a place of a file."""
    shutil.copytree(template, folder)
    document = json.loads((folder / file).read_text())
    member = next(str(key) for key in place if key not in ("attributes", "ome"))
    found = []
    for value in VALUES.values():
        (folder / file).write_text(json.dumps(replaced(document, place, value)))
        found.append(outcome(folder, member))
    return found


@pytest.mark.parametrize("place", IMAGE, ids=str)
@pytest.mark.parametrize("version", FILES)
def test_what_the_document_of_an_image_may_say(version, place, templates, tmp_path):
    file, _, prefix = FILES[version]
    found = outcomes(templates[version], tmp_path / "mutant.zarr", file, (*prefix, *place))
    assert found == list(IMAGE[place])


@pytest.mark.parametrize(("version", "place"), [(v, p) for v, places in ARRAYS.items() for p in places], ids=str)
def test_what_the_document_of_an_array_may_say(version, place, templates, tmp_path):
    found = outcomes(templates[version], tmp_path / "mutant.zarr", FILES[version][1], place)
    assert found == list(ARRAYS[version][place])


COMMANDS = {
    "info": lambda path: ["info", path],
    "diff": lambda path: ["diff", path, path],
    "plan": lambda path: ["plan", path],
    "convert": lambda path: ["convert", path, "copy.zarr", "--quiet"],
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("place", [("multiscales",), (*FIRST, "axes"), (*FIRST, "datasets", 0, "path")], ids=str)
@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_line_tells_a_malformed_image_in_one_line(command, place, templates, tmp_path, capsys, monkeypatch):
    folder = tmp_path / "mutant.zarr"
    shutil.copytree(templates["0.5"], folder)
    document = json.loads((folder / "zarr.json").read_text())
    monkeypatch.chdir(tmp_path)
    for value in (None, -7, [[]]):
        (folder / "zarr.json").write_text(json.dumps(replaced(document, ("attributes", "ome", *place), value)))
        before = snapshot(tmp_path)
        with pytest.raises(SystemExit) as ended:
            main(COMMANDS[command](str(folder)))
        told = capsys.readouterr().err
        assert ended.value.code in (1, 2)
        assert told.startswith("error: ")
        assert told.count("\n") == 1
        assert snapshot(tmp_path) == before
