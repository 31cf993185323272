"""Places that are taken."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from datamaestro.store.manifest import Entry
from datamaestro.store.taken import Occupied, covers
from datamaestro_hookspecs.places import NOWHERE, WHOLE

PATHS = [NOWHERE, WHOLE, "a", "ab", "a/b", "a/bc", "a/b/c", "b"]

entries = st.builds(Entry, st.sampled_from(PATHS), st.just("recipe"), folder=st.booleans())


@given(st.lists(entries), entries)
def test_what_is_in_the_way_is_what_covers_or_is_covered(there: list[Entry], placed: Entry) -> None:
    """What is found without a search is what one look at each resource finds."""
    named = {str(number): entry for number, entry in enumerate(there)}
    expected = {
        name
        for name, entry in named.items()
        if NOWHERE not in (entry.path, placed.path)
        and (covers(entry, placed.path) or covers(placed, entry.path))
    }
    assert expected == Occupied(named).by(placed)
