"""Images."""

from __future__ import annotations

from attrs import define

from datamaestro.data import Base
from datamaestro.data.ml import Supervised
from datamaestro.data.tensor import IDX


@define(slots=False, kw_only=True, eq=False)
class Images(Base):
    """Any set of images."""


@define(slots=False, kw_only=True, eq=False)
class IDXImage(IDX, Images):
    """Images of one size in an IDX file; ``data()`` has the shape (images, rows, columns)."""


@define(slots=False, kw_only=True, eq=False)
class LabelledImages(Base):
    """Images and what they show.

    Args:
        images: the images.
        labels: a label for each image, in the same order.
    """

    images: Images
    labels: Base


@define(slots=False, kw_only=True, eq=False)
class ImageClassification(Supervised[LabelledImages, LabelledImages, LabelledImages]):
    """Labelled images to learn classification from."""
