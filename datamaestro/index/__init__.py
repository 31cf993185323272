"""The compiled index of all repositories, by which they are listed and searched without imports.

It is one SQLite file in the user's cache directory, and nothing is lost with it. A repository's
rows are good as long as its *key* is the same, which says where its definitions come from
(:mod:`datamaestro.index.keys`); which repositories there are is said by a *survey*, with a key of
its own, so that not even plugins need be loaded (:mod:`datamaestro.index.quick`). What is no
longer good is compiled again (:mod:`datamaestro.index.compiled`).
"""
