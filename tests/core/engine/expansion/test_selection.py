"""Which members of an archive are taken, and under which names."""

import posixpath
import re
import warnings
from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datamaestro.engine.expansion.refusal import MemberRefused, Refused
from datamaestro.engine.expansion.selection import Selection, pattern, plain_path
from datamaestro.errors import DefinitionError

MEMBERS = (
    "./",
    "top/",
    "top/a.csv",
    "top/sub/b.csv",
    "top/sub/deep/c.csv",
    "top/[1].txt",
    "README",
)

names = st.text("ab.*?[]!^-\\\n ", min_size=1, max_size=6).filter(lambda name: name.strip("."))
paths = st.lists(names, min_size=1, max_size=4).map("/".join)
raw = st.text("ab./\\\0", max_size=12) | st.lists(
    st.sampled_from(["..", ".", "", "a", "b"]), max_size=8
).map("/".join)


def taken(selection: Selection, members: Iterable[str] = MEMBERS) -> list[str]:
    """Return the places of what is taken of an archive, which has all that was to be taken."""
    places = [selection.place(plain_path(member)) for member in members]
    selection.check()
    return [place for place in places if place is not None]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/b", "a/b"),
        ("./a//b/", "a/b"),
        ("a/../b", "b"),
        ("a/b/../../c", "c"),
        ("...", "..."),
        ("..a/b..", "..a/b.."),
        ("a\\..\\..\\b", "a\\..\\..\\b"),
        ("a\n", "a\n"),
        ("..\n", "..\n"),
        ("\udcff/x", "\udcff/x"),
        ("", ""),
        ("./", ""),
        ("a/..", ""),
    ],
)
def test_a_name_becomes_a_plain_path(name: str, expected: str) -> None:
    """Dots and empty parts are gone; all else is a character like any other."""
    assert expected == plain_path(name)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("..", "leads outside"),
        ("a/../..", "leads outside"),
        ("../a/b", "leads outside"),
        ("a/../../a/b", "leads outside"),
        ("/etc/passwd", "absolute path"),
        ("//a", "absolute path"),
        ("a\0b", "has a character"),
        ("/\0", "has a character"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str, why: str) -> None:
    """The error has the name, and says why."""
    with pytest.raises(MemberRefused, match=why) as caught:
        plain_path(name)
    assert name == caught.value.name
    assert ascii(name) in str(caught.value)


@given(raw)
@example("a/..\n")
def test_a_plain_path_never_leads_outside(name: str) -> None:
    """Whatever a name is: it is refused, or leads where the file system would find it, below."""
    try:
        path = plain_path(name)
    except MemberRefused:
        assert "\0" in name or name.startswith("/") or leads_outside(name)
        return
    assert not path.startswith("/")
    assert not {"", ".", ".."} & set(path.split("/") if path else [])
    assert posixpath.normpath(f"/top/{name}") == posixpath.normpath(f"/top/{path}")


@given(raw)
def test_a_plain_path_is_plain(name: str) -> None:
    """What has been made plain stays as it is."""
    try:
        path = plain_path(name)
    except MemberRefused:
        return
    assert path == plain_path(path)


def leads_outside(name: str) -> bool:
    depths = [0]
    for part in name.split("/"):
        depths.append(depths[-1] + {"": 0, ".": 0, "..": -1}.get(part, 1))
    return min(depths) < 0


