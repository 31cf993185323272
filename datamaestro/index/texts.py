"""What of a card is looked at by a search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.query.formats import formats_of
from datamaestro.query.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from datamaestro_hookspecs.cards import Card

MOST = 2**63 - 1
"""The greatest number that SQLite has room for."""

STATE = "state"
"""The field of texts of which the search language's ``is:`` asks."""


def texts_of(card: Card) -> Iterator[tuple[str, str]]:
    """Iterate over the fields and texts of a card that others may have, too."""
    fields = {
        "tag": card.tags,
        "task": card.tasks,
        "type": card.types,
        "repo": (card.repository,),
        "license": (card.license,) if card.license else (),
        "format": formats_of(card),
        "language": card.languages,
        STATE: (*(["family"] if card.axes else []), *(["gated"] if card.terms else [])),
    }
    for field, texts in fields.items():
        for text in dict.fromkeys(texts):
            yield field, text


def words_of(card: Card) -> tuple[str, ...]:
    """Return the words of a card, in the order of the columns of the table ``words``."""
    texts = ((card.id, *card.aliases), (card.name,), card.tags, card.tasks, (card.description,))
    return tuple(map(_words, texts))


def size_of(card: Card) -> int | None:
    """Return the bytes of a data set's files: as its author says, else as they are published."""
    if card.size is not None:
        return int(min(card.size, MOST))  # whatever its author wrote
    sizes = [one.source.size for one in card.resources if one.source is not None]
    known = [size for size in sizes if size is not None]
    return min(sum(known), MOST) if sizes and len(known) == len(sizes) else None


def _words(texts: Iterable[str]) -> str:
    return " ".join(word for text in texts for word in words(text))
