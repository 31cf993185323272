"""Downloads over HTTP and HTTPS."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.downloaders import Downloader


@hookimpl
def datamaestro_downloaders() -> list[Downloader]:
    work = "datamaestro_plugins.http.downloader:HTTPDownloader"
    return [Downloader("http", schemes=("http", "https"), implementation=work)]
