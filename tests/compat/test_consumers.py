"""Writing as packages do it that use ome-zarr: their calls, keyword by keyword. Each test passes with 0.21.0 too."""

from itertools import pairwise
from pathlib import Path

import dask
import dask.array as da
import numpy as np
import pytest
import zarr
from tests.compat.groups import datasets, document, levels, noise, shapes
from zarr.abc.buffer import Buffer
from zarr.codecs import BloscCodec, Zstd
from zarr.storage import MemoryStore, WrapperStore

import ome_zarr.format
from ome_zarr.conversions import int_to_rgba_255
from ome_zarr.dask_utils import resize
from ome_zarr.format import CurrentFormat, FormatV04, FormatV05, format_from_version
from ome_zarr.io import parse_url
from ome_zarr.scale import Methods, Scaler, method_dispatch
from ome_zarr.writer import (
    _get_valid_axes,
    add_metadata,
    check_format,
    get_metadata,
    write_image,
    write_labels,
    write_multiscale,
    write_multiscale_labels,
    write_multiscales_metadata,
    write_plate_metadata,
    write_well_metadata,
)

MICROMETERS = {"z": "micrometer", "y": "micrometer", "x": "micrometer"}
CHANNELS = [{"label": "DNA", "color": "0000FF", "active": True, "window": {"min": 0, "max": 9, "start": 0, "end": 9}}]


def transformations(count: int, scale: tuple[float, ...]) -> list[list[dict]]:
    """A scale per level, that of y and x twice as much each time."""
    fixed, finest = list(scale[:-2]), np.array(scale[-2:])
    return [[{"type": "scale", "scale": [*fixed, *(finest * 2.0**level).tolist()]}] for level in range(count)]


class CountingStore(WrapperStore[MemoryStore]):
    """A store that remembers what was written into it."""

    def __init__(self, store: MemoryStore) -> None:
        super().__init__(store)
        self.written: list[str] = []

    async def set(self, key: str, value: Buffer) -> None:
        self.written.append(key)
        await super().set(key, value)

    def set_sync(self, key: str, value: Buffer) -> None:
        self.written.append(key)
        super().set_sync(key, value)


