import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.store.database import Database


def test_what_the_store_says_of_a_failure_tells_nothing_of_a_child(database: Database) -> None:
    with pytest.raises(DBAPIError) as failed, database.write() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "Kai Brooks"})

    assert "nowhere" in str(failed.value)
    assert "Kai Brooks" not in str(failed.value)
