"""What was seen: the access log as whoever may reads it, of restricted children their readers."""

import pytest
from sqlalchemy import event

from engine.access import NoPart, NotAllowed
from engine.case_file.reader import read_case_file
from engine.children import let_read, restrict
from engine.clock import SetClock, parse_instant
from engine.history.access_log import note
from engine.lists.listing import PAGE
from engine.people import Person
from engine.rehearsal import Rehearsal
from engine.seen import (
    DOWNLOADED,
    EXPORTED,
    LOOKED,
    REFUSED,
    SEARCHED,
    Look,
    Wanted,
    read_looks,
    take_looks,
)
from engine.store.database import Database
from engine.store.listed import Place
from tests.stories import raise_informally, story


@pytest.fixture
def told(database: Database) -> Rehearsal:
    """North East Lincolnshire; a case that its team manager read at 10:00 and others did not."""
    found = story("2026-03-23T10:00", database)
    raise_informally(found)
    read_case_file(found.installation, number(found), found.people["tm"])
    with pytest.raises(NoPart):
        read_case_file(found.installation, number(found), found.people["dcs"])
    return found


def number(told: Rehearsal) -> str:
    with told.installation.database.read() as connection:
        return str(connection.exec_driver_sql("SELECT number FROM cases").scalar())


def looks(told: Rehearsal, by: Person, **asked: str) -> list[tuple[str, str, str, str]]:
    return [_told(each) for each in take_looks(told.installation, by, Wanted(**asked))]


def _told(look: Look) -> tuple[str, str, str, str]:
    return look.by, look.kind, look.words, look.number


def test_who_looked_at_a_case_and_who_was_refused(told: Rehearsal) -> None:
    people, case = told.people, number(told)
    assert looks(told, people["iro_sm"], case=case) == [
        (people["dcs"].name, REFUSED, "Read the case", case),
        (people["tm"].name, LOOKED, "Read the case", case),
    ]
    note(told.installation, people["sw"], "child", child_id=told.child.id)
    (first, *_) = take_looks(told.installation, people["iro_sm"], Wanted(case=case))
    assert (first.words, first.number, first.initials) == ("Opened the child’s page", "", "PC")


def test_looking_here_is_a_look_too(told: Rehearsal) -> None:
    by, case = told.people["iro_sm"], number(told)
    looks(told, by, case=case)
    (mine, *_) = looks(told, by, case=case)
    assert mine == (by.name, DOWNLOADED, "Took what was seen as a file, 2 in it", case)


@pytest.mark.parametrize(
    ("what", "kind", "words"),
    [
        ("searched for a child, 3 shown", SEARCHED, "Searched for a child, 3 shown"),
        ("took a list as a file, 9 in it", DOWNLOADED, "Took a list as a file, 9 in it"),
        ("file 12", DOWNLOADED, "Downloaded a file"),
        ("form cafcass-referral", DOWNLOADED, "Downloaded a form, filled in"),
        ("PDF cafcass", DOWNLOADED, "Downloaded a PDF"),
        ("report 3: downloaded as PDF", DOWNLOADED, "Report 3: downloaded as PDF"),
        ("report 3: looked at", LOOKED, "Report 3: looked at"),
        ("exported as xes: 3 cases", EXPORTED, "Exported as xes: 3 cases"),
        ("meeting 3", LOOKED, "Read meeting 3"),
    ],
)
def test_each_kind_is_found_and_no_form_is_named(
    told: Rehearsal, what: str, kind: str, words: str
) -> None:
    by = told.people["iro_sm"]
    note(told.installation, told.people["tm"], what)
    found = (told.people["tm"].name, kind, words, "")
    for asked in (LOOKED, SEARCHED, DOWNLOADED, EXPORTED, REFUSED):
        assert (found in looks(told, by, kind=asked)) is (asked == kind), asked


def test_by_person_and_by_days_in_london(told: Rehearsal) -> None:
    clock = told.installation.clock
    assert isinstance(clock, SetClock)
    by, tm = told.people["iro_sm"], told.people["tm"]
    for at in ("2026-03-31T23:59", "2026-04-01T00:00"):  # summer time: 22:59 and 23:00 UTC
        clock.set(parse_instant(at))
        note(told.installation, tm, f"at {at}")
    one = {"since": "2026-03-31", "until": "2026-03-31"}
    assert [words for _, _, words, _ in looks(told, by, **one)] == ["At 2026-03-31T23:59"]
    assert len(looks(told, by, person=str(tm.id))) == 3
    assert len(looks(told, by, person=str(tm.id), until="2026-03-30")) == 1


def test_of_a_restricted_child_only_who_is_named_reads_who_looked(told: Rehearsal) -> None:
    by, admin, case = told.people["iro_sm"], told.people["admin"], number(told)
    assert len(looks(told, admin, case=case)) == 2
    with told.installation.database.write() as connection:
        restrict(connection, told.child)
    note(told.installation, told.people["tm"], "child", child_id=told.child.id)
    for who in (by, admin):
        assert looks(told, who, case=case) == []
        assert not any(words == "Read the case" for _, _, words, _ in looks(told, who))
        assert not any(words.startswith("Opened") for _, _, words, _ in looks(told, who))
    with told.installation.database.write() as connection:
        let_read(connection, told.child, by.id)
    assert len(looks(told, by, case=case)) > 2


def test_only_the_post_that_is_kept_informed_and_administrators_read_it(told: Rehearsal) -> None:
    for post in ("raiser", "tm", "sw", "hos", "dcs", "iro_tm"):
        with pytest.raises(NotAllowed):
            read_looks(told.installation, told.people[post], Wanted(), None, None)
    for post in ("iro_sm", "admin"):
        read_looks(told.installation, told.people[post], Wanted(), None, None)


def test_another_councils_looks_are_nobodys_here(told: Rehearsal) -> None:
    with told.installation.database.write() as connection:
        connection.exec_driver_sql("UPDATE cases SET council = 'elsewhere'")
        connection.exec_driver_sql("UPDATE children SET council = 'elsewhere'")
    by = told.people["iro_sm"]
    found = take_looks(told.installation, by, Wanted())
    assert {(each.number, each.initials) for each in found} == {("", "")}
    assert looks(told, by, case=number(told)) == []
    with told.installation.database.write() as connection:
        connection.exec_driver_sql(f"UPDATE people SET council = 'elsewhere' WHERE id <> {by.id}")
    assert {each.by for each in take_looks(told.installation, by, Wanted())} == {by.name}


def test_a_page_is_read_on_from_its_place_in_few_statements(told: Rehearsal) -> None:
    by, tm = told.people["iro_sm"], told.people["tm"]
    wanted = Wanted(person=str(tm.id))
    for place in range(PAGE + 5):
        note(told.installation, tm, f"look {place}")
    statements: list[str] = []
    engine = told.installation.database.engine
    event.listen(engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    page, count = read_looks(
        told.installation, by, Wanted(person=str(told.people["tm"].id)), None, None
    )
    asked = [each for each in statements if "FROM access_log" in each]
    assert len(asked) == 2
    assert (len(page.rows), count) == (PAGE, PAGE + 6)
    assert page.rows[0].words == f"Look {PAGE + 4}"
    assert page.next is not None
    second, _ = read_looks(told.installation, by, wanted, page.next, None)
    assert [each.words for each in second.rows][-1] == "Read the case"
    assert isinstance(second.previous, Place)
