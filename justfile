# Everything that is done to this project, by name. `just --list` shows the names.

# The path of the uv that runs this, or the one that is installed.
uv := env("UV", "uv")
bin := ".venv" / (if os_family() == "windows" { "Scripts" } else { "bin" })

# The certificates of this machine, as pip uses them: needed behind some institutes' proxies.
export UV_SYSTEM_CERTS := "1"

# List the recipes.
_default:
    @just --list

# Write a sample image with its pyramid to ./sample.ome.zarr and say what it is.
sample: _run
    @rm -rf sample.ome.zarr
    {{ bin }}/ome_zarr create --method cells sample.ome.zarr
    {{ bin }}/ome_zarr info sample.ome.zarr

# Every check and every test, as continuous integration runs them.
test-all: env check types docs-build (test "tests" "src" "--doctest-modules")

# Only what the package needs to run: the pinned versions, the package editable and compiled.
_run: _venv
    {{ uv }} pip install --quiet --python .venv --constraints requirements/dev.txt --build-constraints requirements/dev.txt \
        --requirements requirements/project.txt

# A Python in .venv, made once.
_venv:
    @test -d .venv || {{ uv }} venv --quiet .venv

# Everything that developing needs, exactly as locked, with the package editable and compiled.
env: _venv
    {{ uv }} pip sync --quiet --python .venv --require-hashes requirements/dev.txt
    {{ uv }} pip install --quiet --python .venv --no-deps --no-build-isolation --requirements requirements/project.txt

# Style: ruff's rules and ruff's format.
check:
    {{ bin }}/ruff check
    {{ bin }}/ruff format --check

# Put into ruff's format what can be put into it.
format:
    {{ bin }}/ruff check --fix
    {{ bin }}/ruff format

# Types: mypy, strict, on the package.
types:
    {{ bin }}/mypy

# Layers: who may import whom.
layers:
    {{ bin }}/lint-imports

# The tests; arguments go to pytest.
test *args="tests --ignore=tests/laws --ignore=tests/docs":
    {{ bin }}/pytest --numprocesses=auto {{ args }}

# The laws of a level, with a few examples each, always the same.
laws *args: (test "tests/laws" args)

# The laws of a level, with thousands of new examples.
laws-slow *args: (test "tests/laws" "--hypothesis-profile=slow" args)

# Feed a target ever new inputs; led by coverage where atheris is installed (group fuzz).
fuzz target *args:
    {{ bin }}/python -m tests.fuzz {{ target }} {{ args }}

# What breaks a write, at the sizes for a release: every operation of every layout, a thousand kills, long fuzzing.
soak: (_soak "tests/faults" "tests/fuzz") laws-slow
    {{ bin }}/python -m tests.faults.killed

_soak *args:
    OME_ZARR_SOAK=1 {{ bin }}/pytest --numprocesses=auto {{ args }}

# The tests of packages that use ome-zarr, with ome-zarr-py and with this package in its place.
downstream *packages:
    {{ bin }}/python -m tests.downstream {{ packages }}

# Build the documentation and run every example in it.
docs: docs-build (test "tests/docs" "src" "--doctest-modules")

# Build the documentation into ./site.
docs-build:
    {{ bin }}/zensical build --clean --strict

# Measure the speed, and print the tables of docs/benchmarks.md.
bench *args:
    {{ bin }}/python -m benchmarks {{ args }}

# Resolve the newest versions of everything into requirements/dev.txt.
lock:
    {{ uv }} pip compile --quiet --upgrade --universal --python-version 3.12 --generate-hashes --no-header \
        --all-extras --group dev --group judges --group docs --output-file requirements/dev.txt pyproject.toml
