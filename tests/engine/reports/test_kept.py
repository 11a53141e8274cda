"""A report that was made is kept as it was: opened unchanged, and vouched for by the ledger."""

from datetime import date

from sqlalchemy import text

from engine.clock import parse_instant
from engine.history.anchors import seal
from engine.reports.making import make_report
from engine.store.database import Database
from tests.engine.reports.test_making import (
    TRACKER,
    begun,
    go_round,
    rows,
    settle,
    the_tracker,
)
from tests.stories import breaks


def test_last_weeks_is_opened_unchanged_whatever_happened_since(database: Database) -> None:
    told = begun(database)
    go_round(told, "2026-03-30T08:00")
    before = the_tracker(told)
    told.move_to(parse_instant("2026-03-31T09:00"))
    settle(told)
    told.move_to(parse_instant("2026-04-20T09:00"))
    assert the_tracker(told) == before
    assert [each.words for each in before.story] == [
        f"The report was made by the schedule: {TRACKER}, 23 to 29 March 2026."
    ]


def test_who_alters_a_kept_report_is_found(database: Database) -> None:
    told = begun(database)
    go_round(told, "2026-03-30T08:00")
    seal(told.installation)
    assert breaks(told.installation) == []
    number = told.case().number
    with database.write() as connection:
        kept = connection.execute(text("SELECT content FROM reports")).scalar_one()
        altered = kept.replace(number, "2026-99999")
        connection.execute(text("UPDATE reports SET content = :new"), {"new": altered})
    (found,) = breaks(told.installation)
    assert (found.case, found.problem) == ("Report 1", "It is not as its newest entry tells of it.")
    with database.write() as connection:
        connection.execute(text("DELETE FROM reports"))
    (gone,) = breaks(told.installation)
    assert gone.problem == "It was deleted."


def test_it_tells_of_the_end_of_its_days_also_when_it_is_made_later(database: Database) -> None:
    """On Friday 3 April the alert is answered and settled; a report of the week before says so
    of neither."""
    told = begun(database)
    told.move_to(parse_instant("2026-04-03T10:00"))
    settle(told)
    first, last = date(2026, 3, 23), date(2026, 3, 29)
    by = told.people["qp_team"]
    made = make_report(told.installation, "tracker", first, last, by=by)
    ((number, _, stage, *_, closed, outcome, _),) = rows(the_tracker(told, made))[0].rows
    assert number == told.case().number
    assert (stage, closed, outcome) == ("Before the review or conference", "", "")
    later = make_report(told.installation, "tracker", first, date(2026, 4, 3), by=by)
    ((*_, closed, outcome, _),) = rows(the_tracker(told, later))[0].rows
    assert closed == date(2026, 4, 3)
    assert outcome
