"""TIFF files of every layout that tifffile writes."""

import io
import pickle
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import tifffile
import zarr
from tifffile import TiffFile, TiffWriter, imwrite

import ome_zarr
from ome_zarr.errors import DocumentError, NotFoundError, RecipeError
from ome_zarr.geometry.region import Region
from ome_zarr.sources import Source, as_source
from ome_zarr.sources.tiff import TiffSource, open_tiff
from ome_zarr.testing.sources import SourceTests

type Case = tuple[Source, np.ndarray]
type Opened = Callable[..., TiffSource]

STACK = np.random.default_rng(5).integers(0, 60_000, (2, 3, 4, 70, 52)).astype("uint16")
"""t c z y x."""
RGB = np.random.default_rng(6).integers(0, 255, (70, 52, 3)).astype("uint8")


def written(path: Path, data: np.ndarray, **options: object) -> Path:
    imwrite(path / "image.tif", data, **options)
    return path / "image.tif"


def ome(path: Path, data: np.ndarray, axes: str, **options: object) -> Path:
    imwrite(path / "image.ome.tif", data, metadata={"axes": axes}, ome=True, **options)
    return path / "image.ome.tif"


def imagej(path: Path, **options: object) -> Path:
    data = STACK.transpose(0, 2, 1, 3, 4)
    return written(path, data, imagej=True, metadata={"axes": "TZCYX"}, **options)


def pyramid(path: Path) -> Path:
    planes = STACK[0, 0]
    with TiffWriter(path / "image.ome.tif", bigtiff=True) as file:
        options = {"tile": (16, 32), "compression": "zlib"}
        metadata = {"axes": "ZYX", "PhysicalSizeX": 0.5, "PhysicalSizeXUnit": "nm"}
        file.write(planes, subifds=1, metadata=metadata, **options)
        file.write(planes[:, ::2, ::2], subfiletype=1, **options)
    return path / "image.ome.tif"


def several_files(path: Path) -> Path:
    """Two OME-TIFF files of which each holds one channel, and names the other."""
    names = ["a.ome.tif", "b.ome.tif"]
    data = "".join(
        f'<TiffData IFD="0" FirstC="{c}" FirstZ="0" FirstT="0" PlaneCount="1">'
        f'<UUID FileName="{name}">urn:uuid:0000000{c}-0000-0000-0000-000000000000</UUID></TiffData>'
        for c, name in enumerate(names)
    )
    for c, name in enumerate(names):
        xml = (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" '
            f'UUID="urn:uuid:0000000{c}-0000-0000-0000-000000000000"><Image ID="Image:0" Name="two">'
            '<Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="uint16" SizeX="52" SizeY="70" SizeZ="1" '
            f'SizeC="2" SizeT="1">{data}</Pixels></Image></OME>'
        )
        imwrite(path / name, STACK[0, c, 0], description=xml, metadata=None, compression="zlib")
    return path / names[0]


