"""Contracts: tests that the author of a plugin inherits, one class per family.

=============================  =======================  ========================
contract                       attributes               fixtures
=============================  =======================  ========================
:class:`DownloaderContract`    ``record``, ``content``  ``url``, ``missing_url``
:class:`TransformerContract`   ``record``, ``pairs``
:class:`UnpackerContract`      ``record``, ``archives``
:class:`DataTypeContract`      ``record``               ``data``
:class:`ResolverContract`      ``record``               ``known``, ``unknown``
:class:`TransportContract`     ``record``               ``target``
=============================  =======================  ========================

A module of the plugin's tests has a class for each of its records, with what the contract is told;
a fixture may ask for others, as anywhere in pytest::

    import pytest
    from datamaestro.testing import DownloaderContract
    from datamaestro_plugins.file import datamaestro_downloaders


    class TestFile(DownloaderContract):
        record = datamaestro_downloaders()[0]
        content = b"some bytes"

        @pytest.fixture
        def url(self, tmp_path):
            path = tmp_path / "file"
            path.write_bytes(self.content)
            return path.as_uri()

        @pytest.fixture
        def missing_url(self):
            return "file:///no/such/file"

A contract may also have a method to be overridden, as that of data types has::

    import numpy as np
    import pytest
    from datamaestro.data.tensor import IDX
    from datamaestro.testing import DataTypeContract
    from datamaestro_plugins.idx import datamaestro_datatypes


    class TestIDX(DataTypeContract):
        record = datamaestro_datatypes()[0]

        @pytest.fixture
        def data(self, tmp_path):
            path = tmp_path / "labels.idx"
            path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]))
            return IDX(path=path)

        def assert_content(self, content):
            assert content.dtype == np.uint8
            assert content.tolist() == [7, 8, 9]

All definitions of a repository are checked by :func:`check_repository`.

Each test's docstring says what the engine relies on. Where a format cannot do what a test asks,
the contract's docstring names the attribute or the method by which to say so. Needs pytest
(``datamaestro[testing]``), which datamaestro itself does not.
"""

import pytest

FAMILIES = ("downloaders", "transformers", "unpackers", "datatypes", "resolvers", "transports")
"""The modules; their assertions are explained by pytest like those of a test module."""

pytest.register_assert_rewrite(*(f"{__name__}.{each}" for each in (*FAMILIES, "hostile_case")))

from datamaestro.testing.datatypes import DataTypeContract  # noqa: E402 - once registered
from datamaestro.testing.downloaders import DownloaderContract  # noqa: E402
from datamaestro.testing.repositories import check_repository  # noqa: E402
from datamaestro.testing.resolvers import ResolverContract  # noqa: E402
from datamaestro.testing.transformers import TransformerContract  # noqa: E402
from datamaestro.testing.transports import TransportContract  # noqa: E402
from datamaestro.testing.unpackers import Packed, UnpackerContract  # noqa: E402

__all__ = [
    "DataTypeContract",
    "DownloaderContract",
    "Packed",
    "ResolverContract",
    "TransformerContract",
    "TransportContract",
    "UnpackerContract",
    "check_repository",
]
