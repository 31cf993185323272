"""Takes files that installed Python packages carry: ``package:some.package/file``."""

from datamaestro_hookspecs import hookimpl
from datamaestro_hookspecs.downloaders import Downloader


@hookimpl
def datamaestro_downloaders() -> list[Downloader]:
    work = "datamaestro_plugins.package.downloader:PackageDownloader"
    return [Downloader("package", schemes=("package",), implementation=work, local=True)]
