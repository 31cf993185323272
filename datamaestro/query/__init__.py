"""The search language: what is read of a query, and what its fields mean.

A query is read (:mod:`datamaestro.query.reading`) into a tree (:mod:`datamaestro.query.tree`),
which the index answers (:mod:`datamaestro.index.searching`). Which fields there are, and what a
value means in each, stands in :mod:`datamaestro.query.fields`; what counts as a word in
:mod:`datamaestro.query.words`. ``docs/searching.md`` has it for users.
"""

from datamaestro.query.reading import parse_query

__all__ = ["parse_query"]
