"""Children's references out of a CSV file: said first, then done at once; twice changes nothing."""

from datetime import date

import pytest

from engine.access import NotAllowed
from engine.administration.children_import import (
    COLUMNS,
    EXAMPLE,
    ChildrenPlan,
    import_children,
    plan_children,
)
from engine.administration.csv_file import template
from engine.children import demand_child, restrict, statuses_on
from engine.rehearsal import TEAM, Rehearsal
from engine.store.database import Database
from tests.stories import COUNCIL, at_stage, breaks, everything, story

HEAD = "reference,name,date of birth,team,social worker,raiser,legal status,from\n"


@pytest.fixture
def told(database: Database) -> Rehearsal:
    """Monday 23 March 2026; the child PLAYED-1 is known."""
    return story("2026-03-23T10:00", database)


def planned(told: Rehearsal, text: str) -> ChildrenPlan:
    return plan_children(told.installation, text.encode(), by=told.people["admin"])


def taken(told: Rehearsal, text: str) -> ChildrenPlan:
    return import_children(told.installation, text.encode(), by=told.people["admin"])


def test_a_new_child_is_added_and_the_same_file_changes_nothing(told: Rehearsal) -> None:
    worker, raiser = told.people["sw"].email, told.people["raiser"].email
    text = HEAD + f"77,Zoë Bell,2/6/2015,Team B,{worker},{raiser},Looked after,6/1/2025\n"
    before = everything(told.installation.database)
    plan = planned(told, text)
    assert (plan.added, plan.changed, plan.wrong) == (["77, Team B, looked after"], [], [])
    assert plan.warnings == ["“Team B” is a new team: nobody holds a post for it yet."]
    assert "Zoë" not in "".join([*plan.added, *plan.changed])
    assert everything(told.installation.database) == before
    taken(told, text)
    with told.installation.database.read() as connection:
        child = demand_child(connection, COUNCIL, "77")
        (held,) = statuses_on(connection, child.id, date(2026, 3, 23))
    assert (child.name, child.date_of_birth) == ("Zoë Bell", date(2015, 6, 2))
    assert (child.social_worker_id, child.raiser_id) == (
        told.people["sw"].id,
        told.people["raiser"].id,
    )
    assert (held.status, held.starts) == ("looked after", date(2025, 1, 6))
    before = everything(told.installation.database)
    again = taken(told, text)
    assert (again.is_empty, again.unchanged) == (True, 1)
    assert everything(told.installation.database) == before


def test_what_changed_is_changed_and_what_is_empty_stays(told: Rehearsal) -> None:
    born = f"{told.child.date_of_birth}"
    text = HEAD + f"PLAYED-1,New Name,{born},Team B,,,child protection plan,1/3/2026\n"
    assert taken(told, text).changed == ["PLAYED-1: name and team and legal status"]
    with told.installation.database.read() as connection:
        child = demand_child(connection, COUNCIL, "PLAYED-1")
        held = {one.status for one in statuses_on(connection, child.id, date(2026, 3, 23))}
    assert (child.name, child.team) == ("New Name", "Team B")
    assert child.raiser_id == told.people["raiser"].id
    assert held == {"looked after", "child protection plan"}
    assert planned(told, text).is_empty


def test_open_cases_are_told_of_a_new_status(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    known = told.case().entries
    born = told.child.date_of_birth
    line = f"PLAYED-1,{told.child.name},{born},{TEAM},,,child protection plan,1/3/2026\n"
    taken(told, HEAD + line)
    assert told.case().entries == known + 1
    assert breaks(told.installation) == []


def test_every_line_that_is_wrong_is_named_and_nothing_is_done(told: Rehearsal) -> None:
    lines = [
        "1,A,2/6/2015,Team A,,,,",
        ",A,2/6/2015,Team A,,,,",
        "2,,2/6/2015,Team A,,,,",
        "3,A,,Team A,,,,",
        "4,A,2/6/2036,Team A,,,,",
        "5,A,2/6/2015,,,,,",
        "6,A,2/6/2015,Team A,stranger@example.org,,,",
        "7,A,2/6/2015,Team A,,,adopted,",
        "8,A,2/6/2015,Team A,,,,1/1/2026",
        "9,A,2/6/2015,Team A,,,looked after,1/1/2015",
        "1,B,2/6/2015,Team A,,,,",
        "PLAYED-1,Played Child,1/1/2001,Team A,,,,",
    ]
    before = everything(told.installation.database)
    plan = taken(told, HEAD + "\n".join(lines))
    assert [wrong.line for wrong in plan.wrong] == list(range(3, 14))
    said = [wrong.sentence for wrong in plan.wrong]
    assert said[2] == "The date of birth is missing."
    assert "Import people first" in said[5]
    assert "“adopted” is no legal status here" in said[6]
    assert "line 2" in said[9]
    assert "The date of birth is another one" in said[10]
    assert everything(told.installation.database) == before


def test_a_restricted_record_stays_as_it_is(told: Rehearsal) -> None:
    with told.installation.database.write() as connection:
        restrict(connection, told.child)
    before = everything(told.installation.database)
    plan = taken(told, HEAD + "PLAYED-1,Another,1/1/2001,Team A,,,,\n")
    assert (plan.wrong, plan.is_empty) == ([], True)
    assert plan.warnings[0].startswith("Line 2 is about a restricted record")
    assert everything(told.installation.database) == before


def test_five_thousand_lines_are_taken_at_once(told: Rehearsal) -> None:
    lines = [f"R{n},Child {n},2/6/2015,{TEAM},,,looked after,6/1/2025" for n in range(5000)]
    assert len(planned(told, HEAD + "\n".join(lines)).added) == 5000


def test_only_an_administrator_imports(told: Rehearsal) -> None:
    content = (HEAD + "1,A,2/6/2015,Team A,,,,\n").encode()
    with pytest.raises(NotAllowed):
        plan_children(told.installation, content, by=told.people["tm"])


def test_the_template_names_its_columns(told: Rehearsal) -> None:
    (wrong,) = planned(told, template(COLUMNS, EXAMPLE).decode("utf-8-sig")).wrong
    assert "Import people first" in wrong.sentence