@pytest.mark.parametrize(
    ("text", "matching", "others"),
    [
        ("a.csv", ["a.csv", "a.csv/x"], ["xa.csv", "a.csvx", "aXcsv", "x/a.csv"]),
        ("*.csv", ["a.csv", ".csv"], ["x/a.csv", "a.csv.gz"]),
        ("a?", ["ab", "a?"], ["a", "a/", "abc"]),
        ("a/*", ["a/b", "a/b/c"], ["a", "ab"]),
        ("**", ["a", "a/b/c"], []),
        ("**/*.csv", ["a.csv", "x/a.csv", "x/y/a.csv"], ["a.txt", "acsv"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "b/a/c"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b", "a/b/below"], ["ab", "a/xb"]),
        ("[ab]", ["a", "b", "[ab]"], ["c", "ab"]),
        ("[!ab]", ["c", "[!ab]", "!"], ["a", "b", "/"]),
        ("[a-c]x", ["bx", "[a-c]x"], ["dx", "-x"]),
        ("[]]", ["]", "[]]"], ["[", "[]"]),
        ("[!]]", ["a", "[!]]"], ["]"]),
        ("[^a]", ["^", "a", "[^a]"], ["b"]),
        ("[\\]", ["\\", "[\\]"], ["a"]),
        ("[&&|~]", ["&", "~", "|"], ["a"]),
        ("[a--b]", ["[a--b]"], ["c"]),
        ("[c-a]", ["[c-a]"], ["a", "b", "c"]),
        ("[]", ["[]"], ["", "]"]),
        ("[!]", ["[!]"], ["!", "a"]),
        ("[a", ["[a"], ["a"]),
        ("a/b/", ["a/b", "a/b/c"], ["a/bc"]),
        ("x\ny*", ["x\nyz\n"], ["x"]),
    ],
)
def test_a_pattern_matches_names_and_what_is_below(
    text: str, matching: list[str], others: list[str]
) -> None:
    """``*`` and ``?`` stay in one folder, ``**`` does not; a folder stands for its content."""
    with warnings.catch_warnings(action="error"):
        found = pattern(text)
    assert (matching, []) == (
        [name for name in matching if found.fullmatch(name)],
        [name for name in others if found.fullmatch(name)],
    )


@given(paths)
@example("a[c-a].txt")
@example("[a--b]/[!]")
def test_any_name_matches_itself_and_what_is_below(name: str) -> None:
    """Publishers put brackets and stars into names; whoever copies one means that."""
    selection = Selection((name,))
    assert [name, f"{name}/x/y"] == taken(selection, [name, f"{name}/x/y"])


globs = st.lists(
    st.just("**") | st.text("ab*?", min_size=1, max_size=4).filter(lambda text: "**" not in text),
    min_size=1,
    max_size=4,
).map("/".join)
plain = st.lists(st.text("ab", min_size=1, max_size=2), min_size=1, max_size=4).map("/".join)


@given(globs, plain)
def test_patterns_mean_what_they_say(glob: str, name: str) -> None:
    """They match what somebody matches who takes them apart, folder by folder."""
    parts, wanted = name.split("/"), glob.split("/")
    expected = any(slowly(wanted, parts[:length]) for length in range(1, len(parts) + 1))
    assert expected == (pattern(glob).fullmatch(name) is not None)


def slowly(wanted: list[str], parts: list[str]) -> bool:
    """Return whether a pattern matches all of a name."""
    if not wanted:
        return not parts
    if wanted[0] == "**":
        rest = wanted[1:]
        if not rest:
            return bool(parts)
        return any(slowly(rest, parts[skipped:]) for skipped in range(len(parts) + 1))
    if not parts:
        return False
    simple = "".join({"*": ".*", "?": "."}.get(each, each) for each in wanted[0])
    return bool(re.fullmatch(simple, parts[0])) and slowly(wanted[1:], parts[1:])


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), [plain_path(member) for member in MEMBERS]),
        (Selection(("README",)), ["README"]),
        (Selection("README"), ["README"]),  # type: ignore[arg-type]
        (Selection(("top/sub",)), ["top/sub/b.csv", "top/sub/deep/c.csv"]),
        (Selection(("top/sub/",)), ["top/sub/b.csv", "top/sub/deep/c.csv"]),
        (Selection(("**/*.csv",)), ["top/a.csv", "top/sub/b.csv", "top/sub/deep/c.csv"]),
        (Selection(("top/*.csv", "README")), ["top/a.csv", "README"]),
        (Selection(("top/[1].txt",)), ["top/[1].txt"]),
        (Selection(subpath="top/sub"), ["b.csv", "deep/c.csv"]),
        (Selection(subpath="/top/sub/"), ["b.csv", "deep/c.csv"]),
        (Selection(strip=1), ["a.csv", "sub/b.csv", "sub/deep/c.csv", "[1].txt"]),
        (Selection(strip=2), ["b.csv", "deep/c.csv"]),
        (Selection(("**/*.csv",), "top/sub", 1), ["c.csv"]),
        (Selection(("**/c.csv",), "top", 1), ["deep/c.csv"]),
    ],
)
def test_what_is_said_is_taken(selection: Selection, expected: list[str]) -> None:
    """First the names in the archive count, then the folder, then the folders to be left out."""
    assert expected == taken(selection)


