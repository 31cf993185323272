"""``datamaestro version``."""

import click

from datamaestro.version import __version__


@click.command()
def command() -> None:
    """Print the version."""
    click.echo(__version__)
