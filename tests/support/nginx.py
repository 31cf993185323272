"""A real web server, which stands in for a publisher."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from attrs import frozen

from datamaestro.testing.daemons import find, free_port, running

NGINX = find("nginx")

needs_nginx = pytest.mark.skipif(not NGINX, reason="nginx is not installed")

CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


@frozen
class Nginx:
    """A running nginx."""

    folder: Path
    port: int

    @property
    def files(self) -> Path:
        """The folder that it serves."""
        return self.folder / "files"

    def url(self, path: str) -> str:
        """Return the URL of a file."""
        return f"http://127.0.0.1:{self.port}/{path}"

    def requests(self) -> int:
        """Return how many requests it has answered."""
        return len((self.folder / "access.log").read_text().splitlines())


@contextmanager
def serving(folder: Path) -> Iterator[Nginx]:
    """Run an nginx that serves what is in the folder ``files`` of a folder."""
    server = Nginx(folder, free_port())
    server.files.mkdir(parents=True, exist_ok=True)
    for each in (folder.parent.parent, folder.parent, folder, server.files):
        each.chmod(0o755)
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=server.port))
    user = ["-g", "user root;"] if os.getuid() == 0 else []
    with running([str(NGINX), "-c", str(configuration), *user], server.port):
        yield server
