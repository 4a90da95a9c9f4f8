"""Plates, wells, and what is new in 0.6 are accepted by other implementations, and mean the same to them."""

import json

import numpy as np
import ome_zarr_models.v04
import ome_zarr_models.v05
import ome_zarr_models.v06
import pytest
import yaozarrs
import zarr
from ome_zarr_models.v06.coordinate_transforms import AnyTransform
from pydantic import TypeAdapter

from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.compound import Bijection, ByDimension, Part, Sequence
from ome_zarr.metadata.coordinate_systems import CoordinateSystem, SystemRef
from ome_zarr.metadata.fields import Coordinates, Displacements, StoredAffine
from ome_zarr.metadata.links import Link
from ome_zarr.metadata.multiscale import Dataset, Multiscale
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.plate import Acquisition, Plate, PlateWell, parse_plate
from ome_zarr.metadata.scene import Scene, parse_scene
from ome_zarr.metadata.transform_documents import transform_from_node
from ome_zarr.metadata.transforms import Affine, Identity, MapAxis, ProjectAxis, Rotation, Scale, Translation
from ome_zarr.metadata.versions import WRITABLE_VERSIONS
from ome_zarr.metadata.well import parse_well

MODELS = {"0.4": ome_zarr_models.v04, "0.5": ome_zarr_models.v05, "0.6": ome_zarr_models.v06}
EVERY_VERSION = pytest.mark.parametrize("version", WRITABLE_VERSIONS.values(), ids=WRITABLE_VERSIONS)
# yaozarrs knows no 0.6 yet.
CLASSIC = pytest.mark.parametrize("version", [WRITABLE_VERSIONS["0.4"], WRITABLE_VERSIONS["0.5"]], ids=["0.4", "0.5"])
V06 = WRITABLE_VERSIONS["0.6"]

IMAGE = Multiscale(Axes.parse("yx", 2), (Dataset("0", (1, 1)), Dataset("1", (2, 2), (0.5, 0.5))))
PLATES = {
    "least": parse_plate(["A"], ["1"], ["A/1"]),
    "full": Plate(
        ("A", "B"),
        ("1", "2"),
        (PlateWell("A/1", 0, 0), PlateWell("B/2", 1, 1)),
        (Acquisition(0, "a", "first", 2, 10, 20), Acquisition(1)),
        "plate",
        2,
    ),
}
WELL = parse_well([{"path": "0", "acquisition": 0}, {"path": "1", "acquisition": 1}])


def put_plate(store, version, plate):
    """Store a plate of this version, with an image in every field of every well."""
    group = zarr.create_group(store, zarr_format=version.zarr_format)
    group.attrs.update(version.plate_attributes(plate))
    of_format = {2: {"chunk_key_encoding": {"name": "v2", "separator": "/"}}, 3: {"dimension_names": ("y", "x")}}
    for place in plate.wells:
        well = group.create_group(place.path)
        well.attrs.update(version.well_attributes(WELL))
        for field in WELL.fields:
            image = well.create_group(field.path)
            image.attrs.update(version.image_attributes(IMAGE))
            for path in ("0", "1"):
                image.create_array(path, shape=(4, 4), dtype=np.uint8, **of_format[version.zarr_format])
    return group


@pytest.mark.parametrize("plate", PLATES.values(), ids=PLATES)
@EVERY_VERSION
def test_ome_zarr_models_accepts_plates_and_wells(version, plate):
    group = put_plate(zarr.storage.MemoryStore(), version, plate)
    accepted = MODELS[version.name].HCS.from_zarr(group)
    assert [well.path for well in accepted.ome_attributes.plate.wells] == [well.path for well in plate.wells]
    assert MODELS[version.name].Well.from_zarr(group["A/1"]) is not None


@pytest.mark.parametrize("plate", PLATES.values(), ids=PLATES)
@CLASSIC
def test_yaozarrs_accepts_plates_and_wells(version, plate, tmp_path):
    put_plate(tmp_path / "plate.zarr", version, plate)
    yaozarrs.validate_zarr_store(str(tmp_path / "plate.zarr"))


