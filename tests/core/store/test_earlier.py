"""What earlier versions left beside the data."""

from pathlib import Path

import pytest

from datamaestro.store.earlier import earlier_states


@pytest.mark.parametrize(
    ("content", "state"),
    [
        ('{"resources": {"X": {"state": "complete"}}}', "complete"),
        ('{"resources": {"X": {"state": "partial"}}}', "partial"),
        ('{"resources": {"X": {"state": "unheard of"}}}', ""),
        ('{"resources": {"Y": {"state": "complete"}}}', ""),
        ('{"resources": []}', ""),
        ("[]", ""),
        ('{"resources": {"X": []}}', ""),
        ("{", ""),
        ("\udcff", ""),
        ("[" * 200_000, ""),
    ],
)
def test_a_state_is_read(content: str, state: str, tmp_path: Path) -> None:
    """What is damaged says nothing."""
    (tmp_path / ".state.json").write_bytes(content.encode(errors="surrogateescape"))
    assert state == earlier_states(tmp_path).get("X", "")


def test_nothing_is_said_where_nothing_was_left(tmp_path: Path) -> None:
    """Neither in an empty folder nor in none, nor where a file is; and a folder is no record."""
    (tmp_path / "file").touch()
    (tmp_path / "folder/.state.json").mkdir(parents=True)
    assert not any(earlier_states(tmp_path / name) for name in ("", "no", "file", "folder"))
