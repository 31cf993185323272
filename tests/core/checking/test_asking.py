"""Asking servers about many URLs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from datamaestro.checking.asking import PER_HOST, ask_all, lanes
from datamaestro.context import Context
from datamaestro.errors import PluginError
from datamaestro.testing.faults import FaultServer, stall
from support.distributions import install

URLS = st.lists(st.builds("https://{}/{}".format, st.sampled_from("abc"), st.integers(0, 99)))


@given(URLS)
def test_each_url_is_in_one_lane_and_no_host_in_more_than_it_may_be(urls: list[str]) -> None:
    """A lane is of one host; the longest comes first."""
    found = lanes(urls)
    assert sorted(urls) == sorted(url for lane in found for url in lane)
    hosts = [{urlsplit(url).netloc for url in lane} for lane in found]
    assert all(len(each) == 1 for each in hosts)
    assert max(Counter(map(str, hosts)).values(), default=0) <= PER_HOST
    assert sorted(map(len, found), reverse=True) == list(map(len, found))


def test_whoever_stops_listening_stops_the_asking(server: FaultServer, context: Context) -> None:
    """What has been asked for is not waited for, and nothing more is asked."""
    server.files = {f"{number}": b"x" for number in range(40)}
    server.will("1", stall(0))
    answers = ask_all(map(server.url, server.files), context.plugins, context.settings)
    assert server.url("0") == next(answers).url
    answers.close()
    assert len(server.paths()) < len(server.files)


STRANGE = """
from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.downloaders import Downloader, Facts, Response

@hookimpl
def datamaestro_downloaders():
    return [Downloader("strange", ("strange",), "strange_downloader:Strange")]

def fail():
    raise RuntimeError("no end")

class Strange:
    def open(self, request):
        return Response(Facts(), lambda buffer: 0, close=fail)
"""


def test_a_downloader_that_fails_is_an_answer(site: Path) -> None:
    """Whatever it raises, and wherever."""
    points = {"datamaestro": {"strange": "strange_downloader"}}
    install(site, "strange", {"strange_downloader.py": STRANGE}, points)
    context = Context()
    (answer,) = ask_all(["strange:a"], context.plugins, context.settings)
    assert isinstance(answer.error, PluginError)
    assert "RuntimeError: no end" in str(answer.error)
