"""What two images differ in is found, and nothing else."""

import json
from pathlib import Path

import numpy as np
import pytest

import ome_zarr
from ome_zarr.cli import main
from ome_zarr.errors import RecipeError

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 1000, (3, 40, 50), "u2")


def image(path: Path, pixels: np.ndarray = PIXELS, **wishes: object) -> Path:
    ome_zarr.write(pixels, path, **{"axes": "cyx", "scale_factors": [2], "name": "it", **wishes})
    return path


def kinds(first: Path, second: Path, **options: object) -> list[tuple[str, str]]:
    return [(finding.place, finding.kind) for finding in ome_zarr.diff(first, second, **options).findings]


def test_nothing_is_found_between_copies_that_are_stored_differently(tmp_path: Path) -> None:
    first = image(tmp_path / "a.zarr")
    for name, wishes in {
        "chunks": {"chunks": (1, 16, 16)},
        "shards": {"chunks": (1, 8, 8), "shards": (1, 16, 16)},
        "codec": {"compressors": None},
        "version": {"version": "0.4"},
    }.items():
        assert kinds(first, image(tmp_path / f"{name}.zarr", **wishes)) == []


@pytest.mark.parametrize(
    ("wishes", "found"),
    [
        ({"name": "that"}, [("", "name")]),
        ({"axes": "zyx"}, [("", "axes")]),
        ({"scale": {"x": 0.5}}, [("level 0", "scale"), ("level 1", "scale"), ("level 1", "translation")]),
        ({"translation": {"y": 3}}, [("level 0", "translation"), ("level 1", "translation")]),
        ({"scale_factors": [2, 4]}, [("", "levels")]),
        ({"scale_factors": [4]}, [("level 1", "scale"), ("level 1", "translation"), ("level 1", "shape")]),
        ({"method": "nearest"}, [("level 1", "pixels")]),
        ({"channel_names": ["a", "b", "c"]}, [("", "channels")]),
    ],
    ids=str,
)
def test_what_an_image_says_otherwise_is_found(
    tmp_path: Path, wishes: dict[str, object], found: list[tuple[str, str]]
) -> None:
    assert kinds(image(tmp_path / "a.zarr"), image(tmp_path / "b.zarr", **wishes)) == found


@pytest.mark.parametrize("dtype", ["u1", "i2", "u2", "i8", "u8", "f4", "f8"])
def test_every_pixel_that_differs_is_counted_and_the_first_one_named(tmp_path: Path, dtype: str) -> None:
    other = PIXELS.astype(dtype) // 4
    first = image(tmp_path / "a.zarr", other.copy(), scale_factors=[], chunks=(1, 16, 16))
    other[2, 39, 49], other[1, 20, 30], other[1, 20, 31] = 255, 252, 255
    report = ome_zarr.diff(first, image(tmp_path / "b.zarr", other, scale_factors=[]))
    apart = np.abs(other.astype(float) - (PIXELS.astype(dtype) // 4).astype(float))
    (finding,) = report.findings
    assert finding.facts == {"different": 3, "most": apart.max(), "first": (1, 20, 30)}


def test_extremes_of_whole_numbers_are_apart_exactly(tmp_path: Path) -> None:
    low, high = np.full((4, 4), np.iinfo("i8").min), np.full((4, 4), np.iinfo("i8").max)
    first = image(tmp_path / "a.zarr", low, axes="yx", scale_factors=[])
    second = image(tmp_path / "b.zarr", high, axes="yx", scale_factors=[])
    (finding,) = ome_zarr.diff(first, second).findings
    assert finding.facts["most"] == 2.0**64


def test_nan_equals_nan_and_nothing_else(tmp_path: Path) -> None:
    pixels = np.ones((4, 4), "f4")
    pixels[0, 0] = np.nan
    first = image(tmp_path / "a.zarr", pixels, axes="yx", scale_factors=[])
    assert kinds(first, image(tmp_path / "b.zarr", pixels, axes="yx", scale_factors=[])) == []
    without = image(tmp_path / "c.zarr", np.nan_to_num(pixels), axes="yx", scale_factors=[])
    assert kinds(first, without, tolerance=1e9) == [("level 0", "pixels")]


def test_pixels_may_differ_by_the_tolerance(tmp_path: Path) -> None:
    first, second = image(tmp_path / "a.zarr"), image(tmp_path / "b.zarr", PIXELS + np.uint16(2))
    assert {kind for _, kind in kinds(first, second, tolerance=1)} == {"pixels"}
    assert kinds(first, second, tolerance=2) == []


def test_labels_are_compared_by_name(tmp_path: Path) -> None:
    first, second = image(tmp_path / "a.zarr"), image(tmp_path / "b.zarr")
    masks = np.zeros((40, 50), "u1")
    for place, names in ((first, ("cells", "nuclei")), (second, ("cells",))):
        for name in names:
            ome_zarr.write_labels(masks + (place == second), place, name, axes="yx", scale_factors=[])
    assert kinds(first, second) == [("", "labels"), ("labels/cells/level 0", "pixels")]


@pytest.mark.parametrize("tolerance", [-1, float("nan"), "much"])
def test_a_tolerance_that_is_none_is_refused(tmp_path: Path, tolerance: object) -> None:
    first = image(tmp_path / "a.zarr")
    with pytest.raises(RecipeError, match="tolerance"):
        ome_zarr.diff(first, first, tolerance=tolerance)


def test_the_command_says_what_differs_and_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = image(tmp_path / "a.zarr"), image(tmp_path / "b.zarr", PIXELS + np.uint16(2))
    assert main(["diff", str(first), str(first)]) == 0
    assert capsys.readouterr().out == ""
    with pytest.raises(SystemExit) as ended:
        main(["diff", str(first), str(second)])
    assert ended.value.code == 1
    assert (
        "level 0: 6,000 pixels differ (1 of all), by 2 at the most, the first at (0, 0, 0)" in capsys.readouterr().out
    )
    with pytest.raises(SystemExit):
        main(["diff", "--json", str(first), str(second)])
    (finding, _) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["facts"] == {"different": 6000, "most": 2.0, "first": [0, 0, 0]}


def test_what_is_not_there_ends_the_command_with_2(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["diff", str(tmp_path / "a.zarr"), str(tmp_path / "b.zarr")])
    assert ended.value.code == 2
