"""Settings and where they come from."""

from pathlib import Path

import pytest

from datamaestro.errors import UsageError
from datamaestro.settings import Mirror, config_path, load_settings, plugins_switched_off


def read_everything() -> None:
    load_settings()
    plugins_switched_off()


def configure(text: str) -> None:
    config_path().parent.mkdir(parents=True, exist_ok=True)
    config_path().write_text(text)


def test_an_argument_goes_before_the_environment_before_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The nearer to the user, the stronger."""
    configure('dir = "/from/file"\njobs = 7\n')
    monkeypatch.delenv("DATAMAESTRO_DIR")
    assert (Path("/from/file"), 7) == (load_settings().directory, load_settings().jobs)
    monkeypatch.setenv("DATAMAESTRO_DIR", "/from/environment")
    monkeypatch.setenv("DATAMAESTRO_JOBS", "3")
    assert (Path("/from/environment"), 3) == (load_settings().directory, load_settings().jobs)
    assert Path("/from/argument") == load_settings(directory="/from/argument").directory


def test_the_default_directory_is_in_the_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where nothing is said: ``~/datamaestro``."""
    monkeypatch.delenv("DATAMAESTRO_DIR")
    assert tmp_path / "home/datamaestro" == load_settings().directory


@pytest.mark.parametrize(
    ("word", "expected"), [("1", True), ("YES", True), ("on", True), ("false", False), ("0", False)]
)
def test_yes_and_no_in_any_of_the_usual_words(
    word: str, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words that other tools take are taken."""
    monkeypatch.setenv("DATAMAESTRO_OFFLINE", word)
    assert expected is load_settings().offline


def test_mirrors_come_from_the_environment_or_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs of prefixes; ``=`` may also stand inside the URLs."""
    configure('[mirrors]\n"https://a.org/" = "https://m.lan/a/"\n')
    assert (Mirror("https://a.org/", "https://m.lan/a/"),) == load_settings().mirrors
    monkeypatch.setenv(
        "DATAMAESTRO_MIRRORS", "https://a.org/?x=1=http://m/ https://b.org/=file:///mnt/b/"
    )
    expected = (
        Mirror("https://a.org/?x=1", "http://m/"),
        Mirror("https://b.org/", "file:///mnt/b/"),
    )
    assert expected == load_settings().mirrors


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATAMAESTRO_OFFLINE", "perhaps"),
        ("DATAMAESTRO_JOBS", "0"),
        ("DATAMAESTRO_JOBS", "many"),
        ("DATAMAESTRO_TIMEOUT", "-1"),
        ("DATAMAESTRO_TIMEOUT", "nan"),
        ("DATAMAESTRO_TIMEOUT", "inf"),
        ("DATAMAESTRO_JOBS", "1e999"),
        ("DATAMAESTRO_LOCK_TIMEOUT", "-2"),
        ("DATAMAESTRO_MIRRORS", "https://a.org"),
    ],
)
def test_a_value_that_cannot_be_understood_names_its_variable(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user sees where the mistake is."""
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=name):
        load_settings()


def test_an_unknown_entry_of_the_file_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """A slip is not passed over in silence."""
    configure("job = 3\n")
    load_settings()
    assert "job is no setting" in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        "mirrors = 3",
        '[mirrors]\n"https://a/" = 3',
        "dir = ''",
        "plugins = [5]",
        "jobs = inf",
        "jobs = ",
        "jobs = 'many'",
        "\x00",
    ],
)
def test_a_file_that_cannot_be_understood_is_named(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So is the file."""
    monkeypatch.delenv("DATAMAESTRO_DIR")
    configure(text)
    with pytest.raises(UsageError, match=r"config\.toml"):
        read_everything()


def test_switching_plugins_off_needs_a_minus(monkeypatch: pytest.MonkeyPatch) -> None:
    """The form leaves room for saying more later."""
    monkeypatch.setenv("DATAMAESTRO_PLUGINS", "gzip")
    with pytest.raises(UsageError, match="-name"):
        plugins_switched_off()


def test_no_progress_switches_its_plugin_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """``DATAMAESTRO_PROGRESS=0`` is a word for it."""
    monkeypatch.setenv("DATAMAESTRO_PROGRESS", "no")
    assert {"progress"} == plugins_switched_off()
