"""Repositories and the catalogue."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from datamaestro.catalogue import Catalogue
from datamaestro.context import Context
from datamaestro.data import Base
from datamaestro.definitions import AbstractDataset
from datamaestro.errors import DatasetNotFound, DefinitionError, PluginError, UsageError
from datamaestro.plugins.registry import plugins
from datamaestro_hookspecs.cards import Card
from support.dialects import add_dialect
from support.distributions import install

REPOSITORY = """
import datamaestro

class Repository(datamaestro.Repository):
    AUTHOR = "Jane Doe <jane@example.org>"
    DESCRIPTION = "Data sets of flowers"
    NAMESPACE = {name!r}
"""

IRIS = """
from datamaestro.data import File
from datamaestro.definitions import dataset
from datamaestro.download.single import filedownloader

@filedownloader("data.csv", "package:acme_data/iris.csv")
@dataset(File, url="https://example.org")
def iris(data):
    return {"path": data}

@dataset(File, id="net.elsewhere.named")
def other():
    return {"path": "x"}
"""


def add_repository(site: Path, package: str, name: str = "flowers", **modules: str) -> None:
    """Install a package as it was written for the earlier versions."""
    files = {f"{package}/__init__.py": REPOSITORY.format(name=name)}
    files |= {f"{package}/config/{path.replace('__', '/')}.py": s for path, s in modules.items()}
    points = {"datamaestro.repositories": {name: f"{package}:Repository"}}
    install(site, package, files, points)


def ids(context: Context) -> set[str]:
    return {card.identity for card in context.catalogue.cards()}


def test_a_packages_repository_is_found(site: Path) -> None:
    """A Repository class named by an entry point brings its definitions, under its name."""
    add_repository(site, "acme_flowers", com__acme=IRIS)
    assert {"com.acme.iris@flowers", "net.elsewhere.named@flowers"} <= ids(Context())
    card = Context().dataset("com.acme.iris").card
    assert ("flowers", "https://example.org") == (card.repository, card.url)


def test_an_id_of_another_path_is_found(site: Path) -> None:
    """``id=`` may name something that is not on the module's path."""
    add_repository(site, "acme_flowers", com__acme=IRIS)
    assert "net.elsewhere.named" == Context().dataset("net.elsewhere.named@flowers").card.id


