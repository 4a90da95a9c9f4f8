"""`ome_zarr.verify` finds what is wrong, tells what nobody can know, and nothing else."""

import errno
import json
import shutil
import tempfile
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.api.stored import collection, plate

import ome_zarr
from ome_zarr.api.download import download
from ome_zarr.chunks.inventory import INVENTORY_NAME
from ome_zarr.chunks.store import Folder
from ome_zarr.cli import main
from ome_zarr.engine.events import TileDone, WriteStarted
from ome_zarr.errors import NotFoundError, RecipeError
from ome_zarr.format import FormatV04, FormatV05
from ome_zarr.validation.events import VerifyStarted
from ome_zarr.writer import write_image, write_labels

PIXELS = np.random.default_rng(0).integers(0, 500, (3, 40, 50)).astype("u2")
DEPTHS = [{"quick": True}, {}, {"deep": True}]


def image(target, **wishes):
    wishes = {"axes": "zyx", "scale_factors": [2, 4], "chunks": 16, **wishes}
    return ome_zarr.write(PIXELS, target, **wishes)


def found(target, **depth):
    return [(finding.kind, finding.place) for finding in ome_zarr.verify(target, **depth).findings]


@settings(max_examples=25)
@given(
    st.sampled_from(["0.4", "0.5", "0.6"]),
    st.sampled_from(["folder", "zip", "group", "door", "copy"]),
    st.sampled_from(["u1", "i4", "f4", "?"]),
    st.sampled_from(["resize", "local_mean", "nearest", "max", "stride"]),
    st.lists(st.integers(2, 40), min_size=2, max_size=3),
    st.booleans(),
    st.booleans(),
)
def test_nothing_is_wrong_with_what_was_just_written(version, target, dtype, method, shape, shards, labels):
    axes = "zyx"[-len(shape) :]
    pixels = np.random.default_rng(0).integers(0, 200, shape).astype(dtype)
    pixels[: shape[0] // 2] = 0
    wishes = {"chunks": 8, "shards": 16 if shards and version != "0.4" else None}
    with tempfile.TemporaryDirectory() as folder:
        place = written(Path(folder), target, version, pixels, labels, axes=axes, method=method, **wishes)
        for depth in DEPTHS:
            assert ome_zarr.verify(place, **depth).findings == ()


def written(folder, target, version, pixels, labels, *, axes, **wishes):
    """Pixels, written in one of the ways in which that can be done."""
    place = folder / ("a.zip" if target == "zip" else "a.zarr")
    if target == "door":
        fmt = FormatV04() if version == "0.4" else FormatV05()
        group = zarr.open_group(place, mode="w", zarr_format=fmt.zarr_format)
        method = wishes.pop("method")
        options = {key: value for key, value in wishes.items() if value is not None}
        write_image(pixels, group, axes=axes, scale_factors=[2], method=method, fmt=fmt, storage_options=options)
        if labels:
            write_labels(pixels.astype("u1"), group, "cells", axes=axes, scale_factors=[2], fmt=fmt)
        return place
    inside = zarr.open_group(place, mode="w", zarr_format=2 if version == "0.4" else 3) if target == "group" else place
    ome_zarr.write(pixels, inside, axes=axes, scale_factors=[2], version=version, **wishes)
    if labels and target != "zip":
        del wishes["method"]
        ome_zarr.write_labels(pixels.astype("u1"), place, "cells", axes=axes, scale_factors=[2], **wishes)
        ome_zarr.write_labels(pixels.astype("u1"), place, "nuclei", axes=axes, scale_factors=[2], **wishes)
    return download(place, folder / "copies") if target == "copy" else place


@pytest.mark.parametrize("method", ["resize", "local_mean", "nearest", "median", "zoom"])
@pytest.mark.parametrize("wishes", [{}, {"shards": 32}, {"version": "0.4"}], ids=str)
def test_a_level_that_is_not_made_of_level_0_is_stale(tmp_path, method, wishes):
    image(tmp_path / "a.zarr", method=method, **wishes)
    level = zarr.open_array(tmp_path / "a.zarr/s2", mode="r+")
    level[1, 3, 5] += 1
    level[2, 9, 11] += 1
    for inventory in (tmp_path / "a.zarr").glob(f"*/{INVENTORY_NAME}"):
        inventory.unlink()  # as if another program had written it
    assert found(tmp_path / "a.zarr") == []
    (finding,) = ome_zarr.verify(tmp_path / "a.zarr", deep=True).findings
    assert (finding.kind, finding.place) == ("stale", "s2")
    assert finding.facts == {"different": 2, "first": (1, 3, 5)}


def test_levels_of_labels_are_made_again_too(tmp_path):
    image(tmp_path / "a.zarr")
    ome_zarr.write_labels(PIXELS, tmp_path / "a.zarr", "cells", axes="zyx", method="mode")
    zarr.open_array(tmp_path / "a.zarr/labels/cells/s1", mode="r+")[0, 0, 0] += 1
    (tmp_path / "a.zarr/labels/cells/s1" / INVENTORY_NAME).unlink()
    assert found(tmp_path / "a.zarr", deep=True) == [("stale", "labels/cells/s1")]


def test_levels_are_made_again_in_a_small_part_of_their_memory(tmp_path, monkeypatch):
    image(tmp_path / "a.zarr")
    monkeypatch.setattr("ome_zarr.planning.build.default_budget", lambda: 100_000)
    assert found(tmp_path / "a.zarr", deep=True) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda said: said.update(package="another"), "another package made them"),
        (lambda said: said.update(method="nobody's"), "nobody's"),
        (lambda said: said["parameters"].update(factors=[[1, 2]]), "factors"),
        (lambda said: said["parameters"].update(edge="torn"), "edge"),
    ],
    ids=["package", "method", "factors", "edge"],
)
def test_where_nobody_says_how_levels_were_made_that_is_noted(tmp_path, change, told):
    image(tmp_path / "a.zarr")
    document = json.loads((tmp_path / "a.zarr/zarr.json").read_text())
    change(document["attributes"]["ome"]["multiscales"][0]["metadata"])
    (tmp_path / "a.zarr/zarr.json").write_text(json.dumps(document))
    report = ome_zarr.verify(tmp_path / "a.zarr", deep=True)
    assert [finding.kind for finding in report.findings] == ["changed"]
    (note,) = [note for note in report.notes if note.kind == "levels"]
    assert told in note.message


