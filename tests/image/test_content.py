"""What is in the image: the locked packages, compiled, and nothing of the build."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

from image.docker import Image

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements" / "runtime.lock"
DOCKERFILE = ROOT / "Dockerfile"
HOME_PAGE = "https://github.com/experimaestro/datamaestro"
PINNED = re.compile(r"^([a-z0-9.-]+==\S+)", re.MULTILINE)

INSTALLED = """
import re
from importlib.metadata import distributions
for one in distributions():
    print(re.sub("[-_.]+", "-", one.name).lower(), one.version, sep="==")
"""

NOT_COMPILED = """
import os, sys
from datamaestro.cli.group import cli
cli.main(["--quiet", "prepare", "edu.uci.optdigits"], standalone_mode=False)
specs = [module.__spec__ for module in sys.modules.values() if getattr(module, "__spec__", None)]
missing = [spec.name for spec in specs if spec.cached and not os.path.exists(spec.cached)]
print(*missing, file=sys.stderr, sep="\\n", end="")
"""


def test_the_locked_packages_are_installed(image: Image) -> None:
    """The image has each package of the lock in its version, datamaestro and pip."""
    locked = set(PINNED.findall(LOCK.read_text()))
    installed = set(image.python(INSTALLED).out.split())
    assert locked <= installed
    assert {"datamaestro", "pip"} == {each.partition("==")[0] for each in installed - locked}


def test_modules_are_compiled(image: Image) -> None:
    """Every module that a command loads has its bytecode, which a run could not write."""
    outcome = image.python(NOT_COMPILED)
    assert (0, "") == (outcome.code, outcome.err)


def test_the_image_says_what_it_is(image: Image) -> None:
    """Its labels tell that, and what it is made from; its user is not root; Ctrl-C stops it."""
    outcome = image.docker("image", "inspect", "--format", "{{json .Config}}", image.name)
    config = json.loads(outcome.out)
    labels = {
        key.removeprefix("org.opencontainers.image."): value
        for key, value in config["Labels"].items()
    }
    assert ("datamaestro", "Apache-2.0") == (labels["title"], labels["licenses"])
    assert {HOME_PAGE} == {labels["source"], labels["url"]}
    assert f"{HOME_PAGE}/blob/main/docs/container.md" == labels["documentation"]
    (base,) = re.findall(r"^FROM (\S+)$", DOCKERFILE.read_text(), re.MULTILINE)
    assert f"docker.io/library/{base}" == labels["base.name"]
    assert labels["version"] in {"", image.run("version").out.strip()}
    assert re.fullmatch(r"|[0-9a-f]{40}", labels["revision"])
    assert labels["created"] == "" or datetime.fromisoformat(labels["created"]).tzinfo
    assert labels["description"]
    assert labels["vendor"]
    assert config["User"] not in {"", "0", "root"}
    assert "SIGINT" == config["StopSignal"]
