"""The order in which the resources of a data set are made."""

from pathlib import Path

from datamaestro.definitions.order import in_order
from datamaestro.download import FileResource, Resource, reference
from datamaestro.download.derived import DerivedFile
from datamaestro.download.single import FileDownloader


class Made(FileResource):
    """A file that an author's code makes."""

    def _download(self, destination: Path) -> None:
        destination.touch()


def after(*resources: Resource) -> dict[str, tuple[str, ...]]:
    """Return what is made before each resource although it is not made from it."""
    return {card.name: card.after for card in in_order(resources)}


def test_what_code_makes_comes_after_all_before_it() -> None:
    """What is downloaded, or says what it is made from, comes when it can."""
    first, second = Made("first.txt"), Made("second.txt")
    fetched = FileDownloader("fetched.txt", "file:///x")
    derived = DerivedFile("derived.txt", print, fetched)
    assert {
        "first": (),
        "fetched": (),
        "derived": (),
        "second": ("first", "fetched", "derived"),
    } == after(first, fetched, derived, second)


def test_it_does_not_wait_for_what_is_made_from_it() -> None:
    """Not even at some remove; nor is what it is made from named twice."""
    last = Made("last.txt")
    middle, first = Made("middle.txt"), Made("first.txt")
    first.dependencies.append(middle)
    middle.dependencies.append(last)
    assert {"first": (), "middle": (), "last": ()} == after(first, middle, last)
    assert {"last": (), "middle": (), "first": ("last",)} == after(last, middle, first)


def test_other_data_sets_are_there_before_anything_is_made() -> None:
    """So nothing waits for them here."""
    assert {"other": (), "made": ()} == after(
        reference("edu.uci.optdigits", varname="other"), Made("made.txt")
    )
