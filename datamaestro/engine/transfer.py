"""A transfer: the addresses of a resource, what is done to its bytes, and the tries at it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from datamaestro.engine.attempt import Arrived, Attempt
from datamaestro.engine.retries import addresses, try_each
from datamaestro.errors import DefinitionError
from datamaestro_hookspecs.cards import ResourceCard, Source, Transform

if TYPE_CHECKING:
    from datamaestro.engine.run import Run
    from datamaestro.plugins.registry import Plugins
    from datamaestro.settings import Settings


COMPRESSIONS = {".br", ".bz2", ".gz", ".lz4", ".lzma", ".xz", ".z", ".zst"}
"""Suffixes that ask for an expansion, so that compressed bytes are never taken for the content."""


def transfer(run: Run, resource: ResourceCard) -> Arrived:
    """Fetch a resource from the first address that has it.

    Raises:
        DatamaestroError: no address has it, or has it as it should be.
    """
    source = resource.source
    if source is None:
        raise DefinitionError(f"resource {resource.name} has no source")
    transforms = chosen_transforms(run, resource, source)
    return try_each(
        usable_addresses(source, run.settings, run.plugins),
        lambda url: Attempt(run, resource, source, transforms, url).receive(),
        retries=run.settings.retries,
        pause=run.pause,
    )


def usable_addresses(source: Source, settings: Settings, plugins: Plugins) -> list[str]:
    """Return where to look; offline only what needs no network."""
    urls = addresses(source.urls, settings.mirrors)
    if not settings.offline:
        return urls
    return [url for url in urls if plugins.downloader(url)[0].local]


def chosen_transforms(run: Run, resource: ResourceCard, source: Source) -> tuple[Transform, ...]:
    """Return what is done to the bytes: as declared, else as the first URL's suffix says.

    A file that is to keep that suffix is kept as it is.

    Raises:
        PluginError: the suffix is that of a compression, and no plugin expands it.
    """
    if resource.transforms is not None:
        return resource.transforms
    published = Path(urlsplit(source.urls[0]).path)
    suffix = published.suffix.lower()
    if suffix == Path(resource.path).suffix.lower():
        return ()
    record = run.plugins.transformer_for(published.name, required=suffix in COMPRESSIONS)
    return () if record is None else (Transform(record.name),)
