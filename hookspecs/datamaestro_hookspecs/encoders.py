"""Encoders: how a prepared data set is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from attrs import field, frozen

from datamaestro_hookspecs import checks
from datamaestro_hookspecs.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable


@frozen
class Encoder:
    """A form in which ``datamaestro prepare --encoder NAME`` prints a data object.

    Args:
        name: unique among encoders.
        implementation: dotted path of a class with :class:`EncoderProtocol`, made without arguments
            on first use.
        description: one line for ``--help``.
        priority: among encoders of one name the highest wins.
    """

    name: str = field(validator=checks.name)
    implementation: str = field(validator=checks.dotted)
    description: str = ""
    priority: int = 0


@runtime_checkable
class EncoderProtocol(Protocol):
    """What an encoder's implementation does."""

    def encode(self, data: Any) -> str:
        """Return a data object (``datamaestro.data.Base``) as one document, without a last newline.

        Raises:
            DefinitionError: something in it cannot be said in this form.
        """


@hookspec
def datamaestro_encoders() -> Iterable[Encoder]:
    """Called once, when the first data object is printed; return the encoders you add.

    Example::

        @hookimpl
        def datamaestro_encoders():
            return [Encoder("yaml", implementation="acme.yaml:YamlEncoder")]

    Added in version 2.0.
    """
    return ()
