"""Bundles: data sets in one archive, which is checked without a network."""

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamaestro.context import Context
from datamaestro.errors import (
    ContentError,
    DatamaestroError,
    StorageError,
    TransferError,
    UsageError,
)
from datamaestro.moving.bundles import INDEX
from datamaestro.moving.here.local import LocalSide
from datamaestro.moving.ways import export_bundle, import_bundle
from datamaestro_hookspecs.offers import Content
from support.holding import hold, seen

TREE: dict[str, bytes | str] = {"one": b"1" * 999, "sub/two": b"22", "empty": b"", "l": "sub/two"}


@pytest.fixture
def other(tmp_path: Path) -> Context:
    return Context(tmp_path / "other")


@pytest.fixture
def bundle(context: Context, store: Path, tmp_path: Path) -> Path:
    """Return a bundle of two data sets."""
    hold(store, "org.example.x@test", a=b"content", tree=TREE)
    hold(store, "org.example.y@test", b=b"other")
    path = tmp_path / "bundle.tar"
    export_bundle(context, [], path)
    return path


def test_what_a_killed_export_has_left_is_removed(
    context: Context, store: Path, tmp_path: Path
) -> None:
    """By the next one of that name; what else is called alike is somebody's."""
    hold(store, "org.example.x@test", a=b"content")
    bundle = tmp_path / "there" / "x.tar"
    bundle.parent.mkdir()
    words = "import sys, pathlib; from datamaestro.store.scratch import scratch_beside as beside;"
    words += "beside(pathlib.Path(sys.argv[1])).touch()"
    subprocess.run([sys.executable, "-c", words, str(bundle)], check=True)
    alike = bundle.with_name(".x.tar.sha256")
    alike.touch()
    os.utime(alike, (0, 0))
    assert 2 == len(list(bundle.parent.iterdir()))
    export_bundle(context, [], bundle)
    assert {alike, bundle} == set(bundle.parent.iterdir())


@pytest.mark.parametrize("suffix", [".tar", ".tar.zst"])
def test_what_is_imported_is_what_was_exported(
    context: Context, store: Path, other: Context, tmp_path: Path, suffix: str
) -> None:
    """Contents, links and records; once more, nothing is taken."""
    holding = hold(store, "org.example.x@test", a=b"content", tree=TREE)
    (holding.folder / "tree/one").chmod(0o755)
    path = tmp_path / f"bundle{suffix}"
    export_bundle(context, ["org.example.x"], path)
    (moved,) = import_bundle(other, path)
    assert (4, 1008) == (moved.files, moved.size)
    assert seen(store) == seen(other.store.root)
    there = holding._replace(store=other.store)
    assert holding.manifest() == there.manifest()
    assert (there.folder / "tree/one").stat().st_mode & 0o100
    assert [0] == [one.files for one in import_bundle(other, path)]
    assert [] == [one for one in tmp_path.iterdir() if one.name.startswith(".")]


def test_the_same_data_give_the_same_bytes(bundle: Path, other: Context, tmp_path: Path) -> None:
    """Also from another data directory, where they are later and elsewhere."""
    import_bundle(other, bundle)
    again = tmp_path / "again.tar"
    export_bundle(other, ["org.example.y", "org.example.x"], again)
    assert bundle.read_bytes() == again.read_bytes()


def test_what_is_gone_is_in_no_bundle(
    context: Context, store: Path, other: Context, tmp_path: Path
) -> None:
    """Unless the rest is asked for; whoever takes it is told what is missing, and that is all."""
    holding = hold(store, "org.example.x@test", a=b"a", b=b"b")
    (holding.folder / "b").unlink()
    path = tmp_path / "bundle.tar"
    with pytest.raises(ContentError, match=r"record of b is not .*repair org\.example\.x@test"):
        export_bundle(context, [], path)
    assert not path.exists()
    export_bundle(context, [], path, partial=True)
    assert [("b",)] == [one.missing for one in import_bundle(other, path)]


def test_any_tar_unpacks_it(bundle: Path, store: Path) -> None:
    """The files have names that tell where they belong."""
    with tarfile.open(bundle) as tar:
        names = tar.getnames()
    files = [name for name, content in seen(store).items() if isinstance(content, bytes)]
    assert [INDEX, *(f"data/{name}" for name in files)] == names


def test_through_a_pipe(context: Context, store: Path, other: Context) -> None:
    """What is neither path nor seekable is written and read in one pass."""
    hold(store, "org.example.x@test", a=b"content", tree=TREE)
    stream = io.BytesIO()
    export_bundle(context, [], stream)
    import_bundle(other, io.BytesIO(stream.getvalue()))
    assert seen(store) == seen(other.store.root)


