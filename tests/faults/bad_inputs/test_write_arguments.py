"""Wrong arguments of everything that writes: input -> class of the error, message, and not a byte is written."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pytest
from tests.faults.bad_inputs.snapshots import snapshot

import ome_zarr
from ome_zarr import writer
from ome_zarr.cli import main
from ome_zarr.errors import BudgetError, NotFoundError, RecipeError

PIXELS = np.zeros((8, 64, 48), "u2")
FLAT = PIXELS[0]
NAN, INF = float("nan"), float("inf")
BEYOND = 10**400
DEEP: list[object] = []
for _ in range(10_000):
    DEEP = [DEEP]


class Unspeakable:
    def __repr__(self) -> str:
        raise RuntimeError("this must not be asked for its name")


class Case(NamedTuple):
    """What is wished for, and what is said about it."""

    wishes: Mapping[str, object]
    message: str
    error: type[Exception] = RecipeError


def case(message: str, error: type[Exception] = RecipeError, **wishes: object) -> Case:
    return Case(wishes, message, error)


IMAGES = {
    # the pixels
    "no pixels": case("None is no array", source=None),
    "objects as pixels": case("dtype object", source=np.full((4, 4), None), axes="yx"),
    "text as pixels": case("dtype", source=np.full((4, 4), "a"), axes="yx"),
    "dates as pixels": case("dtype", source=np.zeros((4, 4), "M8[s]"), axes="yx"),
    "structures as pixels": case("dtype", source=np.zeros((4, 4), [("r", "u1"), ("g", "u1")]), axes="yx"),
    "a long double": case("dtype", source=np.zeros((4, 4), "g"), axes="yx"),
    "no axis at all": case("ax", source=np.zeros(()), axes=""),
    "an axis without pixels": case("extent 0", source=np.zeros((4, 0)), axes="yx"),
    "rows of different lengths": case("is no array", source=[[1, 2], [3]], axes="yx"),
    "lists too deep": case("array", source=DEEP),
    "an object without a name": case("array", source=Unspeakable()),
    "a set": case("array", source={1, 2}),
    "a function": case("array", source=len),
    "a path of nothing": case("nothing|no file|there is no", FileNotFoundError, source="nowhere.tif"),
    "no path": case("no path", source="a\0b"),
    "no path that a disk could have": case("no path", source="\ud800"),
    # axes
    "too few axes": case(r"axes \('y', 'x'\) are 2 for an image of 3 dimensions; name every", axes="yx"),
    "too many axes": case("are 4 for an image of 3", axes="tzyx"),
    "six axes": case("ax", source=np.zeros((1, 1, 1, 1, 8, 8)), axes=["t", "c", "z", "a", "y", "x"]),
    "one axis": case("ax", source=np.zeros(8, "u1"), axes="x"),
    "an axis twice": case("axis 'x' occurs twice", axes="xyx"),
    "axes in no order": case("order", axes="yxc"),
    "a number as axes": case("axes", axes=7),
    "a number among axes": case("ax", axes=["z", 7, "x"]),
    "an axis of an unknown kind": case("type", axes=[{"name": "q", "type": 7}, "y", "x"]),
    "axes that nobody names": case("ax", axes=None),
    "axes too deep": case("ax", axes=DEEP),
    # factors and levels
    "factors that are no list": case(r"scale_factors is 2; it must be a list .* \[2, 4, 8\]", scale_factors=2),
    "a mapping as factors": case("a list with one entry per level", scale_factors={"y": 2}),
    "text as factors": case("scale_factors is '24'", scale_factors="24"),
    "factor zero": case("factor 0 for level 1 is not a finite number of at least 1", scale_factors=[0]),
    "a negative factor": case("factor -2 for level 1", scale_factors=[-2]),
    "a factor that is no number": case("factor '2' for level 1 is a str", scale_factors=["2"]),
    "a factor that is true": case("factor True for level 1 is a bool", scale_factors=[True]),
    "factor NaN": case("factor nan for level 1 is not a finite", scale_factors=[NAN]),
    "an infinite factor": case("factor inf for level 2", scale_factors=[2, INF]),
    "a factor beyond all floats": case("factor .* for level 1 is not a finite", scale_factors=[BEYOND]),
    "a factor below one": case("factor 0.5 for axis 'y' at level 1", scale_factors=[{"y": 0.5}]),
    "falling factors": case(
        "factor 2 for axis 'y' at level 2 is below 4 at level 1; .* may not fall", scale_factors=[4, 2]
    ),
    "equal factors": case(r"did you mean \[2, 4\] instead of \[2, 2\]\?", scale_factors=[2, 2]),
    "factor one": case("it would repeat level 0", scale_factors=[1]),
    "a factor of an unknown axis": case(r"name axis 'c' at level 1; the image has", scale_factors=[{"c": 2}]),
    "parts of pixels in windows": case(
        "factor 1.5 for axis 'y' at level 1 is no whole number, .*method='resize'",
        scale_factors=[1.5],
        method="local_mean",
    ),
    "factors too deep": case("factor", scale_factors=DEEP),
    "no level": case("levels is 0; give 'auto', or the number of levels", levels=0),
    "levels that are true": case("levels is True", levels=True),
    "levels in words": case("levels is 'many'", levels="many"),
    "levels in an array": case("levels is array", levels=np.zeros(2)),
    # method, edge, kind
    "an unknown method": case("unknown method 'mean'; choose one of 'resize', 'nearest'", method="mean"),
    "a method of no name": case("unknown method ''", method=""),
    "method zero": case("method is 0; give the name of a method", method=0),
    "a list as method": case("method is ..; give the name", method=[]),
    "a method without a name": case("method is <Unspeakable", method=Unspeakable()),
    "an unknown edge": case("edge is 'pad'; give 'trim' or 'partial'", edge="pad"),
    "an array as edge": case("edge is array.*give 'trim'", edge=np.zeros(2)),
    "an unknown kind": case("kind is 'label'; give 'image' or 'labels'", kind="label"),
    "kind none": case("kind is None", kind=None),
    "labels averaged": case(
        "method 'local_mean' makes values that are no labels .* take one of 'nearest'",
        kind="labels",
        method="local_mean",
    ),
    "labels with parts": case(
        r"labels have dtype 'float32'.*astype\('uint32'\)", source=PIXELS.astype("f4"), kind="labels"
    ),
    # scale, translation, units
    "scale zero": case("scale of axis 'y' is 0; give a finite number above 0", scale={"y": 0}),
    "a negative scale": case("scale of axis 'y' is -1", scale=(1, -1, 1)),
    "scale NaN": case("scale of axis 'y' is nan", scale={"y": NAN}),
    "a scale in words": case("scale of axis 'y' is '1'", scale={"y": "1"}),
    "a scale beyond all floats": case("scale of axis 'y' is .*finite", scale={"y": BEYOND}),
    "one scale for all": case("scale is 0.5; give a mapping from axis names", scale=0.5),
    "text as scale": case("scale is '0.5'; give a mapping", scale="0.5"),
    "too few scales": case(r"scale has 2 entries for the axes \['z', 'y', 'x'\]", scale=(1, 1)),
    "a scale of an unknown axis": case("scale names axis 't'", scale={"t": 1}),
    "translation NaN": case("translation of axis 'x' is nan; .* a finite number", translation={"x": NAN}),
    "one translation for all": case("translation is 3; give a mapping", translation=3),
    "a translation of an unknown axis": case("translation names axis 't'", translation={"t": 1}),
    "units of an unknown axis": case("units name axis 't'", units={"t": "second"}),
    "one unit for all": case("units is 'micrometer'; give a mapping", units="micrometer"),
    "a unit that is no text": case("unit", units={"x": 7}),
    # storage
    "chunks of nothing": case("chunks have extent 0 along axis 'z'; give a whole number of at least 1", chunks=0),
    "parts of pixels in chunks": case("chunks have extent 2.5 along axis 'y'", chunks=(1, 2.5, 3)),
    "too many chunks": case(r"chunks is \(1, 2, 3, 4\); give one whole number, up to 3", chunks=(1, 2, 3, 4)),
    "chunks in words": case("chunks is 'small'", chunks="small"),
    "chunks of an unknown axis": case("chunks name axis 'c'", chunks={"c": 1}),
    "shards that no chunk divides": case(
        "shards have extent 40 along axis 'z', no multiple of the chunks' 16; give shards such as", chunks=16, shards=40
    ),
    "shards of more chunks than an index holds": case("chunks of .*; a shard has at most", chunks=1, shards=2**20),
    "shards beyond all memory": case("shards .* at most .* TiB", chunks=2**70, shards=2**70),
    "shards in zarr 2": case("shards 64 need zarr 3; write version='0.5'", version="0.4", shards=64),
    "an unknown compressor": case("'zip' is not a codec", compressors="zip"),
    "a compressor without a name": case("is not a codec", compressors=Unspeakable()),
    "a codec that nobody knows": case("nobody", compressors=[{"name": "nobody.knows", "configuration": {}}]),
    "options of too few levels": case(
        "storage_options has 2 entries and the pyramid 3 levels", scale_factors=[2, 4], storage_options=[{}, {}]
    ),
    "options that are no mapping": case("storage_options is 3", storage_options=3),
    "an unknown option of storage": case("chunkz", storage_options={"chunkz": 3}),
    "two compressors": case("both 'compressor' and", storage_options={"compressor": None, "compressors": None}),
    "a fill value of another kind": case("fill_value 'x' is no value of dtype", storage_options={"fill_value": "x"}),
    "a fill value that does not fit": case("fill_value 70000 is no value", storage_options={"fill_value": 70_000}),
    "an unknown separator": case("dimension separator '-' is unknown", storage_options={"dimension_separator": "-"}),
    "an unknown version": case(r"version is '1.2'; use one of \(", version="1.2"),
    "a number as version": case("version is 0.5; use one of", version=0.5),
    # names and channels
    "a number as name": case("name is 7; give text", name=7),
    "an array as name": case("name is array", name=np.zeros(2)),
    "too many channel names": case("channel_names is .* for 1 channels", channel_names=["a", "b"]),
    "no channel names": case("channel_names is .. for 1 channels", channel_names=[]),
    "one text as channel names": case("channel_names is 'DAPI' for 1 channels", channel_names="DAPI"),
    "a number as channel name": case("channel_names/0 is 7; it must be text", channel_names=[7]),
    "a number as channel colours": case("channel_colors is 7", channel_colors=7),
    "an unknown colour": case("channel_colors/0 is 'reddish'", channel_colors=["reddish"]),
    "a window of one number": case("channel_windows/0 is .*two numbers", channel_windows=[[1]]),
    "a window upside down": case("channel_windows/0 is .*two numbers", channel_windows=[[9, 1]]),
    "a number as omero": case("omero is 7", omero=7),
    "omero without channels": case("omero has no 'channels'", omero={}),
    "label values of an image": case("image_label is .*kind='labels'", image_label={"colors": []}),
    "a colour of no label": case("label-value", kind="labels", image_label={"colors": [{}]}),
    "a number as metadata": case("metadata is 7; give a mapping", metadata=7),
    "metadata that are no JSON": case("metadata/a is .*JSON", metadata={"a": object()}),
    "metadata too deep": case("nested deeper than 64", metadata={"a": DEEP}),
    "a metadata key of a number": case("key 7", metadata={7: 1}),
    # the work
    "no worker": case("workers is 0; give a whole number of at least 1", workers=0),
    "half a worker": case("workers is 1.5", workers=1.5),
    "more workers than there can be": case("workers is .* at most 4096", workers=2**62),
    "no memory": case("memory budget 0 is no number of bytes; .* '512 MiB'", memory_budget=0),
    "memory in apples": case("memory budget '5 apples' is no number of bytes", memory_budget="5 apples"),
    "too little memory": case("budget|memory", BudgetError, memory_budget=1, method="local_mean"),
    "a mapping as recipe": case("recipe is .*Recipe", recipe={"levels": 1}),
    "a misspelt option": case("no option 'scale_factor'; did you mean 'scale_factors'", scale_factor=[2]),
    "an unknown option": case("no option 'colour'; there are scale_factors", colour="red"),
    "a wrong word for overwriting": case("overwrite is 'no'; give True or False", overwrite="no"),
}

DOORS = {
    "a number as version": ("write_image", {"fmt": 7}, "fmt is 7; give FormatV04"),
    "a version in words": ("write_image", {"fmt": "0.4"}, "fmt is '0.4'; give FormatV04"),
    "a version of labels in words": ("write_labels", {"fmt": "0.4"}, "fmt is '0.4'; give FormatV04"),
    "units that are no mapping": ("write_image", {"axes_units": "micrometer"}, "axes_units is 'micrometer'; give"),
    "a scaler of a word": ("write_image", {"scaler": "nearest"}, "scaler is 'nearest', which has no 'downscale'"),
    "transformations that are no list": (
        "write_image",
        {"coordinate_transformations": 7},
        "coordinate_transformations is 7; it must be a list",
    ),
    "transformations without a scale": (
        "write_image",
        {"coordinate_transformations": [[{"type": "translation", "translation": [1, 1, 1]}]]},
        "scale",
    ),
    "metadata that are no mapping": ("write_image", {"metadata": 7}, "metadata is 7; give a mapping"),
    "a set of options": ("write_image", {"storage_options": {1}}, "storage_options is \\{1\\}; give one mapping"),
    "a name of numbers": ("write_image", {"name": 7}, "name is 7; give text"),
    "a name of labels that is a path": ("write_labels", {"name": "../x"}, "label name '../x' contains a slash"),
    "what is said of labels in words": ("write_labels", {"label_metadata": "red"}, "label_metadata is 'red'; give"),
    "colours of labels in words": ("write_labels", {"label_metadata": {"colors": "red"}}, "colors is 'red'; it must"),
    "labels of floats": ("write_labels", {"source": FLAT.astype("f4"), "axes": "yx"}, "integers"),
    "levels that are no list": ("write_multiscale", {"pyramid": 7}, r"pyramid is a int \(7\); give a list"),
    "no levels": ("write_multiscale", {"pyramid": []}, "pyramid is a list"),
    "levels that grow": ("write_multiscale", {"pyramid": [FLAT[::2], FLAT], "axes": "yx"}, "from the largest to"),
    "levels of other axes": ("write_multiscale", {"pyramid": [PIXELS, FLAT]}, "every level needs one extent"),
    "a level of objects": ("write_multiscale", {"pyramid": [PIXELS.astype(object)]}, "dtype object"),
    "a scale for all levels": ("write_multiscale", {"pyramid": [PIXELS], "scale": 2}, "scale is 2; give a mapping"),
}

JUDGED_BY_THE_STORE = {"a codec that nobody knows", "an unknown option of storage", "a wrong word for overwriting"}
"""What no plan knows of, and is refused when the target is opened."""

DOOR_WISHES = {"source", "axes", "scale_factors", "method", "scale", "storage_options"}
"""What ome-zarr-py's functions take as well."""

