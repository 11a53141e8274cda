"""What all tests may ask for: a browser, and a PostgreSQL server with a fresh database."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import chromium, postgres

LONG = bool(os.environ.get("STEPLADDER_LONG"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `long` are of `make long`; the suite has a shorter one of the same kind."""
    if LONG:
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in set(long)]


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The Chromium of this machine."""
    return chromium.find()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How pytest-playwright starts the browser: this machine's, without its background traffic."""
    return chromium.launch_options()


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """The browser of somebody at a desk in England."""
    return {
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "viewport": {"width": 1280, "height": 900},
    }


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL server for this test process: started when asked for, stopped at the end."""
    with postgres.running() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test's own."""
    with postgres_server.database() as url:
        yield url
