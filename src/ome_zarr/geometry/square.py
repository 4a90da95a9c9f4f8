"""So many tiles in a grid that is as good as square."""

from math import isqrt

__all__ = ["square_grid", "square_shape"]


def square_shape(count: int) -> tuple[int, int]:
    """Rows and columns of the grid: never higher than wide, and without an empty row.

    Examples
    --------
    >>> square_shape(5)
    (2, 3)
    """
    columns = isqrt(max(count, 1) - 1) + 1  # the square root, rounded up
    return -(-count // columns), columns


def square_grid(count: int) -> tuple[tuple[int, int], ...]:
    """Row and column of every tile, filled row by row.

    Examples
    --------
    >>> square_grid(3)
    ((0, 0), (0, 1), (1, 0))
    """
    _, columns = square_shape(count)
    return tuple(divmod(index, columns) for index in range(count))
