"""The plan: what must still be done."""

from collections.abc import Callable

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.engine.plan import Plan, Step, make_plan
from datamaestro.errors import DefinitionError
from datamaestro.store.manifest import Entry, Input, Manifest
from datamaestro_hookspecs.cards import Card, Derivation, ResourceCard, Source, Transform

SOURCE = Source(("https://example.org/x",))


def fetched(name: str, *, transient: bool = False) -> ResourceCard:
    return ResourceCard(name, f"{name}.txt", source=SOURCE, transient=transient)


def made(name: str, *inputs: str, transient: bool = False) -> ResourceCard:
    return ResourceCard(
        name, f"{name}.txt", derivation=Derivation("m:f", "1"), inputs=inputs, transient=transient
    )


def card(*resources: ResourceCard) -> Card:
    return Card("org.example.x", "acme", resources=resources)


def there(entry: Entry) -> bool:
    return True


def recorded(made: Card) -> dict[str, Entry]:
    """Return what is on record when all of a card has been made; each has its own content."""
    steps = make_plan(card(*map(lasting, made.resources)), Manifest(), there).steps
    return {name: entry_of(step) for name, step in steps.items()}


def entry_of(step: Step, content: str = "content") -> Entry:
    inputs = {
        each: Input(lineage, f"{content} of {each}") for each, lineage in step.lineages.items()
    }
    name = step.resource.name
    return Entry(step.resource.path, step.recipe, result=f"{content} of {name}", inputs=inputs)


def plan(wanted: Card, on_disk: set[str], exists: Callable[[Entry], bool] = there) -> Plan:
    """Return the plan when some resources are on disk as they are declared."""
    known = recorded(wanted)
    return make_plan(wanted, Manifest({name: known[name] for name in on_disk}), exists)


def lasting(resource: ResourceCard) -> ResourceCard:
    return evolve(resource, transient=False)


def test_nothing_is_done_when_all_is_there() -> None:
    """A plan for what is on disk is empty."""
    assert plan(card(fetched("a"), made("b", "a")), {"a", "b"}).done


def test_what_is_missing_is_made_after_what_it_needs() -> None:
    """Steps come in order of need, and know which of the others they wait for."""
    steps = plan(card(made("b", "a"), fetched("a")), set()).steps
    assert ["a", "b"] == list(steps)
    assert frozenset({"a"}) == steps["b"].after


def test_a_file_that_disappeared_is_made_again() -> None:
    """The manifest alone is not believed: the file must be there."""
    two = card(fetched("a"), fetched("b"))
    gone = plan(two, {"a", "b"}, lambda entry: entry.path != "a.txt")
    assert {"a"} == set(gone.steps)


CHANGED = evolve(fetched("a"), transforms=(Transform("gunzip"),))


def test_what_is_made_from_something_changed_is_looked_at_again() -> None:
    """A changed recipe may change what is made from it."""
    entries = recorded(card(fetched("a"), made("b", "a"), fetched("c")))
    after = card(CHANGED, made("b", "a"), fetched("c"))
    assert {"a", "b"} == set(make_plan(after, Manifest(entries), there).steps)


def test_what_is_made_from_another_content_is_made_again() -> None:
    """The recipe is the same, but an input has been fetched anew and is not what it was."""
    wanted = card(fetched("a"), made("b", "a"))
    entries = recorded(wanted)
    entries["a"] = entries["a"]._replace(result="another content")
    assert {"b"} == set(make_plan(wanted, Manifest(entries), there).steps)


def test_what_is_made_from_the_same_content_is_not_made_again() -> None:
    """An input was made in another way, with the same result: what was made of it stays."""
    entries = recorded(card(fetched("a"), made("b", "a")))
    after = card(CHANGED, made("b", "a"))
    step = make_plan(after, Manifest(entries), there).steps["b"]
    entries["a"] = entries["a"]._replace(recipe="another")
    assert step.is_made(Manifest(entries), there)


