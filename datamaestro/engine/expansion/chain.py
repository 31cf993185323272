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
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from datamaestro.engine.expansion.ahead import Ahead
from datamaestro.engine.expansion.checking import without_selection
from datamaestro.engine.expansion.flow import BUFFER, Flow
from datamaestro.engine.expansion.limits import Metered
from datamaestro.engine.expansion.refusal import Refused, quoted
from datamaestro.engine.expansion.selection import Selection, plain_path
from datamaestro.engine.expansion.sinks import write_all
from datamaestro.errors import ContentError, DatamaestroError
from datamaestro.store.faults import storage_errors
from datamaestro_hookspecs.cards import EXPAND, UNPACK, Transform
from datamaestro_hookspecs.streams import BLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from datamaestro.engine.expansion.limits import Meter
    from datamaestro.engine.expansion.sinks import Result, Sink
    from datamaestro.plugins.registry import Plugins
    from datamaestro_hookspecs.transformers import Transformer
    from datamaestro_hookspecs.unpackers import Member, Unpacker, UnpackerProtocol

log = logging.getLogger("datamaestro")

PAGES = (b"<!doctype html", b"<html")
"""What web pages begin with, in lower case."""

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
    """

    where: str
    plugins: Plugins
    meter: Meter
    sink: Sink
    scratch: Path
    ahead: bool
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
            for thread in self._threads:
                thread.close()
            self.sink.close()

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
        self._refuse_compressed(flow, record)
        changed: io.RawIOBase = Metered(work.open(flow.stream, transform.options), self.meter)
        if outermost and self.ahead:
            changed = Ahead(changed)
            self._threads.append(changed)
        name = without_suffix(flow.name, record)
        return Flow(name, io.BufferedReader(changed, BUFFER), member=flow.member)

    def _refuse_compressed(self, flow: Flow, record: Transformer) -> None:
        """Refuse to look for text in what is compressed, by its suffix and its content."""
        if not record.text or self.plugins.transformer_for(flow.name) is None:
            return
        found = self.plugins.transformer_of(flow.head(self.plugins.magic_size()))
        if found is not None:
            raise Refused(
                f"{flow.name} is compressed, and {record.name} is for texts",
                hint="a chain that is said is all that is done: begin it with Expand()",
            )

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
        record, work = self._unpacker(flow, transform.name)
        selection = Selection.among(transform.options)
        before = self.sink.taken
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
                if not rest:
                    self.sink.add(path, _with_target(member, selection))
                elif member.kind == "file" and member.content is not None:
                    self._let_through(Flow.of_member(path, member, member.content), rest)
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
        said = self.plugins.transformer_for(flow.name)
        for depth in range(NESTED):
            head = flow.head(self.plugins.magic_size())
            record = self.plugins.transformer_of(head)
            if depth == 0 and said is not None and record is not None and record != said:
                _warn(flow.name, said, record.name)
            if depth == 0 and said is not None and record is None:
                _warn(flow.name, said, "not compressed")
            if record is None:
                break
            flow = self._changed(flow, Transform(record.name), outermost=outermost)
        return flow

    def _unpacker(self, flow: Flow, name: str) -> tuple[Unpacker, UnpackerProtocol]:
        """Return the unpacker of a name; of an archive of any kind, by its content."""
        head = flow.head(self.plugins.magic_size())
        if head.lstrip()[:14].lower().startswith(PAGES):
            raise Refused(
                f"{PurePosixPath(flow.name).name} is a web page instead of an archive",
                hint="a login, a quota or an error page? open the URL in a browser",
            )
        record = self.plugins.unpacker_for(flow.name, head)
        if name == UNPACK and record is None:
            raise Refused(
                f"{PurePosixPath(flow.name).name} is no archive that any plugin knows",
                hint="see: datamaestro plugins",
            )
        found = self.plugins.unpacker(record.name if name == UNPACK and record else name)
        if found is None:
            raise ContentError(f"{name} unpacks nothing")
        told = self.plugins.unpacker_for("", head)
        if told not in (None, found[0]):
            raise Refused(
                f"{PurePosixPath(flow.name).name} is for {told.name}, not for {name}",
                hint="ArchiveDownloader and Unpack() take any archive",
            )
        return found

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
            path.parent.mkdir(exist_ok=True)
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


def without_suffix(name: str, record: Transformer) -> str:
    """Return a name without the suffix of what a transformer expands."""
    found = [each for each in record.suffixes if name.lower().endswith(each)]
    return name[: -len(max(found, key=len))] if found else name


def by_content(flow: Flow, plugins: Plugins) -> Transformer | None:
    """Return the record of what expands a flow: as its suffix says, unless its content differs."""
    said = plugins.transformer_for(flow.name)
    if said is None:
        return None
    found = plugins.transformer_of(flow.head(plugins.magic_size()))
    if found is None or found == said:
        return said
    _warn(flow.name, said, found.name)
    return found


def _warn(name: str, said: Transformer, found: str) -> None:
    log.warning(
        "%s is called as if it were for %s, but its content is %s; the content is believed",
        name,
        said.name,
        found if " " in found else f"for {found}",
    )


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
