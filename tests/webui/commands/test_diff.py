"""What is otherwise between two versions, by command: the words of the site."""

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.councils import read_council
from engine.installation import open_installation
from engine.procedures import publish
from engine.redrawing.differences import find_differences
from engine.settings import read_settings
from tests.engine.moving.redrawn import WORDS, redrawn, timer
from tests.stories import COUNCIL, PROCESSES, procedure
from webui.commands import main

NAME = f"{COUNCIL}/positive-challenge"


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPLADDER_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("STEPLADDER_PROCESSES", str(PROCESSES))
    monkeypatch.delenv("STEPLADDER_DATABASE", raising=False)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["diff", *arguments])


def test_two_published_versions_and_the_folder_are_told_apart_as_on_the_site() -> None:
    new = redrawn(*WORDS, timer("stage3_due", "3 working days"))
    installation = open_installation(read_settings(os.environ))
    for package in (procedure(), new):
        publish(installation, package, by=None, reason="On the site.")
    installation.database.close()
    said = find_differences(procedure(), new, read_council(PROCESSES / COUNCIL))
    done = run(f"{NAME}@1", f"{NAME}@2")
    assert (done.exit_code, done.output.splitlines()) == (0, [each.words for each in said])
    assert "the time to answer was 5 working days, and is now 3 working days." in done.output
    assert run(NAME, f"{NAME}@2").output == done.output
    assert run(NAME, f"{NAME}@1").output == "Nothing is otherwise.\n"
    rows = json.loads(run(f"{NAME}@1", f"{NAME}@2", "--json").output)
    assert [(row["where"], row["what"]) for row in rows] == [(e.where, e.what) for e in said]

    none = run(f"{NAME}@1", f"{NAME}@3")
    assert none.exit_code == 2
    assert "has no version 3. Published were: 1, 2." in none.output


def test_a_folder_that_was_changed_is_compared_with_the_one_it_came_from(tmp_path: Path) -> None:
    folder = tmp_path / COUNCIL / "positive-challenge"
    shutil.copytree(PROCESSES / COUNCIL, folder.parent)
    message = folder / "messages" / "chase.md"
    message.write_text(message.read_text() + "\nAsk us where you need help.\n")
    done = run(NAME, str(folder))
    assert done.output == ("The message “chase”: it also says “Ask us where you need help.”.\n")


def test_what_cannot_be_compared_is_said() -> None:
    two = run(NAME, "rotherham/challenge-and-escalation")
    assert (two.exit_code, "are two procedures" in two.output) == (2, True)
    for wrong in ("nothing", "nothing@1", f"{NAME}@x"):
        done = run(NAME, wrong)
        assert (done.exit_code, "Write it as" in " ".join(done.output.split())) == (2, True), wrong