def test_levels_of_codecs_that_may_lose_something_are_not_judged(tmp_path):
    lossy = {"filters": [{"name": "numcodecs.bitround", "configuration": {"keepbits": 4}}]}
    floats = PIXELS.astype("f4") * 1.001
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zarr-python's, of a codec that no specification has
        ome_zarr.write(floats, tmp_path / "a.zarr", axes="zyx", scale_factors=[2], chunks=16, storage_options=lossy)
        report = ome_zarr.verify(tmp_path / "a.zarr", deep=True)
    assert not report
    assert "may lose" in report.notes[-1].message


def test_factors_that_give_other_shapes_are_a_finding(tmp_path):
    image(tmp_path / "a.zarr")
    document = json.loads((tmp_path / "a.zarr/zarr.json").read_text())
    document["attributes"]["ome"]["multiscales"][0]["metadata"]["parameters"]["factors"][1] = [1, 3, 3]
    (tmp_path / "a.zarr/zarr.json").write_text(json.dumps(document))
    assert ("shape", "") in found(tmp_path / "a.zarr", deep=True)


def test_of_an_image_of_another_program_holes_are_counted_and_not_judged(tmp_path):
    image(tmp_path / "a.zarr")
    for inventory in (tmp_path / "a.zarr").glob(f"*/{INVENTORY_NAME}"):
        inventory.unlink()
    shutil.rmtree(tmp_path / "a.zarr/s0/c/0")
    for quick in (True, False):
        report = ome_zarr.verify(tmp_path / "a.zarr", quick=quick)
        assert not report
        assert report.notes[1].facts == {"holes": 12, "objects": 12}
    assert "12 of 12 objects are not stored" in str(report)


def test_damage_of_an_image_of_another_program_is_found_where_it_cannot_be_decoded(tmp_path):
    image(tmp_path / "a.zarr")
    (tmp_path / "a.zarr/s0" / INVENTORY_NAME).unlink()
    (tmp_path / "a.zarr/s0/c/0/1/1").write_bytes(b"nothing that was ever encoded")
    (finding,) = ome_zarr.verify(tmp_path / "a.zarr").findings
    assert (finding.kind, finding.facts["key"]) == ("damaged", "s0/c/0/1/1")


def test_what_another_program_has_written_since_is_told_as_changed(tmp_path):
    image(tmp_path / "a.zarr")
    zarr.open_group(tmp_path / "a.zarr").attrs["mine"] = 1
    zarr.open_array(tmp_path / "a.zarr/s1")[:] = 7
    assert set(found(tmp_path / "a.zarr")) == {("changed", ""), ("changed", "s1")}


