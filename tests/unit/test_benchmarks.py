"""The benchmarks run, and the floor that they compare with does the same work."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
from benchmarks.__main__ import PARTS
from benchmarks.compare import Case, Place, Result, Runs, compare, job_for, prepare_source
from benchmarks.contestants import CONTESTANTS, NGFF_ZARR, python_of
from benchmarks.entries import decode, floor, graph_write, images_write_image, ours, plan
from benchmarks.measure import FailedRunError, Run, measure
from benchmarks.outcome import OtherPyramidError, check_levels
from benchmarks.parts import images
from benchmarks.parts.wish import Wish
from benchmarks.pixels import make_pixels
from benchmarks.report import insert, markdown
from benchmarks.workloads import WORKLOADS, Workload, named

import ome_zarr

FLOOR, OURS = (next(c for c in CONTESTANTS if c.name == name) for name in ("floor", "ours"))
PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
ONCE = Runs(own=1, peers=1)
CUBE = {"shape": (64, 128, 64), "chunks": (32, 32, 32)}
PAGES = {"shape": (16, 64, 128), "chunks": (16, 32, 32)}
TINY = {
    name: replace(named(name), **sizes)
    for name, sizes in {
        "2d": {"shape": (256, 512), "chunks": (64, 64)},
        "3d": CUBE,
        "3d-yx": CUBE,
        "5d": {"shape": (2, 2, 16, 64, 128), "chunks": (1, 1, 16, 32, 32)},
        "labels": {"shape": (64, 64, 64), "chunks": (32, 32, 32)},
        "sharded": {"shape": (64, 64, 64), "chunks": (16, 16, 16), "shards": None},  # as the floor writes them
        "passthrough": CUBE,
        "tiff-tiles": {"shape": (256, 512), "chunks": (64, 64)},
        "tiff-zstd": PAGES,
        "tiff-lzw": PAGES,
        "tiff-jpeg": PAGES,
    }.items()
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for file, workload in {workload.file(folder): workload for workload in TINY.values()}.items():
        make_pixels(workload, file)
    return folder


def chunk_files(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and file.name not in ("zarr.json", ".inventory")
    }


def test_every_workload_with_a_floor_is_held_to_it_below() -> None:
    assert set(TINY) == {workload.name for workload in WORKLOADS if FLOOR.takes(workload, workload.methods[0])}


@pytest.mark.parametrize(
    ("workload", "method"),
    [pytest.param(tiny, method, id=f"{tiny.name}-{method}") for tiny in TINY.values() for method in tiny.methods],
)
def test_the_floor_writes_the_same_chunk_files_byte_for_byte(
    workload: Workload, method: str, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program in (floor, ours):
        job = job_for(workload, method, workload.file(data), tmp_path / program.__name__)
        monkeypatch.setattr(sys, "argv", ["", job.to_argument()])
        program.main()
    expected = chunk_files(tmp_path / ours.__name__)
    assert len(expected) > len(workload.factors)
    assert chunk_files(tmp_path / floor.__name__) == expected


@pytest.mark.parametrize("method", TINY["passthrough"].methods)
def test_the_copying_floor_writes_them_too_where_the_source_is_stored_alike(
    method: str, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workload = TINY["passthrough"]
    source = workload.file(data)
    for target, more in (("encoded", []), ("copied", ["--copy"])):
        job = job_for(workload, method, source, tmp_path / target)
        monkeypatch.setattr(sys, "argv", ["", job.to_argument(), *more])
        floor.main()
    assert chunk_files(tmp_path / "copied") == chunk_files(tmp_path / "encoded")
    assert chunk_files(tmp_path / "copied" / "s0") == chunk_files(source)


@pytest.mark.parametrize("name", ["tiff-tiles", "tiff-zstd", "tiff-lzw", "tiff-jpeg"])
def test_beside_a_tiff_lies_what_one_sees_who_decodes_it(name: str, data: Path) -> None:
    file = TINY[name].file(data)
    assert np.array_equal(np.load(file.with_suffix(".npy")), tifffile.imread(file))


def test_decoding_alone_takes_every_tile_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = prepare_source(replace(TINY["tiff-tiles"], shape=(1024, 512)), tmp_path)
    decoded: list[int] = []
    monkeypatch.setattr(decode, "decode", lambda file, page, index: decoded.append(index))
    monkeypatch.setattr(sys, "argv", ["", job_for(TINY["tiff-tiles"], "resize", source, tmp_path).to_argument()])
    decode.main()
    assert sorted(decoded) == [0, 1]


@pytest.mark.parametrize("name", ["tiff-tiles", "tiff-zstd", "tiff-lzw", "tiff-jpeg"])
def test_decoding_alone_works(name: str, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = job_for(TINY[name], "resize", TINY[name].file(data), tmp_path)
    monkeypatch.setattr(sys, "argv", ["", job.to_argument()])
    decode.main()


def test_a_comparison_becomes_a_table(data: Path, tmp_path: Path) -> None:
    case = compare(TINY["2d"], "nearest", [FLOOR, OURS], ONCE, Place(data, tmp_path))
    assert list(case.results) == ["floor", "ours"]
    assert all(result.stored_bytes > 0 and result.peak_bytes > 2**20 for result in case.results.values())
    assert "| nearest | floor" in markdown([case])


def results(**wall_s: float | list[float]) -> dict[str, Result]:
    return {
        name: Result(name, tuple(Run(s, 0, 0, {"load_s": 1}) for s in np.atleast_1d(seconds)), 0)
        for name, seconds in wall_s.items()
    }


def test_a_tiff_is_compared_with_decoding_and_with_the_floor_without_its_loading() -> None:
    case = Case(named("tiff-zstd"), "resize", results(floor=5.0, decode=2.0, ours=6.0))
    row = next(line for line in markdown([case]).splitlines() if line.startswith("| resize | ours"))
    assert [cell.strip() for cell in row.split("|")][4:6] == ["1.50", "1.00"]


def test_who_runs_less_often_is_compared_within_the_turns_it_had() -> None:
    case = Case(named("3d"), "local_mean", results(floor=[2.0, 100.0, 100.0], tensorstore=[3.0]))
    assert markdown([case]).splitlines()[-1].split("|")[4].strip() == "1.50"


def test_peers_run_as_often_as_is_said_for_them(data: Path, tmp_path: Path) -> None:
    case = compare(TINY["2d"], "nearest", [FLOOR, OURS], Runs(own=2, peers=1), Place(data, tmp_path))
    assert [len(result.runs) for result in case.results.values()] == [2, 2]
    assert Runs(own=2, peers=1).of(NGFF_ZARR) == 1


def test_a_table_without_what_it_is_compared_with_has_no_ratios() -> None:
    case = Case(named("3d"), "resize", results(ours=6.0))
    assert "| resize | ours | " in markdown([case])
    assert "1.00" not in markdown([case])


def test_what_others_call_a_method_stands_beside_their_name() -> None:
    case = Case(named("3d"), "local_mean", results(tensorstore=6.0))
    assert "| tensorstore `mean` |" in markdown([case])


def test_what_a_run_has_written_takes_no_space_afterwards(data: Path, tmp_path: Path) -> None:
    compare(TINY["2d"], "nearest", [FLOOR], ONCE, Place(data, tmp_path))
    assert sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file()) == 0


def test_a_contestant_that_fails_is_told_with_its_error(data: Path, tmp_path: Path) -> None:
    broken = replace(OURS, module="nobody")
    with pytest.raises(FailedRunError, match="nobody"):
        measure(broken.command(job_for(TINY["2d"], "nearest", data, tmp_path)))


def test_levels_of_other_shapes_than_asked_for_are_refused(tmp_path: Path) -> None:
    ome_zarr.write(np.zeros((64, 64), "uint8"), tmp_path / "image", axes="yx", scale_factors=[2])
    check_levels(tmp_path / "image", [(64, 64), (32, 32)])
    check_levels(tmp_path / "image", [(1, 64, 64), (1, 32, 32)])
    with pytest.raises(OtherPyramidError, match=r"\(64, 64\), \(32, 32\)"):
        check_levels(tmp_path / "image", [(64, 64), (32, 32), (16, 16)])


def test_a_process_makes_the_same_pixels_every_time(data: Path, tmp_path: Path) -> None:
    workload = TINY["2d"]
    assert prepare_source(workload, tmp_path).read_bytes() == workload.file(data).read_bytes()


def test_workloads_come_through_a_command_line_unchanged() -> None:
    assert [Workload.from_argument(workload.to_argument()) for workload in WORKLOADS] == list(WORKLOADS)


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_a_smaller_workload_has_as_many_chunks(workload: Workload) -> None:
    def chunks(of: Workload) -> list[int]:
        return [n // c for n, c in zip(of.shape, of.chunks, strict=True)]

    assert chunks(workload.smaller()) == chunks(workload)


def test_an_environment_is_called_after_its_first_package_without_extras() -> None:
    assert python_of(NGFF_ZARR).parts[-3] == "ngff-zarr-0.50.0"
    assert python_of(()) == Path(sys.executable)


@pytest.mark.parametrize("mode", ["alone", "graph", "threads"])
def test_each_chunk_of_a_dask_source_is_made_once(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["", mode, str(tmp_path / "image"), "3", str(tmp_path / "made")])
    graph_write.main()
    assert json.loads(capfd.readouterr().out)["blocks"] == 9


def test_a_plan_says_tasks_and_objects(
    data: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    job = job_for(TINY["3d"], "resize", TINY["3d"].file(data), Path("none"))
    monkeypatch.setattr(sys, "argv", ["", job.to_argument()])
    plan.main()
    assert json.loads(capfd.readouterr().out)["objects"] == 16 + 2 + 1 + 1


def test_small_images_are_written_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["", str(tmp_path / "images"), "2"])
    images_write_image.main()
    assert [len(ome_zarr.open(tmp_path / "images" / f"{number}.ome.zarr")) for number in range(2)] == [5, 5]


def test_small_images_become_a_table(tmp_path: Path) -> None:
    wish = Wish(ONCE, Place(tmp_path, tmp_path), frozenset({"ours"}), None, small=True)
    assert "\n| ours |" in images.measured(wish)


@pytest.mark.parametrize("name", PARTS)
def test_every_table_has_a_place_in_the_documentation(name: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE.read_text("utf-8"), "utf-8")
    insert("a table\n", page, name)
    assert f"<!-- {name}: begin -->\na table\n<!-- {name}: end -->" in page.read_text("utf-8")


def test_tables_replace_those_between_the_marks_of_a_document(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text("head\n<!-- 3d: begin -->\nold\n<!-- 3d: end -->\nfoot\n", "utf-8")
    insert("new\n", document, "3d")
    insert("newer\n", document, "3d")
    assert document.read_text("utf-8") == "head\n<!-- 3d: begin -->\nnewer\n<!-- 3d: end -->\nfoot\n"


def test_a_document_without_marks_is_left_alone(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text("head\n", "utf-8")
    with pytest.raises(ValueError, match="no place for the tables"):
        insert("new\n", document, "3d")
    assert document.read_text("utf-8") == "head\n"
