"""``datamaestro info``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from datamaestro.cli.options import Options, json_option

if TYPE_CHECKING:
    from datamaestro.context import Context
    from datamaestro_hookspecs.cards import Card, Definition


@click.command()
@click.argument("dataset", metavar="ID")
@json_option
@click.pass_obj
def command(options: Options, dataset: str, as_json: bool) -> None:
    """Show what is known about a data set.

    Its name, home page, type, tags, licence, citation and description; its files, their sizes
    as published, and whether they are on disk.
    """
    import json

    definition = options.context.dataset(dataset)
    facts = describe(options.context, definition)
    options.tell(json.dumps(facts, indent=2) if as_json else as_text(definition.card, facts))


def describe(context: Context, definition: Definition) -> dict[str, Any]:
    """Return everything that is shown, as JSON can say it."""
    from attrs import asdict

    plan = context.plan(definition)
    facts = asdict(definition.card)
    for resource in facts["resources"]:
        resource["on_disk"] = resource["name"] not in {*plan.steps, *plan.transient}
        if resource["reference"]:
            resource["on_disk"] = context.is_prepared(resource["reference"])
    return facts | {"folder": str(context.store.data(definition.card))}


def as_text(card: Card, facts: dict[str, Any]) -> str:
    """Return what is shown to a person."""
    lines = [line for line in (card.name or card.id, card.url) if line] + [""]
    named = {
        "Id": card.identity,
        "Aliases": ", ".join(card.aliases),
        "Axes": ", ".join(axis.name for axis in card.axes),
        "Type": card.type_name,
        "Tags": ", ".join(card.tags),
        "Tasks": ", ".join(card.tasks),
        "Licence": card.license,
        "DOI": card.doi,
        "Folder": facts["folder"],
    }
    lines += [f"{name + ':':<9} {value}" for name, value in named.items() if value]
    lines += [f"  [{axis.name}=…]  {axis.expected}" for axis in card.axes]
    lines += ["", "Files, with their sizes as published:", *map(_file_line, facts["resources"])]
    lines += [f"\nTo be accepted: {terms.message}" for terms in card.terms]
    lines += ["", card.description] if card.description else []
    lines += ["", card.citation] if card.citation else []
    return "\n".join(lines)


def _file_line(resource: dict[str, Any]) -> str:
    if resource["reference"]:
        there = "on disk" if resource["on_disk"] else "not on disk"
        return f"  {resource['name']:<24} {'data set':>18}  {there}: {resource['reference']}"
    size = (resource["source"] or {}).get("size")
    shown = f"{size:,} bytes" if size else "made here" if resource["derivation"] else "size unknown"
    state = "on disk" if resource["on_disk"] else "not on disk"
    state = "removed when used up" if resource["transient"] else state
    path = f"{resource['path']}/" if resource["folder"] else resource["path"] or resource["name"]
    return f"  {path:<24} {shown:>18}  {state}"
