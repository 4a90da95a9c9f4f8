"""What is stored in a place, as a tree of nodes, as ome-zarr-py has it.

:func:`ome_zarr.open` is the short way to images, plates and labels.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import cast

import dask.array as da
import numpy as np

from ome_zarr._doors.reading import (
    channel_settings,
    first_multiscale,
    label_settings,
    multiscale_settings,
    source_of,
    version_for,
)
from ome_zarr._doors.tiles import stitched
from ome_zarr.errors import DocumentError, NotFoundError, RecipeError, UnreachableError
from ome_zarr.geometry.square import square_grid
from ome_zarr.io import ZarrLocation
from ome_zarr.metadata.versions import Version
from ome_zarr.types import JSONDict

__all__ = ["OMERO", "Label", "Labels", "Multiscales", "Node", "Plate", "Reader", "Spec", "Well", "ZarrLocation"]

LOGGER = logging.getLogger("ome_zarr.reader")


class Node:
    """Something that can be shown, and what belongs to it.

    Parameters
    ----------
    zarr
        Where it is.
    root
        The reader or node that it belongs to, or the places that were seen already.
    visibility
        Whether it is shown at first.
    plate_labels
        Has no effect.

    Attributes
    ----------
    metadata
        What there is to know, gathered by the specs: axes, name, transformations, colours ...
    data
        The levels as dask arrays, the finest first.
    specs
        What the node is: an image, labels, a plate ...
    pre_nodes, post_nodes
        What comes before it and after it.
    """

    def __init__(
        self,
        zarr: ZarrLocation,
        root: "Node | Reader | list[ZarrLocation]",
        visibility: bool = True,
        plate_labels: bool = False,
    ) -> None:
        del plate_labels
        self.zarr = zarr
        self.root = root
        self.seen: list[ZarrLocation] = root if isinstance(root, list) else root.seen
        self._visible = visibility
        self.metadata: JSONDict = {}
        self.data: list[da.Array] = []
        self.specs: list[Spec] = []
        self.pre_nodes: list[Node] = []
        self.post_nodes: list[Node] = []
        for kind in (Labels, Label, Multiscales, OMERO, Plate, Well):
            if kind.matches(zarr):
                self.specs.append(kind(self))

    def first[S: Spec](self, spectype: type[S]) -> S | None:
        """The first spec of a kind, if the node has one."""
        return next((spec for spec in self.specs if isinstance(spec, spectype)), None)

    def load[S: Spec](self, spec_type: type[S]) -> S | None:
        """The first spec of a kind, if the node has one."""
        return self.first(spec_type)

    @property
    def visible(self) -> bool:
        """Whether it is shown at first; nodes that belong to it follow when this changes."""
        return self._visible

    @visible.setter
    def visible(self, visibility: bool) -> None:
        if visibility != self._visible:
            self._visible = visibility
            for node in self.pre_nodes + self.post_nodes:
                node.visible = visibility

    def add(
        self,
        zarr: ZarrLocation,
        prepend: bool = False,
        visibility: bool | None = None,
        plate_labels: bool = False,
    ) -> "Node | None":
        """Another node that belongs to this one; None if it was seen before, or cannot be read, which is logged.

        Parameters
        ----------
        zarr
            Where it is.
        prepend
            Whether it comes before this node.
        visibility
            Whether it is shown at first; None: as this node is.
        plate_labels
            Whether it counts even if it was seen before.
        """
        if zarr in self.seen and not plate_labels:
            return None
        self.seen.append(zarr)
        try:
            node = Node(zarr, self, self.visible if visibility is None else visibility, plate_labels)
        except (DocumentError, NotFoundError) as error:
            LOGGER.warning("%s is left out: %s", zarr, error)
            return None
        (self.pre_nodes if prepend else self.post_nodes).append(node)
        return node

    def write_metadata(self, metadata: JSONDict) -> None:
        """Put what the group says of itself into a mapping."""
        if self.specs:
            metadata.update(self.zarr.root_attrs)

    def __repr__(self) -> str:
        return f"{self.zarr}{'' if self.visible else ' (hidden)'}"


class Spec(ABC):
    """Something that a node is.

    Parameters
    ----------
    node
        The node; what the group says is put into its `metadata` and `data`.
    """

    @staticmethod
    @abstractmethod
    def matches(zarr: ZarrLocation) -> bool:
        """Whether the group in a place says that it is this."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.zarr = node.zarr

    def lookup[T](self, key: str, default: T) -> T:
        """A part of what the group says of itself."""
        return cast("T", self.zarr.root_attrs.get(key, default))

    @property
    def _version(self) -> Version:
        return version_for(self.zarr.fmt, self.zarr.document)


