"""One transfer: from a resource's addresses to a checked file in the run's scratch folder.

Receiving, digesting, spooling and expanding are one pass over the bytes.
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from attrs import frozen

from datamaestro.engine.arrival import BLOCK, Arrival
from datamaestro.engine.digests import Digester, Found, check_digests
from datamaestro.engine.retries import addresses, try_each
from datamaestro.errors import ContentError, DatamaestroError, DefinitionError
from datamaestro.store.faults import storage_errors
from datamaestro_hookspecs.cards import ResourceCard, Source, Transform
from datamaestro_hookspecs.downloaders import Request
from datamaestro_hookspecs.events import TransferAdvanced, TransferEnded, TransferStarted

if TYPE_CHECKING:
    from datamaestro.engine.run import Run
    from datamaestro_hookspecs.downloaders import Facts


@frozen
class Arrived:
    """A file that has arrived and passed its checks.

    Args:
        path: of the result, in the run's scratch folder.
        spool: the file as it was published; the same path where nothing changed it.
        url: where it came from.
        facts: what the server said.
        digests: of both.

    """

    path: Path
    spool: Path
    url: str
    facts: Facts
    digests: Found


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
        usable_addresses(run, source),
        lambda url: _receive(run, resource, source, transforms, url),
        retries=run.settings.retries,
        pause=run.pause,
    )


def usable_addresses(run: Run, source: Source) -> list[str]:
    """Return where to look; offline only what needs no network."""
    urls = addresses(source.urls, run.settings.mirrors)
    if not run.settings.offline:
        return urls
    return [url for url in urls if run.plugins.downloader(url)[0].local]


def chosen_transforms(run: Run, resource: ResourceCard, source: Source) -> tuple[Transform, ...]:
    """Return what is done to the bytes: as declared, else as the first URL's suffix says."""
    if resource.transforms is not None:
        return resource.transforms
    published = Path(urlsplit(source.urls[0]).path)
    record = run.plugins.transformer_for(published.name)
    if record is None or published.suffix.lower() == Path(resource.path).suffix.lower():
        return ()
    return (Transform(record.name),)


def _receive(
    run: Run,
    resource: ResourceCard,
    source: Source,
    transforms: tuple[Transform, ...],
    url: str,
) -> Arrived:
    _, downloader = run.plugins.downloader(url)
    folder = run.fresh_folder(resource.name)
    result = folder / Path(resource.path).name
    spool = result.with_name(f".{result.name}")
    published = Digester([*source.digests, *resource.either])
    expanded = Digester([*resource.digests, *resource.either]) if transforms else published
    identity = run.card.identity
    received, failure = 0, ""

    def advanced(count: int) -> None:
        run.send(TransferAdvanced(identity, resource.name, count))

    try:
        with run.opened(downloader.open(Request(url, timeout=run.settings.timeout))) as response:
            size = response.facts.size
            run.send(TransferStarted(identity, resource.name, url, source.size or size))
            _check_size(url, source, size)
            with storage_errors(spool):
                file = spool.open("xb")
            with file:
                arrival = Arrival(url, response, file, published, run.cancelled, advanced)
                try:
                    if transforms:
                        _expand(run, arrival, transforms, result, expanded)
                    arrival.drain()
                finally:
                    received = arrival.received
                with storage_errors(spool):
                    file.flush()
        _check_size(url, source, received)
        found = Found(published.result(), expanded.result())
        check_digests(resource, url, found)
    except DatamaestroError as error:
        failure = str(error)
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        run.send(TransferEnded(identity, resource.name, received, failure))
    if not transforms:
        with storage_errors(result):
            result = spool.rename(result)
        return Arrived(result, result, url, response.facts, found)
    return Arrived(result, spool, url, response.facts, found)


def _expand(
    run: Run, arrival: Arrival, transforms: tuple[Transform, ...], result: Path, digester: Digester
) -> None:
    """Write what the transformations make of the bytes as they arrive."""
    stream: BinaryIO = io.BufferedReader(arrival, BLOCK)
    buffer = memoryview(bytearray(BLOCK))
    with storage_errors(result):
        file = result.open("xb")
    with file:
        try:
            for transform in transforms:
                stream = run.plugins.transformer(transform.name).open(stream, transform.options)
            while block := buffer[: stream.readinto(buffer)]:  # type: ignore[attr-defined]
                digester.update(block)
                with storage_errors(result):
                    file.write(block)
        except DatamaestroError:
            raise
        except Exception as error:
            names = " then ".join(transform.name for transform in transforms)
            raise ContentError(
                f"{arrival.url}: {names} fails: {error}",
                hint="the file was damaged on its way, or is not what its definition says",
            ) from error
        with storage_errors(result):
            file.flush()


def _check_size(url: str, source: Source, size: int | None) -> None:
    if None not in (size, source.size) and size != source.size:
        raise ContentError(
            f"{url} has {size:,} bytes, its definition says {source.size:,}",
            hint="the file was changed by its publisher, or something else stands in its place",
        )
