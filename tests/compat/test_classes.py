"""The classes: what an image, its levels, its channels and its labels are before anything is written."""

import subprocess
import sys

import dask
import dask.array as da
import numpy as np
import pytest
import zarr
from ome_zarr_models.common.image_label_types import LabelBase
from ome_zarr_models.common.omero import Omero
from ome_zarr_models.v06.coordinate_transforms import CoordinateSystem, CoordinateSystemIdentifier, Translation

from ome_zarr import OMEZarrImage, OMEZarrLabels, OMEZarrMultiscale, write
from ome_zarr._doors.classes.label_values import MOST_COLORS, color_of
from ome_zarr.classes import image as door
from ome_zarr.errors import OmeZarrWarning, RecipeError
from ome_zarr.sources.dask import graph_origins

YX = np.arange(64 * 48, dtype="uint16").reshape(64, 48)


def a_system(name: str) -> CoordinateSystem:
    return CoordinateSystem.model_validate(
        {"name": name, "axes": [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}]}
    )


def a_link(source: dict | None, target: dict | None) -> Translation:
    return Translation.model_validate({"type": "translation", "translation": [1, 2], "input": source, "output": target})


class TestImage:
    def test_pixels_become_a_dask_array_in_small_blocks(self) -> None:
        image = OMEZarrImage(np.zeros((300, 500, 500), "uint8"), "zyx")
        assert isinstance(image.data, da.Array)
        assert image.data.chunksize == (64, 64, 64)

    def test_blocks_of_a_huge_image_are_few(self) -> None:
        pixels = np.broadcast_to(np.zeros((), "uint16"), (1000, 50_000, 50_000))
        blocks = OMEZarrImage(pixels, "zyx").data
        assert 20_000 < blocks.npartitions < 60_000
        assert all(n % 64 == 0 for n in blocks.chunksize)

    def test_blocks_are_no_copies_of_a_numpy_array(self) -> None:
        pixels = YX.copy()
        image = OMEZarrImage(pixels, "yx")
        [block] = image.data.dask.to_dict().values()
        assert np.shares_memory(block.value, pixels)

    def test_a_zarr_array_is_read_when_it_is_wanted_and_known_as_the_source(self, tmp_path) -> None:
        array = zarr.create_array(tmp_path / "pixels.zarr", data=YX, chunks=(32, 48))
        image = OMEZarrImage(array, "yx")
        assert image.data.chunksize == (32, 48)
        np.testing.assert_array_equal(image.data, YX)
        assert graph_origins((image.data + 1).dask) == image.source.spec.origins

    def test_a_dask_array_stays_as_it_is(self) -> None:
        array = da.zeros((64, 48), chunks=(10, 48))
        assert OMEZarrImage(array, "yx").data is array

    def test_pixels_are_not_read(self) -> None:
        array = da.from_delayed(dask.delayed(pytest.fail)("read"), (64, 48), "uint8")
        OMEZarrMultiscale(OMEZarrImage(array, "yx"), [2])
        OMEZarrLabels(OMEZarrImage(array, "yx"), [2])

    def test_names_of_axes_become_a_list(self) -> None:
        assert OMEZarrImage(YX, "yx").axes == ["y", "x"]

    def test_a_missing_scale_is_one_with_a_warning(self) -> None:
        with pytest.warns(OmeZarrWarning, match=r"scale says nothing of the axes \['y'\]"):
            image = OMEZarrImage(YX, "yx", scale={"x": 0.5})
        assert image.scale == {"y": 1.0, "x": 0.5}

    def test_without_a_scale_all_are_one(self) -> None:
        assert OMEZarrImage(YX, "yx").scale == {"y": 1.0, "x": 1.0}

    def test_types_that_are_not_said_follow_from_the_names_in_the_order_of_the_axes(self) -> None:
        image = OMEZarrImage(YX[None], ["angle", "y", "x"], axes_types={"x": "space", "angle": "channel"})
        assert list(image.axes_types.items()) == [("angle", "channel"), ("y", "space"), ("x", "space")]

    def test_no_unit_is_no_unit(self) -> None:
        image = OMEZarrImage(YX[None], "cyx", axes_units={"c": None, "y": "micrometer"})
        assert image.axes_units == {"y": "micrometer"}

    def test_properties_of_other_axes_are_left_out_with_a_warning(self) -> None:
        with pytest.warns(OmeZarrWarning, match="axes_units names axis 'q'"):
            image = OMEZarrImage(YX, "yx", axes_units={"q": "second"})
        assert image.axes_units == {}

    def test_an_xarray_says_scale_and_units_itself(self) -> None:
        xr = pytest.importorskip("xarray")
        along = {"y": ("y", np.arange(64) * 0.5, {"units": "micrometer"}), "x": ("x", np.arange(48) * 0.25)}
        image = OMEZarrImage(xr.DataArray(YX, dims=("y", "x"), coords=along), "yx")
        assert (image.scale, image.axes_units) == ({"y": 0.5, "x": 0.25}, {"y": "micrometer"})
        np.testing.assert_array_equal(image.data, YX)

    @pytest.mark.parametrize(
        ("wish", "message"),
        [
            ({"axes": "zyx"}, "3 for an image of 2 dimensions"),
            ({"axes": "yy"}, "a name twice"),
            ({"axes": [1, 2]}, "give names"),
            ({"scale": {"q": 1.0}}, "scale names axis 'q'"),
            ({"scale": {"y": "wide", "x": 1}}, "scale of axis 'y'"),
            ({"translation": {"q": 1.0}}, "translation names axis 'q'"),
            ({"translation": 5}, "translation is 5"),
            ({"data": "cells.tif"}, "give a dask, NumPy"),
            ({"axes_types": 5}, "axes_types is 5"),
        ],
    )
    def test_a_wrong_description_is_a_value_error_and_a_type_error(self, wish: dict, message: str) -> None:
        with pytest.raises(RecipeError, match=message):
            OMEZarrImage(**{"data": YX, "axes": "yx", **wish})


