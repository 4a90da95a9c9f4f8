"""The classes: what `from_ome_zarr` makes of everything that is stored anywhere."""

from pathlib import Path

import numpy as np
import pytest
import zarr
from ome_zarr_models.common.omero import Omero
from ome_zarr_models.v06.multiscales import Multiscale

from ome_zarr import OMEZarrImage, OMEZarrLabels, OMEZarrMultiscale
from ome_zarr.errors import DocumentError, NotFoundError, OmeZarrWarning

YX = np.arange(64 * 48, dtype="uint16").reshape(64, 48)
SCALE = {"type": "scale", "scale": [0.5, 0.25]}
MOVED = {"type": "translation", "translation": [3.0, 4.0]}
AXES = [{"name": "y", "type": "space", "unit": "micrometer"}, {"name": "x", "type": "space"}]


def a_group(path: Path, attributes: dict, zarr_format: int = 3, pixels: np.ndarray = YX, levels: int = 1) -> str:
    """The path of a group with attributes and levels ``0``, ``1`` ..., each half as large as the one before."""
    group = zarr.open_group(path, mode="w", zarr_format=zarr_format, attributes=attributes)
    for level in range(levels):
        group.create_array(str(level), data=pixels[..., :: 2**level, :: 2**level])
    return str(path)


def classic(version: str, *transforms: dict, **multiscale: object) -> dict:
    """The attributes of an image of one level in 0.4 or 0.5."""
    body = {"axes": AXES, "datasets": [{"path": "0", "coordinateTransformations": [*transforms]}], **multiscale}
    return {
        "0.4": {"multiscales": [{"version": "0.4", **body}]},
        "0.5": {"ome": {"version": "0.5", "multiscales": [body]}},
    }[version]


def newest(transform: dict, version: str = "0.6", **multiscale: object) -> dict:
    """The attributes of an image of one level in 0.6."""
    ends = {"input": {"path": "0"}, "output": {"name": "stage"}}
    body = {
        "coordinateSystems": [{"name": "stage", "axes": AXES}],
        "datasets": [{"path": "0", "coordinateTransformations": [transform | ends]}],
        **multiscale,
    }
    return {"ome": {"version": version, "multiscales": [body]}}


FORMATS = {"0.4": 2, "0.5": 3}


class TestWhatWasWritten:
    @pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
    def test_it_comes_back(self, version: str, tmp_path: Path) -> None:
        image = OMEZarrImage(
            YX[None],
            "cyx",
            scale={"c": 1, "y": 0.5, "x": 0.25},
            axes_units={"y": "micrometer"},
            name="nuclei",
            translation={"y": 3},
        )
        labels = OMEZarrLabels(OMEZarrImage(YX % 4, "yx", name="cells"), [2])
        written = OMEZarrMultiscale(image, [2], labels=labels, channel_names=["DAPI"])
        written.to_ome_zarr(tmp_path / "image.zarr", version=version)
        read = OMEZarrMultiscale.from_ome_zarr(str(tmp_path / "image.zarr"))
        assert type(read) is OMEZarrMultiscale
        for member in ("name", "type", "metadata", "datasets"):
            assert getattr(read.metadata, member) == getattr(written.metadata, member)
        assert (read.name, read.omero) == (written.name, written.omero)
        for back, before in zip(read.images, written.images, strict=True):
            for member in ("axes", "scale", "translation", "axes_units", "axes_types", "name"):
                assert getattr(back, member) == getattr(before, member)
            np.testing.assert_array_equal(back.data, before.data)
        assert list(read.labels) == ["cells"]
        assert read.labels["cells"].image_label.colors == labels.image_label.colors
        np.testing.assert_array_equal(read.labels["cells"].images[1].data, labels.images[1].data)

    def test_it_is_written_again_in_another_version(self, tmp_path: Path) -> None:
        OMEZarrMultiscale(OMEZarrImage(YX, "yx"), [2]).to_ome_zarr(tmp_path / "new.zarr", version="0.6")
        OMEZarrMultiscale.from_ome_zarr(str(tmp_path / "new.zarr")).to_ome_zarr(tmp_path / "old.zarr", version="0.4")
        old = OMEZarrMultiscale.from_ome_zarr(str(tmp_path / "old.zarr"))
        np.testing.assert_array_equal(old.images[1].data, zarr.open_array(tmp_path / "new.zarr/s1")[...])

    def test_labels_are_labels_whichever_class_is_asked(self, tmp_path: Path) -> None:
        labels = OMEZarrLabels(OMEZarrImage(YX % 4, "yx"), [2])
        labels.to_ome_zarr(tmp_path / "labels.zarr")
        for asked in (OMEZarrMultiscale, OMEZarrLabels):
            assert type(asked.from_ome_zarr(str(tmp_path / "labels.zarr"))) is OMEZarrLabels

    def test_a_class_of_ones_own_is_kept(self, tmp_path: Path) -> None:
        class Mine(OMEZarrMultiscale):
            pass

        Mine(OMEZarrImage(YX, "yx"), [2]).to_ome_zarr(tmp_path / "image.zarr")
        assert type(Mine.from_ome_zarr(str(tmp_path / "image.zarr"))) is Mine

    def test_pixels_are_not_read(self, tmp_path: Path) -> None:
        OMEZarrMultiscale(OMEZarrImage(YX, "yx"), [2]).to_ome_zarr(tmp_path / "image.zarr")
        read = OMEZarrMultiscale.from_ome_zarr(str(tmp_path / "image.zarr"))
        (tmp_path / "image.zarr/s0/c/0/0").write_bytes(b"damaged")
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the codec says, and not before
            read.images[0].data.compute()

    def test_an_open_group_will_do(self, tmp_path: Path) -> None:
        OMEZarrMultiscale(OMEZarrImage(YX, "yx"), [2]).to_ome_zarr(tmp_path / "image.zarr")
        group = zarr.open_group(tmp_path / "image.zarr", mode="r")
        np.testing.assert_array_equal(OMEZarrMultiscale.from_ome_zarr(group).images[0].data, YX)


