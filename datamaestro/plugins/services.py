"""Which record serves a name, a scheme, a suffix, a prefix or a type, and its implementation.

Listing records costs no import; an implementation is imported on first use and kept.
"""

from __future__ import annotations

import functools
import logging
import sys
import threading
from typing import TYPE_CHECKING, Any

from attrs import define, field

from datamaestro.errors import PluginError
from datamaestro.plugins.choice import best_of, make_implementation, refuse_conflict
from datamaestro.plugins.manager import (
    DATATYPES,
    DIALECTS,
    DOWNLOADERS,
    ENCODERS,
    REPOSITORIES,
    RESOLVERS,
    TRANSFORMERS,
    UNPACKERS,
    PluginManager,
    Provided,
)
from datamaestro.plugins.serving import ancestors, begins, brings, ends, offset_of, reads
from datamaestro_hookspecs.errors import shown

if TYPE_CHECKING:
    from datamaestro.plugins.serving import Serves
    from datamaestro_hookspecs.datatypes import DataTypeProtocol
    from datamaestro_hookspecs.dialects import Dialect, DialectProtocol
    from datamaestro_hookspecs.downloaders import Downloader, DownloaderProtocol
    from datamaestro_hookspecs.encoders import EncoderProtocol
    from datamaestro_hookspecs.events import Event
    from datamaestro_hookspecs.repositories import RepositoryProtocol
    from datamaestro_hookspecs.resolvers import ResolverProtocol
    from datamaestro_hookspecs.transformers import Transformer, TransformerProtocol
    from datamaestro_hookspecs.unpackers import Unpacker, UnpackerProtocol

log = logging.getLogger("datamaestro")

MAGICAL = (TRANSFORMERS, UNPACKERS)
"""The families whose records may be found by what content begins with."""

BARE = "id"
"""The prefix that a bare id stands for."""

CATALOGUE = "datamaestro_plugins.catalogue"
"""The only plugin that may resolve bare ids."""


