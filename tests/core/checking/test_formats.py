"""What a file's first bytes say about its format."""

from __future__ import annotations

import bz2
import gzip

import pytest

from datamaestro.checking.formats import is_page, packing_fault, reading_fault
from datamaestro.context import Context


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"<!DOCTYPE html><title>Log in</title>", True),
        (b"\xef\xbb\xbf\r\n <HTML lang=en>", True),
        (b"<DOC><DOCNO>1</DOCNO>", False),
        (b"a <html> in a text", False),
        (b"", False),
    ],
)
def test_a_web_page_is_told_by_what_it_begins_with(head: bytes, expected: bool) -> None:
    """Also with a byte order mark and white space before; a text about pages is none."""
    assert expected == is_page(head)


@pytest.mark.parametrize(
    ("name", "head", "fault"),
    [
        ("a.gz", gzip.compress(b"x", mtime=0), ""),
        ("a.tar.gz", gzip.compress(b"x", mtime=0), ""),
        ("a.gz", bz2.compress(b"x"), ""),  # which is expanded all the same
        ("a.tar", b"an archive of the oldest kind has no magic", ""),
        ("a.txt", b"x", ""),
        ("a.gz", b"x", "does not begin as what gunzip expands, but with b'x'"),
        ("a.zip", b"", "does not begin as what unzip expands, but with b''"),
    ],
)
def test_what_is_called_packed_has_to_be(
    name: str, head: bytes, fault: str, context: Context
) -> None:
    """In whatever way a plugin knows."""
    assert fault == packing_fault(name, head, context.plugins)


def test_what_is_called_like_a_type_of_data_begins_so(context: Context) -> None:
    """Of types whose files begin with anything, nothing is said."""
    assert "" == reading_fault("a.idx", b"\0\0\x08\1", context.plugins)
    assert "it does not begin as idx does" in reading_fault("a.idx", b"x", context.plugins)
    assert "" == reading_fault("a.csv", b"x", context.plugins)
    assert "" == reading_fault("", b"x", context.plugins)
