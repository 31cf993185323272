"""The repository of image data sets."""

from datamaestro.repository import Repository


class ImageRepository(Repository):
    """Data sets of images."""

    NAMESPACE = "image"
    DESCRIPTION = "Image data sets"
