"""A version of the specification: between the attributes of a group and the models."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.jsonvalue import JsonObject, plain, shown
from ome_zarr.metadata.labels import ImageLabel, image_label_from_node
from ome_zarr.metadata.leniency import tolerated
from ome_zarr.metadata.multiscale import Multiscale
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.omero import Omero, omero_from_node
from ome_zarr.metadata.paths import parse_relative_path

if TYPE_CHECKING:  # plates and scenes are loaded where there are any: most processes meet images only
    from ome_zarr.metadata.plate import Plate
    from ome_zarr.metadata.scene import Scene
    from ome_zarr.metadata.well import Well

__all__ = ["SCENE_KEYS", "ImageModels", "Version", "body_of"]

_PARTS = frozenset(
    {"multiscales", "image-label", "labels", "plate", "well", "scene", "series", "bioformats2raw.layout"}
)
"""What makes a document one of OME-Zarr."""

SCENE_KEYS = ("coordinateTransformations", "coordinateSystems")
"""The members of a scene, which drafts of 0.6 had beside the version."""


class ImageModels(NamedTuple):
    """What the attributes of the group of an image say."""

    multiscale: Multiscale
    omero: Omero | None
    image_label: ImageLabel | None


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the specification that can be read, and perhaps written.

    Versions differ in the form of a multiscale and in the place of the rest: below ``ome``, together with the
    version, in Zarr format 3; beside each other in format 2. Reading is lenient: what can be understood is read, and
    what is malformed and not needed to show the pixels is left out, with a `DocumentWarning`. Writing is strict.

    Parameters
    ----------
    name
        As in the documents: ``"0.5"``.
    zarr_format
        The format of Zarr that this version prescribes.
    multiscale_from_node
        Document to model.
    multiscale_to_json
        Model to document; None: this version is only read.
    versioned_parts
        The parts that hold the version too.
    has_scenes
        Whether there are scenes.
    loose_field_names
        Whether the paths of the images of a well may have ``_``, ``.`` and ``-``.
    """

    name: str
    zarr_format: Literal[2, 3]
    multiscale_from_node: Callable[[Node], Multiscale]
    multiscale_to_json: Callable[[Multiscale], JsonObject] | None = None
    versioned_parts: frozenset[str] = frozenset()
    has_scenes: bool = False
    loose_field_names: bool = False

    @property
    def writable(self) -> bool:
        """Whether documents of this version are written here."""
        return self.multiscale_to_json is not None

    def image_attributes(self, multiscale: Multiscale, omero: Omero | None = None) -> JsonObject:
        """The attributes of the group of an image.

        Raises
        ------
        RecipeError
            This version does not allow the axes, a level has no place or pixels of a size that is not positive, a
            channel lacks its colour or window, the image has coordinate systems that this version cannot express, or
            a value is no JSON.
        """
        parts = self._image_parts(multiscale)
        if omero is not None:
            _check_complete(omero)
            parts["omero"] = omero.to_json()
        return self._enclosed(parts)

    def image_label_attributes(self, multiscale: Multiscale, image_label: ImageLabel) -> JsonObject:
        """The attributes of the group of a labels image.

        Raises
        ------
        RecipeError
            As in `image_attributes`.
        """
        return self._enclosed(self._image_parts(multiscale) | {"image-label": image_label.to_json()})

    def labels_group_attributes(self, names: Iterable[str]) -> JsonObject:
        """The attributes of the group ``labels``, which lists its labels images; each name once, in order.

        Raises
        ------
        RecipeError
            A name leads out of the group.
        """
        unique = dict.fromkeys(
            parse_relative_path(Node(name, f"labels/{i}", RecipeError)) for i, name in enumerate(names)
        )
        return self._enclosed({"labels": list(unique)})

    def plate_attributes(self, plate: "Plate") -> JsonObject:
        """The attributes of the group of a plate.

        Raises
        ------
        RecipeError
            The plate breaks the rules of the specification, or a value is no JSON.
        """
        plate.validate()
        return self._enclosed({"plate": plate.to_json()})

    def well_attributes(self, well: "Well") -> JsonObject:
        """The attributes of the group of a well.

        Raises
        ------
        RecipeError
            The well breaks the rules of this version, or a value is no JSON.
        """
        well.validate(loose_names=self.loose_field_names)
        return self._enclosed({"well": well.to_json()})

    def scene_attributes(self, scene: "Scene") -> JsonObject:
        """The attributes of the group of a scene.

        Raises
        ------
        RecipeError
            This version has no scenes, the scene breaks its rules, or a value is no JSON.
        """
        if not self.has_scenes:
            raise RecipeError(f"OME-Zarr {self.name} has no scenes; write version '0.6'")
        from ome_zarr.metadata.versions.coordinates import check_scene

        check_scene(scene)
        return self._enclosed({"scene": scene.to_json()})

    def parse_image(self, attributes: Mapping[str, object], name: str | None = None) -> ImageModels:
        """What the attributes of the group of an image say.

        Parameters
        ----------
        attributes
            The attributes.
        name
            Of the multiscale, where there are several; None: the first.

        Raises
        ------
        DocumentError
            The attributes are not those of an image, or what is needed to show its pixels is malformed; the message
            names the place.
        RecipeError
            No multiscale has that name.

        Warns
        -----
        DocumentWarning
            Something that is not needed is malformed, and left out.
        """
        body = body_of(attributes, self.zarr_format)
        image_label = body.find("image-label")
        return ImageModels(
            self.multiscale_from_node(_chosen(body.child("multiscales"), name)),
            tolerated(body.find("omero"), omero_from_node, None),
            None if image_label is None else tolerated(image_label, image_label_from_node, ImageLabel()),
        )

    def labels_of(self, attributes: Mapping[str, object]) -> tuple[str, ...]:
        """The paths that the attributes of a group ``labels`` list, each once; none if they list nothing.

        Raises
        ------
        DocumentError
            The list is malformed, or a path leads out of the group.
        """
        return self._paths(attributes, "labels")

    def series_of(self, attributes: Mapping[str, object]) -> tuple[str, ...]:
        """The paths of images that the attributes of a group ``OME`` list, in order; none if they list nothing.

        Raises
        ------
        DocumentError
            The list is malformed, or a path leads out of the group that holds the group ``OME``.
        """
        return self._paths(attributes, "series")

    def parse_plate(self, attributes: Mapping[str, object]) -> "Plate":
        """What the attributes of the group of a plate say.

        Raises
        ------
        DocumentError
            They are not those of a plate, or have no rows, columns or wells.

        Warns
        -----
        DocumentWarning
            A part is malformed, and left out.
        """
        from ome_zarr.metadata.plate import plate_from_node

        return plate_from_node(body_of(attributes, self.zarr_format).child("plate"))

    def parse_well(self, attributes: Mapping[str, object]) -> "Well":
        """What the attributes of the group of a well say.

        Raises
        ------
        DocumentError
            They are not those of a well, or its images are malformed.
        """
        from ome_zarr.metadata.well import well_from_node

        return well_from_node(body_of(attributes, self.zarr_format).child("well"))

    def parse_scene(self, attributes: Mapping[str, object]) -> "Scene":
        """What the attributes of the group of a scene say; in the first drafts of 0.6 they lie beside the version.

        Raises
        ------
        DocumentError
            They are not those of a scene.

        Warns
        -----
        DocumentWarning
            A transformation or a coordinate system is malformed. A transformation is kept as it is, where possible.
        """
        from ome_zarr.metadata.scene import scene_from_node

        body = body_of(attributes, self.zarr_format)
        enclosed = body.find("scene")
        if enclosed is not None:
            return scene_from_node(enclosed)
        return scene_from_node(Node({key: body.fields().get(key) for key in SCENE_KEYS}, body.path, body.error))

    def _image_parts(self, multiscale: Multiscale) -> JsonObject:
        if self.multiscale_to_json is None:
            raise self._read_only()
        multiscale.axes.validate(self.name)
        _check_places(multiscale)
        return {"multiscales": [self.multiscale_to_json(multiscale)]}

    def _enclosed(self, parts: JsonObject) -> JsonObject:
        """The parts where this version wants them: a copy in which everything is plain JSON."""
        if not self.writable:
            raise self._read_only()
        version: JsonObject = {"version": self.name}
        body = {key: plain(value, key) for key, value in parts.items()}
        for key in self.versioned_parts & body.keys():
            part = body[key]
            body[key] = version | part if isinstance(part, dict) else part
        return body if self.zarr_format == 2 else {"ome": version | body}

    def _paths(self, attributes: Mapping[str, object], key: str) -> tuple[str, ...]:
        paths = body_of(attributes, self.zarr_format).find(key)
        return () if paths is None else tuple(dict.fromkeys(parse_relative_path(n) for n in paths.items()))

    def _read_only(self) -> RecipeError:
        return RecipeError(f"OME-Zarr {self.name} is read, and not written; write a later version")


