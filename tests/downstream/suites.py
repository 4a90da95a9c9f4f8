"""Which packages, and which of their tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["BASELINE", "SUITES", "Suite"]

BASELINE = "ome-zarr==0.21.0"
"""The release whose users are to notice nothing."""


@dataclass(frozen=True, slots=True)
class Suite:
    """The tests that a package brings along.

    Attributes
    ----------
    package
        The name of the distribution.
    version
        Its release. What it depends on is the newest that fits, the same in both environments.
    tests
        What pytest is given, as paths inside the source distribution.
    tools
        What these tests need, and the package itself does not.
    options
        More of what pytest is given.
    meant
        Tests that are known to fail with this package, and why that is right: each is a row of docs/compat.md.
    """

    package: str
    version: str
    tests: tuple[str, ...]
    tools: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    meant: Mapping[str, str] = field(default_factory=dict)

    @property
    def requirement(self) -> str:
        """As an installer understands it."""
        return f"{self.package}=={self.version}"


SUITES = (
    # napari's own plugin makes viewers with a window; plugin/stand_ins.py makes them without.
    Suite("napari-ome-zarr", "0.11.0", ("napari_ome_zarr/_tests",), options=("-p", "no:napari")),
    # All that reads and writes elements, and the levels of its rasters.
    Suite(
        "spatialdata",
        "0.8.0",
        ("tests/io", "tests/models/test_pyramids_utils.py"),
        tools=("pytest-mock",),
    ),
    # What goes through ome-zarr. Later releases of ngff-zarr refuse what other tests of these files ask of them.
    Suite(
        "zarrnii",
        "0.22.0",
        ("tests/test_downsample.py", "tests/test_io.py", "tests/test_ngff_core.py"),
        tools=("ngff-zarr==0.34.0",),
        meant={
            "tests.test_ngff_core.TestOmeZarrWriter"
            "::test_save_ngff_image_with_ome_zarr_matches_write_image[nearest-3-None]": (
                "it takes the nearest pixels of the nearest pixels, which drift towards a corner;"
                " ours are the nearest of level 0 at every level"
            ),
        },
    ),
)
"""In the order of the table."""
