import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from webui.commands.play import command

PROCESSES = Path(__file__).parents[3] / "processes"
NEL = "north-east-lincolnshire/positive-challenge"
STORY = """
title = "A story of my own"

[[step]]
at = 2026-03-23T10:00:00
does = "raise"
[step.answers]
entry = "formal"
decision = "stage 1"
concern = "No visits."
impact = "Nobody knows how the child is."
action = "Visit."
reason = "Asked before."
[step.then]
due = { stage1_respond = 2026-03-30, limit = 2026-04-22 }
"""


def play(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(each) for each in arguments])


def lines(result: Result) -> list[dict[str, str | None]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """The procedure copied to another place on the disk, as somebody does who redraws it."""
    shutil.copytree(PROCESSES / "north-east-lincolnshire", tmp_path / "north-east-lincolnshire")
    return tmp_path / NEL


def redraw(folder: Path, before: str, after: str) -> None:
    diagram = folder / f"{folder.name}.bpmn"
    drawn = diagram.read_text(encoding="utf-8")
    assert before in drawn
    diagram.write_text(drawn.replace(before, after), encoding="utf-8")


def test_each_event_is_a_line_of_json_with_the_same_keys() -> None:
    result = play(NEL, "--entry", "stage1", "--from", "2026-03-23T10:00", "--json")

    events = lines(result)
    assert result.exit_code == 0
    assert {tuple(event) for event in events} == {
        ("play", "at", "event", "element", "name", "stage", "for", "due")
    }
    assert events[1] == {
        "play": "everyone silent, from stage1_respond",
        "at": "2026-03-23T10:00:00+00:00",
        "event": "task",
        "element": "stage1_respond",
        "name": "Respond at Stage 1",
        "stage": "1",
        "for": "tm",
        "due": "2026-03-30",
    }
    assert {event["event"] for event in events} == {
        "opened", "task", "told", "overdue", "limit", "answered",
    }  # fmt: skip


def test_without_a_scenario_both_silences_are_played_from_each_way_in() -> None:
    result = play(NEL, "--from", "2026-03-23T10:00", "--json")

    plays = dict.fromkeys(event["play"] for event in lines(result))
    kinds = ("everyone silent", "respondents silent, raiser going up")
    assert sorted(str(play) for play in plays) == sorted(
        f"{kind}, from {first}"
        for kind in kinds
        for first in ("informal_respond", "next_step", *(f"stage{n}_respond" for n in range(1, 5)))
    )


def test_for_people_each_event_is_a_line_of_words() -> None:
    result = play(NEL, "--entry", "informal", "--from", "2026-03-23T10:00")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[1:5] == [
        "Everyone silent, from informal_respond",
        "  Mon 23 Mar 2026 10:00  opened    Concern raised",
        (
            "  Mon 23 Mar 2026 10:00  task      Respond to the Positive Challenge [tm], "
            "due 2026-03-24 (stage informal)"
        ),
        (
            "  Tue 24 Mar 2026 23:59  overdue   Respond to the Positive Challenge [tm], "
            "due 2026-03-24 (stage informal)"
        ),
    ]


def test_a_scenario_is_asked_for_by_its_name_in_the_folder_with_or_without_its_ending() -> None:
    for name in ("settled-informally", "settled-informally.toml"):
        result = play(NEL, name)

        assert result.exit_code == 0
        assert result.stdout == (
            "as expected: Settled informally (settled-informally.toml)\n"
            "1 of 1 scenarios went as expected.\n"
        )


def test_a_scenario_is_played_from_any_path(tmp_path: Path) -> None:
    story = tmp_path / "mine.toml"
    story.write_text(STORY, encoding="utf-8")

    result = play(NEL, story, "--json")

    assert result.exit_code == 0
    assert [event["event"] for event in lines(result)] == ["opened", "task", "told"]
    assert {event["play"] for event in lines(result)} == {"A story of my own"}


def test_a_procedure_is_played_from_any_path_and_what_no_scenario_comes_through_is_told(
    elsewhere: Path,
) -> None:
    for file in (elsewhere / "scenarios").iterdir():
        if file.name != "settled-informally.toml":
            file.unlink()

    for path in (elsewhere, elsewhere / "positive-challenge.bpmn"):
        result = play(path, "--all")

        assert result.exit_code == 0
        assert "1 of 1 scenarios went as expected.\nNo scenario comes through: " in result.stdout
        assert "Respond at Stage 1 (stage1_respond), " in result.stdout
        assert "(informal_respond)" not in result.stdout


def test_a_redrawn_deadline_that_a_scenario_does_not_expect_is_told_and_exits_with_one(
    elsewhere: Path,
) -> None:
    redraw(elsewhere, ">1 working day from contacted_at<", ">2 working days from contacted_at<")

    result = play(elsewhere, "settled-informally", "both-asked")

    assert result.exit_code == 1
    assert result.stderr == (
        "settled-informally.toml, step 1: raise: expected due of informal_respond: 2026-03-24; "
        "found 2026-03-25.\n"
    )
    assert result.stdout.splitlines()[-1] == "1 of 2 scenarios went as expected."


def test_what_goes_wrong_is_told_beside_the_lines_of_json(elsewhere: Path) -> None:
    redraw(elsewhere, ">1 working day from contacted_at<", ">2 working days from contacted_at<")

    result = play(elsewhere, "settled-informally", "--json")

    assert result.exit_code == 1
    assert [event["event"] for event in lines(result)] == ["opened", "task"]
    assert "settled-informally.toml, step 1" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nowhere/nothing",), "There is no procedure nowhere/nothing. Write it as "),
        ((NEL, "no-such-story"), "There is no scenario no-such-story: neither a file of that path"),
        ((NEL, "--entry", "stage9"), "No way into the procedure opens stage9 first. Use one of: "),
        ((NEL, "--from", "Monday"), '"Monday" is not a date and time.'),
        ((NEL, "--from", "1066-10-14T09:00"), "Give a year from 2000 to 2099."),
    ],
)
def test_what_cannot_be_played_is_refused_with_what_to_write(
    arguments: tuple[str, ...], sentence: str
) -> None:
    result = play(*arguments)

    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_scenario_that_cannot_be_read_is_refused_with_its_name_and_step(tmp_path: Path) -> None:
    story = tmp_path / "mine.toml"
    story.write_text(STORY.replace("does =", "do ="), encoding="utf-8")

    result = play(NEL, story)

    assert result.exit_code == 2
    assert 'mine.toml, step 1: say what is done, as does = "answer".' in result.stderr


def test_what_may_not_be_read_is_told(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(Path, "iterdir", refuse)
    result = play(elsewhere)

    assert result.exit_code == 2
    assert f"{elsewhere / 'forms'} cannot be read (Permission denied)." in result.stderr


def test_a_form_that_cannot_be_read_is_named(elsewhere: Path) -> None:
    (elsewhere / "forms" / "answer.form").write_text("{")
    result = play(elsewhere)

    assert result.exit_code == 2
    assert "forms/answer.form: The file is not JSON." in result.stderr


def test_a_folder_without_scenarios_is_told(elsewhere: Path) -> None:
    shutil.rmtree(elsewhere / "scenarios")

    result = play(elsewhere, "--all")

    assert result.exit_code == 2
    assert f"There are no scenarios in {elsewhere / 'scenarios'}." in result.stderr
