"""What every downloader does."""

from __future__ import annotations

from functools import cached_property
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from datamaestro_hookspecs.downloaders import Facts, ProbeProtocol, Request
from datamaestro_hookspecs.errors import TransferError

if TYPE_CHECKING:
    from datamaestro_hookspecs.downloaders import Downloader, DownloaderProtocol, Response


class DownloaderContract:
    """What the engine relies on in every downloader.

    The fixture ``url`` is the URL of ``content``, ``missing_url`` one where there is nothing.

    Attributes:
        record: as the plugin's hook returns it.
        content: what is there, three bytes at least.
        stale: a validator that it never had.
    """

    record: ClassVar[Downloader]
    content: ClassVar[bytes] = b"".join(number.to_bytes(2, "big") for number in range(2000))
    stale: ClassVar[str] = '"of-another-content"'

    @cached_property
    def downloader(self) -> DownloaderProtocol:
        """The record's implementation, made as the engine makes it."""
        made: DownloaderProtocol = resolve_name(self.record.implementation)()
        return made

    def open(self, url: str, start: int = 0, **more: Any) -> Response:
        """Return a response, as the engine asks for it."""
        return self.downloader.open(Request(url, start, **more))

    def read(self, response: Response, size: int = 1 << 20) -> bytes:
        """Return what a response gives, ``size`` bytes at a time; little more than ``content``."""
        received, buffer = bytearray(), memoryview(bytearray(size))
        while len(received) <= len(self.content) and (count := response.readinto(buffer)):
            received += buffer[:count]
        return bytes(received)

    def probe(self, url: str) -> Facts:
        """Return what is known of the URL without its content; a downloader may have no such."""
        if not isinstance(self.downloader, ProbeProtocol):
            pytest.skip("it cannot tell without opening")
        return self.downloader.probe(Request(url))

    def test_record_serves_the_url(self, url: str) -> None:
        """The record names the URL's scheme, and an implementation made without arguments."""
        assert url.partition(":")[0].lower() in self.record.schemes
        assert callable(self.downloader.open)

    @pytest.mark.parametrize("size", [7, 1 << 20])
    def test_whole_content_arrives(self, url: str, size: int) -> None:
        """The whole content arrives, into small and large buffers, also twice at a time."""
        with self.open(url) as response, self.open(url) as other:
            assert (response.start, self.read(response, size)) == (0, self.content)
            assert (other.start, self.read(other, size)) == (0, self.content)

    @pytest.mark.parametrize("validated", [False, True])
    def test_the_rest_arrives(self, url: str, validated: bool) -> None:
        """From an offset the rest arrives; or everything, where ranges cannot be asked for."""
        offset = len(self.content) // 3
        with self.open(url) as response:
            facts = response.facts
        with self.open(url, offset, validator=facts.validator if validated else None) as response:
            assert response.start in ((offset,) if facts.ranges else (0, offset))
            assert self.read(response) == self.content[response.start :]

    def test_stale_validator_starts_anew(self, url: str) -> None:
        """Where the content is not the one that the validator is of, all of it arrives."""
        with self.open(url, 2, validator=self.stale) as response:
            assert (response.start, self.read(response)) == (0, self.content)

    @pytest.mark.parametrize("start", [0, 2])
    def test_size_is_of_the_whole(self, url: str, start: int) -> None:
        """The size, where it is known, is that of the whole content, wherever one starts."""
        with self.open(url, start) as response:
            assert response.facts.size in (None, len(self.content))

    def test_close_twice(self, url: str) -> None:
        """A response may be closed twice, also before its end."""
        response = self.open(url)
        response.readinto(memoryview(bytearray(1)))
        response.close()
        response.close()

    def test_missing_url(self, missing_url: str) -> None:
        """Where there is nothing, a TransferError names the URL, and that it is no use to retry."""
        with pytest.raises(TransferError) as caught:
            self.open(missing_url)
        assert (caught.value.url, caught.value.retry) == (missing_url, False)

    def test_probe_tells_what_opening_tells(self, url: str) -> None:
        """Without its content, as much is known or less, and nothing else."""
        facts = self.probe(url)
        with self.open(url) as response:
            opened = response.facts
        assert facts.size in (None, opened.size)
        assert facts.validator in (None, opened.validator)
        assert facts.media_type in (None, opened.media_type)
        assert facts.ranges in (False, opened.ranges)

    def test_probe_of_missing_url(self, missing_url: str) -> None:
        """Where there is nothing, a probe fails as opening does; or it knows nothing at all."""
        known, failure = Facts(), TransferError(missing_url, "there is nothing")
        try:
            known = self.probe(missing_url)
        except TransferError as error:
            failure = error
        assert (failure.url, failure.retry, known) == (missing_url, False, Facts())
