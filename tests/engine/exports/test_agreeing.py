"""CSV, object log, views and figures tell one story of an answer, of days and of what follows."""

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from engine.acts.tasks import complete_task
from engine.calendars import Calendar
from engine.children import add_child
from engine.clock import parse_instant
from engine.exports.exporting import CSV, OCEL, XES, Ask, export
from engine.exports.reporting import Reporting
from engine.figures.keeping import catch_up
from engine.rehearsal import Rehearsal
from engine.store.cases import cases
from engine.store.database import Database
from engine.store.figures import figure_cases
from engine.store.reported import VIEWS
from engine.store.views import create_views, name_of
from tests.engine.exports.playing import keeping_in
from tests.engine.exports.replaying import read_xes
from tests.stories import COUNCIL, escalate, raise_at_stage, story

ALL = Ask(council=COUNCIL)


def begun(at: str, database: Database, folder: Path) -> Rehearsal:
    """A story whose exports and views can be made."""
    told = story(at, database)
    told.installation = keeping_in(folder, told.installation)
    with database.write() as connection:
        create_views(connection, VIEWS)
    return told


def exported(told: Rehearsal, kind: str, out: Path, ask: Ask = ALL) -> Path:
    export(told.installation, kind, ask, out, by=told.people["iro_sm"])
    return out


