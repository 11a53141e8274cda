"""The views for Power BI: what they tell, what they never do, and that they stay as they are."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, literal, select, text
from sqlalchemy.exc import ProgrammingError

from engine.acts import cases as case_acts
from engine.acts import concerns as concern_acts
from engine.acts.asking_time import ASKED, NOT_GIVEN
from engine.acts.chasing import CHASED
from engine.acts.claims import CLAIMED, HANDED_BACK
from engine.acts.deadlines import EXTENDED
from engine.acts.reallocating import REALLOCATED
from engine.acts.reassigning import GIVEN, SENT_BACK, TAKEN_BACK
from engine.children import restrict
from engine.clock import in_london, parse_instant
from engine.exports.pseudonyms import KEY_FILE, keep_pseudonyms
from engine.exports.reporting import Reporting
from engine.notify import open_channel
from engine.procedures import publish_new, read_package
from engine.rehearsal import Rehearsal
from engine.store.database import Database, Instant
from engine.store.migrate import migrate
from engine.store.reported import ABOUT_A_STEP, ABOUT_THE_CASE, VIEWS
from engine.store.reporting import FEW_HOLDERS, pseudonyms
from engine.store.views import create_views, describe, name_of, on_london
from engine.turns.open_case import ANSWERED_AFTER, COMPLETED
from engine.turns.turn import DEADLINE_PASSED
from engine.worker import Worker
from tests.engine.exports.playing import keeping_in
from tests.stories import CONCERN, COUNCIL, PROCESSES, raise_at_stage, raise_informally, story
from tests.views import DOCUMENT, written

OTHER = PROCESSES / "lincolnshire" / "escalation-of-professional-concerns"
TOLD = "The head teacher has written to us about it"
STABLE = {
    "cases": "case_key council procedure version began_informally went_formal stage outcome"
    " follows_case opened_at opened_on formal_on closed_at closed_on working_days",
    "tasks": "task_key case_key element name stage post opened_at opened_on original_due_on due_on"
    " closed_at closed_on how late working_days",
    "events": "case_key number at on_day activity element name stage done_by standing_in",
    "deadlines": "case_key element stage of_the_case received_at received_on original_due_on due_on"
    " extensions passed_at closed_at",
    "forms": "case_key number form element name stage informal sent_at sent_on sent_by late",
    "concerns": "case_key number themes stage outcome settled_at settled_on action_by action_done",
    "calendar": "council day working_day why_not working_days statutory_days",
}
"""The columns that reports in Power BI rest on: none is renamed or goes, new ones come last."""


@pytest.fixture
def told(database: Database, tmp_path: Path) -> Rehearsal:
    """A case of April that was silent at stage 1, and one of May that was settled informally."""
    told = story("2026-04-13T10:00", database)
    told.installation = keeping_in(tmp_path, told.installation)
    with database.write() as connection:
        create_views(connection, VIEWS)
    raise_at_stage(told, 1)
    told.move_to(parse_instant("2026-04-21T09:00"))
    told.give_time("stage1_respond", date(2026, 4, 24), f"They asked. {TOLD}")
    told.move_to(parse_instant("2026-05-05T09:00"))
    raise_informally(told)
    told.answer("informal_respond", {"answer": TOLD})
    Reporting(told.installation).bring_up_to_date()
    return told


def rows(database: Database, name: str) -> list[dict[str, Any]]:
    """The rows of a view, in the order of its first two columns."""
    view = next(each for each in VIEWS if each.name == name)
    with database.read() as connection:
        asked = text(f"SELECT * FROM {name_of(view, database.kind)} ORDER BY 1, 2")
        return [dict(row) for row in connection.execute(asked).mappings()]


def test_the_schema_is_the_one_that_reports_rest_on(database: Database) -> None:
    with database.write() as connection:
        create_views(connection, VIEWS)
    for view in VIEWS:
        schema, _, name = name_of(view, database.kind).rpartition(".")
        found = inspect(database.engine).get_columns(name, schema=schema or None)
        assert [column["name"] for column in found] == STABLE[view.name].split()
    assert {view.name for view in VIEWS} == set(STABLE)


def test_the_document_describes_each_column_as_it_is() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == written(), "Run python -m tests.views"
    assert describe(VIEWS) in written()


def test_every_case_is_reported_the_informal_one_too(told: Rehearsal) -> None:
    database = told.installation.database
    known = keep_pseudonyms(told.installation.settings.secret_key.with_name(KEY_FILE))
    by_key = {row["case_key"]: row for row in rows(database, "cases")}

    informal = by_key.pop(known.of(COUNCIL, told.case().number))
    (formal,) = by_key.values()
    assert bool(informal["began_informally"])
    assert not bool(formal["began_informally"])
    assert [(row["formal_on"], row["stage"]) for row in (informal, formal)] == [
        (None, "informal"),
        (formal["opened_on"], "1"),
    ]
    assert str(formal["opened_on"]) == "2026-04-13"
    forms = rows(database, "forms")
    assert [
        (row["form"], bool(row["informal"]), row["sent_by"], str(row["sent_on"]))
        for row in forms
        if row["case_key"] == informal["case_key"]
    ] == [
        ("raise", True, "raiser", "2026-05-05"),
        ("informal-answer", True, "somebody else", "2026-05-05"),
    ]


def test_steps_have_their_days_and_working_days(told: Rehearsal) -> None:
    database = told.installation.database
    steps = {row["element"]: row for row in rows(database, "tasks")}

    asked = steps["stage1_respond"]
    days = [str(asked[name]) for name in ("opened_on", "original_due_on", "due_on")]
    assert days == ["2026-04-13", "2026-04-20", "2026-04-24"]
    assert (asked["post"], asked["how"], bool(asked["late"])) == (FEW_HOLDERS, "", True)
    answered = steps["informal_respond"]
    assert (answered["how"], bool(answered["late"]), answered["working_days"]) == (
        "completed",
        False,
        0,
    )


def test_the_working_days_of_a_case_are_those_of_its_calendar(told: Rehearsal) -> None:
    calendar = told.council.calendar
    days = {str(row["day"]): row for row in rows(told.installation.database, "calendar")
            if row["council"] == COUNCIL}  # fmt: skip

    first, last = date(2026, 3, 30), date(2026, 6, 2)
    counted = days["2026-06-02"]["working_days"] - days["2026-03-30"]["working_days"]
    assert counted == calendar.working_days_between(first, last) == 42
    assert days["2026-04-06"]["why_not"] == "Easter Monday"
    assert not bool(days["2026-04-06"]["working_day"])


def test_what_happened_is_told_in_order_and_by_whom(told: Rehearsal) -> None:
    events = rows(told.installation.database, "events")
    first = [row for row in events if str(row["on_day"]) < "2026-05-01"]
    assert [(row["activity"], row["element"], row["done_by"]) for row in first] == [
        ("case opened", "raised", "raiser"),
        ("deadline passed", "stage1_due", "clock"),
        ("more time given", "stage1_due", "raiser"),
        ("deadline passed", "stage1_due", "clock"),
        ("deadline passed", first[4]["element"], "clock"),
    ]


def test_no_view_names_a_child_a_person_or_a_team_and_no_words_are_told(told: Rehearsal) -> None:
    secrets = [told.child.name, told.child.reference, told.child.team, told.case().number, TOLD]
    secrets += [person.name for person in told.people.values()] + list(CONCERN.values())
    for view in VIEWS:
        found = rows(told.installation.database, view.name)
        assert found
        assert [each for each in secrets if any(each in str(row.values()) for row in found)] == []


def test_cases_of_restricted_children_are_in_no_view(told: Rehearsal) -> None:
    database = told.installation.database
    with database.write() as connection:
        restrict(connection, told.child)
    assert [view.name for view in VIEWS if rows(database, view.name)] == ["calendar"]


def test_what_a_diagram_shows_to_few_is_in_no_view(database: Database, tmp_path: Path) -> None:
    told = story("2026-04-13T10:00", database)
    told.installation = keeping_in(tmp_path, told.installation)
    with database.write() as connection:
        create_views(connection, VIEWS)
    raise_at_stage(told, 2)
    why = {"considering_why": "The move comes before the end.", "timetable": "11 May"}
    told.press("consider_pressed", why)
    hidden = {"consider_pressed", "weigh_impact", "tell_line_manager"}
    assert hidden >= {task.element for task in told.tasks()} - {"stage2_respond"} != set()
    Reporting(told.installation).bring_up_to_date()

    for name in ("tasks", "events", "forms", "deadlines"):
        found = {row["element"] for row in rows(database, name)}
        assert found
        assert not found & hidden


def test_days_are_those_of_london(database: Database) -> None:
    instants = (
        "2026-03-29T00:59:59", "2026-03-29T01:00:00", "2026-10-24T23:30:00", "2026-10-25T00:59:59",
        "2026-10-25T01:00:00", "2026-06-30T23:30:00", "2026-12-31T23:59:59", "2024-03-31T23:59:59",
        "2021-10-31T00:30:00", "2021-10-31T23:30:00",
    )  # fmt: skip
    for instant in instants:
        at = parse_instant(f"{instant}Z")
        with database.read() as connection:
            found = connection.execute(select(on_london(literal(at, Instant)))).scalar_one()
        assert str(found) == in_london(at).date().isoformat()


def test_another_key_names_all_cases_anew(told: Rehearsal) -> None:
    database = told.installation.database
    key = told.installation.settings.secret_key.with_name(KEY_FILE)
    before = {row["case_key"] for row in rows(database, "cases")}
    key.unlink()
    raise_informally(told)
    reporting = Reporting(told.installation)
    assert (reporting.bring_up_to_date(), reporting.bring_up_to_date()) == (3, 0)

    after = {row["case_key"] for row in rows(database, "cases")}
    known = keep_pseudonyms(key)
    assert known.of(COUNCIL, told.case().number) in after
    assert (len(after), after & before) == (3, set())
    with database.read() as connection:
        assert len(connection.execute(pseudonyms.select()).all()) == 3


def test_the_names_of_acts_are_those_of_the_acts() -> None:
    assert set(ABOUT_A_STEP) == {
        case_acts.OPENED, case_acts.PRESSED, COMPLETED, CLAIMED, HANDED_BACK, SENT_BACK, GIVEN,
        TAKEN_BACK, DEADLINE_PASSED, EXTENDED, ASKED, NOT_GIVEN, CHASED, ANSWERED_AFTER,
    }  # fmt: skip
    assert set(ABOUT_THE_CASE) == {REALLOCATED, concern_acts.ADDED, concern_acts.SETTLED}


@pytest.fixture
def reader(postgres_url: str) -> Iterator[Database]:
    """A PostgreSQL database as a role of Power BI's sees it, made by the document's own recipe."""
    with closing(Database(postgres_url)) as database:
        migrate(database)
        with database.write() as connection:
            for statement in recipe():
                connection.exec_driver_sql(statement)
        try:
            yield database
        finally:
            with database.write() as connection:
                connection.execute(text("DROP OWNED BY power_bi"))
                connection.execute(text("DROP ROLE power_bi"))


def recipe() -> list[str]:
    """The statements of the document's recipe for a role that only reads."""
    block = DOCUMENT.read_text(encoding="utf-8").split("```sql\n")[1].split("```")[0]
    return [each.strip() for each in block.split(";") if each.strip()]


