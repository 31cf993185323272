"""What all resources share that are published somewhere: URLs, sizes, digests."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, TypedDict, Unpack
from urllib.parse import unquote, urlsplit

from datamaestro.download.checks import check_card
from datamaestro.download.resource import Resource
from datamaestro.errors import DefinitionError
from datamaestro_hookspecs.cards import Limits, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from datamaestro.download.checks import ResourceCheckResult
    from datamaestro.utils import HashCheck

BLAKE2 = "blake2b"


class Facts(TypedDict, total=False):
    """What may be said of a published file.

    Args:
        urls: further places of the same bytes, in order of preference.
        sha256: hexadecimal digest of the published file; ``sha512``, ``sha1``, ``md5`` and
            ``blake2`` (BLAKE2b, 64 bytes) likewise.
        transient: removed as soon as everything made from it is there.
        max_members: how many members an archive may have (10,000,000).
        max_size: bytes that it may expand to (any number).
        max_ratio: bytes that it may expand to for each byte that arrives (200), from 256 MiB on.
    """

    urls: Iterable[str]
    sha256: str | None
    sha512: str | None
    sha1: str | None
    md5: str | None
    blake2: str | None
    transient: bool
    max_members: int | None
    max_size: int | None
    max_ratio: float | None


class Published(Resource):
    """A resource whose bytes come from a URL.

    Args:
        name: of the resource, where no other is given.
        url: where it is published.
        size: in bytes, of the published file.
        varname: another name of the resource.
        facts: what else is said of it (:class:`Facts`).
    """

    def __init__(
        self,
        name: str,
        url: str,
        size: int | None,
        varname: str | None = None,
        **facts: Unpack[Facts],
    ) -> None:
        super().__init__(varname, transient=facts.pop("transient", False), name=name)
        urls = facts.pop("urls", ())
        self.urls = (url, *([urls] if isinstance(urls, str) else urls))
        self.size = size
        unknown = facts.keys() - Facts.__annotations__.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} takes no {', '.join(sorted(unknown))}")
        self._facts = facts

    def derive(self, output: Path, inputs: Mapping[str, Path]) -> None:
        """Refuse: it is published."""
        raise DefinitionError(f"resource {self.name} is not made from others")

    def check(self) -> ResourceCheckResult:
        """Return whether one of its URLs still has it; nothing is downloaded."""
        return check_card(self.card())

    @property
    def url(self) -> str:
        """Where it is published, in the first place."""
        return self.urls[0]

    @property
    def published_name(self) -> str:
        """The last part of the URL's path."""
        return PurePosixPath(unquote(urlsplit(self.urls[0]).path)).name

    def source(self) -> Source:
        """Return where its bytes come from."""
        names = {"sha256": "sha256", "sha512": "sha512", "sha1": "sha1", "md5": "md5"}
        names["blake2"] = BLAKE2
        given = {names[key]: value for key, value in self._facts.items() if key in names and value}
        return Source(self.urls, self.size, given)  # type: ignore[arg-type]

    def limits(self) -> Limits:
        """Return how far it may expand."""
        prefix = "max_"
        said: dict[str, Any] = {
            key.removeprefix(prefix): value
            for key, value in self._facts.items()
            if key.startswith(prefix)
        }
        return Limits(**said)


def name_of(filename: str) -> str:
    """Return the name of the resource that a file is: all up to its first dot."""
    return re.sub(r"\..*$", "", filename)


def selected(name: str, files: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return what ``files=`` says, sorted; None is everything.

    Raises:
        DefinitionError: it says nothing, which is not everything.
    """
    if files is None:
        return ()
    found = tuple(sorted({files} if isinstance(files, str) else set(files)))
    if not found:
        raise DefinitionError(f"resource {name}: files= is empty", hint="None is all of them")
    return found


def checked_by(filename: str, checker: HashCheck | None) -> tuple[dict[str, str], str]:
    """Return the digest that a legacy ``checker=`` says, and what is wrong with it.

    A digest that is none hinders the download alone, as in earlier versions.

    Raises:
        DefinitionError: it is not a checker of digests.
    """
    from datamaestro.utils import HashCheck

    if checker is None:
        return {}, ""
    if not isinstance(checker, HashCheck):
        raise DefinitionError(f"{filename}: checker {checker!r} is not a HashCheck")
    length = 2 * checker.hasherfn().digest_size
    if not re.fullmatch(rf"[0-9a-fA-F]{{{length}}}", checker.hashstr):
        return {}, f"{checker.hashstr!r} is not {checker.algorithm} ({length} hexadecimal digits)"
    return {checker.algorithm: checker.hashstr}, ""
