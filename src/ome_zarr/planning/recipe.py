"""The recipe: everything a user may wish for, with its default, said once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

from ome_zarr.geometry.ladder import Edge
from ome_zarr.kernels.method import Method
from ome_zarr.planning.factors import FactorWish
from ome_zarr.planning.memory import MemoryWish

__all__ = ["BoxWish", "Kind", "LabelsWishes", "PerAxis", "Recipe", "StorageOptions", "Wishes"]

type Kind = Literal["image", "labels"]
type PerAxis = Mapping[str, float] | Sequence[float]
"""One number per axis: a mapping from axis names, or a sequence in storage order."""
type BoxWish = int | Sequence[int] | Mapping[str, int]
"""The shape of a chunk or shard: one extent for all axes, a sequence in storage order, or a mapping."""
type StorageOptions = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How an image is to be written. Frozen; every field has a default.

    Attributes
    ----------
    scale_factors
        One entry per level above 0, **absolute, against level 0**: a number for y and x (every spatial
        axis but z), or a mapping from axis names (any axis) to numbers. ``[2, 4, 8]`` halves y and x three
        times; ``[{"z": 2, "y": 2, "x": 2}]`` halves all three once; ``[]`` is one level. None: see `levels`.
    levels
        Used where `scale_factors` is None. ``"auto"`` halves the axes with the finest pixels first until
        pixels are isotropic within a factor of 1.5, then all spatial axes, until each that shrinks is no
        longer than 256 pixels. A whole number is the number of levels, level 0 included, made that way.
    method
        Name of the downsampling method, or a `Method`. None: ``"resize"`` for images, ``"nearest"`` for labels.
    edge
        What becomes of pixels beyond the last whole window: ``"trim"`` leaves them out, ``"partial"``
        makes one more pixel of them.
    kind
        ``"image"``, or ``"labels"``: integers that name objects.
    scale
        Physical extent of a level-0 pixel along each axis, in the axis' unit. None: as the source says, else 1.
    translation
        Where the centre of the first level-0 pixel lies, in the axis' unit. None: 0.
    units
        Units by axis name, such as ``{"x": "micrometer"}``. None: as the axes or the source say.
    chunks
        Shape of a chunk. None: as a dask or zarr source has them if they are sensible, else boxes of about
        2^18 pixels over the spatial axes.
    shards
        Shape of a shard, a multiple of the chunk. None: no shards. They need a version that is stored in zarr 3.
    compressors
        Codec or codecs, as `zarr` or `numcodecs` objects or as JSON. None: none at all. ``"auto"``:
        those of a zarr source whose chunks are kept, else blosc(zstd 1, shuffle) for intensities of more than a byte,
        zstd 1 for labels and bytes.
    checksum
        Whether the codecs of ``"auto"`` end every chunk with four bytes by which readers notice damage. Only in zarr 3;
        codecs that are named, or kept from a source, stay as they are.
    storage_options
        Further keywords of ``zarr.create_array`` (``fill_value``, ``filters``, ...), one mapping for all levels or
        one per level; ``chunks``, ``shards`` and ``compressors`` in it take precedence over the fields.
    version
        Of OME-Zarr: ``"0.4"`` (zarr 2) or ``"0.5"`` (zarr 3).
    name
        Of the image. None: as the source says, else that of the target.
    channel_names, channel_colors, channel_windows
        One entry per channel, for viewers: text; ``"red"``, ``"FF0000"`` or ``(255, 0, 0)``; ``(start, end)``.
    omero
        The whole rendering document instead.
    image_label
        For labels: ``colors`` and ``properties`` by label value.
    metadata
        What else ``multiscales[].metadata`` should say; JSON.
    memory_budget
        Bytes, or a string such as ``"512 MiB"``, that the pixels in work may take. None: a quarter of the
        available memory, at least 256 MiB, at most 2 GiB.
    workers
        Regions in work at once, each on a thread of its own. None: the number of processors.
    """

    scale_factors: Iterable[FactorWish] | None = None
    levels: Literal["auto"] | int = "auto"
    method: str | Method | None = None
    edge: Edge = "trim"
    kind: Kind = "image"
    scale: PerAxis | None = None
    translation: PerAxis | None = None
    units: Mapping[str, str | None] | None = None
    chunks: BoxWish | None = None
    shards: BoxWish | None = None
    compressors: object = "auto"
    checksum: bool = True
    storage_options: StorageOptions | Sequence[StorageOptions] | None = None
    version: str = "0.5"
    name: str | None = None
    channel_names: Sequence[str] | None = None
    channel_colors: Sequence[object] | None = None
    channel_windows: Sequence[Sequence[float]] | None = None
    omero: object | None = None
    image_label: object | None = None
    metadata: Mapping[str, object] | None = None
    memory_budget: MemoryWish | None = None
    workers: int | None = None


class LabelsWishes(TypedDict, total=False):
    """The fields of `Recipe` as keywords, all but the name."""

    scale_factors: Iterable[FactorWish] | None
    levels: Literal["auto"] | int
    method: str | Method | None
    edge: Edge
    kind: Kind
    scale: PerAxis | None
    translation: PerAxis | None
    units: Mapping[str, str | None] | None
    chunks: BoxWish | None
    shards: BoxWish | None
    compressors: object
    checksum: bool
    storage_options: StorageOptions | Sequence[StorageOptions] | None
    version: str
    channel_names: Sequence[str] | None
    channel_colors: Sequence[object] | None
    channel_windows: Sequence[Sequence[float]] | None
    omero: object | None
    image_label: object | None
    metadata: Mapping[str, object] | None
    memory_budget: MemoryWish | None
    workers: int | None


class Wishes(LabelsWishes, total=False):
    """The fields of `Recipe` as keywords."""

    name: str | None
