"""What is installed, read from the disk."""

import json
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from datamaestro.index.installed import GROUPS, installed, normal
from support.distributions import install
from support.searching import add_repository, record


def test_it_tells_what_importlib_tells(site: Path) -> None:
    """The same entry points of our groups, and the same versions."""
    add_repository(site, "flowers")
    install(site, "Acme.Plug_in", {}, {"datamaestro": {"acme": "acme_plugin"}, "other": {"x": "y"}})
    found = installed()
    points = {point for one in found.distributions.values() for point in one.points}
    assert {
        (point.group, point.name, point.value)
        for group in GROUPS
        for point in metadata.entry_points(group=group)
    } == points
    assert found.versions == {
        normal(name): metadata.version(name) for name in found.versions if name != "datamaestro"
    } | {"datamaestro": metadata.version("datamaestro")}
    assert found.complete


def test_the_first_on_the_path_is_in_use(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A distribution that stands twice on the path counts once, as when it is imported."""
    add_repository(site, "flowers")
    other = tmp_path / "other"
    install(other, "acme-flowers", {}, {"datamaestro.repositories": {"trees": "acme_trees:R"}})
    monkeypatch.setattr(sys, "path", [*sys.path, str(other)])
    (point,) = installed().distributions["acme-flowers"].points
    assert ("flowers", str(site)) == (point.name, installed().distributions["acme-flowers"].site)


def test_the_folder_we_are_in_may_be_on_the_path(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is called by its whole name, since another day we are in another one."""
    add_repository(tmp_path / "tree", "trees")
    monkeypatch.chdir(tmp_path / "tree")
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    found = installed()
    assert str(tmp_path / "tree") == found.sites[0] == found.distributions["acme-trees"].site


def test_comments_and_spaces_are_no_entry_points(site: Path) -> None:
    """What people write by hand into ``entry_points.txt`` is understood."""
    add_repository(site, "flowers")
    (site / "acme_flowers-1.0.dist-info" / "entry_points.txt").write_text(
        "[console_scripts]\nx = y:z\n\n [ datamaestro ]\n# a = b\n  acme =  acme_plugin \n"
    )
    found = installed().distributions["acme-flowers"]
    assert [("datamaestro", "acme", "acme_plugin")] == [tuple(point) for point in found.points]


def test_a_zip_file_on_the_path_is_not_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it is said that there may be more."""
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("x.py", "")
    assert installed().complete
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "x.zip")])
    assert not installed().complete


def test_another_finder_of_distributions_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is said that there may be more, too."""

    class Finder:
        def find_distributions(self) -> None: ...

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert not installed().complete


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (None, False),
        ({"dir_info": {"editable": True}, "url": "file:///x"}, True),
        ({"dir_info": {}, "url": "file:///x"}, False),
        ({"archive_info": {}, "url": "https://x"}, False),
        ("no JSON", False),
    ],
)
def test_an_editable_install_says_so(said: object, expected: bool, site: Path) -> None:
    """In ``direct_url.json``."""
    add_repository(site, "flowers")
    path = record(site, "flowers")
    if said is not None:
        path.with_name("direct_url.json").write_text(
            said if isinstance(said, str) else json.dumps(said)
        )
    assert expected == installed().distributions["acme-flowers"].is_editable()


def test_what_has_no_record_may_change_at_any_time(site: Path) -> None:
    """As after ``setup.py develop``."""
    add_repository(site, "flowers")
    assert installed().distributions["acme-flowers"].is_editable()


def test_requirements_are_names(site: Path) -> None:
    """Those of extras too; the description, which may say anything, is none."""
    add_repository(site, "flowers")
    (site / "acme_flowers-1.0.dist-info" / "METADATA").write_text(
        "Name: acme-flowers\nRequires-Dist: Typing_Extensions>=4\n"
        "Requires-Dist: pandas[x] ; extra == 'y'\n\nRequires-Dist: nothing\n"
    )
    assert ["pandas", "typing-extensions"] == installed().distributions["acme-flowers"].requires()
