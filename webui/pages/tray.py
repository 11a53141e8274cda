"""Home: what waits for whoever is signed in, and what their cases wait for from others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from engine.acts.actions import find_follow_ups
from engine.acts.chasing import was_chased_today
from engine.case_file.waiting import stage_in_words, title_of
from engine.councils import RAISER, Council
from engine.lists.case_list import OWN, SERVICE, TEAM, count_list, kind_of_board
from engine.lists.listing import Page, Tally, Wanted
from engine.lists.trays import Desk, InTray, count_waiting, export_tray, read_tray_page
from engine.operating.desk import count_incidents
from engine.undelivered import read_undelivered
from engine.writing.drafting_help import read_drafts_asked
from webui import lists
from webui.guards import signed_in
from webui.visit import installation, me
from webui.words import due_in_words, missed_in_words, until_in_words

tray = Blueprint("tray", __name__)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A task in a tray, in words. What may be done with it, if it is ticked, is said by `may_…`."""

    task_id: int
    number: str
    initials: str
    name: str
    stage: str
    post: str
    persons: str
    due: str
    milestone: str
    for_whom: str
    claimed_by: str
    begun: bool
    sent_back: bool
    may_claim: bool
    may_hand_back: bool
    may_chase: bool


@dataclass(frozen=True, kw_only=True)
class Section:
    """The tasks of a page under one heading; `count` is how many there are on all pages."""

    heading: str
    pressing: bool
    count: str
    lines: tuple[Line, ...]


@tray.route("/", methods=["GET", "POST"])
@signed_in
def show() -> ResponseReturnValue:
    """What waits for whoever is signed in."""
    return _page(mine=True)


@tray.route("/with-others", methods=["GET", "POST"])
@signed_in
def others() -> ResponseReturnValue:
    """What their cases wait for from others."""
    return _page(mine=False)


@tray.route("/with-you.csv", methods=["GET", "POST"])
@signed_in
def file() -> ResponseReturnValue:
    """What waits for them, as a file."""
    return _file(mine=True)


@tray.route("/with-others.csv", methods=["GET", "POST"])
@signed_in
def others_file() -> ResponseReturnValue:
    """What their cases wait for from others, as a file."""
    return _file(mine=False)


def _page(*, mine: bool) -> ResponseReturnValue:
    endpoint = "tray.show" if mine else "tray.others"
    asked = lists.wanted()
    leads_to = lists.settled(endpoint, asked)
    if leads_to is not None:
        return leads_to
    here, who = installation(), me()

    def beside(desk: Desk, page: Page[InTray], tally: Tally) -> dict[str, Any]:
        is_first = mine and asked == Wanted() and page.previous is None
        whole = {("mine" if mine else "others"): tally.whole} if not asked.text else {}
        return {
            "tabs": tabs(desk, whole),
            "sections": sections(page, tally, desk.council, desk.now, mine=mine),
            "now": desk.now,
            "is_first": is_first,
            "follow_ups": find_follow_ups(desk.connection, who, desk.today) if is_first else (),
        }

    file = "tray.file" if mine else "tray.others_file"
    shown = lists.read_list(endpoint, file, asked, partial(read_tray_page, mine=mine), beside)
    return render_template(
        "tray.html",
        mine=mine,
        drafts_asked=read_drafts_asked(here, who) if shown["is_first"] else [],
        undelivered=read_undelivered(here, who) if shown["is_first"] else [],
        incidents=count_incidents(here, who) if shown["is_first"] else 0,
        **shown,
    )


def tabs(desk: Desk, known: dict[str, int]) -> list[tuple[str, str, str]]:
    """The lists that the person has, as (endpoint, name, how many); `known` counts are not read."""
    board = {OWN: "My cases", TEAM: "My team", SERVICE: "My service"}
    count: dict[str, Callable[[], int]] = {
        "mine": lambda: count_waiting(desk, mine=True),
        "others": lambda: count_waiting(desk, mine=False),
        "board": lambda: count_list(desk, is_open=True),
    }
    found = {name: known[name] if name in known else read() for name, read in count.items()}
    words = {name: lists.count_in_words(number) for name, number in found.items()}
    return [
        ("tray.show", "With me", words["mine"]),
        ("tray.others", "With others", words["others"]),
        ("board.show", board.get(kind_of_board(desk), "Live board"), words["board"]),
        ("board.closed", "Closed cases", ""),
    ]


def sections(
    page: Page[InTray], tally: Tally, council: Council, now: datetime, *, mine: bool
) -> list[Section]:
    """The tasks of a page by how urgent they are; no section is empty."""
    found = []
    for urgency, heading in lists.URGENT.items():
        lines = tuple(
            line_of(each, council, now, mine=mine) for each in page.rows if each.urgency == urgency
        )
        if lines:
            count = lists.count_in_words(tally.urgencies.get(urgency, 0), tally)
            pressing = urgency in lists.PRESSING
            found.append(Section(heading=heading, pressing=pressing, count=count, lines=lines))
    return found


def line_of(waiting: InTray, council: Council, now: datetime, *, mine: bool) -> Line:
    """A task in words."""
    task = waiting.task
    milestone, sent_back = "", task.sent_back_at is not None
    if task.milestone:
        milestone = f"By the case’s own clock: {until_in_words(task.milestone, now)}"
    elif waiting.missed and task.due:
        milestone = due_in_words(task.due, now, council.calendar)
    claimed = waiting.claimed_by_me or bool(waiting.claimed_by)
    return Line(
        task_id=task.id,
        number=waiting.case_number,
        initials=waiting.initials,
        name=" ".join(task.name.split()),
        stage=stage_in_words(council, task.stage),
        post="" if mine else title_of(council, waiting.post),
        persons="" if mine else ", ".join(waiting.persons) or "Nobody holds this post",
        due=_when(waiting, council, now),
        milestone=milestone,
        for_whom=waiting.for_whom,
        claimed_by="you" if waiting.claimed_by_me else waiting.claimed_by,
        begun=waiting.begun,
        sent_back=sent_back,
        may_claim=mine and waiting.shared and not claimed and not sent_back,
        may_hand_back=mine and waiting.claimed_by_me,
        may_chase=(
            waiting.raised_by_me and waiting.post != RAISER and not was_chased_today(task, now)
        ),
    )


def _when(waiting: InTray, council: Council, now: datetime) -> str:
    if waiting.missed:
        return missed_in_words(waiting.missed, now)
    due = waiting.task.due
    return due_in_words(due, now, council.calendar) if due else "No due date"


def _file(*, mine: bool) -> Response:
    here, who = installation(), me()
    council, now = here.council(who.council), here.clock.now()
    found = export_tray(here, who, lists.wanted(), mine=mine)
    head = ["What to do", "Case", "Child", "Stage", "Team", "With", "Claimed by", "Due", "When"]
    rows = (_cells(each, council, now, mine=mine) for each in found)
    return lists.file("with-you" if mine else "with-others", head, rows, now)


def _cells(waiting: InTray, council: Council, now: datetime, *, mine: bool) -> tuple[str, ...]:
    line = line_of(waiting, council, now, mine=mine)
    return (
        line.name,
        line.number,
        line.initials,
        line.stage,
        waiting.team,
        (f"You, for {line.for_whom}" if line.for_whom else "You")
        if mine
        else f"{line.post}: {line.persons}",
        waiting.claimed_by,
        lists.day_and_time(waiting.task.due),
        line.due,
    )
