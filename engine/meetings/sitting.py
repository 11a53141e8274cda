"""A standing meeting while it is changed: locked, what it was, and one entry for each change.

Whoever changes a meeting waits in the ledger's line first. Once its time has come its agenda is
kept as it then was, whoever comes first: the worker, or somebody who writes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from engine.access import NotAllowed
from engine.access.meetings import MeetingPart, parts_in_meetings
from engine.councils import Council, MeetingKind
from engine.errors import StepladderError
from engine.history.ledger import lock_ledger, write_entry
from engine.installation import Installation
from engine.meetings.agenda import build_agenda
from engine.meetings.record import CASE, Meeting, meeting_of, row_of
from engine.people import Person, find_person
from engine.store.database import Connection
from engine.store.meetings import (
    KEPT,
    MEETING,
    PLANNED,
    add_meeting_cases,
    find_begun_meetings,
    find_meeting,
    save_meeting,
)

AGENDA_KEPT = "agenda kept"


class NoMeeting(StepladderError):
    """There is no such meeting, or none for whoever asks."""


class CannotChange(StepladderError):
    """The meeting cannot be changed so."""


class Sitting:
    """One meeting, locked; `meeting` is how it stands now, `part` what the actor has to do there.

    `at` is aware, in UTC.
    """

    def __init__(
        self,
        installation: Installation,
        connection: Connection,
        meeting: Meeting,
        *,
        by: Person | None,
    ) -> None:
        self.connection = connection
        self.council: Council = installation.council(meeting.council)
        self.meeting = meeting
        self.by = by
        self.at: datetime = installation.clock.now()
        self.part: MeetingPart | None = None

    @property
    def kind(self) -> MeetingKind:
        """Its kind. Raises `NoMeeting` where the council has that kind no more."""
        try:
            return self.council.meetings[self.meeting.kind]
        except KeyError:
            raise NoMeeting(
                "This kind of meeting is not in the council's settings any more."
            ) from None

    @property
    def actor(self) -> str:
        """Who acts, and for whom, as an entry names them; empty where the clock does."""
        if self.by is None:
            return ""
        for_id = self.part.for_id if self.part else None
        away = find_person(self.connection, for_id) if for_id is not None else None
        return f"{self.by.name} for {away.name}" if away else self.by.name

    def write(self, changed: Meeting, act: str, words: str) -> None:
        """Keep the meeting as changed, with its entry; `words` go on from who acts."""
        self.meeting = changed
        save_meeting(self.connection, row_of(changed))
        self.tell(act, words)

    def tell(self, act: str, words: str) -> None:
        """Write the entry that tells how the meeting stands now."""
        write_entry(
            self.connection,
            council=self.meeting.council,
            register=MEETING,
            item_id=self.meeting.id,
            at=self.at,
            actor_id=self.by.id if self.by else None,
            act=act,
            words=f"{self.actor} {words}" if self.by else f"{words[:1].upper()}{words[1:]}",
        )

    def keep_agenda(self) -> None:
        """Keep the agenda as it stands at this moment, if it was not kept before."""
        if self.meeting.state != PLANNED:
            return
        items = build_agenda(self.connection, self.kind, self.meeting)
        cases = [each.ref for each in items if each.what == CASE]
        add_meeting_cases(self.connection, self.meeting.id, cases)
        by, self.by = self.by, None  # it is time that does it, whoever writes next
        words = "the agenda was kept as it was at the meeting’s time."
        self.write(replace(self.meeting, state=KEPT, agenda=items), AGENDA_KEPT, words)
        self.by = by


def take(
    installation: Installation, connection: Connection, meeting_id: int, *, by: Person
) -> Sitting:
    """The meeting, locked, for somebody who has something to do with it.

    Raises `NoMeeting`, also for whoever has nothing to do with it.
    """
    lock_ledger(connection)
    row = find_meeting(connection, meeting_id)
    if row is None or row.council != by.council:
        raise NoMeeting("There is no such meeting. Look for it in the list of meetings.")
    sitting = Sitting(installation, connection, meeting_of(row), by=by)
    parts = parts_in_meetings(connection, by, sitting.council, sitting.at)
    sitting.part = parts.get(row.kind)
    if sitting.part is None or not sitting.part.any:
        raise NoMeeting("There is no such meeting. Look for it in the list of meetings.")
    if row.state == PLANNED and row.at <= sitting.at:
        sitting.keep_agenda()
    return sitting


def demand_keeper(council: Council, kind: MeetingKind, part: MeetingPart | None) -> None:
    """Raise `NotAllowed` unless who has that part keeps the meetings of the kind."""
    if part is None or not part.keeps:
        titles = " or ".join(council.posts[post].title for post in kind.kept_by)
        raise NotAllowed(f"The {kind.name} is kept by the {titles}. Ask them.")


@contextmanager
def kept(installation: Installation, meeting_id: int, *, by: Person) -> Iterator[Sitting]:
    """The meeting in a transaction of its own, for one of those who keep it.

    Raises `NoMeeting`, `NotAllowed`.
    """
    with installation.database.write() as connection:
        sitting = take(installation, connection, meeting_id, by=by)
        demand_keeper(sitting.council, sitting.kind, sitting.part)
        yield sitting


def keep_agendas(installation: Installation) -> int:
    """Keep the agenda of each meeting whose time has come; how many those were."""
    with installation.database.read() as connection:
        begun = find_begun_meetings(connection, installation.clock.now())
    known = [row for row in begun if row.kind in _kinds(installation, row.council)]
    for row in known:
        with installation.database.write() as connection:
            lock_ledger(connection)
            again = find_meeting(connection, row.id)
            if again is not None and again.at <= installation.clock.now():
                Sitting(installation, connection, meeting_of(again), by=None).keep_agenda()
    return len(known)


def _kinds(installation: Installation, council: str) -> frozenset[str]:
    known = installation.councils.get(council)
    return frozenset(known.meetings if known else ())
