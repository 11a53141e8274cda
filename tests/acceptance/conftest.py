"""What these tests may ask for: a database on each kind of store, as the engine's tests have it."""

from tests.engine.conftest import database, postgres_copy, postgres_tables

__all__ = ["database", "postgres_copy", "postgres_tables"]
