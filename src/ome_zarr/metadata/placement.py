"""Where the pixels of a level are: a scale and a translation, and what others do to them."""

from dataclasses import dataclass
from typing import Self

from ome_zarr.metadata.transforms import Scale, Translation
from ome_zarr.metadata.vectors import parse_extents, parse_translation

__all__ = ["Placement"]


@dataclass(frozen=True, slots=True)
class Placement:
    """A scale, and then perhaps a translation.

    Parameters
    ----------
    scale
        One number per axis, finite and not 0.
    translation
        One finite number per axis, or None for the origin.
    """

    scale: tuple[float, ...]
    translation: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "scale", parse_extents(self.scale, "scale"))
        if self.translation is not None:
            object.__setattr__(self, "translation", parse_translation(self.translation, "translation"))

    @property
    def transforms(self) -> tuple[Scale | Translation, ...]:
        """The scale, and the translation if there is one."""
        if self.translation is None:
            return (Scale(self.scale),)
        return Scale(self.scale), Translation(self.translation)

    def then(self, transform: Scale | Translation) -> Self:
        """The place after one more transformation of as many axes."""
        if isinstance(transform, Scale):
            scale = tuple(a * b for a, b in zip(self.scale, transform.scale, strict=True))
            moved = self.translation and tuple(a * b for a, b in zip(self.translation, transform.scale, strict=True))
            return type(self)(scale, moved)
        origin = self.translation or (0.0,) * len(self.scale)
        return type(self)(self.scale, tuple(a + b for a, b in zip(origin, transform.translation, strict=True)))
