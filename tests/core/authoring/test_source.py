"""Source text means what it says, whatever stands in it."""

import ast
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from datamaestro.authoring.source import SURROGATES, call, docstring, quoted
from datamaestro.definitions.naming import split_docstring
from support.linting import complaints

TEXTS = st.text(st.characters() | st.sampled_from("\"'\\\n\r\t {}$#"))
HOSTILE = [
    '"""',
    "\\",
    "a\\",
    "'\"",
    "\n",
    "\r\n\x0c",
    "\ud800",
    "\0",
    "\u00e9 \u2013 \u03b1 \u0430",
    "{x}",
    "名前ノ",
    '"',
]


@given(TEXTS)
@example("\\")
@example("'\"\n\0\ud800")
def test_a_literal_is_the_text(text: str) -> None:
    """On one line."""
    assert text == ast.literal_eval(quoted(text))
    assert 1 == len(quoted(text).splitlines())


@given(TEXTS, TEXTS)
@example('"""', '"""\n\n\\')
@example("x", "\x1c\n\n\x85 y")
@example("\ud800", "\udfff")
def test_a_docstring_has_name_and_description(name: str, description: str) -> None:
    """Words and paragraphs are those that were given; how lines are broken is the docstring's."""
    name = " ".join(name.split()) or "Name"
    text = "\n".join(docstring(name, description))
    compile(text, "written.py", "exec", dont_inherit=True)
    found, rest = split_docstring(ast.get_docstring(ast.parse(text), clean=False))
    assert SURROGATES.sub("\ufffd", name) == found
    assert SURROGATES.sub("\ufffd", description).split() == rest.split()


def test_paragraphs_stay_paragraphs() -> None:
    """Only an empty line ends one."""
    lines = list(docstring("Name", "one\ntwo\n \nthree"))
    assert ['"""Name', "", "one two", "", "three", '"""'] == lines


def test_a_call_is_broken_where_it_is_long() -> None:
    """With an argument on each line, and the comma that keeps it so."""
    assert ["f(a, b)"] == list(call("f(", ["a", "b"]))
    assert ["f(", f"    {'a' * 80},", ")"] == list(call("f(", ["a" * 80]))


def test_ruff_has_nothing_to_say(tmp_path: Path) -> None:
    """Neither of literals nor of docstrings, of whatever characters."""
    blocks = [range(32, 0x3000, 7), range(0x3000, 0xA000, 97), range(0xAC00, 0xD7A4, 997)]
    texts = [*HOSTILE, *("".join(map(chr, block)) for block in blocks)]
    for number, text in enumerate(texts):
        literals = "\n".join(call("X = [", [quoted(word) for word in text.split()], "]"))
        lines = [*docstring("A module", text), "", literals]
        (tmp_path / f"module_{number}.py").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert "" == complaints(tmp_path)
