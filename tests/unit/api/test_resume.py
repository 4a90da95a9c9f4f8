"""Going on with writes that were cut off."""

import shutil

import dask.array as da
import numpy as np
import pytest
import zarr
from tests.faults.cutting import CutOffError, after
from tests.faults.leftovers import files
from tests.faults.pacing import at_once

import ome_zarr
from ome_zarr.api.begun import wish_of
from ome_zarr.errors import ExistsError, IncompleteError, NotFoundError, RecipeError
from ome_zarr.sources.adapt import as_source

PIXELS = np.random.default_rng(5).integers(1, 999, (48, 60, 70)).astype("u2")
WISHES = {"axes": "zyx", "scale_factors": [{"z": 2, "y": 2, "x": 2}], "chunks": (16, 16, 32), "workers": 1}


@pytest.fixture
def source(tmp_path):
    zarr.create_array(tmp_path / "in" / "source.zarr", data=PIXELS, chunks=(16, 16, 32))
    return tmp_path / "in" / "source.zarr"


def cut_off(pixels, target, tiles=5, **wishes):
    with pytest.raises(CutOffError) as caught:
        ome_zarr.write(pixels, target, on_event=after(tiles), **{**WISHES, **wishes})
    return caught.value


def tiles(run):
    """How many tiles are done by something that takes a listener."""
    done = []
    run(lambda event: done.append(type(event).__name__))
    return done.count("TileDone")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", ["a.zarr", "a.ozx"])
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_what_is_resumed_is_what_an_undisturbed_write_gives(tmp_path, source, name, version):
    wishes = {"version": version} if name == "a.zarr" else {}
    ome_zarr.write(source, tmp_path / "in" / name, **WISHES, **wishes)
    expected = files(tmp_path / "in")
    error = cut_off(source, tmp_path / "out" / name, **wishes)
    assert f"ome_zarr.resume({str(tmp_path / 'out' / name)!r}) goes on" in error.__notes__[0]
    image = ome_zarr.resume(tmp_path / "out" / name)
    assert np.array_equal(image[0][:], PIXELS)
    assert files(tmp_path / "out") == {key: value for key, value in expected.items() if key.split("/")[0] == name}


def test_nothing_is_done_twice(tmp_path, source):
    total = ome_zarr.plan(source, **WISHES).cost.tasks
    cut_off(source, tmp_path / "a.zarr", 5)
    assert tiles(lambda listener: ome_zarr.resume(tmp_path / "a.zarr", on_event=listener)) == total - 5


def test_the_same_write_goes_on_when_it_is_told_to(tmp_path):
    cut_off(PIXELS, tmp_path / "a.zarr")
    with pytest.raises(IncompleteError, match="resume=True"):
        ome_zarr.write(PIXELS, tmp_path / "a.zarr", **WISHES)
    image = ome_zarr.write(PIXELS, tmp_path / "a.zarr", resume=True, **WISHES)
    assert np.array_equal(image[0][:], PIXELS)
    with pytest.raises(ExistsError):
        ome_zarr.write(PIXELS, tmp_path / "a.zarr", resume=True, **WISHES)


def test_another_number_of_workers_or_budget_goes_on_as_well(tmp_path):
    cut_off(PIXELS, tmp_path / "a.zarr")
    image = ome_zarr.write(
        PIXELS, tmp_path / "a.zarr", resume=True, **{**WISHES, "workers": 3, "memory_budget": 1_000_000}
    )
    assert np.array_equal(image[0][:], PIXELS)


def test_overwriting_begins_anew(tmp_path):
    cut_off(PIXELS, tmp_path / "a.zarr")
    image = ome_zarr.write(PIXELS + 1, tmp_path / "a.zarr", overwrite=True, **WISHES)
    assert np.array_equal(image[0][:], PIXELS + 1)
    assert names(tmp_path) == ["a.zarr"]


def test_an_old_image_stays_until_the_resumed_one_is_whole(tmp_path, source):
    ome_zarr.write(PIXELS + 1, tmp_path / "a.zarr", **WISHES)
    cut_off(source, tmp_path / "a.zarr", overwrite=True)
    assert np.array_equal(ome_zarr.open(tmp_path / "a.zarr")[0][:], PIXELS + 1)
    assert np.array_equal(ome_zarr.resume(tmp_path / "a.zarr")[0][:], PIXELS)
    assert names(tmp_path) == ["a.zarr", "in"]


@pytest.mark.parametrize(
    "kind", [np.asarray, lambda pixels: da.from_array(pixels, chunks=16), zarr.array], ids=["numpy", "dask", "zarr"]
)
def test_a_source_that_was_no_file_is_given_again(tmp_path, kind):
    cut_off(kind(PIXELS), tmp_path / "a.zarr", 1, memory_budget=1_000_000)
    with pytest.raises(RecipeError, match=r"ome_zarr\.resume\(target, source=\.\.\.\)"):
        ome_zarr.resume(tmp_path / "a.zarr")
    assert np.array_equal(ome_zarr.resume(tmp_path / "a.zarr", source=kind(PIXELS))[0][:], PIXELS)


