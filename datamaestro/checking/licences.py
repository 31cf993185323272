"""Whether a licence is written as SPDX wants it, as far as known."""

from __future__ import annotations

import re

KNOWN = (
    r"CC0-1\.0|CC-PDDC|CC-BY(-NC)?(-SA|-ND)?-(1\.0|2\.0|2\.5|3\.0|4\.0)(-[A-Z]{2,3})?",
    r"PDDL-1\.0|ODbL-1\.0|ODC-By-1\.0|CDLA-(Permissive|Sharing)-\d\.0|C-UDA-1\.0|O-UDA-1\.0",
    r"OGL-(UK|Canada)-\d\.0|etalab-2\.0|DL-DE-(BY|ZERO)-2\.0|NLOD-\d\.0|OGDL-Taiwan-1\.0|LOOP",
    r"MIT(-0|-CMU|-Modern-Variant)?|ISC|0BSD|BSD-[1-4]-Clause(-[\w-]+)?|Apache-(1\.0|1\.1|2\.0)",
    r"(A|L)?GPL-\d\.\d(-only|-or-later)?|GFDL-1\.[123](-[\w-]+)?|MPL-\d\.\d|EUPL-1\.[012]",
    r"EPL-[12]\.0|Artistic-[12]\.0|Unlicense|WTFPL|Zlib|OFL-1\.[01]|LPPL-1\.\d\w?|PostgreSQL",
    r"Python-2\.0(\.1)?|PSF-2\.0|Ruby|BSL-1\.0|MS-(PL|RL)|UPL-1\.0|NCSA|W3C|AFL-\d\.\d|Beerware",
    r"(DocumentRef-[\w.-]+:)?LicenseRef-[\w.-]+|NONE|NOASSERTION",
)
"""Identifiers that data and programs have (SPDX licence list 3.25), and those of one's own."""

IDENTIFIER = re.compile(rf"({'|'.join(KNOWN)})\+?", re.IGNORECASE)
TOKEN = re.compile(r"\s*([()]|[^\s()]+)")


def is_expression(text: str) -> bool:
    """Return whether a text is an SPDX expression of licences that are known here.

    >>> is_expression("CC-BY-4.0 AND (MIT OR Apache-2.0)")
    True
    >>> is_expression("free for research")
    False
    """
    words = TOKEN.findall(text)
    simple = ["l" if IDENTIFIER.fullmatch(word) else word.upper() for word in words]
    form = " ".join(re.sub(r"^WITH$", "with", word) for word in simple)
    form = re.sub(r"l with \S+", "l", form)
    before = ""
    while before != form:
        before = form
        form = re.sub(r"l (AND|OR) l|\( l \)", "l", form)
    return form == "l"
