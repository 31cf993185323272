"""Packages with repositories that are known, whether they are installed or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container


class KnownRepository(NamedTuple):
    """A repository of a package on PyPI.

    Args:
        name: of the repository.
        distribution: the package that brings it.
        description: one line.
        prefixes: what its ids begin with, and those of what is built in do not.
    """

    name: str
    distribution: str
    description: str
    prefixes: tuple[str, ...]

    @property
    def command(self) -> str:
        """What installs it."""
        return f"pip install {self.distribution}"


KNOWN = (
    KnownRepository(
        "ir",
        "datamaestro-ir",
        "Information retrieval: TREC, MS MARCO, BEIR, CAsT",
        (
            "ai.lighton",
            "ca.uwaterloo",
            "co.huggingface",
            "com.github.aagohary",
            "com.github.apple",
            "com.github.hofstaetter",
            "com.github.ikat",
            "com.github.prdwb",
            "com.github.sebastian-hofstaetter",
            "com.github.webis-de",
            "com.microsoft.msmarco",
            "edu.upenn.ldc",
            "gov.nist",
            "org.beir",
            "org.facebook",
        ),
    ),
    KnownRepository(
        "irds",
        "datamaestro-text",
        "All data sets of ir_datasets, https://ir-datasets.com",
        ("irds",),
    ),
    KnownRepository(
        "text",
        "datamaestro-text",
        "Texts: word vectors, language models, sentiment, trees",
        (
            "com.oscar-corpus",
            "com.sentiment140",
            "com.smashwords",
            "edu.stanford",
            "fr.granddebat",
            "io.github.thunlp",
            "io.metamind",
            "org.grouplens",
            "org.universaldependencies",
        ),
    ),
    KnownRepository(
        "ml", "datamaestro-ml", "Machine learning: a table of UCI", ("edu.uci.boston",)
    ),
    KnownRepository(
        "image", "datamaestro_image", "Images: CelebA, besides what is built in", ("hk.edu.cuhk",)
    ),
)
"""As of their versions of 2026, and in the order in which one is hinted at."""


def hint_at_known(name: str, installed: Container[str], repositories: Container[str] = ()) -> str:
    """Return a hint at the package that an unknown name may be of; empty where there is none.

    Args:
        name: ``id`` or ``id@repository``.
        installed: the packages that are there, by their normal names.
        repositories: those that are there, be they built in.
    """
    wanted, _, chosen = name.partition("@")
    for one in KNOWN:
        by_name = chosen == one.name and chosen not in repositories
        begins = any(f"{wanted}.".startswith(f"{each}.") for each in one.prefixes)
        by_id = begins and chosen in ("", one.name)
        if (by_name or by_id) and not _is_there(one, installed):
            return f"it may be one of the repository {one.name}: {one.command}"
    return ""


def not_installed(installed: Container[str]) -> list[KnownRepository]:
    """Return the known repositories that are not there."""
    return [one for one in KNOWN if not _is_there(one, installed)]


def _is_there(one: KnownRepository, installed: Container[str]) -> bool:
    return one.distribution.replace("_", "-") in installed