@define
class Plugins:
    """What the loaded plugins add, and who serves what."""

    manager: PluginManager
    _records: dict[str, list[Provided]] = field(factory=dict)
    _implementations: dict[str, Any] = field(factory=dict)
    _warned: set[str] = field(factory=set)
    _lock: threading.RLock = field(factory=threading.RLock)

    def provided(self, family: str) -> list[Provided]:
        """Return all records of a family, by the name of its hook."""
        if family not in self._records:
            self._records[family] = self.manager.provided(family)
        return self._records[family]

    def send(self, event: Event) -> None:
        """Tell an event to every plugin that listens."""
        self.manager.send(event)

    def warn(self, message: str) -> None:
        """Log a warning, the first time that there is cause for it."""
        if message not in self._warned:
            self._warned.add(message)
            log.warning("%s", message)

    def prefixes(self, *, switched_off: bool = False) -> set[str]:
        """Return the prefixes that have a resolver, or would have one."""
        found = self._off.provided(RESOLVERS) if switched_off else self.provided(RESOLVERS)
        return {provided.record.prefix for provided in found}

    def resolver(self, prefix: str) -> ResolverProtocol:
        """Return the resolver of a prefix; bare ids belong to the catalogue alone."""

        def serves(provided: Provided) -> bool:
            return provided.record.prefix == prefix and (
                prefix != BARE or provided.provider.module == CATALOGUE
            )

        work: ResolverProtocol
        _, work = self._serving(RESOLVERS, f"the prefix {prefix}:", serves)
        return work

    def downloader(self, url: str) -> tuple[Downloader, DownloaderProtocol]:
        """Return the downloader of a URL, and its record."""
        scheme = url.partition(":")[0].lower()
        what = f"URLs of the scheme {scheme}: ({shown(url)})"
        record: Downloader
        work: DownloaderProtocol
        record, work = self._serving(DOWNLOADERS, what, lambda one: scheme in one.record.schemes)
        return record, work

    def transformer(self, name: str) -> tuple[Transformer, TransformerProtocol]:
        """Return the transformer of a name, and its record."""
        record: Transformer
        work: TransformerProtocol
        what = f"the transformation {name}"
        record, work = self._serving(TRANSFORMERS, what, lambda one: one.record.name == name)
        return record, work

    def unpacker(self, name: str) -> tuple[Unpacker, UnpackerProtocol] | None:
        """Return the unpacker of a name, and its record; None where that is no unpacker's.

        Raises:
            PluginError: a transformer has that name, too.
        """
        if not any(one.record.name == name for one in self.provided(UNPACKERS)):
            return None
        refuse_conflict(
            f"the name {name}",
            [
                one
                for family in (TRANSFORMERS, UNPACKERS)
                for one in self.provided(family)
                if one.record.name == name
            ],
        )
        record: Unpacker
        work: UnpackerProtocol
        what = f"the transformation {name}"
        record, work = self._serving(UNPACKERS, what, lambda one: one.record.name == name)
        return record, work

    def transformer_for(self, path: str, *, required: bool = False) -> Transformer | None:
        """Return the record of the transformer that a path's suffix asks for.

        Raises:
            PluginError: one is required, and there is none.
        """
        record: Transformer | None
        record = self._found(TRANSFORMERS, f"the suffix of {path}", ends(path), required)
        return record

    def transformer_of(self, head: bytes) -> Transformer | None:
        """Return the record of the transformer whose magic is at the beginning of some content."""
        record: Transformer | None
        serves = begins(head)
        record = self._found(TRANSFORMERS, f"content that begins with {head[:8]!r}", serves, False)
        return record

    def unpacker_for(self, path: str, head: bytes) -> Unpacker | None:
        """Return the record of an archive's unpacker, by its content or else its suffix."""
        for what, serves in (
            (f"content that begins with {head[:8]!r}", begins(head)),
            (f"the suffix of {path}", ends(path)),
        ):
            record: Unpacker | None = self._found(UNPACKERS, what, serves, False)
            if record is not None:
                return record
        return None

    def unpacker_off(self, path: str, head: bytes) -> None:
        """Raise if a plugin that is switched off would unpack an archive.

        Raises:
            PluginError: one would; the message names it.
        """
        for one in self._off.provided(UNPACKERS):
            if begins(head)(one) or ends(path)(one):
                raise PluginError(
                    f"no plugin unpacks {path}",
                    hint=f"the plugin {one.provider.name} is switched off by DATAMAESTRO_PLUGINS",
                )

    def magic_size(self) -> int:
        """Return how many bytes of some content tell who expands or unpacks it."""
        records = [one.record for family in MAGICAL for one in self.provided(family)]
        return max(
            (offset_of(record) + len(magic) for record in records for magic in record.magic),
            default=0,
        )

    def datatype(self, kind: type) -> DataTypeProtocol | None:
        """Return the reader of a type of data, or of its nearest ancestor that has one."""
        work: DataTypeProtocol
        for dotted in ancestors(kind):
            serves = functools.partial(reads, (dotted,))
            if any(map(serves, self.provided(DATATYPES))):
                _, work = self._serving(DATATYPES, f"data of the type {dotted}", serves)
                return work
        return None

    def reader(self, kind: type) -> DataTypeProtocol:
        """Return the reader of a type of data, which there must be."""
        found = self.datatype(kind)
        if found is None:
            hint = self._who_would(DATATYPES, functools.partial(reads, ancestors(kind)))
            raise PluginError(f"no plugin reads data of the type {kind.__name__}", hint=hint)
        return found

    def encoders(self) -> list[str]:
        """Return the names of the encoders."""
        return sorted({provided.record.name for provided in self.provided(ENCODERS)})

    def encoder(self, name: str) -> EncoderProtocol:
        """Return the encoder of a name."""
        work: EncoderProtocol
        what = f"the encoder {name}"
        _, work = self._serving(ENCODERS, what, lambda one: one.record.name == name)
        return work

    def dialect_of(self, name: str) -> tuple[Dialect, DialectProtocol] | None:
        """Return the dialect that brings a public name, and its record."""
        record: Dialect
        work: DialectProtocol
        serves = functools.partial(brings, name)
        if not any(map(serves, self.provided(DIALECTS))):
            return None
        record, work = self._serving(DIALECTS, f"the name {name}", serves)
        return record, work

    def dialects(self) -> list[DialectProtocol]:
        """Return the dialects in use: those whose packages have been imported."""
        ranked = sorted(self.provided(DIALECTS), key=lambda one: one.rank, reverse=True)
        return [
            self._serving(DIALECTS, f"the dialect {one.record.name}", one.__eq__)[1]
            for one in ranked
            if one.record.package in sys.modules
        ]

    def repositories(self) -> list[str]:
        """Return the names of the repositories, those of installed packages first."""
        ranked = sorted(self.provided(REPOSITORIES), key=lambda one: one.rank, reverse=True)
        return list(dict.fromkeys(provided.record.name for provided in ranked))

    def repository(self, name: str) -> RepositoryProtocol:
        """Return the repository of a name."""
        work: RepositoryProtocol
        what = f"the repository {name}"
        _, work = self._serving(REPOSITORIES, what, lambda one: one.record.name == name)
        return work

    def _serving(self, family: str, what: str, serves: Serves) -> tuple[Any, Any]:
        """Return the record that serves, and its implementation."""
        best = self._best(family, what, serves)
        dotted = best.record.implementation
        with self._lock:
            if dotted not in self._implementations:
                self._implementations[dotted] = make_implementation(family, best)
        return best.record, self._implementations[dotted]

    def _found(self, family: str, what: str, serves: Serves, required: bool) -> Any:
        """Return the record that serves; None where none does and none is required."""
        if not required and not any(map(serves, self.provided(family))):
            return None
        return self._best(family, what, serves).record

    def _best(self, family: str, what: str, serves: Serves) -> Provided:
        known = self.provided(family)
        able = [provided for provided in known if serves(provided)]
        if not able:
            raise PluginError(f"no plugin for {what}", hint=self._who_would(family, serves))
        return best_of(family, what, able, known)

    def _who_would(self, family: str, serves: Serves) -> str:
        """Return a hint: the plugin that is switched off, or what to look at."""
        families = MAGICAL if family in MAGICAL else (family,)  # either may be meant by a name
        off = [one for each in families for one in self._off.provided(each)]
        names = [one.provider.name for one in off if serves(one)]
        if names:
            return f"the plugin {names[0]} is switched off by DATAMAESTRO_PLUGINS"
        return "see: datamaestro plugins"

    @property
    def _off(self) -> PluginManager:
        """The plugins that are switched off, loaded to see what is missed."""
        return PluginManager.load(self.manager.switched_off)
