"""What every transport does."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from datamaestro.store.manifest import Entry
from datamaestro.store.soundness import result_of
from datamaestro_hookspecs.errors import DatasetNotFound, TransferError
from datamaestro_hookspecs.files import FileFacts
from datamaestro_hookspecs.offers import Content, Offer, Wanted
from datamaestro_hookspecs.sides import Receiver, Source
from datamaestro_hookspecs.transports import Opening, scheme_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from datamaestro_hookspecs.transports import Transport, TransportProtocol

LARGE = bytes(range(256)) * 12_000
FILES = {
    "one": b"1",
    "empty": b"",
    "sub/a file, 100 %": b"with a name of several words",
    "sub/deeper/\u00e9\n": b"with a name that nobody would type",
    "sub/large": LARGE,
    **{f"many/{number:03}": f"number {number}".encode() for number in range(100)},
}
"""What is in a data set, by path."""


def offer_of(
    dataset: str, files: Mapping[str, bytes], links: Mapping[str, str], *, needs: Sequence[str] = ()
) -> Offer:
    """Return the offer of a data set that is one folder, ``all``, with some files and links."""
    facts = [
        FileFacts(f"all/{path}", len(data), 10**18, hashlib.sha256(data).hexdigest())
        for path, data in files.items()
    ]
    facts += [FileFacts(f"all/{path}", 0, 10**18, "", target) for path, target in links.items()]
    entry = Entry("all", recipe=hashlib.sha256(dataset.encode()).hexdigest(), folder=True)
    entry = entry._replace(result=result_of(entry, facts))
    return Offer(dataset, {"ALL": entry.as_facts()}, tuple(sorted(facts)), needs=tuple(needs))


class TransportContract:
    """What the core relies on in every transport.

    The fixture ``target`` is a target at which nothing is yet.

    Attributes:
        record: as the plugin's hook returns it.
        links: of the data set, by path; none where they cannot be kept.
    """

    record: ClassVar[Transport]
    links: ClassVar[Mapping[str, str]] = {"link": "sub/large"}

    @cached_property
    def transport(self) -> TransportProtocol:
        """The record's implementation, made as the core makes it."""
        made: TransportProtocol = resolve_name(self.record.implementation)()
        return made

    def open(self, target: str) -> Any:
        """Return a side, to be used in a ``with`` block."""
        return self.transport.open(Opening(target))

    def offer(self, files: Mapping[str, bytes] = FILES) -> Offer:
        """Return the offer of a data set with some files."""
        return offer_of("org.example.x@test", files, self.links)

    def contents(
        self, wanted: Iterable[Wanted], files: Mapping[str, bytes] = FILES, most: int = 1 << 62
    ) -> Iterator[Content]:
        """Yield what is wanted; the connection is lost after so many bytes."""
        for one in wanted:
            data = memoryview(files[one.path.removeprefix("all/")])[one.offset :]

            def readinto(buffer: memoryview) -> int:
                nonlocal data, most
                if most <= 0:
                    raise TransferError("test:", "the connection is lost")
                block = data[: min(len(buffer), most)]
                buffer[: len(block)], data = block, data[len(block) :]
                most -= len(block)
                return len(block)

            run = one.path.endswith("one")
            yield Content(one.path, one.size, readinto, one.offset, executable=run)

    def bring(self, side: Any, offer: Offer, files: Mapping[str, bytes] = FILES) -> list[Wanted]:
        """Deliver a data set; return what was sent."""
        with side.deliver(offer) as delivery:
            wanted = list(delivery.lacking)
            assert list(delivery.receive(self.contents(wanted, files))) == []
            delivery.commit()
        return wanted

    def taken(self, side: Any, offer: Offer) -> dict[str, bytes]:
        """Return the files of an offer, as a side gives them, many in one call."""
        wanted = [Wanted(one.path, one.size) for one in offer.files if not one.link]
        found, buffer = {}, memoryview(bytearray(1 << 16))
        for content in side.read(offer, wanted):
            data = bytearray()
            while count := content.readinto(buffer):
                data += buffer[:count]
            found[content.path.removeprefix("all/")] = bytes(data)
        return found

    def test_record_serves_the_target(self, target: str) -> None:
        """The record names the target's scheme; a side is a source, a receiver or both."""
        assert scheme_of(target) in self.record.schemes
        with self.open(target) as side:
            assert isinstance(side, Source | Receiver)
            assert side.name
            assert side.streams > 0

    def test_what_was_brought_is_offered(self, target: str) -> None:
        """Contents, records and links are the same, also for whoever opens it anew."""
        with self.open(target) as side:
            sent = self.bring(side, self.offer())
        assert {f"all/{path}" for path in FILES} == {one.path for one in sent}
        with self.open(target) as side:
            (found,) = side.offers(["org.example.x"])
            assert (found.dataset, found.record) == ("org.example.x@test", self.offer().record)
            told = [(one.path, one.size, one.sha256, one.link) for one in found.files]
            assert told == [
                (one.path, one.size, one.sha256, one.link) for one in self.offer().files
            ]
            assert self.taken(side, found) == FILES

    def test_what_is_there_is_not_lacking(self, target: str) -> None:
        """Only what has changed is; an earlier version is there until a commit."""
        changed = {**FILES, "one": b"another", "new": b"new"}
        with self.open(target) as side:
            self.bring(side, self.offer())
            assert list(side.lacking(self.offer())) == []
            assert self.bring(side, self.offer()) == []
            lacking = {one.path for one in side.lacking(self.offer(changed))}
            assert lacking == {"all/one", "all/new"}
            with side.deliver(self.offer(changed)) as delivery:
                delivery.receive(self.contents(delivery.lacking, changed))
            assert self.taken(side, side.offers([])[0]) == FILES
            assert self.bring(side, self.offer(changed), changed) == []
            assert self.taken(side, side.offers([])[0]) == changed

    def test_what_was_never_brought_is_not_there(self, target: str) -> None:
        """Nor what is on its way."""
        with self.open(target) as side:
            with side.deliver(self.offer()) as delivery:
                delivery.receive(self.contents(delivery.lacking))
            with pytest.raises(DatasetNotFound):
                list(side.offers(["org.example.x"]))

    def test_what_is_wrong_is_said_and_not_kept(self, target: str) -> None:
        """Each file by its path; what is right of the same call is kept."""
        wrong = {**FILES, "one": b"2", "sub/large": LARGE[:-1] + b"?"}
        with self.open(target) as side:
            with side.deliver(self.offer()) as delivery:
                found = delivery.receive(self.contents(delivery.lacking, wrong))
                assert sorted(found) == ["all/one", "all/sub/large"]
            with side.deliver(self.offer()) as delivery:
                assert {one.path for one in delivery.lacking} == set(found)
                assert list(delivery.receive(self.contents(delivery.lacking))) == []
                delivery.commit()
            assert self.taken(side, side.offers([])[0]) == FILES

    @pytest.mark.parametrize("count", [0, 1, len(LARGE) // 2, len(LARGE) + 100])
    def test_what_is_interrupted_is_gone_on_with(self, target: str, count: int) -> None:
        """By a later delivery, which may ask for files from where they end."""
        with self.open(target) as side, side.deliver(self.offer()) as delivery:
            wanted = sorted(delivery.lacking, key=lambda one: -one.size)
            with pytest.raises(TransferError):
                delivery.receive(self.contents(wanted, most=count))
        with self.open(target) as side:
            for one in self.bring(side, self.offer()):
                assert 0 <= one.offset <= one.size
            assert self.taken(side, side.offers([])[0]) == FILES

    def test_a_file_is_read_from_an_offset(self, target: str) -> None:
        """Or from its beginning, where that is not possible; the content says which."""
        path, offset = "all/sub/large", len(LARGE) // 3
        with self.open(target) as side:
            self.bring(side, self.offer())
            (found,) = side.offers([])
            (content,) = side.read(found, [Wanted(path, len(LARGE), offset)])
            assert content.offset in (0, offset)

    def test_what_may_be_run_may_be_run_elsewhere(self, target: str) -> None:
        """No other permission is told."""
        with self.open(target) as side:
            self.bring(side, self.offer())
            (found,) = side.offers([])
            wanted = [Wanted("all/one", 1), Wanted("all/empty", 0)]
            runs = [content.executable for content in side.read(found, wanted)]
        assert runs == [True, False]

    def test_several_data_sets(self, target: str) -> None:
        """Each is found by its id, and by its full name."""
        with self.open(target) as side:
            for name in ("a", "b"):
                self.bring(side, offer_of(f"org.{name}@test", {"x": b"x"}, {}), {"x": b"x"})
            found = [[one.dataset for one in side.offers(each)] for each in ([], ["org.b@test"])]
        assert found == [["org.a@test", "org.b@test"], ["org.b@test"]]