class Labels(Spec):
    """The group ``labels`` of an image; every labels image that it lists becomes a node."""

    @staticmethod
    def matches(zarr: ZarrLocation) -> bool:
        """Whether the group lists labels."""
        return "labels" in zarr.root_attrs

    def __init__(self, node: Node) -> None:
        super().__init__(node)
        for name in self._version.labels_of(self.zarr.document.attributes):
            child = _existing(self.zarr, name)
            if child is not None:
                node.add(child)


class Label(Spec):
    """An image whose values name objects; the image that it names as its source becomes a node, not shown."""

    @staticmethod
    def matches(zarr: ZarrLocation) -> bool:
        """Whether the group says what values mean."""
        return "image-label" in zarr.root_attrs

    def __init__(self, node: Node) -> None:
        super().__init__(node)
        image_label = self.lookup("image-label", JSONDict())
        path = source_of(image_label)
        source = _existing(self.zarr, path) if path is not None and _leads_to_image(self.zarr, path) else None
        if source is None:
            LOGGER.warning("the image of the labels %s is not there: %s", self.zarr, path)
        else:
            node.add(source, prepend=True, visibility=False)
        colors, properties = label_settings(image_label)
        name = self.zarr.basename()
        node.metadata |= {
            "visible": node.visible,
            "name": name,
            "color": colors,
            "metadata": {"image": self.lookup("image", JSONDict()), "path": name},
        }
        if properties:
            node.metadata["properties"] = properties


class Multiscales(Spec):
    """An image in levels; its labels become nodes, not shown.

    Attributes
    ----------
    datasets
        Paths of the levels.
    """

    @staticmethod
    def matches(zarr: ZarrLocation) -> bool:
        """Whether the group lists levels."""
        return "multiscales" in zarr.root_attrs

    def __init__(self, node: Node) -> None:
        super().__init__(node)
        multiscale = first_multiscale(self._version, self.zarr.root_attrs)
        node.metadata |= multiscale_settings(multiscale)
        self.datasets = [dataset.path for dataset in multiscale.datasets]
        node.data += [self.array(path) for path in self.datasets]
        labels = _existing(self.zarr, "labels")
        if labels is not None:
            node.add(labels, visibility=False)

    def array(self, resolution: str) -> da.Array:
        """A level by its path.

        Raises
        ------
        NotFoundError
            There is none.
        """
        return self.zarr.load(resolution)


class OMERO(Spec):
    """How the channels of an image are shown.

    Attributes
    ----------
    image_data
        As the document has it.
    """

    @staticmethod
    def matches(zarr: ZarrLocation) -> bool:
        """Whether the group says how channels are shown."""
        return "omero" in zarr.root_attrs

    def __init__(self, node: Node) -> None:
        super().__init__(node)
        self.image_data = self.lookup("omero", JSONDict())
        node.metadata |= channel_settings(self.image_data, visible=node.visible)


class Well(Spec):
    """The fields of a well in a grid that is as good as square, shown as the first one that can be read.

    Attributes
    ----------
    well_data
        As the document has it.
    ds_paths, img_shape, img_pyramid_shapes, numpy_type, img_metadata
        Of that field: paths of its levels, shape of the finest and of all, data type, what there is to know.
    """

    @staticmethod
    def matches(zarr: ZarrLocation) -> bool:
        """Whether the group lists fields."""
        return "well" in zarr.root_attrs

    def __init__(self, node: Node) -> None:
        super().__init__(node)
        well = self._version.parse_well(self.zarr.document.attributes)
        self.well_data = self.lookup("well", JSONDict())
        self.field_paths = [field.path for field in well.fields]
        image = _first_of(node, self.field_paths, Multiscales)
        self.ds_paths = image.datasets
        self.img_metadata = image.node.metadata
        self.img_pyramid_shapes = [level.shape for level in image.node.data]
        self.img_shape = self.img_pyramid_shapes[0]
        self.numpy_type = image.node.data[0].dtype
        node.data = [self._stitched(level) for level in range(len(self.ds_paths))]
        node.metadata = self.img_metadata

    def _stitched(self, level: int) -> da.Array:
        cells = square_grid(len(self.field_paths))
        paths = [f"{path}/{self.ds_paths[level]}" for path in self.field_paths]
        rows, columns = (1 + max(numbers) for numbers in zip(*cells, strict=True))
        usual = (self.img_pyramid_shapes[level], self.numpy_type)
        return stitched(zip(cells, paths, strict=True), self.zarr.load, (rows, columns), usual)


