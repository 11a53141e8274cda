"""Two trays: what waits for a person, and what their open cases wait for from others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final

from engine.acts.tasks import initials_of
from engine.clock import in_london
from engine.councils import RAISER, SOCIAL_WORKER
from engine.history.access_log import note
from engine.installation import Installation
from engine.lists.listing import (
    ME,
    MOST_COUNTED,
    MOST_FACTS,
    MOST_IN_FILE,
    MOST_SEEN,
    NOBODY,
    PAGE,
    Days,
    Page,
    Tally,
    Wanted,
    read_page,
    rough_tally,
    tally,
)
from engine.people import Person, holders
from engine.procedures import load_version
from engine.store.access import Reader, find_reader, find_seen_cases
from engine.store.case_lists import StepRow, find_searched, find_steps
from engine.store.database import Connection
from engine.store.drafts import find_begun
from engine.store.listed import Asked, Place, Span, find_names, find_teams
from engine.store.tasks import SILENCE, TaskRow
from engine.store.trays import (
    Hidden,
    TaskFacts,
    Tray,
    TrayRow,
    count_tray,
    find_asked,
    find_facts,
    find_tray,
    find_waiting,
)
from engine.store.versions import find_version_ids

MOST_WAITING: Final = 2000


@dataclass(frozen=True, kw_only=True)
class InTray:
    """A task as it stands in a tray: the case by number, the child by initials only (X-36).

    `urgency` is one of `listing.URGENCIES`. `missed` is set where the task asks what to do about an
    answer that has not come: when that was due (A-NEL-3). `post` owns the clock, `persons` are the
    names of who is asked today. `for_whom` is the name of whom the reader stands in for, where it
    waits for them for no other reason. `begun` says that the reader has a draft of the answer;
    `claimed_by` and `raiser` are names; `raised_by_me` counts for whom they stand in too. `shared`
    tasks wait for a post and not for one person by name. Instants are aware, in UTC.
    """

    task: TaskRow
    urgency: str
    case_number: str
    initials: str
    team: str
    raiser: str
    missed: datetime | None
    post: str
    persons: tuple[str, ...]
    for_whom: str
    begun: bool
    claimed_by: str
    claimed_by_me: bool
    raised_by_me: bool
    shared: bool

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(at=self.task.urgent_at, id=self.task.id)


class Desk:
    """One person's look at the lists, in one state of the store."""

    def __init__(self, installation: Installation, connection: Connection, person: Person) -> None:
        self.installation = installation
        self.connection = connection
        self.person = person
        self.council = installation.council(person.council)
        self.now = installation.clock.now()
        self.days = Days.of(self.now)
        self.today = in_london(self.now).date()
        self.reader: Reader = find_reader(connection, person.id, self.today)
        self._seen: dict[bool, list[int] | None] = {}
        self._holders: dict[tuple[str, str], tuple[str, ...]] = {}
        self._names: dict[int, str] = {}

    @cached_property
    def waiting(self) -> Sequence[int] | None:
        """The ids of the open tasks that may wait for the person; None for very many."""
        return find_waiting(self.connection, self.reader, most=MOST_WAITING)

    def seen(self, words: Sequence[str], *, is_open: bool) -> Sequence[int] | None:
        """The ids of the open (or the closed) cases that the person sees; None for very many.

        Of very many those in which the words are found, so that what follows has few.
        """
        of = (self.connection, self.reader)
        if is_open not in self._seen:
            self._seen[is_open] = find_seen_cases(*of, is_open=is_open, most=MOST_SEEN)
        if self._seen[is_open] is None and words:
            return find_searched(*of, words, is_open=is_open, most=MOST_SEEN)
        return self._seen[is_open]

    def tray(self, words: Sequence[str], *, mine: bool) -> Tray:
        """What waits for the person, or what their open cases wait for from others."""
        if mine and self.waiting is not None:
            return Tray(reader=self.reader, mine=True, task_ids=self.waiting)
        tray = Tray(reader=self.reader, mine=mine, case_ids=self.seen(words, is_open=True))
        if mine:
            return tray
        return replace(tray, shown=self._hidden().shown_to(self.reader, RAISER, SOCIAL_WORKER))

    def _hidden(self) -> Hidden:
        """The elements of the council's procedures that only some posts see."""
        found = {}
        for version in find_version_ids(self.connection, self.person.council):
            diagram = load_version(self.connection, version).package.diagram
            for element in diagram.elements:
                posts = diagram.seen_by(element)
                if posts is not None:
                    found[version, element] = posts
        return Hidden(posts=found)

    def asked(self, wanted: Wanted) -> Asked:
        """What is wanted, as the store takes it."""
        return wanted.asked(self.days, self.person.id)

    def persons(self, asked: Iterable[tuple[str, str, int | None]]) -> tuple[str, ...]:
        """The names of who has those posts today; of one that is one person's, of that person."""
        found: list[str] = []
        for post, team, person_id in asked:
            if person_id is not None:
                found.append(self.names([person_id])[person_id])
            else:
                found += self._held(post, team)
        return tuple(dict.fromkeys(found))

    def names(self, person_ids: Iterable[int | None]) -> Mapping[int, str]:
        """The names of those people, and of all who were asked for before."""
        new = {each for each in person_ids if each is not None} - self._names.keys()
        if new:
            self._names |= find_names(self.connection, new)
        return self._names

    def _held(self, post: str, team: str) -> tuple[str, ...]:
        if (post, team) not in self._holders:
            people = holders(self.connection, self.council, post, team, self.today)
            self._holders[post, team] = tuple(person.name for person in people)
        return self._holders[post, team]

    def for_whom(self, council: str, asked: Iterable[tuple[str, str, int | None]]) -> str:
        """The names of those for whom the person stands in who are asked; empty if they are."""
        found: set[int] = set()
        for post, team, person_id in asked:
            if person_id is not None:
                found |= {person_id} & set(self.reader.acting)
                continue
            found |= {
                held.person_id
                for held in self.reader.held
                if (held.council, held.post) == (council, post)
                and (not team or held.team in ("", team))
            }
        if self.person.id in found:
            return ""
        return ", ".join(sorted(self.names(found)[each] for each in found))

    def teams(self) -> list[str]:
        """The teams of the council."""
        return find_teams(self.connection, self.person.council)

    def raisers(self) -> list[str]:
        """The ids, as text, of those who hold the raiser's post today."""
        people = holders(self.connection, self.council, RAISER, "", self.today)
        return [str(person.id) for person in people]

    def stages(self) -> list[str]:
        """The stages of the council's procedures."""
        found: dict[str, None] = {}
        for version in find_version_ids(self.connection, self.person.council):
            elements = load_version(self.connection, version).package.diagram.elements.values()
            found |= {e.stage: None for e in elements if e.kind == "userTask" and e.stage}
        return list(found)


