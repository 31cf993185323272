"""The one place that states the version; the wheel's metadata is read from here."""

__version__ = "2.0.0"
