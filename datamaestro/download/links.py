"""Links to what is on disk already: folders and files of the user's, and other data sets."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from datamaestro.download.datafolders import (
    DatafolderPath,
    FolderNotSet,
    PlaceNeeded,
    ResolvablePath,
)
from datamaestro.download.future import FutureAttr
from datamaestro.download.globs import GlobChecker
from datamaestro.download.making import written_by
from datamaestro.download.reference import reference
from datamaestro.download.resource import Resource
from datamaestro.errors import ActionNeeded, ContentError, DatamaestroError, DefinitionError
from datamaestro.store.current import current_store
from datamaestro_hookspecs.cards import WHOLE, ResourceCard

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["GlobChecker", "Links", "linkfile", "linkfolder", "linkpath", "links"]

Proposal = str | Path | ResolvablePath
"""Where something may be."""


class linkpath(Resource):  # noqa: N801 - reads as a word of a definition
    """A link to the first of some places where something is.

    Args:
        varname: its name, which is also that of the link.
        proposals: places, in order of preference: paths, or :class:`DatafolderPath`.
        transient: removed as soon as everything made from it is there; what it leads to stays.
    """

    reads_unsaid = False
    folder: ClassVar[bool | None] = None
    """Whether it leads to a folder; None: to either."""

    def __init__(
        self, varname: str, proposals: Sequence[Proposal], *, transient: bool = False
    ) -> None:
        super().__init__(varname, transient=transient)
        self.proposals = tuple(proposals)

    def card(self, *, alone: bool = False) -> ResourceCard:
        """Return what is declared."""
        named = (one.folderid for one in self.proposals if isinstance(one, DatafolderPath))
        return ResourceCard(
            name=self.name,
            path=self.name,
            derivation=written_by(type(self).derive, " ".join(map(str, self.proposals))),
            transient=self.transient,
            folder=self.folder,
            links=True,
            datafolders=tuple(dict.fromkeys(named)),
        )

    def derive(self, output: Path, inputs: Mapping[str, Path]) -> None:
        """Make the link.

        Raises:
            PlaceNeeded: it is at none of the places; a person has to say where it is.
            ContentError: it is not what it should be.
        """
        place = self._found()
        output.symlink_to(place.absolute(), target_is_directory=bool(self.folder))

    def obstacle(self) -> DatamaestroError | None:
        """Return why the link cannot be made; None where it can."""
        try:
            self._found()
        except DatamaestroError as error:
            return error
        return None

    def _found(self) -> Path:
        """Return the first of the places where it is.

        Raises:
            PlaceNeeded: it is at none of them.
            ContentError: it is not what it should be.
        """
        problems: list[ContentError] = []
        places, folders = self.places()
        for place in places:
            try:
                if self.is_at(place):
                    self._check_content(place)
                    return place
            except ContentError as error:
                problems.append(error)
        if problems:
            raise problems[0]
        raise PlaceNeeded(self.name, folders, places)

    def places(self) -> tuple[list[Path], list[str]]:
        """Return where it may be, in order, and the data folders that are not set."""
        places: list[Path] = []
        folders: list[str] = []
        for proposal in self.proposals:
            try:
                places.append(self._place(proposal))
            except FolderNotSet as error:
                folders.append(error.folder)
        return places, folders

    def _place(self, proposal: Proposal) -> Path:
        if isinstance(proposal, DatafolderPath):
            return proposal()  # as the data directory at work says, in whichever thread
        return ResolvablePath.resolve(self.context, proposal)

    def is_at(self, place: Path) -> bool:
        """Return whether something of its kind is at a place, whatever is in it."""
        return {True: place.is_dir, False: place.is_file, None: place.exists}[self.folder]()

    def _check_content(self, place: Path) -> None:
        """Check what is at a place.

        Raises:
            ContentError: it is not what it should be.
        """

    def _check_path(self, path: Path) -> bool:
        """Return whether what is wanted is at a place."""
        try:
            if self.is_at(path):
                self._check_content(path)
                return True
        except ContentError:
            pass
        return False


class linkfolder(linkpath):  # noqa: N801 - reads as a word of a definition
    """A link to a folder of the user's.

    Args:
        varname: its name, which is also that of the link.
        proposals: places, in order of preference: paths, or :class:`DatafolderPath`.
        transient: removed as soon as everything made from it is there; what it leads to stays.
        checker: says whether a folder has the right files.

    Example::

        DISK = linkfolder("disk", [DatafolderPath("gov.nist.trec.tipster", "Disk1")])
    """

    folder = True

    def __init__(
        self,
        varname: str,
        proposals: Sequence[Proposal],
        *,
        transient: bool = False,
        checker: GlobChecker | None = None,
    ) -> None:
        super().__init__(varname, proposals, transient=transient)
        self.checker = checker

    def _check_content(self, place: Path) -> None:
        if self.checker is not None:
            self.checker.refuse_others(place)


class linkfile(linkpath):  # noqa: N801 - reads as a word of a definition
    """A link to a file of the user's; arguments are those of :class:`linkpath`."""

    folder = False


