"""The plugins that come with datamaestro, by dotted name, in the order of registration."""

PREFIX = "datamaestro_plugins."

BUILTINS = tuple(
    PREFIX + name
    for name in (
        "catalogue",
        "http",
        "file",
        "package",
        "gzip",
        "bzip2",
        "xz",
        "zstd",
        "lines",
        "decode",
        "call",
        "tar",
        "zip",
        "directory",
        "idx",
        "csv",
        "json",
        "experimaestro",
        "ssh",
        "progress",
        "image",
        "demo",
    )
)

WHEN_IMPORTED = {"experimaestro": PREFIX + "experimaestro.datatypes:install"}
"""What is called as soon as a package has been imported, and types of data, too."""
