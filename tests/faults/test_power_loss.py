"""The power fails while a durable image is written: it is complete or absent, and going on ends in the same bytes."""

import random
import sys
import zlib

import pytest
from tests.faults.jobs import Job, hidden, visible, work
from tests.faults.sizes import times

from ome_zarr.testing.faults import PowerLoss

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the names of open files are asked of Linux")

STATES = times(100, 5000)


def content_id(path):
    """As `file_id`, but the same for a copy: what an image says of itself."""
    document = path / "zarr.json"
    return (0, zlib.crc32(document.read_bytes())) if document.exists() else None


@pytest.mark.parametrize("replaces", [False, True], ids=["new", "overwrite"])
def test_whatever_reached_the_disk_the_image_is_old_or_new_and_can_be_gone_on_with(tmp_path, monkeypatch, replaces):
    job = Job(replaces=replaces, wishes=(("durable", True),))
    monkeypatch.setattr("ome_zarr.storage.job.file_id", content_id)
    old, new = job.states(tmp_path / "undisturbed")
    (tmp_path / "written").mkdir()
    job.before(tmp_path / "written")
    with PowerLoss(tmp_path / "written") as power:
        work(job, tmp_path / "written")()
    monkeypatch.setattr("ome_zarr.engine.journal.boot_id", lambda: "the next")
    found = set()
    for seed in range(STATES // 2):
        chance = random.Random(seed)
        folder = tmp_path / str(seed)
        power.state(folder, chance.randint(0, len(power.log)), chance)
        assert visible(folder) in (old, new), f"state {seed}"
        found.add(visible(folder) == new)
        job.end(folder)
        assert visible(folder) == new, f"state {seed}"
        assert hidden(folder) == [], f"state {seed}"
    assert found == {True, False}
