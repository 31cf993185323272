"""Experiments with real jobs: data sets as parameters of tasks, and as what tasks make."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from datamaestro.testing.faults import FaultServer, refuse, slow
from support.repositories import define

pytestmark = pytest.mark.skipif(
    not find_spec("experimaestro"), reason="experimaestro is not installed"
)

SECONDS = 300
"""After which an experiment hangs, and is killed."""

TESTS = Path(__file__).parent.parent

PREPARED = ["prepare"]
"""What a task waits for whose data set is prepared by the experiment itself."""


def run(driver: str, folder: Path, **environment: str) -> Any:
    """Return what an experiment told; see :mod:`support.experiments.drivers`."""
    place = folder / "somewhere"
    place.mkdir(exist_ok=True, parents=True)
    paths = [str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, "-m", "support.experiments.drivers", driver, str(folder / "workspace")],
        cwd=place,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {**json.loads(done.stdout), "log": done.stderr}


def two_files(site: Path, server: FaultServer) -> None:
    """Define two data sets, ``org.example.a`` and ``.b``, of a file each."""
    server.files |= {"a.txt": b"content of a", "b.txt": b"content of b"}
    source = """
        @filedownloader("data.txt", "{url}")
        @dataset(File)
        def {name}(data):
            return File(path=data)
        """
    define(site, "".join(source.format(name=n, url=server.url(f"{n}.txt")) for n in "ab"))


def test_a_data_set_is_the_parameter_of_a_task(tmp_path: Path, store: Path) -> None:
    """It is fetched when a job needs it; the job has the typed object, with its arrays."""
    told = run("learn", tmp_path)
    assert not told["prepared at first"]
    learn = told["learn"]
    assert (learn["ended"], learn["waited"]) == ("done", PREPARED)
    facts = learn["facts"]
    assert facts["type"] == "datamaestro.data.image.LabelledImages"
    assert facts["fits"]
    assert (facts["dtype"], facts["shape"], facts["sum"]) == ("uint8", [1797, 8, 8], 561718)
    assert facts["path"] == str(store / "data/demo/edu/uci/optdigits/images.idx")


def test_the_job_is_another_process_elsewhere(tmp_path: Path) -> None:
    """Neither process nor folder are the experiment's."""
    told = run("learn", tmp_path)
    assert told["learn"]["facts"]["pid"] != told["pid"]
    folder = Path(told["learn"]["facts"]["folder"])
    assert folder.is_relative_to(tmp_path / "workspace/jobs")


def test_one_preparation_for_several_tasks(tmp_path: Path) -> None:
    """Each waits for it, and for nothing else."""
    told = run("learn_twice", tmp_path)
    assert [told[name]["ended"] for name in ("first", "second")] == ["done", "done"]
    assert [told[name]["waited"] for name in ("first", "second")] == [PREPARED, PREPARED]
    assert told["first"]["identifier"] != told["second"]["identifier"]


def test_identifiers_depend_on_no_directory(tmp_path: Path) -> None:
    """Other data directories and other workspaces have the same jobs."""
    one, other = (
        run("learn", tmp_path / name, DATAMAESTRO_DIR=str(tmp_path / name / "data"))
        for name in ("one", "other")
    )
    assert one["learn"]["identifier"] == other["learn"]["identifier"]
    assert one["learn"]["facts"]["path"] != other["learn"]["facts"]["path"]


def test_what_is_done_is_not_done_again(tmp_path: Path, store: Path) -> None:
    """The second run of an experiment starts no job, and fetches no file that is gone."""
    first = run("learn", tmp_path)
    shutil.rmtree(store)
    second = run("learn", tmp_path)
    assert second["learn"]["ended"] == "done"
    assert second["learn"]["facts"] == first["learn"]["facts"]
    assert not (store / "data").exists()


def test_only_preparing(tmp_path: Path) -> None:
    """The mode that fetches everything and runs nothing."""
    told = run("only_prepare", tmp_path)
    assert told["prepared"]
    assert not list((tmp_path / "workspace").glob("jobs/*/*/facts.json"))


def test_two_data_sets_at_the_same_time(tmp_path: Path, site: Path, server: FaultServer) -> None:
    """Both are fetched, each once; the job has both."""
    two_files(site, server)
    told = run("read", tmp_path)
    assert told["read"]["waited"] == PREPARED * 2
    facts = told["read"]["facts"]
    assert (facts["one"], facts["other"]) == ("content of a", "content of b")
    gets = [request.path for request in server.requests if request.method == "GET"]
    assert sorted(gets) == ["a.txt", "b.txt"]


def test_tasks_side_by_side_fetch_a_data_set_once(
    tmp_path: Path, site: Path, server: FaultServer
) -> None:
    """Those that come while it arrives wait for it."""
    two_files(site, server)
    server.will("a.txt", slow(0.5))
    told = run("read_side_by_side", tmp_path)
    assert [told[name]["facts"]["one"] for name in ("first", "second")] == ["content of a"] * 2
    assert server.paths().count("a.txt") == 1


