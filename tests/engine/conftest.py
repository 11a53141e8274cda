"""What the tests of the engine may ask for: a fresh database, once on each kind of store."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import store
from engine.store.database import Database, metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with every table: a test that asks for it runs on both stores."""
    for module in pkgutil.iter_modules(store.__path__):
        if not module.ispkg:
            importlib.import_module(f"{store.__name__}.{module.name}")
    address = (
        f"sqlite:///{tmp_path / 'stepladder.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    fresh = Database(address)
    metadata.create_all(fresh.engine)
    yield fresh
    fresh.close()
