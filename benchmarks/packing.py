"""Archives, as a publisher would make them, and what is in them.

They are made in processes of their own, two at a time: what that takes of memory would else be
counted as the least that each run takes.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import itertools
import multiprocessing
import os
import tarfile
import zipfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from benchmarks.contents import Text, mixed_files, small_files
from benchmarks.published import MODULE, File, Published

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Files = Iterator[tuple[str, bytes]]

TOGETHER = 100
"""Files in one folder."""

ITEM = "item"
"""What the name of each file begins with that is in an archive."""

LEVEL = 6
"""Of compression, as gzip has it where nothing is said."""

BLOCK = 1 << 20


@frozen
class Wanted:
    """An archive to be made.

    Args:
        kind: in what way, of :data:`KINDS`.
        size: in bytes, of the text, or of the archive of mixed files; or how many small files.
        folder: where it is written.
        url: of the folder.

    """

    kind: str
    size: int
    folder: Path
    url: str


@frozen
class Archive:
    """An archive, and what is in it.

    Args:
        published: the archive and its data set.
        path: where it is.
        files: how many are in it.
        content: bytes of them all.

    """

    published: Published
    path: Path
    files: int
    content: int

    def missing(self, folder: Path) -> str:
        """Say what of the content is not below a folder, nothing if all is there."""
        sizes = [
            os.stat(f"{where}/{name}").st_size  # noqa: PTH116 - of many, it takes less
            for where, _, names in os.walk(folder)
            for name in names
            if name.startswith(ITEM) and name != self.path.name
        ]
        found = len(sizes), sum(sizes)
        wanted = self.files, self.content
        return "" if found == wanted else f"{wanted} files and bytes, but {found}"


def make_archives(wanted: Mapping[str, Wanted]) -> dict[str, Archive]:
    """Make archives, each under its name."""
    apart = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=apart, max_workers=os.cpu_count()) as pool:
        making = {name: pool.submit(make, name, each) for name, each in wanted.items()}
        return {name: each.result() for name, each in making.items()}


def make(name: str, wanted: Wanted) -> Archive:
    """Make one archive."""
    suffix, way, expansion = KINDS[wanted.kind]
    path = wanted.folder / f"{ITEM}_{name}{suffix}"
    files, content = way(path, wanted.size)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    published = File(path.name, path.stat().st_size, digest)
    return Archive(
        Published(f"{MODULE}.{name}", wanted.url, (published,), expansion), path, files, content
    )


def gzipped_text(path: Path, size: int) -> tuple[int, int]:
    """Write a compressed text."""
    text = Text("text")
    with gzip.GzipFile(path, "wb", LEVEL, mtime=0) as file:
        for start in range(0, size, BLOCK):
            file.write(text.read(min(BLOCK, size - start)))
    return 1, size


def tar_of_small(path: Path, files: int) -> tuple[int, int]:
    """Write a tar archive of small texts."""
    with tarfile.open(path, "w") as archive:
        return _add_all(archive, _small(files))


def zip_of_small(path: Path, files: int) -> tuple[int, int]:
    """Write a zip archive of the same small texts."""
    content = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _small(files):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
            content += len(data)
    return files, content


def compressed_tar(path: Path, size: int) -> tuple[int, int]:
    """Write a compressed tar archive of files of mixed sizes, as large as is asked for."""
    with (
        path.open("wb") as file,
        gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed,
        tarfile.open(mode="w|", fileobj=packed) as archive,
    ):
        full = itertools.takewhile(lambda _: file.tell() < size, mixed_files("mixed"))
        return _add_all(archive, _named(full))


def _add_all(archive: tarfile.TarFile, files: Files) -> tuple[int, int]:
    count = content = 0
    for name, data in files:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
        count += 1
        content += len(data)
    return count, content


def _small(count: int) -> Files:
    return _named(itertools.islice(small_files("small"), count))


def _named(contents: Iterable[bytes]) -> Files:
    for number, data in enumerate(contents):
        yield f"all/{number // TOGETHER:04}/{ITEM}{number:06}.txt", data


KINDS: Mapping[str, tuple[str, Callable[[Path, int], tuple[int, int]], str]] = {
    "text": (".txt.gz", gzipped_text, "gunzip"),
    "tar": (".tar", tar_of_small, "untar"),
    "zip": (".zip", zip_of_small, "unzip"),
    "mixed": (".tar.gz", compressed_tar, "untar"),
}
"""The suffix of each kind of archive, how it is made, and what its data set does to it."""
