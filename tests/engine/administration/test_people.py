"""What an administrator does with people: allowed, done, written down."""

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.access import NotAllowed, may_administer
from engine.administration.absences import find_absences, record_absence
from engine.administration.admin_log import find_administered, find_administered_about
from engine.administration.people import (
    LINK_LASTS,
    LinkUsed,
    change_person,
    choose_password,
    end,
    find_link,
    give,
    let_back_in,
    let_go,
    new_person,
    password_link,
    read_people,
    sign_out_everywhere,
)
from engine.people import (
    AddressTaken,
    BadHolding,
    BadPassword,
    WrongPassword,
    end_post,
    give_post,
    posts_of,
    sign_in,
)
from engine.rehearsal import TEAM, Rehearsal
from engine.sessions import begin_session, find_signed_in
from engine.store.database import Database
from tests.stories import COUNCIL, story

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PASSWORD = "three random words"
TODAY = date(2026, 3, 23)


@pytest.fixture
def told(database: Database) -> Rehearsal:
    """Monday 23 March 2026, one person a post."""
    return story("2026-03-23T10:00", database)


def words_about(told: Rehearsal, person_id: int) -> list[str]:
    with told.installation.database.read() as connection:
        return [row.words for row in find_administered_about(connection, person_id, 20)]


def test_people_are_added_given_posts_and_found(told: Rehearsal) -> None:
    admin = told.people["admin"]
    bea = new_person(told.installation, by=admin, name="Bea  Hill", email="Bea@Example.org")
    warned = give(
        told.installation, bea.id, by=admin, post="tm", team=TEAM, starts=TODAY, ends=None
    )
    assert warned == ()
    (found,) = read_people(told.installation, admin, text="hill bea@").found
    assert (found.person, [one.post for one in found.held]) == (bea, ["tm"])
    assert words_about(told, bea.id) == [
        f"Bea Hill is Team Manager for {TEAM} from 23 March 2026.",
        "Bea Hill was added.",
    ]
    with told.installation.database.read() as connection:
        assert find_administered(connection, COUNCIL, 1)[0].by == admin.name


def test_a_search_takes_signs_as_they_are(told: Rehearsal) -> None:
    admin = told.people["admin"]
    assert read_people(told.installation, admin, text="%").found == ()
    assert read_people(told.installation, admin, text="_").found != ()  # as in iro_tm@
    assert read_people(told.installation, admin, text="\\").found == ()


def test_a_page_has_fifty(told: Rehearsal) -> None:
    admin = told.people["admin"]
    for number in range(60):
        new_person(
            told.installation, by=admin, name=f"Person {number:02}", email=f"p{number}@example.org"
        )
    first, second = (read_people(told.installation, admin, page=page) for page in (1, 2))
    assert (len(first.found), len(second.found), first.all) == (50, 60 + 11 - 50, 71)
    assert not {p.person.id for p in first.found} & {p.person.id for p in second.found}


def test_two_posts_that_clash_are_warned_of_and_given(told: Rehearsal) -> None:
    admin, manager = told.people["admin"], told.people["tm"]
    (stages,) = give(
        told.installation, manager.id, by=admin, post="sm", team=TEAM, starts=TODAY, ends=None
    )
    assert stages == (
        f"{manager.name} would be asked at two stages, as Team Manager and Children's Service "
        "Manager. The raiser chooses who answers instead."
    )
    other_team = give(
        told.installation, manager.id, by=admin, post="hos", team="Team B", starts=TODAY, ends=None
    )
    assert other_team == ()
    leader = told.people["iro_tm"]
    (manages,) = give(
        told.installation, leader.id, by=admin, post="ad", team="", starts=TODAY, ends=None
    )
    assert "while managing those who raise concerns" in manages


def test_posts_end_and_what_is_not_theirs_does_not(told: Rehearsal) -> None:
    admin, manager = told.people["admin"], told.people["tm"]
    with told.installation.database.read() as connection:
        (held,) = posts_of(connection, manager.id, TODAY)
    end(told.installation, manager.id, held.id, by=admin, last_day=date(2026, 3, 27))
    with told.installation.database.read() as connection:
        assert posts_of(connection, manager.id, date(2026, 3, 28)) == ()
    with pytest.raises(NotAllowed):
        end(told.installation, admin.id, held.id, by=admin, last_day=date(2026, 3, 27))
    with pytest.raises(BadHolding):
        end(told.installation, manager.id, held.id, by=admin, last_day=date(2001, 1, 1))


def test_nobody_else_may_and_nobody_in_another_council(told: Rehearsal) -> None:
    for post in ("tm", "raiser", "iro_sm", "dcs"):
        with pytest.raises(NotAllowed):
            new_person(told.installation, by=told.people[post], name="X", email="x@example.org")
        with pytest.raises(NotAllowed):
            read_people(told.installation, told.people[post])


