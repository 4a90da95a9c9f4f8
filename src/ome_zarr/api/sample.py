"""A sample image that looks like microscopy, drawn from a seed: cells with nuclei and membranes.

It is drawn in micrometers, blurred as a microscope blurs, and given the noise of a camera. Nothing is
downloaded.
"""

from collections.abc import Mapping, Sequence
from colorsys import hsv_to_rgb
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ome_zarr.api.image import Image
from ome_zarr.api.write import write, write_labels
from ome_zarr.engine.events import Listener
from ome_zarr.errors import RecipeError
from ome_zarr.storage.locate import Target, locate

__all__ = ["sample_image", "write_sample"]

type Box = tuple[int, int, int]
type Grey = NDArray[np.float32]
type Point = NDArray[np.float64]

_PIXEL = (0.5, 0.2, 0.2)
"""Micrometers along z, y and x: coarser along the optical axis, as in every confocal stack."""
_APART = 9.0
"""Micrometers between the centres of neighbouring cells, at the least."""
_REACH = 8.0
"""Micrometers from a cell's centre to its membrane, where no other cell is nearer."""
_BLUR = (1.4, 1.1, 1.1)
"""Sigma of the microscope's blur in pixels."""
_OFFSET = 100
"""Grey value of a dark pixel, as cameras add it."""
_READ_NOISE = 2.5
"""Its standard deviation in photons."""