class TestOmeroCliZarr:
    """omero-cli-zarr: writes its own arrays, masks as labels, plates bit by bit."""

    @pytest.mark.parametrize("version", ["0.4", "0.5"])
    def test_arrays_of_its_own_get_their_metadata(self, version: str, tmp_path: Path) -> None:
        fmt = format_from_version(version)
        root = zarr.open_group(tmp_path / "image.zarr", mode="a", zarr_format=fmt.zarr_format)
        assert check_format(root) == fmt
        array = root.create_array(
            "0", shape=(2, 32, 32), chunks=(1, 16, 16), dtype="uint16", chunk_key_encoding=fmt.chunk_key_encoding
        )
        array[:] = noise((2, 32, 32))
        smaller = resize(da.from_zarr(root["0"]), (2, 16, 16), preserve_range=True, anti_aliasing=False)
        da.to_zarr(smaller, root.store_path, component="1", zarr_format=fmt.zarr_format)
        axes = [{"name": "c", "type": "channel"}, {"name": "y", "type": "space"}, {"name": "x", "type": "space"}]
        described = [
            {"path": str(level), "coordinateTransformations": transform}
            for level, transform in enumerate(transformations(2, (1, 0.5, 0.5)))
        ]
        write_multiscales_metadata(root, fmt=fmt, datasets=described, axes=axes)
        add_metadata(root, {"omero": {"channels": CHANNELS, "rdefs": {"model": "color"}}})
        add_metadata(root, {"_creator": {"name": "omero-zarr", "version": "0.9.0"}})
        assert (shapes(root), datasets(root)) == ([(2, 32, 32), (2, 16, 16)], described)
        assert set(document(root)) >= {"multiscales", "omero", "_creator"}

    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    @pytest.mark.parametrize("zarr_format", [2, 3])
    def test_masks_become_labels_with_colors_and_properties(self, zarr_format: int, tmp_path: Path) -> None:
        root = zarr.open_group(tmp_path / "image.zarr", mode="a", zarr_format=zarr_format)
        write_image(noise((2, 32, 32)), root, axes="cyx", scale_factors=[2, 4])
        count = len(get_metadata(root)["multiscales"][0]["datasets"])
        labels = np.zeros((2, 32, 32), "int64")
        labels[:, 4:12, 4:12] = 1
        pyramid = Scaler(max_layer=count).nearest(labels)
        described = {
            "colors": [{"label-value": 1, "rgba": int_to_rgba_255(-16776961)}],
            "properties": [{"label-value": 1, "omero:shapeId": 7}],
            "source": {"image": "../../"},
        }
        write_multiscale_labels(
            pyramid,
            zarr.open_group(tmp_path / "image.zarr", mode="a"),
            "0",
            axes="cyx",
            coordinate_transformations=transformations(len(pyramid), (1, 0.5, 0.5)),
            label_metadata=described,
        )
        cells = root["labels/0"]
        assert [level.shape[-2:] for level in levels(cells)] == [(32, 32), (16, 16), (8, 8), (4, 4)]
        assert set(np.unique(levels(cells)[2])) == {0, 1}
        assert document(cells)["image-label"] | described == document(cells)["image-label"]
        assert document(cells)["image-label"]["colors"][0]["rgba"] == [255, 0, 0, 255]

    @pytest.mark.parametrize("fmt", [FormatV04(), FormatV05()])
    def test_a_plate_grows_well_by_well(self, fmt: FormatV04, tmp_path: Path) -> None:
        root = zarr.open_group(parse_url(tmp_path / "plate.zarr", mode="w", fmt=fmt).store)
        wells: list[str] = []
        for well in ("A/1", "B/2"):
            for fields in (["0"], ["0", "1"]):
                write_well_metadata(root.require_group(well), fields)
            wells.append(well)
            acquisitions = [{"id": 1, "name": "first", "maximumfieldcount": 2}]
            write_plate_metadata(
                root, ["A", "B"], ["1", "2"], wells=wells, field_count=2, acquisitions=acquisitions, name="mine"
            )
        plate = document(root)["plate"]
        assert [well["path"] for well in plate["wells"]] == wells
        assert (plate["field_count"], plate["name"], plate["acquisitions"]) == (2, "mine", acquisitions)
        assert [image["path"] for image in document(root["B/2"])["well"]["images"]] == ["0", "1"]


class TestZarrNii:
    """zarrnii: has arrays and metadata made, fills the levels itself, and puts transformations of its own."""

    @pytest.mark.parametrize("method", ["local_mean", "resize", "nearest", "zoom"])
    @pytest.mark.parametrize("zarr_format", [2, 3])
    def test_levels_are_filled_one_by_one(self, method: str, zarr_format: int, tmp_path: Path) -> None:
        image = da.from_array(noise((8, 32, 32), "float32"), chunks=(4, 16, 16))
        group = zarr.open_group(str(tmp_path / "image.zarr"), mode="w", zarr_format=zarr_format)
        axes = [{"name": name, "type": "space", "unit": "micrometer"} for name in "zyx"]
        write_image(
            image=image,
            group=group,
            method=Methods(method),
            compute=False,
            scale_factors=[{"z": 1, "y": 2, "x": 2}, {"z": 2, "y": 4, "x": 4}],
            axes=axes,
            metadata={},
            storage_options=None,
            scale={"z": 2.0, "y": 1.0, "x": 1.0},
            axes_units=MICROMETERS,
        )
        attributes = group.attrs.asdict()
        multiscales = attributes.get("ome", attributes)["multiscales"]
        paths = [dataset["path"] for dataset in multiscales[0]["datasets"]]
        entry = method_dispatch[Methods(method)]
        da.store(image, group[paths[0]], lock=False)
        for finer, coarser in pairwise(group[path] for path in paths):
            made = entry["func"](da.from_zarr(finer), output_shape=coarser.shape, **entry["kwargs"])
            da.store(made.rechunk(coarser.chunks), coarser, lock=False)
        multiscales[0]["datasets"][0]["coordinateTransformations"] = [{"type": "scale", "scale": [2.0, 1.0, 1.0]}]
        group.attrs.update(attributes)
        assert shapes(group) == [(8, 32, 32), (8, 16, 16), (4, 8, 8)]
        assert np.array_equal(levels(group)[0], image.compute())
        assert levels(group)[2].mean() == pytest.approx(noise((8, 32, 32)).mean(), abs=15)
        assert document(group)["multiscales"][0]["axes"] == axes


