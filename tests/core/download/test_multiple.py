"""What versions before 1.0 had."""

import pytest

from datamaestro.download import Download
from datamaestro.download.manual import linkfolder
from datamaestro.download.multiple import Datasets, List
from datamaestro.errors import DefinitionError


@pytest.mark.parametrize("kind", [List, Datasets])
def test_what_is_no_longer_understood_is_refused(kind: type[Download]) -> None:
    """With what stands in its place now."""
    with pytest.raises(DefinitionError, match=f"multiple.{kind.__name__} is no longer understood"):
        kind("name")


def test_a_name_that_moved_is_still_found() -> None:
    """Where it was before."""
    assert "datamaestro.download.links" == linkfolder.__module__
