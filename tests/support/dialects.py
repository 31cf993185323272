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


def add_dialect(site: Path, name: str = "acme") -> None:
    """Install the plugin; it is in use when there is a module ``acme_notation``."""
    module = f"{name}_dialect"
    source = PLUGIN.replace("acme_dialect", module)
    install(site, name, {f"{module}.py": source}, {"datamaestro": {name: module}})
