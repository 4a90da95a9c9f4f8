"""The classes: what `to_ome_zarr` stores, and what becomes of what was there."""

import json
import warnings
from pathlib import Path

import dask
import dask.array as da
import numpy as np
import pytest
import zarr
from tests.compat.collect_classes import CASES, VERSIONS, stored

from ome_zarr import OMEZarrImage, OMEZarrLabels, OMEZarrMultiscale
from ome_zarr.errors import ExistsError, OmeZarrWarning, RecipeError, TargetError

YX = np.arange(64 * 48, dtype="uint16").reshape(64, 48)
RELEASE = json.loads(Path(__file__).with_name("classes-0.21.0.json").read_text("utf-8"))


def an_image(pixels: object = YX, **wishes: object) -> OMEZarrMultiscale:
    return OMEZarrMultiscale(OMEZarrImage(pixels, "yx"), [2, 4], **wishes)


def some_labels(name: str = "cells") -> OMEZarrLabels:
    return OMEZarrLabels(OMEZarrImage(YX % 4, "yx", name=name), [2, 4])


def body_of(path: Path) -> dict:
    attributes = zarr.open_group(path, mode="r").attrs.asdict()
    return attributes.get("ome", attributes)


def pixels_of(path: Path, level: int = 0) -> np.ndarray:
    return zarr.open_array(path / f"s{level}", mode="r")[...]


def comparable(found: dict) -> dict:
    """What is stored, without who made the levels, and with colours in capitals."""
    text = json.dumps(found, sort_keys=True)
    found = json.loads(text.replace("00ff00", "00FF00"))
    body = found["attributes"].get("ome", found["attributes"])
    for multiscale in body["multiscales"]:
        multiscale.pop("type", None)
        multiscale.pop("metadata", None)
    return found


class TestDocuments:
    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize("name", CASES)
    def test_they_are_those_of_the_release(self, name: str, version: str, tmp_path: Path) -> None:
        assert comparable(stored(CASES[name], version, tmp_path)) == comparable(RELEASE[name][version])

    def test_they_say_how_the_levels_were_made(self, tmp_path: Path) -> None:
        an_image(method="local_mean").to_ome_zarr(tmp_path / "image.zarr")
        multiscale = body_of(tmp_path / "image.zarr")["multiscales"][0]
        assert (multiscale["type"], multiscale["metadata"]["package"]) == ("local_mean", "ome-zarr")

    def test_the_default_version_is_the_newest(self, tmp_path: Path) -> None:
        an_image().to_ome_zarr(tmp_path / "image.zarr")
        assert body_of(tmp_path / "image.zarr")["version"] == "0.6"

    @pytest.mark.parametrize("version", VERSIONS)
    def test_other_packages_accept_image_and_labels(self, version: str, tmp_path: Path) -> None:
        import ome_zarr_models

        an_image(labels=some_labels()).to_ome_zarr(tmp_path / "image.zarr", version=version)
        group = zarr.open_group(tmp_path / "image.zarr", mode="r")
        assert ome_zarr_models.open_ome_zarr(group).ome_zarr_version == version
        assert ome_zarr_models.open_ome_zarr(group["labels"]).ome_zarr_version == version

    def test_labels_are_listed_and_say_what_they_are(self, tmp_path: Path) -> None:
        an_image(labels=some_labels()).to_ome_zarr(tmp_path / "image.zarr")
        assert body_of(tmp_path / "image.zarr/labels") == {"version": "0.6", "labels": ["cells"]}
        assert body_of(tmp_path / "image.zarr/labels/cells")["image-label"]["source"] == {"image": "../../"}

    def test_labels_without_colors_are_labels_all_the_same(self, tmp_path: Path) -> None:
        labels = OMEZarrLabels(OMEZarrImage(YX % 4, "yx"), [2], auto_parse_labels=False)
        labels.to_ome_zarr(tmp_path / "labels.zarr")
        assert body_of(tmp_path / "labels.zarr")["image-label"] == {"source": {"image": "../../"}}

    def test_thousands_of_labels_have_a_small_document(self, tmp_path: Path) -> None:
        pixels = np.arange(5000, dtype="uint32").reshape(50, 100)
        OMEZarrLabels(OMEZarrImage(pixels, "yx"), [2]).to_ome_zarr(tmp_path / "labels.zarr")
        assert (tmp_path / "labels.zarr/zarr.json").stat().st_size < 10_000

    def test_nothing_warns(self, tmp_path: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            an_image(labels=some_labels()).to_ome_zarr(tmp_path / "image.zarr", version="0.6")

    def test_a_clipped_factor_is_told_once(self, tmp_path: Path) -> None:
        with pytest.warns(OmeZarrWarning, match="clipped"):
            multiscale = OMEZarrMultiscale(OMEZarrImage(YX, "yx"), [2, 50])
        multiscale.to_ome_zarr(tmp_path / "image.zarr")
        assert pixels_of(tmp_path / "image.zarr", 2).shape == (1, 1)

    @pytest.mark.parametrize("version", ["0.4", "0.5"])
    def test_what_only_the_newest_has_is_left_out_of_older_ones_with_a_warning(
        self, version: str, tmp_path: Path
    ) -> None:
        system = {"name": "stage", "axes": [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}]}
        link = {"type": "identity", "input": {"name": "physical"}, "output": {"name": "stage"}}
        multiscale = an_image(coordinate_systems=[system], coordinate_transformations=[link])
        with pytest.warns(OmeZarrWarning, match="version='0.6'"):
            multiscale.to_ome_zarr(tmp_path / "old.zarr", version=version)
        assert "coordinateTransformations" not in body_of(tmp_path / "old.zarr")["multiscales"][0]
        multiscale.to_ome_zarr(tmp_path / "new.zarr")
        assert body_of(tmp_path / "new.zarr")["multiscales"][0]["coordinateTransformations"] == [link]

    @pytest.mark.parametrize("version", ["0.3", "0.7", "", None])
    def test_other_versions_are_refused(self, version: object, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="version"):
            an_image().to_ome_zarr(tmp_path / "image.zarr", version=version)
        assert list(tmp_path.iterdir()) == []


