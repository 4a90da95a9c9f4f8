"""Any order of writing, failing, going on, overwriting, labelling, copying and renaming, against a dictionary.

After every step all images are verified.
"""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.faults.sizes import times

import ome_zarr
from ome_zarr.csv import dict_to_zarr

WISHES = {"axes": "yx", "scale_factors": (2,), "chunks": 8, "workers": 1}
NAMES = st.sampled_from(["a.zarr", "b.ozx"])
VALUES = st.integers(1, 9)
LABELS = st.sampled_from(["cells", "nuclei"])


class CutOffError(Exception):
    """What ends a write in the middle."""


def cut_off(event):
    if type(event).__name__ == "TileDone":
        raise CutOffError


class Images(RuleBasedStateMachine):
    """A folder of images; the model has their value, and that of each of their labels."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.images = {}
        self.begun = {}

    def teardown(self):
        shutil.rmtree(self.folder)

    @rule(name=NAMES, value=VALUES)
    def write_or_overwrite(self, name, value):
        ome_zarr.write(pixels(value), self.folder / name, overwrite=True, **WISHES)
        self.images[name] = (value, {})
        self.begun.pop(name, None)

    @rule(name=NAMES, value=VALUES)
    def is_cut_off(self, name, value):
        with suppress(CutOffError):
            ome_zarr.write(pixels(value), self.folder / name, overwrite=True, on_event=cut_off, **WISHES)
        self.begun[name] = value

    @precondition(lambda self: self.begun)
    @rule(data=st.data())
    def go_on(self, data):
        name = data.draw(st.sampled_from(sorted(self.begun)))
        value = self.begun.pop(name)
        ome_zarr.resume(self.folder / name, source=pixels(value))
        self.images[name] = (value, {})

    @precondition(lambda self: self.begun)
    @rule()
    def clean(self):
        assert {path.name for path in ome_zarr.clean(self.folder)} == set(self.begun)
        self.begun.clear()

    @precondition(lambda self: "a.zarr" in self.images)
    @rule(name=LABELS, value=VALUES)
    def add_or_replace_a_label(self, name, value):
        ome_zarr.write_labels(pixels(value), self.folder / "a.zarr", name, overwrite=True, chunks=8, workers=1)
        self.images["a.zarr"][1][name] = value

    @precondition(lambda self: self.images.get("a.zarr", (0, {}))[1])
    @rule(data=st.data(), area=VALUES)
    def describe_what_a_label_names(self, data, area):
        name = data.draw(st.sampled_from(sorted(self.images["a.zarr"][1])))
        dict_to_zarr({"1": {"area": area}}, self.folder / "a.zarr" / "labels" / name, name)

    @precondition(lambda self: "a.zarr" in self.images and "a.zarr" not in self.begun)
    @rule()
    def copy_and_rename_back(self):
        shutil.copytree(self.folder / "a.zarr", self.folder / "copy")
        shutil.rmtree(self.folder / "a.zarr")
        (self.folder / "copy").rename(self.folder / "a.zarr")

    @invariant()
    def the_folder_is_what_the_model_says(self):
        assert {path.name for path in self.folder.glob("[!.]*")} == set(self.images)
        assert {path.name for path in self.folder.glob(".*.job")} == {f".{name}.job" for name in self.begun}
        for name, (value, labels) in self.images.items():
            image = ome_zarr.open(self.folder / name)
            assert (image[0][:] == value).all()
            assert set(image.label_names) == set(labels)
            for label, held in labels.items():
                assert (ome_zarr.open(self.folder / name / "labels" / label)[0][:] == held).all()
            assert ome_zarr.verify(self.folder / name, deep=True, workers=1).findings == ()


def pixels(value):
    return np.full((16, 24), value, "u2")


TestImages = Images.TestCase
TestImages.settings = settings(max_examples=times(15, 1000), stateful_step_count=times(12, 30), deadline=None)