METADATA = {
    "no datasets": ("write_multiscales_metadata", {"axes": "yx", "datasets": []}, r"datasets is \[\]"),
    "datasets of a number": ("write_multiscales_metadata", {"axes": "yx", "datasets": 7}, "datasets is 7"),
    "a dataset without a path": (
        "write_multiscales_metadata",
        {"axes": "yx", "datasets": [{}]},
        "datasets/0 has no 'path'",
    ),
    "a dataset above its image": (
        "write_multiscales_metadata",
        {"axes": "yx", "datasets": [{"path": "../s0"}]},
        "path is '../s0'",
    ),
    "a dataset without a place": (
        "write_multiscales_metadata",
        {"axes": "yx", "datasets": [{"path": "s0"}]},
        "coordinateTrans",
    ),
    "no rows": ("write_plate_metadata", {"rows": [], "columns": ["1"], "wells": ["A/1"]}, "row"),
    "rows of a number": ("write_plate_metadata", {"rows": 7, "columns": ["1"], "wells": ["A/1"]}, "rows is 7"),
    "a row twice": ("write_plate_metadata", {"rows": ["A", "A"], "columns": ["1"], "wells": ["A/1"]}, "row|rows"),
    "a row of a slash": ("write_plate_metadata", {"rows": ["A/"], "columns": ["1"], "wells": ["A/1"]}, "row"),
    "no wells": ("write_plate_metadata", {"rows": ["A"], "columns": ["1"], "wells": []}, r"wells is \[\]"),
    "a well of a number": ("write_plate_metadata", {"rows": ["A"], "columns": ["1"], "wells": [7]}, "well 7 is a int"),
    "a well of no row": ("write_plate_metadata", {"rows": ["A"], "columns": ["1"], "wells": ["B/1"]}, "row 'B' is not"),
    "a well above the plate": ("write_plate_metadata", {"rows": [".."], "columns": ["1"], "wells": ["../1"]}, "row"),
    "fewer than no fields": (
        "write_plate_metadata",
        {"rows": ["A"], "columns": ["1"], "wells": ["A/1"], "field_count": 0},
        "field",
    ),
    "no images of a well": ("write_well_metadata", {"images": []}, "images"),
    "an image of a number": ("write_well_metadata", {"images": [7]}, "images/0"),
    "an image above its well": ("write_well_metadata", {"images": ["../0"]}, "'../0'"),
}

