"""The connection, with a real ssh server."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import pytest

from datamaestro.errors import ActionNeeded, DatamaestroError, HostError, UsageError
from datamaestro_plugins.ssh.address import Address
from datamaestro_plugins.ssh.connection import Connection
from datamaestro_plugins.ssh.failures import failure
from support.sshd import Sshd


@pytest.fixture
def connection(there: Sshd) -> Iterator[Connection]:
    with closing(Connection(Address(there.name), there.ssh)) as made:
        yield made


def pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def output(connection: Connection, *command: str) -> tuple[int, bytes]:
    program = connection.start(command)
    pipe(program.stdin).close()
    said = pipe(program.stdout).read(), pipe(program.stderr).read()
    code = program.wait()
    program.terminate()
    return code, b"".join(said)


def test_a_program_gets_its_words_as_they_are(connection: Connection) -> None:
    """Whatever is in them."""
    odd = ["a b", "$HOME", "'", '"', "*", "", "-n", ";", "\n"]
    assert (0, "|".join(odd).encode()) == output(
        connection, "python3", "-c", "import sys; print(end='|'.join(sys.argv[1:]))", *odd
    )


def test_its_exit_code_is_told(connection: Connection) -> None:
    """As it is; so is that of a program that is not there."""
    assert (3, b"") == output(connection, "sh", "-c", "exit 3")
    assert 127 == output(connection, "no-such-program")[0]


def test_what_is_killed_there_is_told_from_a_cut_connection(connection: Connection) -> None:
    """As where memory is short."""
    program = connection.start(["sh", "-c", "kill -9 $$"])
    with pytest.raises(HostError, match="there: the program there was ended by a signal"):
        program.wait()
    program.terminate()


def test_there_is_one_connection(connection: Connection, there: Sshd) -> None:
    """However many programs are started; it ends with its context."""
    first = connection.start(["cat"])
    assert (0, b"1") == output(connection, "printf", "1")
    first.terminate()
    assert 1 == there.log.count("Accepted publickey")
    socket = connection._socket
    assert socket is not None
    connection.close()
    assert not socket.exists()
    assert not list(socket.parent.glob(f"{socket.name}*"))


def test_a_program_reads_what_is_written(connection: Connection) -> None:
    """At once, not when a buffer is full."""
    program = connection.start(["cat"])
    pipe(program.stdin).write(b"one")
    assert b"one" == pipe(program.stdout).read(3)
    pipe(program.stdin).close()
    assert (b"", 0) == (pipe(program.stdout).read(), program.wait())
    program.terminate()


def test_a_connection_of_the_users_is_used(there: Sshd) -> None:
    """Where the user's ssh keeps one open already; it is theirs afterwards, too."""
    with TemporaryDirectory(dir="/tmp") as short:  # a socket's path has about 100 characters
        theirs = [*there.ssh, "-o", f"ControlPath={short}/mine"]
        words = [*theirs, "-M", "-N", "-f", there.name]
        subprocess.run(words, check=True, stderr=subprocess.DEVNULL)
        for _ in range(2):
            with closing(Connection(Address(there.name), theirs)) as used:
                assert (0, b"") == output(used, "true")
        subprocess.run([*theirs, "-O", "exit", there.name], check=True, stderr=subprocess.DEVNULL)
    assert 1 == there.log.count("Accepted publickey")


def test_what_is_meant_for_logins_by_hand_is_not_done(
    connection: Connection, there: Sshd, tmp_path: Path
) -> None:
    """As a command to be run there or here, a terminal, or ports."""
    with there.config.open("a") as file:
        file.write("RemoteCommand echo no\nRequestTTY force\nPermitLocalCommand yes\n")
        file.write(f"LocalCommand touch {tmp_path}/done\n")
        file.write(f"ExitOnForwardFailure yes\nLocalForward {there.port} localhost:1\n")
    assert (0, b"yes") == output(connection, "printf", "yes")
    assert not (tmp_path / "done").exists()


def test_a_connection_that_is_cut_is_told(connection: Connection, there: Sshd) -> None:
    """The next step is to try again."""
    program = connection.start(["cat"])
    pipe(program.stdin).write(b"x")
    assert b"x" == pipe(program.stdout).read(1)
    there.cut()
    with pytest.raises(HostError, match=r"was cut \(try again"):
        program.wait()
    program.terminate()


