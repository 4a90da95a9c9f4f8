"""`ome_zarr.reader`: what ome-zarr-py's reader says of a store, and what it does better."""

import json
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
import zarr
from tests.compat.collect_reading import AXES, CHANNELS, collected, describe, make_image, make_labels, make_plate
from tests.compat.groups import new_group, noise

import ome_zarr
from ome_zarr.errors import DocumentError, DocumentWarning, NotFoundError
from ome_zarr.io import ZarrLocation, parse_url
from ome_zarr.reader import OMERO, Label, Labels, Multiscales, Node, Plate, Reader, Spec, Well
from ome_zarr.writer import write_image, write_labels

RECORDED = json.loads(Path(__file__).with_name("reading-0.21.0.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> dict:
    return collected(tmp_path_factory.mktemp("stores"))


@pytest.mark.parametrize("store", RECORDED)
def test_a_store_reads_as_with_ome_zarr_py(store: str, ours: dict) -> None:
    assert ours[store] == RECORDED[store]


def nodes(place: object) -> list[Node]:
    location = parse_url(place)
    assert location is not None
    return list(Reader(location)())


def image(path: Path, version: str = "0.5", **parts: object) -> zarr.Group:
    group = new_group(path, zarr_format=2 if version < "0.5" else 3)
    return make_image(group, version, (2, 16, 12), axes=AXES, **parts)


def path_of(group: zarr.Group) -> Path:
    return Path(group.store.root, group.path)


class TestImages:
    @pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
    def test_axes_and_places_are_those_of_the_document(self, version: str, tmp_path: Path) -> None:
        axes = [{"name": "z", "type": "space", "unit": "micrometer"}, {"name": "y", "type": "space"}, "x"]
        target = tmp_path / "image.zarr"
        ome_zarr.write(
            noise((3, 16, 12)),
            target,
            axes=axes,
            scale=(3, 0.5, 0.5),
            scale_factors=[2],
            method="nearest",
            version=version,
        )
        (node,) = nodes(target)
        assert [axis["name"] for axis in node.metadata["axes"]] == ["z", "y", "x"]
        assert node.metadata["axes"][0]["unit"] == "micrometer"
        assert [level.shape for level in node.data] == [level.shape for level in ome_zarr.open(target)]
        scales = [transformations[0]["scale"] for transformations in node.metadata["coordinateTransformations"]]
        assert scales == [[3, 0.5, 0.5], [3, 1, 1]]
        assert node.zarr.version == version

    def test_transformations_can_be_changed_without_changing_the_document(self, tmp_path: Path) -> None:
        (node,) = nodes(path_of(image(tmp_path)))
        node.metadata["coordinateTransformations"][0][0]["scale"].pop(0)
        first = node.zarr.root_attrs["multiscales"][0]["datasets"][0]
        assert first["coordinateTransformations"][0]["scale"] == [1, 0.5, 0.5]

    def test_a_level_that_is_not_there_is_an_error(self, tmp_path: Path) -> None:
        group = image(tmp_path)
        del group["1"]
        with pytest.raises(NotFoundError, match=r"image\.zarr/1'"):
            nodes(path_of(group))

    def test_malformed_metadata_are_an_error_that_names_the_place(self, tmp_path: Path) -> None:
        group = new_group(tmp_path)
        group.attrs["ome"] = {"version": "0.5", "multiscales": [{"axes": AXES}]}
        with pytest.raises(DocumentError, match="datasets"):
            nodes(path_of(group))

    def test_malformed_labels_do_not_hide_the_image(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        group = image(tmp_path)
        make_labels(group, "0.5")
        group["labels/cells"].attrs["ome"] = {"version": "0.5", "multiscales": 7, "image-label": {}}
        shown = [node.zarr.basename() for node in nodes(path_of(group))]
        assert shown == ["image.zarr", "labels", "spots"]
        assert "cells" in caplog.text

    def test_a_place_without_a_group_has_no_reader(self, tmp_path: Path) -> None:
        with pytest.raises(NotFoundError, match=r"missing\.zarr"):
            Reader(ZarrLocation(tmp_path / "missing.zarr"))

    def test_a_level_is_lazy(self, tmp_path: Path) -> None:
        (node,) = nodes(path_of(image(tmp_path)))
        multiscales = node.load(Multiscales)
        assert isinstance(multiscales, Spec)
        assert multiscales.datasets == ["0", "1"]
        assert isinstance(multiscales.array(resolution="1"), da.Array)
        with pytest.raises(NotFoundError):
            multiscales.array("2")


class TestChannels:
    def test_a_channel_without_a_color_is_white_among_others(self, tmp_path: Path) -> None:
        (node,) = nodes(path_of(image(tmp_path, omero={"channels": [{"label": "a"}, CHANNELS[0]]})))
        assert node.metadata["colormap"] == [[[0, 0, 0], [1, 1, 1]], [[0, 0, 0], [0, 0, 1]]]

    def test_channels_of_an_image_that_is_not_shown_are_not_shown(self, tmp_path: Path) -> None:
        group = image(tmp_path, omero={"channels": [{"label": "a"}, {"label": "b", "active": True}]})
        make_labels(group, "0.5")
        parent, *_ = nodes(path_of(group) / "labels" / "cells")
        assert parent.metadata["visible"] == [False, False]

    @pytest.mark.filterwarnings("ignore::ome_zarr.errors.DocumentWarning")
    @pytest.mark.parametrize("omero", [7, {}, {"channels": 7}, {"channels": None}])
    def test_malformed_channels_are_left_out(
        self, omero: object, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        (node,) = nodes(path_of(image(tmp_path, omero=omero)))
        assert "channel_names" not in node.metadata
        assert node.load(OMERO).image_data == omero
        assert "channels are left out" in caplog.text

    def test_a_malformed_color_leaves_the_rest(self, tmp_path: Path) -> None:
        group = image(tmp_path, omero={"channels": [CHANNELS[0], {"label": "a", "color": "nothing"}]})
        with pytest.warns(DocumentWarning, match="nothing"):
            (node,) = nodes(path_of(group))
        assert node.metadata["channel_names"] == ["DNA", "a"]
        assert node.metadata["contrast_limits"] == [[3, 99.5], None]


class TestLabels:
    def test_labels_that_were_written_here_are_found(self, tmp_path: Path) -> None:
        group = new_group(tmp_path)
        write_image(noise((32, 32)), group, axes="yx", scale_factors=[2])
        colors = [{"label-value": 1, "rgba": [255, 0, 0, 255]}]
        write_labels(
            noise((32, 32), "uint8"), group, "cells", axes="yx", scale_factors=[2], label_metadata={"colors": colors}
        )
        shown, listing, labels = nodes(path_of(group))
        assert [type(spec) for node in (shown, listing, labels) for spec in node.specs] == [
            Multiscales,
            Labels,
            Label,
            Multiscales,
        ]
        assert labels.metadata["color"] == {1: [1, 0, 0, 1]}
        assert (shown.visible, listing.visible, labels.visible) == (True, False, False)

    def test_a_malformed_color_leaves_the_others(self, tmp_path: Path) -> None:
        colors = [{"label-value": "x", "rgba": [1, 2, 3, 4]}, {"label-value": 2, "rgba": [0, 0, 255, 255]}, 7]
        label = {"colors": colors, "properties": [{"area": 1}, {"label-value": 3, "area": 2}]}
        group = image(tmp_path, **{"image-label": label})
        with pytest.warns(DocumentWarning, match="left out"):
            (node,) = nodes(path_of(group))
        assert node.metadata["color"] == {2: [0, 0, 1, 1]}
        assert node.metadata["properties"] == {3: {"area": 2}}

    @pytest.mark.filterwarnings("ignore::ome_zarr.errors.DocumentWarning")
    def test_malformed_labels_are_an_image(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        (node,) = nodes(path_of(image(tmp_path, **{"image-label": 7})))
        assert node.metadata["color"] == {}
        assert len(node.data) == 2
        assert "properties are left out" in caplog.text

    def test_labels_without_a_source_stand_for_themselves(self, tmp_path: Path) -> None:
        group = image(tmp_path)
        make_labels(group, "0.5")
        (node,) = nodes(path_of(group) / "labels" / "spots")
        assert node.pre_nodes == []

    def test_the_source_of_labels_is_found_within_a_store(self) -> None:
        group = make_image(zarr.create_group(zarr.storage.MemoryStore(), path="a/b"), "0.5", (2, 16, 12), axes=AXES)
        make_labels(group, "0.5")
        found = nodes(group["labels/cells"])
        assert [node.zarr.path for node in found] == ["a/b", "a/b/labels", "a/b/labels/spots", "a/b/labels/cells"]

    def test_a_source_outside_the_store_is_not_looked_for(self, caplog: pytest.LogCaptureFixture) -> None:
        group = zarr.create_group(zarr.storage.MemoryStore())
        make_image(group, "0.5", (2, 16, 12), axes=AXES, **{"image-label": {"source": {"image": "../../"}}})
        (node,) = nodes(group)
        assert node.pre_nodes == []
        assert "is not there" in caplog.text

    def test_visibility_passes_on_to_what_belongs_to_a_node(self, tmp_path: Path) -> None:
        group = image(tmp_path)
        make_labels(group, "0.5")
        root = nodes(path_of(group))[0]
        root.visible = False
        root.visible = True
        assert [node.visible for node in Reader(root.zarr).descend(root)] == [True] * 4
        assert not repr(root).endswith("(hidden)")

    def test_what_was_seen_is_not_added_again(self, tmp_path: Path) -> None:
        (node,) = nodes(path_of(image(tmp_path)))
        assert node.add(node.zarr) is None
        again = node.add(node.zarr, prepend=True, visibility=False, plate_labels=True)
        assert node.pre_nodes == [again]
        assert again is not None
        assert not again.visible


class TestPlates:
    @pytest.fixture
    def plate(self, tmp_path: Path) -> zarr.Group:
        group = new_group(tmp_path)
        make_plate(group, "0.5")
        return group

    def test_wells_lie_where_they_are(self, plate: zarr.Group) -> None:
        (node,) = nodes(path_of(plate))
        whole = node.data[0].compute()
        assert whole.shape == (2, 32, 36)
        assert np.array_equal(whole[:, 16:, 24:], plate["B/3/0/0"][...])
        assert not whole[:, :16, 12:].any()

    def test_wells_of_unequal_size_are_shown(self, plate: zarr.Group) -> None:
        del plate["B/1/0"]
        make_image(plate.create_group("B/1/0"), "0.5", (2, 20, 10), axes=AXES, seed=5)
        (node,) = nodes(path_of(plate))
        assert [level.shape for level in node.data] == [(2, 36, 36), (2, 18, 18)]
        assert np.array_equal(node.data[0][:, 16:, :10].compute(), plate["B/1/0/0"][...])

    def test_fields_of_unequal_size_are_shown(self, plate: zarr.Group) -> None:
        del plate["A/1/1"]
        make_image(plate.create_group("A/1/1"), "0.5", (2, 8, 30), axes=AXES, seed=5)
        (node,) = nodes(path_of(plate) / "A" / "1")
        assert node.data[0].shape == (2, 32, 42)
        assert np.array_equal(node.data[0][:, :8, 12:].compute(), plate["A/1/1/0"][...])

    def test_the_first_well_may_be_missing(self, plate: zarr.Group, caplog: pytest.LogCaptureFixture) -> None:
        del plate["A/1"]
        (node,) = nodes(path_of(plate))
        assert node.data[0].shape == (2, 32, 36)
        assert not node.data[0][:, :16].any().compute()
        assert "A/1/0/0" in caplog.text

    def test_a_field_may_be_missing(self, plate: zarr.Group) -> None:
        del plate["A/1/0"]
        (node,) = nodes(path_of(plate) / "A" / "1")
        assert not node.data[0][:, :16, :12].any().compute()
        assert np.array_equal(node.data[0][:, :16, 12:].compute(), plate["A/1/1/0"][...])

    def test_a_plate_without_any_well_is_an_error(self, tmp_path: Path) -> None:
        group = new_group(tmp_path)
        wells = [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}]
        describe(group, "0.5", {"plate": {"rows": [{"name": "A"}], "columns": [{"name": "1"}], "wells": wells}})
        with pytest.raises(DocumentError, match="none of them can be read"):
            nodes(path_of(group))

    def test_a_field_with_other_axes_is_left_out(self, plate: zarr.Group, caplog: pytest.LogCaptureFixture) -> None:
        del plate["B/3/0"]
        make_image(plate.create_group("B/3/0"), "0.5", (16, 12), axes=AXES[1:])
        (node,) = nodes(path_of(plate))
        assert not node.data[0][:, 16:, 24:].any().compute()
        assert "2 axes" in caplog.text

    def test_fields_of_other_types_become_one(self, plate: zarr.Group) -> None:
        del plate["B/3/0"]
        make_image(plate.create_group("B/3/0"), "0.5", (2, 16, 12), axes=AXES, dtype="float32")
        (node,) = nodes(path_of(plate))
        assert node.data[0].dtype == "float32"

    def test_a_level_that_no_well_has_is_empty(self, plate: zarr.Group) -> None:
        (node,) = nodes(path_of(plate))
        found = node.first(Plate)
        found.img_paths = ["0", "nothing"]
        grid = found.get_stitched_grid(1, (2, 8, 6))
        assert grid.shape == (2, 16, 18)
        assert not grid.any().compute()

    def test_a_plate_reads_no_pixels_until_they_are_wanted(self, plate: zarr.Group) -> None:
        (node,) = nodes(path_of(plate))
        for well in ("A/1", "B/1"):
            del plate[f"{well}/0/0"]
        assert np.array_equal(node.data[0][:, 16:, 24:].compute(), plate["B/3/0/0"][...])

    def test_what_a_well_is(self, plate: zarr.Group) -> None:
        (node,) = nodes(path_of(plate) / "B" / "1")
        well = node.load(Well)
        assert well.numpy_type == "uint16"
        assert well.img_metadata is node.metadata
        assert node.load(Plate) is None
