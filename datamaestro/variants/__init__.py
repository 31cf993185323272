"""Families of data sets: which variants there are, and how one of them is named.

A family has axes, and a variant has a value on each. A selector behind the family's id names one::

    class CorpusVariants(AxesVariants):
        language = Axis(["de", "en"])
        \"\"\"Of the texts\"\"\"

        size = Axis(type=int, default=1000)

    # org.example.corpus[language=en] has the full name org.example.corpus[language=en,size=1000]

**Selectors.** The canonical one has the axes in alphabetical order, defaults too, so that there is
one name for each variant. ``elide_default=True`` leaves an axis out while it has its default, so
that a family may gain axes and its variants keep their names; ``in_id=False`` leaves it out always.
With nothing left, there are no brackets.

**Values** stand as they are: ``null`` for None, ``true`` and ``false``, numbers, text. What would
be read as something else stands in double quotes, with the escapes of JSON: text with a comma,
blanks around it, a quote in front, or what is not printed; and the text ``null``. Any value may
stand in double or single quotes, and is text there, which is never ``null``.
"""

from datamaestro.variants.axis import MISSING, Axis
from datamaestro.variants.selector import split_id_selector
from datamaestro.variants.space import AxesVariants, VariantFactory, Variants

__all__ = [
    "MISSING",
    "AxesVariants",
    "Axis",
    "VariantFactory",
    "Variants",
    "split_id_selector",
]
