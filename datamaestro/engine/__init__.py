"""The engine: from a definition and a manifest to files on disk."""
