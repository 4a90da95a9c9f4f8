"""The benchmarks run, and the floor that they compare with does the same work."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.compare import Place, compare, job_for, prepare_source
from benchmarks.contestants import CONTESTANTS
from benchmarks.entries import floor, ours
from benchmarks.measure import FailedRunError, measure
from benchmarks.pixels import make_pixels
from benchmarks.report import insert, markdown
from benchmarks.workloads import WORKLOADS, Workload

FLOOR, OURS = CONTESTANTS[:2]
TINY = tuple(
    replace(workload, shape=shape, chunks=chunks)
    for workload, shape, chunks in zip(
        WORKLOADS,
        [(256, 512), (64, 128, 64), (64, 64, 64)],
        [(64, 64), (32, 32, 32), (32, 32, 32)],
        strict=True,
    )
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for workload in TINY:
        make_pixels(workload, workload.file(folder))
    return folder


def chunk_files(image: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(image)): file.read_bytes()
        for file in image.rglob("*")
        if file.is_file() and file.name != "zarr.json"
    }


@pytest.mark.parametrize(
    ("workload", "method"),
    [pytest.param(tiny, method, id=f"{tiny.name}-{method}") for tiny in TINY for method in tiny.methods],
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


def test_a_comparison_becomes_a_table(data: Path, tmp_path: Path) -> None:
    case = compare(TINY[0], "nearest", [FLOOR, OURS], 1, Place(data, tmp_path))
    assert [result.contestant for result in case.results] == ["floor", "ours"]
    assert all(result.stored_bytes > 0 and result.peak_bytes > 2**20 for result in case.results)
    assert "| nearest | floor" in markdown([case])


def test_what_a_run_has_written_takes_no_space_afterwards(data: Path, tmp_path: Path) -> None:
    compare(TINY[0], "nearest", [FLOOR], 1, Place(data, tmp_path))
    assert sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file()) == 0


def test_a_contestant_that_fails_is_told_with_its_error(data: Path, tmp_path: Path) -> None:
    broken = replace(OURS, module="nobody")
    with pytest.raises(FailedRunError, match="nobody"):
        measure(broken.command(job_for(TINY[0], "nearest", data, tmp_path)))


def test_a_process_makes_the_same_pixels_every_time(data: Path, tmp_path: Path) -> None:
    assert prepare_source(TINY[0], tmp_path).read_bytes() == TINY[0].file(data).read_bytes()


def test_tables_replace_those_between_the_marks_of_a_document(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text("head\n<!-- tables: begin -->\nold\n<!-- tables: end -->\nfoot\n", "utf-8")
    insert("new\n", document)
    insert("newer\n", document)
    assert document.read_text("utf-8") == "head\n<!-- tables: begin -->\nnewer\n<!-- tables: end -->\nfoot\n"


def test_a_document_without_marks_is_left_alone(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text("head\n", "utf-8")
    with pytest.raises(ValueError, match="no place for the tables"):
        insert("new\n", document)
    assert document.read_text("utf-8") == "head\n"