class TestLevels:
    def test_the_values_of_the_factors_are_used(self) -> None:
        multiscale = OMEZarrMultiscale(OMEZarrImage(YX, "yx"), [2, 8])
        assert [image.data.shape for image in multiscale.images] == [(64, 48), (32, 24), (8, 6)]

    def test_without_factors_they_are_two_four_eight_and_sixteen(self) -> None:
        multiscale = OMEZarrMultiscale(OMEZarrImage(YX, "yx"))
        assert [image.data.shape[0] for image in multiscale.images] == [64, 32, 16, 8, 4]

    def test_they_are_those_that_are_written_bit_for_bit(self, tmp_path) -> None:
        written = write(YX, tmp_path / "image.zarr", axes="yx", scale_factors=[2, 4])
        multiscale = OMEZarrMultiscale(OMEZarrImage(YX, "yx"), [2, 4])
        for made, stored in zip(multiscale.images, written, strict=True):
            np.testing.assert_array_equal(made.data, stored)

    def test_how_the_pixels_are_cut_does_not_matter(self) -> None:
        whole, cut = (
            OMEZarrMultiscale(OMEZarrImage(da.from_array(YX, chunks=chunks), "yx"), [2, 4], method="local_mean")
            for chunks in (-1, (7, 11))
        )
        np.testing.assert_array_equal(whole.images[2].data, cut.images[2].data)

    def test_scale_and_place_of_every_level_follow(self) -> None:
        image = OMEZarrImage(YX, "yx", scale={"y": 0.5, "x": 0.25}, translation={"y": 10})
        level = OMEZarrMultiscale(image, [2], method="local_mean").images[1]
        assert level.scale == {"y": 1.0, "x": 0.5}
        assert level.translation == {"y": 10.25, "x": 0.125}

    def test_the_metadata_say_so_as_a_scale_and_a_translation_per_level(self) -> None:
        metadata = OMEZarrMultiscale(OMEZarrImage(YX, "yx", translation={"y": 10}), [2]).metadata
        steps = [[*level.coordinateTransformations[0].transformations] for level in metadata.datasets]
        assert [(scale.scale, moved.translation) for scale, moved in steps] == [
            ((1.0, 1.0), (10.0, 0.0)),
            ((2.0, 2.0), (10.5, 0.5)),
        ]

    def test_the_intrinsic_system_has_the_name_that_was_wished_for(self) -> None:
        multiscale = OMEZarrMultiscale(OMEZarrImage(YX, "yx"), [2], default_coordinate_system_name="stage")
        assert multiscale.metadata.intrinsic_coordinate_system.name == "stage"
        assert multiscale.get_local_coordinate_system("stage") is not None
        assert multiscale.get_local_coordinate_system("physical") is None

    def test_a_method_is_a_member_or_its_name(self) -> None:
        image = OMEZarrImage(YX, "yx")
        by_name = OMEZarrMultiscale(image, [2], method="nearest")
        by_member = OMEZarrMultiscale(image, [2], method=door.Methods.NEAREST)
        np.testing.assert_array_equal(by_name.images[1].data, by_member.images[1].data)

    def test_an_image_without_space_is_refused(self) -> None:
        with pytest.raises(RecipeError, match="axes of type 'space'"):
            OMEZarrMultiscale(OMEZarrImage(YX, "tc"), [])

    def test_the_callers_image_stays_as_it_is(self) -> None:
        image = OMEZarrImage(YX, "yx")
        OMEZarrMultiscale(image, [2])
        assert (image.axes_units, image.axes) == (None, ["y", "x"])


