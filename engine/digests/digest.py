"""The morning digest: one a person and working day, and none where there is nothing to say (X-7).

It says of no child anything (X-23): case numbers, steps, dates, links. All digests of a council's
day are queued in one transaction with a row that says so, so any number of workers make them once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from engine.acts.actions import find_follow_ups
from engine.calendars import end_of_day
from engine.clock import LONDON, in_london
from engine.councils import RAISER, Council
from engine.digests.text import Section, bulleted, in_short, section
from engine.digests.to_file import ToFile, read_to_file
from engine.installation import Installation
from engine.notices import PLAIN_DIGEST, in_words, render
from engine.people import Person, find_people
from engine.procedures import LIMIT as LIMIT_CALLED
from engine.procedures import load_version
from engine.store.access import find_seen_among
from engine.store.database import Connection
from engine.store.digests import (
    BegunRow,
    ClockRow,
    LineRow,
    WaitingRow,
    Whose,
    add_digest,
    find_away,
    find_begun_drafts,
    find_clocks,
    find_concerned,
    find_last_digest,
    find_lines,
    find_waiting,
    keep_digests,
)
from engine.store.notices import NewNotice
from engine.store.people import find_holdings

DIGEST: Final = "morning digest"
# Later on the day it would be no help with the day; the next working day's says it all the same.
LATEST: Final = timedelta(hours=9)
SOON: Final = 2
"""How many working days ahead a due date is due soon."""
CLOCK_DAYS: Final = (10, 15, 18, 20)
LIMIT: Final = CLOCK_DAYS[-1]
# 20 working days are never more calendar days than these, even over Christmas and a month's outage.
_CLOCKS_SINCE: Final = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class _Morning:
    """A council's morning: `at` is its instant, `last` the day of the digests before, if any.

    `called` is what the limit of each of `clocks` is called, by its case's id.
    """

    council: Council
    at: datetime
    day: date
    last: date | None
    clocks: tuple[ClockRow, ...]
    to_file: tuple[ToFile, ...]
    link: str
    called: Mapping[int, str]

    @property
    def since(self) -> datetime:
        """When the digests before this were written; the day before where there were none."""
        return digest_instant(self.council, self.last or self.day - timedelta(days=1))

    def count(self, clock: ClockRow, on: date) -> int:
        """The working day of the case's own clock: closure days count for it (X-5)."""
        started = in_london(clock.started).date()
        return self.council.calendar.working_days_between(started, on, statutory=True)

    @property
    def is_first_of_week(self) -> bool:
        """Whether the digests before this were of an earlier week."""
        return self.last is not None and self.last.isocalendar()[:2] != self.day.isocalendar()[:2]

    def address(self, number: str) -> str:
        """A case's page."""
        return f"{self.link}/cases/{number}"


@dataclass(frozen=True, kw_only=True)
class _Part:
    """What a digest says of one person's tasks and cases."""

    overdue: list[WaitingRow] = field(default_factory=list)
    today: list[WaitingRow] = field(default_factory=list)
    soon: list[WaitingRow] = field(default_factory=list)
    clocks: list[ClockRow] = field(default_factory=list)
    to_file: list[ToFile] = field(default_factory=list)
    lines: list[LineRow] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.overdue, self.today, self.soon, self.clocks, self.lines))


def digest_instant(council: Council, day: date) -> datetime:
    """When the council's digests of a day are written, aware, in UTC."""
    return datetime.combine(day, council.digest_at, LONDON).astimezone(UTC)


def is_time_for_digests(council: Council, now: datetime) -> bool:
    """Whether digests may be written now: a working day of the council, and not too late on it.

    `now` is aware. A digest's time in the evening leaves what is left of the day.
    """
    day = in_london(now).date()
    at = digest_instant(council, day)
    return at <= now <= at + LATEST and council.calendar.is_working_day(day)


def make_digests(installation: Installation, council: Council) -> int | None:
    """Queue the digests of today, in London; how many, or None where it is no time or was done.

    Whatever raises leaves nothing queued, and the next call begins anew.
    """
    now = installation.clock.now()
    if not is_time_for_digests(council, now):
        return None
    with installation.database.read() as connection:
        morning = _morning(installation, connection, council, now)
        if morning is None:
            return None
        made = _all(installation, connection, morning, now)
    with installation.database.write() as connection:
        if not keep_digests(connection, council.key, morning.day, now):
            return None
        for notice, lines in made:
            add_digest(connection, notice, lines)
    return len(made)


