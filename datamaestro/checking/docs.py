"""Rules about what is told to those who look for data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from datamaestro.checking.bibtex import fault_of
from datamaestro.checking.licences import is_expression
from datamaestro.checking.rules import Found, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.checking.subjects import Subject

DOI = re.compile(r"10\.\d{4,9}(\.\d+)*/\S+")
"""The form of a DOI (DOI Handbook, 2.2)."""

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*|x-[A-Za-z0-9]{1,8}")
"""The form of a language tag (BCP 47), as far as it matters here."""

PAGE = re.compile(r"https?://[^\s/?#]+\.[^\s/?#]+\S*", re.IGNORECASE)
"""What can be opened in a browser."""


@rule("warning")
def no_name(subject: Subject) -> Iterator[Found]:
    """It has no name: the first paragraph of its docstring."""
    if not subject.card.name:
        yield Found("it has no name: a docstring's first paragraph")


@rule("note")
def no_description(subject: Subject) -> Iterator[Found]:
    """It has no description: the rest of its docstring."""
    if not subject.card.description:
        yield Found("it has no description: the rest of the docstring")


@rule("warning")
def no_page(subject: Subject) -> Iterator[Found]:
    """It names no page where one could read about it: ``url=`` or ``homepage=``."""
    if not (subject.card.url or subject.card.homepage):
        yield Found("it names no page: url= or homepage=")


@rule("warning")
def page_syntax(subject: Subject) -> Iterator[Found]:
    """Its page is none that can be opened in a browser."""
    for page in filter(None, (subject.card.url, subject.card.homepage)):
        if not PAGE.fullmatch(page):
            yield Found(f"its page {page!r} is no URL that a browser opens")


@rule("warning")
def no_licence(subject: Subject) -> Iterator[Found]:
    """It does not say under which licence it may be used."""
    if not subject.card.license and not subject.card.terms:
        yield Found("it has no license=, nor terms that have to be accepted")


@rule("note")
def licence_unknown(subject: Subject) -> Iterator[Found]:
    """Its licence is not written as an SPDX expression, so no program understands it."""
    if subject.card.license and not is_expression(subject.card.license):
        yield Found(f"its licence {subject.card.license!r} is no SPDX expression, as far as known")


@rule("note")
def no_citation(subject: Subject) -> Iterator[Found]:
    """It does not say how it is cited: neither a citation nor a DOI."""
    if not (subject.card.citation or subject.card.doi):
        yield Found("it has neither citation= nor doi=")


@rule("warning")
def citation_syntax(subject: Subject) -> Iterator[Found]:
    """Its citation is no BibTeX, so no program can use it."""
    if subject.card.citation and (problem := fault_of(subject.card.citation)):
        yield Found(f"its citation is no BibTeX: {problem}")


@rule("warning")
def doi_syntax(subject: Subject) -> Iterator[Found]:
    """Its DOI is none: ``10.``, digits, a slash and more, without ``https://doi.org/``."""
    if subject.card.doi and not DOI.fullmatch(subject.card.doi):
        yield Found(f"{subject.card.doi!r} is no DOI such as 10.24432/C50P49")


@rule("warning")
def language_syntax(subject: Subject) -> Iterator[Found]:
    """A language is not written as a BCP 47 tag, such as ``en`` or ``zh-Hant``."""
    for language in subject.card.languages:
        if not LANGUAGE.fullmatch(language):
            yield Found(f"{language!r} is no language tag such as en or zh-Hant")


RULES = (
    *(no_name, no_description, no_page, page_syntax, no_licence, licence_unknown),
    *(no_citation, citation_syntax, doi_syntax, language_syntax),
)