class TestCoordinateSystems:
    def test_further_systems_and_transformations_are_kept_as_models_or_mappings(self) -> None:
        link = a_link({"name": "physical"}, {"name": "stage"})
        multiscale = OMEZarrMultiscale(
            OMEZarrImage(YX, "yx"),
            [2],
            coordinate_systems=[a_system("stage")],
            coordinate_transformations=[link.model_dump(exclude_none=True)],
        )
        assert multiscale.metadata.coordinateTransformations == (link,)
        assert multiscale.get_local_coordinate_system("stage") == a_system("stage")

    @pytest.mark.parametrize(
        ("source", "target"),
        [
            (None, None),
            ({"name": "physical"}, {"name": "nowhere"}),
            ({"name": "stage"}, {"name": "stage"}),
        ],
    )
    def test_a_transformation_that_leads_nowhere_is_refused(self, source: dict | None, target: dict | None) -> None:
        with pytest.raises(RecipeError):
            OMEZarrMultiscale(
                OMEZarrImage(YX, "yx"),
                [2],
                coordinate_systems=[a_system("stage")],
                coordinate_transformations=[a_link(source, target)],
            )

    def test_systems_of_labels_are_found_by_their_path(self) -> None:
        labels = OMEZarrLabels(OMEZarrImage(YX, "yx", name="cells"), [2])
        multiscale = OMEZarrMultiscale(OMEZarrImage(YX, "yx"), [2], labels=labels)
        for path in ("labels/cells", "cells"):
            found = multiscale._get_descendant_coordinate_system(CoordinateSystemIdentifier(name="physical", path=path))
            assert found == labels.metadata.intrinsic_coordinate_system

    @pytest.mark.parametrize("path", [None, ".", ""])
    def test_labels_find_their_own_systems(self, path: str | None) -> None:
        labels = OMEZarrLabels(OMEZarrImage(YX, "yx"), [2])
        found = labels._get_descendant_coordinate_system(CoordinateSystemIdentifier(name="physical", path=path))
        assert found == labels.metadata.intrinsic_coordinate_system