class TestStorage:
    def test_a_dask_array_keeps_its_chunks(self, tmp_path: Path) -> None:
        an_image(da.from_array(YX, chunks=(10, 48))).to_ome_zarr(tmp_path / "image.zarr")
        assert zarr.open_array(tmp_path / "image.zarr/s0").chunks == (10, 48)

    def test_options_are_for_all_levels_or_one_per_level(self, tmp_path: Path) -> None:
        an_image().to_ome_zarr(tmp_path / "one.zarr", storage_options={"chunks": (16, 16)})
        an_image().to_ome_zarr(tmp_path / "each.zarr", storage_options=[{"chunks": 16}, {"chunks": 8}, {"chunks": 4}])
        assert [zarr.open_array(tmp_path / f"one.zarr/s{k}").chunks for k in range(3)] == [(16, 16), (16, 16), (16, 12)]
        assert [zarr.open_array(tmp_path / f"each.zarr/s{k}").chunks for k in range(3)] == [(16, 16), (8, 8), (4, 4)]

    @pytest.mark.parametrize("source", [YX, da.from_array(YX, chunks=(10, 48))], ids=["numpy", "dask"])
    def test_what_is_stored_is_what_the_levels_show(self, source: object, tmp_path: Path) -> None:
        multiscale = an_image(source)
        multiscale.to_ome_zarr(tmp_path / "image.zarr")
        for level, image in enumerate(multiscale.images):
            np.testing.assert_array_equal(pixels_of(tmp_path / "image.zarr", level), image.data)

    def test_levels_that_a_caller_replaced_are_stored(self, tmp_path: Path) -> None:
        multiscale = an_image()
        multiscale.images[1].data = da.ones((32, 24), dtype="uint16")
        multiscale.images[2].data = np.full((16, 12), 2, "uint16")
        multiscale.to_ome_zarr(tmp_path / "image.zarr")
        np.testing.assert_array_equal(pixels_of(tmp_path / "image.zarr", 0), YX)
        np.testing.assert_array_equal(pixels_of(tmp_path / "image.zarr", 1), 1)
        np.testing.assert_array_equal(pixels_of(tmp_path / "image.zarr", 2), 2)

    def test_levels_without_metadata_are_refused(self, tmp_path: Path) -> None:
        multiscale = an_image()
        multiscale.images.append(OMEZarrImage(YX[:2, :2], "yx"))
        with pytest.raises(RecipeError, match="4 images for the 3 datasets"):
            multiscale.to_ome_zarr(tmp_path / "image.zarr")

    def test_a_zip_file_holds_image_and_labels(self, tmp_path: Path) -> None:
        an_image(labels=some_labels()).to_ome_zarr(tmp_path / "image.zip")
        back = OMEZarrMultiscale.from_ome_zarr(str(tmp_path / "image.zip"))
        np.testing.assert_array_equal(back.images[0].data, YX)
        np.testing.assert_array_equal(back.labels["cells"].images[0].data, YX % 4)

    def test_a_store_in_memory_is_written_through_its_group(self) -> None:
        group = zarr.open_group(zarr.storage.MemoryStore(), mode="w")
        an_image(labels=some_labels()).to_ome_zarr(group, overwrite=True)
        assert group.attrs["ome"]["version"] == "0.6"
        back = OMEZarrMultiscale.from_ome_zarr(group)
        np.testing.assert_array_equal(back.labels["cells"].images[1].data, some_labels().images[1].data)


