"""Whether a licence is written as SPDX wants it."""

from __future__ import annotations


def is_expression(text: str) -> bool:
    """Return whether a text is an SPDX expression of licences that are on its list.

    >>> is_expression("CC-BY-4.0 AND (MIT OR Apache-2.0)")
    True
    >>> is_expression("free for research")
    False
    """
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        return False
    return True
