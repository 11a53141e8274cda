"""`stepladder run` up to the moment at which it answers; tests/acceptance has whole processes."""

import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from engine.councils import read_councils
from engine.installation import open_installation
from engine.people import add_person
from engine.settings import read_settings
from tests.stories import COUNCIL, PROCESSES
from webui.commands import run as run_module
from webui.commands.run import command


@pytest.fixture
def sites(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Flask]:
    """The sites that would have been served; nothing is waited for."""
    served: list[Flask] = []

    def serve(site: Flask, _listening: socket.socket, *, ready: Callable[[], None]) -> None:
        served.append(site)
        ready()

    monkeypatch.setattr(run_module, "serve", serve)
    monkeypatch.setattr(run_module, "log_plainly", lambda: None)
    monkeypatch.setenv("STEPLADDER_VAR", str(tmp_path / "var"))
    for name in ("STEPLADDER_DATABASE", "STEPLADDER_ADDRESS", "STEPLADDER_PROCESSES"):
        monkeypatch.delenv(name, raising=False)
    return served


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--port", "0"])


def test_the_first_start_publishes_what_the_store_never_had_and_says_how_to_begin(
    sites: list[Flask],
) -> None:
    result = run()

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Stepladder answers at http://127.0.0.1:")
    assert result.stdout.count("\n") == 1
    assert f"Published {COUNCIL}/positive-challenge, version 1." in result.stderr
    assert "Nobody can sign in yet." in result.stderr
    assert "stepladder people add " in result.stderr
    assert "--council COUNCIL " in result.stderr
    assert f"COUNCIL is one of: {', '.join(read_councils(PROCESSES))}." in result.stderr
    assert len(sites) == 1

    again = run()

    assert "Published" not in again.stderr


def test_with_people_it_says_nothing_of_them(sites: list[Flask], tmp_path: Path) -> None:
    installation = open_installation(read_settings({"STEPLADDER_VAR": str(tmp_path / "var")}))
    with installation.database.write() as connection:
        add_person(connection, council=COUNCIL, name="Asha Patel", email="asha@example.org")
    installation.database.close()

    assert "Nobody can sign in yet." not in run().stderr


def test_a_procedure_with_errors_is_told_and_not_published(
    sites: list[Flask], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(PROCESSES, tmp_path / "processes")
    monkeypatch.setenv("STEPLADDER_PROCESSES", str(tmp_path / "processes"))
    diagram = tmp_path / "processes" / COUNCIL / "positive-challenge" / "positive-challenge.bpmn"
    text = diagram.read_text("utf-8")
    diagram.write_text(text.replace("5 working days<", "5 workdays, more or less<", 1), "utf-8")

    result = run()

    assert result.exit_code == 0, result.output
    assert f"Published {COUNCIL}/" not in result.stderr
    assert f"{COUNCIL}/positive-challenge has errors, so it is not published" in result.stderr
    assert "stage1_due" in result.stderr
    assert len(sites) == 1


def test_what_the_council_must_answer_first_is_told_and_not_put_to_use(sites: list[Flask]) -> None:
    result = run()

    assert "Published lincolnshire/" not in result.stderr
    assert "escalation-of-professional-concerns is not put to use yet" in result.stderr
    assert "  Q2  Which post is the Local Authority Nominated (Senior) Officer" in result.stderr
    assert len(sites) == 1


def test_notices_lead_to_where_it_answers_unless_another_address_is_set(
    sites: list[Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run()
    here = sites[0].extensions["stepladder"].installation.settings.address
    assert result.stdout == f"Stepladder answers at {here}\n"

    monkeypatch.setenv("STEPLADDER_ADDRESS", "https://stepladder.example.org")
    run()

    settings = sites[1].extensions["stepladder"].installation.settings
    assert settings.address == "https://stepladder.example.org"
    assert sites[1].config["SESSION_COOKIE_SECURE"]


def test_the_demonstration_has_its_bar_and_its_own_database(
    sites: list[Flask], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEPLADDER_DATABASE", str(tmp_path / "real.db"))

    result = run("--demo")

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("The demonstration answers at http://127.0.0.1:")
    assert "Nobody can sign in yet." not in result.stderr
    assert "/demo/clock" in {str(rule) for rule in sites[0].url_map.iter_rules()}
    assert (tmp_path / "var" / "demo.db").exists()
    assert not (tmp_path / "real.db").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_the_demonstration_is_for_this_machine_only(sites: list[Flask], host: str) -> None:
    result = run("--demo", "--host", host)

    assert result.exit_code == 2
    assert "it is for this machine only" in result.stderr
    assert sites == []


def test_the_demonstration_leaves_real_data_alone(sites: list[Flask], tmp_path: Path) -> None:
    database = tmp_path / "var" / "demo.db"
    open_installation(
        read_settings({"STEPLADDER_VAR": str(tmp_path)}, database=str(database))
    ).database.close()

    result = run("--demo")

    assert result.exit_code == 1
    assert "was not made by the demonstration" in result.stderr
    assert sites == []


def test_real_data_is_not_put_into_the_demonstration(
    sites: list[Flask], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("--demo").exit_code == 0
    monkeypatch.setenv("STEPLADDER_DATABASE", str(tmp_path / "var" / "demo.db"))

    result = run()

    assert result.exit_code == 1
    assert "belongs to the demonstration" in result.stderr
    assert len(sites) == 1


def test_a_port_in_use_is_told_before_anything_is_made(sites: list[Flask], tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        result = CliRunner().invoke(command, ["--demo", "--port", str(port)])

    assert result.exit_code == 1
    assert f"Port {port} is in use." in result.stderr
    assert f"--port {port + 1}" in result.stderr
    assert not (tmp_path / "var").exists()
