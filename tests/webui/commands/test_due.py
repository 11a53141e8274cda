import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from webui.commands.due import command

CLOSED = """
name = "Town"
kept_informed = "raiser"
record_system = "Mosaic"
help_contact = "the review service"

[calendar]
cut_off = 17:00:00
closure_days = [{ from = 2026-12-29, to = 2026-12-31, name = "Christmas closure" }]

[posts.raiser]
title = "IRO"
scope = "service"
"""


def due(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "town").mkdir()
    (tmp_path / "town" / "council.toml").write_text(CLOSED, encoding="utf-8")
    monkeypatch.setenv("STEPLADDER_PROCESSES", str(tmp_path))


def test_five_working_days_from_the_friday_before_easter_week_end_on_the_tuesday_after() -> None:
    result = due("2026-03-27T16:00", "5")

    assert (result.stdout, result.exit_code) == ("2026-04-07\n", 0)


def test_the_object_tells_each_day_that_was_skipped_and_why() -> None:
    result = due("2026-03-27T16:00", "5", "--json")

    assert result.stdout.count("\n") == 1
    assert json.loads(result.stdout) == {
        "received": "2026-03-27T16:00:00+00:00",
        "working_days": 5,
        "due": "2026-04-07",
        "due_instant": "2026-04-07T22:59:59Z",
        "counted": ["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02", "2026-04-07"],
        "skipped": [
            {"day": "2026-03-28", "why": "Saturday"},
            {"day": "2026-03-29", "why": "Sunday"},
            {"day": "2026-04-03", "why": "Good Friday"},
            {"day": "2026-04-04", "why": "Saturday"},
            {"day": "2026-04-05", "why": "Sunday"},
            {"day": "2026-04-06", "why": "Easter Monday"},
        ],
    }


@pytest.mark.usefixtures("town")
def test_a_councils_closure_days_and_cut_off_count_only_when_it_is_named() -> None:
    assert due("2026-12-18T12:00", "5").stdout == "2026-12-29\n"
    assert due("2026-12-18T12:00", "5", "--council", "town").stdout == "2027-01-04\n"
    assert due("2026-12-18T17:30", "1", "--council", "town").stdout == "2026-12-22\n"


def test_north_east_lincolnshire_counts_by_the_bank_holidays_alone() -> None:
    assert due("2026-03-27T16:00", "5", "--council", "north-east-lincolnshire").stdout == (
        "2026-04-07\n"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["tomorrow", "5"], '"tomorrow" is not a date and time. Write it as 2026-03-27T16:00'),
        (["2026-02-30", "5"], '"2026-02-30" is not in the calendar.'),
        (["2026-03-29T01:30", "5"], "did not happen: the clocks went forward."),
        (["1999-03-29", "5"], "The bank holidays of 1999 are not known."),
        (["2026-03-27", "five"], '"five" is no number of working days. Write it in digits, as 5.'),
        (["2026-03-27", "1_0"], '"1_0" is no number of working days.'),
        (["2026-03-27", "-1"], '"-1" is no number of working days.'),
        (["2026-03-27", "9" * 5000], "is no number of working days."),
        (["2026-03-27", "0"], "Give a whole number from 1 to 1000."),
        (["2026-03-27"], "Missing argument 'N'."),
    ],
)
def test_what_cannot_be_counted_is_refused_with_a_sentence(
    arguments: list[str], sentence: str
) -> None:
    result = due(*arguments)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert sentence in result.stderr


@pytest.mark.usefixtures("town")
def test_a_council_that_is_not_there_is_answered_with_those_that_are() -> None:
    result = due("2026-03-27", "5", "--council", "village")

    assert result.exit_code == 2
    assert 'There is no council "village". Use one of: town.' in result.stderr


def test_a_council_whose_file_is_wrong_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "town").mkdir()
    (tmp_path / "town" / "council.toml").write_text("nam = 1", encoding="utf-8")
    monkeypatch.setenv("STEPLADDER_PROCESSES", str(tmp_path))

    result = due("2026-03-27", "5", "--council", "town")

    assert result.exit_code == 2
    assert "council.toml, nam: There is no such key." in result.stderr
