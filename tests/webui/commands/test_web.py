import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from engine.clock import parse_instant
from engine.store.database import Database
from engine.store.demonstration import mark
from engine.store.migrate import migrate
from webui.commands import web
from webui.commands.web import address_of, command, listen


class Server:
    """A server that only keeps what it was made with."""

    made: list[dict[str, Any]]

    def __init__(self) -> None:
        self.closed = False

    def run(self) -> None:
        handler = signal.getsignal(signal.SIGTERM)
        assert callable(handler)
        frame: FrameType | None = None
        with pytest.raises(SystemExit) as ended:
            handler(signal.SIGTERM, frame)
        assert ended.value.code == 0

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[dict[str, Any]]]:
    """How each server was made; signals are as before afterwards."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    options: list[dict[str, Any]] = []

    def create_server(site: Flask, **given: Any) -> Server:
        options.append({"site": site, **given})
        return Server()

    monkeypatch.setattr(web, "create_server", create_server)
    monkeypatch.setattr(web, "log_plainly", lambda: None)
    monkeypatch.setenv("STEPLADDER_VAR", str(tmp_path))
    for name in ("STEPLADDER_DATABASE", "STEPLADDER_ADDRESS", "STEPLADDER_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield options
    for number, handler in kept.items():
        signal.signal(number, handler)


def start(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["--port", "0", *arguments])


def test_it_says_where_it_answers_and_ends_on_a_signal(made: list[dict[str, Any]]) -> None:
    result = start()

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("The site answers at http://127.0.0.1:")
    assert made[0]["url_scheme"] == "http"
    assert "trusted_proxy" not in made[0]


def test_behind_a_proxy_people_come_by_https_and_the_proxy_says_who_calls(
    made: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEPLADDER_ADDRESS", "https://stepladder.example.org")

    assert start("--proxy", "10.0.0.7").exit_code == 0

    assert made[0]["url_scheme"] == "https"
    assert made[0]["trusted_proxy"] == "10.0.0.7"
    assert made[0]["trusted_proxy_headers"] == "x-forwarded-for"
    assert made[0]["site"].config["SESSION_COOKIE_SECURE"]


def test_a_demonstrations_database_is_refused(made: list[dict[str, Any]], tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'stepladder.db'}")
    migrate(database)
    with database.write() as connection:
        mark(connection, parse_instant("2026-04-01T09:00"))
    database.close()

    result = start()

    assert result.exit_code == 1
    assert "belongs to the demonstration" in result.stderr
    assert made == []


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("no.such.host.invalid", "no.such.host.invalid is no address. Use --host 127.0.0.1."),
        ("192.0.2.1", "192.0.2.1 is no address of this machine. Use --host 127.0.0.1."),
    ],
)
def test_a_host_that_is_none_is_told(made: list[dict[str, Any]], host: str, sentence: str) -> None:
    result = start("--host", host)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert made == []


@pytest.mark.parametrize(
    ("family", "place", "address"),
    [
        (socket.AF_INET, ("0.0.0.0", 0), "http://127.0.0.1:{}"),
        (socket.AF_INET, ("127.0.0.1", 0), "http://127.0.0.1:{}"),
    ],
)
def test_the_address_is_one_that_a_browser_here_can_open(
    family: int, place: tuple[str, int], address: str
) -> None:
    with socket.socket(family) as listening:
        listening.bind(place)
        assert address_of(listening) == address.format(listening.getsockname()[1])


def test_a_socket_listens_where_it_was_told() -> None:
    with listen("127.0.0.1", 0) as listening, socket.socket() as caller:
        caller.connect(listening.getsockname())
