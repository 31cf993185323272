"""Rules about where files are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from datamaestro.checking.rules import Found, rule
from datamaestro.errors import PluginError
from datamaestro_hookspecs.errors import shown, without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.checking.subjects import Subject

NEVER = re.compile(r"[\s\x00-\x1f\x7f<>\"\\^`{|}]")
"""What never stands in a URL (RFC 3986), but is quoted, such as ``%20``."""


@rule("error")
def url_syntax(subject: Subject) -> Iterator[Found]:
    """A URL is none: it has spaces or braces, no host, or no port where one is to be."""
    for resource, url in _urls(subject):
        if problem := fault_of(url):
            yield Found(f"{shown(url)!r} {problem}", resource)


@rule("error")
def no_downloader(subject: Subject) -> Iterator[Found]:
    """No plugin downloads URLs of this kind."""
    for resource, url in _urls(subject):
        try:
            subject.plugins.downloader(url)
        except PluginError as error:
            yield Found(str(error), resource)


@rule("warning")
def url_secret(subject: Subject) -> Iterator[Found]:
    """A URL has a user or a password, which everybody can read."""
    for resource, url in _urls(subject):
        if without_secrets(url) != url:
            yield Found(f"{shown(url)} is written with a user or a password", resource)


@rule("warning")
def url_twice(subject: Subject) -> Iterator[Found]:
    """A URL stands twice among those of a file, so it is tried in vain the second time."""
    seen: set[tuple[str, str]] = set()
    for resource, url in _urls(subject):
        if (resource, url) in seen:
            yield Found(f"{shown(url)} is named twice", resource)
        seen.add((resource, url))


@rule("note")
def url_plain(subject: Subject) -> Iterator[Found]:
    """A URL is not encrypted, so that others may see and change what comes; a digest tells."""
    for resource, url in _urls(subject):
        if url.lower().startswith(("http:", "ftp:")):
            yield Found(f"{shown(url)} is not encrypted; is there https?", resource)


def fault_of(url: str) -> str:
    """Return what is wrong with the form of a URL; nothing where it is right."""
    if found := NEVER.search(url):
        return f"has {found[0]!r} in it, which is to be quoted"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        return f"is no URL: {error}"
    if "://" in url and not parts.hostname and parts.scheme != "file":
        return "names no host"
    return ""


def _urls(subject: Subject) -> Iterator[tuple[str, str]]:
    """Iterate over names of resources and their URLs."""
    for resource in subject.card.resources:
        for url in resource.source.urls if resource.source else ():
            yield resource.name, url


RULES = (url_syntax, no_downloader, url_secret, url_twice, url_plain)
