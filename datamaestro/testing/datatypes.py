"""What every data type does."""

from __future__ import annotations

from functools import cached_property
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from datamaestro_hookspecs.errors import ContentError

if TYPE_CHECKING:
    from pathlib import Path

    from datamaestro_hookspecs.datatypes import DataType, DataTypeProtocol, HasPath


class DataTypeContract:
    """What the engine relies on in every data type.

    The fixture ``data`` is a data object of the record's type, whose file is there.

    Attributes:
        record: as the plugin's hook returns it.
        refuses_truncated: False where a file cut short may be a file of that type, too.
        refuses_empty: False where an empty file may.
    """

    record: ClassVar[DataType]
    refuses_truncated: ClassVar[bool] = True
    refuses_empty: ClassVar[bool] = True

    def assert_content(self, content: Any) -> None:
        """Assert that ``content`` is what ``open`` gives for ``data``; to be overridden."""
        raise NotImplementedError("override assert_content")

    @cached_property
    def reader(self) -> DataTypeProtocol:
        """The record's implementation, made as the engine makes it."""
        made: DataTypeProtocol = resolve_name(self.record.implementation)()
        return made

    def test_record_names_the_type(self, data: HasPath) -> None:
        """The record's type is the class of the data, or an ancestor of it."""
        kind = resolve_name(self.record.type)
        assert isinstance(kind, type)
        assert isinstance(data, kind)

    def test_record_describes_the_file(self, data: HasPath) -> None:
        """The record's suffixes and magic, where it has some, are those of the file."""
        assert not self.record.suffixes or data.path.name.lower().endswith(self.record.suffixes)
        if self.record.magic:
            assert data.path.read_bytes().startswith(self.record.magic)

    def test_content_is_read(self, data: HasPath) -> None:
        """``open`` gives the content of the data."""
        self.assert_content(self.reader.open(data))

    def test_good_file_passes(self, data: HasPath) -> None:
        """``check`` accepts the file of the data, and leaves it as it is."""
        before = data.path.read_bytes() if data.path.is_file() else None
        self.reader.check(data.path)
        assert before == (data.path.read_bytes() if data.path.is_file() else None)

    def test_truncated_file_is_refused(self, data: HasPath, tmp_path: Path) -> None:
        """``check`` refuses a file of which one byte, or half, is missing."""
        if not self.refuses_truncated:
            pytest.skip("a part of such a file may be such a file, too")
        content = data.path.read_bytes()
        self._refuses(tmp_path / "truncated" / data.path.name, content[:-1])
        self._refuses(tmp_path / "half" / data.path.name, content[: len(content) // 2])

    def test_empty_file_is_refused(self, data: HasPath, tmp_path: Path) -> None:
        """``check`` refuses an empty file."""
        if not self.refuses_empty:
            pytest.skip("such a file may be empty")
        self._refuses(tmp_path / "empty" / data.path.name, b"")

    def _refuses(self, path: Path, content: bytes) -> None:
        path.parent.mkdir()
        path.write_bytes(content)
        with pytest.raises(ContentError):
            self.reader.check(path)
