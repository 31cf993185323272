"""What the body of a class says in experimaestro's notation: ``Param[T]``, ``Meta[T]`` and so on.

Annotations may be text, and name what is not there (yet): what can be understood is.
"""

from __future__ import annotations

import builtins
import inspect
import logging
import sys
import typing
from typing import Annotated, Any

from attrs import NOTHING, Attribute, frozen
from experimaestro.core.arguments import ArgumentOptions, TypeAnnotation
from experimaestro.core.arguments import field as xpm_field
from experimaestro.generators import Generator, pathgenerator

from datamaestro.data import Base

log = logging.getLogger("datamaestro")

KEY = "experimaestro"
"""Where the metadata of an attrs field has its :class:`Notation`."""

IDENTITY = "identity"
"""Where the metadata of an attrs field says False: it does not change what the data are."""


@frozen
class Notation:
    """How a field was written.

    Args:
        owner: the class whose body it stands in.
        annotation: as it stands there.
        hint: the same, with the names in it looked up as far as they were known then.
        default: as it stands there, ``field(...)`` or a value; ``NOTHING`` where there is none.
    """

    owner: type
    annotation: Any
    hint: Any
    default: Any = NOTHING


def notations(owner: type) -> dict[str, Notation]:
    """Return the fields that the body of a class itself has in experimaestro's notation."""
    found = {}
    for name, annotation in inspect.get_annotations(owner).items():
        hint = resolve(annotation, owner)
        if is_notation(hint):
            found[name] = Notation(owner, annotation, hint, default_of(name, owner))
    return found


def is_notation(hint: Any) -> bool:
    """Return whether a type hint is one of ``Param[T]``, ``Meta[T]`` and so on."""
    return typing.get_origin(hint) is Annotated and any(
        isinstance(said, TypeAnnotation) for said in hint.__metadata__
    )


def default_of(name: str, owner: type) -> Any:
    """Return the default of a field, ``NOTHING`` where it has none.

    As for experimaestro, that of an ancestor counts when the field is written again without one.
    """
    for ancestor in owner.__mro__:
        there = NOTHING if ancestor is Base else vars(ancestor).get(name, NOTHING)
        if there is not NOTHING and not hasattr(there, "__get__"):  # a method is no default
            return there
        own: tuple[Attribute[Any], ...] = vars(ancestor).get("__attrs_attrs__", ())
        for attribute in own:
            if attribute.name == name and not getattr(attribute, "inherited", False):
                return attribute.default
    return NOTHING


def is_field(default: Any) -> bool:
    """Return whether a default is written as experimaestro's ``field(...)``."""
    return isinstance(default, xpm_field)


def is_generated(notation: Notation) -> bool:
    """Return whether experimaestro makes the value, such as a path in the folder of a job."""
    by_default = getattr(notation.default, "default_factory", None)
    said = getattr(notation.hint, "__metadata__", ())
    return isinstance(by_default, Generator) or any(isinstance(one, pathgenerator) for one in said)


def options_of(hint: Any) -> ArgumentOptions:
    """Return what the annotation of a field says of the parameter, other than its type."""
    options = None
    for said in hint.__metadata__:
        if isinstance(said, TypeAnnotation):
            options = said(options)
    return options


def resolve(annotation: Any, owner: type) -> Any:
    """Return a type hint, with the names in it looked up where the class stands.

    A name that is not known becomes an :class:`Unknown` type. An annotation that cannot be
    understood at all is returned as it is.
    """
    body = {"__annotations__": {"it": annotation}, "__module__": owner.__module__}
    try:
        hints = typing.get_type_hints(type("Body", (), body), None, _names(owner), True)
    except Exception as error:  # noqa: BLE001 - whatever code stands there may raise
        log.debug("%s of %s: %s", annotation, owner.__qualname__, error)
    else:
        return hints["it"]
    return _evaluated(annotation, owner) if isinstance(annotation, str) else annotation


class Unknown(type):
    """The type of types of which but the name is known."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):  # what typing asks of types is not answered
            raise AttributeError(name)
        return Unknown(f"{cls.__name__}.{name}", (), {})

    def __getitem__(cls, item: Any) -> Any:
        return cls


class _KnownOrNot(dict[str, Any]):
    """Names, with an unknown type for each that is not there."""

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            raise KeyError(name)  # goes on to the built-in names
        return Unknown(name, (), {})


def _names(owner: type) -> dict[str, Any]:
    """Return the names that the body of a class sees."""
    module = vars(sys.modules[owner.__module__]) if owner.__module__ in sys.modules else {}
    return {**module, **vars(owner)}


def _evaluated(text: str, owner: type) -> Any:
    try:
        return eval(text, {}, _KnownOrNot(_names(owner)))  # noqa: S307 - an annotation is code
    except Exception as error:  # noqa: BLE001 - whatever code stands there may raise
        log.debug("%s of %s: %s", text, owner.__qualname__, error)
        return text
