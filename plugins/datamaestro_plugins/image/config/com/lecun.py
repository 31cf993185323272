"""Yann LeCun's page, http://yann.lecun.com."""

from pathlib import Path

from datamaestro.data.image import IDXImage, ImageClassification, LabelledImages
from datamaestro.data.tensor import IDX
from datamaestro.definitions import dataset, datatags, datatasks
from datamaestro.download.single import filedownloader

# The original host no longer serves the files; this is the copy that PyTorch maintains.
# Sizes and digests: tensorflow_datasets, url_checksums/mnist.txt. Licence: as Keras has it from the
# authors, https://keras.io/api/datasets/mnist/ (the page itself says none).
SOURCE = "https://ossci-datasets.s3.amazonaws.com/mnist"


@filedownloader(
    "train_images.idx",
    f"{SOURCE}/train-images-idx3-ubyte.gz",
    size=9_912_422,
    sha256="440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
)
@filedownloader(
    "train_labels.idx",
    f"{SOURCE}/train-labels-idx1-ubyte.gz",
    size=28_881,
    sha256="3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
)
@filedownloader(
    "test_images.idx",
    f"{SOURCE}/t10k-images-idx3-ubyte.gz",
    size=1_648_877,
    sha256="8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
)
@filedownloader(
    "test_labels.idx",
    f"{SOURCE}/t10k-labels-idx1-ubyte.gz",
    size=4_542,
    sha256="f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
)
@datatags("images", "digits")
@datatasks("image classification")
@dataset(
    ImageClassification,
    url="http://yann.lecun.com/exdb/mnist/",
    license="CC-BY-SA-3.0",
    citation="""@article{lecun1998gradient,
  title = {Gradient-based learning applied to document recognition},
  author = {LeCun, Yann and Bottou, Léon and Bengio, Yoshua and Haffner, Patrick},
  journal = {Proceedings of the IEEE}, volume = {86}, number = {11}, pages = {2278--2324},
  year = {1998}, doi = {10.1109/5.726791}
}""",
)
def mnist(
    train_images: Path, train_labels: Path, test_images: Path, test_labels: Path
) -> ImageClassification:
    """The MNIST database of handwritten digits

    60,000 training and 10,000 test images of 28 x 28 grey levels, one digit each, normalised in
    size and centred.
    """
    return ImageClassification(
        train=LabelledImages(images=IDXImage(path=train_images), labels=IDX(path=train_labels)),
        test=LabelledImages(images=IDXImage(path=test_images), labels=IDX(path=test_labels)),
    )