class TestCziTools:
    """czitools: everything delayed, one dask.compute for many fields; images through the classes."""

    def test_an_image_is_scheduled(self, tmp_path: Path) -> None:
        root = zarr.group(store=parse_url(str(tmp_path / "image.zarr"), mode="w", fmt=CurrentFormat()).store)
        delayed = write_image(
            image=da.from_array(noise((1, 2, 4, 64, 64)), chunks=(1, 1, 1, 32, 32)),
            group=root,
            axes="tczyx",
            method="nearest",
            storage_options={"chunks": (1, 1, 1, 32, 32), "overwrite": True, "compressors": Zstd()},
            fmt=CurrentFormat(),
            scale_factors=[2, 4, 8, 16],
            scale={"t": 1.0, "c": 1.0, "z": 2.0, "y": 0.5, "x": 0.5},
            axes_units=MICROMETERS,
            compute=False,
        )
        add_metadata(root, {"omero": {"name": "A/1/0", "channels": CHANNELS}}, fmt=CurrentFormat())
        dask.compute(*delayed)
        assert np.array_equal(levels(root)[0], noise((1, 2, 4, 64, 64)))
        assert len(levels(root)) == 5
        assert document(root)["omero"]["name"] == "A/1/0"
        assert root["s0"].compressors == (Zstd(),)

    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def test_levels_of_its_own_are_scheduled(self, tmp_path: Path) -> None:
        root = zarr.group(store=parse_url(str(tmp_path / "image.zarr"), mode="w", fmt=CurrentFormat()).store)
        base = da.from_array(noise((1, 2, 4, 64, 64)), chunks=32)
        wanted = [
            [{"type": "scale", "scale": [1, 1, 2, step, step]}, {"type": "translation", "translation": [0.0] * 5}]
            for step in (0.5, 1.0)
        ]
        delayed = write_multiscale(
            pyramid=[base.rechunk((1, 1, 1, 32, 32)), base[..., ::2, ::2].rechunk((1, 1, 1, 32, 32))],
            group=root,
            axes=list("tczyx"),
            scale={"t": 1.0, "c": 1.0, "z": 2.0, "y": 0.5, "x": 0.5},
            axes_units=MICROMETERS,
            coordinate_transformations=wanted,
            storage_options={
                "chunks": (1, 1, 1, 32, 32),
                "shards": (1, 1, 1, 64, 64),
                "overwrite": True,
                "compressors": None,
            },
            name="image.czi",
            fmt=CurrentFormat(),
            compute=False,
        )
        dask.compute(*delayed)
        assert [dataset["coordinateTransformations"] for dataset in datasets(root)] == wanted
        assert np.array_equal(levels(root)[1], base[..., ::2, ::2].compute())
        assert document(root)["multiscales"][0]["axes"][2]["unit"] == "micrometer"

    def test_the_metadata_of_a_plate_can_be_edited(self, tmp_path: Path) -> None:
        fmt = CurrentFormat()
        root = zarr.group(store=parse_url(str(tmp_path / "plate.zarr"), mode="w", fmt=fmt).store)
        write_plate_metadata(root, ["A", "B"], ["1", "2"], ["A/1", "B/2"], fmt=fmt)
        attributes = root.attrs.asdict()
        attributes["rows"] = [{"name": "A"}, {"name": "B"}]
        root.attrs.update(attributes)
        again = zarr.group(store=parse_url(tmp_path / "plate.zarr", mode="r+").store).attrs.asdict()
        assert [row["name"] for row in again["ome"]["plate"]["rows"]] == ["A", "B"]
        assert again["rows"] == [{"name": "A"}, {"name": "B"}]


