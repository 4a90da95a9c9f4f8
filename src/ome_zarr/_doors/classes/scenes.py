"""What is stored of a scene, as the classes have it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ome_zarr_models.v06.scene import SceneAttrs

from ome_zarr._doors.classes.matrices import transforms_in, with_matrices
from ome_zarr._doors.classes.models import scene_model
from ome_zarr._doors.classes.reading import Found, found_of, read_found
from ome_zarr._doors.notices import notice
from ome_zarr.api.open import open as open_anything
from ome_zarr.api.scene import Scene
from ome_zarr.errors import DocumentError, NotFoundError, RecipeError
from ome_zarr.metadata.jsonvalue import JsonValue
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.paths import parse_relative_path
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.locate import Target

__all__ = ["FIELDS", "FoundScene", "by_path", "read_scene"]

FIELDS = "coordinateTransformations"
"""The group in which fields of vectors are."""

_FIELD_TYPES = ("coordinates", "displacements")


@dataclass(frozen=True)
class FoundScene:
    """A scene, as stored.

    Attributes
    ----------
    model
        Its coordinate systems and transformations.
    images
        The images that transformations lead from or to, by path.
    fields
        The fields of vectors that transformations name, by their path below the group of fields.
    """

    model: SceneAttrs
    images: Mapping[str, Found]
    fields: Mapping[str, Found]


def by_path[T](images: Sequence[T] | Mapping[str, T], name_of: Callable[[T], str]) -> dict[str, T]:
    """Images by their paths in a scene; those of a list by their names.

    Raises
    ------
    RecipeError
        A path leads out of the scene, or two are the same.
    """
    named = list(images.items()) if isinstance(images, Mapping) else [(name_of(image), image) for image in images]
    paths = [parse_relative_path(Node(name, "path of an image", RecipeError)) for name, _ in named]
    if len(set(paths)) < len(paths):
        raise RecipeError(f"images have the names {paths}; give each its own, or a mapping from paths to images")
    return {path: image for path, (_, image) in zip(paths, named, strict=True)}


def read_scene(store: Target) -> FoundScene:
    """What is stored of a scene.

    Raises
    ------
    NotFoundError
        There is no group.
    DocumentError
        It is no scene, or an image that its transformations name is missing.
    """
    scene = open_anything(store)
    if not isinstance(scene, Scene):
        raise DocumentError(f"{scene.location.name!r} is no scene, but {scene!r:.80}; give the group that has 'scene'")
    hierarchy, document = Hierarchy(scene.location), scene.layout.to_json()
    links = with_matrices(document["coordinateTransformations"], hierarchy)
    return FoundScene(
        scene_model({**document, "coordinateTransformations": links}),
        {path: _image(scene, path) for path in scene.images},
        dict(_fields(links, hierarchy)),
    )


def _image(scene: Scene, path: str) -> Found:
    try:
        return found_of(scene.images[path])
    except NotFoundError as error:
        raise DocumentError(
            f"the scene {scene.location.name!r} has transformations for {path!r}, and there is no image: {error}"
        ) from error


def _fields(links: JsonValue, hierarchy: Hierarchy) -> Iterator[tuple[str, Found]]:
    """The fields that transformations name; those that cannot be read are left out with a warning."""
    for path in dict.fromkeys(_field_paths(links)):
        short = path.removeprefix(f"{FIELDS}/")
        try:
            yield short, read_found(_first_group(hierarchy, (path, f"{FIELDS}/{path}")))
        except (DocumentError, NotFoundError) as error:
            notice(f"the field of vectors {path!r} cannot be read and is left out: {error}")


def _first_group(hierarchy: Hierarchy, paths: Sequence[str]) -> Hierarchy:
    """The first of several places at which there is a group; the first of all where there is none."""
    places = [hierarchy / path for path in paths]
    return next((place for place in places if place.find_group() is not None), places[0])


def _field_paths(value: JsonValue) -> Iterator[str]:
    for transform in transforms_in(value):
        if transform["type"] in _FIELD_TYPES and isinstance(path := transform.get("path"), str):
            yield path
