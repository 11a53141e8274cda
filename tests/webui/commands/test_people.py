"""An administrator adds people and children at the command line."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.administration.admin_log import find_administered_about
from engine.children import demand_child, find_children, is_looked_after
from engine.clock import SystemClock
from engine.people import Person, WrongPassword, demand_person, sign_in
from engine.store.database import Database
from webui.commands import main

TOWN = """
name = "Town"
kept_informed = "iro_sm"
record_system = "Mosaic"
help_contact = "the review service"

[posts.raiser]
title = "Independent Reviewing Officer"
scope = "service"

[posts.iro_sm]
title = "Review Service Manager"
scope = "service"

[posts.tm]
title = "Team Manager"
scope = "team"
"""
FRIDAY = date(2026, 3, 27)
NINE = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
PASSWORD = "coffee bridge lantern"
ASHA = "asha@example.com"


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation of its own for the test, on Friday 27 March 2026."""
    for council in ("town", "county"):
        (tmp_path / "processes" / council).mkdir(parents=True)
        toml = tmp_path / "processes" / council / "council.toml"
        toml.write_text(TOWN.replace("Town", council.title()), encoding="utf-8")
    monkeypatch.setenv("STEPLADDER_PROCESSES", str(tmp_path / "processes"))
    monkeypatch.setenv("STEPLADDER_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("STEPLADDER_DATABASE", raising=False)
    monkeypatch.setattr(SystemClock, "now", lambda _: NINE)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """The database that the commands work on."""
    opened = Database(f"sqlite:///{tmp_path / 'var' / 'stepladder.db'}")
    yield opened
    opened.close()


def people(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, ["people", *arguments], input=typed)


def done(*arguments: str, typed: str | None = None) -> str:
    result = people(*arguments, typed=typed)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments: str, typed: str | None = None) -> str:
    result = people(*arguments, typed=typed)
    assert result.exit_code != 0, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stderr


def add_asha(*more: str) -> str:
    return done("add", "Asha Patel", ASHA, "--council", "town", *more, typed=f"{PASSWORD}\n")


def found(database: Database, email: str) -> Person:
    with database.read() as connection:
        return demand_person(connection, email)


def test_somebody_who_was_added_signs_in_and_holds_the_post(database: Database) -> None:
    assert add_asha("--post", "tm", "--team", "East", "--administrator") == (
        "Asha Patel may sign in with asha@example.com.\n"
    )

    assert sign_in(database, ASHA, PASSWORD, source="here", at=NINE).administrator
    assert done("list") == (
        "Asha Patel <asha@example.com> town: Team Manager for East, administrator\n"
    )


def test_the_list_may_be_of_one_council() -> None:
    add_asha()
    done("add", "Ben Cole", "ben@example.com", "--council", "county", typed=f"{PASSWORD}\n")

    assert done("list", "--council", "county") == "Ben Cole <ben@example.com> county\n"
    assert len(done("list").splitlines()) == 2
    assert "There is no council “village” here." in refused("list", "--council", "village")


def test_what_is_wrong_is_said_and_nothing_of_it_is_kept() -> None:
    add = ("add", "Asha Patel", ASHA, "--council", "town")

    assert "at least 12 characters" in refused(*add, typed="short\n")
    assert "No password came." in refused(*add, typed="")
    assert "no post “mayor”" in refused(*add, "--post", "mayor", typed=f"{PASSWORD}\n")
    assert "A team goes with a post." in refused(*add, "--team", "East", typed=f"{PASSWORD}\n")
    assert "no council “village”" in refused(
        "add", "Asha Patel", ASHA, "--council", "village", typed=f"{PASSWORD}\n"
    )
    assert done("list").startswith("Nobody yet. Add the first with: stepladder people add")

    add_asha()
    assert "asha@example.com belongs to somebody already" in refused(*add, typed=f"{PASSWORD}\n")


def test_a_password_is_no_argument() -> None:
    result = people("add", "Asha Patel", ASHA, PASSWORD, "--council", "town")

    assert result.exit_code == 2
    assert "unexpected extra argument" in result.stderr


def test_a_post_is_given_and_ended() -> None:
    add_asha()

    assert done("post", ASHA, "tm", "--team", "East", "--from", "2026-03-02") == (
        "Asha Patel is Team Manager for East from 2026-03-02.\n"
    )
    assert done("post", ASHA, "tm", "--team", "East", "--until", "2026-04-30") == (
        "Asha Patel is Team Manager for East from 2026-03-02 until 2026-04-30.\n"
    )
    assert done("list") == (
        "Asha Patel <asha@example.com> town: Team Manager for East until 2026-04-30\n"
    )
    assert done("post", ASHA, "raiser", "--until", "2026-03-31") == (
        "Asha Patel is Independent Reviewing Officer from 2026-03-27 until 2026-03-31.\n"
    )


