"""People and their posts out of a CSV file: first what it would do, then all of it or nothing.

A line is a person with one post, so that somebody with two posts has two lines. The same file twice
changes nothing the second time; nobody is removed by a file.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from engine.access import demand_administrator
from engine.administration.admin_log import write_down
from engine.administration.csv_file import Line, Wrong, read_day, read_table
from engine.clock import in_london
from engine.councils import Council
from engine.errors import StepladderError
from engine.installation import Installation
from engine.people import (
    Holding,
    Person,
    add_person,
    as_address,
    check_address,
    check_holding,
    conflicts,
    tidy_name,
)
from engine.store.database import Connection
from engine.store.people import end_holding, find_people, insert_holding, lock_council
from engine.store.people_lists import find_council_holdings, find_teams, rename_person

COLUMNS: Final = ("name", "email", "post", "team", "from", "until")
EXAMPLE: Final = ("Ann Ash", "ann.ash@example.gov.uk", "tm", "Team A", "1/4/2026", "")


@dataclass(frozen=True, kw_only=True)
class _Row:
    line: int
    name: str
    email: str
    post: str
    team: str
    starts: date | None
    ends: date | None


@dataclass(kw_only=True)
class _Known:
    """A person with what they hold, or will once the file is taken."""

    person: Person | None
    name: str
    held: list[Holding] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Step:
    """One change: what it is in words, and how it is made."""

    words: str
    email: str
    make: Callable[[Connection, Person], object]


@dataclass(kw_only=True)
class PeoplePlan:
    """What a file would do: `wrong` by line, else what is added and changed, in words.

    `warnings` are told and stop nothing. `unchanged` counts the lines that say what is known.
    """

    wrong: list[Wrong] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unchanged: int = 0
    newcomers: dict[str, str] = field(default_factory=dict)
    steps: list[_Step] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be done."""
        return not self.newcomers and not self.steps


def plan_people(installation: Installation, content: bytes, *, by: Person) -> PeoplePlan:
    """What the file would do in the administrator's council; nothing is changed.

    Raises `BadFile` and `NotAllowed`.
    """
    lines = read_table(content, COLUMNS)
    at = installation.clock.now()
    with installation.database.read() as connection:
        demand_administrator(connection, by, by.council, at)
        return _plan(connection, installation.council(by.council), lines, in_london(at).date())


def import_people(installation: Installation, content: bytes, *, by: Person) -> PeoplePlan:
    """Do what the file says, all of it; nothing where anything is wrong with it.

    Raises `BadFile` and `NotAllowed`.
    """
    lines = read_table(content, COLUMNS)
    with installation.database.write() as connection:
        at = installation.clock.now()
        demand_administrator(connection, by, by.council, at)
        council = installation.council(by.council)
        return carry_out(connection, council, lines, by=by, at=at)


def preview(
    connection: Connection,
    council: Council,
    lines: Sequence[Line],
    *,
    by: Person | None,
    at: datetime,
) -> PeoplePlan:
    """What `carry_out` would do with the same."""
    return _plan(connection, council, lines, in_london(at).date())


def carry_out(
    connection: Connection,
    council: Council,
    lines: Sequence[Line],
    *,
    by: Person | None,
    at: datetime,
) -> PeoplePlan:
    """As `import_people`, inside a transaction; `by` is None at the machine itself."""
    lock_council(connection, council.key)
    plan = _plan(connection, council, lines, in_london(at).date())
    if plan.wrong:
        return plan
    people = {p.email: p for p in find_people(connection, council.key)}
    for email, name in plan.newcomers.items():
        people[email] = add_person(connection, council=council.key, name=name, email=email)
        words = f"{name} was added, by a file."
        write_down(connection, by, at, about=people[email], words=words)
    for step in plan.steps:
        step.make(connection, people[step.email])
        write_down(
            connection, by, at, about=people[step.email], words=f"{step.words[:-1]}, by a file."
        )
    return plan


def _plan(
    connection: Connection, council: Council, lines: Iterable[Line], today: date
) -> PeoplePlan:
    planner = _Planner(connection, council, today)
    for line in lines:
        planner.take(line)
    return planner.plan


