"""What was probably meant by a name that names nothing."""

import pytest

from datamaestro.index.alike import COMPARED, alike

IDS = {"com.lecun.mnist", "com.github.zalandoresearch.fashion_mnist", "edu.uci.optdigits"}

MANY = {f"org.beir.set{number}.documents" for number in range(10 * COMPARED)}


@pytest.mark.parametrize("others", [set(), MANY], ids=["few", "many"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mnist", ("com.lecun.mnist", "com.github.zalandoresearch.fashion_mnist")),
        ("com.lecun.mnits", ("com.lecun.mnist",)),
        ("COM.LECUN.MNIST", ("com.lecun.mnist",)),
        ("optdigit5", ("edu.uci.optdigits",)),
        ("nothing.of.the.kind", ()),
    ],
)
def test_what_looks_like_a_name_is_found(
    name: str, expected: tuple[str, ...], others: set[str]
) -> None:
    """What has it as a word first, then what differs in letters; among many, too."""
    assert expected == alike(name, IDS | others)


def test_three_are_enough() -> None:
    """The first of very many."""
    assert 3 == len(alike("beir", MANY))
