"""The transport: targets and hosts, over one connection."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from datamaestro.context import Context
from datamaestro.errors import ActionNeeded, UsageError
from datamaestro.moving.ways import pull
from datamaestro.remote.hosts import target_of
from datamaestro_hookspecs.transports import Opening
from support.sshd import Sshd


def test_programs_of_a_host_share_a_connection(
    there: Sshd, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However it is named."""
    monkeypatch.setenv("DATAMAESTRO_SSH", " ".join(there.ssh))
    for target in ("there", "ssh://there", "ssh://there/"):
        hosts = context.plugins.hosts(target_of(target))
        running = hosts.start(Opening(target), ["printf", "%s", "a b"], stdin=PIPE, stdout=PIPE)
        assert running.stdout
        assert (b"a b", 0) == (running.stdout.read(), running.wait())
        running.terminate()
    assert 1 == there.log.count("Accepted publickey")


def test_a_python_may_be_named(
    there: Sshd, context: Context, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One that has no datamaestro is told, with the next step."""
    monkeypatch.setenv("DATAMAESTRO_SSH", " ".join(there.ssh))
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    (tmp_path / "far").mkdir()
    target = f"there:{tmp_path}/far"
    assert [] == pull(context, [], target, pythonpath=str(python))
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -S -I "$@"\n')
    with pytest.raises(ActionNeeded, match=r"there: datamaestro is missing there .*--pythonpath"):
        pull(context, [], target, pythonpath=str(python))


def test_a_target_that_is_an_option_is_refused(context: Context) -> None:
    """Before ssh sees it."""
    with pytest.raises(UsageError, match="names no computer"):
        context.plugins.transport("-oProxyCommand=x:").open(Opening("-oProxyCommand=x:"))
