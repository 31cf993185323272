"""A plugin with a dialect, in which types of data may be written."""

from __future__ import annotations

from pathlib import Path

from support.distributions import install

PLUGIN = """
    import attrs
    from datamaestro_hookspecs import hookimpl
    from datamaestro_hookspecs.dialects import Dialect


    class Acme:
        def declare(self, kind):
            body = vars(kind).get("FIELDS", ())
            attrs.define(slots=False, kw_only=True, eq=False)(kind) if body else None
            kind.declared = body

        def configuration(self, kind):
            return f"Configured{kind.__name__}"

        def identifiers(self, kind):
            return [f"acme.{kind.__name__}"]

        def public_name(self, name):
            return f"the {name} of acme"

        def defers(self):
            return True

        def submit(self, data, *arguments, **options):
            return "submitted"


    @hookimpl
    def datamaestro_dialects():
        return [Dialect("acme", "acme_notation", "acme_dialect:Acme", names=("AcmeParam",))]
    """


TOO_OLD = """
        def __init__(self):
            from datamaestro.errors import PluginError
            raise PluginError("acme 1 is there, and 2 is wanted", hint="pip install -U acme")

        def declare("""


def add_dialect(site: Path, name: str = "acme", *, too_old: bool = False) -> None:
    """Install the plugin; it is in use when there is a module ``acme_notation``.

    Args:
        site: where it is installed.
        name: of the plugin.
        too_old: whether what it needs is, so that it cannot be used.
    """
    module = f"{name}_dialect"
    source = PLUGIN.replace("acme_dialect", module)
    if too_old:
        source = source.replace("\n        def declare(", TOO_OLD, 1)
    install(site, name, {f"{module}.py": source}, {"datamaestro": {name: module}})