FILES: dict[str, tuple[Callable[[Path], Path], np.ndarray]] = {
    "uncompressed": (lambda p: written(p, STACK[0, 0, 0]), STACK[0, 0, 0]),
    "big endian": (lambda p: written(p, STACK[0, 0, 0], byteorder=">"), STACK[0, 0, 0]),
    "big endian compressed": (
        lambda p: written(p, STACK[0, 0, 0], byteorder=">", compression="zlib"),
        STACK[0, 0, 0],
    ),
    "strips": (lambda p: written(p, STACK[0, 0, 0], rowsperstrip=7, compression="lzw"), STACK[0, 0, 0]),
    "tiles": (lambda p: written(p, STACK[0, 0, 0], tile=(16, 32), compression="zstd"), STACK[0, 0, 0]),
    "tiles uncompressed": (lambda p: written(p, STACK[0, 0, 0], tile=(16, 32)), STACK[0, 0, 0]),
    "predictor": (
        lambda p: written(p, STACK[0, 0, 0], tile=(16, 32), compression="deflate", predictor=True),
        STACK[0, 0, 0],
    ),
    "float predictor": (
        lambda p: written(p, STACK[0, 0, 0].astype("f4"), compression="zlib", predictor=3),
        STACK[0, 0, 0].astype("f4"),
    ),
    "packed bits": (lambda p: written(p, STACK[0, 0, 0] > 30_000), STACK[0, 0, 0] > 30_000),
    "packed 12 bits": (
        lambda p: written(p, STACK[0, 0, 0] // 16, bitspersample=12, compression="none"),
        STACK[0, 0, 0] // 16,
    ),
    "volumetric tiles": (
        lambda p: written(
            p, STACK[0, 0], volumetric=True, tile=(16, 16, 32), compression="zlib", photometric="minisblack"
        ),
        STACK[0, 0],
    ),
    "rgb": (lambda p: written(p, RGB, photometric="rgb"), RGB.transpose(2, 0, 1)),
    "rgb tiles": (
        lambda p: written(p, RGB, photometric="rgb", tile=(16, 32), compression="zlib"),
        RGB.transpose(2, 0, 1),
    ),
    "rgb planar tiles": (
        lambda p: written(
            p,
            RGB.transpose(2, 0, 1),
            photometric="rgb",
            planarconfig="separate",
            tile=(16, 32),
            compression="lzw",
        ),
        RGB.transpose(2, 0, 1),
    ),
    "rgb planar strips": (
        lambda p: written(
            p,
            RGB.transpose(2, 0, 1),
            photometric="rgb",
            planarconfig="separate",
            rowsperstrip=9,
            compression="lzw",
        ),
        RGB.transpose(2, 0, 1),
    ),
    "ome": (lambda p: ome(p, STACK, "TCZYX"), STACK),
    "ome other order": (lambda p: ome(p, STACK, "TZCYX", compression="zlib"), STACK.transpose(0, 2, 1, 3, 4)),
    "ome tiles": (lambda p: ome(p, STACK, "TCZYX", tile=(32, 16), compression="zstd"), STACK),
    "ome one pixel in z": (lambda p: ome(p, STACK[:, :, :1], "TCZYX"), STACK[:, :, 0]),
    "ome rgb": (
        lambda p: ome(p, np.stack([RGB] * 2), "TYXS", photometric="rgb"),
        np.stack([RGB.transpose(2, 0, 1)] * 2),
    ),
    "ome channels of rgb": (
        lambda p: ome(p, np.stack([RGB, 255 - RGB]), "CYXS", photometric="rgb", compression="zlib"),
        np.concatenate([RGB.transpose(2, 0, 1), 255 - RGB.transpose(2, 0, 1)]),
    ),
    "ome several files": (several_files, STACK[0, :2, 0]),
    "bigtiff pyramid": (pyramid, STACK[0, 0]),
    "imagej": (imagej, STACK),
    "imagej compressed": (lambda p: imagej(p, compression="zlib"), STACK),
    "unknown axis": (
        lambda p: written(p, STACK[0, 0], compression="zlib", photometric="minisblack"),
        STACK[0, 0],
    ),
    "unknown axis rgb": (
        lambda p: written(p, np.stack([RGB] * 2), photometric="rgb", compression="zlib"),
        np.stack([RGB.transpose(2, 0, 1)] * 2),
    ),
}


@pytest.fixture
def opened() -> Iterator[Opened]:
    """`open_tiff`, with everything closed after the test."""
    with ExitStack() as stack:

        def keep(path: Path, **choice: int) -> TiffSource:
            source = open_tiff(path, **choice)
            stack.callback(source.close)
            return source

        yield keep


@pytest.mark.parametrize("name", FILES)
class TestEveryFile(SourceTests):
    @pytest.fixture
    def case(self, name: str, tmp_path: Path) -> Iterator[Case]:
        make, pixels = FILES[name]
        source = as_source(make(tmp_path))
        yield source, pixels
        source.close()


def test_jpeg_tiles_are_those_that_tifffile_decodes(tmp_path: Path, opened: Opened) -> None:
    path = written(tmp_path, RGB, photometric="rgb", tile=(16, 32), compression="jpeg")
    source = opened(path)
    expected = tifffile.imread(path).transpose(2, 0, 1)
    np.testing.assert_array_equal(source.read(Region((0, 10, 20), (3, 40, 52))), expected[:, 10:40, 20:52])


AXES = {
    "ome": ("t", "c", "z", "y", "x"),
    "ome other order": ("t", "c", "z", "y", "x"),
    "ome one pixel in z": ("t", "c", "y", "x"),
    "ome channels of rgb": ("c", "y", "x"),
    "ome rgb": ("t", "c", "y", "x"),
    "imagej": ("t", "c", "z", "y", "x"),
    "rgb": ("c", "y", "x"),
    "rgb planar strips": ("c", "y", "x"),
    "volumetric tiles": ("z", "y", "x"),
    "tiles": ("y", "x"),
    "unknown axis": None,
}


@pytest.mark.parametrize("name", AXES)
def test_axes_are_named_in_ngff_order(name: str, tmp_path: Path, opened: Opened) -> None:
    source = opened(FILES[name][0](tmp_path))
    assert source.spec.hints.axes == AXES[name]


def test_unknown_axis_is_named_with_an_example_of_what_to_give(tmp_path: Path, opened: Opened) -> None:
    source = opened(FILES["unknown axis"][0](tmp_path))
    assert "'QYX'" in source.spec.hints.axes_note
    assert "axes='zyx'" in source.spec.hints.axes_note


CHUNKS = {
    "uncompressed": None,
    "strips": (7, 52),
    "tiles": (16, 32),
    "tiles uncompressed": (16, 32),
    "volumetric tiles": (4, 16, 32),
    "rgb tiles": (3, 16, 32),
    "rgb planar tiles": (1, 16, 32),
    "ome": None,
    "ome tiles": (1, 1, 1, 32, 16),
    "ome channels of rgb": (3, 70, 52),
    "imagej": None,
    "bigtiff pyramid": (1, 16, 32),
}


@pytest.mark.parametrize("name", CHUNKS)
def test_chunks_are_tiles_or_strips_unless_the_file_is_mapped(name: str, tmp_path: Path, opened: Opened) -> None:
    source = opened(FILES[name][0](tmp_path))
    assert source.spec.chunks == CHUNKS[name]


def test_each_tile_is_decoded_once_per_region(tmp_path: Path) -> None:
    with TiffFile(written(tmp_path, STACK[0, 0, 0], tile=(16, 32), compression="zlib")) as file:
        keyframe = file.series[0].keyframe
        plain = keyframe.decode
        decoded: list[int] = []

        def counting(data: bytes, index: int, **options: object) -> object:
            decoded.append(index)
            return plain(data, index, **options)

        keyframe.decode = counting
        as_source(file).read(Region((10, 20), (40, 40)))
    assert decoded == [0, 1, 2, 3, 4, 5]


STACKS = {
    "pages": {"rowsperstrip": 96},
    "strips": {"rowsperstrip": 7},
    "tiles": {"tile": (32, 48)},
}


@pytest.mark.parametrize("compression", ["zlib", "zstd", "lzw"])
@pytest.mark.parametrize("layout", STACKS)
def test_writing_decodes_each_tile_and_strip_once(layout: str, compression: str, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 99, (24, 96, 112)).astype("u2")
    path = tmp_path / "stack.tif"
    tifffile.imwrite(path, pixels, compression=compression, metadata={"axes": "ZYX"}, **STACKS[layout])
    with TiffFile(path) as file:
        keyframe = file.series[0].keyframe
        plain = keyframe.decode
        decoded: Counter[tuple[int, bytes]] = Counter()

        def counting(data: bytes, index: int, **options: object) -> object:
            decoded[index, data] += 1
            return plain(data, index, **options)

        keyframe.decode = counting
        image = ome_zarr.write(file, tmp_path / "a.zarr", chunks=16, scale_factors=[2], workers=3)
        segments = sum(len(page.dataoffsets) for page in file.pages)
    assert set(decoded.values()) == {1}
    assert len(decoded) == segments
    np.testing.assert_array_equal(image.levels[0], pixels)


def test_a_region_that_is_one_tile_is_the_decoded_tile(tmp_path: Path) -> None:
    with TiffFile(written(tmp_path, STACK[0, 0, 0], tile=(16, 32), compression="zlib")) as file:
        block = as_source(file).read(Region((16, 0), (32, 32)))
    np.testing.assert_array_equal(block, STACK[0, 0, 0, 16:32, :32])


def test_origins_are_all_files_of_the_series(tmp_path: Path, opened: Opened) -> None:
    source = opened(several_files(tmp_path))
    assert source.spec.origins == {str(tmp_path.resolve() / name) for name in ("a.ome.tif", "b.ome.tif")}


def test_levels_of_the_file_are_sources_with_larger_pixels(tmp_path: Path, opened: Opened) -> None:
    source = opened(pyramid(tmp_path))
    fine, coarse = source.levels
    assert fine.spec == source.spec
    assert coarse.spec.shape == (4, 35, 26)
    assert coarse.spec.hints.scale == {"x": 1.0}
    np.testing.assert_array_equal(coarse.read(Region.whole((4, 35, 26))), STACK[0, 0, :, ::2, ::2])


def test_a_level_can_be_opened_by_itself(tmp_path: Path, opened: Opened) -> None:
    source = opened(pyramid(tmp_path), level=1)
    assert source.spec.shape == (4, 35, 26)


def test_another_series_can_be_opened(tmp_path: Path, opened: Opened) -> None:
    with TiffWriter(tmp_path / "two.ome.tif") as file:
        file.write(STACK[0, 0, 0], metadata={"axes": "YX", "Name": "first"})
        file.write(RGB[..., 0], metadata={"axes": "YX", "Name": "second"})
    source = opened(tmp_path / "two.ome.tif", series=1)
    assert source.spec.hints.name == "second"
    np.testing.assert_array_equal(source.read(Region.whole((70, 52))), RGB[..., 0])


@pytest.mark.parametrize("choice", [{"series": 1}, {"series": -1}, {"level": 1}])
def test_series_or_level_that_does_not_exist_is_refused(choice: dict[str, int], tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="it has 1: give a number below"):
        open_tiff(written(tmp_path, RGB, photometric="rgb"), **choice)


def test_ome_metadata_become_hints(tmp_path: Path, opened: Opened) -> None:
    metadata = {
        "axes": "TCZYX", "PhysicalSizeX": 0.25, "PhysicalSizeXUnit": "µm", "PhysicalSizeY": 250,
        "PhysicalSizeYUnit": "nm", "TimeIncrement": 2, "TimeIncrementUnit": "min", "Name": "cells",
        "Channel": {"Name": ["a", "b", "c"], "Color": [-16776961, 16711935, 65535]},
    }  # fmt: skip
    source = opened(written(tmp_path, STACK, ome=True, metadata=metadata))
    hints = source.spec.hints
    assert hints.scale == {"x": 0.25, "y": 250.0, "t": 2.0}
    assert hints.units == {"x": "micrometer", "y": "nanometer", "t": "minute"}
    assert hints.channel_names == ("a", "b", "c")
    assert hints.channel_colors == ("FF0000", "00FF00", "0000FF")
    assert hints.name == "cells"


def test_imagej_metadata_become_hints(tmp_path: Path, opened: Opened) -> None:
    red, green = np.zeros((2, 3, 256), "uint8")
    red[0], green[1] = np.arange(256), np.arange(256)
    metadata = {
        "axes": "ZCYX", "spacing": 2.0, "unit": "um", "mode": "composite", "LUTs": [red, green],
        "Ranges": (0.0, 100.0, 5.0, 50.0),
    }  # fmt: skip
    data = STACK[0, :2].transpose(1, 0, 2, 3)
    source = opened(written(tmp_path, data, imagej=True, resolution=(4, 5), metadata=metadata))
    hints = source.spec.hints
    assert hints.axes == ("c", "z", "y", "x")
    assert hints.scale == {"z": 2.0, "y": 0.2, "x": 0.25}
    assert set(hints.units.values()) == {"micrometer"}
    assert hints.channel_colors == ("FF0000", "00FF00")
    assert hints.channel_windows == ((0.0, 100.0), (5.0, 50.0))


def test_imagej_labels_name_the_channels(tmp_path: Path, opened: Opened) -> None:
    metadata = {"axes": "CYX", "Labels": ["a", "b", "c"], "finterval": 3.0}
    source = opened(written(tmp_path, STACK[0, :, 0], imagej=True, metadata=metadata))
    assert source.spec.hints.channel_names == ("a", "b", "c")
    assert source.spec.hints.scale == {}


@pytest.mark.parametrize(
    ("resolution", "unit", "scale"),
    [
        ((20_000, 40_000), "CENTIMETER", {"x": 0.5, "y": 0.25}),
        ((25_400, 25_400), "INCH", {"x": 1.0, "y": 1.0}),
        ((72, 72), "INCH", {}),
        ((300, 300), "INCH", {}),
        ((2, 2), "NONE", {}),
    ],
)
def test_resolution_is_a_hint_where_it_was_measured(
    resolution: tuple[int, int], unit: str, scale: dict[str, float], tmp_path: Path, opened: Opened
) -> None:
    source = opened(written(tmp_path, RGB[..., 0], resolution=resolution, resolutionunit=unit))
    assert source.spec.hints.scale == pytest.approx(scale)


def test_broken_ome_xml_gives_no_hints(tmp_path: Path, opened: Opened) -> None:
    path = ome(tmp_path, STACK[0, 0], "ZYX")
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"<Pixels", b"<Pixel\x01"))
    source = opened(path)
    assert source.spec.hints.scale == {}


