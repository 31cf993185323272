"""What is known of a data set, as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datamaestro.cli.paragraphs import paragraphs, wrapped
from datamaestro.cli.table import heading, table
from datamaestro.sizes import shown_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datamaestro.index.facts import Facts

LABEL = 12
"""Columns of what stands before a fact."""


def sheet(facts: Facts, width: int | None) -> Iterator[str]:
    """Iterate over the lines that show a data set.

    Args:
        facts: all that is known of it.
        width: of the terminal; None: there is none.
    """
    for line in wrapped(facts["name"] or facts["id"], width):
        yield heading(line, width)
    yield ""
    for label, text in _said(facts).items():
        if text:
            yield from wrapped(text, width, f"{label:<{LABEL}}", " " * LABEL)
    if facts["resources"]:
        yield ""
        yield from table(FILES, map(_file, facts["resources"]), width)
    if facts["axes"]:
        yield ""
        yield heading("Variants, by axis", width)
        for axis in facts["axes"]:
            yield from wrapped(_domain(axis), width, f"{axis['name'] + '  ':<{LABEL}}", " " * LABEL)
    for terms in facts["terms"]:
        yield ""
        for line in wrapped(_about(terms), width):
            yield heading(line, width)
        yield from paragraphs(terms["message"], width)
    for text, verbatim in ((facts["description"], False), (facts["citation"], True)):
        if text:
            yield ""
            yield from paragraphs(text, width, verbatim=verbatim)


def _said(facts: Facts) -> dict[str, str]:
    """Return the facts that take a line or two, by what they are called."""
    kind, *ancestors = [name for name in facts["types"] if ":" in name] or [""]
    fetched = [(one["source"] or {}).get("size") for one in facts["resources"] if one["source"]]
    known = [size for size in fetched if size is not None]
    least = "" if len(known) == len(fetched) else "at least "
    return {
        "Id": facts["identity"],
        "Aliases": ", ".join(facts["aliases"]),
        "URL": facts["url"],
        "Home page": facts["homepage"],
        "Version": " of ".join(filter(None, (facts["version"], facts["timestamp"]))),
        "Type": _type(kind),
        "Ancestors": ", ".join(map(_type, ancestors)),
        "Also called": ", ".join(name for name in facts["types"] if ":" not in name),
        "Tags": ", ".join(facts["tags"]),
        "Tasks": ", ".join(facts["tasks"]),
        "Languages": ", ".join(facts["languages"]),
        "Licence": facts["license"],
        "DOI": facts["doi"],
        "Size": "" if facts["size"] is None else shown_size(facts["size"]),
        "Download": f"{least}{shown_size(sum(known))}" if known else "",
        "Defined in": facts["module"],
        "Folder": facts["folder"],
    }


def _type(name: str) -> str:
    """Return ``Name (module)`` for ``module:Name``."""
    module, _, short = name.partition(":")
    return f"{short} ({module})" if module else ""


FILES = ("File", "Download", "On disk")


def _file(resource: Facts) -> tuple[str, str, str]:
    path = resource["path"] if resource["path"] not in ("", ".") else resource["name"]
    return f"{path}/" if resource["folder"] else path, _origin(resource), _presence(resource)


def _origin(resource: Facts) -> str:
    """Return what is to be downloaded for a resource, or what else it is made of."""
    source = resource["source"]
    if source is None:
        return resource["reference"] or "made here"
    size = "size unknown" if source["size"] is None else shown_size(source["size"])
    return size if source["urls"] else f"{size}, by hand"


def _presence(resource: Facts) -> str:
    if resource["on_disk"]:
        size = resource["size_on_disk"]
        return "yes" if size is None else shown_size(size)
    return "not kept" if resource["transient"] else "no"


def _domain(axis: Facts) -> str:
    """Return which values an axis may have, its default, and what it is for."""
    values, default = axis["values"], axis["default"]
    domain = f"any {axis['type'] or 'text'}" if values is None else ", ".join(values)
    about = [
        "has to be chosen" if default is None else f"else {default}",
        *([axis["description"]] if axis["description"] else []),
        *([] if axis["in_id"] else ["not in the id"]),
    ]
    return f"{domain} ({'; '.join(about)})"


def _about(terms: dict[str, Any]) -> str:
    state = "accepted" if terms["accepted"] else "to be accepted"
    return f"Terms {terms['id']} of {terms['dataset']}: {state}"
