"""Whatever of OME-Zarr is stored somewhere is opened as what it is."""

import json
import shutil

import numpy as np
import pytest
import zarr
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.errors import NotFoundError, RecipeError
from ome_zarr.metadata.plate import parse_plate
from ome_zarr.metadata.versions import parse_version
from ome_zarr.metadata.well import parse_well

PIXELS = np.arange(16 * 12, dtype="u2").reshape(16, 12)
VERSIONS = ["0.4", "0.5", "0.6"]


def put_attributes(folder, version, attributes):
    group = zarr.open_group(folder, mode="a", zarr_format=parse_version(version).zarr_format)
    group.attrs.update(attributes)


def write_plate(folder, version, sizes):
    rules = parse_version(version)
    plate = parse_plate(["A", "B"], ["1", "2", "3"], list(sizes), name="screen")
    put_attributes(folder, version, rules.plate_attributes(plate))
    for well, (height, width) in sizes.items():
        put_attributes(folder / well, version, rules.well_attributes(parse_well(["0", "1"])))
        for field in ("0", "1"):
            pixels = np.full((height, width), 10 * int(well[-1]) + int(field), "u1")
            ome_zarr.write(pixels, folder / well / field, axes="yx", levels=1, version=version)
    return ome_zarr.open(folder)


@pytest.fixture(params=VERSIONS)
def plate(request, tmp_path):
    return write_plate(tmp_path / "plate.zarr", request.param, {"A/1": (4, 5), "B/3": (6, 3)})


def test_a_plate_has_rows_columns_and_wells(plate):
    assert isinstance(plate, ome_zarr.Plate)
    assert (plate.name, plate.rows, plate.columns) == ("screen", ("A", "B"), ("1", "2", "3"))
    assert list(plate.wells) == ["A/1", "B/3"]
    assert plate["A/1"] is plate["A", "1"]
    assert len(plate) == 2
    assert [len(well) for well in plate] == [2, 2]


def test_a_well_has_fields(plate):
    well = plate["B/3"]
    assert isinstance(well, ome_zarr.Well)
    assert [field.path for field in well.fields] == ["0", "1"]
    assert well[1] is well["1"]
    assert (np.asarray(well[1][0]) == 31).all()
    assert [image.name for image in well] == ["0", "1"]


def test_the_mosaic_of_a_plate_shows_every_well_in_its_place(plate):
    mosaic = plate.mosaic().compute(scheduler="synchronous")
    expected = np.zeros((4 + 6, 5 + 5 + 3), "u1")
    expected[:4, :5] = 10
    expected[4:, 10:] = 30
    np.testing.assert_array_equal(mosaic, expected)
    assert plate.mosaic(field=1).max().compute(scheduler="synchronous") == 31


def test_a_well_that_is_listed_and_not_there_is_left_out_of_the_mosaic(plate):
    before = plate.mosaic().compute(scheduler="synchronous")
    shutil.rmtree(plate.location.directory / "B/3")
    after = ome_zarr.open(plate.location.directory).mosaic().compute(scheduler="synchronous")
    assert (after[:4, :5] == before[:4, :5]).all()
    assert after.max() == 10


def test_the_mosaic_of_a_well_shows_its_fields_side_by_side(plate):
    mosaic = plate["A/1"].mosaic().compute(scheduler="synchronous")
    np.testing.assert_array_equal(mosaic, np.repeat([[10, 11]], [5, 5], axis=1).repeat(4, axis=0))


def test_a_field_that_no_well_has_is_refused(plate):
    with pytest.raises(RecipeError, match=r"no well .* has a field 2"):
        plate.mosaic(field=2)


def test_a_well_that_is_not_there_is_named(plate):
    with pytest.raises(KeyError, match=r"no well 'C/1'; there are \['A/1', 'B/3'\]"):
        plate["C/1"]


