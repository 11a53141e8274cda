"""Brings what the views for Power BI look up to date: beside the turns, never in one.

A case is in the views once the worker has given it its pseudonym, within a round of its opening.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from engine.access import may_see_element
from engine.access.exports import posts_of_many
from engine.clock import in_london
from engine.councils import Council
from engine.exports.pseudonyms import KEY_FILE, Pseudonyms, keep_pseudonyms
from engine.installation import Installation
from engine.procedures import load_version
from engine.store.database import Connection
from engine.store.reporting import (
    ReportedDay,
    ReportedElement,
    add_pseudonyms,
    add_reported_elements,
    find_newest,
    find_one_named,
    find_reported_days,
    find_reported_posts,
    find_span,
    find_unnamed,
    find_unreported_versions,
    forget_pseudonyms,
    replace_reported_days,
    replace_reported_posts,
)

_AT_ONCE: Final = 1000


class Reporting:
    """Keeps what the views look up; it remembers what it has seen, so a round costs one look."""

    def __init__(self, installation: Installation) -> None:
        """Nothing is read or written yet."""
        self._installation = installation
        self._newest = (-1, -1)
        self._today: date | None = None

    def bring_up_to_date(self) -> int:
        """Name new cases; with them, or once a day, look at calendars and posts; how many cases.

        Any number may do it at once: a case has one pseudonym, whoever writes it.
        """
        here = self._installation
        with here.database.read() as connection:
            newest = find_newest(connection)
        named = 0
        if newest != self._newest:
            named = self._name_cases()
            self._newest = newest
        today = in_london(here.clock.now()).date()
        if today != self._today or named:
            self._keep_calendars(today)
            self._keep_posts(today)
            self._today = today
        return named

    def _name_cases(self) -> int:
        here, count, after = self._installation, 0, 0
        known = keep_pseudonyms(here.settings.secret_key.with_name(KEY_FILE))
        with here.database.write() as connection:
            _forget_if_others(connection, known)
            for version_id in find_unreported_versions(connection):
                add_reported_elements(connection, _elements(connection, version_id))
        while True:
            with here.database.write() as connection:
                cases = find_unnamed(connection, after, _AT_ONCE)
                named = [(case.id, known.of(case.council, case.number)) for case in cases]
                add_pseudonyms(connection, named)
            count += len(cases)
            if len(cases) < _AT_ONCE:
                return count
            after = cases[-1].id

    def _keep_calendars(self, today: date) -> None:
        for council in self._installation.councils.values():
            with self._installation.database.read() as connection:
                first, last = find_span(connection, council.key)
                kept = find_reported_days(connection, council.key)
            begins = in_london(first).year if first else today.year
            ends = max(today.year + 1, in_london(last).year if last else 0)
            days = list(_days(council, begins, ends))
            if days != kept:
                with self._installation.database.write() as connection:
                    replace_reported_days(connection, council.key, days)

    def _keep_posts(self, today: date) -> None:
        for council in self._installation.councils.values():
            with self._installation.database.read() as connection:
                posts = posts_of_many(connection, council, today)
                kept = find_reported_posts(connection, council.key)
            if posts != kept:
                with self._installation.database.write() as connection:
                    replace_reported_posts(connection, council.key, posts)


def _forget_if_others(connection: Connection, known: Pseudonyms) -> None:
    """With another key all cases are named anew, so that views and exports still agree."""
    one = find_one_named(connection)
    if one is not None and known.of(one[0], one[1]) != one[2]:
        forget_pseudonyms(connection)


def _elements(connection: Connection, version_id: int) -> Iterator[ReportedElement]:
    """The elements that whoever sees the case sees, with no post of their own (X-36)."""
    diagram = load_version(connection, version_id).package.diagram
    for key, element in diagram.elements.items():
        if may_see_element(diagram, key, ()):
            host = diagram.elements.get(element.attached_to or "")
            name = element.message or (
                host.name if element.event == "timer" and host else element.name
            )
            yield ReportedElement(
                version_id=version_id,
                element=key,
                name=" ".join(name.split()),
                stage=element.stage or "",
            )


def _days(council: Council, first: int, last: int) -> Iterator[ReportedDay]:
    day, so_far, statutory = date(first, 1, 1), 0, 0
    while day.year <= last:
        why = council.calendar.why_not(day)
        so_far += why is None
        statutory += council.calendar.is_working_day(day, statutory=True)
        yield ReportedDay(
            council=council.key,
            day=day,
            working_day=why is None,
            why_not=why or "",
            working_days=so_far,
            statutory_days=statutory,
        )
        day += timedelta(days=1)
