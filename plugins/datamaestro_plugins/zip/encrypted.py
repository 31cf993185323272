"""Encrypted members, by Python's zipfile, which knows the encryption of PKZIP 2."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from datamaestro_hookspecs.errors import ContentError

if TYPE_CHECKING:
    import io
    import zipfile

    from datamaestro_plugins.zip.entry import Entry

ENCRYPTED = 1
"""The flag that a member is encrypted."""

STRONG, AES = 0x40, 99
"""The flag, and the method, of encryptions that are not supported."""


class Safe:
    """The encrypted members of one archive.

    Args:
        stream: of the archive; can seek.
        password: of its members; None where none is given.
    """

    def __init__(self, stream: io.BufferedIOBase, password: str | None) -> None:
        self._stream = stream
        self._password = password
        self._archive: zipfile.ZipFile | None = None

    def open(self, entry: Entry) -> IO[bytes]:
        """Return the content of a member.

        Raises:
            ContentError: there is no password, or another one, or it is encrypted otherwise.
        """
        if entry.flags & STRONG or entry.method == AES:
            raise ContentError(
                f"{entry.where} is encrypted in a way that is not supported",
                hint="unpack it with 7-Zip, and take its files from there",
            )
        if self._password is None:
            raise ContentError(
                f"{entry.where} is encrypted", hint="its definition says the option password="
            )
        if self._archive is None:
            import zipfile

            self._archive = zipfile.ZipFile(self._stream)
        try:
            found = self._archive.infolist()[entry.index]
            return self._archive.open(found, pwd=self._password.encode())
        except (RuntimeError, IndexError) as error:
            raise ContentError(f"{entry.where}: {error}", hint="is the password right?") from error


class Decrypted:
    """A file's content, encrypted in the archive.

    Args:
        safe: that it is in.
        entry: of the file.
    """

    def __init__(self, safe: Safe, entry: Entry) -> None:
        self._safe = safe
        self._entry = entry
        self._file: IO[bytes] | None = None
        self._given = 0

    def read(self, size: int, /) -> bytes:
        """Return as many bytes as are asked for, fewer only at the end.

        Raises:
            ContentError: it cannot be decrypted, or is damaged.
        """
        if self._file is None:
            self._file = self._safe.open(self._entry)
        block = self._file.read(size)
        self._given += len(block)
        if (size < 0 or len(block) < size) and self._given != self._entry.size:
            raise ContentError(f"{self._entry.where} has another size than the archive says")
        return block
