"""A data set that is an archive, which a test's server has; and what is to become of it."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

from datamaestro.context import Context
from datamaestro.testing.faults import FaultServer
from support.repositories import define
from support.transfers import ID, content
from support.trees import Tree

FILES = {
    f"top/{folder}/{name}": content(size)
    for folder in ("a", "b")
    for name, size in (("x", 9), ("y", 70_000))
}
LINK, TARGET = "top/latest", "b/y"

TREE: Tree = {
    b"a": ("folder",),
    b"b": ("folder",),
    b"latest": ("link", TARGET.encode()),
    **{name.removeprefix("top/").encode(): ("file", data, False) for name, data in FILES.items()},
}
"""What is to be in the folder; the single folder at the top is unwrapped."""


def tarball(mode: str = "w:gz") -> bytes:
    """Return a tar archive of the files, with a link."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in FILES.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        link = tarfile.TarInfo(LINK)
        link.type, link.linkname = tarfile.SYMTYPE, TARGET
        archive.addfile(link)
    return packed.getvalue()


def zipped() -> bytes:
    """Return a zip archive of the files, with a link."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
        link = zipfile.ZipInfo(LINK)
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, TARGET)
    return packed.getvalue()


PACKED = {"a.tar.gz": tarball(), "a.zip": zipped()}


def serve_archive(
    site: Path, server: FaultServer, name: str, arguments: str = "", packed: bytes | None = None
) -> None:
    """Define :data:`ID`, a folder of what is in an archive that a server has."""
    server.files[name] = PACKED[name] if packed is None else packed
    define(
        site,
        f"""
        @archivedownloader("data", {server.url(name)!r}, {arguments})
        @dataset(Folder)
        def one(data):
            return {{"path": data}}
        """,
    )


def prepare_folder(*, keep_downloads: bool = False) -> Path:
    """Prepare :data:`ID`; return its folder."""
    return Path(Context(keep_downloads=keep_downloads).prepare(ID).path)
