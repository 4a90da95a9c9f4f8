"""`write_labels` and `write_label_metadata`."""

from pathlib import Path

import dask.array as da
import numpy as np
import pytest
import zarr
from ome_zarr_models.v05.image import Image
from ome_zarr_models.v05.labels import Labels
from tests.compat.groups import document, levels, new_group, noise, ramp, reopened

import ome_zarr
from ome_zarr.errors import NotFoundError, OmeZarrWarning
from ome_zarr.scale import Scaler
from ome_zarr.writer import write_image, write_label_metadata, write_labels

COLORS = [{"label-value": 1, "rgba": [1, 2, 3, 255]}]
PROPERTIES = [{"label-value": 1, "area": 7}]


@pytest.fixture
def group(tmp_path: Path) -> zarr.Group:
    """An image."""
    made = new_group(tmp_path)
    write_image(noise((16, 16)), made, axes="yx", scale_factors=[2])
    return made


def test_labels_belong_to_their_image(group: zarr.Group) -> None:
    assert write_labels(ramp((16, 16)), group, "cells", axes="yx", scale_factors=[2]) == []
    assert [level.shape for level in levels(group["labels/cells"])] == [(16, 16), (8, 8)]
    assert document(group["labels/cells"])["image-label"] == {"version": "0.5", "source": {"image": "../../"}}
    assert list(ome_zarr.open(group).labels) == ["cells"]


def test_other_packages_accept_image_and_labels(group: zarr.Group) -> None:
    write_labels(ramp((16, 16)), group, "cells", axes="yx", scale_factors=[2], label_metadata={"colors": COLORS})
    assert Labels.from_zarr(reopened(group)["labels"]).ome_attributes.labels == ["cells"]
    assert Image.from_zarr(reopened(group)).labels is not None


def test_every_name_is_listed_once(group: zarr.Group) -> None:
    for name in ("cells", "nuclei"):
        write_labels(ramp((16, 16)), group, name, axes="yx", scale_factors=[])
    write_label_metadata(group["labels"], "cells", colors=COLORS)
    assert document(group["labels"]) == {"version": "0.5", "labels": ["cells", "nuclei"]}


def test_the_source_is_read_once_and_values_are_not_searched(group: zarr.Group) -> None:
    seen: list[int] = []

    def counted(block: np.ndarray) -> np.ndarray:
        seen.append(block.size)
        return block

    labels = da.from_array(ramp((16, 16)), chunks=4).map_blocks(counted, meta=np.empty((0, 0), "uint16"))
    write_labels(labels, group, "cells", axes="yx", scale_factors=[2])
    assert len(seen) == 16


def test_nothing_is_read_before_it_is_computed(group: zarr.Group) -> None:
    def never(block: np.ndarray) -> np.ndarray:
        raise AssertionError

    labels = da.from_array(ramp((16, 16)), chunks=4).map_blocks(never, meta=np.empty((0, 0), "uint16"))
    assert len(write_labels(labels, group, "cells", axes="yx", scale_factors=[2], compute=False)) == 2


@pytest.mark.parametrize(
    "keywords",
    [
        {"label_metadata": {"colors": COLORS, "properties": PROPERTIES, "tool": "mine"}},
        {"image-label": {"colors": COLORS, "properties": PROPERTIES, "tool": "mine"}},
        {
            "image-label": {"colors": COLORS, "tool": "other"},
            "label_metadata": {"properties": PROPERTIES, "tool": "mine"},
        },
    ],
)
def test_what_the_values_mean_is_said_in_either_way(group: zarr.Group, keywords: dict) -> None:
    write_labels(ramp((16, 16)), group, "cells", axes="yx", scale_factors=[], **keywords)
    said = document(group["labels/cells"])["image-label"]
    assert (said["colors"], said["properties"], said["tool"]) == (COLORS, PROPERTIES, "mine")


def test_the_model_of_ome_zarr_models_is_taken_too(group: zarr.Group) -> None:
    from ome_zarr_models.v05.image_label_types import Label

    label = Label.model_validate({"colors": COLORS, "version": "0.5"})
    write_labels(ramp((16, 16)), group, "cells", axes="yx", scale_factors=[], **{"image-label": label})
    assert document(group["labels/cells"])["image-label"]["colors"] == COLORS