def refused(connection: Connection) -> DatamaestroError:
    with closing(connection), pytest.raises(DatamaestroError) as caught:
        connection.start(["true"])
    return caught.value


def test_a_host_whose_key_is_not_known_is_not_entered(there: Sshd) -> None:
    """A person has to look at the key."""
    there.known_hosts.write_text("")
    error = refused(Connection(Address(there.name), there.ssh))
    assert isinstance(error, ActionNeeded)
    assert "there: the key of this host is not known (log in once by hand" in str(error)


def test_a_host_whose_key_has_changed_is_not_entered(there: Sshd) -> None:
    """It may be somebody else."""
    key = (there.folder / "user_key.pub").read_text()
    there.known_hosts.write_text(f"there {key}")
    error = refused(Connection(Address(there.name), there.ssh))
    assert isinstance(error, ActionNeeded)
    assert "is another one than before" in str(error)
    assert f"ssh-keygen -f {there.known_hosts} -R there" in str(error)


def test_a_user_who_may_not_enter_is_told(there: Sshd) -> None:
    """With what the server would have taken."""
    (there.folder / "user_key.pub").write_text("")
    error = refused(Connection(Address(there.name), there.ssh))
    assert isinstance(error, ActionNeeded)
    assert "Permission denied (publickey" in str(error)


def test_a_host_where_nobody_listens_is_told(there: Sshd) -> None:
    """Perhaps it does so later."""
    there.process.send_signal(signal.SIGTERM)
    there.process.wait()
    error = refused(Connection(Address(there.name), there.ssh))
    assert isinstance(error, HostError)
    assert "Connection refused (try again)" in str(error)


def test_a_computer_without_ssh_is_told() -> None:
    """What to install."""
    error = refused(Connection(Address("host"), ["/nowhere/ssh"]))
    assert isinstance(error, ActionNeeded)
    assert "DATAMAESTRO_SSH" in str(error)


@pytest.mark.parametrize(
    ("said", "kind", "expected"),
    [
        ("", HostError, "ssh says nothing"),
        ("ssh: Could not resolve hostname h: Name or service not known", HostError, "no such host"),
        ("ssh: connect to host h port 22: Connection timed out\r\n", HostError, "timed out (try"),
        ("command-line: line 0: Bad configuration option: x", UsageError, "DATAMAESTRO_SSH"),
        ('Unsupported query "-S"', UsageError, "DATAMAESTRO_SSH"),
        (
            "option requires an argument -- b\nusage: ssh [-b a]\n  [-c b]",
            UsageError,
            ": option re",
        ),
        ("Bad local forwarding specification 'x'", UsageError, "DATAMAESTRO_SSH"),
        ("Received disconnect: Too many authentication failures", ActionNeeded, "log in by hand"),
    ],
)
def test_what_ssh_says_becomes_an_error(
    said: str, kind: type[DatamaestroError], expected: str
) -> None:
    """With the exit code that it deserves, and the next step."""
    error = failure(Address("h"), said)
    assert kind is type(error)
    assert expected in str(error)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Host key verification failed.", "accept it: ssh -F 'my config' -p 2222 me@h"),
        ("me@h: Permission denied (publickey).", "by hand first: ssh -F 'my config' -p 2222 me@h"),
        ("REMOTE HOST IDENTIFICATION HAS CHANGED!", "that is right: ssh-keygen -R '[h]:2222'"),
        (
            "REMOTE HOST IDENTIFICATION HAS CHANGED!\r\nOffending ED25519 key in /a b/known:3\r\n"
            "Host key for [h.lan]:2222 has changed and you have requested strict checking.\r\n",
            "that is right: ssh-keygen -f '/a b/known' -R '[h.lan]:2222'",
        ),
    ],
)
def test_what_helps_is_a_command_that_can_be_given(said: str, expected: str) -> None:
    """It goes where the connection was to go, by the user's own ssh."""
    error = failure(Address("h", "me", 2222), said, ["ssh", "-F", "my config"])
    assert expected == error.hint[-len(expected) :]
