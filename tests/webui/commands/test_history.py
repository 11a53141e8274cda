import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.clock import SetClock, parse_instant
from engine.demo import demo_settings, open_demonstration
from engine.history.anchors import seal
from engine.installation import open_installation
from engine.rehearsal import Rehearsal
from engine.settings import read_settings
from tests.stories import CONCERN, PROCESSES, procedure
from webui.commands import history
from webui.commands.history import command


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with two cases, whose history was sealed once."""
    monkeypatch.setenv("STEPLADDER_VAR", str(tmp_path))
    monkeypatch.delenv("STEPLADDER_DATABASE", raising=False)
    clock = SetClock(parse_instant("2026-03-23T10:00"))
    installation = open_installation(read_settings({"STEPLADDER_VAR": str(tmp_path)}), clock)
    told = Rehearsal(PROCESSES, procedure(), clock.now(), installation=installation)
    for _ in range(2):
        told.raise_concern({**CONCERN, "entry": "informal", "to": "tm"})
        told.answer("informal_respond", {"answer": "It is booked."})
    seal(installation)
    installation.database.close()
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def alter(var: Path, statement: str, database: str = "stepladder.db") -> None:
    connection = sqlite3.connect(var / database)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_whole_history_is_told_so(var: Path) -> None:
    result = run("verify")

    assert result.exit_code == 0
    assert result.stdout == "2 cases with 4 entries and 1 anchor: whole.\n"
    assert result.stderr == ""


def test_one_case_is_verified_by_its_number(var: Path) -> None:
    assert run("verify", "2026-00002").stdout == "1 case with 2 entries and 1 anchor: whole.\n"


def test_a_break_is_a_line_that_names_case_and_entry(var: Path) -> None:
    alter(var, "UPDATE history SET act = 'other' WHERE case_id = 2 AND sequence = 1")

    result = run("verify")

    assert result.exit_code == 1
    assert "2026-00002, entry 1: The entry" in result.stdout.splitlines()[0]
    assert result.stdout.endswith("2 cases with 4 entries and 1 anchor: 1 break\n")
    assert run("verify", "2026-00001").exit_code == 0
    assert run("verify", "2026-00002").exit_code == 1


def test_programs_get_one_object(var: Path) -> None:
    alter(var, "DELETE FROM history WHERE case_id = 1 AND sequence = 2")

    result = run("verify", "--json")
    told = json.loads(result.stdout)

    assert result.exit_code == 1
    assert (told["cases"], told["anchors"]) == (2, 1)
    assert {"case": "2026-00001", "sequence": 2} in [
        {"case": each["case"], "sequence": each["sequence"]} for each in told["breaks"]
    ]
    assert all(each["problem"] for each in told["breaks"])


def test_a_case_that_was_deleted_is_still_found_by_its_number(var: Path) -> None:
    for table in ("answers", "task_posts", "tasks", "deadlines", "parts", "notices"):
        where = "task_id IN (SELECT id FROM tasks WHERE case_id = 1)"
        alter(var, f"DELETE FROM {table} WHERE {where if table == 'task_posts' else 'case_id = 1'}")
    alter(var, "DELETE FROM history_bodies WHERE case_id = 1")
    alter(var, "DELETE FROM history WHERE case_id = 1")
    alter(var, "DELETE FROM cases WHERE id = 1")

    result = run("verify", "2026-00001")

    assert result.exit_code == 1
    assert "2026-00001: The case was deleted" in result.stdout


def test_a_case_that_never_was_is_told(var: Path) -> None:
    result = run("verify", "2026-00003")

    assert result.exit_code == 1
    assert "There is no case 2026-00003, and never was." in result.stderr


def test_a_key_that_is_missing_or_new_is_told(var: Path) -> None:
    (var / "anchor.key").unlink()

    for _ in range(2):
        result = run("verify")
        assert result.exit_code == 1
        assert f"{var}/anchor.key is not the key that signed the anchors" in result.stderr
        assert "Put the key back from your backup" in result.stderr


def test_sealing_now_makes_an_anchor_only_where_something_was_added(var: Path) -> None:
    assert run("seal").stdout == "Nothing was added since the last anchor.\n"

    alter(var, "DELETE FROM anchors")

    assert run("seal").stdout == "Anchor 1 seals the history.\n"
    assert run("verify").exit_code == 0


def test_a_bar_is_shown_where_somebody_watches(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with history._progress() as progress:
        assert progress is None
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with history._progress() as progress:
        assert progress is not None
        progress(1, 2)
        progress(2, 2)


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    settings = demo_settings({"STEPLADDER_VAR": str(folder)}, "http://127.0.0.1:8123")
    open_demonstration(settings).installation.database.close()
    return folder


def test_the_demonstrations_history_and_a_copy_of_it_are_verified_with_its_own_key(
    beginning: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEPLADDER_VAR", str(beginning))
    copy = tmp_path / "copy.db"
    shutil.copy(beginning / "demo.db", copy)

    assert run("verify", "--demo").stdout.endswith("whole.\n")

    monkeypatch.setenv("STEPLADDER_DATABASE", str(copy))
    assert run("verify").exit_code == 0
    alter(
        tmp_path, "UPDATE history_bodies SET content = content || ' ' WHERE case_id = 3", "copy.db"
    )
    assert "2026-00003, entry 1: " in run("verify").stdout
    assert "belongs to the demonstration" in run("seal").stderr


def test_where_no_demonstration_was_started_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEPLADDER_VAR", str(tmp_path))

    result = run("verify", "--demo")

    assert result.exit_code == 1
    assert "There is no demonstration in" in result.stderr


def test_a_kept_anchor_is_held_against_todays_history(var: Path) -> None:
    file = var / "kept.json"
    file.write_text(run("anchor").stdout)

    result = run("verify", "--since", str(file))

    assert result.exit_code == 0
    assert result.stdout.splitlines()[1] == (
        "Anchor 1 of 23 March 2026, 10:00 is still contained, with 2 cases that it and the anchors "
        "before it seal."
    )
    alter(var, "DELETE FROM anchors")
    assert run("verify").exit_code == 0
    result = run("verify", "--since", str(file))
    assert result.exit_code == 1
    assert "Anchor 1 is gone" in result.stdout
    assert "There is no anchor yet." in run("anchor").stderr
    file.write_text(file.read_text().replace('"hash": "', '"hash": "0'))
    result = run("verify", "--since", str(file))
    assert "proves nothing. Its signature is not right" in result.stderr
    file.write_bytes(b"\xff\x00nothing")
    assert "This is no anchor." in run("verify", "--since", str(file)).stderr
