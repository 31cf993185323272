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
        "idx",
        "csv",
        "json",
        "progress",
        "image",
        "demo",
    )
)
