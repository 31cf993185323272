"""The tree writer: the one place where members of archives become files, safely.

It writes into a folder of its own, of which nothing is seen before it is published as a whole. No
link is made before all files are there, so that nothing is ever written through one; where each
link leads is found out from what is in the tree.
"""

from __future__ import annotations

import errno
import hashlib
import os
import time
from typing import TYPE_CHECKING

from datamaestro.descriptors import write_all
from datamaestro.engine.digests import ALWAYS
from datamaestro.engine.expansion.links import Links
from datamaestro.engine.expansion.refusal import MemberRefused, Refused, quoted
from datamaestro.engine.expansion.selection import plain_path
from datamaestro.engine.expansion.sinks import Result
from datamaestro.engine.run import BLOCK
from datamaestro.sharing import access_of, make_folder
from datamaestro.store.faults import storage_error, storage_errors
from datamaestro.store.manifest import FileFacts
from datamaestro.store.trees import remove_all, tree_digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from datamaestro.engine.expansion.limits import Meter
    from datamaestro_hookspecs.unpackers import Member, Readable

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
NAMELESS = {errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL}
"""What file systems say of names that they cannot have."""

DEEPEST = 255
"""Folders in each other, at most; programs fail at some depth, such as when they remove a tree."""

NOTHING = hashlib.sha256()
"""The digest of nothing; to copy it takes half as long as to make a new one."""

NANOSECONDS = 10**9
LATEST = 1 << 33
"""Seconds since 1970 that every file system can keep."""