def test_a_broken_module_costs_its_own_data_sets(
    site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The rest is found, with one warning line; what is in it says why it cannot be had."""
    add_repository(site, "acme_flowers", com__acme=IRIS, com__broken="import nothing_there")
    for _ in range(2):
        assert "com.acme.iris@flowers" in ids(Context())
    (warning,) = caplog.messages
    assert "cannot import acme_flowers.config.com.broken" in warning
    with pytest.raises(DefinitionError, match="nothing_there"):
        Context().dataset("com.broken.rose")


def test_modules_that_need_a_dialect_that_cannot_be_used_are_told_together(
    site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """In one line, also from the index; who asks for what is in one is told of that one."""
    add_dialect(site, too_old=True)
    (site / "acme_notation.py").touch()
    missing = "from acme_notation import missing"
    derived = "import acme_notation\nfrom datamaestro.data import Base\nclass New(Base): pass"
    modules = {"com__acme": IRIS, "com__one": missing, "com__two": missing, "com__three": derived}
    add_repository(site, "acme_flowers", **modules)
    assert "com.acme.iris@flowers" in ids(Context())
    assert {"com.acme.iris"} <= {one.id for one in Context().catalogue}
    (line,) = caplog.messages
    assert line.endswith("2 is wanted: what needs it is left out (pip install -U acme)")
    with pytest.raises(DefinitionError, match=r"config\.com\.three: .*, line 3 of three.py"):
        Context().dataset("com.three.rose")


def test_a_broken_repository_is_left_out(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A class that cannot be imported is warned about; others are searched."""
    points = {"datamaestro.repositories": {"gone": "no_such_package:Repository"}}
    install(site, "gone", {}, points)
    assert "com.lecun.mnist@image" in ids(Context())
    assert "repository gone is left out" in caplog.text


BROKEN = {
    "it has no name": "class Repository(datamaestro.Repository): pass",
    "its name is no word": "class Repository(datamaestro.Repository): NAMESPACE = 'Flo wers'",
    "its name is another": "class Repository(datamaestro.Repository): NAMESPACE = 'other'",
    "it is no repository": "class Repository: pass",
    "it leaves": "class Repository:\n    def __init__(self): raise SystemExit(3)",
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_repository_costs_one_warning(
    how: str, site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The package is named, the others are searched, and it can be switched off."""
    modules = {"bad_flowers.py": f"import datamaestro\n\n{BROKEN[how]}"}
    points = {"datamaestro.repositories": {"flowers": "bad_flowers:Repository"}}
    install(site, "bad-flowers", modules, points)
    for _ in range(2):
        assert "com.lecun.mnist@image" in ids(Context())
    (warning,) = caplog.messages
    assert warning.startswith("repository flowers is left out: ")


LEAVING = """
import datamaestro

class Repository(datamaestro.BaseRepository):
    NAMESPACE = "leaving"
    def definition(self, dataset_id):
        raise SystemExit(4)
    def __iter__(self):
        raise SystemExit(4)
"""


def test_a_repository_that_leaves_costs_its_own_data_sets(site: Path) -> None:
    """Others are found; of what nobody has, its failure is told."""
    points = {"datamaestro.repositories": {"leaving": "leaving:Repository"}}
    install(site, "leaving", {"leaving.py": LEAVING}, points)
    assert "com.lecun.mnist" == Context().dataset("com.lecun.mnist").card.id
    assert "com.lecun.mnist@image" in {one.card.identity for one in Context().datasets()}
    with pytest.raises(PluginError, match="repository leaving fails: SystemExit: 4"):
        Context().dataset("no.such.thing")


def test_what_is_asked_of_a_broken_repository_is_not_said_to_be_missing(site: Path) -> None:
    """But that the repository is broken, and why."""
    points = {"datamaestro.repositories": {"gone": "no_such_package:Repository"}}
    install(site, "gone", {}, points)
    with pytest.raises(PluginError, match="no_such_package"):
        Context().dataset("com.acme.iris@gone")


def test_an_id_does_not_end_in_a_dot() -> None:
    """What is like one is told."""
    with pytest.raises(DatasetNotFound, match=r"did you mean com\.lecun\.mnist"):
        Context().dataset("com.lecun.mnist.")


def test_a_repository_is_switched_off_like_a_plugin(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name."""
    add_repository(site, "acme_flowers", com__acme=IRIS)
    monkeypatch.setenv("DATAMAESTRO_PLUGINS", "-flowers")
    assert "com.acme.iris@flowers" not in ids(Context())


WRONG = """
from datamaestro.data import File
from datamaestro.definitions import dataset
from datamaestro.download.single import filedownloader

@filedownloader("/etc/x.csv", "https://example.org/x", varname="x")
@dataset(File)
def outside(x): ...

@filedownloader("x.csv", "no URL")
@dataset(File)
def nowhere(x): ...

@filedownloader("x.csv", "https://example.org/x", size="12")
@dataset(File)
def sizeless(x): ...

@dataset(File)
def fine(): ...
"""


def test_a_wrong_definition_costs_itself(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The others of its module are found; the warning names it."""
    add_repository(site, "acme_flowers", com__acme=WRONG)
    assert {"com.acme.fine@flowers"} == {one for one in ids(Context()) if "acme" in one}
    for name in ("outside", "nowhere", "sizeless"):
        assert f"com.acme.{name}@flowers: " in caplog.text
    with pytest.raises(DefinitionError, match=r"com\.acme\.outside@flowers: .*not a path below"):
        Context().prepare("com.acme.outside", download=False)


def test_an_id_defined_twice_is_told(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The first stays."""
    again = IRIS.replace("def iris", "def again").replace("(File, url", "(File, id='iris', url")
    add_repository(site, "acme_flowers", com__acme=IRIS + again.replace("def other", "def third"))
    assert "com.acme.iris" == Context().dataset("com.acme.iris").card.id
    ids(Context())
    told = "com.acme.again defines com.acme.iris again; acme_flowers.config.com.acme.iris is taken"
    assert told in caplog.text


def test_a_broken_module_does_not_hide_another_repository(site: Path) -> None:
    """Whoever has the id gives it; only when nobody has it the broken module is told."""
    add_repository(site, "acme_flowers", com__lecun="1 / 0", com__acme=IRIS)
    assert "image" == Context().dataset("com.lecun.mnist").card.repository
    with pytest.raises(DefinitionError, match="ZeroDivisionError: division by zero, line 1 of lec"):
        Context().dataset("com.lecun.mnist@flowers")


def test_only_modules_are_looked_at(site: Path) -> None:
    """What editors and programs leave beside them is not imported."""
    add_repository(site, "acme_flowers", com__acme=IRIS, com____main__="1 / 0")
    checkpoints = site / "acme_flowers/config/com/.ipynb_checkpoints"
    checkpoints.mkdir()
    (checkpoints / "acme-checkpoint.py").write_text("1 / 0")
    assert Context().dataset("com.acme.iris")


def test_an_installed_repository_replaces_a_built_in_one(site: Path) -> None:
    """A package that registers ``image`` takes the place of ours."""
    add_repository(site, "acme_image", "image", com__acme=IRIS)
    found = ids(Context())
    assert "com.acme.iris@image" in found
    assert "com.lecun.mnist@image" not in found


def test_a_bare_id_of_several_repositories_goes_to_the_first(
    site: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The first in the order of entry points; the others are named."""
    add_repository(site, "acme_b", "bees", com__acme=IRIS)
    add_repository(site, "acme_a", "ants", com__acme=IRIS)
    assert "ants" == Context().dataset("com.acme.iris").card.repository
    assert "there is also com.acme.iris@bees" in caplog.text
    assert "bees" == Context().dataset("com.acme.iris@bees").card.repository


def test_near_ids_are_suggested() -> None:
    """A slip of the finger, a part of the id, or its last word finds what was meant."""
    near = Catalogue(plugins()).near
    assert "com.lecun.mnist" == near("com.lecun.mnsit")[0]
    assert "com.lecun.mnist" in near("mnist")
    assert "edu.uci.optdigits" in near("optdigit")
    assert () == near("zzzzzz")


@pytest.mark.parametrize("reference", ["com.lecun.mnsit", "com.lecun.mnist@text", "id:nothing"])
def test_an_unknown_id_is_not_found(reference: str) -> None:
    """Also where the id is right but not in that repository."""
    with pytest.raises(DatasetNotFound):
        Context().dataset(reference)


@pytest.mark.parametrize("reference", ["", "a b", "a..b", "a@", "@image", "a@b@c", "a[x", "../a"])
def test_what_is_no_reference_is_a_usage_error(reference: str) -> None:
    """The error says what is expected."""
    with pytest.raises(UsageError, match="does not name a data set"):
        Context().dataset(reference)


def test_a_data_set_without_variants_has_none_to_choose() -> None:
    """Neither in the reference nor as an argument."""
    with pytest.raises(UsageError, match=r"does not declare variants, so \[\w+=\w+\] chooses"):
        Context().dataset("com.lecun.mnist[size=small]")
    with pytest.raises(UsageError, match="does not declare variants"):
        Context().prepare("com.lecun.mnist", variant={"size": "small"}, download=False)


def test_a_definition_imported_by_hand_belongs_to_its_repository() -> None:
    """The object that ``@dataset`` made names the same data as its id."""
    from datamaestro_plugins.image.config.com.lecun import mnist

    mnist.repository = None
    by_hand = Context().prepare(mnist, download=False)
    assert by_hand.id == Context().prepare("com.lecun.mnist", download=False).id


def test_what_a_resolver_returns_is_a_definition() -> None:
    """Anything with a card that can build and derive can be prepared as an object."""

    class Anything(AbstractDataset):
        @property
        def card(self) -> Card:
            return Card("org.example.any", "acme")

        def make(self, paths: Mapping[str, Path]) -> Base:
            return Base()

    assert "org.example.any@acme" == Context().prepare(Anything()).id
    with pytest.raises(UsageError, match="neither an id nor a definition"):
        Context().prepare(3)