class Plate(Spec):
    """The first field of every well where it is on the plate, shown as that of the first well that can be read.

    Attributes
    ----------
    plate_data, rows, columns
        As the document has them.
    row_names, col_names, row_count, column_count
        Of the plate.
    well_paths
        In the order of the alphabet.
    first_field_path, img_paths, axes, numpy_type
        Of the field that is shown: its path in the well, paths of its levels, axes, data type.
    """

    @staticmethod
    def matches(zarr: ZarrLocation) -> bool:
        """Whether the group lists wells."""
        return "plate" in zarr.root_attrs

    def __init__(self, node: Node) -> None:
        super().__init__(node)
        self.get_pyramid_lazy(node)

    def get_pyramid_lazy(self, node: Node) -> None:
        """Put the plate, level by level, and what there is to know of it into a node."""
        self.plate_data = self.lookup("plate", JSONDict())
        self._plate = self._version.parse_plate(self.zarr.document.attributes)
        self.rows, self.columns = self.plate_data.get("rows"), self.plate_data.get("columns")
        self.row_names, self.col_names = list(self._plate.rows), list(self._plate.columns)
        self.row_count, self.column_count = len(self.row_names), len(self.col_names)
        self.well_paths = sorted(well.path for well in self._plate.wells)
        well = _first_of(node, self.well_paths, Well)
        self.first_field_path = well.field_paths[0]
        self.img_paths = well.ds_paths
        self.numpy_type = well.numpy_type
        self.axes = well.img_metadata["axes"]
        node.data = [self.get_stitched_grid(level, shape) for level, shape in enumerate(well.img_pyramid_shapes)]
        node.metadata = well.img_metadata | {"metadata": {"plate": self.plate_data}}

    def get_numpy_type(self, image_node: Node) -> np.dtype:
        """The data type of an image."""
        return cast("np.dtype", image_node.data[0].dtype)

    def get_tile_path(self, level: int, row: int, col: int) -> str:
        """The path of a level of the field that is shown of a well, from the plate."""
        return f"{self.row_names[row]}/{self.col_names[col]}/{self.first_field_path}/{self.img_paths[level]}"

    def get_stitched_grid(self, level: int, tile_shape: tuple[int, ...]) -> da.Array:
        """A level of the plate, lazily; wells that are not there or cannot be read are 0.

        Parameters
        ----------
        level
            Of every field.
        tile_shape
            Of a well, where not a single one can be read.
        """
        field = f"{self.first_field_path}/{self.img_paths[level]}"
        cells = (((well.row_index, well.column_index), f"{well.path}/{field}") for well in self._plate.wells)
        return stitched(cells, self.zarr.load, (self.row_count, self.column_count), (tile_shape, self.numpy_type))


class Reader:
    """The nodes of what is stored in a place.

    Parameters
    ----------
    zarr
        The place.

    Attributes
    ----------
    zarr
        The place.
    seen
        Places that became nodes.

    Raises
    ------
    NotFoundError
        There is no group.
    """

    def __init__(self, zarr: ZarrLocation) -> None:
        if not isinstance(zarr, ZarrLocation):  # parse_url finds nothing
            raise NotFoundError(f"the place is {zarr!r}; give what parse_url gave for the path of an image")
        if not zarr.exists():
            raise NotFoundError(f"there is no zarr group at {zarr}; give the path of an image, a plate or labels")
        self.zarr = zarr
        self.seen = [zarr]

    def __call__(self) -> Iterator[Node]:
        """The node of the place, with those that belong to it before and after; none if it is nothing of OME-Zarr.

        Raises
        ------
        DocumentError
            The metadata of the place are malformed.
        NotFoundError
            A level that they list is not there.
        """
        node = Node(self.zarr, self)
        if node.specs:
            yield from self.descend(node)

    def descend(self, node: Node, depth: int = 0) -> Iterator[Node]:
        """A node, with those that belong to it before and after."""
        for before in node.pre_nodes:
            yield from self.descend(before, depth + 1)
        yield node
        for after in node.post_nodes:
            yield from self.descend(after, depth + 1)


def _leads_to_image(labels: ZarrLocation, path: str) -> bool:
    """Whether a path leads from labels up to the group that holds the group ``labels``, and nowhere else."""
    names = path.removesuffix("/").split("/")
    above = labels.parts()[-len(names) :]
    return len(above) == len(names) > 1 and set(names) == {".."} and above[0] == "labels"


def _existing(zarr: ZarrLocation, path: str) -> ZarrLocation | None:
    """A group below a place; None if there is none, or nobody can say, which is logged."""
    try:
        found = zarr.create(path)
    except (RecipeError, UnreachableError) as error:
        LOGGER.warning("%s is left out: %s", path, error)
        return None
    return found if found.exists() else None


def _first_of[S: Spec](node: Node, paths: list[str], kind: type[S]) -> S:
    """The first of several places below a node that can be read, and is of a kind."""
    for path in paths:
        try:
            found = Node(node.zarr.create(path), node).first(kind)
        except (DocumentError, NotFoundError) as error:
            LOGGER.warning("%s in %s cannot be read: %s", path, node.zarr, error)
            continue
        if found is not None:
            return found
    raise DocumentError(f"{node.zarr.subpath()!r} lists {paths!r}, and none of them can be read; write them first")
