"""Sample images from photographs, with labels."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import zarr

import ome_zarr
from ome_zarr.data import CHANNEL_DIMENSION, astronaut, coins, create_zarr, make_circle, rgb_to_5d
from ome_zarr.errors import RecipeError, TargetError
from ome_zarr.format import FormatV03, FormatV04, FormatV05

CIRCLE = [
    "........",
    "..#####.",
    ".#######",
    ".#######",
    ".#######",
    ".#######",
    ".#######",
    "..#####.",
]


def digest(array: np.ndarray) -> str:
    """What is the same of the same pixels."""
    return hashlib.sha256(np.ascontiguousarray(array)).hexdigest()[:16]


def pixels(item: object) -> np.ndarray:
    return item.images[0].data.compute()


# Digests of the samples of release 0.21.0 of ome-zarr-py.
def test_coins_are_those_of_old() -> None:
    image, labels = coins()
    assert (image.name, labels.name, "".join(image.images[0].axes)) == ("coins", "coins", "yx")
    assert (pixels(image).shape, pixels(image).dtype, digest(pixels(image))) == (
        (203, 284),
        "uint8",
        "b7e624b96a5cefd7",
    )
    assert (pixels(labels).dtype, digest(pixels(labels))) == ("int32", "9e7fc5946874b918")
    assert [channel["color"] for channel in image.omero.model_dump()["channels"]] == ["FF0000"]


def test_the_astronaut_is_that_of_old() -> None:
    image, labels = astronaut()
    assert (image.name, labels.name, "".join(image.images[0].axes)) == ("astronaut", "astronaut_labels", "cyx")
    assert (pixels(image).shape, digest(pixels(image))) == ((3, 1024, 1024), "51a15c24e8e985ea")
    assert (pixels(labels).dtype, digest(pixels(labels))) == ("int8", "19f26bde94a85a0e")
    channels = image.omero.model_dump()["channels"]
    assert [(channel["label"], channel["color"]) for channel in channels] == [
        ("Red", "FF0000"),
        ("Green", "00FF00"),
        ("Blue", "0000FF"),
    ]
    assert [(channel["window"]["start"], channel["window"]["end"]) for channel in channels] == [(0, 255)] * 3


def test_a_circle_is_drawn_about_the_centre() -> None:
    target = np.zeros((8, 8), int)
    make_circle(8, 8, 1, target)
    assert ["".join(".#"[value] for value in line) for line in target] == CIRCLE


@pytest.mark.parametrize(("shape", "channels"), [((40, 60), 1), ((40, 60, 1), 1), ((40, 60, 3), 3)])
def test_a_photograph_gets_five_axes(shape: tuple[int, ...], channels: int) -> None:
    photograph = np.arange(np.prod(shape)).reshape(shape)
    five = rgb_to_5d(photograph)
    assert five.shape == (1, channels, 1, 40, 60)
    assert np.array_equal(five[0, -1, 0], photograph.reshape(40, 60, -1)[..., -1])
    assert CHANNEL_DIMENSION == 1


@pytest.mark.parametrize("shape", [(4,), (4, 4, 4, 4)])
def test_what_is_no_photograph_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(RecipeError, match="yx or yxc"):
        rgb_to_5d(np.zeros(shape))


@pytest.mark.parametrize("fmt", [FormatV04(), FormatV05()])
def test_a_sample_is_written_with_its_labels(fmt: object, tmp_path: Path) -> None:
    group = create_zarr(str(tmp_path / "a.zarr"), coins, "greek", fmt=fmt, chunks=(50, 60))
    assert isinstance(group, zarr.Group)
    image = ome_zarr.open(tmp_path / "a.zarr")
    assert (image.version, image[0].chunks, list(image.labels)) == (fmt.version, (50, 60), ["coins"])
    assert np.array_equal(image[0], pixels(coins()[0]))
    assert np.array_equal(image.labels["coins"][0], pixels(coins()[1]))


def test_the_defaults_are_those_of_old(tmp_path: Path) -> None:
    create_zarr(str(tmp_path / "a.zarr"))
    image = ome_zarr.open(tmp_path / "a.zarr")
    assert (image.version, list(image.labels), len(image)) == ("0.5", ["coins"], 5)


def test_an_image_is_replaced_and_other_files_are_not(tmp_path: Path) -> None:
    create_zarr(str(tmp_path / "a.zarr"), fmt=FormatV04())
    create_zarr(str(tmp_path / "a.zarr"))
    assert ome_zarr.open(tmp_path / "a.zarr").version == "0.5"
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "thesis.txt").write_text("years of work")
    with pytest.raises(TargetError):
        create_zarr(str(tmp_path / "b"))
    assert (tmp_path / "b" / "thesis.txt").exists()


def test_old_versions_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"0\.3"):
        create_zarr(str(tmp_path / "a.zarr"), fmt=FormatV03())
    assert list(tmp_path.iterdir()) == []