class TestVersions:
    @pytest.mark.parametrize("version", ["0.1", "0.2"])
    def test_the_first_ones_have_five_axes(self, version: str, tmp_path: Path) -> None:
        datasets = [{"path": "0"}, {"path": "1"}]
        attributes = {"multiscales": [{"version": version, "datasets": datasets}]}
        path = a_group(tmp_path / "image.zarr", attributes, 2, YX[None, None, None], levels=2)
        read = OMEZarrMultiscale.from_ome_zarr(path)
        assert read.images[0].axes == ["t", "c", "z", "y", "x"]
        assert read.images[1].scale == {"t": 1.0, "c": 1.0, "z": 1.0, "y": 2.0, "x": 2.0}
        assert read.images[1].translation == {"t": 0.0, "c": 0.0, "z": 0.0, "y": 0.5, "x": 0.5}
        assert isinstance(read.metadata, Multiscale)

    def test_the_third_has_names_of_axes(self, tmp_path: Path) -> None:
        attributes = {"multiscales": [{"version": "0.3", "axes": ["y", "x"], "datasets": [{"path": "0"}], "name": "n"}]}
        read = OMEZarrMultiscale.from_ome_zarr(a_group(tmp_path / "image.zarr", attributes, 2))
        assert (read.name, read.images[0].axes_types) == ("n", {"y": "space", "x": "space"})

    @pytest.mark.parametrize("version", FORMATS)
    def test_scale_and_translation_of_levels_are_read(self, version: str, tmp_path: Path) -> None:
        path = a_group(tmp_path / "image.zarr", classic(version, SCALE, MOVED), FORMATS[version])
        image = OMEZarrMultiscale.from_ome_zarr(path).images[0]
        assert (image.scale, image.translation) == ({"y": 0.5, "x": 0.25}, {"y": 3.0, "x": 4.0})
        assert image.axes_units == {"y": "micrometer"}

    @pytest.mark.parametrize("version", FORMATS)
    def test_what_concerns_all_levels_counts(self, version: str, tmp_path: Path) -> None:
        attributes = classic(version, SCALE, coordinateTransformations=[{"type": "scale", "scale": [2.0, 2.0]}])
        read = OMEZarrMultiscale.from_ome_zarr(a_group(tmp_path / "image.zarr", attributes, FORMATS[version]))
        assert read.images[0].scale == {"y": 1.0, "x": 0.5}

    @pytest.mark.parametrize(
        ("transform", "scale"),
        [
            (SCALE, {"y": 0.5, "x": 0.25}),
            ({"type": "identity"}, {"y": 1.0, "x": 1.0}),
            ({"type": "sequence", "transformations": [SCALE, MOVED]}, {"y": 0.5, "x": 0.25}),
        ],
    )
    def test_the_newest_places_levels_in_three_ways(self, transform: dict, scale: dict, tmp_path: Path) -> None:
        read = OMEZarrMultiscale.from_ome_zarr(a_group(tmp_path / "image.zarr", newest(transform)))
        assert read.images[0].scale == scale
        assert read.metadata.intrinsic_coordinate_system.name == "stage"

    @pytest.mark.filterwarnings("ignore::ome_zarr.errors.OmeZarrWarning")
    @pytest.mark.parametrize("version", ["0.6.dev3", "0.6.dev4", "0.6rc0", "0.9.dev1"])
    def test_drafts_are_read(self, version: str, tmp_path: Path) -> None:
        read = OMEZarrMultiscale.from_ome_zarr(a_group(tmp_path / "image.zarr", newest(SCALE, version)))
        assert read.images[0].scale == {"y": 0.5, "x": 0.25}

    def test_an_image_without_a_version_is_read(self, tmp_path: Path) -> None:
        attributes = classic("0.4", SCALE)
        del attributes["multiscales"][0]["version"]
        read = OMEZarrMultiscale.from_ome_zarr(a_group(tmp_path / "image.zarr", attributes, 2))
        assert read.images[0].scale == {"y": 0.5, "x": 0.25}


