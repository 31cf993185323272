"""The map is that of the source: whoever looks for a thing finds it where the page says."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
MAP = PAGE.partition("## Where things live")[2].partition("One wheel")[0]
CORE = ROOT / "datamaestro"
SOURCES = [CORE, ROOT / "hookspecs", ROOT / "plugins"]


def test_places_that_the_page_names_exist() -> None:
    """Each module, and each folder of the map and of the table of words."""
    found = [path for top in SOURCES for path in (top, *top.rglob("*"))]
    paths = {f"/{path.relative_to(ROOT).as_posix()}{'/' * path.is_dir()}" for path in found}
    table = re.findall(r"^\| .* \| .* \| (.*) \|$", PAGE, re.MULTILINE)
    named = set(re.findall(r"[\w/]+\.py\b", PAGE))
    named |= {one for row in table for one in re.findall(r"`([\w/]+/)`", row)}
    named |= set(re.findall(r"^ {8}(?: {4})?(\w+/)", MAP, re.MULTILINE))
    ends = {path[start:] for path in paths for start in range(len(path)) if path[start - 1] == "/"}
    assert set() == named - ends


def test_each_folder_of_the_core_is_on_the_map() -> None:
    """A new one gets a line."""
    folders = {path.parent.name for path in CORE.glob("*/**/__init__.py")}
    assert set() == folders - set(re.findall(r"(\w+)/", MAP))


def test_the_map_goes_down_the_layers() -> None:
    """As the contract has them that ``lint`` holds."""
    (layers,) = (
        contract["layers"]
        for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"][
            "importlinter"
        ]["contracts"]
        if "datamaestro.cli" in contract.get("layers", ())
    )
    lines = re.findall(r"^ {8}(\w+)(?:/|\.py)", MAP, re.MULTILINE)
    names = [layer.removeprefix("datamaestro.") for layer in layers]
    assert names == [one for one in lines if one in names]
