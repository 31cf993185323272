"""A data set on its way to another computer."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import define

from datamaestro.errors import HostError, StorageError
from datamaestro.moving.differing import content_of
from datamaestro.moving.far.passing import give_contents

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from datamaestro.moving.differing import Deltas
    from datamaestro.moving.far.session import Session
    from datamaestro.moving.far.talk import Talk
    from datamaestro_hookspecs.offers import Content, Wanted


class Stopped(Exception):
    """The agent can take no more."""


@define(eq=False)
class FarDelivery:
    """A data set that is sent to an agent.

    Args:
        session: with it.
        lacking: the files that are to be sent.
        deltas: sends the difference to another version of a file; None: that cannot be done.
        differing: the paths of those of which the difference could be enough.
    """

    session: Session
    lacking: Sequence[Wanted]
    deltas: Deltas | None = None
    differing: Collection[str] = ()

    def receive(self, contents: Iterable[Content]) -> Sequence[str]:
        """Send contents; return the paths of those that were wrong when they arrived."""
        later: list[tuple[Content, Path]] = []

        def now() -> Iterator[Content]:
            for one in contents:
                if one.file and one.offset == 0 and one.path in self.differing:
                    later.append((one, one.file))
                else:
                    yield one

        wrong = self._send(now())
        for one, file in later:
            wrong += self._change(one, file)
        return wrong

    def commit(self) -> None:
        """Let the data set be seen."""
        self.session.ask("commit")

    def _change(self, content: Content, file: Path) -> list[str]:
        """Send the difference to what is there of a file, or else the whole file."""
        taken = None
        with suppress(StorageError):  # there may be no room for a copy
            taken = self._difference(content, file)
        if taken is not None:
            return taken
        return self._send(
            content_of(file, content.path, executable=content.executable, passed=content.passed)
        )

    def _difference(self, content: Content, file: Path) -> list[str] | None:
        """Send the difference; return whether it is wrong, None where that cannot be done."""
        deltas, place = self.deltas, self.session.ask("copy", path=content.path)
        if place is None or deltas is None:
            return None
        sent = deltas.send(file, str(place))
        content.passed(sent or 0)
        changed = sent is not None
        with self.session.asked(
            "take", path=content.path, changed=changed, executable=content.executable
        ) as talk:
            wrong = texts_said(talk.message("done"), talk)
        return wrong if changed else None

    def _send(self, contents: Iterable[Content]) -> list[str]:
        """Send whole files, or what is wanted of them."""
        with self.session.asked("receive") as talk:
            try:
                give_contents(talk, contents, self._look)
            except Stopped:
                pass
            except HostError:
                raise
            except BaseException:
                self.session.close()  # the agent waits for the rest of a file
                raise
            talk.tell({"end": True})
            return texts_said(talk.answer()["done"], talk)

    def _look(self) -> None:
        if self.session.has_said():
            raise Stopped


def texts_said(said: object, talk: Talk) -> list[str]:
    """Return the paths or names that an agent answers with."""
    if not (isinstance(said, list) and all(isinstance(one, str) for one in said)):
        raise talk.lost("it does not say which ones")
    return said
