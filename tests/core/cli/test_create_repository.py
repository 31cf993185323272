"""``datamaestro create-repository``: a package to start from."""

import json
from pathlib import Path

from support.command import datamaestro
from support.inside import inside


def test_the_folder_is_the_result(tmp_path: Path) -> None:
    """It alone is on stdout; how to go on is told on stderr."""
    done = datamaestro("create-repository", "flowers", cwd=tmp_path)
    assert (0, "datamaestro-flowers\n") == (done.code, done.out)
    assert (tmp_path / "datamaestro-flowers/datamaestro_flowers/__init__.py").is_file()
    assert "create-dataset flowers" in done.err
    assert "licence" in done.err


def test_it_is_written_elsewhere(tmp_path: Path) -> None:
    """``--output`` says where, ``--json`` has all names."""
    arguments = ("--output", "here/there", "--json", "--description", "Data of flowers")
    done = inside("--quiet", "create-repository", "wild-flowers", *arguments, cwd=tmp_path)
    assert [] == done.lines
    assert {
        "name": "wild-flowers",
        "distribution": "datamaestro-wild-flowers",
        "package": "datamaestro_wild_flowers",
        "folder": str(tmp_path / "here/there"),
    } == json.loads(done.out)
    assert "Data of flowers" in (tmp_path / "here/there/README.md").read_text()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Exit code 2, one line, and what is there stays."""
    assert 0 == inside("create-repository", "flowers", cwd=tmp_path).code
    done = inside("create-repository", "flowers", cwd=tmp_path)
    assert (2, "", 1) == (done.code, done.out, len(done.lines))
    assert "--output" in done.err


def test_the_name_of_another_repository_is_refused(tmp_path: Path) -> None:
    """It would hide that one."""
    done = inside("create-repository", "image", cwd=tmp_path)
    assert (2, True) == (done.code, "there is a repository image already" in done.err)
    assert [] == [path.name for path in tmp_path.iterdir() if "image" in path.name]
