"""Images and plates as people see them: text in a terminal, a table with a picture in a notebook."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from ome_zarr.api.thumbnail import png, thumbnail
from ome_zarr.errors import OmeZarrError
from ome_zarr.planning.explain import human_bytes, table

if TYPE_CHECKING:  # images and plates show themselves through this module
    from ome_zarr.api.image import Image
    from ome_zarr.api.plate import Plate

__all__ = ["image_html", "image_text", "plate_html", "plate_text"]

_HEADS = ("level", "shape", "dtype", "chunks", "shards", "scale")
_MOST_LISTED = 12
"""Names that are listed; of more, how many there are."""


def image_text(image: "Image") -> str:
    """What an image is, and a table of its levels."""
    head = f"OME-Zarr {image.version} {image.kind} {image.location.name!r}, axes {''.join(image.axes.names)}"
    try:
        return "\n".join([head, table([_heads(image), *_rows(image)]), *map(": ".join, _facts(image))])
    except (OmeZarrError, OSError) as error:  # whoever looks at a broken image wants to see it
        return f"{head}\n{error}"


def image_html(image: "Image") -> str:
    """The same, with the smallest level as a picture and the channels in their colours."""
    try:
        body = (
            f"<table>{_table_html([_heads(image), *_rows(image)])}</table>{_channels_html(image)}{_facts_html(image)}"
        )
    except (OmeZarrError, OSError) as error:
        body = f"<div>{escape(str(error))}</div>"
    return (
        '<div style="display:flex;gap:1em;align-items:flex-start;flex-wrap:wrap">'
        f"{_picture(image)}<div><div><b>OME-Zarr {escape(image.version)} {image.kind}</b> "
        f"<code>{escape(image.location.name)}</code>, axes <code>{escape(''.join(image.axes.names))}</code></div>"
        f"{body}</div></div>"
    )


def plate_text(plate: "Plate") -> str:
    """What a plate is, and which of its wells are there."""
    head = (
        f"OME-Zarr {plate.version} plate {plate.location.name!r}, {len(plate.rows)} rows × {len(plate.columns)} columns"
    )
    tail = [f"acquisitions: {_listed(str(a.name or a.id) for a in plate.acquisitions)}"] if plate.acquisitions else []
    return "\n".join([head, *_grid(plate), *tail])


def plate_html(plate: "Plate") -> str:
    """The same as a table."""
    return f"<pre>{escape(plate_text(plate))}</pre>"


def _heads(image: "Image") -> list[str]:
    units = sorted({axis.unit for axis in image.axes if axis.unit})
    return [*_HEADS[:-1], _HEADS[-1] + (f" ({', '.join(units)})" if units else "")]


def _rows(image: "Image") -> list[list[str]]:
    return [
        [
            level.path,
            _by(level.shape),
            level.dtype.name,
            _by(level.chunks),
            _by(level.shards) if level.shards else "-",
            _by(level.scale),
        ]
        for level in image.levels
    ]


def _facts(image: "Image") -> list[tuple[str, str]]:
    names = [channel.label or "unnamed" for channel in image.channels]
    facts = [
        ("name", image.name or ""),
        ("size", f"{human_bytes(image.levels[0].nbytes)} at full resolution, not compressed"),
        ("channels", _listed(names)),
        ("labels", _listed(image.label_names)),
    ]
    return [(name, fact) for name, fact in facts if fact]


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    more = len(names) - _MOST_LISTED
    return ", ".join(names[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def _by(numbers: Sequence[float]) -> str:
    return " × ".join(f"{n:g}" for n in numbers)


def _table_html(rows: Sequence[Sequence[str]]) -> str:
    """Rows, the first one their heads."""
    cells = zip(("th", *("td" for _ in rows)), rows, strict=False)
    return "".join(f"<tr>{''.join(f'<{c}>{escape(entry)}</{c}>' for entry in row)}</tr>" for c, row in cells)


def _facts_html(image: "Image") -> str:
    return "".join(f"<div><b>{escape(name)}</b> {escape(fact)}</div>" for name, fact in _facts(image))


def _channels_html(image: "Image") -> str:
    spots = (
        f'<span style="display:inline-block;width:.8em;height:.8em;border:1px solid #888;'
        f'background:#{escape(channel.color or "FFFFFF")}"></span> {escape(channel.label or "unnamed")} '
        for channel in image.channels[:_MOST_LISTED]
    )
    return f"<div>{''.join(spots)}</div>" if image.channels else ""


def _picture(image: "Image") -> str:
    """The thumbnail; nothing where the pixels cannot be read: the metadata are worth showing without them."""
    try:
        picture = thumbnail(image)
    except (OmeZarrError, OSError):
        return ""
    if picture is None:
        return ""
    height, width = picture.shape[:2]
    data = b64encode(png(picture)).decode()
    return f'<img alt="thumbnail" width="{width}" height="{height}" src="data:image/png;base64,{data}"/>'


def _grid(plate: "Plate") -> list[str]:
    """A line for every row: which columns have a well."""
    there = {(well.row_index, well.column_index) for well in plate.layout.wells}
    return [
        f"{name:>3} {''.join('■' if (row, column) in there else '·' for column in range(len(plate.columns)))}"
        for row, name in enumerate(plate.rows)
    ]
