"""A delivery: one data set on its way into a data directory of this computer."""

from __future__ import annotations

import os
import stat
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from datamaestro.errors import ContentError
from datamaestro.moving.differing import LEAST, name_of_copy
from datamaestro.moving.here.descriptions import keep_told
from datamaestro.moving.here.lacking import lacking, to_make
from datamaestro.moving.here.replacing import in_trash, replaced
from datamaestro.moving.here.staging import MOVED, Staging, left_behind
from datamaestro.moving.here.writing import Hand
from datamaestro.store.descent import open_below, pinned
from datamaestro.store.faults import storage_errors
from datamaestro.store.made import Made
from datamaestro.store.removed import unmark_made
from datamaestro.store.soundness import below
from datamaestro_hookspecs.offers import OtherVersion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from datamaestro.moving.here.accepted import Accepted
    from datamaestro.moving.here.present import Present
    from datamaestro.store.descent import Descent
    from datamaestro.store.holdings import Holding
    from datamaestro.store.records import DatasetRecords
    from datamaestro.store.writers import Writer
    from datamaestro_hookspecs.files import FileFacts
    from datamaestro_hookspecs.offers import Content, Wanted


OTHER = "other"
"""The folder for copies of other versions; one that nobody wants any more goes."""


@define
class LocalDelivery:
    """One data set that arrives.

    Args:
        accepted: what is offered.
        present: what is there.
        records: of the data set.
        writer: this run's own folder.
        lacking: the files that are to be sent.
    """

    accepted: Accepted
    present: Present
    records: DatasetRecords[Holding]
    writer: Writer
    lacking: list[Wanted] = field(init=False)
    _staging: Staging = field(init=False)
    _facts: dict[str, FileFacts] = field(init=False)
    _right: set[str] = field(factory=set)

    def __attrs_post_init__(self) -> None:
        self._staging = Staging(self.writer, self.accepted.resources)
        partial = self.writer.folder.parent
        for other in list(left_behind(partial, self.writer)):
            self._staging.take_over(other)
        wanted = lacking(self.accepted, self.present, [self._staging])
        files = self.accepted.files
        coming = {one.path for one in wanted}
        offered = {
            one.path: one
            for name in to_make(self.accepted, self.present)
            for one in files[name]
            if not one.link
        }
        there = [one for path, one in offered.items() if path not in coming]
        self._right = {one.path for one in there if self.present.find(one) is None}
        self._facts = {path: offered[path] for path in coming}
        self.lacking = [self._with_other(one) for one in wanted]
        kept = {self._staging.place(offered[path]) for path in coming | self._right}
        others = (one.other for one in self.lacking if one.other is not None)
        copies = {f"{MOVED}/{OTHER}/{name_of_copy(one)}" for one in others}
        with storage_errors(self.writer.folder):
            self._staging.tidy(kept | copies)

    def _with_other(self, wanted: Wanted) -> Wanted:
        """Say where another version of a file is, if there is one and it is worth while."""
        if wanted.offset or wanted.size < LEAST:
            return wanted
        place = self.present.holding.folder / wanted.path
        if not _is_file(place):
            return wanted
        return evolve(wanted, other=OtherVersion(place, self._staging.folder / OTHER))

    def receive(self, contents: Iterable[Content]) -> list[str]:
        """Take contents; return the paths of those that are wrong, of which nothing is kept.

        Raises:
            ContentError: there is a file among them that is not lacking.
            StorageError: it cannot be written.
        """
        wrong = []
        with self._opened() as descent, Hand(descent) as hand:
            for content in contents:
                facts = self._facts.get(content.path)
                if facts is None:
                    raise ContentError(f"{self.accepted.offer.dataset}: {content.path} is unasked")
                if self._write(hand, descent, content, facts):
                    self._right.add(facts.path)
                else:
                    wrong.append(facts.path)
        return wrong

    def _write(self, hand: Hand, descent: Descent, content: Content, facts: FileFacts) -> bool:
        """Write a file; return whether it is right, and remove it where it is not."""
        place = self._staging.place(facts)
        with storage_errors(self.writer.folder):  # below which a descent says where it fails
            descent.at(place, making=True)
        with storage_errors(self.writer.folder / place):
            return hand.write(content, place, facts)

    @contextmanager
    def _opened(self) -> Iterator[Descent]:
        with ExitStack() as stack:
            with storage_errors(self.writer.folder):
                descent = stack.enter_context(self._staging.opened())
            yield descent

    def commit(self) -> None:
        """Let the data set be seen; what is there already goes along with what has arrived.

        Another version of it goes to the trash.

        Raises:
            ContentError: not all has arrived.
            DefinitionError: a place is another data set's.
            StorageError: it cannot be moved or recorded.
        """
        holding = self.accepted.holding
        with self._together() as made, in_trash(holding, replaced(self.accepted), made):
            if made:
                self.records.publish(made, anew=True)
        unmark_made(self.records.store, self.records.card, self.records.refresh().entries.values())
        keep_told(holding, self.accepted.offer)
        self.writer.remove()

    @contextmanager
    def _together(self) -> Iterator[list[Made]]:
        """Give all that is to be published, complete, where nobody leads it elsewhere."""
        with ExitStack() as stack:
            with storage_errors(self.writer.folder):
                folder = stack.enter_context(self.writer.opened())
                moved = stack.enter_context(open_below(folder, MOVED, making=True))
                root = stack.enter_context(pinned(moved, self._staging.folder))
                with self._staging.opened() as descent:
                    names = to_make(self.accepted, self.present)
                    made = [self._put_together(name, root, descent) for name in names]
            yield made

    def _put_together(self, name: str, root: Path, descent: Descent) -> Made:
        """Return a resource, complete."""
        entry, area = self.accepted.resources.entries[name], self._staging.area(name)
        if entry.folder:
            descent.at(f"{area}/", making=True)
        for facts in self.accepted.files[name]:
            if facts.link:
                self._staging.link(facts, descent)
            elif facts.path not in self._right:
                self._staging.complete(facts, self._found(facts), descent)
        found = list(self._as_they_are(self.accepted.files[name], descent))
        scratch = root / area.removeprefix(f"{MOVED}/")
        return Made(name, entry, scratch, tuple(below(entry, found)) if entry.folder else ())

    def _as_they_are(self, files: Iterable[FileFacts], descent: Descent) -> Iterator[FileFacts]:
        """Iterate over files with their times, once all are there.

        Raises:
            ContentError: two are the same to the file system.
        """
        known: dict[int, tuple[str, str]] = {}
        for facts in files:
            folder, name = descent.at(self._staging.place(facts))
            status = os.lstat(name, dir_fd=folder)
            content = facts.sha256, facts.link
            if known.setdefault(status.st_ino, content) != content:
                raise ContentError(
                    f"{self.accepted.offer.dataset}: {facts.path!a} has a name that the file "
                    "system there cannot tell from another one's (its case?)",
                    hint="choose a data directory on another file system",
                )
            yield facts._replace(mtime_ns=status.st_mtime_ns)

    def _found(self, facts: FileFacts) -> str:
        """Return where a file is that has not been sent."""
        place = self.present.find(facts)
        if place is None:
            raise ContentError(
                f"{self.accepted.offer.dataset}: {facts.path} has not arrived", hint="run again"
            )
        return place


def _is_file(place: Path) -> bool:
    """Return whether a file is at a place itself, and no link to one."""
    try:
        return stat.S_ISREG(place.lstat().st_mode)
    except OSError:
        return False
