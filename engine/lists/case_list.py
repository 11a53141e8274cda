"""The cases that a person may see and where each stands: the board of the open ones, the closed.

The board is one list for everybody and shows what the person sees (need to know): to who holds the
post that is kept informed the council's open cases (X-32), to others their service's, their team's
or their own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from engine.access import may_see_element, posts_from
from engine.acts.tasks import initials_of
from engine.calendars import OutsideCalendar
from engine.case_file.waiting import stage_in_words, title_of
from engine.clock import in_london
from engine.councils import ADMINISTRATOR, RAISER, SOCIAL_WORKER
from engine.history.access_log import note
from engine.installation import Installation
from engine.lists.listing import (
    MOST_COUNTED,
    MOST_IN_FILE,
    PAGE,
    Page,
    Tally,
    Wanted,
    read_page,
    rough_tally,
    tally,
)
from engine.lists.trays import Desk
from engine.people import Person
from engine.procedures import load_version
from engine.store.case_lists import (
    CaseFacts,
    CaseList,
    ListedRow,
    StepRow,
    count_cases,
    find_case_facts,
    find_case_posts,
    find_cases,
    find_limits,
    find_steps,
)
from engine.store.listed import Asked, Place, Span
from engine.store.trays import find_asked

BOARD, SERVICE, TEAM, OWN = "board", "service", "team", "own"
_PERSONS: Final = (RAISER, SOCIAL_WORKER, ADMINISTRATOR)
"""Posts by which nobody has a part in a service's cases."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step that a case waits at: its name, the title of the post that owns its clock.

    `persons` are the names of who is asked today. Instants are aware, in UTC.
    """

    name: str
    title: str
    persons: tuple[str, ...]
    since: datetime
    due: datetime | None
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class ListedCase:
    """A case in a list: by number, the child by initials only (X-36). Instants are aware, in UTC.

    `stage` is in words; `steps` are those that wait, the most urgent first. `limit` is when the
    whole case's limit is reached, which the council calls `limit_called`, and `days` how many
    working days of it have passed, where the case's clock runs.
    """

    number: str
    initials: str
    stage: str
    outcome: str
    raiser: str
    team: str
    is_mine: bool
    opened_at: datetime
    closed_at: datetime | None
    limit: datetime | None
    limit_called: str
    days: int | None
    steps: tuple[Step, ...]
    place: Place


def kind_of_board(desk: Desk) -> str:
    """Whose open cases the person's board shows: BOARD, SERVICE, TEAM or OWN."""
    held = {each.post for each in desk.reader.held if each.council == desk.council.key}
    known = [desk.council.posts[post] for post in held if post in desk.council.posts]
    known = [post for post in known if post.key not in _PERSONS]
    if desk.council.kept_informed in held:
        return BOARD
    if not known:
        return OWN
    return TEAM if all(post.scope == "team" for post in known) else SERVICE


def read_case_page(
    desk: Desk, wanted: Wanted, *, is_open: bool, after: Place | None, before: Place | None
) -> tuple[Page[ListedCase], Tally]:
    """The page of the open or closed cases after or before a place, and what is counted."""
    listed, asked = _list(desk, wanted.words(), is_open=is_open), desk.asked(wanted)

    def find(after: Place | None, before: Place | None) -> list[ListedRow]:
        return find_cases(desk.connection, listed, asked, most=PAGE + 1, after=after, before=before)

    page = read_page(find, lambda row: Place(at=row.at, id=row.id), after, before)
    rows = tuple(_told(desk, page.rows))
    return Page(rows=rows, previous=page.previous, next=page.next), _tally(desk, listed, wanted)


def count_list(desk: Desk, *, is_open: bool) -> int:
    """How many cases are in a list, counted no further than one more than MOST_COUNTED."""
    listed = _list(desk, (), is_open=is_open)
    return count_cases(desk.connection, listed, Asked(), most=MOST_COUNTED + 1)


def read_case_list(installation: Installation, person: Person) -> list[ListedCase]:
    """The cases that the person may see, open ones first and the most urgent first."""
    with installation.database.read() as connection:
        desk = Desk(installation, connection, person)
        return [
            each
            for is_open in (True, False)
            for each in _told(desk, _all(desk, Wanted(), is_open=is_open))
        ]


def export_cases(
    installation: Installation, person: Person, wanted: Wanted, *, is_open: bool
) -> list[ListedCase]:
    """The cases that are wanted, at most 10,000, for a file that leaves the site.

    The access log says so, with how many; not what was searched for.
    """
    with installation.database.read() as connection:
        desk = Desk(installation, connection, person)
        found = _told(desk, _all(desk, wanted, is_open=is_open))
    note(installation, person, f"took a list as a file, {len(found)} in it")
    return found