def test_plates_and_wells_print_what_they_are(plate):
    assert repr(plate).splitlines() == [
        f"OME-Zarr {plate.version} plate {plate.location.name!r}, 2 rows × 3 columns",
        "  A ■··",
        "  B ··■",
    ]
    assert "fields: 0, 1" in repr(plate["A/1"])
    assert "plate" in plate._repr_html_()


def test_the_fields_of_an_acquisition_are_found(tmp_path):
    rules = parse_version("0.5")
    well = parse_well([{"path": "0", "acquisition": 1}, {"path": "1", "acquisition": 2}])
    put_attributes(tmp_path / "w.zarr", "0.5", rules.well_attributes(well))
    ome_zarr.write(PIXELS, tmp_path / "w.zarr" / "1", axes="yx")
    opened = ome_zarr.open(tmp_path / "w.zarr")
    assert [image.name for image in opened.of_acquisition(2)] == ["1"]


@pytest.mark.parametrize("version", VERSIONS)
def test_labels_are_opened_as_labels_and_know_their_image(version, tmp_path):
    image = ome_zarr.write(PIXELS, tmp_path / "i.zarr", axes="yx", version=version, levels=2)
    ome_zarr.write_labels((PIXELS > 9).astype("u1"), image, "big")
    assert isinstance(image.labels["big"], ome_zarr.Labels)
    assert image.labels["big"].image is image
    alone = ome_zarr.open(tmp_path / "i.zarr/labels/big")
    assert isinstance(alone, ome_zarr.Labels)
    assert alone.image is None
    with pytest.raises(KeyError, match=r"no labels image 'small'; there are \['big'\]"):
        image.labels["small"]


def test_the_group_of_the_labels_is_a_collection(tmp_path):
    image = ome_zarr.write(PIXELS, tmp_path / "i.zarr", axes="yx", levels=1)
    ome_zarr.write_labels((PIXELS > 9).astype("u1"), image, "big")
    labels = ome_zarr.open(tmp_path / "i.zarr/labels")
    assert isinstance(labels, ome_zarr.Collection)
    assert (labels.kind, list(labels)) == ("labels", ["big"])
    assert (np.asarray(labels["big"][0]) == (PIXELS > 9)).all()


@pytest.mark.parametrize("listed", [None, ["0", "1"]])
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_the_series_of_a_converted_file_are_a_collection(version, listed, tmp_path):
    enclosed = {"0.4": lambda parts: parts, "0.5": lambda parts: {"ome": {"version": "0.5"} | parts}}[version]
    put_attributes(tmp_path / "c.zarr", version, enclosed({"bioformats2raw.layout": 3}))
    put_attributes(tmp_path / "c.zarr/OME", version, enclosed({"series": listed}) if listed else {})
    for series in ("0", "1"):
        ome_zarr.write(PIXELS, tmp_path / "c.zarr" / series, axes="yx", version=version)
    collection = ome_zarr.open(tmp_path / "c.zarr")
    assert (collection.kind, list(collection)) == ("collection", ["0", "1"])
    assert (np.asarray(collection["1"][0]) == PIXELS).all()


def test_a_scene_has_images(tmp_path):
    ome_zarr.write(PIXELS, tmp_path / "s.zarr/one", axes="yx", version="0.6")
    ome_zarr.write(PIXELS, tmp_path / "s.zarr/two", axes="yx", version="0.6")
    shift = {
        "type": "translation",
        "translation": [1.0, 2.0],
        "input": {"path": "one", "name": "physical"},
        "output": {"path": "two", "name": "physical"},
    }
    put_attributes(
        tmp_path / "s.zarr", "0.6", {"ome": {"version": "0.6", "scene": {"coordinateTransformations": [shift]}}}
    )
    scene = ome_zarr.open(tmp_path / "s.zarr")
    assert isinstance(scene, ome_zarr.Scene)
    assert list(scene.images) == ["one", "two"]
    assert scene.images["two"].axes.names == ("y", "x")
    assert "images: one, two" in repr(scene)


