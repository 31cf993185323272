"""Expansion: what a chain of transformations makes of what arrives, written while it arrives.

What stands in the chain after an archive is done to each of its files. What comes out at the end
goes to a sink: one file, or a folder.
"""

from __future__ import annotations

import io
import logging
import os
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from datamaestro.descriptors import write_all
from datamaestro.engine.expansion.ahead import Ahead
from datamaestro.engine.expansion.checking import is_compressed, without_selection
from datamaestro.engine.expansion.flow import BUFFER, Flow
from datamaestro.engine.expansion.formats import (
    by_content,
    refuse_compressed,
    unpacker_of,
    warn,
    without_suffix,
)
from datamaestro.engine.expansion.limits import Metered
from datamaestro.engine.expansion.refusal import Refused, quoted
from datamaestro.engine.expansion.selection import Selection, plain_path
from datamaestro.errors import ContentError, DatamaestroError
from datamaestro.sharing import make_folder
from datamaestro.store.faults import storage_errors
from datamaestro_hookspecs.cards import EXPAND, UNPACK, Transform
from datamaestro_hookspecs.streams import BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from datamaestro.engine.expansion.limits import Meter
    from datamaestro.engine.expansion.sinks import Result, Sink
    from datamaestro.plugins.services import Plugins
    from datamaestro_hookspecs.unpackers import Member, Unpacker

log = logging.getLogger("datamaestro")

NESTED = 3
"""Compressions that are expanded before an archive, at most."""