COMMANDS = {
    "a path of nothing": (["nowhere.tif"], "nowhere.tif"),
    "factors in words": (["a.npy", "--scale-factors", "two"], "'two' is no number"),
    "equal factors": (["a.npy", "--scale-factors", "2,2"], r"did you mean \[2, 4\]"),
    "an unknown method": (["a.npy", "--method", "mean"], "unknown method 'mean'"),
    "an unknown version": (["a.npy", "--format", "1.2"], "version is '1.2'"),
    "chunks of nothing": (["a.npy", "--chunks", "0"], "chunks have extent 0"),
    "an unknown option": (["a.npy", "--chunkz", "3"], "--chunkz"),
    "an unknown compressor": (["a.npy", "--compressor", "zip"], "'zip' is no compressor"),
    "scale zero": (["a.npy", "--scale", "y=0"], "scale of axis 'y' is 0"),
    "no worker": (["a.npy", "--workers", "0"], "workers is 0"),
    "memory in apples": (["a.npy", "--memory", "5 apples"], "memory budget '5 apples'"),
    "too few axes": (["a.npy", "--axes", "x"], "axes"),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working directory, in which nothing may change."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.txt").write_text("years of work")
    np.save(tmp_path / "a.npy", FLAT)
    return tmp_path


def write(target: object, *, source: object = PIXELS, **wishes: object) -> object:
    return ome_zarr.write(source, target, **{"axes": "zyx", **wishes})


