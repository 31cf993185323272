"""Whatever is in a data set arrives as it is, and only once."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from datamaestro.context import Context
from datamaestro.moving.ways import export_bundle, import_bundle, push
from support.holding import hold, seen

ID = "org.example.x@test"

NAMES = st.one_of(
    st.sampled_from("abc"),
    st.binary(min_size=1, max_size=12).map(os.fsdecode),
    st.just("n" * 255),
).filter(lambda name: "/" not in name and "\0" not in name and name not in (".", ".."))
"""Of files and folders, as file systems have them, whatever their encoding."""

CONTENTS = st.one_of(st.binary(max_size=20), st.sampled_from([b"same", b"s" * 70_000]))


@st.composite
def trees(draw: st.DrawFn) -> dict[str, bytes | str]:
    """Return what is in a folder, by path: files, and links to these."""
    paths = draw(st.lists(st.lists(NAMES, min_size=1, max_size=3).map("/".join), max_size=8))
    tree: dict[str, bytes | str] = {}
    for path in dict.fromkeys(paths):
        if not any(f"{one}/".startswith(f"{path}/") or path.startswith(f"{one}/") for one in tree):
            tree[path] = draw(CONTENTS)
    linked: bool = draw(st.booleans())
    if linked and tree and "link" not in tree:
        tree["link"] = draw(st.sampled_from(sorted(tree)))
    return tree


@contextmanager
def folder() -> Iterator[Path]:
    """Give a new folder: fixtures are the same for all examples."""
    made = Path(tempfile.mkdtemp())
    try:
        yield made
    finally:
        shutil.rmtree(made)


@settings(max_examples=15)
@given(trees(), trees(), CONTENTS)
def test_any_tree_is_pushed_once(
    before: dict[str, bytes | str], tree: dict[str, bytes | str], content: bytes
) -> None:
    """The other side is the same then, whatever was there; a second push moves nothing."""
    with folder() as scratch:
        here, there = scratch / "here", scratch / "there"
        hold(there, ID, tree=before)
        hold(here, ID, tree=tree, file=content)
        context = Context(here)
        (moved,) = push(context, [], str(there))
        assert seen(here) == seen(there)
        known = [one for one in before.values() if isinstance(one, bytes)]
        new = [one for one in [*tree.values(), content] if isinstance(one, bytes)]
        assert len([one for one in new if one not in known]) == moved.files
        assert [0] == [one.files for one in push(context, [], str(there))]


@settings(max_examples=15)
@given(trees(), CONTENTS)
def test_any_tree_goes_into_a_bundle(tree: dict[str, bytes | str], content: bytes) -> None:
    """It comes out as it was, and the bundle that is made of that is the same."""
    with folder() as scratch:
        here, there = Context(scratch / "here"), Context(scratch / "there")
        hold(here.store.root, ID, tree=tree, file=content)
        bundles = [scratch / "1.tar", scratch / "2.tar"]
        export_bundle(here, [], bundles[0])
        import_bundle(there, bundles[0])
        export_bundle(there, [], bundles[1])
        assert seen(here.store.root) == seen(there.store.root)
        assert bundles[0].read_bytes() == bundles[1].read_bytes()
