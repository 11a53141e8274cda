"""A post by which one person could be told is named to those kept informed alone (X-25)."""

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.access.exports import posts_of_many
from engine.clock import parse_instant
from engine.exports.exporting import CSV, OCEL, XES, Ask, export
from engine.exports.fetching import Fetch, fetch
from engine.exports.reporting import Reporting
from engine.people import add_person, end_post, give_post
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from engine.store.reported import VIEWS
from engine.store.reporting import FEW_HOLDERS
from engine.store.views import create_views, name_of
from tests.engine.exports.playing import keeping_in
from tests.engine.exports.replaying import read_xes
from tests.stories import COUNCIL, escalate, raise_at_stage, story

TODAY = date(2026, 3, 23)


@pytest.fixture
def told(database: Database, tmp_path: Path) -> Rehearsal:
    """A case that a team manager and the only service manager were asked in."""
    told = story("2026-03-23T10:00", database)
    told.installation = keeping_in(tmp_path, told.installation)
    with database.write() as connection:
        create_views(connection, VIEWS)
    raise_at_stage(told, 1)
    told.answer("stage1_respond", {"answer": "We disagree", "position": "not agreed"})
    escalate(told, "stage1_outcome", "stage 2")
    told.move_to(parse_instant("2026-03-24T10:00"))
    return told


def join(
    told: Rehearsal,
    post: str,
    *numbers: int,
    starts: date = date(2026, 3, 2),
    ends: date | None = None,
) -> None:
    """So many more hold the post, each for a team of their own."""
    with told.installation.database.write() as connection:
        for number in numbers:
            person = add_person(
                connection, council=COUNCIL, name=f"{post} {number}", email=f"{post}{number}@x.test"
            )
            team = f"Team {number}" if told.council.posts[post].scope == "team" else ""
            held = give_post(connection, told.council, person, post, team=team, starts=starts)
            if ends is not None:
                end_post(connection, held, ends)


def named(told: Rehearsal, on: date = TODAY) -> frozenset[str]:
    with told.installation.database.read() as connection:
        return posts_of_many(connection, told.council, on)


def posts(told: Rehearsal, who: str, folder: Path) -> set[str]:
    """The posts in an export by the holder of a post, the same in all three forms."""
    by = told.people[who]
    folder.mkdir()
    for kind in (XES, OCEL, CSV):
        export(told.installation, kind, Ask(council=COUNCIL), folder / kind, by=by)
    (trace,) = read_xes(folder / XES)
    roles = {event["org:role"] for event in trace.events if "org:role" in event}
    things = json.loads((folder / OCEL).read_bytes())["objects"]
    keys = {a["value"] for o in things if o["type"] == "post" for a in o["attributes"]}
    with (folder / CSV / "event.csv").open(encoding="utf-8-sig") as file:
        cells = {row["post"] for row in csv.DictReader(file)} - {""}
    with (folder / CSV / "task.csv").open(encoding="utf-8-sig") as file:
        asked = {row["post"] for row in csv.DictReader(file)}
    assert roles == keys == cells
    assert asked <= cells
    return cells


def in_view(told: Rehearsal) -> set[str]:
    database = told.installation.database
    view = next(each for each in VIEWS if each.name == "tasks")
    with database.read() as connection:
        found = connection.execute(text(f"SELECT post FROM {name_of(view, database.kind)}"))
        return set(found.scalars())


def test_who_is_kept_informed_exports_every_post(told: Rehearsal, tmp_path: Path) -> None:
    assert posts(told, "iro_sm", tmp_path / "own") == {"raiser", "tm", "sm"}


def test_an_administrator_exports_a_post_once_three_hold_it(
    told: Rehearsal, tmp_path: Path
) -> None:
    assert posts(told, "admin", tmp_path / "few") == {FEW_HOLDERS}
    join(told, "tm", 2, 3)
    assert posts(told, "admin", tmp_path / "many") == {FEW_HOLDERS, "tm"}
    lines = fetch(told.installation, Fetch(table="task", token=1), by=told.people["admin"])
    told_of = {row["post"] for row in csv.DictReader(line.lstrip("\ufeff") for line in lines)}
    assert told_of == {FEW_HOLDERS, "tm"}


def test_a_view_names_a_post_once_three_hold_it_and_to_nobody_before(told: Rehearsal) -> None:
    assert in_view(told) == set()  # nothing is told of a case without its pseudonym
    Reporting(told.installation).bring_up_to_date()
    assert in_view(told) == {FEW_HOLDERS}
    join(told, "tm", 2, 3)
    Reporting(told.installation).bring_up_to_date()
    assert in_view(told) == {FEW_HOLDERS, "tm"}


def test_three_one_after_the_other_are_one_at_a_time(told: Rehearsal) -> None:
    join(told, "tm", 2, ends=date(2026, 3, 10))
    join(told, "tm", 3, starts=date(2026, 3, 11))
    assert "tm" not in named(told)
    join(told, "tm", 4, starts=date(2026, 3, 20))
    assert "tm" in named(told)
    assert "tm" not in named(told, date(2026, 3, 19))  # that she would come was known


def test_where_only_two_people_are_left_unnamed_another_post_goes_with_them(
    told: Rehearsal,
) -> None:
    council = replace(told.council, key="elsewhere")
    with told.installation.database.write() as connection:
        for post, team, count in (("tm", True, 5), ("sw", True, 4), ("hos", False, 1)):
            for number in range(count):
                person = add_person(
                    connection, council="elsewhere", name="N", email=f"{post}{number}@e.test"
                )
                where = f"Team {number}" if team else ""
                give_post(connection, council, person, post, team=where, starts=TODAY)
    with told.installation.database.read() as connection:
        assert posts_of_many(connection, council, TODAY) == {"tm"}