class links(Resource):  # noqa: N801 - reads as a word of a definition
    """A folder of links to other data sets, or to what is anywhere on disk.

    It is the data set's own folder where that has no other resource, else one of its name. Data
    sets are brought to disk first; what is linked to is their folder, or what a part of them is.

    Args:
        varname: its name.
        transient: removed as soon as everything made from it is there; what it leads to stays.
        link_targets: name of each link, and what it leads to: what ``@dataset`` made, a part of
            that, or a path.

    Example::

        NEWS = links("news", ap=AssociatedPress, wsj=WallStreetJournal)
    """

    reads_unsaid = False

    def __init__(self, varname: str, *, transient: bool = False, **link_targets: Any) -> None:
        super().__init__(varname, transient=transient)
        self.links = link_targets
        self._parts = {
            key: reference(
                target.dataset if isinstance(target, FutureAttr) else target,
                varname=f"{varname}.{key}",
            )
            for key, target in link_targets.items()
            if not isinstance(target, str | Path)
        }
        self._dependencies += self._parts.values()

    def parts(self) -> tuple[Resource, ...]:
        """Return the data sets that it links to."""
        return tuple(self._parts.values())

    def has_files(self) -> bool:
        """Return False: the files are those of others."""
        return False

    def card(self, *, alone: bool = False) -> ResourceCard:
        """Return what is declared."""
        version = " ".join(f"{key}={self._text(key, one)}" for key, one in self.links.items())
        return ResourceCard(
            name=self.name,
            path=WHOLE if alone else self.name,
            derivation=written_by(type(self).derive, version),
            inputs=self.input_names(),
            transient=self.transient,
            folder=True,
            links=True,
        )

    def _text(self, key: str, target: Any) -> str:
        """Return where a link leads, as it is part of the recipe."""
        if key not in self._parts:
            return str(target)
        part = target.keys if isinstance(target, FutureAttr) else ()
        return "/".join(map(str, [self._parts[key].target.identity, *part]))

    def derive(self, output: Path, inputs: Mapping[str, Path]) -> None:
        """Make the links; those into the same data directory are relative, so that it can move.

        Raises:
            ActionNeeded: there is nothing at one of the paths.
            DefinitionError: a data set, or a part of one, has no place on disk.
        """
        output.mkdir(exist_ok=True)
        problem = self.obstacle()
        if problem is not None:
            raise problem
        root = current_store().root
        for key, target in self.links.items():
            place = self._leads_to(key, target)
            near = place.is_relative_to(root)
            (output / key).symlink_to(self._from_here(place) if near else place)

    def obstacle(self) -> DatamaestroError | None:
        """Return which path leads to nothing; None where all that can be looked at do."""
        for target in self._targets_on_disk():
            if not target.exists():
                return ActionNeeded(f"{self.name}: {target} is not there", hint="put it there")
        return None

    def _targets_on_disk(self) -> list[Path]:
        paths = (one for key, one in self.links.items() if key not in self._parts)
        return [Path(path).absolute() for path in paths]

    def _from_here(self, place: Path) -> Path:
        """Return a path in the data directory as the links see it; absolute, if it misleads.

        It does where somebody has put a folder of it elsewhere, and a link in its place.
        """
        relative = os.path.relpath(place, self.path)
        seen = os.path.realpath(os.path.join(os.path.realpath(self.path), relative))  # noqa: PTH118
        return Path(relative) if seen == os.path.realpath(place) else place

    def _leads_to(self, key: str, target: Any) -> Path:
        if key not in self._parts:
            return Path(target).absolute()
        other: Any = self._parts[key].target
        found = target() if isinstance(target, FutureAttr) else other.datapath
        found = getattr(found, "path", found)
        if not isinstance(found, str | Path) or not Path(found).exists():
            what = self._text(key, target)
            raise DefinitionError(f"{self.name}.{key}: {what} has no place on disk to link to")
        return Path(found)


Links = links
"""What :class:`links` was called in earlier versions."""
