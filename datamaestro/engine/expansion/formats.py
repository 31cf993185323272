"""Formats: what a flow is, by its name and by what it begins with."""

from __future__ import annotations

import logging
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from datamaestro.engine.expansion.checking import is_compressed
from datamaestro.engine.expansion.refusal import Refused, quoted
from datamaestro.errors import ContentError
from datamaestro_hookspecs.cards import UNPACK

if TYPE_CHECKING:
    from datamaestro.engine.expansion.flow import Flow
    from datamaestro.plugins.services import Plugins
    from datamaestro_hookspecs.transformers import Transformer
    from datamaestro_hookspecs.unpackers import Unpacker, UnpackerProtocol

log = logging.getLogger("datamaestro")

PAGES = (b"<!doctype html", b"<html")
"""What web pages begin with, in lower case."""


def by_content(flow: Flow, plugins: Plugins) -> Transformer | None:
    """Return the record of what expands a flow: as its suffix says, unless its content differs."""
    said = plugins.transformer_for(flow.name, required=is_compressed(flow.name))
    if said is None:
        return None
    found = plugins.transformer_of(flow.head(plugins.magic_size()))
    if found is None or found == said:
        return said
    warn(flow.name, said, found.name)
    return found


def warn(name: str, said: Transformer, found: str) -> None:
    """Say that the content is believed, and not the suffix."""
    log.warning(
        "%s is called as if it were for %s, but its content is %s; the content is believed",
        quoted(name)[1:-1],
        said.name,
        found if " " in found else f"for {found}",
    )


def without_suffix(name: str, record: Transformer) -> str:
    """Return a name without the suffix of what a transformer expands."""
    found = [each for each in record.suffixes if name.lower().endswith(each)]
    shorter = name[: -len(max(found, key=len))] if found else name
    return shorter if PurePosixPath(shorter).name.strip(".") and shorter[-1] != "/" else name


def refuse_compressed(flow: Flow, record: Transformer, plugins: Plugins) -> None:
    """Refuse to look for text in what is compressed, by its suffix and its content.

    Raises:
        Refused: a transformer for texts is to be given that.
    """
    if not record.text or plugins.transformer_for(flow.name) is None:
        return
    found = plugins.transformer_of(flow.head(plugins.magic_size()))
    if found is not None:
        raise Refused(
            f"{flow.name} is compressed, and {record.name} is for texts",
            hint="a chain that is said is all that is done: begin it with Expand()",
        )


def unpacker_of(flow: Flow, name: str, plugins: Plugins) -> tuple[Unpacker, UnpackerProtocol]:
    """Return the unpacker of a name; of an archive of any kind, by its content.

    Raises:
        Refused: it is another archive, or none.
        PluginError: a plugin that is switched off would unpack it.
    """
    head = flow.head(plugins.magic_size())
    if head.lstrip()[:14].lower().startswith(PAGES):
        raise Refused(
            f"{PurePosixPath(flow.name).name} is a web page instead of an archive",
            hint="a login, a quota or an error page? open the URL in a browser",
        )
    record = plugins.unpacker_for(flow.name, head)
    if name == UNPACK and record is None:
        plugins.unpacker_off(flow.name, head)
        raise Refused(
            f"{PurePosixPath(flow.name).name} is no archive that any plugin knows",
            hint="see: datamaestro plugins",
        )
    found = plugins.unpacker(record.name if name == UNPACK and record else name)
    if found is None:
        raise ContentError(f"{name} unpacks nothing")
    told = plugins.unpacker_for("", head)
    if told not in (None, found[0]):
        raise Refused(
            f"{PurePosixPath(flow.name).name} is for {told.name}, not for {name}",
            hint="ArchiveDownloader and Unpack() take any archive",
        )
    return found
