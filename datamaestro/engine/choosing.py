"""What is done to the bytes of a file, as far as that is known before they arrive."""

from __future__ import annotations

from posixpath import basename, splitext
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from datamaestro.descriptions.definition import LACKING
from datamaestro.engine.expansion.checking import check_chain, is_compressed
from datamaestro.errors import PluginError
from datamaestro_hookspecs.cards import EXPAND, Transform

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datamaestro.plugins.services import Plugins
    from datamaestro_hookspecs.cards import ResourceCard


def chosen_transforms(
    resource: ResourceCard, by_hand: Mapping[str, Path], plugins: Plugins
) -> tuple[str, tuple[Transform, ...]]:
    """Return the name of a file as it is published, and what is done to its bytes.

    That is as declared, else as the suffix says; a file that is to keep that suffix is kept as it
    is.

    Args:
        resource: that has a source.
        by_hand: files that the user has, by the resource's name.
        plugins: that do the work.

    Raises:
        DefinitionError: what is declared cannot be understood.
        PluginError: no plugin does what is declared; or the suffix is that of a compression, and
            no plugin expands it.
    """
    published = _published_name(resource, by_hand)
    if resource.transforms is not None:
        if resource.transforms and resource.problem == LACKING:
            raise PluginError(f"resource {resource.name}: {LACKING}")
        check_chain(resource.transforms, plugins)
        return published, resource.transforms
    if _suffix(published) == _suffix(resource.path):
        return published, ()
    record = plugins.transformer_for(published, required=is_compressed(published))
    if record is None:
        return published, ()
    check_chain([Transform(record.name)], plugins)
    return published, (Transform(EXPAND),)


def _published_name(resource: ResourceCard, by_hand: Mapping[str, Path]) -> str:
    if resource.name in by_hand:
        return by_hand[resource.name].name
    urls = resource.source.urls if resource.source else ()
    return basename(unquote(urlsplit(urls[0]).path).rstrip("/")) if urls else ""


def _suffix(path: str) -> str:
    return splitext(path)[1].lower()
