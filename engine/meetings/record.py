"""A standing meeting as it is kept, and how it is written down."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from engine.history.entries import canonical
from engine.store.meetings import CLOSED, NOT_HELD, PLANNED, MeetingRow

CASE, DECISION = "case", "decision"
BY_STAGE, ADDED, CARRIED = "stage", "added", "carried forward"
ATTENDED, APOLOGIES = "attended", "apologies"
DONE, DROPPED = "done", "not pursued"


@dataclass(frozen=True, kw_only=True)
class Item:
    """A line of an agenda: references only, so that it says of a child no more than it may later.

    `what` is CASE, DECISION or one of a council's `takes`; `ref` the id of the case, the meeting
    that decided, or the register's item; `place` that of the decision. `why` is BY_STAGE, ADDED or
    CARRIED; `stage` is where the case then was, `by` who put it there.
    """

    what: str
    ref: int
    place: int = 0
    why: str = ""
    stage: str = ""
    by: int | None = None


@dataclass(frozen=True, kw_only=True)
class Added:
    """A case that somebody put on the agenda; `at` is aware, in UTC."""

    case_id: int
    by: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Attendee:
    """Somebody who was expected; `came` is ATTENDED, APOLOGIES, or empty where nobody said."""

    person_id: int
    name: str
    post: str
    came: str = ""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What was decided: who is to do it by which day in London; `case_id` where it is about one.

    `done` is DONE, DROPPED, or empty while it is to be done; `done_words` say more.
    """

    place: int
    words: str
    owner: str
    due: date | None
    case_id: int | None
    done: str = ""
    done_words: str = ""


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A meeting. `at` is aware, in UTC; `state` is PLANNED, KEPT, CLOSED or NOT_HELD.

    `agenda` is None until it is kept as it was on the day. `reason` is why it was not held, or
    moved, `moves` how often that was. `recorded` counts how often the record was saved.
    """

    id: int
    council: str
    kind: str
    at: datetime
    state: str = PLANNED
    place: str = ""
    reason: str = ""
    added: tuple[Added, ...] = ()
    agenda: tuple[Item, ...] | None = None
    chair: str = ""
    people: tuple[Attendee, ...] = ()
    others: str = ""
    minutes: str = ""
    recorded: int = 0
    moves: int = 0
    decisions: tuple[Decision, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is written any more."""
        return self.state in (CLOSED, NOT_HELD)

    def decision(self, place: int) -> Decision | None:
        """The decision at that place."""
        return next((each for each in self.decisions if each.place == place), None)


_COLUMNS: Final = ("id", "council", "kind", "at", "state")


def row_of(meeting: Meeting) -> MeetingRow:
    """The meeting as the store keeps it."""
    told = asdict(meeting)
    columns = {name: told.pop(name) for name in _COLUMNS}
    return MeetingRow(**columns, content=canonical(_plain(told)))


def meeting_of(row: MeetingRow) -> Meeting:
    """The meeting that the store keeps."""
    told: dict[str, Any] = json.loads(row.content)
    agenda = told["agenda"]
    return Meeting(
        **{name: getattr(row, name) for name in _COLUMNS},
        **{name: told[name] for name in ("place", "reason", "chair", "others", "minutes")},
        recorded=told["recorded"],
        moves=told["moves"],
        added=tuple(
            Added(**{**each, "at": datetime.fromisoformat(each["at"])}) for each in told["added"]
        ),
        agenda=None if agenda is None else tuple(Item(**each) for each in agenda),
        people=tuple(Attendee(**each) for each in told["people"]),
        decisions=tuple(_decision(each) for each in told["decisions"]),
    )


def _decision(told: Mapping[str, Any]) -> Decision:
    due = told["due"]
    return Decision(**{**told, "due": date.fromisoformat(due) if due else None})


def _plain(value: Any) -> Any:
    """What JSON can hold: days and instants in ISO 8601."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
