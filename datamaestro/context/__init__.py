"""Where everything is asked for: a data directory, and the functions that stand for it."""

from datamaestro.context.context import Context
from datamaestro.context.functions import find_dataset, get_dataset, prepare_dataset
from datamaestro.download.datafolders import DatafolderPath, ResolvablePath
from datamaestro.repository import BaseRepository, Repository

__all__ = [
    "BaseRepository",
    "Context",
    "DatafolderPath",
    "Repository",
    "ResolvablePath",
    "find_dataset",
    "get_dataset",
    "prepare_dataset",
]
