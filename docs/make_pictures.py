"""Draw the pictures of the documentation: `python docs/make_pictures.py`.

The pixels come from the images that ship with scikit-image and from the sample of this package; the levels are
written by the package itself.
"""

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from skimage import data, filters, measure, morphology

import ome_zarr
from ome_zarr.api.sample import sample_image
from ome_zarr.kernels.methods import BUILT_IN

PICTURES = Path(__file__).with_name("pictures")
FACTOR = 8
TILE = 192  # screen pixels of a panel
CAPTION = 22


def level(pixels: np.ndarray, method: str, factor: int = FACTOR, **wishes: object) -> np.ndarray:
    """What `method` makes of an image whose last axes are y and x."""
    with tempfile.TemporaryDirectory() as folder:
        image = ome_zarr.write(
            pixels,
            Path(folder, "image.zarr"),
            axes="cyx"[-pixels.ndim :],
            method=method,
            scale_factors=[factor],
            **wishes,
        )
        return image[1][...]


def methods_on_a_photograph() -> Image.Image:
    """The vessels of a retina, at level 0 and as every method makes level 1."""
    retina = np.ascontiguousarray(data.retina()[..., 1])  # vessels are best seen in green
    y, x, extent = 560 // FACTOR, 900 // FACTOR, TILE // 4  # thin vessels beside thick ones
    whole = retina[y * FACTOR : (y + extent) * FACTOR, x * FACTOR : (x + extent) * FACTOR]
    panels = {"level 0": whole}
    for name in BUILT_IN:
        panels[name] = level(retina, name)[y : y + extent, x : x + extent]
    dark, bright = np.percentile(whole, (0.5, 99.5))
    return sheet({name: grey(panel, dark, bright) for name, panel in panels.items()}, columns=5)


def methods_on_labels() -> Image.Image:
    """Labels of coins with their crumbs, at level 0 and as the methods for labels make level 1."""
    coins = data.coins()
    labels = measure.label(morphology.remove_small_objects(coins > filters.threshold_otsu(coins), max_size=3))
    labels = labels.astype("uint16")[96 : 96 + TILE, 112 : 112 + TILE]
    keeping = [name for name, method in BUILT_IN.items() if method.labels]
    panels = {"level 0": labels} | {name: level(labels, name, kind="labels") for name in keeping}
    palette = hues(int(labels.max()) + 1)
    return sheet({name: Image.fromarray(palette[panel]) for name, panel in panels.items()}, columns=6)


def sample() -> Image.Image:
    """One plane of the sample image beside its labels."""
    pixels, labels = sample_image()
    nuclei, membranes = (
        np.clip((level(channel[12], "local_mean", 2).astype(float) - 100) / white, 0, 1)
        for channel, white in zip(pixels, (1100, 400), strict=True)
    )
    plane = np.stack([membranes, nuclei, np.maximum(nuclei, membranes)], axis=-1)
    values = labels[12, ::2, ::2]
    both = np.concatenate([(255 * plane).astype("uint8"), hues(int(labels.max()) + 1)[values]], axis=1)
    return Image.fromarray(both).quantize(128, dither=Image.Dither.NONE)


def grey(panel: np.ndarray, dark: float, bright: float) -> Image.Image:
    """Intensities from `dark` to `bright` as an image."""
    return Image.fromarray((255 * np.clip((panel - dark) / (bright - dark), 0, 1)).astype("uint8"))


def hues(count: int) -> np.ndarray:
    """A colour for every label; black for the background."""
    palette = np.random.default_rng(4).integers(70, 256, (count, 3)).astype("uint8")
    palette[0] = 0
    return palette


def sheet(panels: Mapping[str, Image.Image], columns: int) -> Image.Image:
    """Panels in rows, each with its caption above it, its pixels drawn as squares."""
    rows = -(-len(panels) // columns)
    drawn = Image.new("RGB", (columns * (TILE + 8) - 8, rows * (TILE + CAPTION + 6)), "white")
    write = ImageDraw.Draw(drawn)
    font = ImageFont.load_default(14)
    for number, (name, panel) in enumerate(panels.items()):
        left, top = number % columns * (TILE + 8), number // columns * (TILE + CAPTION + 6)
        write.text((left, top + 2), name, fill="black", font=font)
        smooth = panel.width > TILE
        scaling = Image.Resampling.BOX if smooth else Image.Resampling.NEAREST
        drawn.paste(panel.resize((TILE, TILE), scaling), (left, top + CAPTION))
    return drawn


def main(pictures: Iterable[tuple[str, Image.Image]]) -> None:
    """Save the pictures."""
    PICTURES.mkdir(exist_ok=True)
    for name, picture in pictures:
        picture.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main([("methods", methods_on_a_photograph()), ("labels", methods_on_labels()), ("sample", sample())])