def test_what_a_used_up_input_was_made_of_still_counts() -> None:
    """Where an input is gone, what counts is how it and all before it were made."""
    chain = [made("b", "a", transient=True), made("c", "b")]
    entries = recorded(card(fetched("a"), *chain))
    del entries["b"]
    assert make_plan(card(fetched("a"), *chain), Manifest(entries), there).done
    assert {"a", "b", "c"} == set(make_plan(card(CHANGED, *chain), Manifest(entries), there).steps)


def test_what_can_have_but_one_content_costs_nothing_else() -> None:
    """An input with a digest that disappeared is fetched; what was made of it stays."""
    pinned = evolve(fetched("a"), digests={"sha256": "0" * 64})
    wanted = card(pinned, made("b", "a"))
    assert {"a"} == set(plan(wanted, {"b"}).steps)
    assert {"a", "b"} == set(plan(card(fetched("a"), made("b", "a")), {"b"}).steps)


def test_another_url_is_not_another_recipe() -> None:
    """Files that moved to another server are not fetched again."""
    before = plan(card(fetched("a")), set()).steps["a"].recipe
    moved = evolve(fetched("a"), source=Source(("https://elsewhere.org/y",)))
    assert before == plan(card(moved), set()).steps["a"].recipe


def test_a_transient_resource_is_made_only_when_needed() -> None:
    """What is removed when used up is not missed once everything made from it is there."""
    wanted = card(fetched("raw", transient=True), made("a", "raw"), made("b", "raw"))
    assert plan(wanted, {"a", "b"}).done
    assert {"raw", "b"} == set(plan(wanted, {"a"}).steps)
    assert {"b"} == set(plan(wanted, {"raw", "a"}).steps)


def test_a_transient_resource_left_behind_is_removed() -> None:
    """A run that died between making and removing leaves work for the next."""
    wanted = card(fetched("raw", transient=True), made("a", "raw"))
    assert ("raw",) == plan(wanted, {"raw", "a"}).used_up


def test_a_circle_is_refused_with_its_path() -> None:
    """Resources that need each other can never be made."""
    with pytest.raises(DefinitionError, match=r"a <- b <- a|b <- a <- b"):
        plan(card(made("a", "b"), made("b", "a")), set())


def test_an_unknown_input_is_refused() -> None:
    """What is made from something undeclared can never be made."""
    with pytest.raises(DefinitionError, match="made from nowhere"):
        plan(card(made("a", "nowhere")), set())


@pytest.mark.parametrize("path", ["a.txt", "a.txt/b", "."])
def test_two_resources_at_one_path_are_refused(path: str) -> None:
    """One would replace the other, or be inside of it."""
    other = evolve(fetched("b"), path=path, folder=path == ".")
    with pytest.raises(DefinitionError, match="same path"):
        plan(card(fetched("a"), other), set())


def test_two_resources_of_one_name_are_refused() -> None:
    """Nobody could say which of them is meant."""
    with pytest.raises(DefinitionError, match="same name"):
        plan(card(fetched("a"), evolve(fetched("a"), path="b.txt")), set())


@st.composite
def graphs(draw: st.DrawFn) -> Card:
    """Draw a card whose resources are made from earlier ones, listed in any order."""
    count = draw(st.integers(1, 8))
    resources = []
    for index in range(count):
        inputs = draw(st.sets(st.sampled_from(range(index)), max_size=3)) if index else set()
        transient = draw(st.booleans())
        names = tuple(f"r{other}" for other in sorted(inputs))
        new = made(f"r{index}", *names) if names else fetched(f"r{index}")
        resources.append(evolve(new, transient=transient))
    return card(*draw(st.permutations(resources)))


@given(graphs(), st.data())
def test_a_plan_makes_every_lasting_resource_possible(wanted: Card, data: st.DataObject) -> None:
    """Whatever is on disk: each step's inputs are there or made before it, and all ends well."""
    names = [resource.name for resource in wanted.resources]
    on_disk = data.draw(st.sets(st.sampled_from(names)))
    found = plan(wanted, on_disk)
    available = set(on_disk)
    for name, step in found.steps.items():
        assert set(step.resource.inputs) <= available
        assert step.after <= available
        available.add(name)
    assert {r.name for r in wanted.resources if r.name not in found.transient} <= available
    assert not set(found.used_up) & {i for s in found.steps.values() for i in s.resource.inputs}
