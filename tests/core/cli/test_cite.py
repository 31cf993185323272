"""``datamaestro cite``, and the citations that it prints."""

import json
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from datamaestro.checking.bibtex import entries_of, fault_of
from datamaestro.cli.citations import Citation, citations
from datamaestro.cli.known import Known
from datamaestro.index.documents import card_to_json
from datamaestro.index.facts import completed
from datamaestro_hookspecs.cards import Card
from support.inside import inside
from support.repositories import define

ID = "edu.uci.optdigits"


def cited(*cards: Card) -> list[Citation]:
    """Return the citations of cards."""
    found = [completed(json.loads(card_to_json(card))) for card in cards]
    return list(citations(Known(facts, f"{facts['id']}@acme", "", {}) for facts in found))


def test_the_author_s_entry_is_printed(tmp_path: Path) -> None:
    """Once, however the data set is named, and all that is printed is BibTeX."""
    done = inside("cite", ID, f"{ID}@demo", "com.lecun.mnist", cwd=tmp_path)
    assert (0, "") == (done.code, done.err)
    assert "" == fault_of(done.out)
    assert ["alpaydin1998optical", "lecun1998gradient"] == [
        entry.key for entry in entries_of(done.out)
    ]


def test_as_json_each_data_set_has_its_entries(tmp_path: Path) -> None:
    """With their keys, and why they had to be made."""
    (found,) = inside("cite", "--json", ID, cwd=tmp_path).document
    assert (f"{ID}@demo", ["alpaydin1998optical"], "") == (
        found["identity"],
        found["keys"],
        found["lack"],
    )
    assert found["entries"][0].startswith("@misc{alpaydin1998optical,")


def test_what_has_no_citation_gets_an_entry_of_what_is_known() -> None:
    """Nothing is made up; what LaTeX takes for something else is escaped."""
    (one,) = cited(
        Card("org.a", "acme", name="50% of A_B", doi="10.1/x_y", url="https://a.org/{x}")
    )
    assert (
        "@misc{org.a,\n  title = {50\\% of A\\_B},\n  doi = {10.1/x_y},\n"
        "  url = {https://a.org/%7Bx%7D}\n}",
    ) == one.entries
    assert "has no citation" == one.lack


def test_an_entry_that_was_made_is_told(tmp_path: Path, site: Path) -> None:
    """But not to those who want it quiet."""
    define(site, '@dataset(File, url="https://example.org")\ndef one():\n    """One"""\n')
    name = "org.example.one"
    done = inside("cite", name, cwd=tmp_path)
    assert [f"{name}@test has no citation: its entry is made of what is known"] == done.lines
    assert "title = {One},\n  url = {https://example.org}\n}\n" in done.out
    assert [] == inside("--quiet", "cite", name, cwd=tmp_path).lines


def test_what_is_no_bibtex_is_a_note() -> None:
    """So that it is not lost."""
    (one,) = cited(Card("org.a", "acme", citation="Smith & Jones (1999)"))
    assert r"note = {Smith \& Jones (1999)}" in one.entries[0]
    assert one.lack.startswith("has a citation that is no BibTeX")
    (broken,) = cited(Card("org.a", "acme", citation="@misc{a, title = {b}"))
    assert "" == fault_of(broken.entries[0])


def test_no_two_entries_have_the_same_key() -> None:
    """In any case; the same entry in other lines is the same one."""
    texts = [
        "@misc{a, year = 1}",
        "@misc{A, year = 2}",
        "@misc{a,\n  year = 1}",
        "@misc{a, year = 3}",
    ]
    found = cited(*(Card(f"org.a{n}", "acme", citation=text) for n, text in enumerate(texts)))
    assert [("a",), ("A-2",), ("a",), ("a-3",)] == [one.keys for one in found]


def test_several_entries_are_all_printed() -> None:
    """With what they are made of, but without comments."""
    text = "@string{x = {y}}\nSay\n@comment{no}\n@misc{a, note = x}\n@book{b, title = {}}"
    (one,) = cited(Card("org.a", "acme", citation=text))
    assert (("a", "b"), "") == (one.keys, one.lack)
    assert ("@string{x = {y}}", "@misc{a, note = x}", "@book{b, title = {}}") == one.entries


@given(st.text(), st.text(), st.text())
def test_what_is_made_is_bibtex(name: str, url: str, citation: str) -> None:
    """Whatever is known."""
    (one,) = cited(Card("org.a", "acme", name=name, url=url, citation=citation))
    assert "" == fault_of("\n".join(one.entries))
    if one.lack:
        title = one.entries[0].splitlines()[1]
        assert None is re.search(r"(?<!\\)[&%$#_^~]", title)
