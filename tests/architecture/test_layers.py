"""Who may import whom; the rules are under tool.importlinter in pyproject.toml."""

import subprocess
import sys
from pathlib import Path


def test_imports_go_down_only(root: Path) -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    linted = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout + linted.stderr
