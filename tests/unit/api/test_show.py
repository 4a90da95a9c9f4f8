"""Images show themselves in a notebook: a table, their channels and a picture."""

import imagecodecs
import numpy as np
import pytest

import ome_zarr
from ome_zarr.api.thumbnail import png, thumbnail

PLANE = np.zeros((40, 60), "u2")
PLANE[:20] = 1000


def written(tmp_path, pixels, axes, **wishes):
    return ome_zarr.write(pixels, tmp_path / "i.zarr", axes=axes, levels=1, **wishes)


def test_channels_are_added_up_in_their_colors_and_windows(tmp_path):
    pixels = np.stack([PLANE, PLANE.T.copy().reshape(40, 60) * 0 + 500]).astype("u2")
    image = written(tmp_path, pixels, "cyx", channel_colors=["red", "blue"], channel_windows=[(0, 1000), (0, 1000)])
    picture = thumbnail(image)
    assert picture.shape == (40, 60, 3)
    assert picture[0, 0].tolist() == [255, 0, 128]
    assert picture[-1, 0].tolist() == [0, 0, 128]


def test_the_middle_plane_of_the_first_time_point_is_shown(tmp_path):
    pixels = np.zeros((2, 3, 8, 8), "u1")
    pixels[0, 1, :4] = 200
    assert thumbnail(written(tmp_path, pixels, "tzyx"))[:4].min() == 255


def test_a_large_plane_is_reduced(tmp_path):
    assert thumbnail(written(tmp_path, np.zeros((600, 300), "u1"), "yx"), 256).shape == (200, 100, 3)


@pytest.mark.parametrize("dtype", ["bool", "i2", "f4"])
def test_every_kind_of_pixel_is_shown(tmp_path, dtype):
    pixels = (np.indices((16, 16)).sum(0) % 2).astype(dtype)
    assert thumbnail(written(tmp_path, pixels, "yx", method="nearest")).max() == 255


def test_what_is_not_a_number_is_black(tmp_path):
    pixels = np.linspace(0, 1, 64, dtype="f4").reshape(8, 8)
    pixels[0, 0] = np.nan
    assert thumbnail(written(tmp_path, pixels, "yx"))[0, 0].tolist() == [0, 0, 0]


def test_labels_are_shown_in_their_colors_or_in_distinct_ones(tmp_path):
    image = written(tmp_path, PLANE, "yx")
    labels = np.repeat(np.arange(4, dtype="u1"), 600).reshape(40, 60)
    ome_zarr.write_labels(labels, image, "l", image_label={"colors": [{"label-value": 1, "rgba": [9, 8, 7, 255]}]})
    picture = thumbnail(image.labels["l"])
    assert picture[0, 0].tolist() == [0, 0, 0]
    assert picture[10, 0].tolist() == [9, 8, 7]
    assert len({tuple(color) for color in picture[::10, 0].tolist()}) == 4


def test_the_table_of_a_notebook_has_a_picture_and_escapes_names(tmp_path):
    image = written(tmp_path, PLANE[None], "cyx", channel_names=["<b>DAPI"], name="<script>")
    html = image._repr_html_()
    assert "data:image/png;base64," in html
    assert "&lt;b&gt;DAPI" in html
    assert "<script>" not in html
    assert "<th>level</th>" in html
    assert "<td>s0</td>" in html


def test_a_picture_becomes_a_png_file():
    picture = np.arange(48, dtype="u1").reshape(4, 4, 3)
    assert (imagecodecs.png_decode(png(picture)) == picture).all()
