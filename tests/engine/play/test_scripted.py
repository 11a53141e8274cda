from pathlib import Path

import pytest

from engine.clock import parse_instant
from engine.play import Played, play_scenario, read_scenario
from engine.procedures import read_package
from engine.rehearsal import CannotPlay, Rehearsal
from tests.engine.play import town
from tests.engine.play.town import RAISED

ANSWERED = """
[[step]]
at = 2026-03-24T09:00:00
does = "answer"
what = "respond"
post = "tm"
answers = { answer = "Visited today." }
"""


@pytest.fixture
def processes(tmp_path: Path) -> Path:
    town.build(tmp_path)
    return tmp_path


def play(processes: Path, text: str) -> Played:
    package = read_package(processes / "town" / "alert")
    return play_scenario(processes, package, read_scenario(text.encode(), "story.toml"))


def failures(processes: Path, text: str) -> list[str]:
    return [str(failure) for failure in play(processes, text).failures]


def test_what_happened_is_told_in_order(processes: Path) -> None:
    played = play(processes, RAISED + ANSWERED)

    assert [str(failure) for failure in played.failures] == []
    assert [event.in_words() for event in played.events] == [
        "Mon 23 Mar 2026 10:00  opened    Raised",
        "Mon 23 Mar 2026 10:00  task      Respond [tm], due 2026-03-24T10:00+00:00 (stage alert)",
        "Tue 24 Mar 2026 09:00  answered  Respond [tm] (stage alert)",
        "Tue 24 Mar 2026 09:00  told      Respond [boss] (stage alert)",
        "Tue 24 Mar 2026 09:00  ended     Answered",
    ]
    assert played.elements == {"raised", "respond", "over"}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('open = ["due", "respond"]', "expected open: due, respond; found respond."),
        ("open = []", "expected open: nothing; found respond."),
        ('open = ["respond", "respond"]', "expected open: respond, respond; found respond."),
        ('overdue = ["respond"]', "expected overdue: respond; found nothing."),
        ("due = { respond = 2026-03-24 }",
         "expected due of respond: 2026-03-24; found 2026-03-24T10:00+00:00."),
        ("due = { due = 2026-03-24T10:30:00 }",
         "expected due of due: 2026-03-24T10:30+00:00; found 2026-03-24T10:00+00:00."),
        ('due = { respond = "none" }',
         "expected due of respond: none; found 2026-03-24T10:00+00:00."),
        ("due = { limit = 2026-04-22 }", "expected due of limit: 2026-04-22; found none."),
        ('told = ["boss", "tm"]', "expected told: boss, tm; found tm: new-task."),
        ('not_told = ["boss", "tm"]', "expected not told: boss, tm; found told: tm: new-task."),
        ('told = ["tm: more-time"]', "expected told: tm: more-time; found tm: new-task."),
        ('not_told = ["tm:new-task"]',
         "expected not told: tm: new-task; found told: tm: new-task."),
        ('offered = ["start"]', "expected offered: start; found stop."),
        ('stage = "1"', "expected stage: 1; found alert."),
        ('outcome = "Over"', "expected outcome: Over; found nothing."),
        ("closed = true", "expected closed: true; found false."),
    ],
)  # fmt: skip
def test_a_failed_expectation_names_step_expected_and_found(
    processes: Path, line: str, sentence: str
) -> None:
    text = f"{RAISED}[step.then]\n{line}\n"

    assert failures(processes, text) == [f"step 1: raise: {sentence}"]


def test_expectations_that_are_met_are_no_failures(processes: Path) -> None:
    met = """
    [step.then]
    open = ["respond"]
    overdue = []
    due = { respond = 2026-03-24T10:00:00, due = 2026-03-24T11:00:00+01:00, limit = "none" }
    told = ["tm", "tm:new-task"]
    not_told = ["boss", "tm: more-time"]
    offered = ["stop"]
    stage = "alert"
    outcome = ""
    closed = false
    """

    assert failures(processes, RAISED + met) == []


def test_it_stops_at_the_first_step_that_goes_otherwise(processes: Path) -> None:
    text = f"{RAISED}[step.then]\nopen = []\nclosed = true\n{ANSWERED}"

    assert failures(processes, text) == [
        "step 1: raise: expected open: nothing; found respond.",
        "step 1: raise: expected closed: true; found false.",
    ]
    assert [event.event for event in play(processes, text).events] == ["opened", "task"]


