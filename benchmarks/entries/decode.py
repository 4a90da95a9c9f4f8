"""Decoding a TIFF and nothing else: every page or tile once, on as many threads as the job has workers."""

import os
from concurrent.futures import ThreadPoolExecutor

from tifffile import TiffFile, TiffPage

from benchmarks.job import Job


def main() -> None:
    """Decode the source of the job."""
    job = Job.from_arguments()
    with TiffFile(job.source) as tiff, ThreadPoolExecutor(job.workers) as pool:
        pages = [page.aspage() for page in tiff.pages]
        segments = [(page, index) for page in pages for index in range(len(page.dataoffsets))]
        for _ in pool.map(lambda segment: decode(tiff.filehandle.fileno(), *segment), segments):
            pass


def decode(file: int, page: TiffPage, index: int) -> None:
    """Decode a tile or strip of a page, and let it go."""
    stored = os.pread(file, page.databytecounts[index], page.dataoffsets[index])
    page.decode(stored, index, jpegtables=page.jpegtables)


if __name__ == "__main__":
    main()
