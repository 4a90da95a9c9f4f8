"""The work on one target."""

import json
import os
import stat

import pytest
from tests.faults.leftovers import files

from ome_zarr.errors import DocumentError, IncompleteError, TargetBusy, TargetError
from ome_zarr.storage.job import Job, end_committed, find_jobs, read_wish, remove_job


def cut_off(target, *, progress=True):
    """Work that somebody began and nobody ended."""
    job = Job.take(target)
    job.describe({"what": "an image"})
    job.partial.mkdir()
    (job.partial / "chunk").write_bytes(b"pixels")
    if progress:
        job.journal.write_bytes(b"a line\n")
    job.suspend()
    return job


def test_one_has_the_job_and_others_are_told(tmp_path):
    job = Job.take(tmp_path / "a.zarr")
    with pytest.raises(TargetBusy, match=r"'.*a\.zarr' is being written by another"):
        Job.take(tmp_path / "a.zarr")
    job.remove()
    assert files(tmp_path) == {}


def test_the_folder_is_nobody_elses_business(tmp_path):
    job = Job.take(tmp_path / "a.zarr")
    assert stat.S_IMODE(job.folder.stat().st_mode) == 0o700
    (tmp_path / "twin").mkdir()
    assert job.mode == stat.S_IMODE((tmp_path / "twin").stat().st_mode)
    job.suspend()
    assert Job.take(tmp_path / "a.zarr").mode == job.mode


def test_a_link_and_what_it_leads_to_are_one_target(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    job = Job.take(tmp_path / "link" / "a.zarr")
    assert job.folder == tmp_path / "real" / ".a.zarr.job"
    with pytest.raises(TargetBusy):
        Job.take(tmp_path / "real" / "a.zarr")


def test_work_with_progress_is_refused_or_kept_or_removed(tmp_path):
    cut_off(tmp_path / "a.zarr")
    before = files(tmp_path)
    with pytest.raises(IncompleteError, match=r"ome_zarr\.resume\(target\)"):
        Job.take(tmp_path / "a.zarr", "refuse")
    assert files(tmp_path) == before
    job = Job.take(tmp_path / "a.zarr", "resume")
    assert job.has_progress
    assert job.wish == {"what": "an image"}
    assert (job.partial / "chunk").exists()
    job.suspend()
    job = Job.take(tmp_path / "a.zarr", "discard")
    assert not job.partial.exists()
    assert job.wish is None
    assert not job.has_progress


@pytest.mark.parametrize("begun", ["refuse", "discard"])
def test_work_without_progress_is_removed(tmp_path, begun):
    cut_off(tmp_path / "a.zarr", progress=False)
    job = Job.take(tmp_path / "a.zarr", begun)
    assert not job.partial.exists()
    assert job.wish is None


def test_a_journal_without_the_image_that_it_speaks_of_does_not_count(tmp_path):
    job = cut_off(tmp_path / "a.zarr")
    (job.partial / "chunk").unlink()
    job.partial.rmdir()
    job = Job.take(tmp_path / "a.zarr", "resume")
    assert job.wish == {"what": "an image"}
    assert not job.has_progress


def test_what_got_its_name_is_committed(tmp_path):
    job = cut_off(tmp_path / "a.zarr")
    job = Job.take(tmp_path / "a.zarr", "resume")
    job.committing(job.partial)
    assert not job.is_committed
    job.partial.rename(tmp_path / "a.zarr")
    assert job.is_committed
    with pytest.raises(TargetBusy):
        end_committed(tmp_path / "a.zarr")
    job.suspend()
    assert end_committed(tmp_path / "a.zarr")
    assert files(tmp_path) == {"a.zarr": None, "a.zarr/chunk": b"pixels"}
    assert not end_committed(tmp_path / "a.zarr")


def test_what_is_not_committed_stays(tmp_path):
    cut_off(tmp_path / "a.zarr")
    before = files(tmp_path)
    assert not end_committed(tmp_path / "a.zarr")
    assert files(tmp_path).keys() == before.keys()


def test_jobs_are_found_by_target_and_by_folder(tmp_path):
    for name in ("b.zarr", "a.ozx", "x" * 230):
        cut_off(tmp_path / name)
    (tmp_path / ".foreign.job" / "states").mkdir(parents=True)
    (tmp_path / ".other.job").mkdir()
    (tmp_path / ".other.job" / "lock").write_text("something else")
    assert list(find_jobs(tmp_path)) == sorted(tmp_path / name for name in ("b.zarr", "a.ozx", "x" * 230))
    assert list(find_jobs(tmp_path / "b.zarr")) == [tmp_path / "b.zarr"]
    assert list(find_jobs(tmp_path / "other")) == []


@pytest.mark.parametrize("inside", [[], ["lock"]])
def test_a_folder_that_was_left_before_or_after_all_work_is_found_and_removed(tmp_path, inside):
    folder = tmp_path / ".a.zarr.job"
    folder.mkdir()
    for name in inside:
        (folder / name).touch()
    assert list(find_jobs(tmp_path)) == list(find_jobs(tmp_path / "a.zarr")) == [tmp_path / "a.zarr"]
    remove_job(tmp_path / "a.zarr")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("foreign", [".a.zarr.job/notes", ".a.zarr.job/lock/notes", ".a.zarr.partial/notes"])
def test_a_folder_without_a_lock_is_nobodys_job_where_something_is_in_it_or_beside_it(tmp_path, foreign):
    (tmp_path / ".a.zarr.job").mkdir()
    (tmp_path / foreign).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / foreign).touch()
    assert list(find_jobs(tmp_path)) == []


