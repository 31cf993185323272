"""A disk that is full to its last byte: what datamaestro says frees room, and then does so."""

import shutil
import subprocess
from pathlib import Path

import pytest

from support.command import command
from support.repositories import define

ID = "org.example.one"

FULL = """
mount -t tmpfs -o size=1m none "$DATAMAESTRO_DIR" || exit 77
cd "$0"
"$@" --quiet prepare org.example.one > prepared || exit
{before}
mkdir "$DATAMAESTRO_DIR/data/test/stray"
head -c 65536 /dev/zero > "$DATAMAESTRO_DIR/data/test/stray/large"
echo small > "$DATAMAESTRO_DIR/data/test/stray/small"
cat /dev/zero > "$DATAMAESTRO_DIR/theirs" 2> full
{then} 2> first && exit 78
sed -n 's/.*this frees room: \\(.*\\) deletes for good.*/\\1/p' first > hint
{way}
{then} || exit
ls "$DATAMAESTRO_DIR/trash" | grep .
"""

WAYS = {
    "rm": ("", ". ./hint"),
    "trash empty": (
        f'"$@" remove --yes {ID} && "$@" --quiet prepare {ID} > prepared || exit',
        'grep "^datamaestro trash empty$" hint && "$@" trash empty --yes || exit 79',
    ),
}

COMMANDS = {
    "remove": f'"$@" remove --yes {ID}',
    "orphans": '"$@" orphans --delete --yes',
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_said_to_free_room_does(
    way: str, name: str, site: Path, tmp_path: Path, store: Path
) -> None:
    """What goes to the trash needs a little room; the second time the same command has it."""
    define(
        site,
        """
        def write(output):
            output.write_bytes(bytes(100_000))

        @dataset()
        class One(Dataset):
            A = DerivedFile("a.bin", write)

            def config(self) -> File:
                return File(path=self.A.path)
        """,
    )
    store.mkdir(exist_ok=True)
    before, there = WAYS[way]
    script = FULL.format(before=before, way=there, then=COMMANDS[name])
    unshare = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    if not shutil.which("unshare") or subprocess.run([*unshare, "true"], check=False).returncode:
        pytest.skip("this user may not mount a file system of its own (unshare)")
    done = subprocess.run(
        [*unshare, script, str(tmp_path), *command()], capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr
