"""Where a resource may be, below the folder of its data set."""

WHOLE = "."
"""The path of a resource that is the data set's folder itself."""

NOWHERE = ""
"""The path of a resource that has no file here: another data set, or what a program fetches."""


def is_inside(path: str) -> bool:
    """Return whether a relative path with forward slashes stays below where it begins."""
    return "\0" not in path and not any(part in ("", ".", "..") for part in path.split("/"))
