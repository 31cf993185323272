"""The error tree, handed on from the contract with plugins."""

from datamaestro_hookspecs.errors import (
    ActionNeeded,
    BusyError,
    ContentError,
    DatamaestroError,
    DatasetNotFound,
    DefinitionError,
    DigestMismatch,
    FileNeeded,
    HostError,
    OfflineError,
    PluginError,
    StorageError,
    TermsNeeded,
    TransferError,
    UsageError,
    VariantError,
)

__all__ = [
    "ActionNeeded",
    "BusyError",
    "ContentError",
    "DatamaestroError",
    "DatasetNotFound",
    "DefinitionError",
    "DigestMismatch",
    "FileNeeded",
    "HostError",
    "OfflineError",
    "PluginError",
    "StorageError",
    "TermsNeeded",
    "TransferError",
    "UsageError",
    "VariantError",
]