def test_removing_leaves_what_others_put_there(tmp_path):
    job = cut_off(tmp_path / "a.zarr")
    (job.folder / "notes.txt").write_text("mine")
    (tmp_path / "canary").mkdir()
    (tmp_path / "canary" / "bird").write_text("alive")
    (job.partial / "link").symlink_to(tmp_path / "canary")
    remove_job(tmp_path / "a.zarr")
    assert files(tmp_path) == {
        ".a.zarr.job": None,
        ".a.zarr.job/notes.txt": b"mine",
        "canary": None,
        "canary/bird": b"alive",
    }


def test_a_link_in_the_place_of_the_image_being_built_is_not_followed(tmp_path):
    job = cut_off(tmp_path / "a.zarr")
    (job.partial / "chunk").unlink()
    job.partial.rmdir()
    (tmp_path / "canary").mkdir()
    (tmp_path / "canary" / "bird").write_text("alive")
    job.partial.symlink_to(tmp_path / "canary")
    remove_job(tmp_path / "a.zarr")
    assert files(tmp_path) == {"canary": None, "canary/bird": b"alive"}


@pytest.mark.parametrize(
    "make", [lambda path: path.write_text("x"), lambda path: path.symlink_to("elsewhere")], ids=["file", "link"]
)
def test_what_is_in_the_way_is_told_and_kept(tmp_path, make):
    make(tmp_path / ".a.zarr.job")
    with pytest.raises(TargetError, match="is in the way"):
        Job.take(tmp_path / "a.zarr")
    assert os.path.lexists(tmp_path / ".a.zarr.job")


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100000, "3"])
def test_a_damaged_document_is_told(tmp_path, text):
    job = cut_off(tmp_path / "a.zarr")
    (job.folder / "job.json").write_text(text)
    with pytest.raises(DocumentError, match="is damaged"):
        read_wish(tmp_path / "a.zarr")
    with pytest.raises(DocumentError, match="is damaged"):
        Job.take(tmp_path / "a.zarr", "refuse")
    remove_job(tmp_path / "a.zarr")
    assert files(tmp_path) == {}


@pytest.mark.parametrize("said", ["", "null", '{"mode": "x"}', json.dumps({"mode": 0o40777})])
def test_a_lock_that_says_nonsense_does_no_harm(tmp_path, said):
    cut_off(tmp_path / "a.zarr")
    (tmp_path / ".a.zarr.job" / "lock").write_text(said)
    job = Job.take(tmp_path / "a.zarr")
    assert job.mode <= 0o777
    job.remove()
    assert files(tmp_path) == {}