def ask_as_power_bi(database: Database, sql: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL ROLE power_bi"))
        connection.execute(text(sql))


def test_the_role_reads_the_views_and_nothing_else(reader: Database) -> None:
    for view in VIEWS:
        ask_as_power_bi(reader, f"SELECT * FROM {name_of(view, 'postgresql')}")
    for refused in (
        "SELECT * FROM cases",
        "SELECT * FROM children",
        "SELECT * FROM pseudonyms",
        "DELETE FROM reporting.calendar",
        "CREATE TABLE reporting.mine (a int)",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            ask_as_power_bi(reader, refused)


def test_after_the_next_release_the_role_still_reads_them(reader: Database) -> None:
    with reader.write() as connection:
        create_views(connection, VIEWS)
    ask_as_power_bi(reader, "SELECT * FROM reporting.cases")


def test_the_worker_names_new_cases_and_nothing_stops_it(told: Rehearsal) -> None:
    database = told.installation.database
    raise_informally(told)
    key = told.installation.settings.secret_key.with_name(KEY_FILE)
    whole = key.read_bytes()
    key.write_bytes(b"short")
    worker = Worker(told.installation, open_channel(told.installation.settings))
    worker.round()
    assert len(rows(database, "cases")) == 2

    key.write_bytes(whole)
    worker.round()  # it is let alone for a while
    assert len(rows(database, "cases")) == 2
    told.move_to(parse_instant("2026-05-05T09:11"))
    worker.round()
    assert len(rows(database, "cases")) == 3


def test_a_version_is_known_before_a_case_runs_or_is_moved_to_it(told: Rehearsal) -> None:
    reporting = Reporting(told.installation)
    reporting.bring_up_to_date()
    publish_new(told.installation, read_package(OTHER))
    reporting.bring_up_to_date()
    with told.installation.database.read() as connection:
        known = connection.execute(text("SELECT DISTINCT version_id FROM reported_elements"))
        assert len(known.all()) == 2
