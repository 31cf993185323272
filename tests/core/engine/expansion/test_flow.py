"""A named stream on its way, whose first bytes may be looked at."""

import io
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from datamaestro.engine.expansion.flow import BUFFER, Flow
from datamaestro.testing.transformers import Arriving
from datamaestro_hookspecs.unpackers import Member


def flow(content: bytes, most: int = 1 << 20) -> Flow:
    return Flow("x", io.BufferedReader(Arriving(content, most)))


@given(st.binary(max_size=300), st.lists(st.integers(0, 100), max_size=4), st.integers(1, 50))
def test_what_was_looked_at_is_still_to_come(content: bytes, looks: list[int], most: int) -> None:
    """Looking, once or again and again, takes nothing away."""
    looked = flow(content, most)
    assert [content[:size] for size in looks] == [looked.head(size) for size in looks]
    assert content == looked.stream.read()


@given(st.binary(max_size=100), st.integers(0, 60), st.integers(1, 60))
def test_it_is_read_in_any_pieces(content: bytes, size: int, piece: int) -> None:
    """A part of what was looked at, and then beyond it."""
    looked = flow(content)
    looked.head(size)
    assert content == b"".join(iter(partial(looked.stream.read, piece), b""))


def test_a_short_stream_has_a_short_head() -> None:
    """Fewer bytes come only where there are no more."""
    assert b"abc" == flow(b"abc", most=1).head(100)
    assert b"" == flow(b"").head(100)


def test_the_content_of_a_member_is_a_flow() -> None:
    """Of an archive's member, which can only be read."""

    class Content:
        def __init__(self) -> None:
            self.left = io.BytesIO(bytes(range(256)) * (BUFFER // 100))

        def read(self, size: int, /) -> bytes:
            return self.left.read(size)

    member = Member("top/a/b.gz", executable=True, mtime=7)
    flow = Flow.of_member("a/b.gz", member, Content())
    assert ("a/b.gz", None) == (flow.name, flow.whole)
    assert bytes(range(256)) == flow.head(256)
    made = flow.as_member()
    assert ("top/a/b.gz", True, 7) == (made.name, made.executable, made.mtime)
    assert Content().left.read() == made.content.read(-1)  # type: ignore[union-attr]
