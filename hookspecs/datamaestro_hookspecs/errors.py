"""Every failure that datamaestro knows, with the exit code of the command that meets it.

::

    DatamaestroError          1    anything else
    ├── UsageError            2    a reference or a setting that cannot be understood
    │   └── VariantError               no such variant of a family
    ├── DatasetNotFound       3    no such data set
    ├── OfflineError          4    offline, and not on disk
    ├── TransferError         5    could not be downloaded
    │   └── HostError                  another computer is not reached, or not any more
    ├── ContentError          6    content does not match its digest or format
    │   └── DigestMismatch
    ├── ActionNeeded          7    a person must act: terms, credentials
    │   ├── FileNeeded                 or a file to be fetched by hand
    │   └── TermsNeeded
    ├── StorageError          8    disk full, or no permission
    ├── BusyError             9    another process holds it, and the wait timed out
    └── DefinitionError      10    a definition is broken
        └── PluginError            a plugin is broken, missing or in conflict with another

Plugins raise these too. Each is one line, ``what: where`` in the message and the next step in
``hint``; facts that a program may want are attributes.
"""

from __future__ import annotations

import re
from typing import ClassVar, Self

LONGEST_URL = 200
"""Characters of a URL that are shown."""


def without_secrets(url: str) -> str:
    """Return a URL without user and password, also where these are not quoted as they should be."""
    return re.sub(r"//[^/?#@]*:(?!\d+(?:[/?#]|$)).*@", "//", re.sub(r"//[^/]*@", "//", url))


def shown(url: str) -> str:
    """Return a URL as it is shown: without user and password, and not longer than a line or two."""
    public = without_secrets(url)
    return public if len(public) <= LONGEST_URL else f"{public[:LONGEST_URL]}…"


class DatamaestroError(Exception):
    """A failure that is reported as one line, without a traceback.

    Args:
        message: what happened, and where.
        hint: the next step, where one is known.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def within(self, where: str) -> Self:
        """Return this error, whose message says where it happened, unless it does already."""
        if where not in self.message:
            self.message = f"{where}: {self.message}"
        return self

    def __str__(self) -> str:
        line = f"{self.message} ({self.hint})" if self.hint else self.message
        return " ".join(line.split())


class UsageError(DatamaestroError):
    """A reference, an option or a setting cannot be understood."""

    exit_code = 2


class VariantError(UsageError, ValueError):
    """A family has no such variant, or it cannot be understood which one is meant.

    It is a ValueError, as earlier versions had it.
    """


class DatasetNotFound(DatamaestroError):
    """No repository has a data set of that id.

    Args:
        reference: what was asked for.
        near: ids that look like it, best first.
        hint: what else is to be known, or the next step.
    """

    exit_code = 3

    def __init__(self, reference: str, near: tuple[str, ...] = (), hint: str = "") -> None:
        meant = f"did you mean {' or '.join(near)}?" if near else ""
        said = " ".join(filter(None, [meant, hint])) or "see: datamaestro search"
        super().__init__(f"no data set {reference!r}", hint=said)
        self.reference = reference
        self.near = near
        self.advice = hint


class OfflineError(DatamaestroError):
    """The files are not on disk, and no request may be made.

    Args:
        dataset: full identity of the data set.
        missing: names of the resources that are not on disk.
    """

    exit_code = 4

    def __init__(self, dataset: str, missing: tuple[str, ...]) -> None:
        super().__init__(
            f"{dataset} is not on disk, and datamaestro is offline: missing {', '.join(missing)}",
            hint="run again without --offline or DATAMAESTRO_OFFLINE",
        )
        self.dataset = dataset
        self.missing = missing


class TransferError(DatamaestroError):
    """Bytes could not be fetched.

    Args:
        url: where from.
        reason: why not, in a few words.
        retry: whether the same request may succeed later.
        after: seconds that the server asked to wait before the next try.
    """

    exit_code = 5

    def __init__(
        self, url: str, reason: str, *, retry: bool = False, after: float | None = None
    ) -> None:
        hint = "try again later" if retry else "look at its page, whether it has moved"
        hint += ", or name a mirror with DATAMAESTRO_MIRRORS"
        super().__init__(f"cannot download {shown(url)}: {reason}", hint=hint)
        self.url = url
        self.reason = reason
        self.retry = retry
        self.after = after


class HostError(TransferError):
    """Another computer cannot be reached, or the connection to it has ended.

    Args:
        host: its name, as the user gave it.
        reason: why not, in a few words.
        hint: the next step.
    """

    def __init__(self, host: str, reason: str, *, hint: str = "try again") -> None:
        super().__init__(host, reason, retry=True)
        self.message = f"{shown(host)}: {reason}"
        self.hint = hint
        self.host = host


class ContentError(DatamaestroError):
    """Content is not what its digest, its size or its format says."""

    exit_code = 6


class DigestMismatch(ContentError):
    """A digest differs from the declared one.

    Args:
        url: where the bytes came from.
        algorithm: a name that hashlib knows.
        expected: the declared hexadecimal digest.
        found: the hexadecimal digest of what arrived.
        result: whether that is what the bytes were made into.
    """

    def __init__(
        self, url: str, algorithm: str, expected: str, found: str, *, result: bool = False
    ) -> None:
        what = f"what {shown(url)} was expanded to" if result else shown(url)
        super().__init__(
            f"{what} has {algorithm} {found}, its definition says {expected}",
            hint="the file was damaged on its way, or changed by its publisher",
        )
        self.url = url
        self.algorithm = algorithm
        self.expected = expected
        self.found = found


class ActionNeeded(DatamaestroError):
    """A person must act first: accept terms, give credentials, fetch a file by hand."""

    exit_code = 7


class FileNeeded(ActionNeeded):
    """A file cannot be downloaded; a person has to fetch it.

    Args:
        resource: its name.
        why: it cannot be downloaded.
        page: where it is to be had; empty where nobody knows.
    """

    def __init__(self, resource: str, why: str, page: str = "") -> None:
        hint = f"get it from {shown(page)}, then" if page else "get it, then"
        super().__init__(
            f"{resource} cannot be downloaded: {why}",
            hint=f"{hint} run again with --path {resource}=FILE",
        )
        self.resource = resource
        self.why = why
        self.page = page


class TermsNeeded(ActionNeeded):
    """The terms of a data set have to be accepted first.

    Args:
        dataset: full identity.
        message: the terms.
    """

    def __init__(self, dataset: str, message: str) -> None:
        super().__init__(
            f"{dataset} has terms that have to be accepted first: {message}",
            hint=f"to accept them: datamaestro accept {dataset}",
        )
        self.dataset = dataset
        self.terms = message


class StorageError(DatamaestroError):
    """The data directory cannot be written or read: full, read-only, or not permitted."""

    exit_code = 8


class BusyError(DatamaestroError):
    """Another process holds the data set, and waiting for it timed out."""

    exit_code = 9


class DefinitionError(DatamaestroError):
    """The definition of a data set is broken."""

    exit_code = 10


class PluginError(DefinitionError):
    """A plugin is broken, missing, switched off, or in conflict with another one."""