class TestOddImages:
    def test_axes_that_no_version_allows_are_shown_with_a_warning(self, tmp_path: Path) -> None:
        attributes = newest(SCALE)
        axes = [{"name": "angle"}, {"name": "channel", "type": "channel"}]
        attributes["ome"]["multiscales"][0]["coordinateSystems"][0]["axes"] = axes
        path = a_group(tmp_path / "image.zarr", attributes)
        with pytest.warns(OmeZarrWarning, match="breaks a rule of OME-Zarr 0.6"):
            read = OMEZarrMultiscale.from_ome_zarr(path)
        assert read.images[0].axes_types == {"angle": None, "channel": "channel"}
        assert read.metadata.intrinsic_coordinate_system.axes[1].name == "channel"

    def test_a_type_that_is_not_said_stays_unsaid(self, tmp_path: Path) -> None:
        attributes = newest(SCALE)
        axes = [{"name": "q"}, {"name": "y", "type": "space"}, {"name": "x", "type": "space"}]
        attributes["ome"]["multiscales"][0]["coordinateSystems"][0]["axes"] = axes
        transform = {"type": "scale", "scale": [1, 1, 1], "input": {"path": "0"}, "output": {"name": "stage"}}
        attributes["ome"]["multiscales"][0]["datasets"][0]["coordinateTransformations"] = [transform]
        read = OMEZarrMultiscale.from_ome_zarr(a_group(tmp_path / "image.zarr", attributes, pixels=YX[None]))
        assert read.images[0].axes_types == {"q": None, "y": "space", "x": "space"}

    def test_channels_without_a_window_get_the_range_of_the_data_type(self, tmp_path: Path) -> None:
        attributes = newest(SCALE)
        attributes["ome"]["omero"] = {"channels": [{"label": "DAPI", "color": "0000FF"}], "rdefs": {"model": "color"}}
        read = OMEZarrMultiscale.from_ome_zarr(a_group(tmp_path / "image.zarr", attributes))
        assert isinstance(read.omero, Omero)
        assert read.omero.channels[0].window.end == 65535
        assert read.omero.model_dump()["rdefs"] == {"model": "color"}

    def test_a_broken_display_hint_does_not_hide_the_pixels(self, tmp_path: Path) -> None:
        attributes = newest(SCALE)
        attributes["ome"]["omero"] = {"channels": "red"}
        path = a_group(tmp_path / "image.zarr", attributes)
        with pytest.warns(OmeZarrWarning, match="omero"):
            read = OMEZarrMultiscale.from_ome_zarr(path)
        assert read.omero is None
        np.testing.assert_array_equal(read.images[0].data, YX)

    def test_colors_and_properties_may_be_of_different_values(self, tmp_path: Path) -> None:
        attributes = newest(SCALE)
        colors, properties = [{"label-value": 1, "rgba": [1, 2, 3, 4]}], [{"label-value": 2, "class": "cell"}]
        attributes["ome"]["image-label"] = {"colors": colors, "properties": properties}
        read = OMEZarrLabels.from_ome_zarr(a_group(tmp_path / "labels.zarr", attributes))
        assert read.image_label.colors[0].label_value == 1
        assert read.image_label.properties[0].model_dump() == {"label_value": 2, "class": "cell"}

    def test_a_color_may_be_left_to_the_viewer(self, tmp_path: Path) -> None:
        attributes = newest(SCALE)
        attributes["ome"]["image-label"] = {"colors": [{"label-value": 1}]}
        read = OMEZarrLabels.from_ome_zarr(a_group(tmp_path / "labels.zarr", attributes))
        assert [(color.label_value, color.rgba) for color in read.image_label.colors] == [(1, None)]

    def test_labels_that_are_missing_are_left_out_with_a_warning(self, tmp_path: Path) -> None:
        path = a_group(tmp_path / "image.zarr", newest(SCALE))
        zarr.open_group(tmp_path / "image.zarr/labels", mode="w").attrs["ome"] = {"version": "0.6", "labels": ["gone"]}
        with pytest.warns(OmeZarrWarning, match="labels 'gone' cannot be read"):
            read = OMEZarrMultiscale.from_ome_zarr(path)
        assert read.labels is None

    def test_systems_that_nothing_leads_to_are_kept(self, tmp_path: Path) -> None:
        attributes = newest(SCALE)
        attributes["ome"]["multiscales"][0]["coordinateSystems"].append({"name": "world", "axes": AXES})
        read = OMEZarrMultiscale.from_ome_zarr(a_group(tmp_path / "image.zarr", attributes))
        assert read.get_local_coordinate_system("world") is not None

    def test_a_matrix_in_an_array_is_read(self, tmp_path: Path) -> None:
        attributes = newest(SCALE)
        multiscale = attributes["ome"]["multiscales"][0]
        multiscale["coordinateSystems"].append({"name": "world", "axes": AXES})
        multiscale["coordinateTransformations"] = [
            {"type": "affine", "path": "matrix", "input": {"name": "stage"}, "output": {"name": "world"}}
        ]
        path = a_group(tmp_path / "image.zarr", attributes)
        zarr.open_group(path).create_array("matrix", data=np.array([[1.0, 0.0, 5.0], [0.0, 2.0, 6.0]]))
        link = OMEZarrMultiscale.from_ome_zarr(path).metadata.coordinateTransformations[0]
        assert link.affine == ((1.0, 0.0, 5.0), (0.0, 2.0, 6.0))


class TestWhatIsNoImage:
    def test_nothing_there_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(NotFoundError, match="there is no zarr group"):
            OMEZarrMultiscale.from_ome_zarr(str(tmp_path / "nowhere.zarr"))

    @pytest.mark.parametrize(
        "attributes",
        [
            {},
            {"ome": {"version": "0.5"}},
            {"ome": {"version": "0.5", "plate": {"rows": [], "columns": [], "wells": []}}},
            {"ome": {"version": "0.5", "multiscales": []}},
        ],
    )
    def test_other_groups_are_a_value_error(self, attributes: dict, tmp_path: Path) -> None:
        path = a_group(tmp_path / "other.zarr", attributes)
        with pytest.raises(ValueError) as told:  # noqa: PT011 - the class is what counts
            OMEZarrMultiscale.from_ome_zarr(path)
        assert isinstance(told.value, DocumentError)

    def test_a_level_that_is_missing_is_told(self, tmp_path: Path) -> None:
        path = a_group(tmp_path / "image.zarr", newest(SCALE), levels=0)
        with pytest.raises(NotFoundError, match="no zarr 3 array"):
            OMEZarrMultiscale.from_ome_zarr(path)
