"""Words that several commands need."""

from __future__ import annotations


def counted(number: int, word: str) -> str:
    """Return a number of things.

    >>> counted(1, "repository"), counted(1000, "repository")
    ('1 repository', '1,000 repositories')
    """
    many = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{number:,} {word if number == 1 else many}"
