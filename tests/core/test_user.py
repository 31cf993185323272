"""The user's folders, for what is configured and for what can be made anew."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.settings.user import cache_folder, config_folder

VARIABLES = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "ANDROID_DATA", "ANDROID_ROOT")

SAID = st.sampled_from(["/", "/a", "/a/b/", "//a", "/a b", "/a/../b", "~", "", " ", "a", None])
"""What a variable may say; None: there is none of its name."""


@given(st.fixed_dictionaries(dict.fromkeys(VARIABLES, SAID)))
def test_they_are_those_that_platformdirs_names(said: dict[str, str | None]) -> None:
    """Whatever the environment says, and whoever has found out."""
    others = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    told = {name: value for name, value in said.items() if value is not None}
    with mock.patch.dict(os.environ, {**others, **told}, clear=True):
        expected = [
            outcome(lambda: platformdirs.user_cache_path("datamaestro")),
            outcome(lambda: platformdirs.user_config_path("datamaestro")),
        ]
        assert expected == [outcome(cache_folder), outcome(config_folder)]


def outcome(folder: Callable[[], Path]) -> Path | str:
    """Return the folder, or why none can be told."""
    try:
        return folder()
    except RuntimeError as error:
        return str(error)


@pytest.mark.skipif(sys.platform != "linux", reason="the usual folders of Linux")
def test_the_usual_ones_are_below_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no variable says otherwise."""
    for name in VARIABLES[1:]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/ada")
    expected = [Path("/home/ada/.cache/datamaestro"), Path("/home/ada/.config/datamaestro")]
    assert expected == [cache_folder(), config_folder()]
