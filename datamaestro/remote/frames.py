"""How two datamaestros talk over a pipe: first a greeting, then frames both ways.

The greeting is a line that no login script prints by chance; what came before it is theirs, and is
thrown away. A frame is one byte that says of which kind it is, four with its length (big end
first), and so many bytes: a message, which is a JSON object, or content.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, BinaryIO, NamedTuple

from datamaestro.version import __version__

PROTOCOL = 1
"""Of the greeting and the frames; another one is not understood."""

GREETING = b"\0datamaestro\0"
"""What the line begins with by which the far side greets."""

LINE = 1 << 16
"""Bytes of a line that are looked at in one go, and that a greeting has at most."""

NOISE = 1 << 24
"""Bytes before the greeting after which none is waited for any more."""

LARGEST = 1 << 26
"""Bytes of a frame."""

HEAD = struct.Struct(">cI")
MESSAGE, CONTENT = b"m", b"c"

Message = Mapping[str, Any]


class Greeting(NamedTuple):
    """What the far side says of itself.

    Args:
        protocol: that it speaks.
        version: of datamaestro there.
    """

    protocol: int
    version: str


def greet(sink: BinaryIO) -> None:
    """Let the other side know that datamaestro is there, and which one."""
    said = json.dumps({"protocol": PROTOCOL, "version": __version__}).encode()
    sink.write(b"\n" + GREETING + said + b"\n")
    sink.flush()


def greeting(source: BinaryIO) -> Greeting | None:
    """Return how the far side greets, and leave what follows to be read; None: it does not."""
    left = NOISE
    while left > 0 and (line := source.readline(LINE)):
        left -= len(line)
        if line.startswith(GREETING):
            try:
                said = json.loads(line.removeprefix(GREETING))
                return Greeting(int(said["protocol"]), str(said["version"]))
            except (ValueError, TypeError, LookupError):
                return None
    return None


class Frames:
    """The two directions of a pipe, after the greeting.

    Args:
        source: where the other side's frames are read; buffered.
        sink: where frames are written.
    """

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source = source
        self._sink = sink

    def tell(self, message: Message) -> None:
        """Send a message; what is still unwritten is sent with it."""
        self._send(MESSAGE, json.dumps(message).encode())
        self._sink.flush()

    def give(self, content: bytes | memoryview) -> None:
        """Send content, at once or with what follows; it ends where it is empty."""
        self._send(CONTENT, content)

    def flush(self) -> None:
        """Send what is still unwritten."""
        self._sink.flush()

    def next(self) -> dict[str, Any] | bytes | None:
        """Return the next message, or content; None: the other side has ended.

        Raises:
            EOFError: the pipe ends inside of a frame.
            ValueError: this is no frame.
        """
        head = self._source.read(HEAD.size)
        if not head:
            return None
        kind, size = HEAD.unpack(self._whole(head, HEAD.size))
        if kind not in (MESSAGE, CONTENT) or size > LARGEST:
            raise ValueError(f"no frame begins with {head!r}")
        body = self._whole(self._source.read(size), size)
        if kind == CONTENT:
            return body
        message = json.loads(body)
        if not isinstance(message, dict):
            raise ValueError("a message is an object")
        return message

    def close(self) -> None:
        """Close both directions; what is still unwritten is lost where nobody reads it any more."""
        for stream in (self._sink, self._source):
            with suppress(OSError):
                stream.close()

    def _send(self, kind: bytes, body: bytes | memoryview) -> None:
        if len(body) > LARGEST:
            raise ValueError(f"a frame of {len(body)} bytes is too large")
        self._sink.write(HEAD.pack(kind, len(body)))
        self._sink.write(body)

    @staticmethod
    def _whole(found: bytes, size: int) -> bytes:
        if len(found) < size:
            raise EOFError("the pipe ends inside of a frame")
        return found
