"""What errors say of values."""

from datamaestro.variants.wording import did_you_mean, listed, shown


def test_long_values_and_long_lists_are_cut() -> None:
    """And say so."""
    assert "'a'" == shown("a")
    assert 61 == len(shown("a" * 1000))
    assert "a, a, a, a, a, a, a, a, a, a, … (11 in all)" == listed(["a"] * 11)
    assert "a, a" == listed(["a"] * 2)


def test_what_was_probably_meant() -> None:
    """In whatever case; nothing, where nothing is near."""
    assert "did you mean English?" == did_you_mean("english", ["German", "English"])
    assert "" == did_you_mean("x", ["German", "English"])
