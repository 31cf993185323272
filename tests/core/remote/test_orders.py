"""Orders arrive one by one, and what is none is passed over."""

from __future__ import annotations

import os
from threading import Thread

from hypothesis import given
from hypothesis import strategies as st

from datamaestro.remote.orders import order, orders

VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())
SAID = st.dictionaries(st.from_regex(r"[a-z]+", fullmatch=True), VALUES)
NOISE = st.sampled_from([b"\n", b"3\n", b"[]\n", b"{\n", b"\xff\n", b"null\n"])


@given(st.lists(SAID | NOISE, max_size=8), st.binary(max_size=5))
def test_orders_arrive_in_order(said: list[dict[str, object] | bytes], rest: bytes) -> None:
    """However they come; what follows the last line's end is none."""
    source, sink = os.pipe()
    with os.fdopen(sink, "wb") as pipe:
        for one in said:
            pipe.write(one if isinstance(one, bytes) else order(**one))
        pipe.write(rest.replace(b"\n", b""))
    assert [one for one in said if isinstance(one, dict)] == list(orders(source))
    os.close(source)


def test_a_large_one_arrives_whole() -> None:
    """In many pieces."""
    source, sink = os.pipe()
    words = ["x" * 1000] * 10_000

    def say() -> None:
        with os.fdopen(sink, "wb") as pipe:
            pipe.write(order(arguments=words))

    thread = Thread(target=say)
    thread.start()
    assert [{"arguments": words}] == list(orders(source))
    thread.join()
    os.close(source)