def test_labels_keep_their_values_at_every_level(group: zarr.Group) -> None:
    labels = noise((64, 64), "uint32") * np.uint32(2**24 + 1)
    write_labels(labels, group, "cells", axes="yx", scale_factors=[2, 3, 8])
    assert all(set(np.unique(level)) <= set(np.unique(labels)) for level in levels(group["labels/cells"]))


def test_methods_that_make_new_values_are_refused(group: zarr.Group) -> None:
    with pytest.raises(ValueError, match="no labels of the source"):
        write_labels(ramp((16, 16)), group, "cells", axes="yx", scale_factors=[2], method="local_mean")
    assert "labels" not in group


def test_a_scaler_with_other_factors_is_honoured(group: zarr.Group) -> None:
    with pytest.warns(DeprecationWarning, match="deprecated"):
        write_labels(ramp((16, 16)), group, "cells", axes="yx", scaler=Scaler(max_layer=1, downscale=4))
    assert [level.shape for level in levels(group["labels/cells"])] == [(16, 16), (4, 4)]


def test_labels_may_come_before_their_image(tmp_path: Path) -> None:
    write_labels(ramp((16, 16)), tmp_path / "new.zarr", "cells", axes="yx", scale_factors=[])
    write_image(ramp((16, 16)), tmp_path / "new.zarr", axes="yx", scale_factors=[])
    assert np.array_equal(ome_zarr.open(tmp_path / "new.zarr").labels["cells"][0], ramp((16, 16)))


def test_labels_fill_an_empty_group_that_waits_for_them(group: zarr.Group) -> None:
    group.create_group("labels/cells").attrs["mine"] = 1
    write_labels(ramp((16, 16)), group, "cells", axes="yx", scale_factors=[])
    assert reopened(group)["labels/cells"].attrs["mine"] == 1
    assert levels(group["labels/cells"])[0].shape == (16, 16)


def test_labels_that_are_there_are_not_replaced_unasked(group: zarr.Group) -> None:
    write_labels(ramp((16, 16)), group, "cells", axes="yx", scale_factors=[])
    with pytest.raises(zarr.errors.ContainsArrayError):
        write_labels(noise((16, 16)), group, "cells", axes="yx", scale_factors=[])
    assert np.array_equal(levels(group["labels/cells"])[0], ramp((16, 16)))


def test_overwrite_among_the_storage_options_replaces_labels(group: zarr.Group) -> None:
    for labels in (ramp((16, 16)), noise((8, 8))):
        write_labels(labels, group, "cells", axes="yx", scale_factors=[], storage_options={"overwrite": True})
    assert np.array_equal(levels(group["labels/cells"])[0], noise((8, 8)))
    assert document(group["labels"])["labels"] == ["cells"]


def test_omero_for_labels_is_left_out_with_a_warning(group: zarr.Group) -> None:
    with pytest.warns(OmeZarrWarning, match="omero"):
        write_labels(ramp((16, 16)), group, "cells", axes="yx", scale_factors=[], omero={"channels": []})


def test_label_metadata_is_added_to_what_is_there(group: zarr.Group) -> None:
    write_labels(ramp((16, 16)), group, "cells", axes="yx", scale_factors=[], label_metadata={"colors": COLORS})
    write_label_metadata(group["labels"], "cells", properties=PROPERTIES)
    said = document(group["labels/cells"])["image-label"]
    assert (said["colors"], said["properties"]) == (COLORS, PROPERTIES)


def test_label_metadata_names_the_source(group: zarr.Group) -> None:
    group.create_group("labels").create_group("cells")
    write_label_metadata(group["labels"], "cells")
    assert document(group["labels/cells"]) == {
        "version": "0.5",
        "image-label": {"version": "0.5", "source": {"image": "../../"}},
    }


def test_metadata_of_labels_that_are_not_there_are_refused(group: zarr.Group) -> None:
    labels = group.create_group("labels")
    with pytest.raises(NotFoundError, match="'cells'"):
        write_label_metadata(labels, "cells")
    assert document(labels) == {}


@pytest.mark.parametrize("colors", [[{"rgba": [1, 2, 3]}], [{"label-value": 1, "rgba": [1, 2, 3, 400]}], ["red"]])
def test_malformed_colors_are_refused(group: zarr.Group, colors: list) -> None:
    with pytest.raises(ValueError, match="image-label/colors/0"):
        write_labels(ramp((16, 16)), group, "cells", axes="yx", label_metadata={"colors": colors})
    assert "labels" not in group