@pytest.mark.parametrize(
    ("selection", "missed"),
    [
        (Selection(("top/none",)), "'top/none'"),
        (Selection(("README", "**/*.txt", "none*")), "'none*'"),
        (Selection(("x", "README", "b")), "'b', 'x'"),
        (Selection(("op/a.csv",)), "'op/a.csv'"),
        (Selection(subpath="top/none"), "'top/none'"),
        (Selection(subpath="to"), "'to'"),
        (Selection(strip=9), "'strip=9'"),
        (Selection(("README", "top/a.csv"), subpath="top"), "'README'"),
        (Selection(("README", "top/a.csv"), strip=1), "'README'"),
        (Selection(("README",), subpath="top"), "'README'"),
    ],
)
def test_what_is_missed_is_an_error(selection: Selection, missed: str) -> None:
    """It is named, with what is there instead."""
    with pytest.raises(Refused, match=re.escape(missed)) as caught:
        taken(selection)
    assert "first members are 'top', 'top/a.csv', 'top/sub/b.csv';" in caught.value.hint


def test_of_an_empty_archive_there_is_nothing_to_show() -> None:
    """All of nothing is nothing; anything else is missed."""
    assert [] == taken(Selection(), [])
    with pytest.raises(Refused, match="first members are nothing"):
        taken(Selection(("a",)), [])


def test_a_selection_of_everything_says_so() -> None:
    """Then paths need not be looked at."""
    some = [Selection(("a",)), Selection(subpath="a"), Selection(strip=1)]
    assert [True, False, False, False] == [each.everything for each in (Selection(), *some)]


def test_a_selection_comes_from_options() -> None:
    """What a format's own plugin is told is not its business."""
    selection = Selection.among({"files": ("a",), "subpath": "b", "strip": 1, "password": "x"})
    assert (("a",), "b", 1) == (selection.files, selection.subpath, selection.strip)


@pytest.mark.parametrize(
    "options",
    [
        {"files": ("",)},
        {"files": ("/",)},
        {"files": (1,)},
        {"files": ("a", None)},
        {"subpath": 1},
        {"strip": -1},
        {"strip": "1"},
        {"strip": 1.5},
    ],
)
def test_what_is_no_selection_is_a_broken_definition(options: dict[str, object]) -> None:
    """The error shows what was said."""
    with pytest.raises(DefinitionError, match=re.escape(repr(next(iter(options.values()))))):
        Selection.among(options)  # type: ignore[arg-type]


@given(st.lists(paths, max_size=5), paths | st.just(""), st.integers(0, 3))
def test_a_place_is_plain(members: list[str], subpath: str, strip: int) -> None:
    """Whatever is left out of a path, what remains leads nowhere else."""
    selection = Selection(subpath=subpath, strip=strip)
    for member in [*members, *(f"{subpath}/{member}" for member in members if subpath)]:
        place = selection.place(plain_path(member))
        assert place is None or place == plain_path(place) != ""