@pytest.mark.parametrize("name", ["tiles", "strips", "ome", "rgb planar tiles"])
def test_truncated_file_is_an_error_that_names_it(name: str, tmp_path: Path, opened: Opened) -> None:
    make, pixels = FILES[name]
    path = make(tmp_path)
    whole = path.read_bytes()
    last = whole[: len(whole) - 3000]
    path.write_bytes(last)
    with pytest.raises(DocumentError, match=path.name):
        opened(path).read(Region.whole(pixels.shape))


def test_damaged_tile_is_named(tmp_path: Path, opened: Opened) -> None:
    path = FILES["tiles"][0](tmp_path)
    with TiffFile(path) as file:
        offset = file.pages[0].dataoffsets[5]
    with path.open("r+b") as raw:
        raw.seek(offset)
        raw.write(b"\0" * 30)
    source = opened(path)
    np.testing.assert_array_equal(source.read(Region((0, 0), (16, 52))), STACK[0, 0, 0, :16])
    with pytest.raises(DocumentError, match=r"page 0, tile 5 of '.*image\.tif' cannot be decoded"):
        source.read(Region((40, 40), (50, 50)))


def test_file_that_is_no_tiff_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.tif").write_text("no image")
    with pytest.raises(DocumentError, match=r"text\.tif.*cannot be read as TIFF"):
        open_tiff(tmp_path / "text.tif")


