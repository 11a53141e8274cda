"""Making reports: by the schedule, once with any number of workers, or because somebody asks.

What is made is kept as it is, with its entry in the ledger, so a report of last quarter can be
opened unchanged. Whoever it is for is told, by a message that says no more than that it is there.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from engine.access.reports import demand_report
from engine.clock import in_london
from engine.councils import Council
from engine.errors import StepladderError
from engine.figures.keeping import Reading, catch_up
from engine.history.access_log import note
from engine.history.ledger import lock_ledger, write_entry
from engine.installation import Installation
from engine.notices import render
from engine.people import Person
from engine.report_kinds import AUDITS, ReportKind
from engine.reports.audited import audits
from engine.reports.counted import COUNTED
from engine.reports.listed import LISTED
from engine.reports.periods import Period, demand_period, next_made_at, periods_due
from engine.reports.report import KEPT_INFORMED, OTHERS, Report, Section, to_json
from engine.reports.source import Source
from engine.store.database import Connection
from engine.store.notices import NewNotice, add_notices
from engine.store.people import find_holders
from engine.store.reports import (
    REPORT,
    NewReport,
    add_report,
    find_first_opening,
    find_last_made,
)

NOTICE: Final = "report"
"""The template of the message that a report is there."""
MADE: Final = "report made"
_SECONDS_OF_WORKER: Final = 5.0
_SECONDS_OF_PAGE: Final = 10.0
_BUILDERS: Final = {**COUNTED, **LISTED, AUDITS: audits}
_MESSAGE: Final = """Subject: {{ subject }}

{{ sentence }}

{{ link }}

Sign in to read it. Questions: {{ help_contact }}.

