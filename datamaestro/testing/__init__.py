r"""Contracts: tests that the author of a plugin inherits, one class per family.

==========================  ================================  =====================
contract                    what it is told (attributes)      and given (fixtures)
==========================  ================================  =====================
:class:`DownloaderContract`   ``record``, ``content``           ``url``, ``missing_url``
:class:`TransformerContract`  ``record``, ``pairs``             none
:class:`DataTypeContract`     ``record``                        ``data``
:class:`ResolverContract`     ``record``                        ``known``, ``unknown``
==========================  ================================  =====================

A module of the plugin's tests has a class for each of its records; pytest does the rest::

    import gzip

    from datamaestro.testing import TransformerContract
    from datamaestro_plugins.gzip import datamaestro_transformers


    class TestGunzip(TransformerContract):
        record = datamaestro_transformers()[0]
        pairs = [(gzip.compress(b"a line\n"), b"a line\n")]

A fixture is overridden by one of the same name, which may ask for others::

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

Each test's docstring says what the engine relies on. Where a format cannot do what a test asks,
the contract's docstring names the attribute or the method by which to say so. Needs pytest, which
datamaestro itself does not.
"""

import pytest

FAMILIES = ("downloaders", "transformers", "datatypes", "resolvers")
"""The modules; their assertions are explained by pytest like those of a test module."""

pytest.register_assert_rewrite(*(f"{__name__}.{family}" for family in FAMILIES))

from datamaestro.testing.datatypes import DataTypeContract  # noqa: E402 - once registered
from datamaestro.testing.downloaders import DownloaderContract  # noqa: E402
from datamaestro.testing.resolvers import ResolverContract  # noqa: E402
from datamaestro.testing.transformers import TransformerContract  # noqa: E402

__all__ = ["DataTypeContract", "DownloaderContract", "ResolverContract", "TransformerContract"]
