"""Every operation on files goes wrong once: an error, a short write, the end of the process, a torn write.

Afterwards the target is as it was or complete, never anything else, and going on ends in the bytes of an undisturbed
write, with nothing left over.
"""

import errno
import re
import shutil
import subprocess
import sys
from functools import partial

import pytest
from tests.faults.jobs import JOBS, PIXELS, PRELOAD, WISHES, hidden, visible, work
from tests.faults.sizes import every

import ome_zarr
from ome_zarr.errors import TargetError
from ome_zarr.testing.faults import Faults, killed_at, operations

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the names of open files are asked of Linux")

ERRORS = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EMFILE, errno.EACCES)
STEPS = {name: every(1 if name == "v0.5" else 7) for name in JOBS}


@pytest.fixture(params=JOBS)
def name(request):
    return request.param


@pytest.fixture
def job(name):
    return JOBS[name]


@pytest.fixture
def rounds(tmp_path, name, job):
    """Of every operation that is tried: its number, a folder as it is before, and what may be visible."""
    old, new = job.states(tmp_path / "undisturbed")
    (tmp_path / "before").mkdir()
    job.before(tmp_path / "before")
    shutil.copytree(tmp_path / "before", tmp_path / "counted")
    count = len(operations(tmp_path / "counted", work(job, tmp_path / "counted")))
    assert count > 40

    def tried(start=0):
        for number in range(start % STEPS[name], count, STEPS[name]):
            folder = tmp_path / f"{start}-{number}"
            shutil.copytree(tmp_path / "before", folder)
            yield number, folder, old, new
            shutil.rmtree(folder)

    return tried


def failure(run):
    """The error of this package that some work raises; None: it is done."""
    try:
        run()
    except TargetError as error:
        return error
    return None


@pytest.mark.parametrize("what", ["raise", "short"])
@pytest.mark.parametrize("lasts", [False, True], ids=["once", "lasting"])
def test_after_an_error_at_any_operation_the_target_is_old_or_new_and_can_be_gone_on_with(job, rounds, what, lasts):
    raised = 0
    for number, folder, old, new in rounds():
        with Faults(folder, number, what, ERRORS[number % len(ERRORS)], lasts=lasts):
            error = failure(work(job, folder))
        context = f"operation {number}: {error}"
        assert visible(folder) == (new if error is None else old), context
        raised += check_told(error, number, folder)
        job.end(folder)
        assert visible(folder) == new, context
        assert hidden(folder) == [], context
    assert raised > 2


def check_told(error, number, folder):
    """An error says its number and place; 1 where there is one."""
    if error is None:
        return 0
    assert error.errno == ERRORS[number % len(ERRORS)]
    assert str(folder) in str(error)
    return 1


@pytest.mark.parametrize("tear", [False, True], ids=["killed", "torn"])
def test_after_a_kill_at_any_operation_the_target_is_old_or_new_and_can_be_gone_on_with(job, rounds, tear):
    for number, folder, old, new in rounds(start=3):
        assert killed_at(folder, number, work(job, folder), tear=tear, preload=PRELOAD)
        assert visible(folder) in (old, new), f"operation {number}"
        job.end(folder)
        assert visible(folder) == new, f"operation {number}"
        assert hidden(folder) == [], f"operation {number}"


def test_a_write_that_is_killed_again_and_again_ends(tmp_path):
    job = JOBS["v0.5"]
    _, new = job.states(tmp_path / "undisturbed")
    folder = tmp_path / "killed"
    folder.mkdir()
    kills = 0
    while killed_at(folder, 40, partial(job.end, folder), preload=PRELOAD):
        assert visible(folder) in ({}, new)
        kills += 1
        assert kills < 50, "no process gets on"
    assert kills > 2
    assert visible(folder) == new
    assert hidden(folder) == []


@pytest.fixture(params=["0.4", "0.5"])
def labellings(request, tmp_path):
    """Of every operation that is tried: its number, a folder with an image, what is there without and with labels."""
    (tmp_path / "before").mkdir()
    ome_zarr.write(PIXELS, tmp_path / "before" / "a.zarr", **{**WISHES, "version": request.param})
    old = visible(tmp_path / "before")
    shutil.copytree(tmp_path / "before", tmp_path / "counted")
    count = len(operations(tmp_path / "counted", partial(label, tmp_path / "counted")))
    new = visible(tmp_path / "counted")

    def tried(start=0):
        for number in range(start, count, every(7)):
            folder = tmp_path / f"{start}-{number}"
            shutil.copytree(tmp_path / "before", folder)
            yield number, folder, old, new
            shutil.rmtree(folder)

    return tried


def test_labels_that_fail_at_any_operation_leave_the_image_as_it_was_and_can_be_written_again(labellings):
    for number, folder, old, new in labellings():
        with Faults(folder, number, error=ERRORS[number % len(ERRORS)]):
            error = failure(partial(label, folder))
        context = f"operation {number}: {error}"
        assert visible(folder).items() >= (new if error is None else old).items(), context
        assert ome_zarr.open(folder / "a.zarr").label_names == (("cells",) if error is None else ()), context
        label(folder, overwrite=True)
        assert visible(folder) == new
        assert hidden(folder) == []


@pytest.mark.parametrize("tear", [False, True], ids=["killed", "torn"])
def test_labels_that_are_killed_at_any_operation_are_there_or_not_and_can_be_written_again(labellings, tear):
    outcomes = set()
    for number, folder, old, new in labellings(start=3):
        assert killed_at(folder, number, partial(label, folder), tear=tear, preload=PRELOAD)
        names = ome_zarr.open(folder / "a.zarr").label_names
        outcomes.add(names)
        assert visible(folder).items() >= {(): old, ("cells",): new}[names].items(), f"operation {number}"
        label(folder, overwrite=True)
        assert but_temporary(visible(folder)) == new, f"operation {number}"
        assert hidden(folder) == [], f"operation {number}"
    assert () in outcomes


def but_temporary(found):
    """All but the names under which zarr-python writes a document, before it has its own."""
    return {name: held for name, held in found.items() if not re.fullmatch(r".*/zarr\.[0-9a-f]{32}\.partial", name)}


def label(folder, **options):
    """Write labels into the image."""
    ome_zarr.write_labels(PIXELS, folder / "a.zarr", "cells", chunks=8, workers=1, **options)


def test_a_file_that_may_not_grow_is_an_error_of_ours(tmp_path):
    script = (
        "import resource, signal, sys; import numpy as np; import ome_zarr\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "pixels = np.random.default_rng(0).integers(0, 60000, (8, 128, 128), 'u2')\n"
        "try: ome_zarr.write(pixels, sys.argv[1], axes='zyx', chunks=(8, 128, 128))\n"
        "except ome_zarr.errors.TargetError as error: print(error.errno)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "a.zarr"], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == errno.EFBIG
    assert visible(tmp_path) == {}


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 300 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", folder]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"nothing can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_on_a_disk_that_is_full_the_work_is_kept_and_goes_on_when_there_is_room(small_disk):
    (small_disk / "filler").write_bytes(bytes(230_000))
    job = JOBS["v0.5"]
    error = failure(work(job, small_disk))
    assert error.errno == errno.ENOSPC
    assert set(visible(small_disk)) == {"filler"}
    (small_disk / "filler").unlink()
    job.end(small_disk)
    assert {name.split("/")[0] for name in visible(small_disk)} == {"a.zarr"}
    assert hidden(small_disk) == []
