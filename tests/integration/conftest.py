"""What several modules of integration tests share."""

import pytest

from tests.integration.demonstration import Demonstration, begun


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """Give the archive of the demo; nobody writes to it."""
    return begun(tmp_path_factory)