def write_image(target: object, *, source: object = PIXELS, **wishes: object) -> object:
    return writer.write_image(source, target, **{"axes": "zyx", "scale_factors": [2], **wishes})


def write_labels(target: object, *, source: object = PIXELS, **wishes: object) -> object:
    return writer.write_labels(source, target, **{"name": "cells", "axes": "zyx", "scale_factors": [2], **wishes})


def write_multiscale(target: object, *, pyramid: object, **wishes: object) -> object:
    return writer.write_multiscale(pyramid, target, **{"axes": "zyx", **wishes})


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", IMAGES)
def test_a_wish_that_cannot_be_fulfilled_writes_nothing(name, folder):
    wishes, message, error = IMAGES[name]
    before = snapshot(folder)
    with pytest.raises(error, match=message):
        write(folder / "a.zarr", **wishes)
    assert snapshot(folder) == before


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", [name for name in IMAGES if name not in JUDGED_BY_THE_STORE])
def test_a_plan_says_the_same_as_writing(name, folder):
    wishes, message, error = IMAGES[name]
    with pytest.raises(error, match=message):
        ome_zarr.plan(**{"source": PIXELS, "axes": "zyx", **wishes})


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("door", [write_image, write_labels])
@pytest.mark.parametrize("name", [name for name, case in IMAGES.items() if case.wishes.keys() <= DOOR_WISHES])
def test_the_doors_refuse_what_the_library_refuses(name, door, folder):
    wishes, _, error = IMAGES[name]
    before = snapshot(folder)
    with pytest.raises((error, NotFoundError)) as caught:
        door(folder / "a.zarr", **wishes)
    assert str(caught.value)
    assert snapshot(folder) == before


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("name", DOORS)
def test_a_wish_that_a_door_cannot_fulfil_writes_nothing(name, folder):
    door, wishes, message = DOORS[name]
    before = snapshot(folder)
    with pytest.raises(RecipeError, match=message):
        {"write_image": write_image, "write_labels": write_labels, "write_multiscale": write_multiscale}[door](
            folder / "a.zarr", **wishes
        )
    assert snapshot(folder) == before


@pytest.mark.parametrize("name", METADATA)
def test_metadata_that_break_the_rules_are_not_written(name, folder):
    door, arguments, message = METADATA[name]
    before = snapshot(folder)
    with pytest.raises(RecipeError, match=message):
        getattr(writer, door)(folder / "a.zarr", **arguments)
    assert snapshot(folder) == before


@pytest.mark.parametrize("name", COMMANDS)
def test_the_command_line_says_it_in_one_line_and_ends_with_2(name, folder, capsys):
    arguments, message = COMMANDS[name]
    before = snapshot(folder)
    with pytest.raises(SystemExit) as ended:
        main(["convert", arguments[0], "a.zarr", "--quiet", *arguments[1:]])
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert re.fullmatch(f"error: .*({message}).*\n", told)
    assert snapshot(folder) == before