class TestLater:
    def test_arrays_and_metadata_are_there_on_return_and_pixels_later(self, tmp_path: Path) -> None:
        multiscale = an_image(labels=some_labels())
        left = multiscale.to_ome_zarr(tmp_path / "image.zarr", compute=False)
        assert len(left) == 6
        assert body_of(tmp_path / "image.zarr/labels/cells")["multiscales"]
        assert not pixels_of(tmp_path / "image.zarr").any()
        dask.compute(*left)
        np.testing.assert_array_equal(pixels_of(tmp_path / "image.zarr"), YX)
        np.testing.assert_array_equal(pixels_of(tmp_path / "image.zarr/labels/cells"), YX % 4)

    def test_a_group_is_filled_later_too(self) -> None:
        group = zarr.open_group(zarr.storage.MemoryStore(), mode="w")
        dask.compute(*an_image().to_ome_zarr(group, compute=False, overwrite=True))
        np.testing.assert_array_equal(group["s0"][...], YX)

    def test_a_zip_file_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(RecipeError, match="zip file"):
            an_image().to_ome_zarr(tmp_path / "image.zip", compute=False)

    def test_the_source_is_not_announced_over(self, tmp_path: Path) -> None:
        an_image().to_ome_zarr(tmp_path / "image.zarr")
        back = OMEZarrMultiscale.from_ome_zarr(str(tmp_path / "image.zarr"))
        with pytest.raises(RecipeError, match="overlaps the source"):
            back.to_ome_zarr(tmp_path / "image.zarr", compute=False, overwrite=True)
        np.testing.assert_array_equal(pixels_of(tmp_path / "image.zarr"), YX)


