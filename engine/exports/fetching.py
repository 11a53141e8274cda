"""A table of the star schema, sent line by line to a program that has a token."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.access import NotAllowed
from engine.access.exports import demand_exporting
from engine.clock import in_london
from engine.exports.exporting import Ask, wanted_cases
from engine.exports.pseudonyms import KEY_FILE, keep_pseudonyms
from engine.exports.reading import read_traces
from engine.exports.star import CALENDAR, stream_calendar, stream_table
from engine.history.access_log import note
from engine.installation import Installation
from engine.people import Person
from engine.store.exports import count_kept_back, count_wanted
from engine.store.reporting import find_span


@dataclass(frozen=True, kw_only=True)
class Fetch:
    """What is fetched: a table of `star.HEADINGS`, by a token that is called `token`."""

    table: str
    token: int


def fetch(installation: Installation, asked: Fetch, *, by: Person) -> Iterator[str]:
    """The table's lines, of all cases of the person's council of which they may read.

    Who may fetch is asked, and that it is fetched is kept, before the first line: nothing goes out
    that nobody knows of. The lines are one state of the database. Raises `NotAllowed`.
    """
    council = installation.council(by.council)
    wanted = wanted_cases(Ask(council=council.key), by)
    what = f"table {asked.table} by export token {asked.token}"
    try:
        with installation.database.read() as connection:
            demand_exporting(connection, by, council, installation.clock.now())
            cases = count_wanted(connection, wanted)
            kept_back = count_kept_back(connection, wanted)
    except NotAllowed:
        note(installation, by, f"export of {what}", allowed=False)
        raise
    note(installation, by, f"exported {what}: {cases} cases, {kept_back} kept back")
    return _lines(installation, asked.table, by)


def _lines(installation: Installation, table: str, by: Person) -> Iterator[str]:
    council = installation.council(by.council)
    pseudonyms = keep_pseudonyms(installation.settings.secret_key.with_name(KEY_FILE))
    with installation.database.read() as connection:
        rights = demand_exporting(connection, by, council, installation.clock.now())
        if table == CALENDAR:
            now = installation.clock.now()
            first, last = (in_london(each or now) for each in find_span(connection, council.key))
            last = max(last, in_london(now))
            yield from stream_calendar(council.calendar, first.date(), last.date())
            return
        wanted = wanted_cases(Ask(council=council.key), by)
        yield from stream_table(table, read_traces(connection, council, wanted, pseudonyms, rights))
