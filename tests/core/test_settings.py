"""Settings and where they come from."""

import traceback
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.errors import UsageError
from datamaestro.settings import (
    Mirror,
    config_path,
    insecure_redirects,
    load_settings,
    parse_rate,
    plugins_switched_off,
    ssh_words,
)
from datamaestro.settings.credentials import host_headers

SECRET = "s3cr3t"


def read_everything() -> None:
    load_settings()
    plugins_switched_off()
    insecure_redirects()
    ssh_words()


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
    settings = load_settings(directory="/from/argument", jobs=2)
    assert (Path("/from/argument"), 2) == (settings.directory, settings.jobs)


def test_a_rate_comes_from_an_argument_the_environment_or_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In bytes per second; 0 lifts a limit that was set further away."""
    assert None is load_settings().rate
    configure('rate = "1.5Mi"\n')
    assert 1_572_864 == load_settings().rate
    configure("rate = 1000000\n")
    assert 1_000_000 == load_settings().rate
    monkeypatch.setenv("DATAMAESTRO_RATE", "500k")
    assert 500_000 == load_settings().rate
    assert 2_000_000 == load_settings(rate="2M").rate
    assert 3.5 == load_settings(rate=3.5).rate
    assert None is load_settings(rate="").rate
    monkeypatch.setenv("DATAMAESTRO_RATE", "0")
    assert None is load_settings().rate


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
        ("DATAMAESTRO_RATE", "fast"),
        ("DATAMAESTRO_INSECURE_REDIRECTS", "perhaps"),
        ("DATAMAESTRO_SSH", " "),
        ("DATAMAESTRO_SSH", "ssh 'a"),
    ],
)
def test_a_value_that_cannot_be_understood_names_its_variable(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user sees where the mistake is."""
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=name):
        read_everything()


@pytest.mark.parametrize("argument", [{"jobs": 0}, {"rate": "fast"}, {"rate": True}])
def test_an_argument_that_cannot_be_understood_is_named(argument: dict[str, Any]) -> None:
    """Whoever calls has the same line as whoever writes the file."""
    with pytest.raises(UsageError, match=f"^{next(iter(argument))}: "):
        load_settings(**argument)


@pytest.mark.parametrize("mirror", [f"https://me:{SECRET}@m/", f"https://a/=//me:{SECRET}@m/"])
def test_the_password_of_a_mirror_is_never_shown(
    mirror: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the rest cannot be understood."""
    monkeypatch.setenv("DATAMAESTRO_MIRRORS", mirror)
    with pytest.raises(UsageError, match="DATAMAESTRO_MIRRORS") as caught:
        load_settings()
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_the_password_of_a_mirror_is_no_part_of_what_is_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Settings may be printed by chance."""
    monkeypatch.setenv("DATAMAESTRO_MIRRORS", f"https://a/=https://me:{SECRET}@m/")
    settings = load_settings()
    assert (True, False) == ("https://m/" in repr(settings), SECRET in repr(settings))


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
        "jobs = 2.5",
        "jobs = true",
        "jobs = ",
        "rate = [2]",
        "insecure_redirects = 'perhaps'",
        "hosts = 3",
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


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("2M", 2e6),
        ("500k", 5e5),
        ("500 KB/s", 5e5),
        ("1.5G", 1.5e9),
        ("1MiB", 1048576),
        ("1 kiB/s", 1024),
        ("2T", 2e12),
        ("1e6", 1e6),
        ("100", 100),
        (".5k", 500),
        ("1.", 1),
        ("7 B", 7),
        ("0", None),
        ("0.0M", None),
        ("", None),
        (" ", None),
    ],
)
def test_a_rate_has_the_usual_prefixes(text: str, rate: float | None) -> None:
    """A thousand for k and 1024 for Ki, with or without the unit."""
    assert rate == parse_rate(text)


