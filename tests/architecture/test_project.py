"""The files around the code agree with each other and name nobody's servers."""

import re
from pathlib import Path

# The paths under which package indexes serve lists and files, and the options that choose an index.
INDEX = re.compile(r"https?://[^\s/]+/(simple|packages|pypi|legacy)\b|--(extra-|default-)?index")


def test_no_file_names_the_host_of_a_package_index(project_files: list[Path]) -> None:
    others = [path for path in project_files if path != Path(__file__)]
    naming = [path for path in others if INDEX.search(path.read_text("utf-8", errors="ignore"))]
    assert naming == []


def test_the_locked_requirements_name_no_host(root: Path) -> None:
    assert "://" not in (root / "requirements" / "dev.txt").read_text("utf-8")


def test_continuous_integration_runs_the_command_of_the_readme(root: Path) -> None:
    command = (root / ".ci" / "run").read_text("utf-8").strip().splitlines()[-1]
    assert command in (root / "README.md").read_text("utf-8")


def test_every_page_of_the_documentation_is_in_its_navigation(root: Path) -> None:
    navigation = (root / "zensical.toml").read_text("utf-8")
    pages = {path.relative_to(root / "docs").as_posix() for path in (root / "docs").rglob("*.md")}
    assert pages == set(re.findall(r'"([\w/-]+\.md)"', navigation))
