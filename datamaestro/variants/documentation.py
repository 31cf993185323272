"""What is said of axes: docstrings below attributes, and a list of them."""

from __future__ import annotations

import ast
import inspect
import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING

from datamaestro.variants.kinds import label, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from datamaestro.variants.axis import Axis


def attribute_docs(kind: type) -> dict[str, str]:
    """Return the docstrings below the attributes of a class and its ancestors.

    Python forgets them, so they are taken from the source; without it, there are none.
    """
    found: dict[str, str] = {}
    for ancestor in reversed(kind.__mro__[:-1]):
        found |= dict(_docs_in(_body(ancestor)))
    return found


def _body(kind: type) -> list[ast.stmt]:
    try:
        statements = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    except (OSError, TypeError, SyntaxError):
        return []
    return statements[0].body if isinstance(statements[0], ast.ClassDef) else []


def _docs_in(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for statement, below in pairwise(body):
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        else:
            continue
        if (
            isinstance(targets[0], ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            yield targets[0].id, inspect.cleandoc(below.value.value)


def documented(about: str, axes: Mapping[str, Axis], descriptions: Mapping[str, str]) -> str:
    """Return a family's own text and a list of its axes, in reST that Markdown can read, too."""
    items = [_item(name, axis, descriptions[name]) for name, axis in axes.items()]
    listing = "\n".join(["**Variants**:", "", *items]) if items else ""
    return "\n\n".join(filter(None, [about.strip(), listing]))


def _item(name: str, axis: Axis, description: str) -> str:
    kind = label(axis.type)
    head = f"- ``{name}``" + (f" : ``{kind}``" if kind else "")
    notes = "; ".join(_notes(axis))
    if notes:
        head += f" *({notes})*"
    if not description:
        return head
    return f"{head}\n\n{textwrap.indent(inspect.cleandoc(description), '  ')}"


def _notes(axis: Axis) -> Iterator[str]:
    yield f"default {plain(axis.default)}" if axis.has_default else "required"
    if axis.domain is not None:
        yield axis.expected
    if not axis.in_id:
        yield "not in the id"
    elif axis.elide_default:
        yield "in the id unless it is the default"
