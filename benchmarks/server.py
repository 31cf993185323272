"""A real web server on the loopback interface: nginx, with its configuration in a folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONFIGURATION = """
daemon off; worker_processes auto; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{port};
    location /free/ {{ alias {folder}/files/; }}
    location /limited/ {{
      alias {folder}/files/; limit_rate {rate}; sendfile_max_chunk {chunk};
    }}
  }}
}}
"""

CHUNK = 128 << 10
"""Bytes that a limited connection gets at once.

nginx waits after each chunk but the last, and 2 MiB would be a gift to whoever asks for small
ranges. So those of 8 MiB are hardly faster than large ones, and those of 1 MiB an eighth.
"""


@frozen
class Server:
    """A running nginx.

    Args:
        folder: has its configuration.
        port: where it listens, at 127.0.0.1.

    """

    folder: Path
    port: int

    @property
    def files(self) -> Path:
        """The folder that it serves."""
        return self.folder / "files"

    @property
    def free(self) -> str:
        """The URL below which files come as fast as they can."""
        return f"http://127.0.0.1:{self.port}/free"

    @property
    def limited(self) -> str:
        """The URL below which each connection is limited."""
        return f"http://127.0.0.1:{self.port}/limited"


def find(program: str) -> str | None:
    """Return where a program is; nginx is not on everybody's path."""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def running_nginx(folder: Path, rate: int) -> Iterator[Server]:
    """Run nginx, as many workers as processors.

    Args:
        folder: to be made; may be one that nobody else can read.
        rate: bytes per second of each limited connection.

    Raises:
        SystemExit: nginx does not start.

    """
    server = Server(folder, _free_port())
    server.files.mkdir(parents=True)
    configuration = folder / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(folder=folder, port=server.port, rate=rate, chunk=CHUNK)
    )
    user = ["-g", "user root;"] if os.getuid() == 0 else []
    process = subprocess.Popen([str(find("nginx")), "-c", str(configuration), *user])
    try:
        _wait_for(server.port, process)
        yield server
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when something listens; connecting is tried until it works."""
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            continue
        return
    raise SystemExit(f"nginx ended with {process.returncode}")
