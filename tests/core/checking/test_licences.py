"""Whether a licence is an SPDX expression."""

from __future__ import annotations

import pytest

from datamaestro.checking.licences import is_expression


@pytest.mark.parametrize(
    "text",
    [
        *("MIT", "CC-BY-4.0", "CC-BY-NC-SA-3.0", "CC-BY-SA-3.0-DE", "CC0-1.0", "apache-2.0"),
        *("ODC-By-1.0", "GPL-3.0-or-later", "GPL-2.0+", "LicenseRef-of-mine", "BSD-3-Clause"),
        *("MIT OR Apache-2.0", "(MIT)", "CC-BY-4.0 AND (MIT OR Apache-2.0)"),
        "GPL-2.0-only WITH Classpath-exception-2.0",
    ],
)
def test_an_expression(text: str) -> None:
    """A known licence, or several that are joined."""
    assert is_expression(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "free", "CC BY 4.0", "CC-BY", "MIT license", "MIT OR", "OR", "(MIT", "MIT)"),
        *("https://creativecommons.org/licenses/by/4.0/", "MIT Apache-2.0", "()", "l"),
    ],
)
def test_what_is_none(text: str) -> None:
    """Words of a publisher, or half of an expression."""
    assert not is_expression(text)
