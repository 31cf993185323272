"""Descriptions: data sets are listed, shown and handed over without the package that defines them.

What is described (:mod:`~datamaestro.descriptions.describing`) is written beside the manifest
(:mod:`datamaestro.store.descriptions`), and serves as a definition
(:mod:`~datamaestro.descriptions.definition`) where no repository has one.
"""