def _morning(
    installation: Installation, connection: Connection, council: Council, now: datetime
) -> _Morning | None:
    day = in_london(now).date()
    last = find_last_digest(connection, council.key)
    if last is not None and last >= day:
        return None
    clocks = find_clocks(connection, council.key, now - _CLOCKS_SINCE)
    morning = _Morning(
        council=council,
        at=digest_instant(council, day),
        day=day,
        last=last,
        clocks=(),
        to_file=(),
        link=installation.settings.address,
        called={},
    )
    before = last or day - timedelta(days=1)
    reached = [
        clock
        for clock in clocks
        if any(
            morning.count(clock, before) < each <= morning.count(clock, day) for each in CLOCK_DAYS
        )
    ]
    # From the day after next on: whoever files has had a working day for it.
    to_file = read_to_file(connection, council.key, before=morning.since)
    called = {
        clock.id: load_version(connection, clock.version_id).package.limit_called
        for clock in reached
    }
    return replace(morning, clocks=tuple(reached), to_file=tuple(to_file), called=called)


def _all(
    installation: Installation, connection: Connection, morning: _Morning, now: datetime
) -> list[tuple[NewNotice, list[int]]]:
    council = morning.council
    people = {p.id: p for p in find_people(connection, council.key) if p.active}
    stands_in: dict[int, list[Person]] = {}
    for away, deputy in find_away(connection, council.key, morning.day):
        if away in people and deputy != away:
            stands_in.setdefault(deputy, []).append(people[away])
    made = []
    for person in people.values():
        written = _write(connection, morning, person, stands_in.get(person.id, ()))
        if written is not None:
            made.append((_notice(morning, person, written[0], now), written[1]))
    return made


def _write(
    connection: Connection, morning: _Morning, person: Person, away: Sequence[Person]
) -> tuple[list[Section], list[int]] | None:
    """The sections of somebody's digest, and the lines that it carries; None for nothing to say.

    A deputy reads the lines too, but they are carried by the digest of whom they are for, who must
    not miss what a deputy may not see.
    """
    own = _read(connection, morning, of=person, me=person)
    known = {row.id for row in (*own.overdue, *own.today, *own.soon)}
    others = [
        (other, part)
        for other in away
        if (part := _read(connection, morning, of=other, me=person, but=known))
    ]
    begun = find_begun_drafts(connection, _whose(morning, person, person))
    asked = find_follow_ups(connection, person, morning.day)
    follow_ups = [each for each in asked if each.due <= morning.day]
    fresh = any(draft.saved_at >= morning.since for draft in begun)
    # What is to be filed comes with other news, or by itself once a week.
    files = bool(own.to_file) and morning.is_first_of_week
    if not (own or others or fresh or follow_ups or files):
        return None
    sections = _sections(morning, own)
    sections += section(
        "Begun and not sent",
        (_begun(morning, draft) for draft in begun),
    )
    sections += section(
        "Was it done?",
        (
            bulleted(
                f"Case {each.case_number}: what was agreed was to be done by {_day(each.due)}",
                morning.address(each.case_number),
            )
            for each in follow_ups
        ),
    )
    for other, part in others:
        sections += _sections(morning, part, whom=other.name)
    return sections, [line.id for line in own.lines]


def _begun(morning: _Morning, draft: BegunRow) -> str:
    if draft.case_number is None:
        return bulleted("A concern that you are raising", f"{morning.link}/")
    name = f": “{draft.name}”" if draft.name else ""
    return bulleted(f"Case {draft.case_number}{name}", morning.address(draft.case_number))


def _whose(morning: _Morning, of: Person, me: Person) -> Whose:
    return Whose(of=of.id, me=me.id, council=morning.council.key, today=morning.day)