def test_a_bundle_that_is_damaged_is_refused(bundle: Path, tmp_path: Path) -> None:
    """Cut anywhere, or with any byte flipped: an error, and nothing is seen; or it is harmless."""
    content, target = bundle.read_bytes(), Context(tmp_path / "target")
    right = seen(Context().store.root)
    used = len(content.rstrip(b"\0"))
    for place in range(0, used, 301):
        flipped = bytearray(content)
        flipped[place] ^= 1
        for damaged, cut in ((content[:place], True), (bytes(flipped), False)):
            wrong = False
            try:
                import_bundle(target, io.BytesIO(damaged))
            except ContentError:
                wrong = True
            assert wrong or not cut
            assert seen(target.store.root) == ({} if wrong else right)
            target = target if wrong else Context(tmp_path / f"target{place}")


def rewritten(
    bundle: Path, change: Callable[[tarfile.TarInfo, bytes], tuple[tarfile.TarInfo, bytes]]
) -> io.BytesIO:
    """Return a bundle whose members are others."""
    out = io.BytesIO()
    with tarfile.open(bundle) as old, tarfile.open(fileobj=out, mode="w") as new:
        for member in old:
            content = old.extractfile(member)
            changed, data = change(member, content.read() if content else b"")
            changed.size = len(data)
            new.addfile(changed, io.BytesIO(data))
    out.seek(0)
    return out


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE]
)
def test_members_that_are_no_files_are_refused(bundle: Path, other: Context, kind: bytes) -> None:
    """Nor is anything made of them."""

    def change(member: tarfile.TarInfo, data: bytes) -> tuple[tarfile.TarInfo, bytes]:
        if member.name.endswith("sub/two"):
            member.type, member.linkname, data = kind, "/etc/passwd", b""
        return member, data

    with pytest.raises(ContentError):
        import_bundle(other, rewritten(bundle, change))
    assert {} == seen(other.store.root)


@pytest.mark.parametrize("name", ["../../x", "/x", "data/test/org/example/x/a", "x"])
def test_members_of_other_names_are_refused(bundle: Path, other: Context, name: str) -> None:
    """Each has to be the file that the index has next, so that no name is ever a path."""

    def change(member: tarfile.TarInfo, data: bytes) -> tuple[tarfile.TarInfo, bytes]:
        member.name = name if member.name.endswith("sub/two") else member.name
        return member, data

    with pytest.raises(ContentError, match="not what comes next"):
        import_bundle(other, rewritten(bundle, change))
    assert {} == seen(other.store.root)


@pytest.mark.parametrize(
    ("words", "others"),
    [
        ('"org.example.x@test"', '"../../x@test"'),
        ('"org.example.x@test"', '"org.example.y@test"'),
        ('"path": "a"', '"path": "../a"'),
        ('"path": "tree/one"', '"path": "a"'),
        ('"link": "sub/two"', '"link": "../../../../../../x"'),
        ('"size": 999', '"size": 9999999999999999'),
        ('"size": 999', '"size": 998'),
        ('"size": 999', '"size": -1'),
    ],
)
def test_an_index_that_lies_is_refused(
    bundle: Path, other: Context, words: str, others: str
) -> None:
    """Whoever wrote it has sealed it, too; nothing that it says is believed."""
    from hashlib import sha256

    def change(member: tarfile.TarInfo, data: bytes) -> tuple[tarfile.TarInfo, bytes]:
        if member.name == INDEX:
            seal, _, body = data.partition(b"\n")
            body = body.replace(words.encode(), others.encode())
            sealed = json.loads(seal) | {"sha256": sha256(body).hexdigest()}
            data = json.dumps(sealed).encode() + b"\n" + body
        return member, data

    with pytest.raises((ContentError, StorageError)):
        import_bundle(other, rewritten(bundle, change))
    assert {} == seen(other.store.root)
    assert not (other.store.root.parent / "x").exists()


