"""A transfer: the addresses of a resource, what is done to its bytes, and the tries at it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from datamaestro.engine.addresses import usable_addresses
from datamaestro.engine.attempt import Arrived, Attempt
from datamaestro.engine.expected import Expected
from datamaestro.engine.retries import Patience, try_each
from datamaestro.errors import DefinitionError
from datamaestro_hookspecs.cards import EXPAND, UNPACK, Transform

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro.engine.run import Run
    from datamaestro.plugins.registry import Plugins
    from datamaestro_hookspecs.cards import ResourceCard

COMPRESSIONS = {".br", ".bz2", ".gz", ".lz4", ".lzma", ".xz", ".z", ".zst"}
"""Suffixes that ask for an expansion, so that compressed bytes are never taken for the content."""


def transfer(run: Run, resource: ResourceCard, work: Path) -> Arrived:
    """Fetch a resource from the first address that has it.

    Args:
        run: that it belongs to.
        resource: to be fetched.
        work: the folder in which it is made.

    Raises:
        DatamaestroError: no address has it, or has it as it should be.
    """
    source = resource.source
    if source is None:
        raise DefinitionError(f"resource {resource.name} has no source")
    urls = usable_addresses(resource, run.by_hand, run.settings, run.plugins)
    named_by = urls if resource.name in run.by_hand else source.urls
    transforms = chosen_transforms(resource, named_by[0], run.plugins)
    published = published_name(named_by[0])

    def attempt(url: str) -> Arrived:
        patience = Patience(run.settings.retries, run.pause)
        expected = Expected(resource, source, url)
        return Attempt(run, expected, published, transforms, work, patience).receive()

    return try_each(urls, attempt)


def chosen_transforms(resource: ResourceCard, url: str, plugins: Plugins) -> tuple[Transform, ...]:
    """Return what is done to the bytes: as declared, else as the URL's suffix says.

    A file that is to keep that suffix is kept as it is.

    Raises:
        PluginError: no plugin does what is declared; or the suffix is that of a compression, and
            no plugin expands it.
    """
    if resource.transforms is not None:
        for transform in resource.transforms:
            if transform.name not in (EXPAND, UNPACK) and plugins.unpacker(transform.name) is None:
                plugins.transformer(transform.name)
        return resource.transforms
    published = published_name(url)
    suffix = PurePosixPath(published).suffix.lower()
    if suffix == PurePosixPath(resource.path).suffix.lower():
        return ()
    record = plugins.transformer_for(published, required=suffix in COMPRESSIONS)
    return () if record is None else (Transform(EXPAND),)


def published_name(url: str) -> str:
    """Return the last part of a URL's path."""
    return PurePosixPath(unquote(urlsplit(url).path)).name
