"""What 0.6 asks of coordinate systems and the transformations between them, when they are written."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axis_rules import system_fault
from ome_zarr.metadata.compound import leaves
from ome_zarr.metadata.coordinate_systems import CoordinateSystem, SystemRef
from ome_zarr.metadata.fields import UnknownTransform
from ome_zarr.metadata.jsonvalue import shown
from ome_zarr.metadata.links import Link, Lookup, check_connected, check_fit
from ome_zarr.metadata.multiscale import Multiscale
from ome_zarr.metadata.transforms import Scale

if TYPE_CHECKING:  # loaded where there is one
    from ome_zarr.metadata.scene import Scene

__all__ = ["check_multiscale", "check_scene"]

_PLACING = frozenset({"identity", "scale", "translation"})


def check_multiscale(image: Multiscale) -> None:
    """Check the coordinate systems of an image, and what leads from one to another.

    Raises
    ------
    RecipeError
        0.6 does not allow them.
    """
    _check_systems(image.systems)
    _check_links(image.links, image.system)
    for link in image.links:
        if SystemRef(image.intrinsic) not in (link.input, link.output):
            # 0.6: one end of every transformation of an image must be the coordinate system of its levels
            raise RecipeError(
                f"the transformation from {link.input} to {link.output} neither begins nor ends at "
                f"{image.intrinsic!r}, the coordinate system of the levels; one end must"
            )
        for end in (link.input, link.output):
            _check_end_of_image(end, link, image)
    check_connected(image.links, [image.intrinsic, *(system.name for system in image.systems)], _key_in_image)


def check_scene(scene: "Scene") -> None:
    """Check the coordinate systems of a scene, and what leads from one to another.

    Raises
    ------
    RecipeError
        0.6 does not allow them.
    """
    if not scene.transforms:
        raise RecipeError("the scene has no transformations; give at least one")
    _check_systems(scene.systems)
    _check_links(scene.transforms, scene.system)
    for link in scene.transforms:
        for end in (link.input, link.output):
            if end.path is None and scene.system(end) is None:
                raise _undefined(end, [system.name for system in scene.systems])
    check_connected(scene.transforms, [system.name for system in scene.systems], _key_in_scene)


def _check_systems(systems: Sequence[CoordinateSystem]) -> None:
    for system in systems:
        fault = system_fault([axis.type for axis in system.axes])
        if fault is not None:
            raise RecipeError(
                f"the axes {system.axes.names} of coordinate system {system.name!r} {fault} in OME-Zarr 0.6"
            )


def _check_links(links: Sequence[Link], lookup: Lookup) -> None:
    names: set[str] = set()
    for link in links:
        if None in (link.input.name, link.output.name):
            raise RecipeError(
                f"the transformation from {link.input} to {link.output} does not name both coordinate systems; "
                "name them"
            )
        if isinstance(link.transform, UnknownTransform):
            raise RecipeError(
                f"the transformation {shown(link.transform.to_json())} could not be understood; leave it out to "
                "write the rest"
            )
        check_fit(link, lookup)
        _check_scales(link)
        name = link.transform.name
        # 0.6: the name of a transformation "MUST be unique across all "name" fields"
        if name is not None and name in names:
            raise RecipeError(f"two transformations have the name {name!r}; give every one its own, or none")
        names |= {name} if name is not None else set()


def _check_scales(link: Link) -> None:
    for leaf in leaves(link.transform):
        if isinstance(leaf, Scale) and min(leaf.scale) <= 0:
            raise RecipeError(
                f"the transformation from {link.input} to {link.output} has the scale {leaf.scale}; all numbers must "
                "be greater than 0: use an affine to turn an axis round"
            )


def _check_end_of_image(end: SystemRef, link: Link, image: Multiscale) -> None:
    """Check one end of a transformation of an image: it is here, or at a child with labels."""
    if end.path is None:
        if image.system(end) is None:
            raise _undefined(end, [image.intrinsic, *(system.name for system in image.systems)])
        return
    kinds = {leaf.type_name for leaf in leaves(link.transform)}
    # 0.6: an image and its labels may differ by identity, scale and translation only, or a sequence of them
    if not kinds <= _PLACING:
        raise RecipeError(
            f"the transformation from {link.input} to {link.output} leaves the image, and is of {sorted(kinds)}; only "
            f"{sorted(_PLACING)} may: put others into a scene"
        )


def _undefined(end: SystemRef, names: list[str]) -> RecipeError:
    return RecipeError(f"a transformation leads to or from {end}, and the coordinate systems are {names}; add it")


def _key_in_image(end: SystemRef) -> str:
    return f"{end.name}" if end.path is None else f"{end.path}/{end.name}"


def _key_in_scene(end: SystemRef) -> str:
    # the coordinate systems of one image are connected by the image's own transformations
    return f"{end.name}" if end.path is None else f"{end.path}/"