class TestBiomero:
    """biomero-converter: a Scaler, transformations for every level, chunks and shards that exceed the image."""

    AXES = (
        {"name": "t", "type": "time", "unit": "millisecond"},
        {"name": "c", "type": "channel"},
        *({"name": name, "type": "space", "unit": "micrometer"} for name in "zyx"),
    )

    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    @pytest.mark.parametrize("fmt", [FormatV04(), FormatV05()])
    def test_an_image_gets_levels_by_a_scaler(self, fmt: FormatV04, tmp_path: Path) -> None:
        scaler = Scaler(downscale=2, max_layer=2)
        root = zarr.open_group(tmp_path / "image.zarr", mode="w", zarr_format=fmt.zarr_format)
        write_image(
            image=noise((1, 2, 1, 64, 64)),
            group=root,
            axes=list(self.AXES),
            coordinate_transformations=transformations(scaler.max_layer + 1, (1, 1, 1, 0.5, 0.5)),
            scaler=scaler,
            fmt=fmt,
            storage_options=None,
            name="mine",
            metadata={"method": scaler.method},
        )
        assert [shape[-2:] for shape in shapes(root)] == [(64, 64), (32, 32), (16, 16)]
        assert document(root)["multiscales"][0]["name"] == "mine"

    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def test_levels_may_be_smaller_than_their_chunks_and_shards(self, tmp_path: Path) -> None:
        root = zarr.open_group(tmp_path / "image.zarr", mode="w", zarr_format=3)
        base = noise((1, 2, 1, 64, 64))
        smaller = np.asarray(resize(da.from_array(base), [1, 2, 1, 32, 32], preserve_range=True))
        write_multiscale(
            pyramid=[base, smaller],
            group=root,
            axes=list(self.AXES),
            coordinate_transformations=transformations(2, (1, 1, 1, 0.5, 0.5)),
            fmt=FormatV05(),
            storage_options={"chunks": [1, 1, 1, 1024, 1024], "shards": [1, 1, 1, 10240, 10240]},
            name="mine",
            metadata={"method": "nearest", "omero": {"version": "0.5", "channels": CHANNELS * 2}},
        )
        assert all(np.array_equal(*pair) for pair in zip(levels(root), [base, smaller], strict=True))
        assert document(root)["multiscales"][0]["metadata"] == {"method": "nearest"}
        assert len(document(root)["omero"]["channels"]) == 2

    @pytest.mark.parametrize("fmt", [FormatV04(), FormatV05()])
    def test_a_plate_has_images_in_its_wells(self, fmt: FormatV04, tmp_path: Path) -> None:
        root = zarr.open_group(tmp_path / "plate.zarr", mode="w", zarr_format=fmt.zarr_format)
        acquisitions = [{"id": 0, "name": "first"}]
        write_plate_metadata(
            root, ["A"], ["1", "2"], ["A/1"], name="mine", field_count=1, acquisitions=acquisitions, fmt=fmt
        )
        well = root.require_group("A").require_group("1")
        write_well_metadata(well, ["0"], fmt=fmt)
        field = well.require_group("0")
        write_image(noise((1, 1, 1, 16, 16)), field, axes=list(self.AXES), fmt=fmt, scale_factors=[2])
        root.attrs["_creator"] = {"name": "biomero"}
        assert document(root)["plate"]["wells"] == [{"path": "A/1", "rowIndex": 0, "columnIndex": 0}]
        assert len(levels(field)) == 2


