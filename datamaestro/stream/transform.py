"""The base of all transformations, and their chains."""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from datamaestro.errors import DefinitionError
from datamaestro_hookspecs import cards

if TYPE_CHECKING:
    from typing import TypeAlias

    from datamaestro_hookspecs.cards import Option

    Step: TypeAlias = "Transform | cards.Transform | str"


class Transform:
    """One transformation of a stream of bytes, or a chain of them.

    A class of your own has a method ``__call__``, which takes a stream and returns another; an
    object of it is made without arguments.
    """

    def steps(self) -> tuple[cards.Transform, ...]:
        """Return what it is made of, as a card has it.

        Raises:
            DefinitionError: it has a state, which a card cannot have; or it does nothing.
        """
        kind = type(self)
        if kind.__call__ is Transform.__call__:
            raise DefinitionError(f"the transformation {kind.__qualname__} has no method __call__")
        if vars(self):
            raise DefinitionError(
                f"the transformation {kind.__qualname__} has a state: {', '.join(vars(self))}",
                hint="make it a function (Apply), or a plugin",
            )
        return Apply(kind).steps()

    def __or__(self, other: Step) -> TransformList:
        """Return the chain of this one and another one after it."""
        return TransformList(self, other)

    def __ror__(self, other: Step) -> TransformList:
        """Return the chain of another one and this one after it."""
        return TransformList(other, self)

    def __call__(self, fileobj: io.BufferedIOBase) -> io.BufferedIOBase:
        """Return a stream of what becomes of a stream; only of one that has no archive in it.

        Raises:
            PluginError: no plugin does this.
        """
        from datamaestro.plugins.registry import plugins

        for step in self.steps():
            changed = plugins().transformer(step.name)[1].open(fileobj, step.options)
            if isinstance(changed, io.RawIOBase):
                changed = io.BufferedReader(changed)
            fileobj = changed
        return fileobj

    def __repr__(self) -> str:
        steps = (f"{step.name}({dict(step.options)})" for step in self.steps())
        return " | ".join(steps) or "nothing"


class Named(Transform):
    """A transformation that a plugin carries out under a name.

    Subclasses say the name; ``Named("rot13", shift=13)`` is one of a plugin of your own.

    Args:
        name: of the plugin's record.
        options: that it is told; those that are None are left out.
    """

    name: ClassVar[str] = ""

    def __init__(self, name: str = "", **options: Option) -> None:
        given = {key: value for key, value in options.items() if value is not None}
        self._step = cards.Transform(name or self.name, given)

    def steps(self) -> tuple[cards.Transform, ...]:
        """Return the one step that it is."""
        return (self._step,)


class Apply(Named):
    """A transformation by a Python function, which is found by its name.

    Args:
        function: takes a stream and returns another; or a class, of which an object is made.
    """

    name = "call"

    def __init__(self, function: Callable[..., object]) -> None:
        super().__init__(function=f"{function.__module__}:{function.__qualname__}")


class TransformList(Transform):
    """A chain of transformations.

    Args:
        chain: in the order in which they are applied; names of plugins' records, too.
    """

    def __init__(self, *chain: Step) -> None:
        self.chain = list(chain)

    def append(self, item: Step) -> None:
        """Add one at the end."""
        self.chain.append(item)

    def steps(self) -> tuple[cards.Transform, ...]:
        """Return all steps."""
        return steps_of(self.chain)


class Identity(TransformList):
    """Leaves everything as it is."""

    def __init__(self) -> None:
        super().__init__()


def steps_of(given: Step | Iterable[Step]) -> tuple[cards.Transform, ...]:
    """Return what a definition says is done to the bytes, as a card has it.

    Raises:
        DefinitionError: it is none of what may be said.
    """
    if isinstance(given, Transform):
        return given.steps()
    if isinstance(given, type) and issubclass(given, Transform):
        raise DefinitionError(
            f"{given.__name__} is a class", hint=f"write {given.__name__}(), with what it takes"
        )
    if inspect.isfunction(given):
        raise DefinitionError(
            f"{given.__qualname__} is a function", hint=f"write Apply({given.__qualname__})"
        )
    if isinstance(given, cards.Transform):
        return (given,)
    if isinstance(given, str):
        return (cards.Transform(given),)
    if isinstance(given, Iterable):
        return tuple(step for item in given for step in steps_of(item))
    raise DefinitionError(f"{given!r} is no transformation")