def test_a_download_that_fails_fails_its_jobs(
    tmp_path: Path, site: Path, server: FaultServer
) -> None:
    """Nothing hangs; one line says why; what does not need it goes on."""
    two_files(site, server)
    server.always = refuse(404)
    told = run("fail", tmp_path)
    assert told["failed"] == 2
    assert [told[name]["facts"] for name in ("broken", "broken, too")] == [None, None]
    assert told["sound"]["ended"] == "done"
    lines = [line for line in told["log"].splitlines() if "could not be brought to disk" in line]
    errors = [line for line in lines if "cannot start" not in line]
    assert len(errors) == 1, errors
    assert "org.example.a@test" in errors[0]
    assert "404" in errors[0]
    assert len(server.requests) == 1


def test_tasks_that_make_data(tmp_path: Path) -> None:
    """What they make feeds other tasks, which wait for them."""
    told = run("chain", tmp_path)
    assert (told["reverse"]["waited"], told["count"]["waited"]) == (PREPARED, ["Job"])
    assert (told["reverse"]["ended"], told["count"]["ended"]) == ("done", "done")
    assert told["count"]["facts"]["items"] == [8, 9, 8, 0, 9]
    assert Path(told["count"]["facts"]["path"]).name == "reversed.idx"


@pytest.mark.skipif(not find_spec("datamaestro_ir"), reason="datamaestro_ir is not installed")
def test_tasks_of_other_packages(tmp_path: Path) -> None:
    """As ShuffledTrainingTripletsLines; the identifiers are those of 1.16.1."""
    told = run("shuffle", tmp_path)
    assert (told["shuffle"]["ended"], told["count"]["ended"]) == ("done", "done")
    assert sorted(told["count"]["facts"]["lines"]) == ["q1\td1\td2", "q2\td3\td4", "q3\td5\td6"]
    assert told["shuffle"]["identifier"] == SHUFFLED
    assert told["count"]["identifier"] == COUNTED


SHUFFLED = "b9b8445e47356c473c701b573864843a4d49608c9790e9e5f70a18a23d3a0016"
COUNTED = "8b3bd57c89df6d16c6b30635ae4a8e059b006a636aa061450297d9f215fbf6d1"


def test_files_can_be_fetched_by_a_job(tmp_path: Path, store: Path) -> None:
    """``data.submit(launcher=…)``: another process than the experiment's."""
    told = run("submit", tmp_path)
    if "2.7" in told.get("error", ""):
        pytest.skip("this experimaestro cannot submit preparations")
    assert told["itself"]
    assert (told["learn"]["ended"], told["learn"]["waited"]) == ("done", ["Job"])
    (log,) = told["made by"]
    assert f"IMAGES is at {store}" in log
    assert f"INFO:{told['pid']}:" not in log
    assert "optdigits" not in told["log"]


def test_identifiers_are_the_same_when_a_job_fetches(tmp_path: Path) -> None:
    """How files come makes no difference to what is made of them."""
    told = run("submit", tmp_path / "one")
    if "2.7" in told.get("error", ""):
        pytest.skip("this experimaestro cannot submit preparations")
    other = run("learn", tmp_path / "other")
    assert told["learn"]["identifier"] == other["learn"]["identifier"]


def test_a_computer_with_another_data_directory(tmp_path: Path, store: Path) -> None:
    """The job uses its own files, where the experiment's are not there."""
    facts = run("elsewhere", tmp_path)["count"]["facts"]
    assert facts["path"] == str(store / "data/demo/edu/uci/optdigits/labels.idx")
    assert facts["items"] == [0, 1, 2, 3, 4]


def test_all_sorts_of_fields_arrive(tmp_path: Path) -> None:
    """With their types; in lists and dicts; of generic types; and nothing where nothing is."""
    told = run("describe", tmp_path)
    facts = told["describe"]["facts"]
    assert facts["data"] == told["data"]
    assert (facts["several"], facts["named"]) == (told["several"], told["named"])
    assert told["choose"]["facts"]["data"].startswith("Supervised(id='s', train=LabelledImages(")
    assert (told["idle"]["waited"], told["idle"]["facts"]["data"]) == ([], "None")


def test_the_example_of_the_documentation(tmp_path: Path) -> None:
    """It runs as it stands there."""
    page = (TESTS.parent / "docs/experimaestro.md").read_text()
    task, script = re.findall(r"```py\n(.*?)```", page, re.DOTALL)[:2]
    (tmp_path / "learning.py").write_text(task)
    (tmp_path / "script.py").write_text(script)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "script.py"]
    subprocess.run(command, cwd=tmp_path, env=environment, timeout=SECONDS, check=True)
    (result,) = tmp_path.glob("workspace/jobs/learning.learn/*/result.txt")
    assert result.read_text() == "(1797, 8, 8), 10 epochs"