class TestChannels:
    def test_what_is_not_said_is_chosen(self) -> None:
        omero = OMEZarrMultiscale(OMEZarrImage(np.zeros((2, 64, 48), "uint8"), "cyx"), [2]).omero
        assert [(channel.label, channel.color) for channel in omero.channels] == [
            ("Channel 0", "00FFFF"),
            ("Channel 1", "FF00FF"),
        ]

    @pytest.mark.parametrize(
        ("dtype", "low", "high"),
        [("uint8", 0, 255), ("uint16", 0, 65535), ("int16", -32768, 32767), ("float32", 0, 1), ("float64", 0, 1)],
    )
    def test_the_window_is_the_range_of_the_data_type(self, dtype: str, low: float, high: float) -> None:
        omero = OMEZarrMultiscale(OMEZarrImage(YX.astype(dtype), "yx"), [2]).omero
        window = omero.channels[0].window
        assert (window.min, window.start, window.end, window.max) == (low, low, high, high)

    def test_names_colors_and_limits_are_used(self) -> None:
        multiscale = OMEZarrMultiscale(
            OMEZarrImage(np.zeros((2, 64, 48), "uint8"), "cyx"),
            [2],
            channel_names=["DAPI", "GFP"],
            channel_colors=["#0000ff", [0, 255, 0, 128]],
            contrast_limits=[(0, 10), (5, 20)],
        )
        found = [(c["label"], c["color"], c["window"]["end"]) for c in multiscale.omero.model_dump()["channels"]]
        assert found == [("DAPI", "0000FF", 10), ("GFP", "00FF00", 20)]

    @pytest.mark.parametrize(
        "wish", [{"channel_names": ["a"]}, {"channel_colors": ["a"]}, {"contrast_limits": [(0, 1)] * 3}]
    )
    def test_another_number_of_channels_is_refused(self, wish: dict) -> None:
        with pytest.raises(TypeError, match="for 2 channels"):
            OMEZarrMultiscale(OMEZarrImage(np.zeros((2, 64, 48), "uint8"), "cyx"), [2], **wish)

    @pytest.mark.parametrize("as_given", [dict, Omero.model_validate])
    def test_omero_is_set_as_a_mapping_or_a_model(self, as_given) -> None:
        multiscale = OMEZarrMultiscale(OMEZarrImage(YX, "yx"), [2])
        window = {"min": 0, "max": 9, "start": 1, "end": 8}
        multiscale.omero = as_given({"channels": [{"label": "DAPI", "color": "0000FF", "window": window}]})
        assert multiscale.omero.channels[0].label == "DAPI"
        assert multiscale.omero.channels[0].window.end == 8

    def test_omero_can_be_taken_away(self) -> None:
        multiscale = OMEZarrMultiscale(OMEZarrImage(YX, "yx"), [2])
        multiscale.omero = None
        assert multiscale.omero is None

    @pytest.mark.parametrize("wrong", ["red", {"channels": []}, {"channels": [{}, {}]}])
    def test_malformed_omero_is_refused(self, wrong: object) -> None:
        multiscale = OMEZarrMultiscale(OMEZarrImage(YX, "yx"), [2])
        with pytest.raises(TypeError):
            multiscale.omero = wrong


