"""Other computers that are this one: their programs have a home and settings of their own."""

from __future__ import annotations

import sys
from pathlib import Path

from support.distributions import install

TRANSPORT = """
import os
import subprocess
from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.transports import Transport

HOME = {home!r}
PATH = {path!r}

@hookimpl
def datamaestro_transports():
    return [Transport("near", schemes=("near",), implementation="near_plugin:Near")]

class Near:
    def open(self, opening):
        raise NotImplementedError

    def start(self, opening, command, **streams):
        streams.pop("terminal", None)
        script = opening.target.removeprefix("near://")
        command = ["sh", script, *command] if script else ["env", *command]
        env = {{"HOME": HOME, "PATH": PATH, "LANG": "C.UTF-8", "PYTHONPATH": {pythonpath!r}}}
        return subprocess.Popen(
            command, bufsize=0, env=env, cwd=HOME, process_group=0, **streams
        )
"""

NEAR = "near://"
"""Such a computer; the path of a script of the shell may follow, which stands for its login."""


def install_near(site: Path, home: Path, pythonpath: str = "") -> None:
    """Install the plugin that reaches such a computer."""
    home.mkdir()
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    source = TRANSPORT.format(home=str(home), path=path, pythonpath=pythonpath)
    points = {"datamaestro": {"near": "near_plugin"}}
    install(site, "near-plugin", {"near_plugin.py": source}, points)