class TestTileDbBioImg:
    """tiledb-bioimg: writes levels back with what it read of them."""

    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def test_levels_are_written_with_an_option_per_level(self, tmp_path: Path) -> None:
        group = zarr.open_group(tmp_path / "image.zarr", mode="w", zarr_format=2)
        base = noise((1, 3, 1, 32, 32), "uint8")
        wanted = transformations(2, (1, 1, 1, 0.5, 0.5))
        write_multiscale(
            pyramid=[base, base[..., ::2, ::2]],
            group=group,
            axes=list(TestBiomero.AXES),
            coordinate_transformations=wanted,
            storage_options=[{"chunks": (1, 1, 1, 16, 16)}, {"chunks": (1, 1, 1, 8, 8)}],
            name="mine",
            metadata={"omero": {"channels": CHANNELS * 3}},
        )
        group.attrs["omero"] = {"channels": CHANNELS * 3}
        assert [group[path].chunks[-1] for path in ("s0", "s1")] == [16, 8]
        assert [dataset["coordinateTransformations"] for dataset in datasets(group)] == wanted


class TestSpatialData:
    """spatialdata: formats of its own, levels of its own, computed without optimization."""

    class Format(FormatV05):
        """A format with a version of its own."""

        @property
        def version(self) -> str:
            return "0.5-dev-spatialdata"

    def test_a_format_of_its_own_is_found_and_gives_axes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ome_zarr.format, "format_implementations", lambda: iter([self.Format(), FormatV05()]))
        assert format_from_version("0.5-dev-spatialdata") == self.Format()
        assert [axis["name"] for axis in _get_valid_axes(axes=["c", "y", "x"], fmt=self.Format())] == ["c", "y", "x"]

    def test_a_single_level_is_written_without_a_pyramid(self, tmp_path: Path) -> None:
        group = zarr.open_group(tmp_path / "data.zarr", mode="w", zarr_format=3)
        common = {"scale_factors": [], "scaler": None, "fmt": FormatV05(), "coordinate_transformations": None}
        pixels, axes = da.from_array(noise((3, 32, 32)), chunks=16), _get_valid_axes(axes=list("cyx"), fmt=FormatV05())
        options = {"compressors": [BloscCodec(cname="lz4", clevel=3)]}
        write_image(group=group, image=pixels, axes=axes, storage_options=options, **common)
        write_labels(group=group, labels=pixels[0], axes=axes[1:], name="cells", storage_options=None, **common)
        assert shapes(group) == [(3, 32, 32)]
        assert group["s0"].compressors[0].to_dict()["configuration"]["cname"] == "lz4"
        assert np.array_equal(group["labels"]["cells"]["s0"], noise((3, 32, 32))[0])

    def test_every_chunk_of_delayed_levels_is_written_once(self) -> None:
        store = CountingStore(MemoryStore())
        group = zarr.create_group(store, zarr_format=3)
        base = da.from_array(noise((64, 64)), chunks=16)
        delayed = write_multiscale(
            pyramid=[base, base[::2, ::2]], group=group, fmt=FormatV05(), axes="yx", compute=False, storage_options=None
        )
        store.written.clear()
        da.compute(*delayed, optimize_graph=False)
        assert sorted(key for key in store.written if "/c/" in key) == [
            *(f"s0/c/{y}/{x}" for y in range(4) for x in range(4)),
            *(f"s1/c/{y}/{x}" for y in range(4) for x in range(4)),
        ]
        assert group.attrs["ome"]["multiscales"][0]["axes"][0]["name"] == "y"

    def test_irregular_chunks_are_made_regular_with_a_warning(self, tmp_path: Path) -> None:
        group = zarr.open_group(tmp_path / "data.zarr", mode="w", zarr_format=3)
        pixels = da.from_array(noise((8, 10)), chunks=((3, 2, 3), (6, 4)))
        with pytest.warns(UserWarning, match="irregular chunk sizes"):
            write_image(image=pixels, group=group, axes="yx", scale_factors=[])
        assert group["s0"].chunks == (3, 6)
        assert np.array_equal(levels(group)[0], noise((8, 10)))
