"""The tray: what waits for whoever is signed in, the most urgent first, and their cases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine.case_list import MOST_IN_LIST, ListedCase, Step, read_case_list
from engine.case_waiting import stage_in_words
from engine.clock import in_london
from engine.councils import Council
from engine.tasks import MOST_IN_TRAY, InTray, read_tray
from engine.undelivered import read_undelivered
from webui.guards import signed_in
from webui.visit import installation, me
from webui.words import due_in_words, missed_in_words, until_in_words

tray = Blueprint("tray", __name__)

UNANSWERED: Final = "Nobody answered"
OVERDUE: Final = "Overdue"
TODAY: Final = "Due today"
LATER: Final = "Later"
UNDATED: Final = "No due date"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A task in the tray, in words."""

    task_id: int
    number: str
    initials: str
    name: str
    stage: str
    due: str
    milestone: str
    begun: bool


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """A case in the list of one's cases, in words.

    `stands` are sentences on what it waits for, each with whether that is overdue.
    """

    number: str
    initials: str
    stage: str
    raiser: str
    stands: tuple[tuple[str, bool], ...]


@tray.get("/")
@signed_in
def show() -> ResponseReturnValue:
    """The tray of whoever is signed in."""
    here, who = installation(), me()
    council, now = here.council(who.council), here.clock.now()
    tasks, cases = read_tray(here, who), read_case_list(here, who)
    return render_template(
        "tray.html",
        sections=list(sections(tasks, council, now)),
        not_all_tasks=len(tasks) == MOST_IN_TRAY,
        not_all_cases=len(cases) == MOST_IN_LIST,
        open_cases=[
            case_line(case, council, now)
            for case in sorted(cases, key=_is_calm)
            if case.closed_at is None
        ],
        undelivered=read_undelivered(here, who),
        closed_cases=[case_line(case, council, now) for case in cases if case.closed_at],
    )


def sections(
    tasks: Iterable[InTray], council: Council, now: datetime
) -> Iterable[tuple[str, list[Line]]]:
    """The tasks by how pressing they are, as (heading, lines); no section is empty."""
    found: dict[str, list[Line]] = {UNANSWERED: [], OVERDUE: [], TODAY: [], LATER: [], UNDATED: []}
    for waiting in tasks:
        found[_section(waiting, now)].append(_line(waiting, council, now))
    return ((heading, lines) for heading, lines in found.items() if lines)


def _section(waiting: InTray, now: datetime) -> str:
    due = waiting.task.due
    if waiting.missed:
        return UNANSWERED
    if due is None:
        return UNDATED
    if due < now:
        return OVERDUE
    return TODAY if in_london(due).date() == in_london(now).date() else LATER


def _line(waiting: InTray, council: Council, now: datetime) -> Line:
    task = waiting.task
    milestone = ""
    if task.milestone:
        milestone = f"By the case’s own clock: {until_in_words(task.milestone, now)}"
    return Line(
        task_id=task.id,
        number=waiting.case_number,
        initials=waiting.initials,
        name=" ".join(task.name.split()),
        stage=stage_in_words(council, task.stage),
        due=_when(waiting, council, now),
        milestone=milestone,
        begun=waiting.begun,
    )


def _when(waiting: InTray, council: Council, now: datetime) -> str:
    if waiting.missed:
        return missed_in_words(waiting.missed, now)
    due = waiting.task.due
    return due_in_words(due, now, council.calendar) if due else UNDATED


def case_line(case: ListedCase, council: Council, now: datetime) -> CaseLine:
    """A case in words."""
    if case.closed_at is not None:
        ended = f"Closed on {until_in_words(case.closed_at, now)}"
        stands: tuple[tuple[str, bool], ...] = (
            (f"{case.outcome or 'Closed'}.", False),
            (ended, False),
        )
    else:
        stands = tuple((_stands(step, council, now), step.overdue) for step in case.steps)
    return CaseLine(
        number=case.number,
        initials=case.initials,
        stage=case.stage,
        raiser="You" if case.is_mine else case.raiser,
        stands=stands,
    )


def _stands(step: Step, council: Council, now: datetime) -> str:
    due = f" {due_in_words(step.due, now, council.calendar)}" if step.due else ""
    return f"{step.title}: {' '.join(step.name.split())}.{due}"


def _is_calm(case: ListedCase) -> bool:
    """Cases in which something is overdue come first; else the order stays."""
    return not any(step.overdue for step in case.steps)
