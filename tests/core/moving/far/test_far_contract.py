"""A data directory that is asked over pipes does what every transport does."""

from pathlib import Path

import pytest

from datamaestro.testing.transports import TransportContract
from datamaestro_hookspecs.transports import Transport


class TestPiped(TransportContract):
    """As by ssh, but for ssh."""

    record = Transport("piped", ("file",), "support.sides:Piped")

    @pytest.fixture
    def target(self, tmp_path: Path) -> str:
        """Return a data directory that is not there yet."""
        return str(tmp_path / "there")