@pytest.mark.parametrize(
    "text",
    ["fast", "-1", "1Mb", "1i", "1 M B", "1M/s", "inf", "nan", "1e999", "0.5", "k", "٣", "1_0"],
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    """Bits too: a small b is one, and would be eight times too much."""
    with pytest.raises(ValueError, match="is no rate"):
        parse_rate(text)


@given(
    st.decimals(1, 10**6, places=3),
    st.sampled_from(["", *"kMGT"]),
    st.sampled_from(["", "i"]),
    st.sampled_from(["", "B", "B/s"]),
    st.sampled_from(["", " "]),
)
def test_a_rate_is_a_number_times_its_prefix(
    number: Decimal, prefix: str, binary: str, unit: str, space: str
) -> None:
    """Whichever of them it has."""
    binary = binary if prefix else ""
    power = ["", *"kMGT"].index(prefix)
    expected = float(number) * (1024 if binary else 1000) ** power
    assert expected == pytest.approx(parse_rate(f"{number}{space}{prefix}{binary}{unit}"))


@given(st.text())
def test_any_text_is_a_rate_or_refused(text: str) -> None:
    """A rate is one byte per second or more, or no limit."""
    try:
        rate = parse_rate(text)
    except ValueError:
        return
    assert rate is None or 1 <= rate < float("inf")


def test_a_host_has_headers_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of its name with the port, else of its name; a token in the environment goes before both."""
    configure(
        """
        [hosts."a.org"]
        token = "a"
        headers = { X-Key = "k" }
        [hosts."A.org:81"]
        headers = { authorization = "Basic x" }
        [hosts."[::1]:80"]
        token = "six"
        """
    )
    first = {"Authorization": "Bearer a", "X-Key": "k"}
    assert (first, first) == (host_headers("a.org"), host_headers("A.ORG:80"))
    assert {"Authorization": "Basic x"} == host_headers("a.org:81")
    assert {"Authorization": "Bearer six"} == host_headers("[::1]:80")
    assert [{}] * 4 == [host_headers(name) for name in ("b.a.org", "org", "xa.org", "[::1]:81")]
    monkeypatch.setenv("DATAMAESTRO_TOKEN_A_ORG", " env\n")
    monkeypatch.setenv("DATAMAESTRO_TOKEN_A_ORG_82", "port")
    assert {**first, "Authorization": "Bearer env"} == host_headers("a.org")
    assert {"Authorization": "Bearer env"} == host_headers("a.org:81")
    assert "Bearer port" == host_headers("a.org:82")["Authorization"]


@pytest.mark.parametrize(
    "text",
    [
        f'hosts = "{SECRET}"',
        f'[hosts]\n"a.org" = "{SECRET}"',
        f'[hosts]\n"https://me:{SECRET}@a.org/" = {{}}',
        f'[hosts.a.org]\ntoken = "{SECRET}"',
        f'[hosts."a.org"]\npassword = "{SECRET}"',
        f'[hosts."a.org"]\ntoken = "{SECRET} "',
        f'[hosts."a.org"]\ntoken = "{SECRET}é"',
        '[hosts."a.org"]\ntoken = ""',
        '[hosts."a.org"]\ntoken = 3',
        f'[hosts."a.org"]\ntoken = ["{SECRET}"]',
        f'[hosts."a.org"]\nheaders = "X-Key: {SECRET}"',
        f'[hosts."a.org"]\nheaders = {{ X-Key = "{SECRET}\\r\\nX: y" }}',
        f'[hosts."a.org"]\nheaders = {{ "X Key {SECRET}" = "x" }}',
        f'[hosts."a.org"]\nheaders = {{ Range = "{SECRET}" }}',
        f'[hosts."a.org"]\nheaders = {{ Authorization = "{SECRET}" }}\ntoken = "{SECRET}"',
    ],
)
def test_a_mistake_about_a_host_is_told_without_secrets(text: str) -> None:
    """At the start and not when the host is asked, in one line that names the file."""
    configure(text)
    for reading in (load_settings, lambda: host_headers("b.org")):
        with pytest.raises(UsageError, match=r"config\.toml: hosts") as caught:
            reading()
        assert SECRET not in "".join(traceback.format_exception(caught.value))
        assert 1 == len(str(caught.value).splitlines())


def test_a_token_in_the_environment_that_cannot_be_sent_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not shown."""
    monkeypatch.setenv("DATAMAESTRO_TOKEN_A_ORG", f"Bearer {SECRET}")
    with pytest.raises(UsageError, match="DATAMAESTRO_TOKEN_A_ORG") as caught:
        host_headers("a.org:443")
    assert SECRET not in str(caught.value)


def test_https_may_lead_to_http_only_where_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the file or the environment."""
    assert insecure_redirects() is False
    configure("insecure_redirects = true\n")
    assert insecure_redirects() is True
    monkeypatch.setenv("DATAMAESTRO_INSECURE_REDIRECTS", "no")
    assert insecure_redirects() is False


def test_ssh_is_a_program_with_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """Split as a shell does."""
    assert ("ssh",) == ssh_words()
    configure("ssh = \"ssh -F '/a b/config'\"\n")
    assert ("ssh", "-F", "/a b/config") == ssh_words()
    monkeypatch.setenv("DATAMAESTRO_SSH", "my-ssh")
    assert ("my-ssh",) == ssh_words()


def test_shared_directories_are_a_list_or_separated_by_colons(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In order; a variable that names none takes away those of the file."""
    configure('shared = ["/data/shared", "~/theirs"]\n')
    monkeypatch.setenv("HOME", str(tmp_path))
    assert (Path("/data/shared"), tmp_path / "theirs") == load_settings().shared
    monkeypatch.setenv("DATAMAESTRO_SHARED", "/a::/b")
    assert (Path("/a"), Path("/b")) == load_settings().shared
    monkeypatch.setenv("DATAMAESTRO_SHARED", ":")
    assert () == load_settings().shared


@pytest.mark.parametrize("shared", ['["one:1", "/data", "~"]', '"one:/data:~"'])
def test_paths_of_a_file_count_from_its_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shared: str
) -> None:
    """Wherever datamaestro is started; those of a variable from there."""
    configure(f'dir = "my:data"\nshared = {shared}\n')
    monkeypatch.delenv("DATAMAESTRO_DIR")
    monkeypatch.setenv("HOME", str(tmp_path))
    folder, settings = config_path().parent, load_settings()
    assert folder / "my:data" == settings.directory
    one = "one:1" if shared.startswith("[") else "one"
    assert (folder / one, Path("/data"), tmp_path) == settings.shared
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATAMAESTRO_SHARED", "one")
    assert (tmp_path / "one",) == load_settings().shared


@pytest.mark.parametrize("said", ["1", "[1]", '{ a = "/b" }'])
def test_shared_directories_that_are_no_paths_are_told(said: str) -> None:
    """The error names the file and the setting."""
    configure(f"shared = {said}\n")
    with pytest.raises(UsageError, match=r"config\.toml: shared: .* neither a list of paths"):
        load_settings()