def test_an_index_without_an_end_is_refused(
    bundle: Path, other: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read into memory, so it has a largest size."""
    monkeypatch.setattr("datamaestro.moving.bundles.unpacking.LARGEST_INDEX", 100)
    with pytest.raises(ContentError, match="more than 100 bytes"):
        import_bundle(other, bundle)


def test_a_line_without_an_end_is_refused(
    bundle: Path, context: Context, other: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is not written either."""
    monkeypatch.setattr("datamaestro.moving.bundles.unpacking.LONGEST_LINE", 100)
    with pytest.raises(ContentError, match="a line of more than 100 bytes"):
        import_bundle(other, bundle)
    monkeypatch.setattr("datamaestro.moving.bundles.LONGEST_LINE", 100)
    with pytest.raises(ContentError, match="too many files"):
        export_bundle(context, [], tmp_path / "other.tar")


@given(content=st.binary(max_size=2000))
def test_anything_is_read_or_refused(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """There is no other error."""
    with pytest.raises(ContentError):
        import_bundle(Context(tmp_path_factory.getbasetemp() / "anything"), io.BytesIO(content))


def test_what_fails_leaves_no_bundle(context: Context, store: Path, tmp_path: Path) -> None:
    """Neither under its own name nor under another; what was there stays."""
    holding = hold(store, "org.example.x@test", a=b"content")
    (holding.folder / "a").write_bytes(b"changed")
    place = tmp_path / "out/bundle.tar"
    place.parent.mkdir()
    place.write_bytes(b"earlier")
    with pytest.raises(ContentError, match="repair"):
        export_bundle(context, [], place)
    assert {place: b"earlier"} == {one: one.read_bytes() for one in place.parent.iterdir()}


@pytest.mark.parametrize(
    ("path", "error"),
    [("bundle.zip", UsageError), ("no/such/bundle.tar", StorageError)],
)
def test_a_place_that_will_not_do_is_said(
    context: Context, store: Path, tmp_path: Path, path: str, error: type[DatamaestroError]
) -> None:
    """Before anything is read."""
    hold(store, "org.example.x@test", a=b"content")
    with pytest.raises(error):
        export_bundle(context, [], tmp_path / path)
    with pytest.raises(UsageError, match="there is no file"):
        import_bundle(context, tmp_path / path)


def test_what_arrived_of_a_bundle_that_was_cut_is_used(
    context: Context, store: Path, other: Context
) -> None:
    """The next import of the whole takes only the rest; nothing was seen before."""
    hold(store, "org.example.x@test", a=b"a" * 50_000, tree=TREE)
    hold(store, "org.example.y@test", b=b"b" * 50_000)
    stream = io.BytesIO()
    export_bundle(context, [], stream)
    whole = stream.getvalue()
    with pytest.raises(ContentError):
        import_bundle(other, io.BytesIO(whole[: len(whole) - 40_000]))
    assert {} == seen(other.store.root)
    first, second = import_bundle(other, io.BytesIO(whole))
    assert 0 == first.size
    assert 50_000 == second.size
    assert seen(store) == seen(other.store.root)


@pytest.mark.parametrize("suffix", ["gz", "bz2", "xz"])
def test_what_others_have_compressed_is_read(
    bundle: Path, store: Path, other: Context, suffix: str
) -> None:
    """As whoever passes it on may do."""
    opened = import_module({"gz": "gzip", "xz": "lzma"}.get(suffix, suffix))
    import_bundle(other, io.BytesIO(opened.compress(bundle.read_bytes())))
    assert seen(store) == seen(other.store.root)


def test_a_bundle_is_written_to_where_a_link_leads(
    context: Context, store: Path, tmp_path: Path
) -> None:
    """The link stays one."""
    hold(store, "org.example.x@test", a=b"content")
    (tmp_path / "disk").mkdir()
    link = tmp_path / "x.tar"
    link.symlink_to("disk/y.tar")
    export_bundle(context, [], link)
    assert link.is_symlink()
    assert ["y.tar"] == [one.name for one in (tmp_path / "disk").iterdir()]


def test_a_bundle_is_not_blamed_for_what_another_move_has_left(
    context: Context, store: Path, other: Context, tmp_path: Path
) -> None:
    """A cut file is not gone on with: its beginning may be wrong, and a bundle is read once."""
    hold(store, "org.example.x@test", a=b"content" * 1000)
    export_bundle(context, [], tmp_path / "x.tar")
    begun = io.BytesIO(b"wrong" * 100)

    def cut(buffer: memoryview) -> int:
        count = begun.readinto(buffer)
        if not count:
            raise TransferError("x:", "lost")
        return count

    with LocalSide(context) as here, LocalSide(other) as there:
        (offer,) = here.offers([])
        with pytest.raises(TransferError), there.deliver(offer) as delivery:
            delivery.receive([Content("a", 7000, cut)])
    assert [500] == [one.stat().st_size for one in other.store.root.rglob("*.file")]
    import_bundle(other, tmp_path / "x.tar")
    assert seen(store) == seen(other.store.root)
