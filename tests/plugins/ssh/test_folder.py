"""The folder for sockets is the user's alone."""

from pathlib import Path

import pytest

from datamaestro.errors import HostError
from datamaestro_plugins.ssh.address import Address
from datamaestro_plugins.ssh.connection import Connection
from datamaestro_plugins.ssh.folder import leave, own_folder


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr("datamaestro_plugins.ssh.folder.LONGEST", 200)


def test_it_is_the_same_each_time(tmp_path: Path) -> None:
    """Nobody else can look into it."""
    found = own_folder()
    assert (tmp_path, found, 0o700) == (found.parent, own_folder(), found.stat().st_mode & 0o777)


def test_one_that_others_can_enter_is_not_used(tmp_path: Path) -> None:
    """Nor a link to one; another one is made then."""
    first = own_folder()
    first.chmod(0o755)
    second = own_folder()
    assert (False, 0o700) == (second == first, second.stat().st_mode & 0o777)
    first.rmdir()
    first.symlink_to(second)
    assert own_folder() not in (first, second)


def test_one_that_was_made_for_one_socket_goes(tmp_path: Path) -> None:
    """Also where no connection comes about; the usual one stays."""
    first = own_folder()
    leave(first)
    first.chmod(0o755)
    with pytest.raises(HostError):
        Connection(Address("there"), ("false",)).open()
    assert [first] == list(tmp_path.iterdir())
    second = own_folder()
    leave(second)
    assert [first] == list(tmp_path.iterdir())


def test_a_long_path_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Sockets have short ones."""
    monkeypatch.setattr("datamaestro_plugins.ssh.folder.LONGEST", 5)
    monkeypatch.setattr("datamaestro_plugins.ssh.folder.SHORT", str(tmp_path / "s"))
    (tmp_path / "s").mkdir()
    assert tmp_path / "s" == own_folder().parent
