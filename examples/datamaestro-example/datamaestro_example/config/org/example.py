"""example.org."""

from datamaestro.definitions import Dataset, dataset, datatags
from datamaestro.download.single import FileDownloader
from datamaestro_example.npy import NPY

CONTENT = (
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBeU2qorqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqGZjqaOgq1CuQD"
    "LgZGFk4BSRVDh8CUygkrjzwEAEg5IJI="
)


@datatags("numbers")
@dataset(
    url="https://example.org/squares",
    license="CC0-1.0",
    citation="@misc{squares, title = {The first squares}, year = {2026}}",
)
class Squares(Dataset):
    """The first sixteen squares

    They stand in the definition itself, as a zlib stream.
    """

    ARRAY = FileDownloader(
        "squares.npy",
        f"data:application/zlib;base64,{CONTENT}",
        size=92,
        sha256="df2312f58374ba711dab90e90dbdcfab764b98cbeeaa92eb9b0c8ab1f7cf6f26",
        transforms=["unzlib"],
    )

    def config(self) -> NPY:
        """Return the array: uint8, (16,)."""
        return NPY(path=self.ARRAY.path)
