"""The board: where each open case stands that the reader may see; and their closed cases."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from engine.councils import Council
from engine.lists.case_list import (
    BOARD,
    OWN,
    SERVICE,
    TEAM,
    ListedCase,
    Step,
    export_cases,
    kind_of_board,
    read_case_page,
)
from engine.lists.listing import Page, Tally
from engine.lists.trays import Desk
from webui import lists
from webui.guards import signed_in
from webui.pages.tray import tabs
from webui.visit import installation, me
from webui.words import due_in_words, first_capital, instant_in_words, until_in_words

board = Blueprint("board", __name__)

WHOSE = {
    BOARD: "All open cases of the council that you may see.",
    SERVICE: "The open cases in which your service has a part.",
    TEAM: "The open cases in which your team has a part.",
    OWN: "The open cases in which you have a part.",
}


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """A step that a case waits at, in words."""

    name: str
    post: str
    persons: str
    since: str
    due: str
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """A case in words; `clock` says where its own clock stands, `ended` how and when it closed."""

    number: str
    initials: str
    stage: str
    raiser: str
    team: str
    clock: str
    clock_over: bool
    ended: str
    outcome: str
    steps: tuple[StepLine, ...]


@board.route("/board", methods=["GET", "POST"])
@signed_in
def show() -> ResponseReturnValue:
    """Where each open case stands."""
    return _page(is_open=True)


@board.route("/closed-cases", methods=["GET", "POST"])
@signed_in
def closed() -> ResponseReturnValue:
    """The closed cases, the last one first."""
    return _page(is_open=False)


@board.route("/board.csv", methods=["GET", "POST"])
@signed_in
def file() -> ResponseReturnValue:
    """Where each open case stands, as a file."""
    return _file(is_open=True)


@board.route("/closed-cases.csv", methods=["GET", "POST"])
@signed_in
def closed_file() -> ResponseReturnValue:
    """The closed cases, as a file."""
    return _file(is_open=False)


def _page(*, is_open: bool) -> ResponseReturnValue:
    endpoint = "board.show" if is_open else "board.closed"
    asked = lists.wanted()
    leads_to = lists.settled(endpoint, asked)
    if leads_to is not None:
        return leads_to

    def beside(desk: Desk, page: Page[ListedCase], tally: Tally) -> dict[str, Any]:
        all_tabs = tabs(desk, {"board": tally.whole} if is_open and not asked.text else {})
        return {
            "title": all_tabs[2][1] if is_open else "Closed cases",
            "whose": WHOSE[kind_of_board(desk)],
            "urgencies": [
                (lists.URGENT[key], key in lists.PRESSING, lists.count_in_words(found, tally))
                for key in lists.URGENT
                if (found := tally.urgencies.get(key, 0))
            ],
            "lines": [line_of(each, desk.council, desk.now) for each in page.rows],
            "tabs": all_tabs,
        }

    file = "board.file" if is_open else "board.closed_file"
    read = partial(read_case_page, is_open=is_open)
    shown = lists.read_list(endpoint, file, asked, read, beside)
    return render_template("board.html", is_open=is_open, **shown)


def line_of(case: ListedCase, council: Council, now: datetime) -> CaseLine:
    """A case in words."""
    ended = f"Closed on {instant_in_words(case.closed_at)}" if case.closed_at else ""
    return CaseLine(
        number=case.number,
        initials=case.initials,
        stage=case.stage,
        raiser="You" if case.is_mine else case.raiser,
        team=case.team,
        clock=_clock(case, now),
        clock_over=case.limit is not None and case.limit < now,
        ended=ended,
        outcome=case.outcome or ("Closed" if case.closed_at else ""),
        steps=tuple(_step(step, council, now) for step in case.steps),
    )


def _clock(case: ListedCase, now: datetime) -> str:
    if case.limit is None:
        return "Not started" if case.closed_at is None else ""
    day = f"Day {case.days}. " if case.days is not None else ""
    called = case.limit_called
    over = f"The {called} passed on" if case.limit < now else first_capital(called)
    return f"{day}{over} {until_in_words(case.limit, now)}"


def _step(step: Step, council: Council, now: datetime) -> StepLine:
    return StepLine(
        name=" ".join(step.name.split()),
        post=step.title,
        persons=", ".join(step.persons) or "Nobody holds this post",
        since=f"Since {until_in_words(step.since, now)}",
        due=due_in_words(step.due, now, council.calendar) if step.due else "No due date",
        overdue=step.overdue,
    )


def _file(*, is_open: bool) -> Response:
    here, who = installation(), me()
    council, now = here.council(who.council), here.clock.now()
    found = export_cases(here, who, lists.wanted(), is_open=is_open)
    name = "board" if is_open else "closed-cases"
    head = ["Case", "Child", "Stage", "Raised by", "Team", "With", "Due", "Clock", "Outcome"]
    head += ["Opened", "Closed"]
    return lists.file(name, head, (_cells(each, council, now) for each in found), now)


def _cells(case: ListedCase, council: Council, now: datetime) -> tuple[str, ...]:
    line = line_of(case, council, now)
    return (
        line.number,
        line.initials,
        line.stage,
        case.raiser,
        line.team,
        "; ".join(f"{step.post} ({step.persons}): {step.name}" for step in line.steps),
        "; ".join(step.due for step in line.steps),
        line.clock,
        line.outcome,
        lists.day_and_time(case.opened_at),
        lists.day_and_time(case.closed_at),
    )
