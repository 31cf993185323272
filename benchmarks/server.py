"""A real web server on the loopback interface: nginx, with its configuration in a folder."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import frozen

from datamaestro.testing.daemons import find, free_port, running

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


@contextmanager
def running_nginx(folder: Path, rate: int) -> Iterator[Server]:
    """Run nginx, as many workers as processors.

    Args:
        folder: to be made; may be one that nobody else can read.
        rate: bytes per second of each limited connection.

    Raises:
        RuntimeError: nginx does not start.

    """
    server = Server(folder, free_port())
    server.files.mkdir(parents=True)
    configuration = folder / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(folder=folder, port=server.port, rate=rate, chunk=CHUNK)
    )
    user = ["-g", "user root;"] if os.getuid() == 0 else []
    with running([str(find("nginx")), "-c", str(configuration), *user], server.port):
        yield server
