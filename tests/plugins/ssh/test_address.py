"""Where another computer is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.errors import UsageError
from datamaestro_plugins.ssh.address import Address, parse_host, parse_target


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("host:", Address("host")),
        ("me@host:", Address("host", "me")),
        ("host:/data/x y", Address("host", directory="/data/x y")),
        ("[::1]:/data", Address("::1", directory="/data")),
        ("ssh://host", Address("host")),
        ("ssh://host/", Address("host")),
        ("ssh://me@host:2222/data", Address("host", "me", 2222, "/data")),
        ("ssh://[fe80::1%eth0]:22/~/data", Address("fe80::1%eth0", "", 22, "~/data")),
        ("ssh://host/a%20b", Address("host", directory="/a b")),
    ],
)
def test_a_target_is_a_computer_and_a_directory(text: str, expected: Address) -> None:
    """As a URL, or short."""
    assert expected == parse_target(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("host", Address("host")),
        ("me@host:2222", Address("host", "me", 2222)),
        ("ssh://host:22", Address("host", port=22)),
    ],
)
def test_a_host_has_no_directory(text: str, expected: Address) -> None:
    """A number behind it is a port."""
    assert expected == parse_host(text)


@pytest.mark.parametrize("text", ["gpu:/dir", "gpu:dir", "gpu:", "ssh://gpu/dir", "ssh://gpu/~"])
def test_a_host_with_a_directory_is_refused(text: str) -> None:
    """Nobody would look there."""
    with pytest.raises(UsageError, match=r"is a host and a directory|names no computer"):
        parse_host(text)


@pytest.mark.parametrize(
    ("text", "url", "folder"),
    [
        ("gpu:2222", "ssh://gpu:2222;", "gpu:./2222"),
        ("me@gpu:2222:", "ssh://me@gpu:2222;", "me@gpu:./2222:"),
        ("me@[::1]:22:/tmp/x", "ssh://me@[::1]:22/tmp/x;", "me@[::1]:./22:/tmp/x"),
    ],
)
def test_a_port_is_not_taken_for_a_directory(text: str, url: str, folder: str) -> None:
    """As it is one where a host alone is named; how either is written is told."""
    with pytest.raises(UsageError, match="may be a port") as caught:
        parse_target(text)
    assert f"{url} a folder is {folder}" == caught.value.hint
    assert folder.partition("./")[2] == parse_target(folder).directory.removeprefix("./")


def test_a_host_is_written_as_it_is_read() -> None:
    """So that what is advised can be done."""
    for text in ("gpu", "me@gpu", "me@gpu:2222", "[::1]:22"):
        assert text == parse_host(text).login


def test_there_is_no_port_beyond_the_last() -> None:
    """To log in there again would not help."""
    for text in ("ssh://there:65536", "ssh://there:99999/data"):
        with pytest.raises(UsageError, match="the last one is 65535"):
            parse_target(text)


@pytest.mark.parametrize(
    "text",
    [
        "-oProxyCommand=x:",
        "ssh://-oProxyCommand=x/data",
        "ssh://-l@host/",
        "ssh://%2Dl@host/",
        "a b:",
        "a;b:",
        "$(x):",
        "me`x`@host:",
        "ssh://host:x/",
        "ssh://",
        ":",
        "@host:",
        "host",
    ],
)
def test_what_names_no_computer_is_refused(text: str) -> None:
    """Nothing becomes an option of ssh, or a command."""
    with pytest.raises(UsageError, match="names no computer"):
        parse_target(text)


@given(st.text())
def test_whatever_is_named_is_no_option(text: str) -> None:
    """Ssh gets the host as its last word, behind all options."""
    for parse in (parse_host, parse_target):
        try:
            words = parse(text).words
        except UsageError:
            continue
        assert "--" == words[-2]
        assert not words[-1].startswith("-")