def body_of(attributes: Mapping[str, object], zarr_format: int) -> Node:
    """Where the parts of a document are.

    Below ``ome`` in Zarr format 3, beside each other in format 2. Where there are none, it is looked for them in the
    other place: drafts of 0.5 have them beside each other in format 3 too.
    """
    document = Node(attributes)
    enclosed = document.find("ome")
    if enclosed is None:
        return document
    first, second = (document, enclosed) if zarr_format == 2 else (enclosed, document)
    return second if _has_parts(second) and not _has_parts(first) else first


def _has_parts(node: Node) -> bool:
    return isinstance(node.value, Mapping) and not _PARTS.isdisjoint(node.value)


def _chosen(multiscales: Node, name: str | None) -> Node:
    """The first multiscale, or the one of this name."""
    entries = multiscales.items()
    if not entries:
        raise multiscales.fail("it must have at least one entry")
    if name is None:
        return entries[0]
    names = [entry.fields().get("name") for entry in entries]
    if name not in names:
        raise RecipeError(f"{multiscales.path} has no image named {shown(name)}; the names are {shown(names)}")
    return entries[names.index(name)]


def _check_places(multiscale: Multiscale) -> None:
    for dataset in multiscale.datasets:
        if not dataset.placed:
            raise RecipeError(
                f"nobody says where the pixels of level {dataset.path!r} are; give it a scale, or use "
                "Multiscale.placed_by(shapes)"
            )
        for axis, size in zip(multiscale.axes.names, dataset.scale, strict=True):
            if size <= 0:
                raise RecipeError(
                    f"the scale of level {dataset.path!r} along {axis!r} is {size!r}; it must be greater than 0"
                )


def _check_complete(omero: Omero) -> None:
    for i, channel in enumerate(omero.channels):
        if channel.missing:
            raise RecipeError(
                f"omero/channels/{i} has no {' and no '.join(channel.missing)}; give them, or let "
                "Omero.completed(dtype) choose"
            )
