"""Data sets of existing packages, of each kind, prepared from a server in the place of their hosts.

What is served is made to fit their definitions.
"""

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from datamaestro.context import Context
from datamaestro.errors import ActionNeeded
from datamaestro.settings.folders import set_datafolder
from datamaestro.testing.faults import FaultServer

pytest.importorskip("datamaestro_ir", reason="the packages of earlier versions are not installed")
pytest.importorskip("datamaestro_text", reason="the packages of earlier versions are not installed")

pytestmark = pytest.mark.filterwarnings("default")  # what packages of others warn of

HOSTS = {
    "https://raw.githubusercontent.com/": "github",
    "https://ossci-datasets.s3.amazonaws.com/": "mnist",
    "https://s3.amazonaws.com/research.metamind.io/": "wikitext",
    "http://nlp.stanford.edu/": "glove",
    "http://trec.nist.gov/": "trec",
    "https://public.ukp.informatik.tu-darmstadt.de/": "beir",
    "https://huggingface.co/": "hf",
    "http://files.grouplens.org/": "grouplens",
}

Serve = Callable[[str, bytes], None]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Return what serves some content in the place of a URL."""
    with FaultServer() as server:
        mirrors = [f"{origin}={server.url(name)}/" for origin, name in HOSTS.items()]
        monkeypatch.setenv("DATAMAESTRO_MIRRORS", " ".join(mirrors))

        def serve(url: str, content: bytes) -> None:
            origin = next(one for one in HOSTS if url.startswith(one))
            server.files[f"{HOSTS[origin]}/{url.removeprefix(origin)}"] = content

        yield serve


def zipped(files: Mapping[str, str]) -> bytes:
    """Return a zip archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, text in files.items():
            writer.writestr(name, text)
    return archive.getvalue()


