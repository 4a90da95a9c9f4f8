"""Names that ome-zarr-py keeps to itself, and other packages use all the same."""

from pathlib import Path

import numpy as np
import pytest
from tests.compat.groups import document, levels, new_group, noise, scales

from ome_zarr import scale, writer
from ome_zarr.format import FormatV01, FormatV03, FormatV04, FormatV05, FormatV06

SCALE = {"type": "scale", "scale": [1, 1]}


@pytest.mark.parametrize(
    ("axes", "names"),
    [
        (None, ("t", "c", "z", "y", "x")),
        ("zyx", ("z", "y", "x")),
        (["y", "x"], ("y", "x")),
        ([{"name": "y", "type": "space"}, {"name": "x"}], ("y", "x")),
    ],
)
def test_names_of_axes(axes: object, names: tuple[str, ...]) -> None:
    assert writer._extract_dims_from_axes(axes) == names


@pytest.mark.parametrize("axes", [[1, 2], [{"type": "space"}], [{"name": None}]])
def test_axes_without_names_are_refused(axes: object) -> None:
    for error in (ValueError, TypeError):
        with pytest.raises(error, match="give names"):
            writer._extract_dims_from_axes(axes)


def test_datasets_are_checked_and_given_back() -> None:
    datasets = [{"path": "0", "coordinateTransformations": [SCALE], "mine": 1}]
    assert writer._validate_datasets(datasets, 2, FormatV05()) == datasets
    assert writer._validate_datasets([{"path": "0"}], 2, FormatV03()) == [{"path": "0"}]
    for wrong in ([], None, [{"path": ""}], [{"path": "0"}], ["0"]):
        with pytest.raises(ValueError, match=r"dataset|path|coordinateTransformations"):
            writer._validate_datasets(wrong, 2, FormatV05())


def test_parts_of_plates_are_checked_and_given_back() -> None:
    assert writer._validate_plate_rows_columns(["A", "B"]) == [{"name": "A"}, {"name": "B"}]
    assert writer._validate_plate_acquisitions([{"id": 0, "mine": 1}]) == [{"id": 0, "mine": 1}]
    assert writer._validate_plate_wells(["A/1"], ["A"], ["1"]) == [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}]
    assert writer._validate_plate_wells(["A/1"], ["A"], ["1"], fmt=FormatV01()) == [{"path": "A/1"}]
    assert writer._validate_well_images(["0", {"path": "1"}]) == [{"path": "0"}, {"path": "1"}]


def test_names_of_images_are_those_of_the_version() -> None:
    assert writer._validate_well_images(["field_1"], FormatV06()) == [{"path": "field_1"}]
    with pytest.raises(ValueError, match="field_1"):
        writer._validate_well_images(["field_1"], FormatV04())


def test_options_of_a_level_are_a_copy() -> None:
    options = {"chunks": (2, 2)}
    found = writer._resolve_storage_options(options, 1)
    assert found == options
    assert found is not options
    assert writer._resolve_storage_options([{}, options], 1) == options
    assert writer._resolve_storage_options(None, 0) == {}
    with pytest.raises(ValueError, match="level 1"):
        writer._resolve_storage_options([options], 1)


def test_a_compressor_for_zarr_2(tmp_path: Path) -> None:
    group = new_group(tmp_path, zarr_format=2)
    compressor = writer._blosc_compressor()
    assert isinstance(compressor, writer.Blosc)
    pixels = noise((16, 16))
    writer.write_image(pixels, group, axes="yx", scale_factors=[], storage_options={"compressor": compressor})
    assert np.array_equal(levels(group)[0], pixels)
    assert group["s0"].compressors == (compressor,)


@pytest.mark.parametrize("fmt", [FormatV04(), FormatV05(), FormatV06()])
@pytest.mark.parametrize("compute", [True, False])
def test_a_pyramid_is_written(fmt: FormatV04, compute: bool, tmp_path: Path) -> None:
    group = new_group(tmp_path, fmt.zarr_format)
    pyramid = [noise((16, 12)), noise((8, 6))]
    left = writer._write_pyramid_to_zarr(
        pyramid, group, fmt, {"y": 0.5, "x": 0.25}, ["y", "x"], {"x": "micrometer"}, name="mine", compute=compute
    )
    [level.compute() for level in left]
    assert all(np.array_equal(*pair) for pair in zip(levels(group), pyramid, strict=True))
    assert document(group)["multiscales"][0]["name"] == "mine"


def test_classes_are_those_of_the_package() -> None:
    import ome_zarr

    assert writer.OMEZarrImage is ome_zarr.OMEZarrImage
    assert writer.OMEZarrMultiscale is ome_zarr.OMEZarrMultiscale
    assert writer.OMEZarrLabels is ome_zarr.OMEZarrLabels
    assert writer.USE_DASK_ARRAY_KWARGS is True


def test_a_name_that_nobody_knows_is_not_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute '_create_mip'"):
        _ = writer._create_mip


def test_downsampling_of_dask_arrays_has_its_old_names() -> None:
    from ome_zarr import dask_utils

    assert (scale.dask_resize, scale.dask_zoom) == (dask_utils.resize, dask_utils.zoom)
    assert scale.dask_local_mean is dask_utils.local_mean
    assert isinstance(np.zeros(3), scale.ArrayLike)


def test_an_image_of_six_is_written_by_every_function(tmp_path: Path) -> None:
    fmt = FormatV06()
    pixels, half = noise((16, 12)), noise((8, 6))
    one, two, three = (new_group(tmp_path / name) for name in ("one", "two", "three"))
    writer.write_image(pixels, one, axes="yx", scale={"y": 2.0}, scale_factors=[2], fmt=fmt)
    writer.write_multiscale([pixels, half], two, axes="yx", scale={"y": 2.0}, fmt=fmt, metadata={"mine": 1})
    writer.write_multiscale_labels([pixels, half], two, "cells", axes="yx", fmt=fmt)
    datasets = [{"path": "s0", "coordinateTransformations": [SCALE]}]
    writer.write_multiscales_metadata(three, datasets, axes="yx", fmt=fmt)
    writer.write_label_metadata(two["labels"], "cells", colors=[{"label-value": 1, "rgba": [1, 2, 3, 4]}])
    for group in (one, two, three, two["labels/cells"]):
        assert document(group)["version"] == "0.6"
        (multiscale,) = document(group)["multiscales"]
        assert [axis["name"] for axis in multiscale["coordinateSystems"][0]["axes"]] == ["y", "x"]
        assert "version" not in multiscale
    assert document(two["labels"])["version"] == "0.6"
    assert "version" not in document(two["labels/cells"])["image-label"]
    assert document(two)["multiscales"][0]["metadata"] == {"mine": 1}
    assert scales(three) == [[1, 1]]