def read_tray(installation: Installation, person: Person) -> list[InTray]:
    """The open tasks that wait for the person, the most urgent first, at most 10,000."""
    with installation.database.read() as connection:
        desk = Desk(installation, connection, person)
        tray = desk.tray((), mine=True)
        return _told(desk, tray, find_tray(connection, tray, Asked(), most=MOST_IN_FILE))


def read_tray_page(
    desk: Desk, wanted: Wanted, *, mine: bool, after: Place | None, before: Place | None
) -> tuple[Page[InTray], Tally]:
    """The page of a tray after or before a place, else its first, and what is counted of it."""
    tray, asked = desk.tray(wanted.words(), mine=mine), desk.asked(wanted)

    def find(after: Place | None, before: Place | None) -> list[TrayRow]:
        return find_tray(desk.connection, tray, asked, most=PAGE + 1, after=after, before=before)

    page = read_page(find, _place, after, before)
    rows = tuple(_told(desk, tray, page.rows))
    return Page(rows=rows, previous=page.previous, next=page.next), _tally(desk, tray, wanted)


def count_waiting(desk: Desk, *, mine: bool) -> int:
    """How many tasks are in a tray, counted no further than one more than MOST_COUNTED."""
    return count_tray(desk.connection, desk.tray((), mine=mine), Asked(), most=MOST_COUNTED + 1)


