"""What all of pytest needs, the examples in docstrings included."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _example_in_a_folder_of_its_own(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Examples write images; they do so in a folder that is thrown away."""
    if isinstance(request.node, pytest.DoctestItem):
        monkeypatch.chdir(tmp_path)
