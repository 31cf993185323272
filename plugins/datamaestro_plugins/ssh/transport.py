"""Data directories and programs on other computers, reached by ssh."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from datamaestro.ending import at_end
from datamaestro.moving.far.agent import MODULE as AGENT
from datamaestro.moving.far.session import Session
from datamaestro.moving.far.side import FarSide
from datamaestro.remote.hosts import options_of
from datamaestro.remote.program import program
from datamaestro.settings import ssh_words
from datamaestro_plugins.ssh.address import Address, parse_host, parse_target
from datamaestro_plugins.ssh.connection import Connection
from datamaestro_plugins.ssh.rsync import Rsync

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datamaestro_hookspecs.transports import Opening
    from datamaestro_plugins.ssh.program import Program


@define(eq=False)
class Ssh:
    """The transport; to each computer it has one connection, which all threads share."""

    _connections: dict[Address, Connection] = field(factory=dict)
    _lock: threading.Lock = field(factory=threading.Lock)

    def open(self, opening: Opening) -> FarSide:
        """Open a data directory on another computer, by an agent there."""
        address = parse_target(opening.target)
        connection = self.connection(address, opening.timeout)

        def agent() -> Program:
            return connection.start(program(AGENT, opening.python))

        session = Session(
            address.name,
            agent,
            address.directory,
            opening.timeout,
            opening.lock_timeout,
            options_of(address.login, opening.python, address.directory),
        )
        session.open()
        return FarSide(opening.target, session, Rsync(connection, opening.rate))

    def start(
        self,
        opening: Opening,
        command: Sequence[str],
        *,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
        terminal: bool = False,
    ) -> Program:
        """Start a program on the host that is the target."""
        connection = self.connection(parse_host(opening.target), opening.timeout)
        return connection.start(
            command, stdin=stdin, stdout=stdout, stderr=stderr, terminal=terminal
        )

    def connection(self, address: Address, timeout: float) -> Connection:
        """Return the connection to the host of an address; it is made when it is first used."""
        host = evolve(address, directory="")
        with self._lock:
            if host not in self._connections:
                made = Connection(host, ssh_words(), timeout)
                self._connections[host] = made
                at_end(made.close)
            return self._connections[host]
