"""What the tests of pages may ask for beside an office: another council's, which meets monthly."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.procedures import read_package
from tests.webui.office import PROCESSES, Office


@pytest.fixture
def leicestershire(tmp_path: Path) -> Iterator[Office]:
    """Leicestershire's procedure, one person a post, Monday 23 March 2026 at 10:00."""
    package = read_package(PROCESSES / "leicestershire" / "quality-assurance-alert")
    made = Office(tmp_path / "leicestershire", package=package)
    yield made
    made.installation.database.close()
