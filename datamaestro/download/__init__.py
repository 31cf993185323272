"""Resources: how each file of a data set is declared. What they declare, plugins carry out."""

from datamaestro.download.authored import FileResource, FilesCopy, FolderResource, ValueResource
from datamaestro.download.checks import (
    CheckStatus,
    LocalResourceMixin,
    ResourceCheckResult,
    check_url,
)
from datamaestro.download.reference import Reference, reference
from datamaestro.download.resource import Resource

__all__ = [
    "CheckStatus",
    "Download",
    "FileResource",
    "FilesCopy",
    "FolderResource",
    "LocalResourceMixin",
    "Reference",
    "Resource",
    "ResourceCheckResult",
    "ValueResource",
    "check_url",
    "reference",
]

Download = Resource
"""What :class:`Resource` was called in earlier versions."""
