"""The contract between datamaestro and its plugins: read this page, then one module per family.

A plugin is a module with functions marked ``@hookimpl``, named by an entry point of the group
``datamaestro``::

    [project.entry-points.datamaestro]
    acme = "acme_datamaestro"

Each function returns records that say what the plugin adds and where the work is done, as a
dotted path that is imported on first use::

    from datamaestro_hookspecs import hookimpl
    from datamaestro_hookspecs.downloaders import Downloader

    @hookimpl
    def datamaestro_downloaders():
        return [Downloader("acme", schemes=("acme",), implementation="acme_datamaestro.acme:Acme")]

==================  ============================  ========================================
family              hook                          module
==================  ============================  ========================================
resolving ids       ``datamaestro_resolvers``     :mod:`datamaestro_hookspecs.resolvers`
repositories        ``datamaestro_repositories``  :mod:`datamaestro_hookspecs.repositories`
downloaders         ``datamaestro_downloaders``   :mod:`datamaestro_hookspecs.downloaders`
transformers        ``datamaestro_transformers``  :mod:`datamaestro_hookspecs.transformers`
unpackers           ``datamaestro_unpackers``     :mod:`datamaestro_hookspecs.unpackers`
data types          ``datamaestro_datatypes``     :mod:`datamaestro_hookspecs.datatypes`
dialects            ``datamaestro_dialects``      :mod:`datamaestro_hookspecs.dialects`
encoders            ``datamaestro_encoders``      :mod:`datamaestro_hookspecs.encoders`
transports          ``datamaestro_transports``    :mod:`datamaestro_hookspecs.transports`
events              ``datamaestro_event``         :mod:`datamaestro_hookspecs.events`
==================  ============================  ========================================

The values that they share are in :mod:`datamaestro_hookspecs.cards` (what a definition says),
:mod:`datamaestro_hookspecs.streams` (what streams are made of),
:mod:`datamaestro_hookspecs.offers` (what travels between data directories) and
:mod:`datamaestro_hookspecs.errors` (what a plugin may raise).

Among equals: a scheme, suffix, prefix, type or repository that several plugins provide goes to the
highest ``priority`` (built-in plugins have the lowest); a tie is an error that names both, when it
is used. Two records of one family with the same name are an error too, when that name is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datamaestro_hookspecs.markers import hookimpl

__all__ = ["hookimpl"]


def __getattr__(name: str) -> Any:
    """Import pluggy when a hook is marked, and not where only records and errors are wanted."""
    if name != "hookimpl":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from datamaestro_hookspecs.markers import hookimpl

    return hookimpl
