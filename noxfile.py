"""What can be run: ``nox`` alone runs the tests; ``nox -l`` lists the rest.

Versions of tools stand in the dependency groups of ``pyproject.toml``.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "venv"
nox.options.sessions = ["tests"]
nox.options.error_on_missing_interpreters = False

PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)
EXAMPLE = "examples/datamaestro-example"
IMAGE = "datamaestro"
LONG = ("killed", "any_archive", "bombs", "authors")
"""Journeys that take long, and are left to the newest Python alone."""

EARLIER = "datamaestro==1.16.1"
WRITTEN_FOR_EARLIER = (
    "datamaestro-image==2025.9.21.1",
    "datamaestro-ir[parquet]==0.5.0",
    "datamaestro-ml==2021.10.5",
    "datamaestro-text==2026.4.22",
    "experimaestro==2.7.0",
    "ir-datasets==0.6.3",  # whose data sets datamaestro-text lists
    *("docutils", "sphinx", "sphobjinv"),  # which datamaestro.test of 1.16 imports
)
"""What is compared under the earlier version and this one, and what that needs."""

SIDE_BY_SIDE = ("--numprocesses=auto",)
"""A process of tests for each processor."""

PARTS = ("tests/core", "tests/hookspecs", "tests/plugins", "--ignore=tests/core/cli")
"""The tests of parts, other than of commands."""

EXPERIMENTS = ("tests/plugins/experimaestro", "tests/journeys/test_experiments.py")
"""The tests that need experimaestro."""

OLDEST_EXPERIMAESTRO = "experimaestro==2.6.*"

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group."""
    return list(nox.project.dependency_groups(PYPROJECT, name))


def build_wheel(session: nox.Session) -> str:
    """Build the wheel and return its path."""
    folder = Path(session.create_tmp()) / "wheel"
    shutil.rmtree(folder, ignore_errors=True)
    session.run("python", "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), ".")
    (wheel,) = folder.glob("*.whl")
    return str(wheel)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests against the built wheel, on each Python found.

    Whole runs are left to the oldest and the newest, the longest and commands to the newest.
    """
    session.install(build_wheel(session), *group("test"))
    if session.python == PYTHONS[-1]:
        shorter = []
    elif session.python == PYTHONS[0]:
        long = [f"--ignore=tests/journeys/test_{name}.py" for name in LONG]
        shorter = [*PARTS, "tests/journeys", *long]
    else:
        shorter = [*PARTS]
    session.run("pytest", *(session.posargs or [*SIDE_BY_SIDE, *shorter]))


@nox.session(python=PYTHONS[0])
def minimums(session: nox.Session) -> None:
    """Run the tests of parts with the lowest versions that the project works with."""
    lowest = [
        requirement.replace(">=", "==") + (".*" if requirement.count(".") < 2 else "")
        for requirement in PYPROJECT["project"]["dependencies"]
    ]
    session.install(build_wheel(session), *lowest, *group("test"))
    session.run("pytest", *(session.posargs or [*SIDE_BY_SIDE, *PARTS]))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style with ruff, and the layers with import-linter."""
    session.install("-e", ".", *group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy: source, tests, examples, benchmarks and this file."""
    session.install("-e", ".", *group("types"))
    session.run("mypy")


@nox.session
def example(session: nox.Session) -> None:
    """Install the example plugin as anybody would, and run its tests."""
    session.install(build_wheel(session), *group("test"))
    session.install(f"./{EXAMPLE}")
    session.run("pytest", EXAMPLE, *session.posargs)


@nox.session(python=PYTHONS[0])
def compat(session: nox.Session) -> None:
    """Compare what packages written for an earlier version give under it, and here."""
    session.install(f"{build_wheel(session)}[xpm]", *WRITTEN_FOR_EARLIER, *group("test"))
    session.run("python", "-m", "pip", "check")
    folder = Path(session.create_tmp())
    session.run("python", "-m", "venv", str(folder / "venv"))
    earlier = str(folder / "venv/bin/python")
    pip = (earlier, "-m", "pip", "--disable-pip-version-check")
    session.run(*pip, "install", "-q", EARLIER, *WRITTEN_FOR_EARLIER, "pytest>=8", external=True)
    session.run(*pip, "check", external=True)
    session.run("pytest", "tests/compat", *EXPERIMENTS, *SIDE_BY_SIDE)
    command = ("python", "-m", "compat.session", earlier, str(folder))
    session.run(*command, env={"PYTHONPATH": "tests"})


@nox.session(python=PYTHONS[-1])
def experiments(session: nox.Session) -> None:
    """Run experiments with the oldest experimaestro that will do; ``compat`` has the newest."""
    session.install(build_wheel(session), OLDEST_EXPERIMAESTRO, *group("test"))
    session.run("pytest", *EXPERIMENTS, *(session.posargs or SIDE_BY_SIDE))


@nox.session
def image(session: nox.Session) -> None:
    """Build the Docker image, print its size, and run its tests."""
    session.install(build_wheel(session), *group("test"))
    docker(session, "build", "--tag", IMAGE, *build_options(session), ".")
    size = docker(session, "image", "inspect", "--format", "{{.Size}}", IMAGE)
    session.log(f"the image has {int(size) / 1e6:.0f} MB")
    session.run("pytest", "tests/image", *session.posargs, env={"DATAMAESTRO_IMAGE": IMAGE})


@nox.session
def bench(session: nox.Session) -> None:
    """Measure side by side with peers, and print the tables; arguments go to the transfers."""
    session.install(build_wheel(session), *group("bench"))
    session.run("python", "-m", "benchmarks.startup")
    real = ("--packages", *WRITTEN_FOR_EARLIER, "--earlier", EARLIER)
    session.run("python", "-m", "benchmarks.catalogue", *real)
    session.run("python", "-m", "benchmarks.archives")
    session.run("python", "-m", "benchmarks.transfers", *session.posargs)


def docker(session: nox.Session, *arguments: str) -> str:
    """Run docker, with BuildKit; return what it prints."""
    quiet = arguments[0] != "build"
    env = {"DOCKER_BUILDKIT": "1"}
    return str(session.run("docker", *arguments, external=True, silent=quiet, env=env))


def build_options(session: nox.Session) -> list[str]:
    """Return the options that let pip in a build reach and trust what it does here."""
    secrets = {
        "ca": os.environ.get("SSL_CERT_FILE") or os.environ.get("REQUESTS_CA_BUNDLE"),
        "pip": os.environ.get("PIP_CONFIG_FILE"),
    }
    secrets["ca"] = secrets["ca"] or str(CERTIFICATES)
    files = {name: path for name, path in secrets.items() if path and Path(path).is_file()}
    options = [
        word for name, path in files.items() for word in ("--secret", f"id={name},src={path}")
    ]
    bridges = docker(session, "network", "ls", "--quiet", "--filter", "driver=bridge")
    return options if bridges.strip() else [*options, "--network", "host"]
