"""Scenes: images, and what leads from the coordinate system of one to that of another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Self, cast

from ome_zarr_models.v06.coordinate_transforms import AnyTransform, CoordinateSystem, CoordinateSystemIdentifier
from ome_zarr_models.v06.scene import SceneAttrs

from ome_zarr._doors.classes.items import Item, Wish
from ome_zarr._doors.classes.models import dumped, parse_systems, parse_transforms
from ome_zarr._doors.classes.scene_graph import Edge, Space, check_ends, graph_of
from ome_zarr._doors.classes.scenes import FIELDS, by_path, read_scene
from ome_zarr._doors.classes.writing import find_missing, is_group, write_items
from ome_zarr._doors.open_groups import is_open_group, tell
from ome_zarr.api.kept import attributes_at
from ome_zarr.classes.labels import OMEZarrLabels
from ome_zarr.classes.multiscale import OMEZarrMultiscale
from ome_zarr.metadata.scene import parse_scene
from ome_zarr.metadata.versions import parse_version
from ome_zarr.storage.locate import Target, locate

if TYPE_CHECKING:
    import numpy as np
    import transformnd as tnd
    from dask.delayed import Delayed

__all__ = ["OMEZarrScene"]

type Images = Mapping[str, OMEZarrMultiscale]


class OMEZarrScene:
    """Images with transformations between their coordinate systems, which OME-Zarr has since 0.6.

    Parameters
    ----------
    images
        By their paths in the scene; a list is known by the names of the images.
    coordinate_transformations
        Between coordinate systems of images, which are named by path and name, and of the scene itself; models of
        0.6, or mappings.
    coordinate_systems
        Of the scene itself; models of 0.6, or mappings.
    coordinate_displacements
        Fields of vectors that transformations of the types ``displacements`` and ``coordinates`` name, by the last
        part of the path.

    Attributes
    ----------
    images, coordinate_displacements
        By path.

    Raises
    ------
    RecipeError
        A part is malformed, two images have the same name, or a transformation leads from or to a coordinate
        system that nobody has described.
    """

    images: dict[str, OMEZarrMultiscale]
    coordinate_displacements: dict[str, OMEZarrMultiscale]

    def __init__(
        self,
        images: list[OMEZarrMultiscale] | dict[str, OMEZarrMultiscale],
        coordinate_transformations: Sequence[AnyTransform],
        coordinate_systems: Sequence[CoordinateSystem] = (),
        coordinate_displacements: dict[str, OMEZarrMultiscale] | None = None,
    ) -> None:
        model = SceneAttrs(
            coordinateSystems=parse_systems(coordinate_systems),
            coordinateTransformations=parse_transforms(coordinate_transformations),
        )
        self._fill(model, by_path(images, lambda image: str(image.metadata.name)), coordinate_displacements or {})
        for edge in self._edges():
            check_ends(edge, list(self.get_coordinate_system()))

    def _fill(self, model: SceneAttrs, images: Images, fields: Images) -> None:
        self._metadata = model
        self.images = dict(images)
        self.coordinate_displacements = dict(fields)
        self._known_graph: tnd.TransformGraph[np.ndarray, Space] | None = None

    @classmethod
    def from_ome_zarr(cls, store: Target) -> Self:
        """The scene that is stored somewhere; nothing but metadata is read.

        Its images are those that transformations lead from or to. Matrices in arrays of their own are read.

        Parameters
        ----------
        store
            A path, a URL, a zarr store or an open group.

        Raises
        ------
        NotFoundError
            There is no group.
        DocumentError
            It is no scene, or an image that its transformations name is missing.
        """
        found = read_scene(store)
        scene = object.__new__(cls)
        images, fields = (
            {path: OMEZarrMultiscale._of(image) for path, image in part.items()}  # noqa: SLF001 - of this package
            for part in (found.images, found.fields)
        )
        scene._fill(found.model, cast("Images", images), cast("Images", fields))
        return scene

    @property
    def metadata(self) -> SceneAttrs:
        """Coordinate systems and transformations of the scene. Settable."""
        return self._metadata

    @metadata.setter
    def metadata(self, value: SceneAttrs) -> None:
        self._metadata = value
        self._known_graph = None

    @property
    def coordinate_systems(self) -> tuple[CoordinateSystem, ...]:
        """Coordinate systems of the scene itself. Settable: models, or mappings."""
        return tuple(self._metadata.coordinateSystems or ())

    @coordinate_systems.setter
    def coordinate_systems(self, value: Sequence[CoordinateSystem]) -> None:
        self.metadata = self._metadata.model_copy(update={"coordinateSystems": parse_systems(value)})

    @property
    def coordinate_transformations(self) -> tuple[AnyTransform, ...]:
        """Transformations between coordinate systems. Settable: models, or mappings."""
        return tuple(self._metadata.coordinateTransformations or ())

    @coordinate_transformations.setter
    def coordinate_transformations(self, value: Sequence[AnyTransform] | Sequence[Mapping[str, object]]) -> None:
        self.metadata = self._metadata.model_copy(update={"coordinateTransformations": parse_transforms(value)})

    def get_coordinate_system(
        self, path: str | None = None, name: str | None = None
    ) -> dict[tuple[str, str], CoordinateSystem]:
        """The coordinate systems of the scene and of its images, by path and name.

        Parameters
        ----------
        path
            Only those of this image, of these labels of an image (``image/labels/name``), or of the scene itself
            (``""``). None: of the scene and all images.
        name
            Only those of this name. None: all.
        """
        places = [("", self.coordinate_systems)]
        places += [(at, image.metadata.coordinateSystems) for at, image in self.images.items()]
        if path is not None:
            places += [(at, labels.metadata.coordinateSystems) for at, labels in self._labels()]
            places = [place for place in places if place[0] == path]
        return {
            (at, system.name): system for at, systems in places for system in systems if name in (None, system.name)
        }

    def to_ome_zarr(self, store: Target, overwrite: bool = False, compute: bool = True) -> "list[Delayed]":
        """Write the images, their labels and the scene, as 0.6.

        On a local disk a new scene appears in one step, when it is whole.

        Parameters
        ----------
        store
            A path, a URL, a zarr store or an open group.
        overwrite
            Whether what is there is replaced. If not, images that are there already stay as they are, those that
            are not are added, and the scene gets its new metadata.
        compute
            As of :meth:`OMEZarrMultiscale.to_ome_zarr`.

        Returns
        -------
        list of dask Delayed
            One per level of every image that is written; empty with `compute`.

        Raises
        ------
        RecipeError
            Something cannot be written; nothing was touched.
        TargetError
            The place cannot be written, or holds something else than zarr.
        """
        version = parse_version("0.6")
        links, systems = map(dumped, self.coordinate_transformations), map(dumped, self.coordinate_systems)
        root = version.scene_attributes(parse_scene(list(links), list(systems)))
        target, groups = locate(store), self._groups()
        if not overwrite and is_group(target):
            target = replace(target, in_group=True)
            groups = {path: groups[path] for path in find_missing(target, groups)}
        items = {f"{path}/{inner}".rstrip("/"): item for path, group in groups.items() for inner, item in group.items()}
        left = write_items(target, items, Wish(version, None, compute, overwrite), root)
        if is_open_group(store):
            tell(store, attributes_at(target))
        return left

    @property
    def _graph(self) -> "tnd.TransformGraph[np.ndarray, Space]":
        """The graph of all coordinate systems, called ``(path, name)``, with a way back wherever there is one."""
        if self._known_graph is None:
            self._known_graph = graph_of(self._edges(), self.coordinate_displacements)
        return self._known_graph

    def _edges(self) -> Iterator[Edge]:
        """All transformations: of the scene, and of its images."""
        for transform in self.coordinate_transformations:
            yield Edge(transform, "", self._end(transform.input), self._end(transform.output))
        for path, image in self.images.items():
            for transform in image.metadata.coordinateTransformations or ():
                source, target = (
                    None if end is None else image._get_descendant_coordinate_system(end)  # noqa: SLF001 - of this package
                    for end in (transform.input, transform.output)
                )
                yield Edge(transform, path, source, target)

    def _end(self, system: CoordinateSystemIdentifier | None) -> CoordinateSystem | None:
        found = {} if system is None else self.get_coordinate_system(system.path or "", system.name)
        return next(iter(found.values()), None)

    def _labels(self) -> Iterator[tuple[str, OMEZarrLabels]]:
        for path, image in self.images.items():
            for name, labels in (image.labels or {}).items():
                yield f"{path}/labels/{name}", labels

    def _groups(self) -> dict[str, dict[str, Item]]:
        """What is written of every image and every field of vectors, by its path."""
        fields = {f"{FIELDS}/{path}": field for path, field in self.coordinate_displacements.items()}
        named = by_path({**self.images, **fields}, str)
        return {path: image._items() for path, image in named.items()}  # noqa: SLF001 - of this package