def sample_image(shape: Sequence[int] = (24, 512, 512), seed: int = 0) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Two channels of cells (nuclei, membranes) in czyx, and the labels of the nuclei in zyx.

    Takes one to two seconds for the default shape.

    Parameters
    ----------
    shape
        Extent along z, y and x; pixels are of 0.5, 0.2 and 0.2 micrometers.
    seed
        Another seed gives other cells.

    Raises
    ------
    RecipeError
        The shape has not three extents of at least 1.

    Examples
    --------
    >>> pixels, labels = sample_image((8, 128, 128))
    >>> pixels.shape, labels.shape, int(labels.max())
    ((2, 8, 128, 128), (8, 128, 128), 7)
    """
    if len(shape) != 3 or min(shape) < 1:
        raise RecipeError(f"shape is {tuple(shape)!r}; give three extents of at least 1, along z, y and x")
    depth, height, width = shape
    rng = np.random.default_rng(seed)
    tissue = _Tissue((depth, height, width), rng)
    nuclei, labels = tissue.nuclei()
    return np.stack([_photograph(channel, rng) for channel in (nuclei, tissue.membranes())]), labels


def write_sample(
    target: Target,
    *,
    shape: Sequence[int] = (24, 512, 512),
    version: str = "0.5",
    overwrite: bool = False,
    on_event: Listener | None = None,
) -> Image:
    """The sample image, written with its channels' names and colours, and with the labels ``nuclei``.

    Parameters
    ----------
    target, version, overwrite, on_event
        As of :func:`ome_zarr.write`.
    shape
        As of :func:`sample_image`.

    Raises
    ------
    RecipeError, ExistsError, TargetError
        As of :func:`ome_zarr.write`.
    """
    if locate(target).archive is not None:
        raise RecipeError(f"target {str(target)!r} is a zip file, into which no labels can be written; give a folder")
    pixels, labels = sample_image(shape)
    image = write(
        pixels,
        target,
        axes="czyx",
        levels=3,
        scale=dict(zip("zyx", _PIXEL, strict=True)),
        units=dict.fromkeys("zyx", "micrometer"),
        version=version,
        channel_names=["nuclei", "membranes"],
        channel_colors=["cyan", "magenta"],
        channel_windows=[(_OFFSET, 1200), (_OFFSET, 500)],
        overwrite=overwrite,
        on_event=on_event,
    )
    colors = _colors(int(labels.max()))
    write_labels(labels, image, "nuclei", axes="zyx", image_label={"colors": colors})
    return image


@dataclass(frozen=True, slots=True)
class _Nucleus:
    """An ellipsoid, turned in the plane."""

    centre: Point
    radii: Point
    angle: float
    brightness: float
    nucleoli: tuple[Point, ...]

    @classmethod
    def random(cls, centre: Point, rng: np.random.Generator) -> "_Nucleus":
        radii = rng.uniform((2.4, 3.0, 3.6), (3.2, 3.6, 4.4))
        spots = tuple(centre + rng.uniform(-0.45, 0.45, 3) * radii for _ in range(rng.integers(1, 4)))
        return cls(centre, radii, rng.uniform(0, np.pi), rng.uniform(450, 900), spots)

    def depth(self, z: Grey, y: Grey, x: Grey) -> Grey:
        """How deep a place lies inside: 1 in the centre, 0 on the surface, below 0 outside."""
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        dz, dy, dx = z - self.centre[0], y - self.centre[1], x - self.centre[2]
        along = ((cos * dy + sin * dx) / self.radii[1]) ** 2 + ((cos * dx - sin * dy) / self.radii[2]) ** 2
        return np.asarray(1 - np.sqrt(along + (dz / self.radii[0]) ** 2), np.float32)


class _Tissue:
    """Cells in a box."""

    def __init__(self, shape: Box, rng: np.random.Generator) -> None:
        self._shape = shape
        self._centres = _centres(np.multiply(shape, _PIXEL), rng)
        self._nuclei = [_Nucleus.random(centre, rng) for centre in self._centres]
        self._coarse = _clouds(shape, (4, 10, 10), rng)
        self._fine = _clouds(shape, (1.5, 3.5, 3.5), rng)

    def nuclei(self) -> tuple[Grey, NDArray[np.uint16]]:
        """Photons from the nuclei, and which nucleus is where."""
        photons = np.full(self._shape, 6, np.float32)
        labels = np.zeros(self._shape, np.uint16)
        for value, nucleus in enumerate(self._nuclei, start=1):
            box, places = self._around(nucleus.centre, 5.0)
            depth = nucleus.depth(*places) + 0.1 * self._coarse[box]
            soft = np.clip(0.5 + depth / 0.08, 0, 1)
            texture = 1 + 0.22 * self._fine[box] + 0.12 * self._coarse[box]
            for spot in nucleus.nucleoli:
                texture *= 1 - 0.6 * np.exp(-((_distance(spot, places) / 0.8) ** 2))
            photons[box] = np.maximum(photons[box], nucleus.brightness * soft * np.clip(texture, 0.1, None))
            here = labels[box]
            here[(depth > 0) & (here == 0)] = value
        return photons, labels

    def membranes(self) -> Grey:
        """Photons from the membranes, bright where a place is as far from a cell as from the next one."""
        nearest = np.full(self._shape, 2 * _REACH, np.float32)
        second = nearest.copy()
        for centre in self._centres:
            box, places = self._around(centre, _REACH + 1.5)
            distance = _distance(centre, places) + 0.5 * self._coarse[box]
            second[box] = np.minimum(second[box], np.maximum(nearest[box], distance))
            nearest[box] = np.minimum(nearest[box], distance)
        gap = np.minimum(second, 2 * _REACH - nearest) - nearest
        wall = 260 * np.exp(-((gap / 0.55) ** 2)) * (1 + 0.3 * self._fine)
        inside = 30 * (gap > 0) * (1 + 0.5 * self._fine)
        return np.asarray(np.clip(8 + wall + inside, 0, None), np.float32)

    def _around(self, centre: Point, reach: float) -> tuple[tuple[slice, ...], list[Grey]]:
        """The pixels no farther than `reach` from a point along each axis, and where they lie in micrometers."""
        box = tuple(
            slice(max(0, int((c - reach) / pixel)), max(0, int((c + reach) / pixel) + 1))
            for c, pixel in zip(centre, _PIXEL, strict=True)
        )
        lines = [
            np.arange(part.start, min(part.stop, n), dtype=np.float32) * np.float32(pixel)
            for part, n, pixel in zip(box, self._shape, _PIXEL, strict=True)
        ]
        return box, list(np.meshgrid(*lines, indexing="ij", sparse=True))


def _distance(point: Point, places: list[Grey]) -> Grey:
    squares = [(place - p) ** 2 for place, p in zip(places, point.astype(np.float32), strict=True)]
    return np.asarray(np.sqrt(squares[0] + squares[1] + squares[2]), np.float32)


def _centres(extent: Point, rng: np.random.Generator) -> list[Point]:
    """Points in a box of micrometers, none too near another: darts, thrown until they find no more room."""
    volume = float(np.prod(extent))
    kept = np.empty((0, 3))
    for dart in rng.uniform(0, extent, (max(50, int(0.04 * volume)), 3)):
        if (np.square(kept - dart).sum(axis=1) > _APART**2).all():
            kept = np.vstack([kept, dart])
    return list(kept)


def _clouds(shape: Box, size: tuple[float, float, float], rng: np.random.Generator) -> Grey:
    """Smooth noise about 0 with a deviation of about 1: random numbers `size` pixels apart, and linear between."""
    knots = tuple(int(n / s) + 2 for n, s in zip(shape, size, strict=True))
    field = rng.standard_normal(knots, np.float32)
    for axis, (n, s) in enumerate(zip(shape, size, strict=True)):
        place = np.arange(n, dtype=np.float32) / np.float32(s)
        below = place.astype(np.int64)
        part = (place - below).reshape([-1 if a == axis else 1 for a in range(3)])
        field = field.take(below, axis) * (1 - part) + field.take(below + 1, axis) * part
    return field


def _photograph(photons: Grey, rng: np.random.Generator) -> NDArray[np.uint16]:
    """What a camera behind a microscope makes of it: blur, shot noise, read noise, offset."""
    for axis, sigma in enumerate(_BLUR):
        photons = _blurred(photons, axis, sigma)
    # photons scatter by the root of their number
    noise = rng.standard_normal(photons.shape, np.float32) * np.sqrt(photons + np.float32(_READ_NOISE**2))
    return np.asarray(np.rint(np.clip(photons + noise + _OFFSET, 0, 2**16 - 1)), np.uint16)


def _blurred(pixels: Grey, axis: int, sigma: float) -> Grey:
    """A Gaussian along one axis; the outermost pixels go on beyond the edges."""
    radius = int(3 * sigma + 0.5)
    bell = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    bell /= bell.sum()
    wide = np.pad(pixels, [(radius, radius) if a == axis else (0, 0) for a in range(3)], mode="edge")
    blurred = np.zeros_like(pixels)
    for start, weight in enumerate(bell):
        part = slice(start, start + pixels.shape[axis])
        blurred += np.float32(weight) * wide[(slice(None),) * axis + (part,)]
    return blurred


def _colors(count: int) -> Mapping[int, tuple[int, int, int, int]]:
    """A colour for each label: hues a golden angle apart, so that neighbours in number differ well."""
    golden = (5**0.5 - 1) / 2
    return {value: _opaque(value * golden % 1) for value in range(1, count + 1)}


def _opaque(hue: float) -> tuple[int, int, int, int]:
    red, green, blue = (round(255 * part) for part in hsv_to_rgb(hue, 0.75, 1))
    return red, green, blue, 255