def test_missing_file_of_a_series_is_an_error_that_names_it(tmp_path: Path, opened: Opened) -> None:
    source = opened(several_files(tmp_path))
    (tmp_path / "b.ome.tif").unlink()
    with pytest.raises(NotFoundError, match=r"b\.ome\.tif"):
        source.read(Region.whole((2, 70, 52)))


def test_sparse_tile_has_the_no_data_value(tmp_path: Path, opened: Opened) -> None:
    data = np.zeros((64, 64), "uint8")
    path = written(tmp_path, (None if y or x else data[:32, :32] + 7 for y in (0, 1) for x in (0, 1)),
                   shape=(64, 64), dtype="uint8", tile=(32, 32), compression="zlib")  # fmt: skip
    source = opened(path)
    block = source.read(Region.whole((64, 64)))
    assert (block[:32, :32] == 7).all()
    assert block.sum() == 7 * 32 * 32


def test_objects_of_tifffile_are_sources_that_stay_open(tmp_path: Path, opened: Opened) -> None:
    path = FILES["ome tiles"][0](tmp_path)
    with TiffFile(path) as file:
        for thing in (file, file.series[0]):
            source = as_source(thing)
            np.testing.assert_array_equal(source.read(Region.whole(STACK.shape)), STACK)
        page = as_source(file.pages[0])
        np.testing.assert_array_equal(page.read(Region.whole((70, 52))), STACK[0, 0, 0])


