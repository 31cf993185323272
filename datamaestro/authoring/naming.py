"""Names for what an author adds, from where it is published."""

from __future__ import annotations

import re
import unicodedata
from ipaddress import ip_address
from keyword import iskeyword
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from datamaestro.errors import UsageError
from datamaestro_hookspecs.cards import ID

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_WORD = 40
"""Characters of a word of an id, or of a title's word."""

LONGEST_ID = 200
"""Characters of an id: files of the data directory and of tests are called by it."""

MOST = 12
"""Words of a title."""

LOCAL = "local"
"""The first word of the id of what no domain publishes, such as a file of this computer."""

INDEX = "index"
"""What the page of a folder is called."""

SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}$")
"""What ends the name of a file; ``.0`` of a version does not."""

DEVICES = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
"""Names that no file has on Windows, whatever its suffix."""

LAYOUTS = (
    (r"(github\.com/[^/]+/[^/]+)/(?:archive|releases/(?:download|tag)|tag)/.*?([^/]*)$", r"\1/\2"),
    (r"(github\.com/[^/]+/[^/]+)/(?:raw|blob|tree)/(?:refs/heads/)?[^/]+(?:/|$)", r"\1/"),
    (r"raw\.githubusercontent\.com/([^/]+/[^/]+)/(?:refs/heads/)?[^/]+/", r"github.com/\1/"),
    (r"(huggingface\.co)/datasets/([^/]+/[^/]+)(?:/(?:resolve|blob|tree)/[^/]+)?", r"\1/\2"),
    (r"(zenodo\.org)/records?/(\d+)(?:/files)?", r"\1/\2"),
)
"""Patterns of well-known addresses, and what of them says which data set it is."""


def id_of_url(url: str) -> str:
    """Return the id of what is published at a URL: its domain from behind, and its path.

    >>> id_of_url("https://lecun.com/exdb/mnist/")
    'com.lecun.exdb.mnist'

    Args:
        url: of the file, or of the page of the data set.

    Raises:
        UsageError: the URL has nothing that could be an id.
    """
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path
    for pattern, simple in LAYOUTS:
        found = re.sub(f"^{pattern}", simple, f"{host}{path}")
        if found != f"{host}{path}":
            host, _, path = found.partition("/")
            break
    pieces = [unquote(piece) for piece in path.split("/") if piece]
    if not host:
        pieces = pieces[-1:]
    if pieces:
        pieces[-1] = stem_of(pieces[-1])
    if pieces[1:] and pieces[-1] == INDEX:
        pieces.pop()
    words = [*_domain(host), *filter(None, map(word_of, pieces))]
    if len(words) < 2:
        raise UsageError(
            f"no id can be made of {url}",
            hint="say it before the URL, such as org.example.iris",
        )
    while len(".".join(words)) > LONGEST_ID:
        del words[-2]
    return ".".join(words)


def checked_id(text: str) -> str:
    """Return an id as it was said, if it is one.

    Raises:
        UsageError: it is none.
    """
    if not re.fullmatch(ID, text) or "." not in text or len(text) > LONGEST_ID:
        raise UsageError(
            f"{text!r} is neither a URL, nor a file, nor an id",
            hint="an id has words joined by dots, such as org.example.iris",
        )
    return text


def stem_of(name: str) -> str:
    """Return the name of a file without its suffixes, of which ``.tar.gz`` are two."""
    for _ in range(2):
        name = SUFFIX.sub("", name) or name
    return name


def word_of(text: str) -> str:
    """Return a word of an id, in small letters without accents; empty where nothing is left.

    It may be the name of a module, too.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    word = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_WORD].rstrip("_")
    if word[:1].isdigit():
        return f"_{word}"
    return f"{word}_" if iskeyword(word) or DEVICES.fullmatch(word) else word


def class_name(dataset_id: str, taken: Iterable[str]) -> str:
    """Return the name of the class that defines a data set.

    Args:
        dataset_id: its id, whose last word it is made of.
        taken: names that mean something else already.
    """
    words = re.split(r"[^a-z0-9]+", word_of(dataset_id.rpartition(".")[2]))
    name = "".join(map(str.capitalize, words)) or "Data"
    name = f"Data{name}" if name[0].isdigit() else name
    return f"{name}Data" if name in set(taken) or iskeyword(name) else name


def title_of(text: str) -> str:
    """Return what a data set is called, from the name of its file or the last word of its id."""
    words = re.split(r"(?:(?<!\d)\.|\.(?!\d)|[^\w.]|_)+", unicodedata.normalize("NFC", text))
    title = " ".join(word[:LONGEST_WORD] for word in words if word)[:LONGEST_WORD].strip()
    return title.capitalize() if title.islower() else title


def published_name(url: str) -> str:
    """Return the name of a file as its URL has it, in its path or its query; empty if neither."""
    parts = urlsplit(url)
    last = PurePosixPath(unquote(parts.path)).name
    if SUFFIX.search(last) and not PAGE.search(last):
        return last
    values = (PurePosixPath(value).name for _, value in parse_qsl(parts.query))
    return next((value for value in values if SUFFIX.search(value)), last)


PAGE = re.compile(r"\.(php|aspx?|jsp|cgi|x?html?)$", re.IGNORECASE)
"""What the names of programs and pages of servers end with, whatever they give."""


def file_name(text: str) -> str:
    """Return a harmless name for a file that a server calls something; empty where none is left."""
    last = PurePosixPath(text.replace("\\", "/")).name
    plain = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9._-]+", "_", plain).strip("._- ")
    stem = stem_of(name)
    suffixes = name.removeprefix(stem)
    stem = stem[: 2 * LONGEST_WORD].rstrip("._-")
    return f"{stem}_{suffixes}" if DEVICES.fullmatch(stem.lower()) else f"{stem}{suffixes}"


def _domain(host: str) -> list[str]:
    """Return the words of a host, from behind, without ``www``."""
    try:
        ip_address(host)
    except ValueError:
        words = [word for word in map(_host_word, host.lower().split(".")) if word]
    else:
        words = []
    if len(words) < 2:
        return [LOCAL]
    return words[words[0] == "www" :][::-1]


def _host_word(label: str) -> str:
    """Return a word of a label of a host; one in another script is told by its ASCII form."""
    try:
        plain = label.encode("ascii").decode("idna")
        coded = label
    except UnicodeError:
        plain = label
        coded = label.encode("punycode").decode()
    return word_of(plain) or word_of(coded)