@EVERY_VERSION
def test_plates_of_ome_zarr_models_are_read(version):
    attributes = version.plate_attributes(PLATES["full"])
    document = attributes.get("ome", attributes)["plate"]
    kind = {
        "0.4": ome_zarr_models.v04.plate.Plate,
        "0.5": ome_zarr_models.v05.plate.Plate,
        "0.6": ome_zarr_models.v06.plate.Plate,
    }[version.name]
    dumped = {"plate": json.loads(kind.model_validate(document).model_dump_json())}
    assert version.parse_plate({"ome": {"version": version.name} | dumped}) == PLATES["full"]


TRANSFORMS = [
    Identity(),
    Scale((2, 0.5)),
    Translation((1, -3)),
    MapAxis((1, 0)),
    Affine(((1, 2, 3), (4, 5, 6))),
    Rotation(((0, -1), (1, 0))),
    Sequence((Scale((2, 3)), Translation((1, 2)), MapAxis((1, 0)))),
    Bijection(Scale((2, 2)), Scale((0.5, 0.5))),
    ByDimension((Part(Scale((3,)), (1,), (0,)), Part(Translation((5,)), (0,), (1,)))),
]
ELSEWHERE = [Displacements("a", "linear"), Coordinates("a"), StoredAffine("a"), ProjectAxis((0,), (1,))]
MODEL = TypeAdapter(AnyTransform)


@pytest.mark.parametrize("transform", TRANSFORMS, ids=lambda transform: transform.type_name)
def test_transformations_mean_the_same_to_ome_zarr_models(transform):
    model = MODEL.validate_python(transform.to_json())
    np.testing.assert_allclose(transform.apply([7.0, 11.0]), model.transform_point((7.0, 11.0)))


@pytest.mark.parametrize("transform", [*TRANSFORMS, *ELSEWHERE], ids=lambda transform: type(transform).__name__)
def test_transformations_of_ome_zarr_models_are_read(transform):
    model = MODEL.validate_python(transform.to_json())
    assert transform_from_node(Node(json.loads(model.model_dump_json()))) == transform
    assert transform_from_node(Node(model)) == transform


@pytest.mark.parametrize("transform", TRANSFORMS, ids=lambda transform: transform.type_name)
def test_ome_zarr_models_accepts_images_in_several_coordinate_systems(transform):
    image = Multiscale(
        IMAGE.axes,
        IMAGE.datasets,
        systems=(CoordinateSystem("world", IMAGE.axes),),
        links=(Link(transform, SystemRef("physical"), SystemRef("world")),),
    )
    attributes = V06.image_attributes(image)["ome"]
    accepted = ome_zarr_models.v06.image.ImageAttrs.model_validate(attributes)
    (multiscale,) = accepted.multiscales
    assert multiscale.intrinsic_coordinate_system.name == "physical"
    dumped = json.loads(accepted.model_dump_json(exclude_none=True))
    assert V06.parse_image({"ome": dumped}).multiscale == image


def test_ome_zarr_models_accepts_scenes():
    world = CoordinateSystem("world", IMAGE.axes)
    links = tuple(Link(Translation((0, i)), SystemRef("physical", f"tile_{i}"), SystemRef("world")) for i in range(2))
    scene = Scene(links, (world,))
    group = zarr.create_group(zarr.storage.MemoryStore(), zarr_format=3)
    group.attrs.update(V06.scene_attributes(scene))
    for path in scene.image_paths:
        image = group.create_group(path)
        image.attrs.update(V06.image_attributes(IMAGE))
        for level in ("0", "1"):
            image.create_array(level, shape=(4, 4), dtype=np.uint8, dimension_names=("y", "x"))
    accepted = ome_zarr_models.v06.scene.Scene.from_zarr(group)
    assert list(accepted.images) == ["tile_0", "tile_1"]
    models = accepted.ome_attributes.scene
    assert parse_scene(models.coordinateTransformations, models.coordinateSystems) == scene