class TestOverwriting:
    @pytest.mark.parametrize("as_given", [str, Path])
    def test_what_is_there_is_not_replaced_unasked(self, as_given, tmp_path: Path) -> None:
        an_image().to_ome_zarr(as_given(tmp_path / "image.zarr"))
        with pytest.raises(OSError, match="overwrite=True") as told:
            an_image(YX + 1).to_ome_zarr(as_given(tmp_path / "image.zarr"))
        assert isinstance(told.value, ExistsError)
        np.testing.assert_array_equal(pixels_of(tmp_path / "image.zarr"), YX)

    def test_an_open_group_is_there(self, tmp_path: Path) -> None:
        group = zarr.open_group(tmp_path / "image.zarr", mode="w")
        with pytest.raises(OSError, match="overwrite=True"):
            an_image().to_ome_zarr(group)

    def test_a_path_is_replaced_as_a_whole(self, tmp_path: Path) -> None:
        an_image(labels=some_labels()).to_ome_zarr(tmp_path / "image.zarr")
        an_image(YX + 1).to_ome_zarr(tmp_path / "image.zarr", overwrite=True)
        np.testing.assert_array_equal(pixels_of(tmp_path / "image.zarr"), YX + 1)
        assert not (tmp_path / "image.zarr/labels").exists()

    def test_a_group_keeps_what_it_holds_besides(self, tmp_path: Path) -> None:
        group = zarr.open_group(tmp_path / "image.zarr", mode="w", attributes={"mine": 1})
        group.create_array("table", shape=3, dtype="int8")
        an_image().to_ome_zarr(group, overwrite=True)
        an_image(YX + 1).to_ome_zarr(group, overwrite=True)
        assert group.attrs["mine"] == 1
        assert "table" in group
        np.testing.assert_array_equal(group["s0"][...], YX + 1)

    def test_an_image_is_calculated_from_the_one_that_it_replaces(self, tmp_path: Path) -> None:
        an_image(labels=some_labels()).to_ome_zarr(tmp_path / "image.zarr")
        back = OMEZarrMultiscale.from_ome_zarr(str(tmp_path / "image.zarr"))
        for image in back.images:
            image.data = image.data + 1
        back.to_ome_zarr(tmp_path / "image.zarr", overwrite=True)
        np.testing.assert_array_equal(pixels_of(tmp_path / "image.zarr"), YX + 1)
        np.testing.assert_array_equal(pixels_of(tmp_path / "image.zarr/labels/cells"), YX % 4)

    def test_a_group_is_not_written_over_what_is_read_from_it(self, tmp_path: Path) -> None:
        an_image(labels=some_labels()).to_ome_zarr(tmp_path / "image.zarr")
        group = zarr.open_group(tmp_path / "image.zarr")
        with pytest.raises(RecipeError, match="overlaps the source"):
            OMEZarrMultiscale.from_ome_zarr(group).to_ome_zarr(group, overwrite=True)
        np.testing.assert_array_equal(pixels_of(tmp_path / "image.zarr"), YX)

    def test_other_peoples_folders_are_never_deleted(self, tmp_path: Path) -> None:
        (tmp_path / "photos").mkdir()
        (tmp_path / "photos/cat.jpg").write_bytes(b"cat")
        with pytest.raises(TargetError, match="never deleted"):
            an_image().to_ome_zarr(tmp_path / "photos", overwrite=True)
        assert (tmp_path / "photos/cat.jpg").read_bytes() == b"cat"

    def test_the_other_zarr_format_is_not_mixed_into_a_group(self, tmp_path: Path) -> None:
        group = zarr.open_group(tmp_path / "image.zarr", mode="w", zarr_format=2)
        with pytest.raises(RecipeError, match="zarr 2"):
            an_image().to_ome_zarr(group, version="0.6", overwrite=True)

    def test_the_group_that_was_given_knows_its_new_attributes(self, tmp_path: Path) -> None:
        group = zarr.open_group(tmp_path / "image.zarr", mode="w")
        an_image().to_ome_zarr(group, overwrite=True, version="0.5")
        assert group.attrs["ome"]["version"] == "0.5"

    @pytest.mark.parametrize("group", [5, None, ["image.zarr"]])
    def test_something_else_is_no_group(self, group: object) -> None:
        with pytest.raises(TypeError, match=r"give a zarr\.Group or a path"):
            an_image().to_ome_zarr(group)


class TestFailures:
    @staticmethod
    def failing() -> da.Array:
        meta = np.empty((0, 0), "uint16")
        return da.from_array(YX, chunks=(16, 48)).map_blocks(lambda _: 1 / 0, dtype="uint16", meta=meta)

    def test_a_failing_image_leaves_nothing_behind(self, tmp_path: Path) -> None:
        with pytest.raises(ZeroDivisionError):
            an_image(self.failing()).to_ome_zarr(tmp_path / "image.zarr")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("name", ["image.zarr", "image.zip"])
    def test_failing_labels_leave_the_old_image_as_it_was(self, name: str, tmp_path: Path) -> None:
        an_image().to_ome_zarr(tmp_path / name)
        labels = OMEZarrLabels(OMEZarrImage(self.failing(), "yx"), [2], auto_parse_labels=False)
        with pytest.raises(ZeroDivisionError):
            an_image(YX + 1, labels=labels).to_ome_zarr(tmp_path / name, overwrite=True)
        assert [path.name for path in tmp_path.iterdir()] == [name]
        np.testing.assert_array_equal(OMEZarrMultiscale.from_ome_zarr(str(tmp_path / name)).images[0].data, YX)

    def test_a_wish_for_labels_that_cannot_be_fulfilled_touches_nothing(self, tmp_path: Path) -> None:
        labels = some_labels()
        labels.images.pop()
        with pytest.raises(RecipeError):
            an_image(labels=labels).to_ome_zarr(tmp_path / "image.zarr")
        assert list(tmp_path.iterdir()) == []
