"""Writing later: what can be begun now and filled by others."""

from ome_zarr.errors import RecipeError
from ome_zarr.storage.locate import Location

__all__ = ["check_later"]


def check_later(location: Location, *, compute: bool) -> None:
    """Raise `RecipeError` for a place that cannot be there before its pixels are, unless they are written now."""
    if location.archive is not None and not compute:
        raise RecipeError(
            f"{location.name!r} is a zip file, which is made as a whole; leave compute=False out, or write a directory "
            "and pack it when it is complete"
        )
