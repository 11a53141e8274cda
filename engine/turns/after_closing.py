"""What a case leaves behind when it closes: for each action, the day on which is asked about it.

An action is not done because a dispute is over (X-10): the raiser is asked on the day by which it
was to be done, or some time after closing that the procedure names (X-39).
"""

from dataclasses import replace
from datetime import date

from engine.clock import in_london
from engine.councils import RAISER
from engine.diagrams import times
from engine.store.concerns import ConcernRow, find_actions, save_concern
from engine.turns.open_case import OpenCase

OVERTAKEN = "overtaken"
NO_FOLLOW_UP = "none"


def plan_follow_ups(case: OpenCase) -> None:
    """As the case closes, set the day on which is asked what became of each concern's action."""
    if _is_given_up(case):
        return
    askers = ",".join(_above_raiser(case))
    for row in find_actions(case.connection, case.case.id):
        day = _day(case, row)
        if day is not None:
            save_concern(case.connection, replace(row, ask_on=day, askers=askers))


def _is_given_up(case: OpenCase) -> bool:
    """Whether the case ended as one of which nothing is left to be done, as withdrawn."""
    return any(
        element.properties.get("follow_up") == NO_FOLLOW_UP
        and element.properties.get("outcome") == case.case.outcome
        for element in case.diagram.elements.values()
    )


def _day(case: OpenCase, row: ConcernRow) -> date | None:
    if not row.action or row.outcome == OVERTAKEN:
        return None
    if row.by_when is not None:
        return max(row.by_when, case.today)
    follow_up = case.version.package.settings.get("follow_up", {})
    rule = follow_up.get("time")
    if not rule:
        return None
    due = times.parse(str(rule)).due(
        case.at, case.council.calendar, case.run.values(), statutory=False
    )
    return in_london(due).date()


def _above_raiser(case: OpenCase) -> list[str]:
    """The posts that ask when the raiser has left: who manages them, and so on up."""
    posts: list[str] = []
    known = case.council.posts.get(RAISER)
    while known is not None and known.line_manager and known.line_manager not in posts:
        posts.append(known.line_manager)
        known = case.council.posts.get(known.line_manager)
    return posts
