"""Commands in what users are advised to do."""

import pytest

from datamaestro.advice import COMMANDS, DATA, HOST, advise_with, advised, meant_for
from datamaestro.cli.group import COMMANDS as KNOWN
from datamaestro.store.faults import DATA_DIRECTORY


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datamaestro.advice._given", {})


def test_every_command_is_known() -> None:
    """What is advised may be any of them."""
    assert list(KNOWN) == COMMANDS.split("|")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see: datamaestro list", "see: datamaestro --host gpu --data 'a b' list"),
        ("datamaestro --data /x list", "datamaestro --host gpu --data /x list"),
        ("datamaestro --data 'x y' list", "datamaestro --host gpu --data 'x y' list"),
        ("datamaestro --host other list", "datamaestro --host other list"),
        ("datamaestro is missing there", "datamaestro is missing there"),
        ("pip install datamaestro; or", "pip install datamaestro; or"),
    ],
)
def test_commands_act_where_the_first_one_did(text: str, expected: str) -> None:
    """What stood before that stands before them, too."""
    assert text == advised(text)
    advise_with(HOST, ["--host", "gpu"])
    advise_with(DATA, ["--data", "a b"])
    assert expected == advised(text)


def test_the_other_side_is_not_chosen_by_data() -> None:
    """That would be this one."""
    assert "choose another data directory" == meant_for(DATA_DIRECTORY, ["--data", "x"])
    for options in (["--data", "x"], ["--host", "gpu", "--data", "x"]):
        said = meant_for("datamaestro list", options)
        assert said == meant_for(said, options)
    assert DATA_DIRECTORY == meant_for(DATA_DIRECTORY, [])
