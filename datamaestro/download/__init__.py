"""Resources: how each file of a data set is declared. What they declare, plugins carry out."""

from datamaestro.download.authored import FileResource, FilesCopy, FolderResource, ValueResource
from datamaestro.download.reference import Reference, reference
from datamaestro.download.resource import Resource

__all__ = [
    "Download",
    "FileResource",
    "FilesCopy",
    "FolderResource",
    "Reference",
    "Resource",
    "ValueResource",
    "reference",
]

Download = Resource
"""What :class:`Resource` was called in earlier versions."""