@define
class Expansion:
    """One resource being made of what arrives.

    Args:
        where: it comes from, for messages.
        plugins: that do the work.
        meter: counts what it expands to.
        sink: where what comes out goes.
        scratch: folder for what has to be spooled on the way.
        ahead: whether what is expanded first is read in a thread of its own, which pays for large
            files.
        abort: told why no more bytes are wanted.
    """

    where: str
    plugins: Plugins
    meter: Meter
    sink: Sink
    scratch: Path
    ahead: bool
    abort: Callable[[BaseException], None] = lambda _: None
    _threads: list[Ahead] = field(factory=list)
    _names: dict[str, None] = field(factory=dict)
    _member: str = ""

    @property
    def _place(self) -> str:
        """Where something is done, for messages."""
        return f"{self.where}: member {quoted(self._member)}" if self._member else self.where

    @property
    def _steps(self) -> str:
        """What has been begun, for messages."""
        return " then ".join(self._names)

    def carry_out(self, arrival: Flow, chain: Sequence[Transform]) -> Result:
        """Write all that comes out, and return it.

        Raises:
            ContentError: a step fails, whatever it raises, or what comes out is not to be taken.
            StorageError: it cannot be written.
        """
        try:
            with self._no_more_where_it_fails():
                self._through(arrival, chain, outermost=True)
                return self.sink.finish()
        except Refused as error:
            raise error.within(self.where) from error
        except ContentError as error:
            raise error.within(f"{self._place}: {self._steps} fails") from error
        except DatamaestroError:
            raise
        except (Exception, SystemExit) as error:
            raise ContentError(
                f"{self._place}: {self._steps} fails: {str(error) or type(error).__name__}",
                hint="the file was damaged on its way, or is not what its definition says",
            ) from error
        finally:
            for thread in reversed(self._threads):  # each reads from the one before it
                thread.close()
            self.sink.close()

    @contextmanager
    def _no_more_where_it_fails(self) -> Iterator[None]:
        """Wait for no more bytes where something fails, unless they are kept for the next run."""
        try:
            yield
        except BaseException as error:
            if not (isinstance(error, Refused) and error.keeps):
                self.abort(error)
            raise

    def _through(self, flow: Flow, chain: Sequence[Transform], *, outermost: bool = False) -> None:
        """Let a flow go through what is left of the chain, and what comes out into the sink."""
        for place, transform in enumerate(chain):
            if transform.name == EXPAND:
                flow = self._expanded(flow, outermost=outermost)
            elif transform.name == UNPACK or self.plugins.unpacker(transform.name):
                self._unpack(flow, transform, chain[place + 1 :], outermost=outermost)
                return
            else:
                flow = self._changed(flow, transform, outermost=outermost)
        self.sink.add(flow.name, flow.as_member())

    def _changed(self, flow: Flow, transform: Transform, *, outermost: bool) -> Flow:
        """Return what a transformer makes of a flow."""
        self._names[transform.name] = None
        record, work = self.plugins.transformer(transform.name)
        refuse_compressed(flow, record, self.plugins)
        changed: io.RawIOBase = Metered(work.open(flow.stream, transform.options), self.meter)
        if outermost and self.ahead:
            changed = Ahead(changed)
            self._threads.append(changed)
        name = without_suffix(flow.name, record)
        return Flow(name, io.BufferedReader(changed, BUFFER), member=flow.member)

    def _expanded(self, flow: Flow, *, outermost: bool) -> Flow:
        """Return what a compressed flow expands to; one that is not compressed as it is."""
        record = by_content(flow, self.plugins)
        if record is None:
            return flow
        return self._changed(flow, Transform(record.name), outermost=outermost)

    def _unpack(
        self, flow: Flow, transform: Transform, rest: Sequence[Transform], *, outermost: bool
    ) -> None:
        """Take members out of an archive, and let each go through the rest of the chain."""
        flow = self._without_compression(flow, outermost=outermost)
        record, work = unpacker_of(flow, transform.name, self.plugins)
        selection = Selection.among(transform.options)
        before = self.sink.taken
        inner = any(step.name == UNPACK or self.plugins.unpacker(step.name) for step in rest)
        outer = flow.member.name if flow.member is not None else ""
        self._names[record.name] = None
        with self._opened(flow, record) as stream:
            for member in work.members(stream, without_selection(transform)):
                self.meter.count_member()
                member.name = plain_path(member.name)
                path = selection.place(member.name)
                if path is None:
                    continue
                if outer:
                    member.name = f"{outer}:{member.name}"
                if rest and member.content is not None:
                    self._let_through(Flow.of_member(path, member, member.content), rest)
                elif rest and member.kind == "hardlink":
                    raise Refused(
                        f"member {quoted(member.name)} is another name of {quoted(member.link)}, "
                        "and nothing can be done to its content",
                        hint="leave it out with files=",
                    )
                elif not inner:
                    self.sink.add(path, _with_target(member, selection))
            while not record.seeks and stream.read(BLOCK):
                pass  # whatever checks what was compressed does so at its end
        selection.check()
        if rest and self.sink.taken == before:
            raise Refused("there is no file in it", hint="is the definition out of date?")

    def _let_through(self, flow: Flow, rest: Sequence[Transform]) -> None:
        """Let a member go through the rest of the chain, and be named in what fails there."""
        around = self._member, self._names
        self._member, self._names = flow.as_member().name, {}
        self._through(flow, rest)
        self._member, self._names = around

    def _without_compression(self, flow: Flow, *, outermost: bool) -> Flow:
        """Expand what an archive was compressed with, whatever its suffix says."""
        said = self.plugins.transformer_for(flow.name, required=is_compressed(flow.name))
        for depth in range(NESTED):
            head = flow.head(self.plugins.magic_size())
            record = self.plugins.transformer_of(head)
            if depth == 0 and said is not None and record is not None and record != said:
                warn(flow.name, said, record.name)
            if depth == 0 and said is not None and record is None:
                warn(flow.name, said, "not compressed")
            if record is None:
                break
            flow = self._changed(flow, Transform(record.name), outermost=outermost)
        return flow

    @contextmanager
    def _opened(self, flow: Flow, record: Unpacker) -> Iterator[io.BufferedIOBase]:
        """Give an archive's stream; where it must seek, a file that is complete."""
        if not record.seeks:
            yield io.BufferedReader(flow.stream, BLOCK)
        elif flow.whole is not None:
            with _reading(flow.whole()) as file:
                yield file
        else:
            with self._spooled(flow) as path, _reading(path) as file:
                yield file

    @contextmanager
    def _spooled(self, flow: Flow) -> Iterator[Path]:
        """Give a file of all that comes through a flow, which is gone after the block."""
        path, size = self.scratch / f".spooled-{secrets.token_hex(8)}", 0
        with storage_errors(path):
            make_folder(path.parent)
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            try:
                while block := flow.stream.read(BLOCK):
                    with storage_errors(path):
                        write_all(file, block)
                    size += len(block)
                    self.meter.check()
                    self.meter.check_ratio(size)
            finally:
                os.close(file)
            yield path
        finally:
            path.unlink(missing_ok=True)


def _reading(path: Path) -> io.BufferedReader:
    with storage_errors(path):
        return path.open("rb")


def _with_target(member: Member, selection: Selection) -> Member:
    """Return a member whose hard link leads to where its target was put."""
    if member.kind != "hardlink" or selection.everything:
        return member
    target = selection.place(plain_path(member.link))
    if target is None:
        raise Refused(
            f"member {quoted(member.name)} is another name of {quoted(member.link)}, which is not "
            "selected",
            hint="select that, too",
        )
    return evolve(member, link=target)
