"""Scenes: images with transformations between their coordinate systems, and the graph of these."""

from pathlib import Path

import dask
import numpy as np
import ome_zarr_models
import pytest
import transformnd as tnd
import zarr
from ome_zarr_models.v06 import coordinate_transforms as models
from ome_zarr_models.v06.scene import SceneAttrs

from ome_zarr import OMEZarrImage, OMEZarrLabels, OMEZarrMultiscale, OMEZarrScene
from ome_zarr.errors import DocumentError, NotFoundError, OmeZarrWarning, RecipeError

YX = np.arange(64 * 48, dtype="uint16").reshape(64, 48)
ZYX = np.stack([YX] * 3)
WORLD = {"name": "world", "axes": [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}]}


def an_image(name: str, pixels: np.ndarray = YX, axes: str = "yx", **wishes: object) -> OMEZarrMultiscale:
    return OMEZarrMultiscale(OMEZarrImage(pixels, axes, name=name), [2], **wishes)


def a_link(name: str, *translation: float, **members: object) -> dict:
    """A translation from the pixels of an image to the world."""
    link = {"type": "translation", "translation": [*translation]}
    return link | {"input": {"name": "physical", "path": name}, "output": {"name": "world"}, **members}


def two_tiles(**wishes: object) -> OMEZarrScene:
    links = [a_link("left", 0, 0), a_link("right", 0, 40)]
    return OMEZarrScene([an_image("left"), an_image("right", YX + 1)], links, [WORLD], **wishes)


def moved(scene: OMEZarrScene, point: list[float], source: tuple[str, str], target: tuple[str, str]) -> list[float]:
    """Where a point of one coordinate system lies in another."""
    sequence = scene._graph.get_sequence(source, target, full=True)
    return sequence.apply(np.array([point], np.float64))[0].tolist()


class TestScene:
    def test_images_of_a_list_are_known_by_their_names(self) -> None:
        assert list(two_tiles().images) == ["left", "right"]

    def test_images_of_a_mapping_are_known_by_their_paths(self) -> None:
        scene = OMEZarrScene({"raw/one": an_image("left")}, [a_link("raw/one", 0, 0)], [WORLD])
        assert list(scene.images) == ["raw/one"]

    def test_its_metadata_are_a_model(self) -> None:
        scene = two_tiles()
        assert isinstance(scene.metadata, SceneAttrs)
        assert scene.coordinate_systems[0].name == "world"
        assert [link.translation for link in scene.coordinate_transformations] == [(0.0, 0.0), (0.0, 40.0)]

    def test_coordinate_systems_are_found_by_path_and_name(self) -> None:
        scene = two_tiles()
        everything = [("", "world"), ("left", "physical"), ("right", "physical")]
        assert list(scene.get_coordinate_system()) == everything
        assert list(scene.get_coordinate_system(name="physical")) == everything[1:]
        assert list(scene.get_coordinate_system("right")) == everything[2:]
        assert list(scene.get_coordinate_system("")) == everything[:1]
        assert scene.get_coordinate_system("right", "world") == {}

    def test_coordinate_systems_of_labels_are_found_by_their_path(self) -> None:
        labels = OMEZarrLabels(OMEZarrImage(YX % 4, "yx", name="cells"), [2])
        scene = OMEZarrScene([an_image("left", labels=labels)], [a_link("left", 0, 0)], [WORLD])
        assert list(scene.get_coordinate_system("left/labels/cells")) == [("left/labels/cells", "physical")]

    def test_what_it_says_can_be_set(self) -> None:
        scene = two_tiles()
        scene.coordinate_systems = [WORLD, {**WORLD, "name": "stage"}]
        scene.coordinate_transformations = [a_link("left", 1, 1), a_link("right", 2, 2, output={"name": "stage"})]
        assert moved(scene, [0, 0], ("right", "physical"), ("", "stage")) == [2, 2]
        scene.metadata = two_tiles().metadata
        assert moved(scene, [0, 0], ("right", "physical"), ("", "world")) == [0, 40]

    @pytest.mark.parametrize(
        ("wish", "message"),
        [
            ({"coordinate_transformations": [{"type": "translation", "translation": [0, 0]}]}, "name two of them"),
            ({"coordinate_transformations": [a_link("nowhere", 0, 0)]}, "name two of them"),
            ({"coordinate_transformations": [a_link("left", 0, 0, output={"name": "mars"})]}, "name two of them"),
            ({"coordinate_transformations": [{"type": "magic"}]}, "magic"),
            ({"coordinate_systems": [{"name": "world"}]}, "axes"),
            ({"images": [an_image("left"), an_image("left")]}, "give each its own"),
            ({"images": {"../left": an_image("left")}}, "path of an image"),
        ],
    )
    def test_what_cannot_be_is_refused(self, wish: dict, message: str) -> None:
        wishes = {
            "images": [an_image("left")],
            "coordinate_transformations": [a_link("left", 0, 0)],
            "coordinate_systems": [WORLD],
            **wish,
        }
        with pytest.raises(RecipeError, match=message):
            OMEZarrScene(**wishes)