@pytest.mark.parametrize(
    "other",
    [PIXELS + 1, PIXELS.astype("i4"), PIXELS[:-1], da.from_array(PIXELS)],
    ids=["pixels", "type", "shape", "kind"],
)
def test_another_source_is_refused_and_nothing_is_lost(tmp_path, other):
    cut_off(PIXELS, tmp_path / "a.zarr")
    with pytest.raises(RecipeError, match="from a source that has changed"):
        ome_zarr.resume(tmp_path / "a.zarr", source=other)
    assert np.array_equal(ome_zarr.resume(tmp_path / "a.zarr", source=PIXELS)[0][:], PIXELS)


def test_a_file_that_has_changed_is_refused(tmp_path):
    np.save(tmp_path / "a.npy", PIXELS)
    cut_off(tmp_path / "a.npy", tmp_path / "a.zarr")
    np.save(tmp_path / "a.npy", PIXELS + 1)
    with pytest.raises(RecipeError, match="from a source that has changed"):
        ome_zarr.resume(tmp_path / "a.zarr")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"chunks": (16, 16, 16)}, "levels"),
        ({"method": "nearest"}, "method"),
        ({"scale": {"x": 2.0}}, "levels"),
        ({"name": "another"}, "attributes"),
        ({"version": "0.4"}, "version"),
    ],
)
def test_other_wishes_are_refused_and_nothing_is_lost(tmp_path, changed, named):
    cut_off(PIXELS, tmp_path / "a.zarr")
    before = files(tmp_path)
    with pytest.raises(RecipeError, match=f"with other wishes: .*{named}"):
        ome_zarr.write(PIXELS, tmp_path / "a.zarr", resume=True, **{**WISHES, **changed})
    assert files(tmp_path) == before


@pytest.mark.parametrize("url", ["http://me:secret@example.org/a.zarr", "https://example.org/a.zarr?token=secret"])
def test_secrets_of_an_address_are_not_written_down(url):
    source = as_source(PIXELS)
    wish = wish_of(ome_zarr.plan(PIXELS, **WISHES), source, url, overwrite=False, durable=False)
    assert wish["path"] is None
    assert "secret" not in repr(wish)


def test_another_version_of_the_package_is_refused(tmp_path, monkeypatch):
    cut_off(PIXELS, tmp_path / "a.zarr")
    monkeypatch.setattr("ome_zarr.api.begun.installed_version", lambda name: "9.9")
    with pytest.raises(RecipeError, match=r"begun with ome-zarr '.*', and this is 9\.9"):
        ome_zarr.resume(tmp_path / "a.zarr", source=PIXELS)


def test_discarding_leaves_nothing(tmp_path):
    cut_off(PIXELS, tmp_path / "a.zarr", on_error="discard")
    assert files(tmp_path) == {}
    with pytest.raises(RecipeError, match="on_error is 'ignore'"):
        ome_zarr.write(PIXELS, tmp_path / "a.zarr", on_error="ignore", **WISHES)


def test_where_nothing_was_cut_off_there_is_nothing_to_resume(tmp_path):
    with pytest.raises(NotFoundError, match="no writing of"):
        ome_zarr.resume(tmp_path / "a.zarr")
    ome_zarr.write(PIXELS, tmp_path / "a.zarr", **WISHES)
    with pytest.raises(NotFoundError, match="no writing of"):
        ome_zarr.resume(tmp_path / "a.zarr")


def test_an_image_that_got_its_name_just_before_the_end_is_whole(tmp_path, source, monkeypatch):
    monkeypatch.setattr("ome_zarr.storage.job.Job.close", lambda job: job.suspend())
    with at_once():
        ome_zarr.write(source, tmp_path / "a.zarr", **WISHES)
    monkeypatch.undo()
    assert ".a.zarr.job" in names(tmp_path)
    assert np.array_equal(ome_zarr.resume(tmp_path / "a.zarr")[0][:], PIXELS)
    assert names(tmp_path) == ["a.zarr", "in"]


def test_a_durable_image_is_the_same(tmp_path):
    ome_zarr.write(PIXELS, tmp_path / "a" / "a.zarr", durable=True, **WISHES)
    ome_zarr.write(PIXELS, tmp_path / "b" / "a.zarr", **WISHES)
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_cleaning_removes_what_was_cut_off_and_nothing_else(tmp_path):
    ome_zarr.write(PIXELS, tmp_path / "whole.zarr", **WISHES)
    before = files(tmp_path)
    cut_off(PIXELS, tmp_path / "a.zarr")
    cut_off(PIXELS, tmp_path / "b.ozx")
    assert ome_zarr.clean(tmp_path, dry_run=True) == (tmp_path / "a.zarr", tmp_path / "b.ozx")
    assert ome_zarr.clean(tmp_path / "a.zarr") == (tmp_path / "a.zarr",)
    assert ome_zarr.clean(tmp_path) == (tmp_path / "b.ozx",)
    assert ome_zarr.clean(tmp_path) == ()
    assert files(tmp_path) == before
    with pytest.raises(NotFoundError, match="is no folder"):
        ome_zarr.clean(tmp_path / "nowhere" / "a.zarr")


def test_the_part_that_is_kept_can_be_moved_with_its_target(tmp_path, source):
    cut_off(source, tmp_path / "one" / "a.zarr")
    shutil.move(tmp_path / "one", tmp_path / "two")
    assert np.array_equal(ome_zarr.resume(tmp_path / "two" / "a.zarr")[0][:], PIXELS)
