"""What is imported again after a change, among many repositories."""

import os
from pathlib import Path

import pytest

from support.searching import IRIS, add_repository, record, search

REPOSITORIES = 50

NOTING = """
import os, sys
with open(os.environ["NOTED"], "a") as noted:
    print(__name__, file=noted)
"""


class Fifty:
    """Repositories that are installed for good, and which of their modules are imported."""

    def __init__(self, site: Path, folder: Path, noted: Path) -> None:
        self.site, self.folder, self.noted = site, folder, noted
        for number in range(REPOSITORIES):
            add_repository(site, f"r{number}", com__acme=NOTING + IRIS)
            record(site, f"r{number}")

    def search(self) -> tuple[set[str], str]:
        """Return whose modules a search imports, and what it finds."""
        self.noted.write_text("")
        found = search(self.folder, "acme").out
        modules = self.noted.read_text().split()
        assert len(set(modules)) == len(modules)
        return {name.partition(".")[0].removeprefix("acme_") for name in modules}, found


@pytest.fixture
def fifty(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fifty:
    """Return fifty repositories that have been compiled."""
    monkeypatch.setenv("NOTED", str(tmp_path / "noted"))
    repositories = Fifty(site, tmp_path, tmp_path / "noted")
    imported, found = repositories.search()
    assert (REPOSITORIES, REPOSITORIES) == (len(imported), len(found.splitlines()))
    return repositories


def test_what_has_not_changed_is_not_imported(fifty: Fifty) -> None:
    """Of fifty repositories, the one that is installed again, edited, or comes or goes."""
    _, all_of_them = fifty.search()
    metadata = fifty.site / "acme_r7-1.0.dist-info"

    os.utime(metadata / "RECORD", ns=(1, 1))
    assert ({"r7"}, all_of_them) == fifty.search()

    metadata = metadata.rename(metadata.with_name("acme_r7-1.1.dist-info"))
    assert ({"r7"}, all_of_them) == fifty.search()

    (metadata / "RECORD").unlink()  # now it is a source tree, with another key
    assert ({"r7"}, all_of_them) == fifty.search()
    module = fifty.site / "acme_r7/config/com/acme.py"
    module.write_text(module.read_text().replace("def iris", "def tulip"))
    assert ({"r7"}, all_of_them.replace("[r7] com.acme.iris", "[r7] com.acme.tulip")) == (
        fifty.search()
    )

    add_repository(fifty.site, "new", com__acme=NOTING + IRIS)
    assert {"new"} == fifty.search()[0]

    (metadata / "entry_points.txt").unlink()
    imported, found = fifty.search()
    assert (set(), False) == (imported, "[r7]" in found)
    assert (set(), found) == fifty.search()