class TreeSink:
    """A folder of what comes out of an archive.

    Args:
        folder: to be made.
        meter: told what is written.
        unwrap: whether a single folder, with nothing beside it, gives way to what is in it.
    """

    def __init__(self, folder: Path, meter: Meter, *, unwrap: bool) -> None:
        self.folder = folder
        self.unwrap = unwrap
        self._meter = meter
        self._files: dict[str, tuple[int, int, str]] = {}
        self._names: dict[str, str] = {}
        self._folders = {""}
        self._links = Links()
        self._add: dict[str, Callable[[str, Member], None]] = {
            "file": self._add_file,
            "folder": self._add_folder,
            "symlink": self._add_link,
            "hardlink": self._add_other_name,
        }
        with storage_errors(folder):
            remove_all(folder)
            make_folder(folder)
            self._access = access_of(folder)
            self._root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    @property
    def taken(self) -> int:
        """How many files it has taken."""
        return len(self._files)

    def add(self, path: str, member: Member) -> None:
        """Write a member.

        Args:
            path: where it is to be, as :func:`plain_path` gives it; empty for the top folder.
            member: of an archive.

        Raises:
            MemberRefused: it would lead outside, is in the way of another one, or is none of a
                file, a folder and a link.
            StorageError: it cannot be written.
        """
        add = self._add.get(member.kind)
        if add is None:
            raise MemberRefused(member.name, "is a device, or something like it")
        if path:
            add(path, member)
        elif member.kind != "folder":
            raise MemberRefused(member.name, "has no name")

    def _add_file(self, path: str, member: Member) -> None:
        parent = path.rpartition("/")[0]
        if parent not in self._folders:
            self._make_folder(parent)
        if member.name != path or path in self._names:
            self._came_from(path, member.name)
        if path in self._files:
            self._replace(path)
        try:
            file = os.open(path, NEW, 0o777 if member.executable else 0o666, dir_fd=self._root)
        except OSError as error:
            raise self._failed(path, error) from error
        try:
            size, digest = self._write(file, path, member.content)
            changed = _nanoseconds(member.mtime)
            os.utime(file, ns=(changed, changed))
        finally:
            os.close(file)
        self._files[path] = size, changed, digest

    def _write(self, file: int, path: str, content: Readable | None) -> tuple[int, str]:
        """Write the content of a file; return its size and SHA-256."""
        block = b"" if content is None else content.read(BLOCK)
        digest, size = NOTHING.copy(), 0
        digest.update(block)
        while block:
            length = len(block)
            try:
                write_all(file, block)
            except OSError as error:
                raise storage_error(error, self.folder / path) from error
            size += length
            self._meter.count(length)
            if content is None or length < BLOCK:
                break
            block = content.read(BLOCK)
            digest.update(block)
        return size, digest.hexdigest()

    def _add_folder(self, path: str, _: Member) -> None:
        if path not in self._folders:
            self._make_folder(path)

    def _make_folder(self, path: str) -> None:
        """Make a folder, and those that it is in."""
        if path.count("/") >= DEEPEST:
            raise MemberRefused(path, f"is deeper than {DEEPEST} folders")
        made = ""
        for part in path.split("/"):
            made = f"{made}/{part}" if made else part
            if made in self._folders:
                continue
            if made in self._links or made in self._files:
                raise MemberRefused(path, f"is below {quoted(made)}, which is no folder")
            try:
                os.mkdir(made, dir_fd=self._root)
            except OSError as error:
                raise self._failed(made, error) from error
            if self._access is not None:  # so that others can remove what a killed run leaves
                self._access.grant(made, below=self._root)
            self._folders.add(made)

    def _came_from(self, path: str, name: str) -> None:
        """Remember under which name a file came, and refuse another one in its place."""
        if path in self._files and self._names.get(path, path) != name:
            raise Refused(
                f"members {quoted(self._names.get(path, path))} and {quoted(name)} both become "
                f"{quoted(path)}",
                hint="strip=, subpath= or the transformations make them one: leave one out",
            )
        self._names[path] = name

    def _replace(self, path: str) -> None:
        """Let a file go, since the archive has another one of its name, which comes later."""
        del self._files[path]
        os.unlink(path, dir_fd=self._root)

    def _add_link(self, path: str, member: Member) -> None:
        if not member.link or "\0" in member.link or member.link.startswith("/"):
            raise MemberRefused(member.name, f"links to {quoted(member.link)}, which is outside")
        if path in self._folders or path in self._files:
            raise MemberRefused(member.name, "is in it twice, as a link and as something else")
        parent = path.rpartition("/")[0]
        if parent not in self._folders:
            self._make_folder(parent)
        self._links.add(path, member.link)

    def _add_other_name(self, path: str, member: Member) -> None:
        """Add a hard link; its target has been selected as its name was."""
        target = plain_path(member.link)
        if target == path:
            return
        parent = path.rpartition("/")[0]
        if parent not in self._folders:
            self._make_folder(parent)
        if (link := self._links.get(target)) is not None:
            self._links.add(path, link)
            return
        if target not in self._files:
            raise Refused(
                f"member {quoted(member.name)} is another name of {quoted(target)}, which is not "
                "there",
                hint="it has to come before; is it selected?",
            )
        if path in self._files:
            self._replace(path)
        try:
            os.link(target, path, src_dir_fd=self._root, dst_dir_fd=self._root)
        except OSError as error:
            raise self._failed(path, error) from error
        self._files[path] = self._files[target]

    def _failed(self, path: str, error: OSError) -> Exception:
        """Return what a failure to make a file or a folder means."""
        if error.errno in NAMELESS:
            return MemberRefused(
                path, f"has a name that this file system cannot have: {error.strerror}"
            )
        if error.errno == errno.EEXIST and path in self._folders:
            return MemberRefused(path, "is in it twice, as a folder and as something else")
        if error.errno == errno.EEXIST:
            return MemberRefused(
                path, "has a name that this file system cannot tell from another one's (its case?)"
            )
        return storage_error(error, self.folder / path)

    def finish(self) -> Result:
        """Make the links; return the folder, with what is in it."""
        top = self._single_folder() if self.unwrap else ""
        self._links.check(self._folders, top)
        for path, target in self._links.items():
            if path in self._folders or path in self._files:
                raise MemberRefused(path, "is in it twice, as a link and as something else")
            try:
                os.symlink(target, path, dir_fd=self._root)
            except OSError as error:
                raise self._failed(path, error) from error
        skip = len(top) + 1 if top else 0
        below = []
        while self._files:  # which gives their room back, where there are very many
            path, facts = self._files.popitem()
            below.append(FileFacts(path[skip:], *facts))
        below += [FileFacts(path[skip:], 0, 0, "", link) for path, link in self._links.items()]
        return Result(self.folder / top, {ALWAYS: tree_digest(below)}, tuple(below))

    def _single_folder(self) -> str:
        """Return the name of the only thing at the top, if it is a folder; else nothing."""
        tops = {path.partition("/")[0] for path in self._folders if path}
        others = any("/" not in path for path in [*self._files, *self._links])
        return tops.pop() if len(tops) == 1 and not others else ""

    def close(self) -> None:
        """Close the folder."""
        os.close(self._root)


def _nanoseconds(seconds: float | None) -> int:
    """Return a time that every file system can keep; that of now where none is known."""
    if seconds is None:
        return time.time_ns()
    return int(min(max(seconds, 0), LATEST) * NANOSECONDS)