def _read(
    connection: Connection, morning: _Morning, *, of: Person, me: Person, but: Iterable[int] = ()
) -> _Part:
    whose = _whose(morning, of, me)
    part = _Part(lines=find_lines(connection, whose, morning.at))
    for row in find_waiting(connection, whose, opened=morning.at, until=_soon(morning)):
        if row.id in set(but):
            continue
        due = in_london(row.due).date()
        if row.due <= morning.at:
            part.overdue.append(row)
        elif due == morning.day:
            part.today.append(row)
        else:
            part.soon.append(row)
    if morning.clocks:
        among = [clock.id for clock in morning.clocks]
        concerned = find_concerned(connection, whose, among, morning.council.kept_informed)
        part.clocks.extend(clock for clock in morning.clocks if clock.id in concerned)
    part.to_file.extend(_to_file(connection, morning, of=of, me=me))
    return part


def _to_file(
    connection: Connection, morning: _Morning, *, of: Person, me: Person
) -> Iterator[ToFile]:
    """What `of` puts onto children's files, of cases that `me` may see."""
    if not morning.to_file:
        return
    held = find_holdings(connection, of.id, morning.day)
    mine = [
        each
        for each in morning.to_file
        if (each.post == RAISER and each.raiser_id == of.id)
        or any(row.post == each.post != RAISER and row.team in ("", each.team) for row in held)
    ]
    among = {each.case_id for each in mine}
    seen = find_seen_among(connection, among, me.id, morning.day) if among else set()
    yield from (each for each in mine if each.case_id in seen)


def _soon(morning: _Morning) -> datetime:
    noon = datetime.combine(morning.day, time(12), LONDON)
    calendar = morning.council.calendar
    day = noon
    for _ in range(SOON):
        day = calendar.same_time_next_working_day(day)
    return end_of_day(in_london(day).date())


def _sections(morning: _Morning, part: _Part, whom: str = "") -> list[Section]:
    """The sections of one person's part, each named for whom it is where that is not the reader."""

    def tasks(title: str, rows: Iterable[WaitingRow], due: str) -> list[Section]:
        lines = (
            bulleted(
                f"Case {row.case_number}: {row.name}{due and f', {due} {in_words(row.due)}'}",
                morning.address(row.case_number),
            )
            for row in rows
        )
        return section(title, lines, whom)

    clocks = (
        bulleted(_clock(morning, clock), morning.address(clock.number)) for clock in part.clocks
    )
    to_file = (
        bulleted(
            f"Case {each.number}: {each.count} step{'' if each.count == 1 else 's'}",
            f"{morning.address(each.number)}/file",
        )
        for each in part.to_file
    )
    lines = (
        bulleted(f"Case {number}: {'; '.join(words)}", morning.address(number))
        for number, words in _by_case(part.lines).items()
    )
    return [
        *tasks("Overdue", part.overdue, "was due on"),
        *tasks("Due today", part.today, ""),
        *tasks("Due soon", part.soon, "due on"),
        *section(f"The {LIMIT} working days of a case", clocks, whom),
        *section("What happened", lines, whom),
        *section("Not on the child’s file yet", to_file, whom),
    ]


def _by_case(lines: Iterable[LineRow]) -> dict[str, list[str]]:
    """What happened, without the number that each line begins with, by the case's number."""
    found: dict[str, list[str]] = {}
    for line in lines:
        words = line.words.removeprefix(f"Case {line.case_number}: ")
        found.setdefault(line.case_number, []).append(words)
    return found


def _clock(morning: _Morning, clock: ClockRow) -> str:
    count, called = morning.count(clock, morning.day), morning.called[clock.id]
    advises = "" if called == LIMIT_CALLED else f", a {called}"
    if count > LIMIT:
        over = f"the {LIMIT} working days{advises}{advises and ','} are over"
        return f"Case {clock.number}: {over}, today is day {count}"
    return f"Case {clock.number}: today is day {count} of {LIMIT}{advises}"


def _notice(
    morning: _Morning, person: Person, sections: Sequence[Section], now: datetime
) -> NewNotice:
    council = morning.council
    facts = {
        "date": _day(morning.day),
        "in_short": in_short(sections),
        "lines": "\n\n".join(each.text for each in sections),
        "link": f"{morning.link}/",
        "council": council.name,
        "help_contact": council.help_contact,
    }
    message = render(council.digest or PLAIN_DIGEST, facts)
    return NewNotice(
        key=f"digest/{council.key}/{morning.day}/{person.id}",
        case_id=None,
        sequence=None,
        element="",
        template=DIGEST,
        post="",
        person_id=person.id,
        address=person.email,
        subject=message.subject,
        body=message.body,
        queued_at=now,
        next_try_at=now,
    )


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
