"""Pages say what they describe, and may be anything."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datamaestro.authoring.pages import Page, page_of

DATASET = {"@type": "Dataset"}
FROM_BY = Page(license="CC-BY-4.0")
BY = "https://creativecommons.org/licenses/by/4.0/"


def described(**facts: object) -> bytes:
    """Return a page with JSON-LD."""
    return f'<script type="application/ld+json">{json.dumps(facts)}</script>'.encode()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"<title>\n Iris &amp; others\n</title>", Page("Iris & others")),
        (b"<meta name=description content='Some flowers'>", Page("", "Some flowers")),
        (f'<a rel="nofollow license" href="{BY}">CC</a>'.encode(), FROM_BY),
        (f'<a href="{BY}">CC</a>'.encode(), Page()),
        (described(**DATASET, name="Iris", license=BY), Page("Iris", "", "CC-BY-4.0")),
        (described(graph=[{"@type": ["Dataset"], "license": {"url": BY}}]), FROM_BY),
        (described(**{"@type": "WebSite", "name": "The site"}), Page()),
        (described(**DATASET, name=["odd"], description=3, license=[]), Page()),
        (b'<script type="application/ld+json">{"@type": "Data</script>', Page()),
        (f'<a rel=license href="{BY}"><link rel=license href=MIT>'.encode(), Page()),
    ],
    ids=str,
)  # fmt: skip
def test_a_page_says_what_it_describes(content: bytes, expected: Page) -> None:
    """By its title, its description, links to one licence, or as schema.org has it."""
    assert expected == page_of(content)


@given(st.binary() | st.text().map(str.encode))
@example(described(a=[[[[[[[[[[[{"@type": "Dataset", "name": "deep"}]]]]]]]]]]]))
@example(b'<script type="application/ld+json">' + b"[" * 100_000)
def test_any_bytes_are_a_page(content: bytes) -> None:
    """What it says is one line each."""
    page = page_of(content)
    assert page.name.isprintable()
    assert page.description.isprintable()
