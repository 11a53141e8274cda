"""A council with a line of posts, for the tests."""

from datetime import date

from engine.calendars import Calendar
from engine.councils import Council, Post, Scope
from engine.people import Person, add_person, give_post
from engine.store.database import Connection

NEW_YEAR = date(2026, 1, 1)


def _post(key: str, title: str, scope: Scope, line_manager: str | None) -> Post:
    return Post(key=key, title=title, scope=scope, line_manager=line_manager)


COUNCIL = Council(
    key="north-east-lincolnshire",
    name="North East Lincolnshire",
    posts={
        post.key: post
        for post in (
            _post("raiser", "Independent Reviewing Officer", "service", "iro_sm"),
            _post("tm", "Team Manager", "team", "sm"),
            _post("sm", "Children's Service Manager", "team", "hos"),
            _post("hos", "Head of Service", "service", "ad"),
            _post("ad", "Assistant Director", "service", None),
            _post("iro_sm", "Safeguarding & Review Service Manager", "service", None),
        )
    },
    kept_informed="iro_sm",
    calendar=Calendar(),
    wording={},
    record_system="Liquidlogic",
    help_contact="01472 000000",
)


def newcomer(connection: Connection, name: str, *, council: str = COUNCIL.key) -> Person:
    """Somebody with an address made of their name."""
    email = f"{name.lower().replace(' ', '.')}@example.com"
    return add_person(connection, council=council, name=name, email=email)


def holder(
    connection: Connection,
    name: str,
    post: str,
    team: str = "",
    *,
    starts: date = NEW_YEAR,
    ends: date | None = None,
) -> Person:
    """Somebody new who holds that post."""
    person = newcomer(connection, name)
    give_post(connection, COUNCIL, person, post, team=team, starts=starts, ends=ends)
    return person
