"""What one person reads of the standing meetings: their list, and one of them with its agenda.

Who comes to a meeting reads all of it, but of the case of a restricted child only that there is
one. Who only may put cases on it reads of these alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine.access.meetings import MeetingPart, parts_in_meetings
from engine.acts.tasks import initials_of
from engine.calendars import OutsideCalendar
from engine.clock import in_london
from engine.councils import (
    GENERAL_CONCERNS,
    GOOD_PRACTICE,
    Council,
    MeetingKind,
    stage_in_words,
)
from engine.history.ledger import Told, read_story
from engine.installation import Installation
from engine.meetings.agenda import build_agenda
from engine.meetings.record import CASE, DECISION, Decision, Item, Meeting, meeting_of
from engine.meetings.sitting import NoMeeting
from engine.people import Person, find_person
from engine.registers.shelf import Shelf
from engine.store.access import find_seen_among
from engine.store.database import Connection
from engine.store.meeting_items import RegisterItem, find_concerns_told, find_practice_told
from engine.store.meetings import (
    MEETING,
    NOT_HELD,
    PLANNED,
    ToldCase,
    find_meeting,
    find_meetings,
    find_told_cases,
)
from engine.store.registers import CONCERN, PRACTICE


@dataclass(frozen=True, kw_only=True)
class OfKind:
    """The meetings of one kind for somebody who has `part` in them.

    `coming` are those that are not over, the next one first; `past` the others, the last one first.
    `due_by` is the day in London by which the next should be, where the council says how often it
    meets; None while one is set, or where none was ever held.
    """

    kind: MeetingKind
    part: MeetingPart
    coming: tuple[Meeting, ...]
    past: tuple[Meeting, ...]
    due_by: date | None


@dataclass(frozen=True, kw_only=True)
class AgendaCase:
    """A case on an agenda, by number and initials (X-36); `stage` is in words.

    `days` are the working days of its clock that had begun; `seen` says that the reader may open
    it. `by` is who put it there; `ended` how it ended, where it has.
    """

    case_id: int
    number: str
    initials: str
    stage: str
    raiser: str
    days: int | None
    ended: str
    by: str
    seen: bool


@dataclass(frozen=True, kw_only=True)
class ReadDecision:
    """A decision as it is read: `number` is the case's that it is about, empty where it is not.

    `seen` says that the reader may open that case; `meeting_id` and `decided_at` (aware, UTC) where
    it was decided.
    """

    decision: Decision
    meeting_id: int
    decided_at: datetime
    number: str
    seen: bool


@dataclass(frozen=True, kw_only=True)
class MeetingFile:
    """One meeting as a person reads it at `read_at` (aware, UTC).

    `agenda` says whether it is kept as it was on the day, or built as things stand. `hidden` is how
    many cases stand on it of which the reader may not know more. `concerns` and `practice` are
    taken from the registers.
    """

    meeting: Meeting
    kind: MeetingKind
    council: Council
    part: MeetingPart
    undone: tuple[ReadDecision, ...]
    cases: tuple[AgendaCase, ...]
    hidden: int
    concerns: tuple[RegisterItem, ...]
    practice: tuple[RegisterItem, ...]
    decisions: tuple[ReadDecision, ...]
    story: tuple[Told, ...]
    read_at: datetime

    @property
    def has_begun(self) -> bool:
        """Whether its time has come."""
        return self.meeting.state != PLANNED or self.meeting.at <= self.read_at


def read_meetings(installation: Installation, person: Person) -> tuple[OfKind, ...]:
    """The kinds of meeting with which the person has something to do, and their meetings."""
    council, now = installation.council(person.council), installation.clock.now()
    with installation.database.read() as connection:
        parts = parts_in_meetings(connection, person, council, now)
        mine = {key: part for key, part in parts.items() if part.any}
        rows = find_meetings(connection, council.key, mine) if mine else []
    found = [meeting_of(row) for row in rows]
    return tuple(
        _of_kind(council.meetings[key], part, [each for each in found if each.kind == key])
        for key, part in mine.items()
    )


def _of_kind(kind: MeetingKind, part: MeetingPart, found: Iterable[Meeting]) -> OfKind:
    rows = list(found)
    coming = tuple(each for each in reversed(rows) if not each.is_over)
    held = [each for each in rows if each.state != NOT_HELD]
    due_by = None
    if held and kind.every_months and not any(each.state == PLANNED for each in coming):
        due_by = _months_later(in_london(held[0].at).date(), kind.every_months)
    past = tuple(each for each in rows if each.is_over)
    return OfKind(kind=kind, part=part, coming=coming, past=past, due_by=due_by)


def _months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = date.fromordinal(after.toordinal() - 1)
    return date(year, month + 1, min(day.day, last.day))


def read_meeting(installation: Installation, meeting_id: int, person: Person) -> MeetingFile:
    """The meeting, as far as the person may read it.

    Raises `NoMeeting`, also for whoever has nothing to do with it.
    """
    now = installation.clock.now()
    with installation.database.read() as connection:
        row = find_meeting(connection, meeting_id)
        council = installation.councils.get(row.council) if row else None
        if row is None or council is None or row.kind not in council.meetings:
            raise NoMeeting("There is no such meeting. Look for it in the list of meetings.")
        part = parts_in_meetings(connection, person, council, now).get(row.kind)
        if part is None or not part.any:
            raise NoMeeting("There is no such meeting. Look for it in the list of meetings.")
        shelf = Shelf(installation, connection, person)
        return _Reader(shelf, council, meeting_of(row), part, now).read()


class _Reader:
    """Gathers what one person reads of one meeting."""

    def __init__(
        self,
        shelf: Shelf,
        council: Council,
        meeting: Meeting,
        part: MeetingPart,
        now: datetime,
    ) -> None:
        self.shelf = shelf
        self.connection: Connection = shelf.connection
        self.council = council
        self.meeting = meeting
        self.person: Person = shelf.by
        self.part = part
        self.now = now
        self.cases: Mapping[int, ToldCase] = {}
        self.seen: set[int] = set()

    def read(self) -> MeetingFile:
        kind = self.council.meetings[self.meeting.kind]
        items = self.meeting.agenda
        if items is None:
            items = build_agenda(self.connection, kind, self.meeting)
        decided = [(self.meeting, each) for each in self.meeting.decisions]
        undone = [pair for item in items if item.what == DECISION for pair in self._undone(item)]
        self._look_up(
            [
                *(item.ref for item in items if item.what == CASE),
                *(each.case_id for _, each in (*decided, *undone) if each.case_id is not None),
            ]
        )
        on_it = [item for item in items if item.what == CASE]
        shown = [item for item in on_it if self._may_know(item.ref)]
        return MeetingFile(
            meeting=self.meeting,
            kind=kind,
            council=self.council,
            part=self.part,
            undone=tuple(self._decision(m, d) for m, d in undone if self._may_read(d)),
            cases=tuple(self._case(item) for item in shown),
            hidden=len(on_it) - len(shown) if self.part.reads else 0,
            concerns=self._concerns(items),
            practice=self._practice(items),
            decisions=tuple(self._decision(m, d) for m, d in decided if self._may_read(d)),
            story=read_story(self.connection, MEETING, self.meeting.id) if self.part.keeps else (),
            read_at=self.now,
        )

    def _concerns(self, items: Iterable[Item]) -> tuple[RegisterItem, ...]:
        ids = [item.ref for item in items if item.what == GENERAL_CONCERNS]
        if not ids or not self.part.reads:
            return ()
        return tuple(find_concerns_told(self.connection, ids, self.shelf.seen(CONCERN)))

    def _practice(self, items: Iterable[Item]) -> tuple[RegisterItem, ...]:
        ids = [item.ref for item in items if item.what == GOOD_PRACTICE]
        if not ids or not self.part.reads:
            return ()
        return tuple(find_practice_told(self.connection, ids, self.shelf.seen(PRACTICE)))

    def _look_up(self, case_ids: list[int]) -> None:
        self.cases = find_told_cases(self.connection, case_ids)
        today = in_london(self.now).date()
        self.seen = find_seen_among(self.connection, case_ids, self.person.id, today)

    def _undone(self, item: Item) -> Iterable[tuple[Meeting, Decision]]:
        row = find_meeting(self.connection, item.ref)
        meeting = meeting_of(row) if row else None
        decision = meeting.decision(item.place) if meeting else None
        return [(meeting, decision)] if meeting and decision else []

    def _may_know(self, case_id: int) -> bool:
        """Whether the reader may read the case's number and the child's initials."""
        return case_id in self.seen or (self.part.reads and not self.cases[case_id].restricted)

    def _may_read(self, decision: Decision) -> bool:
        if decision.case_id is None:
            return self.part.reads
        return self._may_know(decision.case_id)

    def _decision(self, meeting: Meeting, decision: Decision) -> ReadDecision:
        told = self.cases.get(decision.case_id) if decision.case_id is not None else None
        return ReadDecision(
            decision=decision,
            meeting_id=meeting.id,
            decided_at=meeting.at,
            number=told.number if told else "",
            seen=told is not None and told.id in self.seen,
        )

    def _case(self, item: Item) -> AgendaCase:
        told = self.cases[item.ref]
        by = find_person(self.connection, item.by) if item.by is not None else None
        return AgendaCase(
            case_id=told.id,
            number=told.number,
            initials=initials_of(told.child_name),
            stage=stage_in_words(self.council, item.stage),
            raiser=told.raiser,
            days=self._days(told),
            ended=told.outcome,
            by=by.name if by else "",
            seen=told.id in self.seen,
        )

    def _days(self, told: ToldCase) -> int | None:
        """The working days that had begun: until now, until it closed, or until the meeting."""
        until = min(self.now, told.closed_at or self.now)
        if self.meeting.agenda is not None:
            until = min(until, self.meeting.at)
        if told.clock_started_at is None or told.clock_started_at > until:
            return None
        first, last = in_london(told.clock_started_at).date(), in_london(until).date()
        try:
            return self.council.calendar.working_days_between(first, last, statutory=True)
        except OutsideCalendar:
            return None