OLD = {
    "0.1": {"version": "0.1", "datasets": [{"path": "0"}, {"path": "1"}]},
    "0.2": {"version": "0.2", "datasets": [{"path": "0"}, {"path": "1"}]},
    "0.3": {"version": "0.3", "axes": ["t", "c", "z", "y", "x"], "datasets": [{"path": "0"}, {"path": "1"}]},
}


@pytest.mark.parametrize("version", OLD)
def test_old_images_without_scales_lie_as_their_shapes_say(version, tmp_path):
    group = zarr.open_group(tmp_path / "o.zarr", mode="w", zarr_format=2)
    for path, extent in (("0", 8), ("1", 4)):
        group.create_array(path, shape=(1, 1, 1, extent, extent), chunks=(1, 1, 1, 4, 4), dtype="u1")
    group.attrs["multiscales"] = [OLD[version]]
    image = ome_zarr.open(tmp_path / "o.zarr")
    assert (image.version, image.axes.names) == (version, ("t", "c", "z", "y", "x"))
    assert image[1].scale == (1, 1, 1, 2, 2)
    assert image[1].translation == (0, 0, 0, 0.5, 0.5)


def test_one_of_several_images_in_a_group_is_chosen_by_name(tmp_path):
    image = ome_zarr.write(PIXELS, tmp_path / "i.zarr", axes="yx", levels=2, name="first")
    document = json.loads((tmp_path / "i.zarr/zarr.json").read_text())
    (first,) = document["attributes"]["ome"]["multiscales"]
    second = first | {"name": "second", "datasets": first["datasets"][1:]}
    document["attributes"]["ome"]["multiscales"].append(second)
    (tmp_path / "i.zarr/zarr.json").write_text(json.dumps(document))
    assert len(ome_zarr.open(tmp_path / "i.zarr")) == len(image) == 2
    assert len(ome_zarr.open(tmp_path / "i.zarr", name="second")) == 1
    with pytest.raises((RecipeError, NotFoundError), match="third"):
        ome_zarr.open(tmp_path / "i.zarr", name="third")


@pytest.mark.parametrize("suffix", ["zip", "ozx"])
def test_an_image_in_a_zip_file_is_opened(suffix, tmp_path):
    image = ome_zarr.write(PIXELS, tmp_path / f"i.{suffix}", axes="yx", levels=2)
    opened = ome_zarr.open(tmp_path / f"i.{suffix}")
    np.testing.assert_array_equal(opened[1], image[1])
    np.testing.assert_array_equal(opened[0], PIXELS)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_opened_image_or_level_can_be_written_again(version, tmp_path):
    wishes = {"axes": "yx", "levels": 2, "scale": {"y": 0.5}, "units": {"y": "um"}}
    image = ome_zarr.write(PIXELS, tmp_path / "a.zarr", version=version, **wishes)
    whole = ome_zarr.write(image, tmp_path / "b.zarr", version="0.5")
    coarse = ome_zarr.write(image[1], tmp_path / "c.zarr", levels=1)
    assert (whole[0].scale, coarse[0].scale) == (image[0].scale, image[1].scale)
    assert coarse[0].units == ("micrometer", None)
    np.testing.assert_array_equal(coarse[0], image[1])


@pytest.mark.parametrize("attributes", [{}, {"other": 1}, {"ome": {"version": "0.5"}}])
def test_a_group_that_is_nothing_of_ome_zarr_is_refused(attributes):
    store = MemoryStore()
    zarr.create_group(store, attributes=attributes)
    with pytest.raises(NotFoundError, match="nothing of OME-Zarr"):
        ome_zarr.open(store)


def test_an_image_whose_levels_are_gone_still_says_what_it_is(tmp_path):
    ome_zarr.write(PIXELS, tmp_path / "i.zarr", axes="yx", levels=2)
    shutil.rmtree(tmp_path / "i.zarr/s1")
    image = ome_zarr.open(tmp_path / "i.zarr")
    assert "lists a level that is not there" in repr(image)
    assert "lists a level that is not there" in image._repr_html_()