class TestLabels:
    def test_every_value_has_a_color_that_is_always_the_same(self) -> None:
        first, second = (OMEZarrLabels(OMEZarrImage(YX % 4, "yx"), [2]).image_label for _ in range(2))
        assert [color.label_value for color in first.colors] == [0, 1, 2, 3]
        assert first == second

    def test_colors_of_neighbours_differ_and_the_background_is_transparent(self) -> None:
        colors = [color_of(value) for value in range(1, 50)]
        assert len(set(colors)) == len(colors)
        assert color_of(0) == (0, 0, 0, 0)
        assert color_of(-1) != color_of(1)

    def test_many_values_get_no_colors_which_bounds_the_metadata(self) -> None:
        assert OMEZarrLabels(OMEZarrImage(YX % MOST_COLORS, "yx"), [2]).image_label.colors is not None
        assert OMEZarrLabels(OMEZarrImage(YX % (MOST_COLORS + 1), "yx"), [2]).image_label.colors is None

    def test_nothing_is_said_of_values_of_which_nothing_is_known(self) -> None:
        assert OMEZarrLabels(OMEZarrImage(YX % 4, "yx"), [2]).image_label.properties is None

    def test_they_name_their_image(self) -> None:
        assert OMEZarrLabels(OMEZarrImage(YX % 4, "yx"), [2]).image_label.source.image == "../../"

    def test_values_are_not_searched_unless_asked(self) -> None:
        array = da.from_delayed(dask.delayed(pytest.fail)("read"), (64, 48), "uint8")
        assert OMEZarrLabels(OMEZarrImage(array, "yx"), [2], auto_parse_labels=False).image_label is None

    def test_image_label_is_set_as_a_mapping_or_a_model(self) -> None:
        labels = OMEZarrLabels(OMEZarrImage(YX % 4, "yx"), [2])
        labels.image_label = {"colors": {1: "red"}, "properties": {1: {"class": "cell"}, 2: {"class": "dirt"}}}
        assert [(color.label_value, color.rgba) for color in labels.image_label.colors] == [(1, (255, 0, 0, 255))]
        assert [entry.model_dump() for entry in labels.image_label.properties] == [
            {"label_value": 1, "class": "cell"},
            {"label_value": 2, "class": "dirt"},
        ]
        labels.image_label = LabelBase.model_validate({"colors": [{"label-value": 2, "rgba": [1, 2, 3, 4]}]})
        assert labels.image_label.colors[0].rgba == (1, 2, 3, 4)
        labels.image_label = None
        assert labels.image_label is None

    def test_a_malformed_image_label_is_refused(self) -> None:
        labels = OMEZarrLabels(OMEZarrImage(YX % 4, "yx"), [2])
        with pytest.raises(TypeError):
            labels.image_label = {"colors": [{"label-value": 1, "rgba": [1, 2]}]}

    def test_a_mask_becomes_bytes(self) -> None:
        labels = OMEZarrLabels(OMEZarrImage(YX > 100, "yx"), [2])
        assert {image.data.dtype.name for image in labels.images} == {"uint8"}

    def test_values_stay_values(self) -> None:
        labels = OMEZarrLabels(OMEZarrImage(YX, "yx"), [2])
        assert np.isin(labels.images[1].data.compute(), YX).all()

    @pytest.mark.parametrize("method", ["resize", "local_mean", "zoom"])
    def test_methods_that_make_new_values_are_refused(self, method: str) -> None:
        with pytest.raises(RecipeError, match="no labels"):
            OMEZarrLabels(OMEZarrImage(YX, "yx"), [2], method=method)

    def test_of_an_image_they_are_one_or_several_or_named(self) -> None:
        one, two = (OMEZarrLabels(OMEZarrImage(YX, "yx", name=name), [2]) for name in ("one", "two"))
        multiscale = OMEZarrMultiscale(OMEZarrImage(YX, "yx"), [2], labels=one)
        assert multiscale.labels == {"one": one}
        multiscale.labels = [one, two]
        assert multiscale.labels == {"one": one, "two": two}
        multiscale.labels = {"other": two}
        assert multiscale.labels == {"other": two}
        multiscale.labels = None
        assert multiscale.labels is None

    @pytest.mark.parametrize("wrong", [5, "cells", [5], {"a/b": None}, {"cells": 5}])
    def test_of_an_image_they_are_nothing_else(self, wrong: object) -> None:
        with pytest.raises(RecipeError):
            OMEZarrMultiscale(OMEZarrImage(YX, "yx"), [2], labels=wrong)

    def test_of_an_image_they_have_different_names(self) -> None:
        labels = [OMEZarrLabels(OMEZarrImage(YX, "yx", name="cells"), [2]) for _ in range(2)]
        with pytest.raises(RecipeError, match="give each its own"):
            OMEZarrMultiscale(OMEZarrImage(YX, "yx"), [2], labels=labels)


def test_importing_the_package_does_not_load_the_classes() -> None:
    script = "import sys, ome_zarr; print({'ome_zarr.classes', 'transformnd', 'ome_zarr_models'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_the_names_of_the_module_are_there() -> None:
    assert door.DEFAULT_VERSION == "0.6"
    assert door.DISCRETE_DIMS == ["coordinate", "displacement", "channel"]
    assert len(door.DEFAULT_COLORS) == 10
    assert issubclass(door.OMEZarrMultiscale, door.OMEZarrMultiscaleBase)
    assert issubclass(door.OMEZarrLabels, door.OMEZarrMultiscaleBase)