def test_a_post_that_cannot_be_given_is_refused_with_a_sentence() -> None:
    add_asha("--post", "tm", "--team", "East")

    assert "already" in refused("post", ASHA, "tm", "--team", "East")
    assert "Leave the team out." in refused("post", ASHA, "raiser", "--team", "East")
    assert "Nobody has the address ben@" in refused("post", "ben@example.com", "tm")
    assert "“27 March” is no day. Write it as 2026-03-27." in refused(
        "post", ASHA, "raiser", "--from", "27 March"
    )


def test_a_new_password_takes_the_place_of_the_old(database: Database) -> None:
    add_asha()

    assert done("password", ASHA, typed="another bridge lantern\n") == (
        "Asha Patel has a new password.\n"
    )

    new = "another bridge lantern"
    assert sign_in(database, ASHA, new, source="here", at=NINE).email == ASHA
    with pytest.raises(WrongPassword):
        sign_in(database, ASHA, PASSWORD, source="here", at=NINE)


def test_who_left_cannot_sign_in(database: Database) -> None:
    add_asha("--post", "tm")

    assert "cannot sign in any more" in done("leave", ASHA)

    with pytest.raises(WrongPassword):
        sign_in(database, ASHA, PASSWORD, source="here", at=NINE)
    assert done("list") == "Asha Patel <asha@example.com> town: left\n"


def test_a_child_is_added_with_worker_raiser_and_statuses(database: Database) -> None:
    add_asha("--post", "raiser")
    done("add", "Ben Cole", "ben@example.com", "--council", "town", typed=f"{PASSWORD}\n")
    done("add", "Zoe Hall", "zoe@example.com", "--council", "town", typed=f"{PASSWORD}\n")

    added = done(
        *("child", "LL-1042", "Amy Hart", "2014-05-06", "--council", "town", "--team", "East"),
        *("--status", "looked after", "--status", "child protection plan"),
        *("--since", "2026-01-05", "--raiser", ASHA, "--social-worker", "ben@example.com"),
        "--restricted",
    )

    assert added == "LL-1042 is Amy Hart, born 2014-05-06.\n"
    zoe = found(database, "zoe@example.com")
    with database.read() as connection:
        amy = demand_child(connection, "town", "LL-1042")
        assert amy.raiser_id == found(database, ASHA).id
        assert amy.social_worker_id == found(database, "ben@example.com").id
        assert is_looked_after(connection, amy.id, date(2026, 1, 5))
        assert not is_looked_after(connection, amy.id, date(2026, 1, 4))
        assert find_children(connection, "town", "amy", zoe.id) == ()

    assert done("may-read", "LL-1042", "zoe@example.com") == "Zoe Hall may read of LL-1042.\n"
    with database.read() as connection:
        assert find_children(connection, "town", "amy", zoe.id) == (amy,)


def test_a_child_that_cannot_be_kept_is_refused_whole(database: Database) -> None:
    add_asha()
    done("add", "Ben Cole", "ben@example.com", "--council", "county", typed=f"{PASSWORD}\n")
    child = ("child", "LL-1", "Amy Hart", "2014-05-06", "--council", "town", "--team", "East")

    assert "is not a legal status" in refused(*child, "--status", "adopted")
    assert "Nobody in town has the address ben@" in refused(*child, "--raiser", "ben@example.com")
    assert "is no day" in refused("child", "LL-1", "Amy", "2014-13-01", *child[4:])
    assert "still to come" in refused("child", "LL-1", "Amy", "2026-03-28", *child[4:])
    assert "No child has the reference LL-1." in refused("may-read", "LL-1", ASHA)

    done(*child)
    assert "LL-1 is a child's already" in refused(*child)


def test_people_come_from_a_file_first_said_then_done(tmp_path: Path, database: Database) -> None:
    file = tmp_path / "people.csv"
    head = "name;email;post;team;from;until\n"
    file.write_text(head + f"Zoë Hill;{ASHA};tm;Team A;1/4/2026;\n", encoding="cp1252")
    arguments = ["people", "import", str(file), "--council", "town"]
    said = CliRunner().invoke(main, [*arguments, "--dry-run"])
    assert said.exit_code == 0, said.output
    assert "Added: Zoë Hill is Team Manager for Team A from 1 April 2026" in said.output
    assert "Nothing was changed." in said.output
    assert "Nobody yet" in CliRunner().invoke(main, ["people", "list"]).output
    assert CliRunner().invoke(main, arguments).exit_code == 0
    with database.read() as connection:
        person = demand_person(connection, ASHA)
        assert find_administered_about(connection, person.id, 5)[-1].by is None
    again = CliRunner().invoke(main, arguments)
    assert "Added" not in again.output
    file.write_text(head + "Zoë;nobody;;;;\n", encoding="utf-8")
    wrong = CliRunner().invoke(main, arguments)
    assert wrong.exit_code == 1
    assert "Line 2: That is not an email address" in wrong.output