def test_an_administrator_is_who_holds_the_post_or_the_installation(told: Rehearsal) -> None:
    admin = told.people["admin"]
    with told.installation.database.write() as connection:
        assert may_administer(connection, admin, COUNCIL, told.clock.now())
        assert not may_administer(connection, admin, "elsewhere", told.clock.now())
        (held,) = posts_of(connection, admin.id, TODAY)
        end_post(connection, held, date(2026, 3, 22))
        assert not may_administer(connection, admin, COUNCIL, told.clock.now())
        give_post(connection, told.council, told.people["tm"], "admin", starts=TODAY)
        assert may_administer(connection, told.people["tm"], COUNCIL, told.clock.now())


def test_who_stands_in_for_an_administrator_is_none(told: Rehearsal) -> None:
    admin, manager = told.people["admin"], told.people["tm"]
    record_absence(
        told.installation, admin.id, by=admin, starts=TODAY, ends=None, deputy_id=manager.id
    )
    with pytest.raises(NotAllowed):
        read_people(told.installation, manager)


def test_names_and_addresses_change(told: Rehearsal) -> None:
    admin, manager = told.people["admin"], told.people["tm"]
    change_person(
        told.installation, manager.id, by=admin, name="Ann Roe", email="ann.roe@example.org"
    )
    assert words_about(told, manager.id)[0].endswith("is now Ann Roe (ann.roe@example.org).")
    with pytest.raises(AddressTaken):
        change_person(told.installation, manager.id, by=admin, name="Ann Roe", email=admin.email)
    change_person(
        told.installation, manager.id, by=admin, name="Ann Low", email="ann.roe@example.org"
    )


def test_who_leaves_is_out_at_once_with_posts_and_absences(told: Rehearsal) -> None:
    admin, manager = told.people["admin"], told.people["tm"]
    database = told.installation.database
    for person, deputy in ((manager, admin), (told.people["sm"], manager)):
        record_absence(
            told.installation, person.id, by=admin, starts=TODAY, ends=None, deputy_id=deputy.id
        )
    with database.write() as connection:
        secret = begin_session(connection, manager, NOW)
    let_go(told.installation, manager.id, by=admin)
    assert find_signed_in(database, secret, NOW) is None
    with database.read() as connection:
        assert posts_of(connection, manager.id, date(2026, 3, 24)) == ()
        ends = [find_absences(connection, one.id)[0].ends for one in (manager, told.people["sm"])]
    assert ends == [TODAY, TODAY]
    with pytest.raises(NotAllowed):
        give(told.installation, manager.id, by=admin, post="tm", team="", starts=TODAY, ends=None)
    with pytest.raises(NotAllowed):
        let_go(told.installation, admin.id, by=admin)
    let_back_in(told.installation, manager.id, by=admin)
    assert words_about(told, manager.id)[0] == f"{manager.name} is back."


def test_a_link_to_a_password_works_once_and_for_three_days(told: Rehearsal) -> None:
    admin, manager = told.people["admin"], told.people["tm"]
    database = told.installation.database
    first, _ = password_link(told.installation, manager.id, by=admin, real=NOW)
    secret, until = password_link(told.installation, manager.id, by=admin, real=NOW)
    assert until == NOW + LINK_LASTS
    with pytest.raises(LinkUsed):
        find_link(database, first, NOW)  # the newer one is the one
    with pytest.raises(LinkUsed):
        find_link(database, secret, until)
    with pytest.raises(BadPassword):
        choose_password(told.installation, secret, "short", real=NOW)
    assert choose_password(told.installation, secret, PASSWORD, real=NOW) == manager
    assert sign_in(database, manager.email, PASSWORD, source="here", at=NOW) == manager
    with pytest.raises(LinkUsed):
        choose_password(told.installation, secret, "another three words", real=NOW)
    assert secret not in "".join(words_about(told, manager.id))
    later, _ = password_link(told.installation, manager.id, by=admin, real=NOW)
    let_go(told.installation, manager.id, by=admin)
    with pytest.raises(LinkUsed):
        find_link(database, later, NOW)
    with pytest.raises(WrongPassword):
        sign_in(database, manager.email, PASSWORD, source="here", at=NOW + timedelta(minutes=1))


def test_signing_out_everywhere_is_ones_own_or_an_administrators(told: Rehearsal) -> None:
    database, manager = told.installation.database, told.people["tm"]
    for by in (manager, told.people["admin"]):
        with database.write() as connection:
            secret = begin_session(connection, manager, NOW)
        sign_out_everywhere(told.installation, manager.id, by=by)
        assert find_signed_in(database, secret, NOW) is None
    with pytest.raises(NotAllowed):
        sign_out_everywhere(told.installation, manager.id, by=told.people["sm"])
