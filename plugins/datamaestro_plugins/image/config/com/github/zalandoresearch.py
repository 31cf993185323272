"""Zalando Research, https://github.com/zalandoresearch."""

from datamaestro.data.image import IDXImage, ImageClassification, LabelledImages
from datamaestro.data.tensor import IDX
from datamaestro.definitions import Dataset, dataset, datatags, datatasks
from datamaestro.download.single import FileDownloader

SOURCE = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"


@datatags("images", "fashion")
@datatasks("image classification")
@dataset(
    id="fashion_mnist",
    url="https://github.com/zalandoresearch/fashion-mnist",
    license="MIT",
    citation="""@misc{xiao2017fashion,
  title = {Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms},
  author = {Xiao, Han and Rasul, Kashif and Vollgraf, Roland},
  year = {2017}, eprint = {1708.07747}, archivePrefix = {arXiv}
}""",
)
class FashionMNIST(Dataset):
    """Fashion-MNIST, Zalando's article images

    60,000 training and 10,000 test images of 28 x 28 grey levels, one article of clothing each,
    in ten classes; a drop-in replacement for MNIST.
    """

    TRAIN_IMAGES = FileDownloader(
        "train_images.idx",
        f"{SOURCE}/train-images-idx3-ubyte.gz",
        size=26_421_880,
        sha256="3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    )
    TRAIN_LABELS = FileDownloader(
        "train_labels.idx",
        f"{SOURCE}/train-labels-idx1-ubyte.gz",
        size=29_515,
        sha256="a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    )
    TEST_IMAGES = FileDownloader(
        "test_images.idx",
        f"{SOURCE}/t10k-images-idx3-ubyte.gz",
        size=4_422_102,
        sha256="346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    )
    TEST_LABELS = FileDownloader(
        "test_labels.idx",
        f"{SOURCE}/t10k-labels-idx1-ubyte.gz",
        size=5_148,
        sha256="67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    )

    def config(self) -> ImageClassification:
        """Return the two parts."""
        return ImageClassification(
            train=LabelledImages(
                images=IDXImage(path=self.TRAIN_IMAGES.path),
                labels=IDX(path=self.TRAIN_LABELS.path),
            ),
            test=LabelledImages(
                images=IDXImage(path=self.TEST_IMAGES.path),
                labels=IDX(path=self.TEST_LABELS.path),
            ),
        )
