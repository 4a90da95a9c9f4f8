"""`write_image`: what 0.21 does, and what it gets wrong."""

from pathlib import Path

import dask.array as da
import numpy as np
import pytest
import zarr
from numcodecs import Blosc
from ome_zarr_models.v04.image import Omero
from ome_zarr_models.v05.image import Image
from skimage.transform import resize as whole_resize
from tests.compat.groups import (
    datasets,
    document,
    levels,
    new_group,
    noise,
    ramp,
    reopened,
    scales,
    shapes,
    translations,
)

import ome_zarr
from ome_zarr.errors import ExistsError, OmeZarrWarning
from ome_zarr.format import FormatV03, FormatV04, FormatV05
from ome_zarr.kernels.methods import unregister_method
from ome_zarr.scale import Methods, Scaler
from ome_zarr.writer import write_image, write_labels


def test_numbers_leave_z_as_it_is_and_nothing_is_returned(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    assert write_image(noise((64, 64, 64), "uint8"), group, axes="zyx", scale_factors=[2, 4, 8]) == []
    assert shapes(group) == [(64, 64, 64), (64, 32, 32), (64, 16, 16), (64, 8, 8)]
    assert [entry["path"] for entry in datasets(group)] == ["s0", "s1", "s2", "s3"]


def test_mappings_name_any_axis(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    factors = [dict.fromkeys("zyx", 2**level) for level in (1, 2, 3)]
    write_image(noise((64, 64, 64), "uint8"), group, axes="zyx", scale_factors=factors)
    assert shapes(group) == [(64,) * 3, (32,) * 3, (16,) * 3, (8,) * 3]


@pytest.mark.parametrize("method", list(Methods), ids=lambda method: method.value)
def test_a_method_is_named_or_a_member(method: Methods, tmp_path: Path) -> None:
    named, member = new_group(tmp_path / "a"), new_group(tmp_path / "b")
    write_image(noise((32, 32)), named, axes="yx", scale_factors=[2], method=method.value)
    write_image(noise((32, 32)), member, axes="yx", scale_factors=[2], method=method)
    assert np.array_equal(levels(named)[1], levels(member)[1])
    assert document(named)["multiscales"][0]["type"] == method.value


def test_a_registered_method_is_found(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    def last(block: np.ndarray, window: tuple[int, ...]) -> np.ndarray:
        return block[tuple(slice(w - 1, None, w) for w in window)]

    ome_zarr.register_method(
        ome_zarr.Window("last_pixel", "the last pixel of every window", function=last), replace=True
    )
    request.addfinalizer(lambda: unregister_method("last_pixel"))
    group = new_group(tmp_path)
    write_image(ramp((8, 8)), group, axes="yx", scale_factors=[2], method=Methods("last_pixel"))
    assert np.array_equal(levels(group)[1], ramp((8, 8))[1::2, 1::2])


def test_the_values_of_the_factors_are_used(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(noise((81, 81)), group, axes="yx", scale_factors=[3, 9])
    assert shapes(group) == [(81, 81), (27, 27), (9, 9)]
    assert scales(group) == [[1.0, 1.0], [3.0, 3.0], [9.0, 9.0]]


@pytest.mark.parametrize("method", ["resize", "local_mean", "nearest", "zoom"])
def test_how_a_dask_array_is_cut_does_not_matter(method: str, tmp_path: Path) -> None:
    pixels = noise((9, 40, 41))
    factors = [{"z": 2, "y": 2, "x": 2}]
    groups = []
    for number, chunks in enumerate([(9, 40, 41), (1, 7, 11), (2, 40, 5)]):
        groups.append(new_group(tmp_path / str(number)))
        source = da.from_array(pixels, chunks=chunks)
        write_image(source, groups[-1], axes="zyx", scale_factors=factors, method=method)
    first, *others = (levels(group)[1] for group in groups)
    assert all(np.array_equal(first, other) for other in others)
    assert first.shape == (4, 20, 20)


def test_a_plane_per_chunk_keeps_the_whole_stack_and_its_brightness(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    planes = da.from_array(np.full((8, 16, 16), 100, "uint16"), chunks=(1, 16, 16))
    write_image(planes, group, axes="zyx", scale_factors=[{"z": 2, "y": 2, "x": 2}], method="local_mean")
    assert (levels(group)[1] == 100).all()


def test_integers_are_rounded_and_the_image_keeps_its_brightness(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    pixels = np.random.default_rng(0).poisson(4.5, (512, 512)).astype("uint8")
    write_image(pixels, group, axes="yx")
    assert [abs(level.mean() - pixels.mean()) < 0.1 for level in levels(group)] == [True] * 5


def test_resize_is_that_of_scikit_image_on_the_whole_image(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    pixels = noise((60, 84))
    write_image(da.from_array(pixels, chunks=13), group, axes="yx", scale_factors=[2])
    judge = whole_resize(pixels, (30, 42), order=1, mode="reflect", anti_aliasing=True, preserve_range=True)
    assert np.abs(levels(group)[1] - judge).max() <= 0.5001


def test_fractional_steps_stay_in_place(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    line = np.tile(np.arange(90, dtype="float64"), (90, 1))
    write_image(line, group, axes="yx", scale_factors=[2, 3])
    (_, scale), (_, translation) = scales(group)[2], translations(group)[2]
    places = translation + scale * np.arange(30)
    assert np.allclose(levels(group)[2][15, 3:-3], places[3:-3])


def test_zoom_has_no_black_border(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(np.full((33, 33), 7, "uint8"), group, axes="yx", scale_factors=[2], method="zoom")
    assert levels(group)[1].shape == (16, 16)
    assert (levels(group)[1] == 7).all()


@pytest.mark.parametrize("dtype", ["bool", "float16", "complex64"])
def test_every_dtype_has_levels(dtype: str, tmp_path: Path) -> None:
    group = new_group(tmp_path)
    pixels = noise((16, 16), "float32").astype(dtype)
    write_image(pixels, group, axes="yx", scale_factors=[2])
    assert levels(group)[1].dtype == dtype


def test_the_imaginary_part_stays(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(np.full((8, 8), 1 + 2j), group, axes="yx", scale_factors=[2])
    assert np.allclose(levels(group)[1], 1 + 2j)


def test_units_and_types_in_axes_are_written(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    axes = [
        {"name": "w", "type": "wavelength"},
        {"name": "y", "type": "space", "unit": "micrometer"},
        {"name": "x", "type": "space"},
    ]
    write_image(noise((2, 8, 8)), group, axes=axes, axes_units={"x": "nanometer"}, scale_factors=[])
    written = document(group)["multiscales"][0]["axes"]
    assert written == [axes[0], axes[1], {"name": "x", "type": "space", "unit": "nanometer"}]
    assert axes[2] == {"name": "x", "type": "space"}


def test_the_type_of_a_known_axis_need_not_be_said(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(noise((8, 8)), group, axes=[{"name": "y"}, {"name": "x"}], scale_factors=[])
    assert [axis["type"] for axis in document(group)["multiscales"][0]["axes"]] == ["space", "space"]


def test_x_may_come_before_y(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(ramp((8, 4)), group, axes="xy", scale_factors=[2])
    assert [axis["name"] for axis in document(group)["multiscales"][0]["axes"]] == ["x", "y"]
    assert shapes(group) == [(8, 4), (4, 2)]


@pytest.mark.parametrize(("ndim", "names"), [(2, "yx"), (5, "tczyx")])
def test_two_and_five_axes_need_no_names(ndim: int, names: str, tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(noise((4,) * ndim), group, scale_factors=[])
    assert "".join(axis["name"] for axis in document(group)["multiscales"][0]["axes"]) == names


CHANNELS = {"channels": [{"label": "DNA", "color": "0000FF", "window": {"start": 0, "end": 9, "min": 0, "max": 99}}]}


@pytest.mark.parametrize("keywords", [{"omero": CHANNELS}, {"metadata": {"omero": CHANNELS}}])
def test_omero_is_a_mapping_as_it_used_to_be(keywords: dict, tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(noise((8, 8)), group, axes="yx", scale_factors=[], **keywords)
    assert document(group)["omero"]["channels"][0]["label"] == "DNA"


def test_omero_is_a_model_of_ome_zarr_models(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(noise((8, 8)), group, axes="yx", scale_factors=[], omero=Omero(**CHANNELS))
    assert document(group)["omero"]["channels"][0]["color"] == "0000FF"


def test_other_keywords_are_kept_in_the_metadata(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(noise((8, 8)), group, axes="yx", scale_factors=[2], metadata={"author": "me"}, stain="DAPI")
    metadata = document(group)["multiscales"][0]["metadata"]
    assert (metadata["author"], metadata["stain"], metadata["method"]) == ("me", "DAPI", "resize")


def test_transformations_of_level_zero_count_and_are_deprecated(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    first = [{"type": "scale", "scale": [2, 0.5]}, {"type": "translation", "translation": [10, 20]}]
    with pytest.warns(DeprecationWarning, match="coordinate_transformations") as caught:
        write_image(noise((8, 8)), group, axes="yx", scale_factors=[2], coordinate_transformations=[first])
    assert caught[0].filename == __file__
    assert scales(group) == [[2.0, 0.5], [4.0, 1.0]]
    assert translations(group) == [[10.0, 20.0], [11.0, 20.25]]


def test_what_the_group_holds_besides_stays(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    group.attrs.update({"ome": {"version": "0.5", "omero": CHANNELS}, "mine": 1})
    write_labels(ramp((8, 8)), group, "cells", axes="yx", scale_factors=[])
    write_image(noise((8, 8)), group, axes="yx", scale_factors=[])
    assert document(group)["omero"] == CHANNELS
    assert reopened(group).attrs["mine"] == 1
    assert reopened(group)["labels/cells/s0"].shape == (8, 8)


def test_the_callers_group_knows_its_new_attributes(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(noise((8, 8)), group, axes="yx", scale_factors=[2], compute=False)
    paths = [entry["path"] for entry in group.attrs["ome"]["multiscales"][0]["datasets"]]
    assert [group[path].shape for path in paths] == [(8, 8), (4, 4)]


def test_levels_that_are_there_are_not_replaced_unasked(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(ramp((8, 8)), group, axes="yx", scale_factors=[])
    with pytest.raises(zarr.errors.ContainsArrayError) as caught:
        write_image(noise((8, 8)), group, axes="yx", scale_factors=[])
    assert isinstance(caught.value, ExistsError | ValueError)
    assert np.array_equal(levels(group)[0], ramp((8, 8)))


def test_overwrite_among_the_storage_options_replaces_levels(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    options = {"overwrite": True}
    write_image(ramp((16, 16)), group, axes="yx", scale_factors=[], storage_options=options)
    write_image(noise((8, 8)), group, axes="yx", scale_factors=[2], storage_options=options)
    assert np.array_equal(levels(group)[0], noise((8, 8)))
    assert options == {"overwrite": True}


def test_an_image_is_never_written_over_its_own_source(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(ramp((16, 16)), group, axes="yx", scale_factors=[])
    with pytest.raises(ValueError, match="overlaps the source"):
        write_image(da.from_zarr(group["s0"]), group, axes="yx", storage_options={"overwrite": True})
    assert np.array_equal(levels(group)[0], ramp((16, 16)))


@pytest.mark.parametrize("as_path", [str, Path])
def test_a_path_is_made_into_a_group(as_path: type, tmp_path: Path) -> None:
    write_image(ramp((8, 8)), as_path(tmp_path / "new.zarr"), axes="yx", scale_factors=[2])
    assert shapes(zarr.open_group(tmp_path / "new.zarr")) == [(8, 8), (4, 4)]


def test_a_path_of_a_group_keeps_what_is_there(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    group.create_group("tables").attrs["kept"] = True
    write_image(ramp((8, 8)), str(tmp_path / "image.zarr"), axes="yx", scale_factors=[])
    assert reopened(group)["tables"].attrs["kept"]
    assert shapes(group) == [(8, 8)]


def test_the_version_follows_the_group(tmp_path: Path) -> None:
    group = new_group(tmp_path, zarr_format=2)
    write_image(ramp((8, 8)), group, axes="yx", scale_factors=[])
    assert document(group)["multiscales"][0]["version"] == "0.4"
    assert group["s0"].metadata.dimension_separator == "/"


def test_a_format_derived_elsewhere_names_its_own_version(tmp_path: Path) -> None:
    class Draft(FormatV05):
        @property
        def version(self) -> str:
            return "0.5-dev-mine"

    group = new_group(tmp_path)
    write_image(ramp((8, 8)), group, axes="yx", scale_factors=[], fmt=Draft())
    assert document(group)["version"] == "0.5-dev-mine"


def test_a_version_and_a_group_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="zarr 3"):
        write_image(ramp((8, 8)), new_group(tmp_path), axes="yx", fmt=FormatV04())


def test_versions_before_four_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(DeprecationWarning):
        write_image(ramp((8, 8)), new_group(tmp_path, 2), axes="yx", fmt=FormatV03())


def test_a_scaler_gives_factors_and_method_and_is_deprecated(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    with pytest.warns(DeprecationWarning, match="deprecated"):
        write_image(ramp((27, 27)), group, axes="yx", scaler=Scaler(downscale=3, max_layer=2, method="local_mean"))
    assert shapes(group) == [(27, 27), (9, 9), (3, 3)]
    assert document(group)["multiscales"][0]["type"] == "local_mean"


def test_none_is_the_default_pyramid_and_an_empty_list_one_level(tmp_path: Path) -> None:
    default, single = new_group(tmp_path / "a"), new_group(tmp_path / "b")
    write_image(ramp((32, 32)), default, axes="yx", scale_factors=None)
    write_image(ramp((32, 32)), single, axes="yx", scale_factors=[])
    assert (len(shapes(default)), len(shapes(single))) == (5, 1)


def test_the_callers_factors_and_options_stay_as_they_are(tmp_path: Path) -> None:
    factors = ({"y": np.int64(2)}, {"y": np.int64(4), "x": 2})
    options = [{"chunks": 4, "compressor": None}, {"chunks": 2}, {}]
    write_image(ramp((8, 8)), new_group(tmp_path), axes="yx", scale_factors=factors, storage_options=options)
    assert factors == ({"y": 2}, {"y": 4, "x": 2})
    assert options == [{"chunks": 4, "compressor": None}, {"chunks": 2}, {}]


@pytest.mark.parametrize(
    ("wish", "chunks"),
    [(16, (1, 16, 16)), ((8, 8), (3, 8, 8)), ((1, 32, 8), (1, 32, 8)), ({"y": 8}, (3, 8, 64))],
)
def test_chunks_are_a_number_or_the_last_axes(wish: object, chunks: tuple[int, ...], tmp_path: Path) -> None:
    group = new_group(tmp_path)
    pixels = noise((3, 64, 64))
    options = {"chunks": wish}
    write_image(pixels, group, axes="cyx", scale_factors=[], storage_options=options)
    assert group["s0"].chunks[1:] == chunks[1:]


def test_a_dask_array_keeps_its_chunks(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(da.from_array(noise((64, 64)), chunks=(7, 20)), group, axes="yx", scale_factors=[2])
    assert [group[path].chunks for path in ("s0", "s1")] == [(7, 20), (7, 20)]


def test_compressors_are_chosen_per_level(tmp_path: Path) -> None:
    group = new_group(tmp_path, zarr_format=2)
    options = [{"compressor": Blosc("lz4")}, {"compressor": None}]
    write_image(ramp((64, 64)), group, axes="yx", scale_factors=[2], storage_options=options)
    assert [len(group[path].compressors) for path in ("s0", "s1")] == [1, 0]


def test_too_few_storage_options_are_told_before_anything_is_written(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    with pytest.raises(ValueError, match="storage_options has 1 entries and the pyramid 3 levels"):
        write_image(ramp((8, 8)), group, axes="yx", scale_factors=[2, 4], storage_options=[{"chunks": 4}])
    assert list(group.keys()) == []


def test_chunks_of_a_numpy_image_are_small(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(np.zeros((4096, 4096), "uint8"), group, axes="yx", scale_factors=[])
    assert group["s0"].chunks == (512, 512)


def test_shards_alone_choose_their_chunks(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    source = da.from_array(noise((90, 90)), chunks=7)
    write_image(source, group, axes="yx", scale_factors=[], storage_options={"shards": (45, 45)})
    assert group["s0"].shards == (45, 45)
    assert np.array_equal(levels(group)[0], noise((90, 90)))


def test_units_of_other_axes_are_left_out_with_a_warning(tmp_path: Path) -> None:
    with pytest.warns(OmeZarrWarning, match="'z'") as caught:
        write_image(ramp((8, 8)), new_group(tmp_path), axes="yx", scale_factors=[], axes_units={"z": "micrometer"})
    assert caught[0].filename == __file__


def test_the_document_is_accepted_by_ome_zarr_models(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(ramp((8, 8)), group, axes="yx", scale_factors=[2], omero=CHANNELS)
    assert Image.from_zarr(reopened(group)).ome_attributes.multiscales[0].name == "image"


def test_a_zarr_array_gives_its_chunks_and_its_codec_as_they_are(tmp_path: Path) -> None:
    array = zarr.create_array(
        tmp_path / "source", shape=(64, 96), chunks=(32, 32), dtype="uint16", compressors=zarr.codecs.ZstdCodec(level=5)
    )
    array[...] = noise((64, 96), "uint16")
    write_image(array, str(tmp_path / "a.zarr"), axes="yx", scale_factors=[2])
    written = zarr.open_array(tmp_path / "a.zarr/s0", mode="r")
    assert written.compressors == array.compressors
    for index in ("0/0", "1/2"):
        assert (tmp_path / "a.zarr/s0/c" / index).read_bytes() == (tmp_path / "source/c" / index).read_bytes()