def test_zarr_store_of_tifffile_is_a_source(tmp_path: Path) -> None:
    with TiffFile(FILES["ome tiles"][0](tmp_path)) as file, file.aszarr() as store:
        for thing in (store, zarr.open(store, mode="r")):
            np.testing.assert_array_equal(as_source(thing).read(Region.whole(STACK.shape)), STACK)


def test_zarr_store_of_a_pyramid_gives_level_0(tmp_path: Path) -> None:
    with TiffFile(pyramid(tmp_path)) as file, file.aszarr() as store:
        assert as_source(store).spec.shape == (4, 70, 52)


@pytest.mark.parametrize("name", ["tiles", "uncompressed", "imagej", "imagej compressed", "big endian"])
def test_stream_in_memory_is_read_like_a_file(name: str, tmp_path: Path) -> None:
    make, pixels = FILES[name]
    with TiffFile(io.BytesIO(make(tmp_path).read_bytes())) as file:
        block = as_source(file).read(Region.whole(pixels.shape))
        assert block.dtype.isnative
        np.testing.assert_array_equal(block, pixels)


def test_stream_that_ends_early_is_an_error(tmp_path: Path) -> None:
    raw = FILES["uncompressed"][0](tmp_path).read_bytes()
    with (
        TiffFile(io.BytesIO(raw[:-100])) as file,
        pytest.raises(DocumentError, match="beyond the end of the file"),
    ):
        as_source(file).read(Region.whole((70, 52)))


