"""Repositories of invented data sets, as installed packages would bring them.

Names, descriptions, tags, licences and files are drawn by chance, the same each time, from words
that the field uses. Each module is a publisher, and defines a hundred data sets.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

IN_A_MODULE = 100
"""Data sets of one publisher."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


DOMAINS = ("ac.uk", "com", "de", "edu", "fr", "gov", "io", "net", "org")
PUBLISHERS = _words("""
    abbey alder archive aspen bay beacon birch brook cape cedar cliff coast delta dune east
    elm fern field fjord ford forest glen grove harbour heath hill inlet island lake larch
    marsh meadow mill moor north oak orchard park pine pond port prairie reef ridge river
    shore south spring stone summit thorn vale valley west willow
""")
SUBJECTS = _words("""
    accidents answers birdsong blood buildings captions cells chemistry clicks conversations
    crops diagnoses dialogues digits documents earthquakes elections emails energy entities
    faces flights flowers forecasts forums games genes glaciers handwriting hotels
    households images jokes judgements leaves legislation lyrics maps movies music news
    noise parliament passages patents plankton poems prices proteins proverbs queries
    questions rainfall ratings recipes reviews satellites sentences signatures sketches
    speech stars stories streets summaries tables taxis temperatures theses traffic
    translations trees tweets videos vowels whales wines
""")
PLACES = _words("""
    africa alps andes arctic asia australia baltic belgium bolivia canada chile denmark
    estonia europe finland france germany greece iceland india ireland italy japan kenya
    latvia malta mexico nepal norway peru poland portugal quebec scotland spain sweden tibet
    uruguay wales zambia
""")
WAYS = _words("""
    annotated balanced cleaned daily filtered hourly labelled noisy raw sampled small
""")
TAGS = _words("""
    audio binary biology categories climate crowdsourced documents economics finance
    geography health history images language law long medicine multilingual multimodal
    natural news noisy numbers parallel physics public ranking sequences short social spoken
    synthetic tables text time video web
""")
TASKS = (
    *("classification", "clustering", "detection", "forecasting", "generation", "regression"),
    *("image captioning", "information retrieval", "question answering", "recommendation"),
    *("segmentation", "speech recognition", "summarization", "translation"),
)
LICENSES = ("", "", "CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "MIT", "ODbL-1.0", "Apache-2.0")
FILES = {".csv.gz": "Generic", ".jsonl.gz": "File", ".idx.gz": "IDX", ".parquet": "File"}
"""The types of data of a data set, by the suffix of its files."""

REPOSITORY = '''"""Invented data sets."""

import datamaestro


class Repository(datamaestro.Repository):
    """Invented data sets."""

    NAMESPACE = {name!r}
    DESCRIPTION = "Invented data sets of {name}"
'''

HEAD = '''"""Invented data sets."""

from pathlib import Path

from datamaestro.data import File
from datamaestro.data.csv import Generic
from datamaestro.data.ml import Supervised
from datamaestro.data.tensor import IDX
from datamaestro.definitions import dataset, datatags, datatasks
from datamaestro.download.single import filedownloader
'''

HERE = "org.example.here.numbers"
"""The id of a data set whose file is on this machine."""

NUMBERS = f'''

@filedownloader("numbers.csv", {{url!r}})
@dataset(Generic, id="{HERE}")
def numbers(numbers: Path) -> Generic:
    """Numbers that are here"""
    return Generic(path=numbers)
'''


@frozen
class Invented:
    """Repositories ``invented-0`` and so on.

    Args:
        site: the folder in which they are installed; to be on the path.
        repositories: how many.
        data_sets: of all together.

    """

    site: Path
    repositories: int = 50
    data_sets: int = 100_000

    def install(self) -> None:
        """Write all packages, and into a module of the first one what defines :data:`HERE`."""
        self.site.mkdir(parents=True)
        modules = self.data_sets // self.repositories // IN_A_MODULE
        for number in range(self.repositories):
            self._install(number, modules)
        file = self.site / "numbers.csv"
        file.write_text("1,2\n")
        with min(self.config(0).rglob("*.py")).open("a") as module:
            module.write(NUMBERS.format(url=file.as_uri()))

    def config(self, number: int) -> Path:
        """Return the folder of a repository's definitions."""
        return self.site / f"invented_{number}" / "config"

    def record(self, number: int) -> Path:
        """Return the file whose time says when a repository was installed."""
        return self._metadata(number) / "RECORD"

    def _metadata(self, number: int) -> Path:
        return self.site / f"invented_{number}-1.0.dist-info"

    def _install(self, number: int, modules: int) -> None:
        config, name = self.config(number), f"invented-{number}"
        for publisher in range(modules):
            chance = random.Random(f"{number}/{publisher}")
            domain, where = chance.choice(DOMAINS).split(".")[::-1], chance.choice(PUBLISHERS)
            module = config.joinpath(*domain, f"{where}{publisher}.py")
            module.parent.mkdir(parents=True, exist_ok=True)
            module.write_text("".join(_definitions(chance)))
        (config.parent / "__init__.py").write_text(REPOSITORY.format(name=name))
        metadata = self._metadata(number)
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        points = f"[datamaestro.repositories]\n{name} = invented_{number}:Repository\n"
        (metadata / "entry_points.txt").write_text(points)
        self.record(number).write_text("")


def _definitions(chance: random.Random) -> Iterator[str]:
    """Iterate over the parts of a module."""
    yield HEAD
    for number in range(IN_A_MODULE):
        subject, place, way = (chance.choice(words) for words in (SUBJECTS, PLACES, WAYS))
        yield _definition(chance, subject, place, way, number)


def _definition(chance: random.Random, subject: str, place: str, way: str, number: int) -> str:
    """Return the source of one data set: a table, or one of two tables."""
    suffix, kind = chance.choice(list(FILES.items()))
    name = f"{subject}_{place}_{way}_{number}"
    parts = chance.choice((["data"], ["train", "test"]))
    base = kind if len(parts) == 1 else "Supervised"
    url = f"https://data.example.org/{subject}/{place}/{name}"
    made = [f"{kind}(path={part})" for part in parts]
    named = ", ".join(f"{part}={text}" for part, text in zip(parts, made, strict=True))
    tags, task = ", ".join(f'"{tag}"' for tag in chance.sample(TAGS, 3)), chance.choice(TASKS)
    others = " ".join(chance.choices(SUBJECTS, k=8))
    first, last = chance.randint(1950, 1990), chance.randint(1991, 2025)
    files = "".join(_file(chance, part, suffix, url) for part in parts)
    return f'''

{files}@datatags({tags})
@datatasks("{task}")
@dataset(
    {base},
    url="{url}",
    license="{chance.choice(LICENSES)}",
    doi="10.5072/{chance.randrange(10**8)}",
)
def {name}({", ".join(f"{part}: Path" for part in parts)}) -> {base}:
    """{subject.capitalize()} of {place.capitalize()}, {way}, {first} to {last}

    {way.capitalize()} data on {subject}, as they were collected in {place.capitalize()} from
    {first} to {last}, by {chance.randint(2, 40)} people; compared with {others}.
    """
    return {made[0] if len(parts) == 1 else f"Supervised({named})"}
'''


def _file(chance: random.Random, part: str, suffix: str, url: str) -> str:
    return f'''@filedownloader(
    "{part}{suffix.removesuffix(".gz")}",
    "{url}/{part}{suffix}",
    size={chance.randrange(10**4, 10**10)},
    sha256="{chance.randbytes(32).hex()}",
)
'''
