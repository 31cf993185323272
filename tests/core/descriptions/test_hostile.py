"""Descriptions by which somebody means harm: no code of theirs, nor of anybody, is run for them."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from datamaestro.context import Context
from datamaestro.errors import DatamaestroError
from datamaestro.store.descriptions import Description, write_description
from datamaestro.store.holdings import Holding

ID = "org.example.harm"
HARM = "harm_to_be_done"

FILE: dict[str, Any] = {"name": "A", "path": "a.txt", "source": {"urls": ["file:///none/a.txt"]}}
PROCESS = {"function": f"{HARM}:harm", "version": "1", "process": True}
DATUM: dict[str, Any] = {
    "kind": "data",
    "types": ["datamaestro.data:File"],
    "fields": {"path": {"kind": "path", "path": "a.txt", "of": ""}},
    "unset": [],
    "values": {},
}

RESOURCES = {
    "a transformation": {
        **FILE,
        "transforms": [{"name": "call", "options": {"function": f"{HARM}:harm"}}],
    },
    "a process": {"name": "A", "path": "a.txt", "derivation": PROCESS},
    "a package": {**FILE, "source": {"urls": [f"package:{HARM}/a.txt"]}},
    "one of several": {
        **FILE,
        "source": {"urls": ["file:///none/a.txt", f"PACKAGE:{HARM}/a.txt", f"package:{HARM}/x"]},
    },
}


@pytest.fixture
def harm(site: Path) -> Path:
    """Install a module that leaves a mark when it is imported; return the mark."""
    mark = site / "mark"
    source = f"from pathlib import Path\nPath({str(mark)!r}).touch()\ndef harm(*_): ..."
    (site / f"{HARM}.py").write_text(source)
    return mark


def use(context: Context, resource: dict[str, Any], datum: dict[str, Any]) -> None:
    """Do all that may be done with a data set that is described so; errors are ours."""
    card = {"id": ID, "repository": "acme", "resources": [resource]}
    variant = {"selector": "", "chosen": {}, "usual": True, "data": datum}
    write_description(context.store, Description(card, (variant,)))
    for work in (
        lambda: context.prepare(ID, download=False),
        lambda: context.forecast(ID),
        lambda: list(context.check_sources([ID])),
        lambda: context.is_prepared(ID),
        lambda: context.prepare(ID),
        lambda: context.prepare(ID, by_hand={"A": Path(__file__)}),
        lambda: context.dataset(ID).derive("A", context.datapath, {}),
    ):
        with suppress(DatamaestroError):
            work()


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("resource", RESOURCES.values(), ids=RESOURCES.keys())
def test_no_code_is_run_for_a_file(
    resource: dict[str, Any], there: bool, context: Context, harm: Path
) -> None:
    """Whether something is at its place already or not."""
    if there:
        place = context.store.folder("acme", ID) / "a.txt"
        place.parent.mkdir(parents=True)
        place.write_text("x")
    use(context, resource, DATUM)
    assert not harm.exists()
    assert HARM not in sys.modules


@pytest.mark.parametrize("name", [f"{HARM}:harm", f"datamaestro.{HARM}:x", f"{HARM}.x:y"])
def test_no_module_is_imported_for_a_type(name: str, context: Context, harm: Path) -> None:
    """Unless it is of datamaestro, or of a package with a plugin."""
    use(context, FILE, {**DATUM, "types": [name, *DATUM["types"]]})
    assert not harm.exists()


def test_no_path_leads_out(context: Context, tmp_path: Path) -> None:
    """Neither of a file that is to be fetched, nor of data."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    for path in ("../../../../../secret.txt", str(secret), "a/../../x"):
        use(context, {**FILE, "path": path}, DATUM)
        datum = {**DATUM, "fields": {"path": {"kind": "path", "path": path, "of": ""}}}
        use(context, FILE, datum)
        with pytest.raises(DatamaestroError):
            context.prepare(ID, download=False)
    assert "secret" == secret.read_text()


def test_nobody_is_stood_in_for_under_another_name(context: Context) -> None:
    """What is described as one data set is none at the place of another."""
    card = {"id": "edu.uci.optdigits", "repository": "demo", "name": "Something else"}
    content = Description(card).as_text()
    for other in ("org.example.other", ID):
        path = context.store.description(Holding(context.store, other, "acme"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        with pytest.raises(DatamaestroError):
            context.dataset(other)