def test_tiff_embedded_in_another_file_is_read(tmp_path: Path) -> None:
    for name in ("uncompressed", "tiles"):
        (tmp_path / "outer").write_bytes(b"head" * 5 + FILES[name][0](tmp_path).read_bytes())
        with TiffFile(tmp_path / "outer", offset=20) as file:
            np.testing.assert_array_equal(as_source(file).read(Region.whole((70, 52))), STACK[0, 0, 0])


def test_coarser_series_object_has_the_hints_of_its_level(tmp_path: Path) -> None:
    with TiffFile(pyramid(tmp_path)) as file:
        assert as_source(file.series[0].levels[1]).spec.hints.scale == {"x": 1.0}


@pytest.mark.parametrize("name", ["tiles", "ome", "ome channels of rgb"])
def test_source_opened_by_path_survives_pickling(name: str, tmp_path: Path, opened: Opened) -> None:
    make, pixels = FILES[name]
    copy = pickle.loads(pickle.dumps(opened(make(tmp_path))))
    np.testing.assert_array_equal(copy.read(Region.whole(pixels.shape)), pixels)
    copy.close()


def test_source_on_a_stream_says_that_it_cannot_be_pickled(tmp_path: Path) -> None:
    raw = FILES["tiles"][0](tmp_path).read_bytes()
    with TiffFile(io.BytesIO(raw)) as file, pytest.raises(TypeError, match="give the path"):
        pickle.dumps(as_source(file))
