import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner

from engine.clock import parse_instant
from engine.installation import Installation
from engine.store.database import Database
from engine.store.demonstration import mark
from engine.store.migrate import migrate
from webui.commands import worker
from webui.commands.worker import command, log_plainly


class Patient:
    """A worker that works until it is told to stop, and is told so by a signal."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.ended = False

    def run(self, stop: Event) -> None:
        assert not stop.is_set()
        os.kill(os.getpid(), self.number)
        self.ended = stop.wait(10)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A folder of its own; signals and logging are as before afterwards."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr(worker, "log_plainly", lambda: None)
    monkeypatch.setenv("STEPLADDER_VAR", str(tmp_path))
    monkeypatch.delenv("STEPLADDER_DATABASE", raising=False)
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_after_its_round(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    patient = Patient(number)

    def open_worker(_installation: Installation) -> Patient:
        return patient

    monkeypatch.setattr(worker, "open_worker", open_worker)
    result = CliRunner().invoke(command)

    assert result.exit_code == 0, result.output
    assert patient.ended


def test_a_demonstrations_database_is_refused(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'stepladder.db'}")
    migrate(database)
    with database.write() as connection:
        mark(connection, parse_instant("2026-04-01T09:00"))
    database.close()

    result = CliRunner().invoke(command)

    assert result.exit_code == 1
    assert "belongs to the demonstration" in result.stderr


def test_of_what_others_log_only_what_is_wrong_is_told() -> None:
    levels = {name: logging.getLogger(name).level for name in ("engine", "webui")}
    try:
        log_plainly()
        assert logging.getLogger("engine.worker").isEnabledFor(logging.INFO)
        assert not logging.getLogger("spiff.workflow").isEnabledFor(logging.INFO)
        assert not logging.getLogger("alembic").isEnabledFor(logging.INFO)
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
