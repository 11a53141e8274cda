"""Running cases are moved by command: a dry run without a reason, moved with one, undone."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.procedures import publish
from tests.engine.moving.redrawn import WORDS, redrawn, timer
from tests.webui.office import Office
from webui.commands import main

KEY = "positive-challenge"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office(tmp_path)
    monkeypatch.setattr("webui.commands.move.open_installation", lambda _: made.installation)
    return made


def move(house: Office, *arguments: str, post: str = "iro_sm") -> Result:
    return CliRunner().invoke(main, ["move", KEY, *arguments, "--by", house.people[post].email])


def test_cases_are_tried_moved_and_moved_back(house: Office) -> None:
    formal = {"entry": "formal", "reason": "It cannot wait."}
    first = house.raise_concern(**formal, decision="stage 1")
    second = house.raise_concern(**formal, decision="stage 2")
    third = house.raise_concern()
    new = redrawn(*WORDS, timer("stage1_due", "3 working days"))
    publish(house.installation, new, by=None, reason="Decided.")

    told = move(house)
    assert told.exit_code == 0, told.output
    assert "2 of 3 running case(s) could go on with version 2; 0 are on it already." in told.output
    assert f"{second}  could\n" in told.output
    assert f"{first}  could not: “Respond at Stage 1” has 5 working days" in told.output

    moved = move(house, "2", "--case", second, "--reason", "Decided.")
    assert moved.output == "Move 1: 1 case(s) are on version 2.\n"
    moved = move(house, "--reason", "Decided.")
    assert moved.output == "Move 2: 1 case(s) are on version 2.\n"
    undone = move(house, "--undo", "2", "--reason", "After all not.")
    assert undone.output == "Move 2 is undone: 1 case(s) are back.\n"
    assert f"{third}  could\n" in move(house).output
    for refused, said in (
        (move(house, post="raiser"), "may do this"),
        (move(house, "7"), "There is no version 7."),
        (move(house, "--undo", "2", "--reason", "Again."), "has undone it already"),
    ):
        assert refused.exit_code == 1
        assert said in refused.output
