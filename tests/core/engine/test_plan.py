"""The plan: what must still be done."""

from collections.abc import Callable

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.engine.plan import Plan, make_plan
from datamaestro.errors import DefinitionError
from datamaestro.store.manifest import Entry, Manifest
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


def there(resource: ResourceCard) -> bool:
    return True


def plan(wanted: Card, on_disk: set[str], exists: Callable[[ResourceCard], bool] = there) -> Plan:
    """Return the plan when some resources are on disk as they are declared."""
    steps = make_plan(card(*map(lasting, wanted.resources)), Manifest(), there).steps
    entries = {name: Entry(steps[name].resource.path, steps[name].recipe) for name in on_disk}
    return make_plan(wanted, Manifest(entries), exists)


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
    gone = plan(card(fetched("a"), fetched("b")), {"a", "b"}, lambda resource: resource.name != "a")
    assert {"a"} == set(gone.steps)


def test_what_is_made_from_something_changed_is_made_again() -> None:
    """A changed recipe changes those of all that is made from it."""
    before = card(fetched("a"), made("b", "a"), fetched("c"))
    recipes = {name: step.recipe for name, step in plan(before, set()).steps.items()}
    entries = {name: Entry(f"{name}.txt", recipe) for name, recipe in recipes.items()}
    changed = evolve(fetched("a"), transforms=(Transform("gunzip"),))
    after = card(changed, made("b", "a"), fetched("c"))
    assert {"a", "b"} == set(make_plan(after, Manifest(entries), there).steps)


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


def test_two_resources_at_one_path_are_refused() -> None:
    """One would replace the other."""
    with pytest.raises(DefinitionError, match="same name or path"):
        plan(card(fetched("a"), evolve(fetched("b"), path="a.txt")), set())


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
