"""What can be run: ``nox`` alone runs the tests; ``nox -l`` lists the rest.

Versions of tools stand in the dependency groups of ``pyproject.toml``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.10.14"
nox.options.default_venv_backend = "uv|venv"
nox.options.download_python = "never"
nox.options.sessions = ["tests"]
nox.options.error_on_missing_interpreters = False

PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)
EXAMPLE = "examples/datamaestro-example"
IMAGE = "datamaestro"
LONG = ("killed", "any_archive", "bombs", "authors", "users", "moving_over_ssh", "clearing_away")
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

SOME = ("tests/hookspecs", "tests/plugins")
"""The tests for a Python between the oldest and the newest, which differs from both by little."""

APART = ("cli", "house", "moving")
"""Parts that ask little of any dependency, and whose tests take long."""

PARTS = ("tests/core", *SOME, *(f"--ignore=tests/core/{name}" for name in APART))
"""The tests of all other parts."""

EXPERIMENTS = ("tests/plugins/experimaestro", "tests/journeys/test_experiments.py")
"""The tests that need experimaestro."""

OLDEST_EXPERIMAESTRO = "experimaestro==2.6.*"

COMPILED = {"UV_COMPILE_BYTECODE": "1"} if sys.dont_write_bytecode else {}
"""What lets uv compile all modules, where each process would do so again and keep nothing.

pip compiles them anyway. Tests start thousands of processes.
"""

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group."""
    return list(nox.project.dependency_groups(PYPROJECT, name))


def pip(session: nox.Session, python: str, verb: str, *arguments: str) -> None:
    """Do what pip does, in the environment of some Python, with what makes environments here."""
    if session.venv_backend == "uv":
        command = ["uv", "pip", verb, "--python", python]
    else:
        command = [python, "-m", "pip", "--disable-pip-version-check", verb]
    session.run(*command, *arguments, external=True)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests against the built wheel, on each Python found.

    All on the newest. On the oldest whole runs but the longest, since ``minimums`` tries the parts
    there; and on what is between them the plugins.
    """
    session.install(".", *group("test"), env=COMPILED)
    if session.python == PYTHONS[-1]:
        shorter = []
    elif session.python == PYTHONS[0]:
        long = [f"--ignore=tests/journeys/test_{name}.py" for name in LONG]
        shorter = ["tests/journeys", *long]
    else:
        shorter = [*SOME]
    session.run("pytest", *(session.posargs or [*SIDE_BY_SIDE, *shorter]))


@nox.session(python=PYTHONS[0])
def minimums(session: nox.Session) -> None:
    """Run the tests of most parts with the lowest versions that the project works with."""
    lowest = [
        requirement.replace(">=", "==") + (".*" if requirement.count(".") < 2 else "")
        for requirement in PYPROJECT["project"]["dependencies"]
    ]
    session.install(".", *lowest, *group("test"), env=COMPILED)
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
    session.install(".", *group("test"))
    session.install(f"./{EXAMPLE}")
    session.run("pytest", EXAMPLE, *session.posargs)


@nox.session(python=PYTHONS[0])
def compat(session: nox.Session) -> None:
    """Compare what packages written for an earlier version give under it, and here."""
    session.install(".[xpm]", *WRITTEN_FOR_EARLIER, *group("test"), env=COMPILED)
    pip(session, f"{session.bin}/python", "check")
    folder = Path(session.create_tmp())
    session.run("python", "-m", "venv", str(folder / "venv"))
    earlier = str(folder / "venv/bin/python")
    pip(session, earlier, "install", "-q", EARLIER, *WRITTEN_FOR_EARLIER, "pytest>=8")
    pip(session, earlier, "check")
    session.run("pytest", "tests/compat", *EXPERIMENTS, *SIDE_BY_SIDE)
    command = ("python", "-m", "compat.session", earlier, str(folder))
    session.run(*command, env={"PYTHONPATH": "tests"})


@nox.session(python=PYTHONS[-1])
def experiments(session: nox.Session) -> None:
    """Run experiments with the oldest experimaestro that will do; ``compat`` has the newest."""
    session.install(".", OLDEST_EXPERIMAESTRO, *group("test"), env=COMPILED)
    session.run("pytest", *EXPERIMENTS, *(session.posargs or SIDE_BY_SIDE))


@nox.session
def image(session: nox.Session) -> None:
    """Build the Docker image, print its size, and run its tests."""
    session.install(".", *group("test"))
    docker(session, "build", "--tag", IMAGE, *build_options(session), *build_facts(session), ".")
    size = docker(session, "image", "inspect", "--format", "{{.Size}}", IMAGE)
    session.log(f"the image has {int(size) / 1e6:.0f} MB")
    session.run("pytest", "tests/image", *session.posargs, env={"DATAMAESTRO_IMAGE": IMAGE})


@nox.session
def bench(session: nox.Session) -> None:
    """Measure side by side with peers, and print the tables; arguments go to the transfers."""
    session.install(".", *group("bench"))
    session.run("python", "-m", "benchmarks.startup")
    real = ("--packages", *WRITTEN_FOR_EARLIER, "--earlier", EARLIER)
    session.run("python", "-m", "benchmarks.catalogue", *real)
    session.run("python", "-m", "benchmarks.orphans")
    session.run("python", "-m", "benchmarks.moving")
    session.run("python", "-m", "benchmarks.moving_over_ssh")
    session.run("python", "-m", "benchmarks.archives")
    session.run("python", "-m", "benchmarks.verify")
    session.run("python", "-m", "benchmarks.transfers", *session.posargs)


def docker(session: nox.Session, *arguments: str) -> str:
    """Run docker, with BuildKit; return what it prints."""
    quiet = arguments[0] != "build"
    env = {"DOCKER_BUILDKIT": "1"}
    return str(session.run("docker", *arguments, external=True, silent=quiet, env=env))


def build_facts(session: nox.Session) -> list[str]:
    """Return the options that say in the image's labels what it is built from."""
    found = {"VERSION": session.run("python", "-m", "datamaestro", "version", silent=True)}
    if Path(".git").exists():
        log = ("git", "log", "-1")
        found["REVISION"] = session.run(*log, "--format=%H", external=True, silent=True)
        found["CREATED"] = session.run(*log, "--format=%cI", external=True, silent=True)
    facts = {name: str(said).strip() for name, said in found.items()}
    return [word for name, said in facts.items() for word in ("--build-arg", f"{name}={said}")]


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
