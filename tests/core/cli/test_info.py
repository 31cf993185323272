"""``datamaestro info``: what is known of data sets, from the index or from definitions."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.command import Outcome
from support.distributions import install
from support.inside import inside
from support.repositories import define
from support.searching import PROGRAM

ID = "edu.uci.optdigits"
HEAVY = {"numpy", "requests", "tqdm", "cattrs", "attr", "pluggy", "logging", "importlib.metadata"}

FAMILY = """
    from datamaestro.annotations.agreement import useragreement
    from datamaestro.data import Base
    from datamaestro.definitions import Dataset, dataset
    from datamaestro.download import reference
    from datamaestro.variants import AxesVariants, Axis

    @useragreement("Only for research.", id="research")
    @dataset(
        aliases=["org.old"],
        variants=AxesVariants(
            size=Axis(["small", "large"], description="of the corpus"),
            seed=Axis(type=int, default=1, in_id=False),
        ),
        homepage="https://example.org/home", version="2", languages=["en", "de"], size="2.9GB",
    )
    class Family(Dataset):
        '''A family

        It has members.

        - one is small,
        - one is large.
        '''

        DIGITS = reference("edu.uci.optdigits")

        def config(self, size, seed) -> Base:
            return Base()
    """


def known(*arguments: str, cwd: Path) -> Outcome:
    """Return what info says, once the index is there."""
    inside("search", cwd=cwd)
    return inside("info", *arguments, cwd=cwd)


def facts(*arguments: str, cwd: Path) -> dict[str, Any]:
    """Return what info says of one data set, as JSON."""
    (found,) = inside("info", "--json", *arguments, cwd=cwd).document
    assert isinstance(found, dict)
    return found


def test_it_shows_what_is_known(tmp_path: Path) -> None:
    """Piped: plain lines, in which nothing is cut and nothing is bold."""
    done = known(ID, cwd=tmp_path)
    assert ("", 0) == (done.err, done.code)
    assert "\x1b" not in done.out
    for line in (
        f"Id          {ID}@demo",
        "Type        LabelledImages (datamaestro.data.image)",
        "Ancestors   Base (datamaestro.data)",
        "Licence     CC-BY-4.0",
        "DOI         10.24432/C50P49",
        "Download    44 kB",
        "Defined in  datamaestro_plugins.demo.config.edu.uci",
        "images.idx  44 kB     no",
        "@misc{alpaydin1998optical,",
    ):
        assert line in done.out.splitlines()


def test_it_says_what_is_on_disk(tmp_path: Path, store: Path) -> None:
    """File by file, with its size there; a file that has been removed is not there."""
    before = facts(ID, cwd=tmp_path)
    assert [False, False] == [one["on_disk"] for one in before["resources"]]
    inside("download", ID, cwd=tmp_path)
    (store / "data/demo/edu/uci/optdigits/labels.idx").unlink()
    after = facts(ID, cwd=tmp_path)
    assert [(True, 115_024), (False, None)] == [
        (one["on_disk"], one["size_on_disk"]) for one in after["resources"]
    ]
    assert str(store / "data/demo/edu/uci/optdigits") == after["folder"]
    assert "images.idx  44 kB     115 kB" in inside("info", ID, cwd=tmp_path).out


def test_the_index_and_the_definition_say_the_same(site: Path, tmp_path: Path) -> None:
    """Letter by letter; and several data sets are shown one after the other."""
    add_family(site)
    names = ["org.family", "org.old", ID, f"{ID}@demo"]
    imported = inside("info", "--json", *names, cwd=tmp_path)
    listed = known("--json", *names, cwd=tmp_path)
    assert (0, imported) == (listed.code, listed)
    assert ["org.family", "org.family", ID, ID] == [one["id"] for one in listed.document]


@pytest.mark.parametrize("words", ["info", "info --json", "cite", "cite --json", "licenses"])
@pytest.mark.parametrize("is_there", [False, True], ids=["missing", "on disk"])
def test_with_an_index_little_is_imported(words: str, is_there: bool, tmp_path: Path) -> None:
    """No definition, no plugin, and nothing that takes long to import."""
    inside("search", cwd=tmp_path)
    if is_there:
        inside("download", ID, cwd=tmp_path)
    program = [sys.executable, "-c", PROGRAM, str(tmp_path / "modules"), *words.split(), ID]
    subprocess.run(program, cwd=tmp_path, stdout=subprocess.DEVNULL, check=True)
    loaded = set((tmp_path / "modules").read_text().splitlines())
    assert set() == loaded & HEAVY
    strangers = ("datamaestro_plugins", "datamaestro.context", "datamaestro.definitions")
    assert set() == {name for name in loaded if name.startswith(strangers)}


def test_a_family_shows_its_axes_terms_and_parts(site: Path, tmp_path: Path) -> None:
    """Domains and defaults; whether the terms are accepted; other data sets, and what they need."""
    add_family(site)
    shown = known("org.old", cwd=tmp_path).out.splitlines()
    for line in (
        "A family",
        "Id          org.family@acme",
        "Aliases     org.old",
        "Home page   https://example.org/home",
        "Version     2",
        "Languages   de, en",
        "Size        2.9 GB",
        "DIGITS  edu.uci.optdigits@demo  no",
        "size        small, large (has to be chosen; of the corpus)",
        "seed        any int (else 1; not in the id)",
        "Terms research of org.family@acme: to be accepted",
        "Only for research.",
        "- one is small,",
    ):
        assert line in shown, line
    inside("accept", "--yes", "org.family[size=small]", cwd=tmp_path)
    inside("download", ID, cwd=tmp_path)
    after = facts("org.family", cwd=tmp_path)
    assert [True] == [terms["accepted"] for terms in after["terms"]]
    assert [True] == [one["on_disk"] for one in after["resources"]]


def test_what_the_index_does_not_have_is_resolved(site: Path, tmp_path: Path) -> None:
    """A variant, a part of a data set; what is nowhere is an error, as it is without an index."""
    add_family(site)
    inside("search", cwd=tmp_path)
    variant = facts("org.old[size=small]", cwd=tmp_path)
    assert ("org.family", "org.family[size=small]@acme") == (variant["id"], variant["identity"])
    part = facts(f"{ID}.images", cwd=tmp_path)
    assert (ID, f"{ID}.images@demo") == (part["id"], part["identity"])
    assert "datamaestro.data.image:IDXImage" == part["types"][0]
    assert 3 == inside("info", ID, "org.nothing", cwd=tmp_path).code
    assert 2 == inside("info", "org.family[size=huge]", cwd=tmp_path).code


def test_an_id_of_several_repositories_is_told(site: Path, tmp_path: Path) -> None:
    """With the index and without."""
    define(site, '@dataset(File, id="org.old", url="https://example.org")\ndef one(): ...\n')
    add_family(site)
    line = "org.old is taken from acme; there is also org.old@test"
    for done in (inside("info", "org.old", cwd=tmp_path), known("org.old", cwd=tmp_path)):
        assert [line] == done.lines
    assert [] == inside("--quiet", "info", "org.old", cwd=tmp_path).lines
    assert "test" == facts("org.old@test", cwd=tmp_path)["repository"]


def test_a_mistake_in_the_settings_is_told_once(tmp_path: Path) -> None:
    """With the index and without."""
    config = tmp_path / "config/datamaestro/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("nothing = 1\n")
    line = f"{config}: nothing is no setting"
    for done in (inside("info", ID, cwd=tmp_path), known(ID, cwd=tmp_path)):
        assert [line] == done.lines


def test_a_damaged_manifest_is_told(tmp_path: Path, store: Path) -> None:
    """In one line; the data count as missing."""
    inside("download", ID, cwd=tmp_path)
    (store / f"state/demo/{ID}.json").write_text("{")
    done = known("--json", ID, cwd=tmp_path)
    assert [False, False] == [one["on_disk"] for one in done.document[0]["resources"]]
    (line,) = done.lines
    assert "cannot be understood" in line


def add_family(site: Path) -> None:
    """Install a repository ``acme`` with a family, ``org.family``."""
    modules = {
        "acme_family/__init__.py": """
            import datamaestro

            class Repository(datamaestro.Repository):
                NAMESPACE = "acme"
            """,
        "acme_family/config/__init__.py": "",
        "acme_family/config/org.py": FAMILY,
    }
    points = {"datamaestro.repositories": {"acme": "acme_family:Repository"}}
    install(site, "acme-family", modules, points)
