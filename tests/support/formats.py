"""Formats of archives and compressions that only a test's own plugin knows.

A *bundle* is read in one pass, a *crate* from its end; *rot* is a compression that compresses
nothing.
"""

from __future__ import annotations

import json
from pathlib import Path

from support.distributions import install

Packed = tuple[str, bytes] | dict[str, object]
"""A member: name and content, or the arguments of a Member that has none."""

PLUGIN = """
import io
import json
from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.streams import BLOCK, BlockStream
from datamaestro_hookspecs.transformers import Transformer
from datamaestro_hookspecs.unpackers import Member, Unpacker

@hookimpl
def datamaestro_unpackers():
    return [
        Unpacker(
            "unbundle", "formats:Unbundle", suffixes=(".bundle",), magic=(b"BUNDLE",), offset=4
        ),
        Unpacker("uncrate", "formats:Uncrate", (".crate",), (b"CRATE",), seeks=True),
    ]

@hookimpl
def datamaestro_transformers():
    return [
        Transformer("unrot", "formats:Unrot", suffixes=(".rot",), magic=(b"ROT",)),
        Transformer("shout", "formats:Shout"),
        Transformer("fail", "formats:Fail"),
    ]

class Unbundle:
    def members(self, stream, options):
        assert stream.read(10) == b"....BUNDLE" and not options, options
        while (line := stream.readline()) != b"end\\n":
            if not line:
                raise EOFError("the bundle ends too early")
            facts = json.loads(line)
            content = io.BytesIO(stream.read(facts.pop("size", 0)))
            yield Member(**facts, content=content if facts["kind"] == "file" else None)

class Uncrate:
    def members(self, stream, options):
        stream.seek(-8, 2)
        stream.seek(int(stream.read(8), 16))
        for facts, start, size in json.loads(stream.read()[:-8]):
            stream.seek(start)
            content = io.BytesIO(stream.read(size))
            name = options.get("prefix", "") + facts.pop("name")
            yield Member(name, **facts, content=content if facts["kind"] == "file" else None)

class Unrot:
    def open(self, stream, options):
        return BlockStream(self.blocks(stream))

    def blocks(self, stream):
        if stream.read(3) != b"ROT":
            raise ValueError("this is no rot")
        while block := stream.read(BLOCK):
            yield bytes(byte ^ 1 for byte in block)

class Shout:
    def open(self, stream, options):
        return io.BytesIO(stream.read().upper() + options.get("mark", "").encode())

ERRORS = {}

class Fail:
    def open(self, stream, options):
        def blocks():
            yield stream.read(3)
            raise ERRORS[options["how"]]
        return BlockStream(blocks())
"""


def install_formats(site: Path) -> None:
    """Install the plugin, whose module is ``formats``."""
    install(site, "formats", {"formats.py": PLUGIN}, {"datamaestro": {"formats": "formats"}})


def _facts(member: Packed) -> tuple[dict[str, object], bytes]:
    if isinstance(member, dict):
        return {"kind": "file", **member}, b""
    return {"kind": "file", "name": member[0]}, member[1]


def bundle(*members: Packed, end: bytes = b"end\n") -> bytes:
    """Return an archive that is read in one pass."""
    packed = b"....BUNDLE"
    for facts, content in map(_facts, members):
        packed += json.dumps({**facts, "size": len(content)}).encode() + b"\n" + content
    return packed + end


def crate(*members: Packed) -> bytes:
    """Return an archive whose index is at its end."""
    packed, index = b"CRATE", []
    for facts, content in map(_facts, members):
        index.append((facts, len(packed), len(content)))
        packed += content
    return packed + json.dumps(index).encode() + b"%08x" % len(packed)


def rot(content: bytes) -> bytes:
    """Return what passes for a compressed file."""
    return b"ROT" + bytes(byte ^ 1 for byte in content)
