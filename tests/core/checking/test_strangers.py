"""What is found where a repository does what nobody expects."""

from __future__ import annotations

from pathlib import Path

from datamaestro.checking.definitions import Checked, check_definitions
from datamaestro.context import Context
from support.checking import FILE, GOOD, SAID, check, rules
from support.distributions import install

OWN = """
from datamaestro.repository import BaseRepository
from datamaestro_hookspecs.cards import Card

class Definition:
    def __init__(self, id, types):
        self.card = Card(id, "own", "name", "text", "https://example.org", types=types,
                         license="MIT", doi="10.1234/x")

    def build(self, paths):
        from datamaestro.data import File
        return File(path="/")

    def derive(self, resource, output, inputs):
        pass

class Own(BaseRepository):
    NAMESPACE = "own"
"""
"""A repository whose data sets are what a test says."""


def own(site: Path, iteration: str) -> Checked:
    """Install a repository ``own`` that iterates over its data sets in some way, and check it."""
    source = f"{OWN}\n    def __iter__(self):\n        {iteration}\n"
    points = {"datamaestro.repositories": {"own": "own_repository:Own"}}
    install(site, "own-repository", {"own_repository.py": source}, points)
    context = Context()
    return check_definitions("own", context.store, context.plugins)


def test_a_module_that_cannot_be_imported_is_told_with_its_reason(site: Path) -> None:
    """The data sets of the others are checked."""
    module = site / "repository_of_test/config/org/broken.py"
    module.parent.mkdir(parents=True)
    module.write_text("import no_such_module\n")
    checked = check(site, GOOD)
    (found,) = checked.findings
    assert ("module-fails", "error", "") == (found.rule, found.level, found.id)
    assert "repository_of_test.config.org.broken: ModuleNotFoundError" in found.message
    assert "line 1 of broken.py" in found.message
    assert 1 == checked.datasets


def test_a_repository_that_cannot_be_imported_is_told(site: Path) -> None:
    """It is an error of the repository."""
    points = {"datamaestro.repositories": {"own": "own_repository:Own"}}
    install(site, "own-repository", {"own_repository.py": "import no_such"}, points)
    context = Context()
    (found,) = check_definitions("own", context.store, context.plugins).findings
    assert ("own", "", "error", "repository-fails") == (
        *(found.repository, found.id),
        *(found.level, found.rule),
    )


def test_a_repository_that_fails_half_way_is_told(site: Path) -> None:
    """What it had until then is checked."""
    checked = own(site, "yield Definition('a.b', ('datamaestro.data:File',)); 1 / 0")
    assert ["repository-fails"] == rules(checked)
    assert 1 == checked.datasets


def test_a_definition_without_a_card_is_told(site: Path) -> None:
    """With its id, as far as it has one."""
    checked = check(site, GOOD + GOOD.replace("def good", "def bad").replace("size=1", "size=-1"))
    (found,) = [one for one in checked.findings if one.rule == "definition-fails"]
    assert "org.example.bad" == found.id
    assert "-1" in found.message


def test_a_type_that_cannot_be_imported_is_told(site: Path) -> None:
    """So nobody else could use the data."""
    checked = own(site, "yield Definition('a.b', ('datamaestro.data:Nothing',))")
    assert ["other-type", "type-missing"] == rules(checked)


def test_data_of_another_type_than_the_card_says_are_told(site: Path) -> None:
    """Whatever made them."""
    checked = own(site, "yield Definition('a.b', ('datamaestro.data:Folder',))")
    (found,) = checked.findings
    assert "other-type" == found.rule
    assert "its data are of the type datamaestro.data:File" in found.message


def test_an_id_that_is_also_that_of_a_part_is_told(site: Path) -> None:
    """Unless the part is that very data set."""
    part = GOOD.replace("def good", "def part").replace("File, ", 'File, id="good.path", ')
    parted = f"""
from attrs import define
@define(slots=False, kw_only=True, eq=False)
class Two(File):
    inner: File

@filedownloader("a.txt", {FILE})
@dataset(Two, {SAID}, id="good")
def whole(a):
    '''A name

    And a description.
    '''
    return Two(path=a, inner=File(path=a))
"""
    inner = part.replace("good.path", "org.example.good.inner")
    checked = check(site, parted + inner)
    (found,) = checked.findings
    assert ("org.example.good.inner", "note", "id-ambiguous") == (found.id, found.level, found.rule)


def test_a_part_that_is_the_data_set_of_that_id_is_no_cause(site: Path) -> None:
    """The id then names what one would expect."""
    whole = f"""
from datamaestro.download.reference import reference
from attrs import define
@define(slots=False, kw_only=True, eq=False)
class Two(File):
    good: File

@dataset(id="org.example", {SAID})
class Whole(Dataset):
    '''A name

    And a description.
    '''
    GOOD = reference(good)
    A = FileDownloader("a.txt", {FILE})
    def config(self) -> Two:
        return Two(path=self.A.path, good=self.GOOD.config())
"""
    assert [] == rules(check(site, GOOD + whole))


def test_two_readers_of_one_type_are_told(site: Path) -> None:
    """Who reads the data is then nobody's choice."""
    plugin = """
from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.datatypes import DataType

@hookimpl
def datamaestro_datatypes():
    return [DataType("{0}", "datamaestro.data:File", "reader_{0}:Reader")]
"""
    for name in ("one", "other"):
        points = {"datamaestro": {name: f"reader_{name}"}}
        install(site, f"reader-{name}", {f"reader_{name}.py": plugin.format(name)}, points)
    (found,) = check(site, GOOD).findings
    assert "reader-fails" == found.rule
    assert "one" in found.message
    assert "other" in found.message


SCHEME = """
from datamaestro.variants import Variants

class Presets(Variants):
    def resolve(self, **kwargs): {resolve}
    def parse_selector(self, selector): return {{}}
    def format_selector(self, kwargs): return f"[{{kwargs['preset']}}]"
    def enumerate(self): yield from ({{"preset": "small"}}, {{"preset": "large"}})
"""


def presets(resolve: str) -> str:
    """Return a family with a scheme of its own."""
    return f"""{SCHEME.format(resolve=resolve)}
@dataset(id="", {SAID}, variants=Presets())
class Family(Dataset):
    '''A name

    And a description.
    '''
    A = FileDownloader("a.txt", {FILE})
    def config(self, preset) -> File:
        return File(path=self.A.path)
"""


def test_a_selector_that_chooses_another_variant_is_told(site: Path) -> None:
    """Its id would then be that of other data."""
    checked = check(site, presets('return {"preset": "small", **kwargs}'))
    (found,) = checked.findings
    assert "selector-differs" == found.rule
    assert "preset=large is written '[large]', which chooses '[small]'" == found.message


def test_a_rule_that_a_definition_makes_fail_is_an_error(site: Path) -> None:
    """The other rules go on."""
    checked = check(site, presets('return kwargs["preset"].no_such'))
    assert {"build-fails", "selector-differs"} == set(rules(checked))
    assert any("cannot be checked: KeyError" in one.message for one in checked.findings)


def test_a_folder_that_only_users_have_is_no_mistake(site: Path) -> None:
    """Whether such data can be built, nobody can tell here."""
    source = f"""
from datamaestro.download.links import linkfolder
from datamaestro.context import DatafolderPath

@linkfolder("a", [DatafolderPath("org.example.corpus", "texts")])
@dataset(Folder, {SAID})
def corpus(a):
    '''A name

    And a description.
    '''
    return Folder(path=a)
"""
    assert [] == rules(check(site, source))
