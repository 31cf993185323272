"""Where a resource is looked for, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamaestro.errors import FileNeeded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from datamaestro.plugins.services import Plugins
    from datamaestro.settings import Mirror, Settings
    from datamaestro_hookspecs.cards import ResourceCard


def addresses(urls: Sequence[str], mirrors: Iterable[Mirror]) -> list[str]:
    """Return where to look, in order: each mirror of each URL first, then the URLs."""
    mirrored = [
        mirror.mirror + url.removeprefix(mirror.origin)
        for url in urls
        for mirror in mirrors
        if url.startswith(mirror.origin)
    ]
    return list(dict.fromkeys([*mirrored, *urls]))


def usable_addresses(
    resource: ResourceCard, by_hand: Mapping[str, Path], settings: Settings, plugins: Plugins
) -> list[str]:
    """Return where to look: the file that the user has; else offline only what needs no network.

    Raises:
        FileNeeded: it cannot be downloaded, and the user has not said where it is.
    """
    if resource.name in by_hand:
        return [by_hand[resource.name].absolute().as_uri()]
    source = resource.source
    if source is None:
        return []
    if source.by_hand is not None and not source.urls:
        raise FileNeeded(resource.name, source.by_hand.why, source.by_hand.page)
    urls = addresses(source.urls, settings.mirrors)
    if not settings.offline:
        return urls
    return [url for url in urls if plugins.downloader(url)[0].local]