def _all(desk: Desk, wanted: Wanted, *, is_open: bool) -> list[ListedRow]:
    listed = _list(desk, wanted.words(), is_open=is_open)
    return find_cases(desk.connection, listed, desk.asked(wanted), most=MOST_IN_FILE)


def _list(desk: Desk, words: Sequence[str], *, is_open: bool) -> CaseList:
    ids = desk.seen(words, is_open=is_open)
    return CaseList(reader=desk.reader, council=desk.person.council, is_open=is_open, ids=ids)


def _tally(desk: Desk, listed: CaseList, wanted: Wanted) -> Tally:
    if listed.ids is not None:
        asked = Asked(words=wanted.words())
        facts = find_case_facts(desk.connection, listed, asked)
        posts = find_case_posts(desk.connection, [fact.id for fact in facts])
        return tally((_keys(desk, fact, posts.get(fact.id, ()), listed) for fact in facts), wanted)
    asked = desk.asked(replace(wanted, urgency=""))

    def count(span: Span) -> int:
        narrowed = replace(asked, span=span)
        return count_cases(desk.connection, listed, narrowed, most=MOST_COUNTED + 1)

    choices = {
        "stage": desk.stages(),
        "post": list(desk.council.posts),
        "team": desk.teams(),
        "raiser": desk.raisers(),
    }
    return rough_tally(count, wanted, desk.days, choices)


def _keys(
    desk: Desk, fact: CaseFacts, posts: Iterable[str], listed: CaseList
) -> Mapping[str, Iterable[str]]:
    return {
        "urgency": (desk.days.urgency(fact.at),) if listed.is_open else (),
        "stage": (fact.stage,) if fact.stage else (),
        "post": posts,
        "raiser": (str(fact.raiser_id),),
        "team": (fact.team,) if fact.team else (),
    }


def _told(desk: Desk, rows: Iterable[ListedRow]) -> list[ListedCase]:
    """The rows with what is read beside them, once for all of them."""
    rows = list(rows)
    waiting = [row.id for row in rows if row.closed_at is None]
    steps: dict[int, list[StepRow]] = {}
    for step in find_steps(desk.connection, waiting) if waiting else []:
        steps.setdefault(step.case_id, []).append(step)
    asked = find_asked(desk.connection, [step.id for each in steps.values() for step in each])
    limits = find_limits(desk.connection, waiting) if waiting else {}
    who = {person_id for each in asked.values() for _, _, person_id in each}
    names = desk.names(who.union(row.raiser_id for row in rows))
    found = []
    for row in rows:
        seen = _seen(desk, row, steps.get(row.id, []), asked)
        told = tuple(_step(desk, step, asked.get(step.id, [])) for step in seen)
        found.append(_listed(desk, row, names[row.raiser_id], limits.get(row.id), told))
    return found


def _seen(
    desk: Desk,
    row: ListedRow,
    steps: Iterable[StepRow],
    asked: Mapping[int, list[tuple[str, str, int | None]]],
) -> list[StepRow]:
    """The steps that the person may see, as on the case page: by a post of their own or of those
    for whom they act, or because they are asked by name."""
    held: set[str] = set()
    for who in desk.reader.acting:
        held |= posts_from(
            (each for each in desk.reader.held if each.person_id == who),
            who,
            raiser_id=row.raiser_id,
            social_worker_id=row.social_worker_id,
            team=row.team,
        )
    diagram = load_version(desk.connection, row.version_id).package.diagram
    return [
        step
        for step in steps
        if may_see_element(diagram, step.element, held)
        or any(person in desk.reader.acting for _, _, person in asked.get(step.id, []))
    ]


def _step(desk: Desk, row: StepRow, asked: list[tuple[str, str, int | None]]) -> Step:
    return Step(
        name=row.name,
        title=title_of(desk.council, asked[0][0]) if asked else "",
        persons=desk.persons(asked),
        since=row.opened_at,
        due=row.due,
        overdue=row.overdue_at is not None,
    )


def _listed(
    desk: Desk, row: ListedRow, raiser: str, limit: datetime | None, steps: tuple[Step, ...]
) -> ListedCase:
    return ListedCase(
        number=row.number,
        initials=initials_of(row.child_name),
        stage=stage_in_words(desk.council, row.stage),
        outcome=row.outcome,
        raiser=raiser,
        team=row.team,
        is_mine=row.raiser_id == desk.person.id,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        limit=limit,
        limit_called=load_version(desk.connection, row.version_id).package.limit_called,
        days=_days(desk, row) if limit is not None else None,
        steps=steps,
        place=Place(at=row.at, id=row.id),
    )


def _days(desk: Desk, row: ListedRow) -> int | None:
    """How many working days of the limit have passed; closure days count too (X-5)."""
    if row.clock_started_at is None:
        return None
    try:
        return desk.council.calendar.working_days_between(
            in_london(row.clock_started_at).date(), desk.today, statutory=True
        )
    except OutsideCalendar:
        return None
