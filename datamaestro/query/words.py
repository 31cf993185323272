"""Words, as texts are cut into them, so that they are found however they are written."""

from __future__ import annotations

import re

UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Characters of Chinese and Japanese, which puts no blanks between words."""

WORD = rf"[{UNSPACED}]|[^\W_{UNSPACED}]+"
"""Letters and digits; of what has no blanks, each character."""


def words(text: str) -> list[str]:
    """Return the words of a text, in small letters and without accents.

    >>> words("The Café's 2 data_sets")
    ['the', 'cafe', 's', '2', 'data', 'sets']
    """
    if text.isascii():
        return re.findall("[a-z0-9]+", text.lower())
    return re.findall(WORD, _plain(text).lower())


def _plain(text: str) -> str:
    from unicodedata import combining, normalize

    split = normalize("NFKD", normalize("NFKD", text).casefold())
    return "".join(char for char in split if not combining(char))
