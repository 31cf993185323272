"""``datamaestro create-dataset``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datamaestro.cli.completion.values import complete_repository
from datamaestro.cli.options import Options, json_option

if TYPE_CHECKING:
    from datamaestro.authoring.definition import Draft
    from datamaestro.context import Context

STDOUT = Path("-")
"""What stands for it, as an output."""


def _words(_: object, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    if len(given) > 2:
        raise click.BadParameter(f"what is {given[2]!r}?", param=parameter)
    return given


@click.command()
@click.argument("repository", metavar="REPOSITORY", shell_complete=complete_repository)
@click.argument("words", metavar="[ID] [URL|FILE]", nargs=-1, required=True, callback=_words)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the definition there, and no test; - is stdout.",
)
@click.option("--name", default="", metavar="TEXT", help="What it is called, in a line.")
@click.option("--license", default="", metavar="SPDX", help="Such as CC-BY-4.0.")
@click.option(
    "--file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="The file that is published there, which you have: no request is made.",
)
@click.option("--fetch/--no-fetch", default=True, help="Fetch the file, for its digest.")
@json_option
@click.pass_obj
def command(
    options: Options,
    /,
    repository: str,
    words: tuple[str, ...],
    output: Path | None,
    as_json: bool,
    **said: Any,
) -> None:
    """Write the definition of a data set, and a test of it.

    REPOSITORY is the name of one, or the folder of its project. From the URL of a file come an id
    (unless one is given), size, SHA-256 and type; what has been fetched for that stays for
    "prepare". From an id alone, or the URL of a page, comes a definition to be filled in. stdout
    has the place of what is written. Nothing that is there is overwritten.
    """
    import json

    from datamaestro.authoring.dataset import find_out, wish_of
    from datamaestro.authoring.files import refuse_existing, write_new
    from datamaestro.authoring.places import place_of
    from datamaestro.cli.table import harmless

    def tell(text: str) -> None:
        options.note(harmless(text))

    if as_json and output == STDOUT:
        raise click.UsageError("the text of a definition is no JSON: --json or --output -")
    context = options.context
    wish = wish_of(words, **said)
    place = place_of(repository, context.plugins)
    module = output or place.module(wish.id)
    test = None if output else place.test(wish.id)
    refuse_existing(path for path in (module, test) if path not in (None, STDOUT))
    if output is None:
        _refuse_defined(f"{wish.id}@{place.repository}", context)
    found = find_out(wish, place.repository, context, tell)
    draft = found.draft
    if output == STDOUT:
        options.tell(draft.module().removesuffix("\n"))
    else:
        files = {} if output else dict(place.packages(module))
        files[module] = draft.module()
        if test is not None:
            files[test] = draft.test()
        write_new(files)
        facts = {"id": f"{draft.id}@{draft.repository}", "file": str(module), **draft.facts()}
        facts["test"] = test and str(test)
        options.tell(json.dumps(facts) if as_json else str(module))
    found.hand_over()
    if output is None:
        if test is not None:
            tell(f"its test is {test}")
        if place.is_installed:
            tell(f"{module} is in an installed copy of {place.repository}, which updates replace")
        tell(_next_step(draft))


def _refuse_defined(identity: str, context: Context) -> None:
    """Refuse an id that the repository has.

    Raises:
        UsageError: it does.
    """
    from datamaestro.errors import DatamaestroError, UsageError

    try:
        found: Any = context.catalogue.definition(identity)
    except DatamaestroError:
        return  # it has none of that id, as far as it can be asked at all
    where = getattr(found, "where", "elsewhere")
    raise UsageError(f"{identity} is defined already, {where}", hint="give an id before the URL")


def _next_step(draft: Draft) -> str:
    """Return what is left to its author."""
    from datamaestro.authoring.definition import NAME

    if draft.source is None:
        return "next: say in it what its files are, and of what type; see docs/authors.md"
    preparing = f"datamaestro prepare {draft.id}@{draft.repository}"
    if not draft.source.url:
        preparing += f" --path {NAME}=FILE"
    return f"next: say in it what is not known yet, and try it: {preparing}"
