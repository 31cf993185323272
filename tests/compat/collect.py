"""Write down what the data sets of all repositories are, under whichever datamaestro there is.

::

    DATAMAESTRO_DIR=empty/folder python collect.py document.json

This is run by the Python of each environment, and asks only public names of datamaestro.
"""

from __future__ import annotations

import builtins
import functools
import importlib
import json
import logging
import os
import platform
import sys
import typing
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import attrs

BRIDGE = "datamaestro_plugins.experimaestro.bridge"
FACTS = ("id", "name", "description", "url")
SAMPLES: Mapping[Any, Any] = {bool: True, int: 1, float: 0.5, str: "some"}
"""A value for an axis without a domain, by the axis' type."""

Convert = Callable[[Any], Any]


def main(target: str) -> None:
    """Write the document."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    builtins.input = lambda *_: "yes"
    document = {"versions": versions(), "entries": dict(entries())}
    Path(target).write_text(json.dumps(document, indent=1, sort_keys=True))


def versions() -> dict[str, str]:
    """Return what this runs with."""
    found = {"python": platform.python_version()}
    for name in ("datamaestro", "experimaestro", "attrs"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def entries() -> Iterator[tuple[str, dict[str, Any]]]:
    """Iterate over all data sets, and some variants of families, by ``repository/id``."""
    from datamaestro.context import Context

    seen: set[str] = set()
    context: Any = Context.instance()
    for repository in context.repositories():
        for dataset in repository:
            key = f"{repository.id}/{dataset.id}"
            while key in seen:
                key += " again"
            seen.add(key)
            about = {"repository": repository.id, "facts": facts(dataset)}
            yield key, {**about, "variant": False, **outcome(dataset)}
            for chosen in selections(getattr(dataset, "variants", None)):
                words = ",".join(f"{axis}={value}" for axis, value in sorted(chosen.items()))
                made = outcome(dataset, variant_kwargs=chosen)
                yield f"{key}[{words}]", {**about, "variant": True, **made}


def facts(dataset: Any) -> dict[str, Any]:
    """Return what is declared, without space around it; what cannot be asked for is left out."""
    found: dict[str, Any] = {}
    for name in FACTS:
        try:
            found[name] = (getattr(dataset, name) or "").strip()
        except Exception:  # noqa: BLE001 - authors' own code
            continue
    found["tags"] = sorted(dataset.tags)
    found["tasks"] = sorted(dataset.tasks)
    found["type"] = name_of(dataset.configtype) if dataset.configtype else ""
    return found


def selections(variants: Any) -> Iterator[dict[str, Any]]:
    """Iterate over the first and last variant, and one with another value of each axis."""
    if variants is None:
        return
    every = list(variants.enumerate())
    wanted = [every[0], every[-1]]
    for name, axis in variants.axes.items():
        other = another(axis, every[0][name])
        if other is not None:
            wanted.append({**every[0], name: other})
    for place, chosen in enumerate(wanted):
        if chosen not in wanted[:place]:
            yield chosen


def another(axis: Any, value: Any) -> Any:
    """Return a value of an axis that is not the given one, or None."""
    if axis.domain is not None:
        return next((other for other in axis.domain if other != value), None)
    kinds = typing.get_args(axis.type) or (axis.type,)
    return next((SAMPLES[kind] for kind in kinds if kind in SAMPLES), None)


def outcome(dataset: Any, **options: Any) -> dict[str, Any]:
    """Return the data object of a data set, or why there is none."""
    try:
        data = dataset.prepare(download=False, **options)
        return {"data": describe(data)}
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is the result
        return {"error": f"{type(error).__name__}: {error}"}


@functools.cache
def converter() -> Convert:
    """Return what makes experimaestro's configuration of an object."""
    try:
        bridge = importlib.import_module(BRIDGE)
    except ModuleNotFoundError:
        return lambda value: value  # it is one itself
    convert: Convert = bridge.to_config
    return convert


def configuration(value: Any) -> Any:
    """Return experimaestro's configuration of an object."""
    return converter()(value)


def identifier(value: Any) -> str:
    """Return experimaestro's identifier of an object, or why it has none."""
    try:
        found: str = configuration(value).__xpm__.identifier.all.hex()
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is the result
        return f"{type(error).__name__}: {error}"
    return found


def describe(value: Any) -> Any:
    """Return a value as JSON can have it, with all that is inside."""
    if isinstance(value, Enum):
        return {"enum": f"{name_of(type(value))}.{value.name}"}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Path):
        return {"path": relative(value)}
    if isinstance(value, list | tuple):
        return {type(value).__name__: [describe(item) for item in value]}
    if isinstance(value, set | frozenset):
        return {"set": sorted(json.dumps(describe(item)) for item in value)}
    if isinstance(value, dict):
        return {"dict": {str(key): describe(item) for key, item in value.items()}}
    if hasattr(value, "__xpm__") or attrs.has(type(value)):
        return describe_datum(value)
    return {"object": name_of(type(value))}


def describe_datum(datum: Any) -> dict[str, Any]:
    """Return an object with fields."""
    held = dict(fields_of(datum))
    return {
        "datum": kind_of(datum),
        "id": held.pop("id", ""),
        "identifier": identifier(datum),
        "fields": {name: describe(item) for name, item in held.items()},
    }


def kind_of(datum: Any) -> str:
    """Return the name of the author's type of an object."""
    xpmtype = getattr(type(datum), "__xpmtype__", None) if hasattr(datum, "__xpm__") else None
    return name_of(xpmtype.value_type if xpmtype else type(datum))


def fields_of(datum: Any) -> Iterable[tuple[str, Any]]:
    """Iterate over the fields of an object that are set."""
    if hasattr(datum, "__xpm__"):
        yield from datum.__xpm__.values.items()
        return
    unset = getattr(importlib.import_module("datamaestro.data"), "UNSET", attrs.NOTHING)
    for one in attrs.fields(type(datum)):
        value = getattr(datum, one.name, unset)
        if value is not unset:
            yield one.name, value


def relative(path: Path) -> str:
    """Return a path as it is in every data directory and home."""
    for place in ("DATAMAESTRO_DIR", "HOME"):
        if path.is_relative_to(os.environ[place]):
            return f"${place}/{path.relative_to(os.environ[place]).as_posix()}"
    return path.as_posix()


def name_of(kind: Any) -> str:
    """Return the dotted name of a type."""
    return f"{kind.__module__}.{kind.__qualname__}"


if __name__ == "__main__":
    main(sys.argv[1])
