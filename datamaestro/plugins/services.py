"""Which plugin serves a name, a scheme, a suffix, a prefix or a type; a method for each."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING

from datamaestro.errors import PluginError, UsageError
from datamaestro.plugins.choice import refuse_conflict
from datamaestro.plugins.lookup import MAGICAL, LoadedPlugins
from datamaestro.plugins.manager import (
    DATATYPES,
    DIALECTS,
    DOWNLOADERS,
    ENCODERS,
    REPOSITORIES,
    RESOLVERS,
    TRANSFORMERS,
    TRANSPORTS,
    UNPACKERS,
    Provided,
)
from datamaestro.plugins.serving import ancestors, begins, brings, ends, offset_of, reads
from datamaestro.plugins.speaking import causes, comes_of, left_out, uses
from datamaestro_hookspecs.errors import shown

if TYPE_CHECKING:
    from datamaestro_hookspecs.datatypes import DataTypeProtocol
    from datamaestro_hookspecs.dialects import Dialect, DialectProtocol
    from datamaestro_hookspecs.downloaders import Downloader, DownloaderProtocol
    from datamaestro_hookspecs.encoders import EncoderProtocol
    from datamaestro_hookspecs.repositories import RepositoryProtocol
    from datamaestro_hookspecs.resolvers import ResolverProtocol
    from datamaestro_hookspecs.transformers import Transformer, TransformerProtocol
    from datamaestro_hookspecs.transports import HostsProtocol, TransportProtocol
    from datamaestro_hookspecs.unpackers import Unpacker, UnpackerProtocol

BARE = "id"
"""The prefix that a bare id stands for."""

CATALOGUE = "datamaestro_plugins.catalogue"
"""The only plugin that may resolve bare ids."""


class Plugins(LoadedPlugins):
    """The loaded plugins, and who of them serves what."""

    __slots__ = ()

    def prefixes(self, *, switched_off: bool = False) -> set[str]:
        """Return the prefixes that have a resolver, or would have one."""
        found = self.off.provided(RESOLVERS) if switched_off else self.provided(RESOLVERS)
        return {provided.record.prefix for provided in found}

    def resolver(self, prefix: str) -> ResolverProtocol:
        """Return the resolver of a prefix; bare ids belong to the catalogue alone."""

        def serves(provided: Provided) -> bool:
            return provided.record.prefix == prefix and (
                prefix != BARE or provided.provider.module == CATALOGUE
            )

        work: ResolverProtocol
        _, work = self.serving(RESOLVERS, f"the prefix {prefix}:", serves)
        return work

    def downloader(self, url: str) -> tuple[Downloader, DownloaderProtocol]:
        """Return the downloader of a URL, and its record; each scheme is looked up once."""
        scheme = url.partition(":")[0].lower()
        if scheme not in self._downloaders:
            what = f"URLs of the scheme {scheme}: ({shown(url)})"
            found = self.serving(DOWNLOADERS, what, lambda one: scheme in one.record.schemes)
            self._downloaders[scheme] = found
        return self._downloaders[scheme]

    def transformer(self, name: str) -> tuple[Transformer, TransformerProtocol]:
        """Return the transformer of a name, and its record."""
        what = f"the transformation {name}"
        return self.serving(TRANSFORMERS, what, lambda one: one.record.name == name)

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
        what = f"the transformation {name}"
        return self.serving(UNPACKERS, what, lambda one: one.record.name == name)

    def transformer_for(self, path: str, *, required: bool = False) -> Transformer | None:
        """Return the record of the transformer that a path's suffix asks for.

        Raises:
            PluginError: one is required, and there is none.
        """
        what = f"the suffix of {path}"
        record: Transformer | None = self.found(TRANSFORMERS, what, ends(path), required)
        return record

    def transformer_of(self, head: bytes) -> Transformer | None:
        """Return the record of the transformer whose magic is at the beginning of some content."""
        what = f"content that begins with {head[:8]!r}"
        record: Transformer | None = self.found(TRANSFORMERS, what, begins(head))
        return record

    def unpacker_for(self, path: str, head: bytes) -> Unpacker | None:
        """Return the record of an archive's unpacker, by its content or else its suffix."""
        for what, serves in (
            (f"content that begins with {head[:8]!r}", begins(head)),
            (f"the suffix of {path}", ends(path)),
        ):
            record: Unpacker | None = self.found(UNPACKERS, what, serves)
            if record is not None:
                return record
        return None

    def unpacker_off(self, path: str, head: bytes) -> None:
        """Raise if a plugin that is switched off would unpack an archive.

        Raises:
            PluginError: one would; the message names it.
        """
        for one in self.off.provided(UNPACKERS):
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
                _, work = self.serving(DATATYPES, f"data of the type {dotted}", serves)
                return work
        return None

    def reader(self, kind: type) -> DataTypeProtocol:
        """Return the reader of a type of data, which there must be."""
        found = self.datatype(kind)
        if found is None:
            hint = self.who_would(DATATYPES, functools.partial(reads, ancestors(kind)))
            raise PluginError(f"no plugin reads data of the type {kind.__name__}", hint=hint)
        return found

    def encoders(self) -> list[str]:
        """Return the names of the encoders."""
        return sorted({provided.record.name for provided in self.provided(ENCODERS)})

    def encoder(self, name: str) -> EncoderProtocol:
        """Return the encoder of a name."""
        what = f"the encoder {name}"
        work: EncoderProtocol
        _, work = self.serving(ENCODERS, what, lambda one: one.record.name == name)
        return work

    def transport(self, target: str) -> TransportProtocol:
        """Return the transport to a target."""
        from datamaestro_hookspecs.transports import scheme_of

        scheme = scheme_of(target)
        what = f"targets of the scheme {scheme}: ({shown(target)})"
        work: TransportProtocol
        _, work = self.serving(TRANSPORTS, what, lambda one: scheme in one.record.schemes)
        return work

    def hosts(self, target: str) -> HostsProtocol:
        """Return the transport that runs programs on the host of a target.

        Raises:
            UsageError: it cannot run any.
        """
        from datamaestro_hookspecs.transports import HostsProtocol

        work = self.transport(target)
        if not isinstance(work, HostsProtocol):
            raise UsageError(f"no program can be run on {shown(target)}", hint="name a host")
        return work

    def dialect_of(self, name: str) -> tuple[Dialect, DialectProtocol] | None:
        """Return the dialect that brings a public name, and its record."""
        serves = functools.partial(brings, name)
        if not any(map(serves, self.provided(DIALECTS))):
            return None
        return self.serving(DIALECTS, f"the name {name}", serves)

    def dialects(self, module: str = "") -> list[DialectProtocol]:
        """Return the dialects in use: those whose packages have been imported.

        One that cannot be used is left out, with a warning.

        Args:
            module: in which something is written that a dialect may have to read.

        Raises:
            PluginError: that module uses the package of one that cannot be used.
        """
        found: list[DialectProtocol] = []
        for one in sorted(self.provided(DIALECTS), key=lambda one: one.rank, reverse=True):
            if one.record.package not in sys.modules:
                continue
            work = self._dialect(one)
            if not isinstance(work, PluginError):
                found.append(work)
            elif uses(module, one.record.package):
                raise PluginError(work.message, hint=work.hint) from work
            else:
                self.warn(left_out(work))
        return found

    def broken_dialect(self, error: BaseException) -> PluginError | None:
        """Return why the dialect cannot be used without which an import failed; None: none did."""
        chain = causes(error)
        told = [one for one in self._unusable.values() if one in chain]
        wanted = [one for one in self.provided(DIALECTS) if comes_of(error, one.record.package)]
        told += [one for one in map(self._dialect, wanted) if isinstance(one, PluginError)]
        return told[0] if told else None

    def _dialect(self, provided: Provided) -> DialectProtocol | PluginError:
        """Return a dialect, or why it cannot be used, which is found out once."""
        name = provided.record.name
        if name not in self._unusable:
            try:
                work: DialectProtocol
                _, work = self.serving(DIALECTS, f"the dialect {name}", provided.__eq__)
            except PluginError as error:
                self._unusable[name] = error
            else:
                return work
        return self._unusable[name]

    def repositories(self) -> list[str]:
        """Return the names of the repositories, those of installed packages first."""
        ranked = sorted(self.provided(REPOSITORIES), key=lambda one: one.rank, reverse=True)
        return list(dict.fromkeys(provided.record.name for provided in ranked))

    def repository(self, name: str) -> RepositoryProtocol:
        """Return the repository of a name."""
        what = f"the repository {name}"
        work: RepositoryProtocol
        _, work = self.serving(REPOSITORIES, what, lambda one: one.record.name == name)
        return work
