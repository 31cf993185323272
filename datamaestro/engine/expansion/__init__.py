"""From what arrives to files on disk: transformations, archives, and what makes that safe.

A :class:`~datamaestro.engine.expansion.chain.Expansion` lets a *flow* (a stream and its name) go
through a chain of transformations, and what comes out into a *sink*: one file, or a folder. Of an
archive a *selection* says which members are taken; a *meter* counts, and knows the limits; the
*tree* writes, and lets nothing outside.
"""