class _Planner:
    """Goes through the lines with what is known and what the lines before have said."""

    def __init__(self, connection: Connection, council: Council, today: date) -> None:
        self.council = council
        self.today = today
        self.plan = PeoplePlan()
        everybody = find_people(connection, None)
        self._elsewhere = {p.email for p in everybody if p.council != council.key}
        self._known = {
            p.email: _Known(person=p, name=p.name) for p in everybody if p.council == council.key
        }
        by_id = {p.id: p.email for p in everybody}
        for one in find_council_holdings(connection, council.key, date.min):
            self._known[by_id[one.holding.person_id]].held.append(one.holding)
        self._posts = {key.casefold(): key for key in council.posts}
        self._posts |= {post.title.casefold(): key for key, post in council.posts.items()}
        self._teams = set(find_teams(connection, council.key))
        self._seen: dict[_Row, int] = {}

    def take(self, line: Line) -> None:
        """Add to the plan what the line would do, or what is wrong with it."""
        try:
            row = self._row(line)
            same = replace(row, line=0)
            if same in self._seen:
                raise _LineError(f"It says the same as line {self._seen[same]}. Take one away.")
            self._seen[same] = line.number
            did = self._person(row)
            did = self._post(row) or did
        except StepladderError as error:
            self.plan.wrong.append(Wrong(line=line.number, sentence=str(error)))
            return
        self.plan.unchanged += not did

    def _row(self, line: Line) -> _Row:
        cells = line.cells
        post = self._posts.get(cells["post"].casefold(), "")
        if cells["post"] and not post:
            raise _LineError(
                f"There is no post “{cells['post']}”. Use one of: {', '.join(self.council.posts)}."
            )
        if not post and (cells["team"] or cells["from"] or cells["until"]):
            raise _LineError("It has a team or a date, but no post. Write the post as well.")
        return _Row(
            line=line.number,
            name=tidy_name(cells["name"]),
            email=check_address(as_address(cells["email"])),
            post=post,
            team=cells["team"],
            starts=read_day(cells["from"]),
            ends=read_day(cells["until"]),
        )

    def _person(self, row: _Row) -> bool:
        if row.email in self._elsewhere:
            raise _LineError(f"{row.email} belongs to somebody in another council.")
        known = self._known.get(row.email)
        if known is None:
            self._known[row.email] = _Known(person=None, name=row.name)
            self.plan.newcomers[row.email] = row.name
            self.plan.added.append(f"{row.name}, {row.email}")
            return True
        if known.person is not None and not known.person.active:
            raise _LineError(f"{known.name} has left. Let them back in on their own page first.")
        if known.name == row.name:
            return False
        if known.person is None or known.name != known.person.name:
            raise _LineError(f"{row.email} is {known.name} in a line above. Use one name.")
        words = f"{known.name} is now {row.name}."
        self.plan.changed.append(words)
        self.plan.steps.append(_Step(words=words, email=row.email, make=_renaming(row)))
        known.name = row.name
        return True

    def _post(self, row: _Row) -> bool:
        if not row.post:
            return False
        known = self._known[row.email]
        same = self._same(known.held, row)
        starts = row.starts or (same.starts if same else self.today)
        check_holding(self.council, row.post, row.team, starts, row.ends)
        if same is not None:
            return self._last_day(row, known, same)
        for one in known.held:
            if (one.post, one.team) == (row.post, row.team) and _overlap(one, starts, row.ends):
                raise _LineError(
                    f"{row.name} holds that post from {_day(one.starts)} already. "
                    "Choose dates outside that, or give it the same first day."
                )
        meets = [one for one in known.held if _overlap(one, starts, row.ends)]
        self.plan.warnings += conflicts(self.council, row.name, meets, row.post, row.team)
        if row.team and row.team not in self._teams:
            self._teams.add(row.team)
            self.plan.warnings.append(
                f"“{row.team}” is a new team: nobody and no child has it yet."
            )
        words = f"{row.name} is {self._title(row)} from {_day(starts)}"
        words += f" to {_day(row.ends)}." if row.ends else "."
        self.plan.added.append(words.removesuffix("."))
        self.plan.steps.append(_Step(words=words, email=row.email, make=_giving(row, starts)))
        known.held.append(
            Holding(
                id=0,
                person_id=0,
                post=row.post,
                team=row.team,
                starts=starts,
                ends=row.ends,
            )
        )
        return True

    def _same(self, held: Iterable[Holding], row: _Row) -> Holding | None:
        for one in held:
            if (one.post, one.team) != (row.post, row.team):
                continue
            now = row.starts is None and (one.ends is None or one.ends >= self.today)
            if now or one.starts == row.starts:
                return one
        return None

    def _last_day(self, row: _Row, known: _Known, same: Holding) -> bool:
        if same.ends == row.ends or (row.ends is None and row.starts is None):
            return False
        if same.id == 0:
            raise _LineError("A line above gives the same post with other dates. Take one away.")
        others = [one for one in known.held if one is not same]
        for one in others:
            if (one.post, one.team) == (row.post, row.team) and _overlap(
                one, same.starts, row.ends
            ):
                raise _LineError(f"That meets the same post from {_day(one.starts)} on.")
        last = f"until {_day(row.ends)}" if row.ends else "with no last day"
        words = f"{row.name} is {self._title(row)} {last}."
        self.plan.changed.append(words)
        self.plan.steps.append(_Step(words=words, email=row.email, make=_ending(same, row)))
        known.held[known.held.index(same)] = replace(same, ends=row.ends)
        return True

    def _title(self, row: _Row) -> str:
        title = self.council.posts[row.post].title
        return f"{title} for {row.team}" if row.team else title


class _LineError(StepladderError):
    """What is wrong with one line."""


def _renaming(row: _Row) -> Callable[[Connection, Person], object]:
    return lambda connection, person: rename_person(
        connection, person.id, name=row.name, email=person.email
    )


def _giving(row: _Row, starts: date) -> Callable[[Connection, Person], object]:
    return lambda connection, person: insert_holding(
        connection, person=person, post=row.post, team=row.team, starts=starts, ends=row.ends
    )


def _ending(held: Holding, row: _Row) -> Callable[[Connection, Person], object]:
    return lambda connection, _: end_holding(connection, held.id, row.ends)


def _overlap(one: Holding, starts: date, ends: date | None) -> bool:
    return (ends is None or one.starts <= ends) and (one.ends is None or starts <= one.ends)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
