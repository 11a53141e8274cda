"""People out of a CSV file: said first, then done at once; the same file twice changes nothing."""

from datetime import date

import pytest

from engine.access import NotAllowed
from engine.administration.admin_log import find_administered_about
from engine.administration.csv_file import BadFile, template
from engine.administration.people_import import (
    COLUMNS,
    EXAMPLE,
    PeoplePlan,
    import_people,
    plan_people,
)
from engine.people import find_people, posts_of
from engine.rehearsal import TEAM, Rehearsal
from engine.store.database import Database
from tests.stories import COUNCIL, everything, story

HEAD = "name,email,post,team,from,until\n"


@pytest.fixture
def told(database: Database) -> Rehearsal:
    """Monday 23 March 2026, one person a post."""
    return story("2026-03-23T10:00", database)


def planned(told: Rehearsal, text: str | bytes) -> PeoplePlan:
    content = text.encode() if isinstance(text, str) else text
    return plan_people(told.installation, content, by=told.people["admin"])


def taken(told: Rehearsal, text: str) -> PeoplePlan:
    return import_people(told.installation, text.encode(), by=told.people["admin"])


def test_the_plan_changes_nothing_and_taking_it_does_what_it_said(told: Rehearsal) -> None:
    text = (
        HEAD
        + f"Zoë Hill,Zoe@Example.org,Team Manager,{TEAM},1/4/2026,\n"
        + "Zoë Hill,zoe@example.org,hos,Team B,2026-04-01,30/06/2026\n"
    )
    before = everything(told.installation.database)
    plan = planned(told, text)
    assert (plan.wrong, plan.changed, plan.unchanged) == ([], [], 0)
    assert plan.added == [
        "Zoë Hill, zoe@example.org",
        f"Zoë Hill is Team Manager for {TEAM} from 1 April 2026",
        "Zoë Hill is Head of Service for Team B from 1 April 2026 to 30 June 2026",
    ]
    assert plan.warnings == ["“Team B” is a new team: nobody and no child has it yet."]
    assert everything(told.installation.database) == before
    assert taken(told, text).added == plan.added
    with told.installation.database.read() as connection:
        zoe = next(p for p in find_people(connection, COUNCIL) if p.name == "Zoë Hill")
        assert {one.post for one in posts_of(connection, zoe.id, date(2026, 4, 1))} == {"tm", "hos"}
        assert len(find_administered_about(connection, zoe.id, 9)) == 3
    again = planned(told, text)
    assert (again.is_empty, again.unchanged, again.wrong) == (True, 2, [])
    before = everything(told.installation.database)
    taken(told, text)
    assert everything(told.installation.database) == before


def test_every_line_that_is_wrong_is_named_and_nothing_is_done(told: Rehearsal) -> None:
    tm = told.people["tm"]
    lines = [
        "Good One,good@example.org,,,,",
        ",nameless@example.org,,,,",
        "No Address,nobody,,,,",
        f"X,{tm.email},wizard,,,",
        "Day Off,day@example.org,tm,Team A,31/2/2026,",
        "Backwards,back@example.org,tm,Team A,1/4/2026,1/3/2026",
        "Service,service@example.org,ad,Team A,,",
        "Good One,good@example.org,,,,",
        "No Post,post@example.org,,Team A,,",
        f"{tm.name},{tm.email},tm,{TEAM},1/1/2026,",
    ]
    before = everything(told.installation.database)
    text = HEAD + "\n".join(lines)
    plan = taken(told, text)
    assert [wrong.line for wrong in plan.wrong] == [3, 4, 5, 6, 7, 8, 9, 10, 11]
    said = [wrong.sentence for wrong in plan.wrong]
    assert said[0] == "Enter a name."
    assert "That is not an email address" in said[1]
    assert "There is no post “wizard”" in said[2]
    assert "“31/2/2026” is no day. Write it as 7/4/2026." in said[3]
    assert "is before" in said[4]
    assert "Leave the team out" in said[5]
    assert said[6] == "It says the same as line 2. Take one away."
    assert "no post" in said[7]
    assert "holds that post" in said[8]
    assert everything(told.installation.database) == before


def test_a_name_and_a_last_day_change(told: Rehearsal) -> None:
    tm = told.people["tm"]
    plan = taken(told, HEAD + f"Ann Roe,{tm.email},tm,{TEAM},,31/12/2026\n")
    assert plan.changed == [
        f"{tm.name} is now Ann Roe.",
        f"Ann Roe is Team Manager for {TEAM} until 31 December 2026.",
    ]
    with told.installation.database.read() as connection:
        (held,) = posts_of(connection, tm.id, date(2026, 3, 23))
    assert held.ends == date(2026, 12, 31)
    assert planned(told, HEAD + f"Ann Roe,{tm.email},tm,{TEAM},,31/12/2026\n").is_empty


@pytest.mark.parametrize(
    "content",
    [
        "name,email,post,team,from,until\r\nZoë Hill,z@example.org,tm,Team A,,\r\n".encode(
            "utf-8-sig"
        ),
        "Name;Email;Post;Team;From;Until\r\nZoë Hill;z@example.org;tm;Team A;;\r\n".encode(
            "cp1252"
        ),
        b"until\tfrom\tteam\tpost\temail\tname\textra\n"
        + "\t\tTeam A\ttm\tz@example.org\tZoë Hill\t!\n".encode(),
        'name,email,post,team,from,until\n\n,,,,,\n"Zoë  Hill",z@example.org,tm,Team A\n'.encode(),
    ],
)
def test_what_spreadsheets_save_is_read(told: Rehearsal, content: bytes) -> None:
    assert planned(told, content).added[0] == "Zoë Hill, z@example.org"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no column"),
        (b"name,email\nA,a@example.org\n", "no column “post” and “team” and “from” and “until”"),
        (HEAD.encode(), "There is nothing below the first line"),
        (b"PK\x03\x04\x00\x00", "This is no CSV file"),
        ((HEAD + "A,a@example.org,,,,\n" * 5001).encode(), "5,000 at most"),
    ],
)
def test_what_is_no_table_is_refused(told: Rehearsal, content: bytes, sentence: str) -> None:
    with pytest.raises(BadFile, match=sentence):
        planned(told, content)


def test_two_posts_that_clash_are_warned_of(told: Rehearsal) -> None:
    text = HEAD + f"Z,z@example.org,tm,{TEAM},,\nZ,z@example.org,sm,{TEAM},,\n"
    assert "would be asked at two stages" in planned(told, text).warnings[0]


def test_five_thousand_lines_are_taken_at_once(told: Rehearsal) -> None:
    lines = [f"Person {n},p{n}@example.org,tm,Team {n % 40},1/4/2026," for n in range(5000)]
    text = HEAD + "\n".join(lines)
    assert len(planned(told, text).added) == 10_000


def test_only_an_administrator_imports(told: Rehearsal) -> None:
    with pytest.raises(NotAllowed):
        plan_people(
            told.installation, HEAD.encode() + b"A,a@example.org,,,,\n", by=told.people["tm"]
        )


def test_the_template_is_a_file_that_can_be_taken(told: Rehearsal) -> None:
    assert planned(told, template(COLUMNS, EXAMPLE)).wrong == []
