"""The data directory of another computer, in Python: :meth:`datamaestro.context.Context.remote`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Self, TypeVar

from datamaestro.data import Base
from datamaestro.definitions.section import as_definition
from datamaestro.errors import DatamaestroError, HostError, UsageError
from datamaestro.index.entries import Entry
from datamaestro.remote.datasets import data_from, definition_from
from datamaestro.remote.errors import error_said
from datamaestro.remote.handshake import meet
from datamaestro.remote.hosts import options_of, start, target_of
from datamaestro.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from datamaestro.remote.frames import Frames
    from datamaestro_hookspecs.transports import Running

T = TypeVar("T")

MODULE = "datamaestro.remote.serving"
"""What is started there."""


class RemoteContext:
    """A data directory on another computer; a context manager that ends the connection.

    Several threads may use one, one after the other. A connection that was lost is made anew when
    it is needed.

    Args:
        host: ``[user@]host`` as ssh takes it, or the URL of a transport.
        pythonpath: the Python there that has datamaestro; None: it is looked for.
        datapath: the data directory there; None: the one that is in use there.

    Raises:
        TransferError: the computer cannot be reached.
        ActionNeeded: there is no datamaestro, or a person must act before anybody is let in.
        UsageError: this names no computer.
    """

    def __init__(
        self, host: str, pythonpath: str | None = None, datapath: Path | str | None = None
    ) -> None:
        self.host = host
        self._python = pythonpath
        self._directory = str(datapath or "")
        self._root = Path()
        self._over = False
        self._running: Running | None = None
        self._frames: Frames | None = None
        self._lock = RLock()
        self._ask("ready")

    def __enter__(self) -> Self:
        self._over = False
        return self

    def __exit__(self, *exception: object) -> None:
        self._over = True
        self.close()

    @property
    def datapath(self) -> Path:
        """The folder of prepared data there, a folder per repository."""
        return self._root / "data"

    @property
    def target(self) -> str:
        """The data directory as ``push`` and ``pull`` name it."""
        target = target_of(self.host)
        if not self._directory:
            return target
        return f"{target}{'/' if '://' in target else ''}{self._root}"

    def dataset(self, reference: object) -> Any:
        """Return the definition that a reference names there; what it does, it does there.

        Raises:
            DatasetNotFound: there is none of that id.
            UsageError: it is not a reference.
        """
        told = self._ask("dataset", reference=_named(reference))
        return self._understood(lambda: definition_from(told, self))

    def is_prepared(self, reference: object) -> bool:
        """Return whether all files of a data set, and of those it is made of, are on disk there."""
        return bool(self._ask("is_prepared", reference=_named(reference)))

    def prepare(
        self,
        reference: object,
        *,
        variant: Mapping[str, Any] | None = None,
        download: bool = True,
    ) -> Any:
        """Return the data object of a data set, after bringing its files to disk there.

        Its paths are those there. To have the files here: ``datamaestro pull``.

        Args:
            reference: an id, or a definition.
            variant: which variant of a family, by axis.
            download: False: the files need not be there.

        Raises:
            DatamaestroError: it could not be done; the subclass says why.
        """
        chosen = None if variant is None else {name: _plain(one) for name, one in variant.items()}
        named = _named(reference)
        told = self._ask("prepare", reference=named, variant=chosen, download=download)
        return self._understood(lambda: data_from(told, self))

    def search(
        self, query: str = "", *, limit: int | None = None, sort: str = "relevance"
    ) -> list[Entry]:
        """Return the data sets there that match a query, as :func:`datamaestro.search` does.

        Raises:
            UsageError: the query cannot be understood.
        """
        told = self._ask("search", query=query, limit=limit, sort=sort)
        return self._understood(lambda: [_entry(one) for one in told])

    def close(self) -> None:
        """End the connection."""
        with self._lock, suppress(DatamaestroError):
            self._end()

    def _open(self) -> Frames:
        """Return the connection, which is made unless it is there."""
        if self._over:
            what = f"{self.host}: nothing can be asked for after the end of the with block"
            raise UsageError(what, hint="do it inside")
        if self._frames is None:
            self._running = start(self.host, MODULE, self._python)
            self._frames = meet(self._running, self.host, load_settings().timeout)
            asked = {"do": "open", "directory": self._directory}
            opened = self._done(self._answer(self._frames, asked))
            self._root = self._understood(lambda: Path(opened["directory"]))
        return self._frames

    def _ask(self, do: str, **facts: object) -> Any:
        """Ask for something, and return the answer.

        Whoever does not wait for the answer has no connection any more.
        """
        with self._lock:
            try:
                answer = self._answer(self._open(), {"do": do, **facts})
            except BaseException:
                self.close()
                raise
        return self._done(answer)

    def _done(self, answer: Mapping[str, Any]) -> Any:
        """Return what came of a question.

        Raises:
            DatamaestroError: an error did.
        """
        if "error" in answer:
            options = options_of(self.host, self._python, self._directory)
            raise error_said(answer, self.host, options)
        return answer.get("done")

    def _answer(self, frames: Frames, question: Mapping[str, Any]) -> Mapping[str, Any]:
        with suppress(EOFError, ValueError, OSError):
            frames.tell(question)
            answer = frames.next()
            if isinstance(answer, dict):
                return answer
        raise HostError(self.host, f"datamaestro there has ended with exit code {self._end()}")

    def _end(self) -> int:
        """End what has been started there; return its exit code.

        Raises:
            HostError: the connection has ended first.
        """
        frames, self._frames = self._frames, None
        running, self._running = self._running, None
        if frames is not None:
            frames.close()
        if running is None:
            return 0
        running.terminate()
        return running.wait()

    def _understood(self, understand: Callable[[], T]) -> T:
        """Return what is made of an answer.

        Raises:
            HostError: nothing can be made of it.
        """
        try:
            return understand()
        except DatamaestroError:
            raise
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            what = f"what datamaestro there says cannot be understood ({error!r})"
            raise HostError(self.host, what, hint="install the same version on both") from error


def _named(reference: object) -> str:
    """Return the name of a data set, as another computer knows it, too."""
    if isinstance(reference, str):
        return reference
    if isinstance(reference, Base):
        found = reference.id
    else:
        found = getattr(as_definition(reference) or reference, "identity", "")
    if not found or not isinstance(found, str):
        raise UsageError(f"{reference!r} is neither an id nor a definition")
    return found


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _entry(told: Mapping[str, Any]) -> Entry:
    known: dict[str, Any] = {name: told[name] for name in Entry._fields}
    lists = {name: tuple(one) for name, one in known.items() if isinstance(one, list)}
    return Entry(**{**known, **lists})
