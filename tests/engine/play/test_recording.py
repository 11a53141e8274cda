"""What was played is kept as a scenario, and a scenario is brought up to another version."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.clock import parse_instant
from engine.play import play_scenario, read_scenario
from engine.play.recording import moved_dates, record, renew
from engine.play.scenario import Scenario, Step, Then
from engine.play.writing import write_scenario
from engine.procedures import Package
from tests.engine.exports.playing import FILES, named
from tests.stories import PROCESSES, procedure

HERE = PROCESSES / "north-east-lincolnshire" / "positive-challenge" / "scenarios"
SILENT = HERE / "silence-at-stage-1.toml"


def three_days() -> Package:
    """The procedure, a team manager having three days in place of five."""
    package = procedure()
    path = package.diagram_path
    source = package.files[path]
    place = source.index(b'id="stage1_due"')
    changed = source[:place] + source[place:].replace(b">5 working days<", b">3 working days<", 1)
    assert changed != source
    return Package(council=package.council, key=package.key, files={**package.files, path: changed})


def read(file: Path) -> Scenario:
    return read_scenario(file.read_bytes(), file.name)


@pytest.mark.parametrize("file", FILES, ids=named)
def test_every_scenario_is_read_back_as_it_was_written(file: Path) -> None:
    assert read_scenario(write_scenario(read(file)), file.name) == read(file)


@given(
    text=some.text(),
    answers=some.dictionaries(
        some.text(min_size=1), some.text() | some.booleans() | some.lists(some.text()), max_size=3
    ),
    at=some.sampled_from(
        [
            "2026-03-23T10:00",
            "2026-10-25T01:30:00+00:00",
            "2026-10-25T01:30",
            "2026-06-01T10:00:59Z",
        ]
    ),
)
def test_any_text_and_any_hour_is_read_back(text: str, answers: dict[str, str], at: str) -> None:
    step = Step(
        number=1,
        at=parse_instant(at),
        does="raise",
        what="",
        post=None,
        answers=answers,
        until=None,
        reason="As the scenario says.",
        refused=None,
        then=Then(stage=text, told=(), due={}),
    )
    whole = Scenario(name="x", title=text, shows=(), statuses=(), steps=(step,))
    assert read_scenario(write_scenario(whole), "x") == whole


def test_what_is_recorded_is_as_expected_at_once() -> None:
    bare = read(SILENT)
    bare = replace(bare, steps=tuple(replace(step, then=Then()) for step in bare.steps))
    recorded = record(PROCESSES, procedure(), bare)
    assert recorded.steps[0].then.open == ("stage1_respond",)
    assert (recorded.steps[0].then.due or {}).keys() == {"stage1_respond", "limit"}
    assert play_scenario(PROCESSES, procedure(), recorded).failures == ()


def test_on_three_days_its_dates_are_told_old_and_new_and_it_is_as_expected_again() -> None:
    before = read(SILENT)
    assert play_scenario(PROCESSES, three_days(), before).failures
    after = renew(PROCESSES, three_days(), before)
    assert play_scenario(PROCESSES, three_days(), after).failures == ()
    first = moved_dates(before, after)[0]
    assert (first.element, first.before, first.after) == (
        "stage1_respond",
        "2026-03-30",
        "2026-03-26",
    )


def test_on_the_same_version_nothing_is_otherwise() -> None:
    assert renew(PROCESSES, procedure(), read(SILENT)) == read(SILENT)
