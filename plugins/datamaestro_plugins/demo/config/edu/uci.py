"""UCI Machine Learning Repository, https://archive.ics.uci.edu."""

from datamaestro.data.image import IDXImage, LabelledImages
from datamaestro.data.tensor import IDX
from datamaestro.definitions import Dataset, dataset, datatags, datatasks
from datamaestro.download.single import FileDownloader

FILES = "package:datamaestro_plugins.demo.files"


@datatags("images", "digits")
@datatasks("image classification")
@dataset(
    id="optdigits",
    url="https://archive.ics.uci.edu/dataset/80",
    license="CC-BY-4.0",
    doi="10.24432/C50P49",
    citation="""@misc{alpaydin1998optical,
  title = {Optical Recognition of Handwritten Digits},
  author = {Alpaydin, E. and Kaynak, C.},
  publisher = {UCI Machine Learning Repository},
  year = {1998}, doi = {10.24432/C50P49}
}""",
)
class OptDigits(Dataset):
    """Optical recognition of handwritten digits, the test set

    1,797 images of 8 x 8, one digit each, written by 13 people. An item counts the black pixels
    (0 to 16) of a 4 x 4 block of the 32 x 32 bitmap.
    """

    IMAGES = FileDownloader(
        "images.idx",
        f"{FILES}/optdigits_images.idx.gz",
        size=44_098,
        sha256="16bf71e8bfa958f11ad68a045567f2a2f5362b27ab1e7cadd4cf9a3cbb37176e",
        result_sha256="359cd13f0f514122884198b78a131df597421cbf5e93a76678fa96fc548f0d96",
    )
    LABELS = FileDownloader(
        "labels.idx",
        f"{FILES}/optdigits_labels.idx.gz",
        size=145,
        sha256="22e1486adc7849d49bbac7f3e6227134ade1aea8cf5289c8dceeecd5a005d43c",
        result_sha256="ce71631c1f31ce56fa54f31d1d498fafacff59b001e6c30c4a5e29508aa277ad",
    )

    def config(self) -> LabelledImages:
        """Return images and labels."""
        return LabelledImages(
            images=IDXImage(path=self.IMAGES.path), labels=IDX(path=self.LABELS.path)
        )
