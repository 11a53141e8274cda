"""What the tests of the engine may ask for: a fresh database, once on each kind of store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from engine.store.database import Database
from engine.store.migrate import create_tables
from tests import postgres


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: postgres.Server) -> Iterator[str]:
    """The name of a PostgreSQL database with every table and no rows, to be copied."""
    with postgres_server.database() as url:
        model = Database(url)
        create_tables(model)
        model.close()
        yield make_url(url).database or ""


@pytest.fixture
def postgres_copy(postgres_server: postgres.Server, postgres_tables: str) -> Iterator[str]:
    """The address of a PostgreSQL database of this test's own, with every table."""
    with postgres_server.database(template=postgres_tables) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with every table: a test that asks for it runs on both stores."""
    if request.param == "postgresql":
        fresh = Database(request.getfixturevalue("postgres_copy"))
    else:
        fresh = Database(f"sqlite:///{tmp_path / 'stepladder.db'}")
        create_tables(fresh)
    yield fresh
    fresh.close()