def test_told_counts_what_the_step_and_the_time_before_it_sent_and_nothing_earlier(
    processes: Path,
) -> None:
    quiet = "[[step]]\nat = 2026-03-23T11:00:00\n[step.then]\ntold = []\nnot_told = ['tm']\n"
    text = f"{RAISED}{quiet}{ANSWERED}[step.then]\ntold = ['boss']\nnot_told = ['tm']\n"

    assert failures(processes, text) == []


def test_a_deadline_passes_at_its_own_instant_on_the_way_to_a_step(processes: Path) -> None:
    text = f"{RAISED}[[step]]\nat = 2026-03-30T09:00:00\n[step.then]\noverdue = ['respond']\n"
    played = play(processes, text)

    assert played.failures == ()
    assert played.events[-1].in_words() == (
        "Tue 24 Mar 2026 10:00  overdue   Respond [tm], due 2026-03-24T10:00+00:00 (stage alert)"
    )


def test_an_act_that_cannot_be_done_fails_with_the_sentence_that_people_are_shown(
    processes: Path,
) -> None:
    again = ANSWERED.replace("09:00:00", "09:30:00")

    assert failures(processes, RAISED + ANSWERED + again) == [
        (
            "step 3: tm answer respond: expected the act to succeed; found Team Manager (played) "
            "already answered this on Tuesday 24 March 2026 at 09:00. Open the case to see it."
        )
    ]


def test_a_refusal_that_is_expected_is_compared_by_a_part_of_its_sentence(processes: Path) -> None:
    again = ANSWERED.replace("09:00:00", "09:30:00")

    assert failures(processes, f'{RAISED}{ANSWERED}{again}refused = "already answered"') == []
    assert failures(processes, f'{RAISED}{ANSWERED}{again}refused = "no such task"') == [
        (
            "step 3: tm answer respond: expected a refusal that says “no such task”; found "
            "Team Manager (played) already answered this on Tuesday 24 March 2026 at 09:00. "
            "Open the case to see it."
        )
    ]
    assert failures(processes, f'{RAISED}{ANSWERED}refused = "already"') == [
        "step 2: tm answer respond: expected a refusal that says “already”; found that it was done."
    ]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ('does = "answer"\nwhat = "respnd"', "respnd is not open; what waits is: respond."),
        ('does = "answer"\nwhat = "respond"\npost = "cook"',
         "There is no post “cook”. Use one of: boss, raiser, tm."),
        ('does = "answer"\nwhat = "respond"\nanswers = { anwser = "Yes." }',
         "The form answer does not ask anwser."),
        ('does = "answer"\nwhat = "respond"', "The form answer objects: answer: Enter the answer."),
        ('does = "press"\nwhat = "due"', "There is no message event due on the diagram."),
        ('does = "give time"\nwhat = "over"\nuntil = 2026-04-10',
         "over is not open; what waits is: respond."),
        ('does = "give time"\nwhat = "respond"\nuntil = 2026-04-10\npost = "tm"',
         "Only the raiser of a case gives more time."),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_told_with_what_there_is(
    processes: Path, lines: str, found: str
) -> None:
    text = f"{RAISED}[[step]]\nat = 2026-03-23T10:30:00\n{lines}\n"

    (failure,) = failures(processes, text)
    assert failure.endswith(f"expected the act to succeed; found {found}")


def test_only_who_holds_the_raisers_post_raises(processes: Path) -> None:
    raised = RAISED.replace('does = "raise"', 'does = "raise"\npost = "tm"')

    assert failures(processes, raised) == [
        (
            "step 1: tm raise: expected the act to succeed; found Only those who hold the raiser's "
            "post may raise a concern."
        )
    ]


def test_a_year_without_bank_holidays_cannot_be_played(processes: Path) -> None:
    package = read_package(processes / "town" / "alert")

    with pytest.raises(CannotPlay, match="Give a year from 2000 to 2099"):
        Rehearsal(processes, package, parse_instant("0005-01-01T00:00Z"))
