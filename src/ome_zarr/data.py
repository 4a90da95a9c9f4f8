"""Sample images with labels, from photographs that scikit-image brings along: nothing is downloaded."""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from ome_zarr.errors import RecipeError
from ome_zarr.format import CurrentFormat, Format

if TYPE_CHECKING:  # slow to import, and loaded with the first sample
    import zarr

    from ome_zarr.classes import OMEZarrLabels, OMEZarrMultiscale

__all__ = ["CHANNEL_DIMENSION", "astronaut", "coins", "create_zarr", "make_circle", "rgb_to_5d", "write_sample"]

CHANNEL_DIMENSION = 1
"""Place of the channels in ``tczyx``."""

type Sample = tuple[OMEZarrMultiscale, OMEZarrLabels]
"""An image and its labels."""


def coins() -> "Sample":
    """Greek coins, in yx, and which coin is where."""
    from skimage import data, filters, measure, morphology, segmentation

    photograph = data.coins()[50:-50, 50:-50]
    bright = morphology.closing(photograph > filters.threshold_otsu(photograph), morphology.footprint_rectangle((4, 4)))
    whole = morphology.remove_small_objects(segmentation.clear_border(bright), max_size=20)
    return _sample(photograph, np.asarray(measure.label(whole), np.int32), "yx", ("coins", "coins"), {"": "FF0000"})


def astronaut() -> "Sample":
    """Eileen Collins four times in red, green and blue, in cyx, and two circles."""
    from skimage import data

    pixels = np.tile(np.moveaxis(data.astronaut(), -1, 0), (1, 2, 2))
    circles = np.zeros(pixels.shape[1:], np.int8)
    make_circle(100, 100, 1, circles[200:300, 200:300])
    make_circle(150, 150, 2, circles[250:400, 250:400])
    channels = {"Red": "FF0000", "Green": "00FF00", "Blue": "0000FF"}
    return _sample(pixels, circles, "cyx", ("astronaut", "astronaut_labels"), channels)


def make_circle(h: int, w: int, value: int, target: NDArray[Any]) -> None:
    """Give a disc in an image a value.

    Parameters
    ----------
    h, w
        Of the image; the disc is as large as fits, about its centre.
    value
        Of the pixels in the disc.
    target
        The image; changed.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.zeros((5, 5), int)
    >>> make_circle(5, 5, 1, image)
    >>> image
    array([[0, 0, 0, 0, 0],
           [0, 1, 1, 1, 0],
           [0, 1, 1, 1, 0],
           [0, 1, 1, 1, 0],
           [0, 0, 0, 0, 0]])
    """
    y, x = np.ogrid[:h, :w]
    target[(y - h // 2) ** 2 + (x - w // 2) ** 2 < (min(h, w) // 2) ** 2] = value


def rgb_to_5d(pixels: NDArray[Any]) -> NDArray[Any]:
    """A grey image (yx) or a coloured one (yxc) as tczyx.

    Raises
    ------
    RecipeError
        It has not two or three axes.

    Examples
    --------
    >>> import numpy as np
    >>> rgb_to_5d(np.zeros((40, 60, 3))).shape
    (1, 3, 1, 40, 60)
    """
    if pixels.ndim not in (2, 3):
        raise RecipeError(f"an image of {pixels.ndim} axes ({pixels.shape}) is given; give one with axes yx or yxc")
    channels = pixels[np.newaxis] if pixels.ndim == 2 else np.moveaxis(pixels, -1, 0)
    return channels[np.newaxis, :, np.newaxis]


def create_zarr(
    zarr_directory: str,
    method: "Callable[..., Sample]" = coins,
    label_name: str = "coins",
    fmt: Format = CurrentFormat(),  # noqa: B008 - formats have no state
    chunks: tuple[int, ...] | list[int] | None = None,
) -> "zarr.Group":
    """The group of a sample image with labels, which was written in place of an image that was there.

    Parameters
    ----------
    zarr_directory
        Where it goes.
    method
        Makes the sample: `coins` or `astronaut`.
    label_name
        Not used: the labels have the name that the sample gives them, ``"coins"`` or ``"astronaut_labels"``.
    fmt
        The version to write.
    chunks
        Shape of a chunk, for the axes that image and labels share; along others chunks are whole. None: chosen by
        the shape.

    Raises
    ------
    RecipeError
        The version is not written any more.
    TargetError
        The folder cannot be written, or holds something else than a zarr hierarchy.
    """
    import zarr

    del label_name
    write_sample(zarr_directory, method, version=fmt.version, chunks=chunks, overwrite=True)
    return zarr.open_group(zarr_directory, mode="a")


def write_sample(
    directory: str | os.PathLike[str],
    method: "Callable[..., Sample]",
    *,
    version: str,
    chunks: Sequence[int] | None = None,
    overwrite: bool = False,
) -> None:
    """Write a sample image with its labels.

    Parameters
    ----------
    directory, method, chunks
        As of `create_zarr`.
    version
        Of OME-Zarr: ``"0.4"``, ``"0.5"`` or ``"0.6"``.
    overwrite
        Whether an image that is there is replaced.

    Raises
    ------
    RecipeError, ExistsError, TargetError
        As of :func:`ome_zarr.write`.
    """
    image, labels = method()
    image.labels = labels
    shared = min(len(one.images[0].axes) for one in (image, labels))
    image.to_ome_zarr(
        os.fspath(directory),
        storage_options=None if chunks is None else {"chunks": tuple(chunks)[-shared:]},
        version=cast('Literal["0.4", "0.5", "0.6"]', version),
        overwrite=overwrite,
    )


def _sample(
    pixels: NDArray[Any], labels: NDArray[Any], axes: str, names: tuple[str, str], channels: dict[str, str]
) -> "Sample":
    """The classes of an image and of its labels in yx; channels are names and colours, and of 8 bits."""
    from ome_zarr.classes import OMEZarrImage, OMEZarrLabels, OMEZarrMultiscale

    image = OMEZarrMultiscale(
        OMEZarrImage(pixels, axes, name=names[0]),
        channel_names=[*channels] if all(channels) else None,
        channel_colors=[*channels.values()],
        contrast_limits=[(0, 255)] * len(channels),
    )
    return image, OMEZarrLabels(OMEZarrImage(labels, "yx", name=names[1]))
