"""The sample image."""

from pathlib import Path

import numpy as np
import pytest

from ome_zarr.api.sample import sample_image, write_sample
from ome_zarr.errors import RecipeError

SMALL = (8, 128, 128)


def test_the_same_seed_gives_the_same_pixels_and_another_one_others() -> None:
    pixels, labels = sample_image(SMALL)
    again, labels_again = sample_image(SMALL)
    others, _ = sample_image(SMALL, seed=1)
    assert np.array_equal(pixels, again)
    assert np.array_equal(labels, labels_again)
    assert not np.array_equal(pixels, others)


def test_nuclei_are_bright_where_their_labels_are() -> None:
    pixels, labels = sample_image(SMALL)
    assert pixels[0][labels > 0].mean() > 3 * pixels[0][labels == 0].mean()


@pytest.mark.parametrize("shape", [(1, 64, 64), (3, 5, 7), (1, 1, 1)])
def test_any_shape_will_do(shape: tuple[int, int, int]) -> None:
    pixels, labels = sample_image(shape)
    assert pixels.shape == (2, *shape)
    assert labels.shape == shape


@pytest.mark.parametrize("shape", [(64, 64), (0, 64, 64), (1, 2, 3, 4)])
def test_a_shape_without_three_extents_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(RecipeError, match="three extents"):
        sample_image(shape)


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_the_written_sample_says_what_it_shows(tmp_path: Path, version: str) -> None:
    image = write_sample(tmp_path / "sample.zarr", shape=SMALL, version=version)
    assert [channel.label for channel in image.channels] == ["nuclei", "membranes"]
    assert image[0].units == (None, "micrometer", "micrometer", "micrometer")
    labels = image.labels["nuclei"]
    assert labels[0].scale == image[0].scale[1:]
    assert {color.value for color in labels.image_label.colors} == set(range(1, int(labels[0][...].max()) + 1))


def test_a_zip_file_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(RecipeError, match="give a folder"):
        write_sample(tmp_path / "a.ozx", shape=(4, 16, 16))
    assert list(tmp_path.iterdir()) == []
