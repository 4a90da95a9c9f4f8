"""Colours as one number and as four, as ome-zarr-py has them: how OMERO keeps a colour."""

from ome_zarr.errors import RecipeError

__all__ = ["int_to_rgba", "int_to_rgba_255", "rgba_to_int"]


def int_to_rgba(v: int) -> list[float]:
    """Red, green, blue and alpha, from 0 to 1, of a colour in one number.

    Parameters
    ----------
    v
        A signed number of 32 bits, red in the highest eight.

    Raises
    ------
    RecipeError
        It is no such number.

    Examples
    --------
    >>> int_to_rgba(-1)
    [1.0, 1.0, 1.0, 1.0]
    """
    return [channel / 255 for channel in int_to_rgba_255(v)]


def int_to_rgba_255(v: int) -> list[int]:
    """Red, green, blue and alpha, from 0 to 255, of a colour in one number.

    Parameters and errors are those of :func:`int_to_rgba`.

    Examples
    --------
    >>> int_to_rgba_255(-16776961)
    [255, 0, 0, 255]
    """
    try:
        return list(v.to_bytes(4, "big", signed=True))
    except (AttributeError, OverflowError) as error:
        raise RecipeError(f"colour {v!r} is no whole number from {-(2**31)} to {2**31 - 1}; give one") from error


def rgba_to_int(r: int, g: int, b: int, a: int) -> int:
    """A colour in one signed number of 32 bits, of its channels from 0 to 255.

    Raises
    ------
    RecipeError
        A channel is no whole number from 0 to 255.

    Examples
    --------
    >>> rgba_to_int(255, 0, 0, 255)
    -16776961
    """
    try:
        return int.from_bytes([r, g, b, a], "big", signed=True)
    except (TypeError, ValueError) as error:
        raise RecipeError(f"colour {(r, g, b, a)!r} is not of four whole numbers from 0 to 255; give them") from error