def test_an_array_with_another_shape_has_an_outdated_inventory(tmp_path):
    image(tmp_path / "a.zarr")
    zarr.open_array(tmp_path / "a.zarr/s0").resize((3, 80, 50))
    report = ome_zarr.verify(tmp_path / "a.zarr")
    assert any("has changed its shape" in finding.message for finding in report.findings)


def test_documents_that_are_broken_or_gone_are_found_each_by_its_place(tmp_path):
    image(tmp_path / "a.zarr")
    ome_zarr.write_labels(PIXELS, tmp_path / "a.zarr", "cells", axes="zyx")
    (tmp_path / "a.zarr/s1/zarr.json").write_text("{")
    (tmp_path / "a.zarr/labels/cells/s0/zarr.json").unlink()
    kinds = found(tmp_path / "a.zarr")
    assert ("document", "s1") in kinds
    assert ("missing", "labels/cells/s0") in kinds
    (tmp_path / "a.zarr/zarr.json").write_text("{")
    assert found(tmp_path / "a.zarr") == [("document", "")]


@pytest.mark.parametrize("make", [plate, collection])
def test_plates_and_collections_are_looked_at_as_a_whole(tmp_path, make):
    make(tmp_path / "a.zarr")
    before = ome_zarr.verify(tmp_path / "a.zarr", deep=True).findings
    assert {finding.kind for finding in before} <= {"changed", "missing"}  # attributes of others, wells not there
    chunks = [path for path in (tmp_path / "a.zarr").rglob("*") if path.is_file() and path.name.isdigit()]
    for chunk in (chunks[0], chunks[-1]):
        kept = chunk.read_bytes()
        chunk.write_bytes(kept[:-1])
        (finding,) = set(keys(tmp_path / "a.zarr")) - {None}
        chunk.write_bytes(kept)
        assert finding == chunk.relative_to(tmp_path / "a.zarr").as_posix()


def keys(target):
    return [finding.facts.get("key") for finding in ome_zarr.verify(target).findings]


def test_a_file_that_cannot_be_read_is_one_finding_among_others(tmp_path, monkeypatch):
    image(tmp_path / "a.zarr")
    get = Folder.get

    def fail(folder, key, *bounds):
        if key == "s0/c/0/0/0":
            raise OSError(errno.EIO, "Input/output error")
        return get(folder, key, *bounds)

    monkeypatch.setattr(Folder, "get", fail)
    (finding,) = ome_zarr.verify(tmp_path / "a.zarr").findings
    assert (finding.kind, finding.facts["key"]) == ("unreadable", "s0/c/0/0/0")


def test_of_very_many_objects_some_are_named_and_the_rest_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("ome_zarr.api.verify._MOST_FINDINGS", 3)
    image(tmp_path / "a.zarr")
    shutil.rmtree(tmp_path / "a.zarr/s0/c")
    *named, rest = ome_zarr.verify(tmp_path / "a.zarr").findings
    assert [finding.kind for finding in named] == ["missing"] * 3
    assert (rest.kind, rest.facts) == ("more", {"objects": 9})


@pytest.mark.parametrize("depth", DEPTHS, ids=str)
def test_a_store_in_memory_is_looked_at_as_a_folder_is(depth):
    store = zarr.storage.MemoryStore()
    image(store)
    assert not ome_zarr.verify(store, **depth)
    store.delete_sync("s0/c/0/0/0")
    assert found(store, **depth) == [("missing", "s0")]


@pytest.mark.parametrize("quick", [False, True])
def test_a_listener_is_told_of_every_object_and_of_all_pixels(tmp_path, quick):
    image(tmp_path / "a.zarr", chunks=8, shards=16)
    events = []
    ome_zarr.verify(tmp_path / "a.zarr", quick=quick, on_event=events.append)
    started, *seen = events
    keys = {path.relative_to(tmp_path / "a.zarr").as_posix() for path in (tmp_path / "a.zarr").glob("*/c/*/*/*")}
    assert started == VerifyStarted(len(keys), sum(level.nbytes for level in ome_zarr.open(tmp_path / "a.zarr")))
    assert {event.key for event in seen} == keys
    assert sum(event.bytes_seen for event in seen) == started.bytes_total


def test_a_listener_is_told_of_levels_that_are_made_again(tmp_path):
    image(tmp_path / "a.zarr")
    events = []
    ome_zarr.verify(tmp_path / "a.zarr", deep=True, on_event=events.append)
    (started,) = [event for event in events if isinstance(event, WriteStarted)]
    assert sum(event.bytes_handed for event in events if isinstance(event, TileDone)) == started.bytes_total


