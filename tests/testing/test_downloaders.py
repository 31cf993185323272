"""A wrong downloader does not keep the contract."""

from __future__ import annotations

import io
from typing import ClassVar

import pytest

from datamaestro.testing import DownloaderContract
from datamaestro_hookspecs.downloaders import Downloader, Facts, Request, Response
from datamaestro_hookspecs.errors import TransferError

URL, MISSING = "memory:file", "memory:no-file"
CONTENT = DownloaderContract.content
VALIDATOR = '"1"'


class Right:
    """A downloader of one file in memory; each of those below does one thing wrong."""

    size: ClassVar[int] = len(CONTENT)
    last: ClassVar[int] = len(CONTENT)
    error: ClassVar[Exception] = TransferError(MISSING, "there is nothing")

    def open(self, request: Request) -> Response:
        if request.url != URL:
            raise self.error
        return self.respond(request)

    def probe(self, request: Request) -> Facts:
        with self.open(request) as response:
            return response.facts

    def respond(self, request: Request) -> Response:
        start = self.start(request)
        stream = io.BytesIO(CONTENT[start : self.last])
        facts = Facts(size=self.size, validator=VALIDATOR, ranges=True)
        return self.told(Response(facts, stream.readinto, start, stream.close))

    def start(self, request: Request) -> int:
        return request.start if request.validator in (None, VALIDATOR) else 0

    def told(self, response: Response) -> Response:
        return response


class EndsEarly(Right):
    last = len(CONTENT) - 1


class NeedsLargeBuffers(Right):
    def told(self, response: Response) -> Response:
        fill = response.readinto
        response.readinto = lambda buffer: fill(buffer) if len(buffer) >= 1 << 10 else 0
        return response


class OneResponseAtATime(Right):
    def told(self, response: Response) -> Response:
        self.latest = response.readinto
        response.readinto = lambda buffer: self.latest(buffer)
        return response


class IgnoresTheStart(Right):
    def start(self, request: Request) -> int:
        return 0


class GivesAnotherStart(Right):
    def told(self, response: Response) -> Response:
        response.start //= 2
        return response


class TrustsAnyValidator(Right):
    def start(self, request: Request) -> int:
        return request.start


class TrustsNoValidator(Right):
    def start(self, request: Request) -> int:
        return 0 if request.validator else request.start


class SizeOfThePart(Right):
    def told(self, response: Response) -> Response:
        facts = Facts(size=len(CONTENT) - response.start, ranges=True)
        return Response(facts, response.readinto, response.start, response.close)


class WrongSize(Right):
    size = len(CONTENT) + 1


class ClosesOnce(Right):
    def told(self, response: Response) -> Response:
        held = [response.close]
        response.close = lambda: held.pop()()
        return response


class NamesNoURL(Right):
    error = TransferError("something", "there is nothing")


class TriesForEver(Right):
    error = TransferError(MISSING, "there is nothing", retry=True)


class RaisesAsItPleases(Right):
    error = FileNotFoundError(MISSING)


class ProbesAnother(Right):
    def probe(self, request: Request) -> Facts:
        return Facts(size=len(CONTENT), validator='"2"')


class ProbesWhateverIsAsked(Right):
    def probe(self, request: Request) -> Facts:
        return Facts(size=len(CONTENT))


class CannotProbe:
    def open(self, request: Request) -> Response:
        return Right().open(request)


class TestRight(DownloaderContract):
    record = Downloader("memory", ("memory",), f"{Right.__module__}:Right")

    @pytest.fixture
    def url(self) -> str:
        return URL

    @pytest.fixture
    def missing_url(self) -> str:
        return MISSING


CAUGHT = [
    ("test_record_serves_the_url", Right, ("other:file",)),
    ("test_whole_content_arrives", EndsEarly, (URL, 1 << 20)),
    ("test_whole_content_arrives", NeedsLargeBuffers, (URL, 7)),
    ("test_whole_content_arrives", OneResponseAtATime, (URL, 1 << 20)),
    ("test_the_rest_arrives", IgnoresTheStart, (URL, False)),
    ("test_the_rest_arrives", GivesAnotherStart, (URL, False)),
    ("test_the_rest_arrives", TrustsNoValidator, (URL, True)),
    ("test_stale_validator_starts_anew", TrustsAnyValidator, (URL,)),
    ("test_size_is_of_the_whole", SizeOfThePart, (URL, 2)),
    ("test_size_is_of_the_whole", WrongSize, (URL, 0)),
    ("test_close_twice", ClosesOnce, (URL,)),
    ("test_missing_url", NamesNoURL, (MISSING,)),
    ("test_missing_url", TriesForEver, (MISSING,)),
    ("test_missing_url", RaisesAsItPleases, (MISSING,)),
    ("test_missing_url", Right, (URL,)),
    ("test_probe_tells_what_opening_tells", ProbesAnother, (URL,)),
    ("test_probe_of_missing_url", ProbesWhateverIsAsked, (MISSING,)),
    ("test_probe_of_missing_url", TriesForEver, (MISSING,)),
]


@pytest.mark.parametrize(("test", "wrong", "arguments"), CAUGHT)
def test_wrong_downloader_is_caught(
    test: str, wrong: type[Right], arguments: tuple[object, ...]
) -> None:
    """What a downloader does wrong, the contract notices."""
    contract = TestRight()
    contract.downloader = wrong()
    with pytest.raises((AssertionError, IndexError, FileNotFoundError, pytest.fail.Exception)):
        getattr(contract, test)(*arguments)


def test_downloader_without_probe_keeps_the_contract() -> None:
    """Telling without opening is for those who can; the tests of it are skipped."""
    contract = TestRight()
    contract.downloader = CannotProbe()
    with pytest.raises(pytest.skip.Exception):
        contract.test_probe_tells_what_opening_tells(URL)


def test_every_test_of_the_contract_is_tried() -> None:
    """No test of the contract is left out above."""
    tests = {name for name in vars(DownloaderContract) if name.startswith("test_")}
    assert {test for test, *_ in CAUGHT} == tests
