"""What a meeting about a case decided: each decision is an action of the case (X-28, X-15).

The diagram says at the step that records a meeting which list of its form holds them, by the
property `decisions`. As of a concern's action, it is asked after the end what became of each, on
its own date (X-39).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from engine.acts.concerns import told_of
from engine.diagrams.diagram import Element
from engine.errors import StepladderError
from engine.forms.decisions import BY_WHEN, DECIDED, OWNER, PROPERTY
from engine.store.concerns import FIRST_DECISION, ConcernRow, add_concern, find_actions
from engine.store.database import Connection
from engine.turns.turn import Turn

MOST: Final = 100


class TooMany(StepladderError):
    """More was decided about a case than it can hold."""


def take_decisions(
    case: Turn, element: Element, answers: Mapping[str, object]
) -> dict[str, dict[str, Any]]:
    """Keep what was decided as actions of the case; what the entry tells of them, by place.

    The entry that is recorded next vouches for them. Raises `TooMany`.
    """
    key = element.properties.get(PROPERTY)
    rows = answers.get(key) if key else None
    if not isinstance(rows, list | tuple) or not rows:
        return {}
    known = [row.place for row in find_decisions(case.connection, case.case.id)]
    first = max(known, default=FIRST_DECISION - 1) + 1
    if len(known) + len(rows) > MOST:
        raise TooMany(f"A case holds at most {MOST} decisions of meetings. Enter fewer.")
    told = {}
    for place, given in enumerate(rows, first):
        row = _row(case, place, given)
        add_concern(case.connection, row)
        told[str(place)] = told_of(row)
    return told


def find_decisions(connection: Connection, case_id: int) -> list[ConcernRow]:
    """What meetings about the case decided: of each `action`, `owner` and `by_when` are told."""
    return [row for row in find_actions(connection, case_id) if row.place >= FIRST_DECISION]


def _row(case: Turn, place: int, given: Mapping[str, object]) -> ConcernRow:
    by_when = given.get(BY_WHEN)
    return ConcernRow(
        id=0,
        case_id=case.case.id,
        place=place,
        themes="",
        concern="",
        impact="",
        action=str(given.get(DECIDED) or "").strip(),
        owner=str(given.get(OWNER) or "").strip(),
        by_when=date.fromisoformat(str(by_when)[:10]) if by_when else None,
        sequence=case.next_sequence,
        outcome="",
        outcome_words="",
        stage=case.case.stage,
        settled_at=None,
        settled_in=None,
        ask_on=None,
        askers="",
        done="",
        changed="",
        asked_at=None,
        asked_in=None,
    )