def export_tray(
    installation: Installation, person: Person, wanted: Wanted, *, mine: bool
) -> list[InTray]:
    """The tasks that are wanted, at most 10,000, for a file that leaves the site.

    The access log says so, with how many; not what was searched for.
    """
    with installation.database.read() as connection:
        desk = Desk(installation, connection, person)
        tray = desk.tray(wanted.words(), mine=mine)
        rows = find_tray(connection, tray, desk.asked(wanted), most=MOST_IN_FILE)
        found = _told(desk, tray, rows)
    note(installation, person, f"took a list as a file, {len(found)} in it")
    return found


def _tally(desk: Desk, tray: Tray, wanted: Wanted) -> Tally:
    if tray.is_few:
        asked = Asked(words=wanted.words())
        facts = find_facts(desk.connection, tray, asked, most=MOST_FACTS + 1)
        if len(facts) <= MOST_FACTS:
            return tally((_keys(desk, each) for each in facts), wanted)
    asked = desk.asked(replace(wanted, urgency=""))

    def count(span: Span) -> int:
        narrowed = replace(asked, span=span)
        return count_tray(desk.connection, tray, narrowed, most=MOST_COUNTED + 1)

    choices = {
        "stage": desk.stages(),
        "post": list(desk.council.posts),
        "team": desk.teams(),
        "raiser": desk.raisers(),
        "claimed": [NOBODY, ME],
    }
    return rough_tally(count, wanted, desk.days, choices)


def _keys(desk: Desk, fact: TaskFacts) -> Mapping[str, tuple[str, ...]]:
    claimed = NOBODY if fact.claimed_by is None else ME
    others = fact.claimed_by not in (None, desk.person.id)
    return {
        "urgency": (desk.days.urgency(fact.urgent_at),),
        "stage": (fact.stage,) if fact.stage else (),
        "post": (fact.post,),
        "raiser": (str(fact.raiser_id),),
        "team": (fact.team,) if fact.team else (),
        "claimed": () if others else (claimed,),
    }


def _place(row: TrayRow) -> Place:
    return Place(at=row.task.urgent_at, id=row.task.id)


def _told(desk: Desk, tray: Tray, rows: Iterable[TrayRow]) -> list[InTray]:
    """The rows with what is read beside them, once for all of them."""
    rows = list(rows)
    asked = find_asked(desk.connection, [row.task.id for row in rows])
    begun = find_begun(desk.connection, desk.person.id) if rows and tray.mine else frozenset()
    steps: dict[int, list[StepRow]] = {}
    silent = {row.task.case_id for row in rows if row.task.urgent_at == SILENCE}
    for step in find_steps(desk.connection, silent) if silent else []:
        steps.setdefault(step.case_id, []).append(step)
    who = {person_id for each in asked.values() for _, _, person_id in each}
    names = desk.names(who.union(*({row.raiser_id, row.task.claimed_by} for row in rows)))
    return [
        InTray(
            task=row.task,
            urgency=desk.days.urgency(row.task.urgent_at),
            case_number=row.case_number,
            initials=initials_of(row.child_name),
            team=row.team,
            raiser=names[row.raiser_id],
            missed=_missed(desk, row, steps.get(row.task.case_id, [])),
            post=row.post,
            persons=() if tray.mine else desk.persons(asked[row.task.id]),
            for_whom=desk.for_whom(row.council, asked[row.task.id]) if tray.mine else "",
            begun=row.task.id in begun,
            claimed_by=names.get(row.task.claimed_by or 0, ""),
            claimed_by_me=row.task.claimed_by == desk.person.id,
            raised_by_me=row.raiser_id in desk.reader.acting,
            shared=any(person_id is None for _, _, person_id in asked[row.task.id]),
        )
        for row in rows
    ]


def _missed(desk: Desk, row: TrayRow, steps: Iterable[StepRow]) -> datetime | None:
    if row.task.urgent_at != SILENCE:
        return None
    diagram = load_version(desk.connection, row.version_id).package.diagram
    hosts = diagram.missed_before(row.task.element)
    due = (step.due for step in steps if step.element in hosts and step.overdue_at and step.due)
    return min(due, default=None)