{{ council }}
"""


class CannotMake(StepladderError):
    """A report cannot be made now."""


def make_report(
    installation: Installation, kind: str, first: date, last: date, *, by: Person
) -> int:
    """Make and keep a report of any days, for somebody who asks; its id.

    One that may leave the service is made of a whole period that is over, once, as the schedule
    makes it: two of days that overlap would tell what each hides (X-27). Raises `NotAllowed`,
    `BadPeriod`, and `CannotMake` where it is made, and while the figures are still being read.
    """
    council, now = installation.council(by.council), installation.clock.now()
    with installation.database.read() as connection:
        demand_report(connection, by, council, kind, now)
    asked = council.reports[kind]
    whole = asked.every if asked.leaves_service else None
    period = demand_period(first, last, in_london(now).date(), whole=whole)
    reading = catch_up(installation, council, seconds=_SECONDS_OF_PAGE)
    if reading.behind:
        raise CannotMake(
            "The figures are being read off the histories at this moment. Try again in a few "
            "minutes."
        )
    if asked.leaves_service:
        made = _make_slot(installation, council, asked, period, reading, by)
    else:
        new = _build(installation, council, asked, period, reading)
        with installation.database.write() as connection:
            made = _keep(connection, replace(new, made_by=by.id), by)
    if made is None:
        raise CannotMake(
            f"The report of {period.in_words} is made already, and kept as it is. Open it in the "
            "list."
        )
    note(installation, by, f"report {made}: made")
    return made


def make_due(installation: Installation, council: Council) -> int | None:
    """Make what the schedule says is due and nobody has made yet; how many. For the worker.

    None while the figures are still being read: it is to be asked again.
    """
    now = installation.clock.now()
    with installation.database.read() as connection:
        last = find_last_made(connection)
        due = [
            (kind, period)
            for key, kind in council.reports.items()
            for period in periods_due(kind, council, now, last.get((council.key, key)))
        ]
        began = find_first_opening(connection, council.key) if due else None
    due = [pair for pair in due if began and in_london(began).date() <= pair[1].last]
    if not due:
        return 0
    reading = catch_up(installation, council, seconds=_SECONDS_OF_WORKER)
    if reading.behind:
        return None
    made = [_make_slot(installation, council, kind, period, reading) for kind, period in due]
    return sum(each is not None for each in made)


def next_due(council: Council, now: datetime) -> datetime:
    """When the schedule has something to make again, after `now`; both aware, in UTC."""
    return min(next_made_at(kind, council, now) for kind in council.reports.values())


def _make_slot(
    installation: Installation,
    council: Council,
    kind: ReportKind,
    period: Period,
    reading: Reading,
    by: Person | None = None,
) -> int | None:
    """Make the one report of a period and tell whom it is for; its id, None where there is one."""
    slot = f"{council.key}/{kind.key}/{period.first}/{period.last}"
    new = _build(installation, council, kind, period, reading)
    new = replace(new, slot=slot, made_by=by.id if by else None)
    with installation.database.write() as connection:
        made = _keep(connection, new, by)
        if made is not None:
            add_notices(connection, _notices(installation, connection, council, kind, new, made))
    return made


def _build(
    installation: Installation,
    council: Council,
    kind: ReportKind,
    period: Period,
    reading: Reading,
) -> NewReport:
    now = installation.clock.now()
    with installation.database.read() as connection:
        few, whole = (
            Source(
                connection=connection,
                council=council,
                kind=kind,
                period=period,
                reading=reading,
                kept_informed=kept_informed,
            )
            for kept_informed in (False, True)
        )
        report = build(few, whole)
    return NewReport(
        council=council.key,
        kind=kind.key,
        title=kind.title,
        first=period.first,
        last=period.last,
        as_of=reading.as_of,
        made_at=now,
        made_by=None,
        slot=None,
        content=to_json(report),
    )


def build(few: Source, whole: Source) -> Report:
    """The report from what everybody reads who reads it, and from what those kept informed do."""
    sections: list[Section] = []
    for key in few.kind.consists_of:
        for_others, for_kept_informed = _BUILDERS[key](few), _BUILDERS[key](whole)
        if for_others == for_kept_informed or few.hides:
            sections.append(for_others)
        else:
            sections.append(replace(for_others, whom=OTHERS))
            sections.append(replace(for_kept_informed, whom=KEPT_INFORMED))
    words = [few.kind.about]
    if few.hides:
        words.append(
            "This report may leave the service. Small numbers are hidden, and with them others "
            "from which they could be worked out. What stood open at the end is not told: with the "
            "report of the next time it would tell what is hidden."
        )
    if few.reading.unreadable:
        words.append(_unread(few))
    return Report(words=tuple(words), sections=tuple(sections))


def _unread(source: Source) -> str:
    many = source.reading.unreadable
    cases = "1 case" if many == 1 else f"{many} cases"
    of = "some cases" if source.hides else cases
    return (
        f"The history of {of} could not be read. What happened there last is not counted here. "
        "Whoever looks after Stepladder can find out why."
    )


def _keep(connection: Connection, new: NewReport, by: Person | None) -> int | None:
    lock_ledger(connection)
    made = add_report(connection, new)
    if made is None:
        return None
    period = Period(first=new.first, last=new.last).in_words
    who = f"{by.name} had the report made" if by else "The report was made by the schedule"
    write_entry(
        connection,
        council=new.council,
        register=REPORT,
        item_id=made,
        at=new.made_at,
        actor_id=by.id if by else None,
        act=MADE,
        words=f"{who}: {new.title}, {period}.",
    )
    return made


def _notices(
    installation: Installation,
    connection: Connection,
    council: Council,
    kind: ReportKind,
    new: NewReport,
    made: int,
) -> list[NewNotice]:
    """One for each person who holds a post that the report is for; nothing of it is said (X-23)."""
    today = in_london(new.made_at).date()
    people = {
        person.id: (post, person)
        for post in reversed(kind.readers)
        for person in find_holders(connection, council.key, post, None, today)
    }
    period = Period(first=new.first, last=new.last).in_words
    facts = {
        "subject": f"{kind.title}: {period}",
        "sentence": f"The report “{kind.title}” of {period} is there.",
        "link": f"{installation.settings.address}/reports/{kind.key}/{made}",
        "help_contact": council.help_contact,
        "council": council.name,
    }
    message = render(_MESSAGE, facts)
    return [
        NewNotice(
            key=f"report/{made}/{person.id}",
            case_id=None,
            sequence=None,
            element="",
            template=NOTICE,
            post=post,
            person_id=person.id,
            address=person.email,
            subject=message.subject,
            body=message.body,
            queued_at=new.made_at,
            next_try_at=new.made_at,
        )
        for post, person in people.values()
    ]
