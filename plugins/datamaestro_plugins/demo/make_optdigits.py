"""Make the files of ``edu.uci.optdigits`` from the copy that scikit-learn carries.

``python -m datamaestro_plugins.demo.make_optdigits`` (needs scikit-learn) writes them anew. The
source has one line per image: 64 values from 0 to 16, then the digit.
"""

from __future__ import annotations

import gzip
import struct
from importlib.resources import files
from pathlib import Path

DESTINATION = Path(__file__).parent / "files"
SIDE = 8


def main() -> None:
    """Write images and labels as gzipped IDX, the same bytes every time."""
    packed = files("sklearn.datasets.data").joinpath("digits.csv.gz").read_bytes()
    lines = gzip.decompress(packed).decode().split()
    rows = [[int(float(value)) for value in line.split(",")] for line in lines]
    images = b"".join(bytes(row[:-1]) for row in rows)
    labels = bytes(row[-1] for row in rows)
    _write("images", struct.pack(">HBB3I", 0, 8, 3, len(rows), SIDE, SIDE) + images)
    _write("labels", struct.pack(">HBBI", 0, 8, 1, len(rows)) + labels)


def _write(name: str, content: bytes) -> None:
    path = DESTINATION / f"optdigits_{name}.idx.gz"
    path.write_bytes(gzip.compress(content, 9, mtime=0))


if __name__ == "__main__":
    main()
