import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.store.database import CannotOpen, Database


def test_what_the_store_says_of_a_failure_tells_nothing_of_a_child(database: Database) -> None:
    with pytest.raises(DBAPIError) as failed, database.write() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "Kai Brooks"})

    assert "nowhere" in str(failed.value)
    assert "Kai Brooks" not in str(failed.value)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("sqlite:////proc/nowhere/stepladder.db", "The folder /proc/nowhere cannot be made"),
        ("postgresql+psycopg://stepladder@127.0.0.1:1/x", "Connection refused"),
        ("nothing", "is not an address"),
    ],
)
def test_a_database_that_is_not_there_is_told_in_a_sentence(address: str, said: str) -> None:
    with pytest.raises(CannotOpen) as failed:
        Database(address).reach()
    assert said in str(failed.value)
    assert "STEPLADDER_DATABASE" in str(failed.value)


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(CannotOpen, match="file is not a database"):
        Database(f"sqlite:///{letter}").reach()
    assert letter.read_text() == "Dear Sir or Madam, " * 100


def test_a_new_file_that_another_process_is_about_to_write_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "stepladder.db"
    other = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    other.execute("CREATE TABLE begun (id INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, other.execute, ["COMMIT"]).start()

    database = Database(f"sqlite:///{path}")
    database.reach()

    with database.read() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    database.close()
    other.close()
    assert mode == "wal"
