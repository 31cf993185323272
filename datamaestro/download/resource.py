"""What all declarations of a resource share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from datamaestro.annotations import said_of
from datamaestro.download.checks import CheckStatus, ResourceCheckResult
from datamaestro.download.making import made_in_place, place_in, written_by
from datamaestro.download.work import Owner, owner_at_work
from datamaestro.errors import DefinitionError
from datamaestro_hookspecs.cards import ResourceCard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datamaestro.context import Context
    from datamaestro.errors import DatamaestroError

T = TypeVar("T")


class Resource:
    """One named file, folder or value of a data set, or another data set that it is made of.

    It is a class attribute of a definition, whose name it takes, or a decorator over one.

    Args:
        varname: its name, where it is not to be found from the attribute or the file.
        transient: removed as soon as everything made from it is there.
        name: where neither an attribute nor ``varname`` names it.
    """

    dataset: Owner | None = None
    """The data set that it belongs to; known as soon as that has been declared."""

    reads_unsaid: ClassVar[bool] = True
    """Whether what makes it may read resources that it does not name as its dependencies."""

    def __init__(
        self, varname: str | None = None, *, transient: bool = False, name: str = ""
    ) -> None:
        self.name = varname or name
        self.named = varname is not None
        self.transient = transient
        self._dependencies: list[Resource] = []

    @classmethod
    def apply(cls, *arguments: Any, **options: Any) -> Self:
        """Return a resource; ``myfile = MyFile.apply`` reads well as a decorator."""
        return cls(*arguments, **options)

    def card(self, *, alone: bool = False) -> ResourceCard:
        """Return what is declared, as plain values.

        Here: it is what :meth:`download` leaves where :meth:`prepare` says.

        Args:
            alone: whether the data set has no other resource.
        """
        return ResourceCard(
            name=self.name,
            path=place_in(self.owner.datapath, self.prepare()),
            derivation=written_by(type(self).download),
            inputs=self.input_names(),
            transient=self.transient,
            folder=None,
        )

    def derive(self, output: Path, inputs: Mapping[str, Path]) -> None:
        """Make it, where it is made from others or by a program.

        Args:
            output: where it is to be; a folder is there already.
            inputs: places of the resources that it is made from.
        """
        made_in_place(self, output)

    def obstacle(self) -> DatamaestroError | None:
        """Return what is known to be in the way of making it, before anything is made or fetched.

        None where nothing is, or where only making it tells.
        """
        return None

    def download(self, force: bool = False) -> object:
        """Make it, in a subclass; whatever it writes goes below its data set's ``datapath``.

        Returns:
            False where it could not be made.
        """
        raise DefinitionError(f"resource {self.name} does not say how it is made")

    def check(self) -> ResourceCheckResult:
        """Return whether its source is still there; nothing is downloaded.

        A resource whose own code gets it from elsewhere may have a method in place of this one,
        which ``datamaestro check`` calls.
        """
        return ResourceCheckResult(self.name, CheckStatus.SKIPPED, "it has no URL")

    def input_names(self) -> tuple[str, ...]:
        """Return the names of the resources that it is made from."""
        return tuple(one.name for one in self.dependencies)

    @property
    def dependencies(self) -> list[Resource]:
        """The resources that it is made from."""
        return self._dependencies

    def parts(self) -> tuple[Resource, ...]:
        """Return further resources that come with it, such as the data sets that it needs."""
        return ()

    @property
    def owner(self) -> Owner:
        """The data set that it belongs to; the one at work, where several share it.

        Raises:
            DefinitionError: it belongs to none yet.
        """
        working = owner_at_work(self)
        if working is not None:
            return working
        if self.dataset is None:
            raise DefinitionError(f"resource {self.name} belongs to no data set yet")
        return self.dataset

    @property
    def path(self) -> Path:
        """Its final place, absolute; what is to be there need not be there yet."""
        return self.owner.path_of(self)

    @property
    def context(self) -> Context:
        """The context in which its data set is used."""
        return self.owner.context

    def prepare(self) -> Any:
        """Return what a definition's function is given for it: its path."""
        return self.path

    def has_files(self) -> bool:
        """Return whether it has files of its own."""
        return True

    def hasfiles(self) -> bool:
        """Return what :meth:`has_files` does, which it was called in earlier versions."""
        return self.has_files()

    def belong_to(self, dataset: Owner) -> None:
        """Say which data set it belongs to; the first one stays."""
        if self.dataset is None:
            self.dataset = dataset

    def bind(self, name: str, dataset: Any) -> None:
        """Declare it for a data set, under a name unless it has one, as ``@dataset`` does.

        Raises:
            DefinitionError: it is another data set's, or that has one of its name.
        """
        if self.dataset is not None:
            raise DefinitionError(f"resource {self.name} is already bound to a data set")
        if not self.named:
            self.name, self.named = name, True
        resources = said_of(dataset).resources
        if self.name in resources:
            raise DefinitionError(f"resource {self.name} is already declared")
        resources[self.name] = self
        self.belong_to(dataset)

    def setup(self, dataset: Any, options: object = None) -> Any:
        """Declare it for a data set, and return what :meth:`prepare` returns.

        For definitions that set up their resources themselves (``as_prepare=True``); what is
        declared already, of that name, stays.
        """
        known: Resource = said_of(dataset).resources.setdefault(self.name, self)
        known.belong_to(dataset)
        return known.prepare()

    def __set_name__(self, owner: type, name: str) -> None:
        if not self.named:
            self.name, self.named = name, True

    def __call__(self, target: T) -> T:
        """Declare this resource for the definition below."""
        if not self.name.isidentifier():
            raise DefinitionError(f"resource {self.name!r} needs a varname= that is an identifier")
        said = said_of(target)
        if self.name in said.resources:
            where = getattr(target, "__qualname__", "")
            raise DefinitionError(f"{where}: resource {self.name} is declared twice")
        said.resources[self.name] = self
        said.resources.move_to_end(self.name, last=False)  # decorators are applied upwards
        return target

    @property
    def definition(self) -> Owner | None:
        """What :attr:`dataset` was called in earlier versions."""
        return self.dataset

    @property
    def varname(self) -> str:
        """What :attr:`name` was called in earlier versions."""
        return self.name
