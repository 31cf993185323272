"""Takes files from a mounted file system: ``file:///path``."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.downloaders import Downloader


@hookimpl
def datamaestro_downloaders() -> list[Downloader]:
    work = "datamaestro_plugins.file.downloader:FileDownloader"
    return [Downloader("file", schemes=("file",), implementation=work, local=True)]