def in_csv(told: Rehearsal, name: str, folder: Path) -> list[dict[str, str]]:
    with (exported(told, CSV, folder / "star") / f"{name}.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def in_view(told: Rehearsal, name: str) -> list[dict[str, Any]]:
    Reporting(told.installation).bring_up_to_date()
    view = next(each for each in VIEWS if each.name == name)
    with told.installation.database.read() as connection:
        asked = text(f"SELECT * FROM {name_of(view, told.installation.database.kind)}")
        return [dict(row) for row in connection.execute(asked).mappings()]


@pytest.mark.parametrize(
    ("moved_on", "answered", "state", "told_of"),
    [
        ("2026-03-31T09:00", "2026-04-01T10:00", "late", ("completed", True, "2026-04-01", 7)),
        (
            "2026-03-24T09:00",
            "2026-03-26T10:00",
            "afterwards",
            ("completed", False, "2026-03-26", 3),
        ),
        ("2026-03-31T09:00", "", "never", ("withdrawn", False, "2026-03-31", 6)),
    ],
)
def test_an_answer_after_the_matter_moved_on_is_one_and_the_same_in_all(
    database: Database,
    tmp_path: Path,
    moved_on: str,
    answered: str,
    state: str,
    told_of: tuple[str, bool, str, int],
) -> None:
    told = begun("2026-03-23T10:00", database, tmp_path)
    raise_at_stage(told, 1)
    task = told.task_at("stage1_respond")
    told.move_to(parse_instant(moved_on))
    told.press("stage1_decide_without_answer", {"why_now": "It cannot wait."})
    escalate(told, "stage1_outcome", "stage 2")
    if answered:
        told.move_to(parse_instant(answered))
        by = told.people["tm"]
        complete_task(told.installation, task.id, by=by, answers={"answer": "A place is found."})

    catch_up(told.installation, told.council)
    how, late, on, days = told_of
    with database.read() as connection:
        figures = connection.execute(
            text(
                "SELECT state, ended_on, working_days FROM figure_stays "
                "WHERE element = 'stage1_respond'"
            )
        ).one()
    assert (figures.state, str(figures.ended_on)) == (state, on)
    assert figures.working_days == (days if answered else None)
    (row,) = [each for each in in_view(told, "tasks") if each["element"] == "stage1_respond"]
    assert (row["how"], bool(row["late"]), str(row["closed_on"]), row["working_days"]) == told_of
    (cell,) = [each for each in in_csv(told, "task", tmp_path) if each["task"] == row["task_key"]]
    assert [cell[name] for name in ("how", "late", "closed_on", "working_days")] == [
        how,
        str(late).lower(),
        on,
        str(days),
    ]
    log = json.loads(exported(told, OCEL, tmp_path / "log.json").read_bytes())
    (thing,) = [o for o in log["objects"] if o["id"].endswith(f":{task.token}")]
    values = {each["name"]: each["value"] for each in thing["attributes"]}
    assert (values["how"], values["late"], values["workingDays"]) == (how, late, days)


def test_a_step_that_waits_and_is_overdue_is_late_in_all(
    database: Database, tmp_path: Path
) -> None:
    told = begun("2026-03-23T10:00", database, tmp_path)
    raise_at_stage(told, 1)
    told.move_to(parse_instant("2026-03-31T09:00"))
    late = {each["element"]: bool(each["late"]) for each in in_view(told, "tasks")}
    assert late == {"stage1_respond": True, "stage1_no_answer": False}
    cells = {each["element"]: each["late"] == "true" for each in in_csv(told, "task", tmp_path)}
    assert cells == late


def test_the_days_of_a_case_are_those_of_its_clock_where_the_council_closes(
    database: Database, tmp_path: Path
) -> None:  # V9, X-5
    told = begun("2026-12-18T10:00", database, tmp_path)
    closed = Calendar(closure_days={date(2026, 12, day): "Christmas" for day in (29, 30, 31)})
    council = replace(told.council, calendar=closed)
    councils = {**told.installation.councils, COUNCIL: council}
    told.installation = replace(told.installation, councils=councils)
    raise_at_stage(told, 1)
    told.move_to(parse_instant("2027-01-20T15:00"))
    told.press("formal_withdraw", {"closed_as": "overtaken", "reason": "She has moved"})
    catch_up(told.installation, council)

    with database.read() as connection:
        assert connection.execute(select(figure_cases.c.days_formal)).scalar_one() == 20
    assert [each["working_days"] for each in in_view(told, "cases")] == [20]
    (cell,) = in_csv(told, "case", tmp_path)
    assert cell["working_days"] == "20"
    (trace,) = read_xes(exported(told, XES, tmp_path / "log.xes"))
    assert trace.attributes["workingDays"] == 20
    own = closed.working_days_between(date(2026, 12, 18), date(2027, 1, 20))
    days = {str(day["day"]): day for day in in_view(told, "calendar") if day["council"] == COUNCIL}
    first, last = days["2026-12-18"], days["2027-01-20"]
    assert last["working_days"] - first["working_days"] == own == 17
    assert last["statutory_days"] - first["statutory_days"] == 20


@pytest.fixture
def linked(database: Database, tmp_path: Path) -> Rehearsal:
    """A case of Monday 23 March, and one of Wednesday about the same, which follows it."""
    told = begun("2026-03-23T10:00", database, tmp_path)
    first = raise_at_stage(told, 1)
    told.move_to(parse_instant("2026-03-25T10:00"))
    second = raise_at_stage(told, 1)
    with database.write() as connection:
        follows = update(cases).where(cases.c.id == second.id).values(linked_to=first.id)
        connection.execute(follows)
    return told


def relations(log: Path) -> tuple[set[str], set[str]]:
    """The objects of a log, and those to which one of them leads."""
    objects = json.loads(log.read_bytes())["objects"]
    led = {each["objectId"] for thing in objects for each in thing["relationships"]}
    return {thing["id"] for thing in objects}, led


def test_what_a_case_follows_is_told_where_both_go_out(linked: Rehearsal, tmp_path: Path) -> None:
    there, led = relations(exported(linked, OCEL, tmp_path / "all.json"))
    assert led <= there
    assert len({each for each in there if each.startswith("case:")}) == 2
    (cell,) = [each for each in in_csv(linked, "case", tmp_path) if each["follows_case"]]
    assert f"case:{cell['follows_case']}" in there


def test_no_relation_leads_to_a_case_of_other_days(linked: Rehearsal, tmp_path: Path) -> None:
    wednesday = replace(ALL, first=date(2026, 3, 25))
    there, led = relations(exported(linked, OCEL, tmp_path / "some.json", wednesday))
    assert led <= there
    assert len({each for each in there if each.startswith("case:")}) == 1
    (trace,) = read_xes(exported(linked, XES, tmp_path / "some.xes", wednesday))
    assert "follows" not in trace.attributes


def test_no_relation_leads_to_a_case_of_a_restricted_child(
    linked: Rehearsal, tmp_path: Path
) -> None:
    with linked.installation.database.write() as connection:
        other = add_child(
            connection,
            council=COUNCIL,
            reference="OTHER-1",
            name="Other Child",
            date_of_birth=date(2016, 1, 1),
            team=linked.child.team,
            today=date(2026, 3, 25),
            restricted=True,
        )
        first = select(cases.c.linked_to).where(cases.c.linked_to.is_not(None)).scalar_subquery()
        connection.execute(update(cases).where(cases.c.id == first).values(child_id=other.id))
    there, led = relations(exported(linked, OCEL, tmp_path / "some.json"))
    assert led <= there
    assert len({each for each in there if each.startswith("case:")}) == 1
