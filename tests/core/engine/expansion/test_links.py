"""Where the symbolic links of a tree lead, found out without asking the system."""

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from datamaestro.engine.expansion.links import MOST, Links
from datamaestro.engine.expansion.refusal import MemberRefused
from support.trees import leads_outside

Tree = tuple[tuple[str, ...], Mapping[str, str]]
"""Folders and links of a tree."""

parts = st.sampled_from(["a", "b", "A", "c"])
paths = st.lists(parts, min_size=1, max_size=3).map("/".join)
targets = st.lists(parts | st.sampled_from(["..", "..", ".", ""]), min_size=1, max_size=8).map(
    lambda words: "/".join(words).lstrip("/") or "."
)


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Draw folders and links that can be on one disk; each folder comes after that it is in."""
    folders: dict[str, None] = {}
    links: dict[str, str] = {}
    for path in draw(st.lists(paths, max_size=4)):
        words = path.split("/")
        folders |= dict.fromkeys("/".join(words[: end + 1]) for end in range(len(words)))
    for where, name, target in draw(
        st.lists(st.tuples(st.integers(0, 9), parts, targets), min_size=1, max_size=5)
    ):
        parent = ["", *folders][where % (len(folders) + 1)]
        path = f"{parent}/{name}".lstrip("/")
        if path not in folders:
            links[path] = target
    return tuple(folders), links


def checked(tree: Tree, top: str = "") -> bool:
    """Return whether all links are found to stay inside."""
    folders, targets = tree
    links = Links()
    for path, target in targets.items():
        links.add(path, target)
    try:
        links.check({"", *folders}, top)
    except MemberRefused:
        return False
    return True


def make(root: Path, tree: Tree) -> None:
    folders, links = tree
    for folder in folders:
        (root / folder).mkdir()
    for path, target in links.items():
        (root / path).symlink_to(target)


def any_outside(root: Path, links: Iterable[str], top: str = "") -> bool:
    """Return whether the system finds a link that leads out of a tree."""
    return any(leads_outside(root / path, root / top) for path in links)


def all_lead_somewhere(root: Path, links: Iterable[str]) -> bool:
    """Return whether there is something where each link leads."""
    return all((root / path).exists() for path in links)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees())
@example((("a", "x", "x/y"), {"A": "x/y", "l": "a/../.."}))
@example((("a",), {"a/b": "..", "a/c": "b/a/b/.."}))
def test_no_link_leads_outside_that_passes(tree: Tree) -> None:
    """What the system finds on a real disk is inside; what leads somewhere inside passes."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "of this tree")
        root.mkdir()
        make(root, tree)
        links = tree[1]
        passes, outside = checked(tree), any_outside(root, links)
        assert not (passes and outside)
        if all_lead_somewhere(root, links) and not outside:
            assert passes


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees())
def test_no_link_leads_out_of_the_folder_that_will_be_the_top(tree: Tree) -> None:
    """Where a single folder gives way to what is in it, that is what counts."""
    below = tuple(f"top/{path}" for path in tree[0])
    inner: Tree = (("top", *below), {f"top/{path}": target for path, target in tree[1].items()})
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "of this tree")
        root.mkdir()
        make(root, inner)
        passes, outside = checked(inner, "top"), any_outside(root, inner[1], "top")
        assert not (passes and outside)
        if all_lead_somewhere(root, inner[1]) and not outside:
            assert passes
        assert passes <= checked(inner)


@pytest.mark.parametrize(
    ("folders", "links"),
    [
        ((), {"l": ".."}),
        ((), {"l": "/etc"}),
        ((), {"l": "a/../../x"}),
        (("a",), {"a/l": "../.."}),
        ((), {"b": ".", "c": "b/b/b/../../.."}),
        ((), {"b": ".", "c": "b/.."}),
        (("a", "a/b"), {"up": "a/b", "l": "up/../../.."}),
        (("a", "a/b"), {"a/b/up": "../..", "l": "a/b/up/../x"}),
        ((), {"one": "two", "two": "three", "three": ".."}),
        (("a",), {"a/l": "x", "a/x": "../.."}),
        ((), {"l": "/"}),
        (("a", "x", "x/y"), {"A": "x/y", "l": "a/../.."}),
    ],
)
def test_known_attacks_are_refused(folders: tuple[str, ...], links: Mapping[str, str]) -> None:
    """Absolute, straight out, and out by way of other links."""
    assert not checked((folders, links))


@pytest.mark.parametrize(
    ("folders", "links"),
    [
        (("a", "a/b"), {"a/b/l": "../.."}),
        (("a",), {"l": "a/../a/x", "a/l": "../nowhere"}),
        ((), {"l": "."}),
        ((), {"l": "l"}),
        ((), {"l": "k", "k": "l"}),
        ((), {"l": "l/x"}),
        ((), {"l": "...", "k": "..a"}),
        (("lib", "bin"), {"lib/x.so": "x.so.1", "bin/x": "../lib/x.so", "b": "bin//."}),
    ],
)
def test_links_inside_are_kept(folders: tuple[str, ...], links: Mapping[str, str]) -> None:
    """Where they lead to nothing, or round and round, nothing is lost."""
    assert checked((folders, links))


@pytest.mark.parametrize("name", ["B", "é", "b\N{ZERO WIDTH NON-JOINER}", "missing"])
def test_nothing_leads_back_from_what_is_not_there(name: str) -> None:
    """A file system may take that for a link of another case, or written in another way."""
    assert not checked(((), {"b": ".", "e\N{COMBINING ACUTE ACCENT}": ".", "l": f"{name}/../x"}))


def test_a_refusal_names_the_link() -> None:
    """And where it leads."""
    links = Links()
    links.add("a/l", "../../etc")
    with pytest.raises(MemberRefused, match=r"member 'a/l' links to '../../etc'"):
        links.check({"", "a"}, "")


def test_chains_of_links_end() -> None:
    """However many there are, each is followed for a while only; the system follows fewer."""
    links = {str(number): f"{number + 1}/x" for number in range(3 * MOST)}
    assert checked(((), links))
    assert not checked(((), {**links, str(MOST - 2): ".."}))


def test_the_later_link_of_a_name_counts() -> None:
    """It takes the place of the earlier one."""
    links = Links()
    links.add("l", "..")
    links.add("l", "a")
    links.check({""}, "")
    assert ([("l", "a")], ["l"], "a") == (list(links.items()), list(links), links.get("l"))
    assert (True, False, None) == ("l" in links, "a" in links, links.get("a"))