def test_a_listener_that_fails_ends_it(tmp_path):
    image(tmp_path / "a.zarr")

    def listener(event):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        ome_zarr.verify(tmp_path / "a.zarr", on_event=listener)


@pytest.mark.parametrize("deep", [False, True])
def test_no_more_threads_look_than_are_wished_for(tmp_path, deep):
    image(tmp_path / "a.zarr")
    for workers in (1, 3):
        names = set()
        listener = lambda event, names=names: names.add(threading.current_thread().name)  # noqa: E731 - for one line
        assert not ome_zarr.verify(tmp_path / "a.zarr", deep=deep, workers=workers, on_event=listener)
        assert len({name for name in names if name.startswith("ome-zarr")}) <= {1: 0, 3: 3}[workers]


@pytest.mark.parametrize("workers", [0, -1, 2.5, "two", 10**9])
def test_workers_are_a_number_of_threads(tmp_path, workers):
    with pytest.raises(RecipeError, match="workers"):
        ome_zarr.verify(tmp_path, workers=workers)


def test_an_array_of_impossibly_many_chunks_is_not_gone_through(tmp_path):
    image(tmp_path / "a.zarr")
    document = json.loads((tmp_path / "a.zarr/s0/zarr.json").read_text())
    document["shape"] = [2**60] * 3
    (tmp_path / "a.zarr/s0/zarr.json").write_text(json.dumps(document))
    assert ("document", "s0") in found(tmp_path / "a.zarr")


def test_it_is_either_quick_or_deep(tmp_path):
    with pytest.raises(RecipeError, match="quick=True and deep=True"):
        ome_zarr.verify(tmp_path, quick=True, deep=True)


@pytest.mark.parametrize("inside", ["nothing", "s0"])
def test_what_is_no_group_of_ome_zarr_cannot_be_verified(tmp_path, inside):
    image(tmp_path / "a.zarr")
    zarr.open_group(tmp_path / "a.zarr/mine", mode="w")
    for name in (inside, "mine"):
        with pytest.raises(NotFoundError):
            ome_zarr.verify(tmp_path / "a.zarr" / name)


class TestCommand:
    """``ome_zarr verify``."""

    def run(self, *arguments):
        try:
            return main(["verify", *map(str, arguments)])
        except SystemExit as error:
            return error.code

    def test_it_ends_with_0_where_nothing_is_wrong(self, tmp_path, capsys):
        image(tmp_path / "a.zarr")
        for option in ((), ("--quick",), ("--deep",)):
            assert self.run(tmp_path / "a.zarr", *option) == 0
            assert "3 arrays with 17 objects" in capsys.readouterr().out
        assert self.run(tmp_path / "a.zarr", "-q") == 0
        assert capsys.readouterr().out == ""

    def test_it_ends_with_1_and_says_what_is_wrong(self, tmp_path, capsys):
        image(tmp_path / "a.zarr")
        (tmp_path / "a.zarr/s0/c/0/0/0").unlink()
        assert self.run(tmp_path / "a.zarr", "-q") == 1
        assert capsys.readouterr().out.startswith("s0: object 's0/c/0/0/0' is gone")

    def test_workers_are_an_option(self, tmp_path, capsys):
        image(tmp_path / "a.zarr")
        assert self.run(tmp_path / "a.zarr", "--workers", 1, "-q") == 0
        assert self.run(tmp_path / "a.zarr", "--workers", 0) == 2
        assert "workers is 0" in capsys.readouterr().err

    def test_programs_read_json(self, tmp_path, capsys):
        image(tmp_path / "a.zarr")
        (tmp_path / "a.zarr/s0/c/0/0/0").unlink()
        assert self.run(tmp_path / "a.zarr", "--json") == 1
        said = json.loads(capsys.readouterr().out)
        assert [finding["facts"]["key"] for finding in said["findings"]] == ["s0/c/0/0/0"]
        assert said["notes"][0]["facts"]["arrays"] == 3

    def test_it_ends_with_2_where_nothing_can_be_looked_at(self, tmp_path, capsys):
        assert self.run(tmp_path / "nothing") == 2
        assert self.run("http://127.0.0.1:9/a.zarr") == 2
        assert self.run(tmp_path, "--quick", "--deep") == 2
        assert capsys.readouterr().err.count("error: ") == 3
