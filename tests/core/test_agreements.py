"""The terms that a user has accepted."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from datamaestro.errors import StorageError, UsageError
from datamaestro.settings.agreements import accept, accepted, agreements_path, is_accepted


def test_what_was_accepted_is_remembered(tmp_path: Path) -> None:
    """Beside ``config.toml``, as earlier versions have it; what else is there stays."""
    assert not is_accepted("org.example")
    agreements_path().parent.mkdir(parents=True)
    agreements_path().write_text('{"agreements": {"org.old": "yes", "org.no": "no"}, "more": 1}')
    accept("org.example")
    assert [True, True, False] == [is_accepted(f"org.{name}") for name in ("example", "old", "no")]
    assert 1 == json.loads(agreements_path().read_text())["more"]
    assert tmp_path / "config/datamaestro/user.json" == agreements_path()


def test_several_may_accept_at_once() -> None:
    """Nobody's terms are lost."""
    names = [f"org.example.{number}" for number in range(16)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(accept, names))
    assert sorted(names) == accepted()


@pytest.mark.parametrize("damaged", ["{", "[]", '{"agreements": []}'])
def test_a_damaged_record_is_told(damaged: str) -> None:
    """It is not taken for an empty one, which would be written over it."""
    agreements_path().parent.mkdir(parents=True)
    agreements_path().write_text(damaged)
    with pytest.raises(UsageError, match=r"user\.json"):
        accept("org.example")
    assert damaged == agreements_path().read_text()


def test_a_place_that_cannot_be_written_is_told() -> None:
    """With the file and the next step."""
    agreements_path().parent.parent.mkdir(parents=True)
    agreements_path().parent.write_text("a file in its way")
    with pytest.raises(StorageError, match=r"user\.json.*XDG_CONFIG_HOME"):
        accept("org.example")