def tarred(files: Mapping[str, bytes]) -> bytes:
    """Return a compressed tar archive."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as writer:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            writer.addfile(member, io.BytesIO(content))
    return archive.getvalue()


def idx(array: "np.ndarray[Any, Any]") -> bytes:
    """Return a compressed IDX file."""
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return gzip.compress(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes())


def parquet(columns: Mapping[str, list[Any]]) -> bytes:
    """Return a Parquet file."""
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    content: bytes = pandas.DataFrame(columns).to_parquet(None)
    return content


def beir(split: str = "test") -> bytes:
    """Return an archive as BEIR has them."""
    corpus = [{"_id": f"d{n}", "title": f"Title {n}", "text": f"text {n}"} for n in range(3)]
    queries = [{"_id": "q1", "text": "which"}, {"_id": "q2", "text": "what"}]
    judged = "query-id\tcorpus-id\tscore\nq1\td2\t1\n"
    return zipped(
        {
            "set/corpus.jsonl": "\n".join(map(json.dumps, corpus)),
            "set/queries.jsonl": "\n".join(map(json.dumps, queries)),
            **{f"set/qrels/{split}.tsv": judged for split in ("train", "dev", "test")},
        }
    )


BEIR = "https://public.ukp.informatik.tu-darmstadt.de/thakur/BEIR/datasets"


def test_a_table(serve: Serve, context: Context) -> None:
    """A function with a decorator, which returns a dict: Boston housing."""
    url = "https://raw.githubusercontent.com/scikit-learn/scikit-learn/master/sklearn/datasets/data"
    serve(f"{url}/boston_house_prices.csv", b"2,3\nCRIM,ZN,MEDV\n0.5,18,24\n0.25,0,21.5\n")
    names, values, targets = context.prepare("edu.uci.boston").data()
    assert ["CRIM", "ZN", "MEDV"] == names
    assert ([[0.5, 18], [0.25, 0]], [24, 21.5]) == (values.tolist(), targets.tolist())


def test_compressed_tensors(serve: Serve, context: Context) -> None:
    """MNIST of the package, which takes the place of ours."""
    pytest.importorskip("datamaestro_image")
    images = np.arange(3 * 28 * 28, dtype=np.uint8).reshape(3, 28, 28)
    for part in ("train", "t10k"):
        serve(
            f"https://ossci-datasets.s3.amazonaws.com/mnist/{part}-images-idx3-ubyte.gz",
            idx(images),
        )
        labels = idx(np.array([1, 2, 3], dtype=np.uint8))
        serve(f"https://ossci-datasets.s3.amazonaws.com/mnist/{part}-labels-idx1-ubyte.gz", labels)
    mnist = context.prepare("com.lecun.mnist")
    assert "datamaestro_image.data" == type(mnist).__module__
    assert np.array_equal(images, mnist.test.images.data())
    assert [1, 2, 3] == mnist.train.labels.data().tolist()


def test_an_archive(serve: Serve, context: Context) -> None:
    """WikiText, whose single folder gives way to what is in it."""
    files = {f"wikitext-2/wiki.{part}.tokens": part for part in ("train", "valid", "test")}
    serve("https://s3.amazonaws.com/research.metamind.io/wikitext/wikitext-2-v1.zip", zipped(files))
    text = context.prepare("io.metamind.research.wikitext.2.tokens")
    assert ("train", "valid") == (text.train.path.read_text(), text.validation.path.read_text())


def test_tables_in_an_archive(serve: Serve, context: Context) -> None:
    """MovieLens."""
    tables = {
        f"ml/{name}.csv": f"userId,{name}\n1,2\n" for name in ("ratings", "links", "movies", "tags")
    }
    serve("http://files.grouplens.org/datasets/movielens/ml-latest-small.zip", zipped(tables))
    movies = context.prepare("org.grouplens.movielens.small")
    assert ["userId", "ratings"] == movies.ratings.columns()


def test_a_reference(serve: Serve, context: Context) -> None:
    """GloVe vectors of one size are in the archive of all."""
    serve("http://nlp.stanford.edu/data/glove.6B.zip", zipped({"glove.6B.50d.txt": "the 0.5\n"}))
    glove = context.prepare("edu.stanford.glove.6b.50")
    assert ("the 0.5\n", "edu.stanford.glove.6b.50@text") == (glove.path.read_text(), glove.id)
    assert context.is_prepared("edu.stanford.glove.6b")


def test_a_replacement_in_lines(serve: Serve, context: Context) -> None:
    """Topics of TREC-1, whose numbers begin with a zero."""
    topics = gzip.compress(b"<top>\n<num> Number:  051\n</top>\n")
    serve("http://trec.nist.gov/data/topics_eng/topics.51-100.gz", topics)
    found = context.prepare("gov.nist.trec.adhoc.1.topics@text")
    assert "<top>\n<num> Number:   51\n</top>\n" == found.path.read_text()


def test_an_archive_that_is_joined(serve: Serve, context: Context) -> None:
    """Judgements of TREC-1: each file of an archive is expanded, and all are one then."""
    parts = {f"part{n}": gzip.compress(f"51 0 doc{n} 1\n".encode()) for n in (1, 2)}
    archive = "qrels.51-100.disk1.disk2.parts1-5.tar.gz"
    serve(f"http://trec.nist.gov/data/qrels_eng/{archive}", tarred(parts))
    found = context.prepare("gov.nist.trec.adhoc.1.assessments@text")
    assert "51 0 doc1 1\n51 0 doc2 1\n" == found.path.read_text()


@pytest.fixture
def tipster(tmp_path: Path, context: Context) -> Path:
    """Return the folder of disks that a person has got from their publisher."""
    disks = tmp_path / "tipster"
    for disk in ("Disk1", "Disk2"):
        for name in ("AP", "FR", "ZIFF", *(f"WSJ/{year}" for year in range(1987, 1993))):
            folder = disks / disk / name
            folder.mkdir(parents=True)
            (folder / "file").write_text(f"{disk}/{name}")
    return disks


def test_a_link_to_what_a_person_has(tipster: Path, context: Context) -> None:
    """A folder of disks that cannot be downloaded, once it is known where they are."""
    with pytest.raises(ActionNeeded, match=r"datafolders set gov\.nist\.trec\.tipster"):
        context.prepare("gov.nist.trec.tipster.ap88@text")
    set_datafolder(context.store.root, "gov.nist.trec.tipster", tipster)
    found = context.prepare("gov.nist.trec.tipster.ap88@text")
    assert "Disk2/AP" == (found.path / "file").read_text()
    assert found.path.is_symlink()


def test_a_folder_of_links(tipster: Path, context: Context) -> None:
    """The documents of TREC-1 are those of twelve other data sets."""
    set_datafolder(context.store.root, "gov.nist.trec.tipster", tipster)
    found = context.prepare("gov.nist.trec.adhoc.1.documents@text")
    assert 12 == len(list(found.path.iterdir()))
    assert "Disk1/AP" == (found.path / "ap89/documents/file").read_text()
    assert context.is_prepared("gov.nist.trec.adhoc.1.documents@text")


def test_a_store_that_is_built_from_something_transient(serve: Serve, context: Context) -> None:
    """BEIR: the archive goes when documents, queries and judgements have been taken out."""
    pytest.importorskip("impact_index")
    serve(f"{BEIR}/trec-covid.zip", beir())
    covid = context.prepare("org.beir.trec.covid")
    assert "Title 1" == covid.documents.document_ext("d1")["text_item"].title
    assert ["q1", "q2"] == [topic["id"] for topic in covid.topics.iter()]
    (judged,) = covid.assessments.iter()
    assert ("q1", "d2") == (judged.topic_id, judged.assessments[0].doc_id)
    folder = context.store.root / "data/ir/org/beir/trec/covid"
    assert ["files", "store"] == sorted(path.name for path in folder.iterdir())


def test_files_that_an_authors_code_makes(serve: Serve, context: Context) -> None:
    """NFCorpus: the queries of a split are those that have been judged."""
    pytest.importorskip("impact_index")
    serve(f"{BEIR}/nfcorpus.zip", beir())
    split = context.prepare("org.beir.nfcorpus.dev")
    assert ["q1"] == [topic["id"] for topic in split.topics.iter()]


def test_columns(serve: Serve, context: Context) -> None:
    """NanoBEIR: documents, queries and judgements are Parquet files of three data sets."""
    pytest.importorskip("impact_index")
    url = "https://huggingface.co/datasets/zeta-alpha-ai/NanoArguAna/resolve/main"
    file = "train-00000-of-00001.parquet"
    serve(f"{url}/corpus/{file}", parquet({"_id": ["d1"], "text": ["words"]}))
    serve(f"{url}/queries/{file}", parquet({"_id": ["q1"], "text": ["which"]}))
    serve(f"{url}/qrels/{file}", parquet({"query-id": ["q1"], "corpus-id": ["d1"]}))
    arguana = context.prepare("co.huggingface.nano-beir.arguana")
    assert "words" == arguana.documents.document_int(0)["text_item"].body
    assert ["q1"] == [topic["id"] for topic in arguana.topics.iter()]
    assert ["q1"] == [judged.topic_id for judged in arguana.assessments.iter()]


def test_a_variant(context: Context) -> None:
    """One of 73 corpora, read as a stream, so that there is nothing to fetch."""
    corpus = context.prepare("ai.lighton.embeddings_pre_training[name=agnews,min_similarity=0.5]")
    chosen = "filter_drop=true,filter_duplicate=true,min_similarity=0.5,name=agnews"
    assert f"ai.lighton.embeddings_pre_training[{chosen},top_percentile=null]@ir" == corpus.id
    assert ("agnews", 0.5, True) == (corpus.name, corpus.min_similarity, corpus.streaming)
