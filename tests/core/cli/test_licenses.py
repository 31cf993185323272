"""``datamaestro licenses``."""

from pathlib import Path

from support.inside import inside
from support.repositories import define

ID = "edu.uci.optdigits"

FREE = """
    from datamaestro.annotations.agreement import useragreement

    @useragreement("Only for research.", id="research")
    @filedownloader("a", "package:datamaestro_plugins.demo.files/optdigits_labels.idx.gz")
    @dataset(File, license="free for research")
    def one(a):
        return {"path": a}

    @dataset(File, url="https://example.org")
    def two():
        return {}
    """


def test_licences_and_terms_are_listed(site: Path, tmp_path: Path) -> None:
    """What is no SPDX expression is marked, and what is unknown."""
    define(site, FREE)
    names = (ID, "org.example.one", "org.example.two")
    lines = inside("licenses", *names, cwd=tmp_path).out.splitlines()
    assert [
        "Data set                Licence                       Terms",
        "edu.uci.optdigits@demo  CC-BY-4.0",
        "org.example.one@test    free for research (not SPDX)  to be accepted: research",
        "org.example.two@test    unknown",
    ] == lines
    inside("accept", "--yes", "org.example.one", cwd=tmp_path)
    (found,) = inside("licenses", "--json", "org.example.one", cwd=tmp_path).document
    assert ("free for research", False) == (found["license"], found["spdx"])
    assert [("research", True)] == [(each["id"], each["accepted"]) for each in found["terms"]]


def test_without_an_id_all_that_is_on_disk_is_listed(
    site: Path, store: Path, tmp_path: Path
) -> None:
    """As it is described, where no repository has it any more; else that is told on stderr."""
    nothing = inside("licenses", cwd=tmp_path)
    assert (0, "", ["no data set is on disk"]) == (nothing.code, nothing.out, nothing.lines)
    assert [] == inside("licenses", "--json", cwd=tmp_path).document
    define(site, FREE)
    inside("accept", "--yes", "org.example.one", cwd=tmp_path)
    inside("download", ID, "org.example.one", cwd=tmp_path)
    names = [row["id"] for row in inside("licenses", "--json", cwd=tmp_path).document]
    assert [ID, "org.example.one"] == names
    for entry in site.glob("*.dist-info/entry_points.txt"):
        entry.unlink()
    assert names == [row["id"] for row in inside("licenses", "--json", cwd=tmp_path).document]
    (store / "state/test/org.example.one.described").unlink()
    left = inside("licenses", cwd=tmp_path)
    line = "org.example.one@test is on disk, but no repository that is installed has it"
    assert [line] == left.lines
    assert ["Data set", ID + "@demo"] == [row.split("  ")[0] for row in left.out.splitlines()]
