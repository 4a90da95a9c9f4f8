"""A version of the specification: between the attributes of a group and the models."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.jsonvalue import JsonObject, plain
from ome_zarr.metadata.labels import ImageLabel, image_label_from_node
from ome_zarr.metadata.multiscale import Multiscale
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.omero import Omero, omero_from_node
from ome_zarr.metadata.paths import parse_relative_path

__all__ = ["ImageModels", "Version"]


class ImageModels(NamedTuple):
    """What the attributes of the group of an image say."""

    multiscale: Multiscale
    omero: Omero | None
    image_label: ImageLabel | None


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the specification that can be read and written.

    Versions differ in the form of a multiscale and in the place of the rest: below ``ome``, together with the
    version, in Zarr format 3; beside each other in format 2.

    Parameters
    ----------
    name
        As in the documents: ``"0.5"``.
    zarr_format
        The format of Zarr that this version prescribes.
    multiscale_to_json
        Model to document.
    multiscale_from_node
        Document to model.
    labels_versioned
        Whether ``image-label`` holds the version.
    """

    name: str
    zarr_format: Literal[2, 3]
    multiscale_to_json: Callable[[Multiscale], JsonObject]
    multiscale_from_node: Callable[[Node], Multiscale]
    labels_versioned: bool

    def image_attributes(self, multiscale: Multiscale, omero: Omero | None = None) -> JsonObject:
        """The attributes of the group of an image.

        Raises
        ------
        RecipeError
            This version does not allow the axes, a channel lacks its colour or window, or a value is no JSON.
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
            This version does not allow the axes, or a value is no JSON.
        """
        version: JsonObject = {"version": self.name} if self.labels_versioned else {}
        parts = self._image_parts(multiscale) | {"image-label": version | image_label.to_json()}
        return self._enclosed(parts)

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

    def parse_image(self, attributes: Mapping[str, object]) -> ImageModels:
        """What the attributes of the group of an image say; of several multiscales the first.

        Raises
        ------
        DocumentError
            The attributes are not those of an image; the message names the place.
        """
        body = self._body(attributes)
        entries = body.child("multiscales").items()
        if not entries:
            raise body.child("multiscales").fail("it must have at least one entry")
        omero, image_label = body.find("omero"), body.find("image-label")
        return ImageModels(
            self.multiscale_from_node(entries[0]),
            None if omero is None else omero_from_node(omero),
            None if image_label is None else image_label_from_node(image_label),
        )

    def labels_of(self, attributes: Mapping[str, object]) -> tuple[str, ...]:
        """The paths that the attributes of a group ``labels`` list, each once; none if they list nothing.

        Raises
        ------
        DocumentError
            The list is malformed, or a path leads out of the group.
        """
        labels = self._body(attributes).find("labels")
        return () if labels is None else tuple(dict.fromkeys(parse_relative_path(n) for n in labels.items()))

    def _image_parts(self, multiscale: Multiscale) -> JsonObject:
        multiscale.axes.validate(self.name)
        return {"multiscales": [self.multiscale_to_json(multiscale)]}

    def _enclosed(self, parts: JsonObject) -> JsonObject:
        """The parts where this version wants them: a copy in which everything is plain JSON."""
        body = {key: plain(value, key) for key, value in parts.items()}
        if self.zarr_format == 2:
            return body
        version: JsonObject = {"version": self.name}
        return {"ome": version | body}

    def _body(self, attributes: Mapping[str, object]) -> Node:
        """Where the parts are; drafts of 0.5 have them beside each other in format 3 too."""
        document = Node(attributes)
        enclosed = document.find("ome") if self.zarr_format == 3 else None
        return document if enclosed is None else enclosed


def _check_complete(omero: Omero) -> None:
    for i, channel in enumerate(omero.channels):
        if channel.missing:
            raise RecipeError(
                f"omero/channels/{i} has no {' and no '.join(channel.missing)}; give them, or let "
                "Omero.completed(dtype) choose"
            )