class TestGraph:
    def test_points_go_from_any_system_to_any_other_and_back(self) -> None:
        scene = two_tiles()
        assert isinstance(scene._graph, tnd.TransformGraph)
        assert moved(scene, [1, 2], ("right", "physical"), ("", "world")) == [1, 42]
        assert moved(scene, [1, 2], ("right", "physical"), ("left", "physical")) == [1, 42]
        assert moved(scene, [1, 42], ("left", "physical"), ("right", "physical")) == [1, 2]

    def test_an_image_in_two_dimensions_lies_in_one_of_three(self) -> None:
        steps = [{"type": "projectAxis", "createdOutputs": [0]}, {"type": "translation", "translation": [30, 0, 0]}]
        link = {
            "type": "sequence",
            "transformations": steps,
            "input": {"name": "physical", "path": "slice"},
            "output": {"name": "physical", "path": "stack"},
        }
        scene = OMEZarrScene([an_image("stack", ZYX, "zyx"), an_image("slice")], [link])
        assert moved(scene, [1, 2], ("slice", "physical"), ("stack", "physical")) == [30, 1, 2]

    def test_transformations_of_the_images_themselves_count(self) -> None:
        stage = {**WORLD, "name": "stage"}
        link = {"type": "scale", "scale": [2, 2], "input": {"name": "physical"}, "output": {"name": "stage"}}
        image = an_image("left", coordinate_systems=[stage], coordinate_transformations=[link])
        scene = OMEZarrScene([image], [a_link("left", 1, 1)], [WORLD])
        assert moved(scene, [0, 0], ("", "world"), ("left", "stage")) == [-2, -2]

    def test_labels_are_part_of_it(self) -> None:
        labels = OMEZarrLabels(OMEZarrImage(YX % 4, "yx", name="cells"), [2])
        link = {
            "type": "translation",
            "translation": [5, 5],
            "input": {"name": "physical"},
            "output": {"name": "physical", "path": "labels/cells"},
        }
        image = an_image("left", labels=labels, coordinate_transformations=[link])
        scene = OMEZarrScene([image], [a_link("left", 0, 0)], [WORLD])
        assert moved(scene, [0, 0], ("", "world"), ("left/labels/cells", "physical")) == [5, 5]

    def test_what_cannot_be_applied_is_left_out_with_a_warning(self) -> None:
        field = {"type": "displacements", "path": "gone"}
        scene = OMEZarrScene(
            [an_image("left"), an_image("right")],
            [a_link("left", 0, 0), field | {k: a_link("right")[k] for k in ("input", "output")}],
            [WORLD],
        )
        with pytest.warns(OmeZarrWarning, match="left out of the graph"):
            graph = scene._graph
        assert graph.ndim(("left", "physical")) == 2


