"""Names of labels that are none, and labels where there is nothing to label: nothing is written."""

import numpy as np
import pytest
from tests.faults.bad_inputs.snapshots import snapshot

import ome_zarr
from ome_zarr import writer
from ome_zarr.errors import ExistsError, NotFoundError, OmeZarrError, RecipeError

PIXELS = np.zeros((16, 16), "u1")

NAMES = {
    "empty": ("", "is empty"),
    "here": (".", "consists of periods"),
    "above": ("..", "consists of periods"),
    "far above": ("../../secret", "contains a slash"),
    "many periods": ("....", "consists of periods"),
    "a path": ("a/b", "contains a slash"),
    "absolute": ("/tmp/x", "contains a slash"),
    "a slash": ("/", "contains a slash"),
    "a slash at the end": ("cells/", "contains a slash"),
    "a backslash": ("..\\x", "contains a slash"),
    "a URL": ("http://host/x", "contains a slash"),
    "a drive": ("C:x", "starts with a drive"),
    "encoded": ("%2e%2e", "encoded"),
    "NUL": ("a\0b", "control character"),
    "a new line": ("a\nb", "control character"),
    "half a character": ("\ud800", "UTF-8"),
    "a document of zarr 3": ("zarr.json", "is the name of a metadata file"),
    "a document of zarr 2": (".zattrs", "is the name of a metadata file"),
    "reserved by zarr": ("__cells", "reserved"),
    "a number": (7, "a int; it must be text"),
    "none": (None, "a NoneType; it must be text"),
    "bytes": (b"cells", "a bytes; it must be text"),
    "a list": (["cells"], "a list; it must be text"),
}

LABELS = {
    "floats": (PIXELS.astype("f4"), {}, RecipeError, r"labels have dtype 'float32'.*astype\('uint32'\)"),
    "complex numbers": (PIXELS.astype("c8"), {}, RecipeError, "labels have dtype"),
    "averages": (PIXELS, {"method": "local_mean"}, RecipeError, "labels take one of 'nearest'"),
    "too few axes": (PIXELS[None], {"axes": "yx"}, RecipeError, "are 2 for an image of 3"),
    "a colour of no value": (PIXELS, {"image_label": {"colors": [{}]}}, RecipeError, "label-value"),
    "a colour of two numbers": (
        PIXELS,
        {"image_label": {"colors": [{"label-value": 1, "rgba": [1, 2]}]}},
        RecipeError,
        "rgba",
    ),
    "a value twice": (
        PIXELS,
        {"image_label": {"colors": [{"label-value": 1}, {"label-value": 1}]}},
        RecipeError,
        "label-value|twice|1",
    ),
    "properties that are no list": (PIXELS, {"image_label": {"properties": 7}}, RecipeError, "properties is 7"),
    "a number for what is said": (PIXELS, {"image_label": 7}, RecipeError, "is 7"),
    "another zarr": (PIXELS, {"version": "0.4"}, RecipeError, "zarr 3"),
}


@pytest.fixture
def image(tmp_path):
    """An image with the labels ``cells``, beside a file of somebody's."""
    (tmp_path / "mine.txt").write_text("years of work")
    written = ome_zarr.write(PIXELS, tmp_path / "image.zarr", axes="yx", levels=1)
    ome_zarr.write_labels(PIXELS, written, "cells")
    return tmp_path / "image.zarr"


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("case", NAMES)
def test_a_name_that_is_none_is_refused(case, overwrite, image, tmp_path):
    name, message = NAMES[case]
    before = snapshot(tmp_path)
    with pytest.raises(RecipeError, match=f"label name .*{message}"):
        ome_zarr.write_labels(PIXELS, image, name, overwrite=overwrite)
    with pytest.raises(RecipeError, match=f"label name .*{message}"):
        writer.write_labels(PIXELS, image, name, axes="yx", storage_options={"overwrite": overwrite})
    with pytest.raises(RecipeError, match=f"label name .*{message}"):
        writer.write_multiscale_labels([PIXELS], image, name, axes="yx")
    with pytest.raises(RecipeError, match=f"label name .*{message}"):
        writer.write_label_metadata(str(image / "labels"), name)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("case", LABELS)
def test_labels_that_are_none_are_refused(case, image, tmp_path):
    labels, wishes, error, message = LABELS[case]
    before = snapshot(tmp_path)
    with pytest.raises(error, match=message):
        ome_zarr.write_labels(labels, image, "nuclei", **{"axes": "yx", **wishes})
    assert snapshot(tmp_path) == before


def test_labels_that_are_there_are_not_replaced_unasked(image, tmp_path):
    before = snapshot(tmp_path)
    with pytest.raises(ExistsError, match="overwrite"):
        ome_zarr.write_labels(PIXELS, image, "cells")
    with pytest.raises(FileExistsError, match="overwrite"):
        writer.write_labels(PIXELS, image, "cells", axes="yx")
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("target", ["nowhere.zarr", "mine.txt", ""])
def test_labels_need_an_image(target, image, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = snapshot(tmp_path)
    with pytest.raises(OmeZarrError):
        ome_zarr.write_labels(PIXELS, target, "cells")
    assert snapshot(tmp_path) == before


def test_metadata_of_labels_need_labels(image, tmp_path):
    before = snapshot(tmp_path)
    with pytest.raises(NotFoundError, match="has no labels 'nuclei'; write them first"):
        writer.write_label_metadata(str(image / "labels"), "nuclei")
    assert snapshot(tmp_path) == before
