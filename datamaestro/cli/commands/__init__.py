"""The commands, a module each, which has a ``command``."""
