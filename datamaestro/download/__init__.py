"""Resources: how each file of a data set is declared. What they declare, plugins carry out."""

from datamaestro.download.resource import Bound, Resource

__all__ = ["Bound", "Resource"]