class TestStored:
    def test_a_scene_comes_back(self, tmp_path: Path) -> None:
        labels = OMEZarrLabels(OMEZarrImage(YX % 4, "yx", name="cells"), [2])
        images = {"raw/left": an_image("left", labels=labels), "right": an_image("right", YX + 1)}
        written = OMEZarrScene(images, [a_link("raw/left", 0, 0), a_link("right", 0, 40)], [WORLD])
        assert written.to_ome_zarr(str(tmp_path / "scene.zarr")) == []
        read = OMEZarrScene.from_ome_zarr(str(tmp_path / "scene.zarr"))
        assert read.metadata == written.metadata
        assert list(read.images) == ["raw/left", "right"]
        np.testing.assert_array_equal(read.images["right"].images[0].data, YX + 1)
        np.testing.assert_array_equal(read.images["raw/left"].labels["cells"].images[0].data, YX % 4)
        assert [path.name for path in tmp_path.iterdir()] == ["scene.zarr"]

    def test_other_packages_accept_it(self, tmp_path: Path) -> None:
        two_tiles().to_ome_zarr(tmp_path / "scene.zarr")
        group = zarr.open_group(tmp_path / "scene.zarr", mode="r")
        assert ome_zarr_models.open_ome_zarr(group, version="0.6").attributes.ome.scene == two_tiles().metadata

    @pytest.mark.parametrize("overwrite", [False, True])
    def test_a_store_in_memory_will_do(self, overwrite: bool) -> None:
        store = zarr.storage.MemoryStore()
        two_tiles().to_ome_zarr(store, overwrite=overwrite)
        assert list(OMEZarrScene.from_ome_zarr(store).images) == ["left", "right"]
        assert list(OMEZarrScene.from_ome_zarr(zarr.open_group(store)).images) == ["left", "right"]

    def test_images_that_are_there_stay_and_others_are_added(self, tmp_path: Path) -> None:
        OMEZarrScene([an_image("left")], [a_link("left", 0, 0)], [WORLD]).to_ome_zarr(tmp_path / "scene.zarr")
        scene = two_tiles()
        scene.images["left"] = an_image("left", YX * 0)
        scene.to_ome_zarr(tmp_path / "scene.zarr")
        read = OMEZarrScene.from_ome_zarr(tmp_path / "scene.zarr")
        np.testing.assert_array_equal(read.images["left"].images[0].data, YX)
        np.testing.assert_array_equal(read.images["right"].images[0].data, YX + 1)

    def test_overwriting_replaces_all_of_it_also_by_what_is_calculated_from_it(self, tmp_path: Path) -> None:
        two_tiles().to_ome_zarr(tmp_path / "scene.zarr")
        read = OMEZarrScene.from_ome_zarr(tmp_path / "scene.zarr")
        del read.images["left"]
        read.coordinate_transformations = [a_link("right", 1, 1)]
        read.to_ome_zarr(tmp_path / "scene.zarr", overwrite=True)
        assert not (tmp_path / "scene.zarr/left").exists()
        np.testing.assert_array_equal(zarr.open_array(tmp_path / "scene.zarr/right/s0")[...], YX + 1)

    def test_pixels_can_come_later(self, tmp_path: Path) -> None:
        left = two_tiles().to_ome_zarr(tmp_path / "scene.zarr", compute=False)
        assert len(left) == 4
        read = OMEZarrScene.from_ome_zarr(tmp_path / "scene.zarr")
        assert not read.images["right"].images[0].data.any().compute()
        dask.compute(*left)
        np.testing.assert_array_equal(read.images["right"].images[0].data, YX + 1)

    def test_a_field_of_vectors_goes_with_it(self, tmp_path: Path) -> None:
        vectors = OMEZarrImage(
            np.ones((2, 64, 48), "float32"), "dyx", {"d": 1, "y": 2, "x": 2}, axes_types={"d": "displacement"}
        )
        link = a_link("left") | {"type": "displacements", "path": "coordinateTransformations/bend"}
        del link["translation"]
        scene = OMEZarrScene([an_image("left")], [link], [WORLD], {"bend": OMEZarrMultiscale(vectors, [])})
        scene.to_ome_zarr(tmp_path / "scene.zarr")
        read = OMEZarrScene.from_ome_zarr(tmp_path / "scene.zarr")
        assert read.coordinate_displacements["bend"].images[0].axes_types["d"] == "displacement"
        assert read._graph.ndim(("", "world")) == 2

    def test_a_matrix_in_an_array_is_read_and_goes_with_it(self, tmp_path: Path) -> None:
        two_tiles().to_ome_zarr(tmp_path / "scene.zarr")
        group = zarr.open_group(tmp_path / "scene.zarr")
        group.create_array("coordinateTransformations/turn", data=np.array([[0.0, -1.0], [1.0, 0.0]]))
        ome = group.attrs["ome"]
        turn = {"type": "rotation", "path": "coordinateTransformations/turn"}
        ome["scene"]["coordinateTransformations"][0] = turn | {k: a_link("left")[k] for k in ("input", "output")}
        group.attrs["ome"] = ome
        OMEZarrScene.from_ome_zarr(tmp_path / "scene.zarr").to_ome_zarr(tmp_path / "copy.zarr")
        copy = OMEZarrScene.from_ome_zarr(tmp_path / "copy.zarr")
        assert moved(copy, [1, 2], ("left", "physical"), ("", "world")) == [-2, 1]

    def test_an_image_that_is_missing_is_a_value_error(self, tmp_path: Path) -> None:
        two_tiles().to_ome_zarr(tmp_path / "scene.zarr")
        (tmp_path / "scene.zarr/left/zarr.json").unlink()
        with pytest.raises(ValueError, match="there is no image") as told:
            OMEZarrScene.from_ome_zarr(tmp_path / "scene.zarr")
        assert isinstance(told.value, DocumentError)

    def test_an_image_is_no_scene(self, tmp_path: Path) -> None:
        an_image("left").to_ome_zarr(tmp_path / "image.zarr")
        with pytest.raises(DocumentError, match="is no scene"):
            OMEZarrScene.from_ome_zarr(tmp_path / "image.zarr")
        with pytest.raises(NotFoundError):
            OMEZarrScene.from_ome_zarr(tmp_path / "nowhere.zarr")


def test_the_models_of_the_scene_may_be_given_themselves() -> None:
    link = models.Translation.model_validate(a_link("left", 1, 2))
    system = models.CoordinateSystem.model_validate(WORLD)
    scene = OMEZarrScene([an_image("left")], (link,), (system,))
    assert scene.coordinate_transformations == (link,)
    assert scene.get_coordinate_system("", "world") == {("", "world"): system}
