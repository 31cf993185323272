"""What is done to the bytes of a file while they arrive; what is said here, plugins carry out.

Transformations are chained with ``|``::

    FileDownloader("x.tsv", url, transforms=Gunzip() | Filter("^en"))

==============================================  ==================================================
:class:`Gunzip`, :class:`Bunzip2`,              expand what one program has compressed
:class:`Unxz`, :class:`Unzstd`
:class:`Expand`                                 expands what is compressed, and leaves all else
:class:`Decode`                                 text in some encoding, to UTF-8
:class:`Filter`, :class:`Replace`,              lines of text
:class:`Head`
:class:`Untar`, :class:`Unzip`,                 members of archives; what stands after it is done
:class:`Unpack`                                 to each of them
:class:`Apply`                                  a Python function of your own
==============================================  ==================================================
"""

from datamaestro.stream.archives import Unpack, Untar, Unzip
from datamaestro.stream.compress import Bunzip2, Expand, Gunzip, Unxz, Unzstd
from datamaestro.stream.lines import Filter, Head, Replace
from datamaestro.stream.text import Decode
from datamaestro.stream.transform import Apply, Identity, Named, Transform, TransformList

__all__ = [
    "Apply",
    "Bunzip2",
    "Decode",
    "Expand",
    "Filter",
    "Gunzip",
    "Head",
    "Identity",
    "Named",
    "Replace",
    "Transform",
    "TransformList",
    "Unpack",
    "Untar",
    "Unxz",
    "Unzip",
    "Unzstd",
]
