"""The visit that is being answered: the installation that it is for, and who is signed in.

The browser holds a signed cookie with the secret of a session; the session itself is in the store.
"""

from dataclasses import dataclass
from typing import Final

from flask import current_app, g, session

from engine.clock import Clock
from engine.installation import Installation
from engine.people import Person
from engine.sessions import begin_session, end_session, find_signed_in

EXTENSION: Final = "stepladder"
_SECRET: Final = "session"  # noqa: S105  (the name of a place, no secret)


@dataclass(frozen=True, kw_only=True)
class Site:
    """What the site stands on. `real` is the machine's clock, also where the other one is set."""

    installation: Installation
    real: Clock


def site() -> Site:
    """The site of this visit."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Site)  # noqa: S101  (create_site puts it there)
    return found


def installation() -> Installation:
    """The installation of this visit."""
    return site().installation


def begin(person: Person) -> None:
    """The person is signed in from now on.

    Whoever was signed in in this browser is not any more, and what the cookie held is gone: the
    secret is new, so that one planted before signing in is worth nothing after (ASVS 5.0, 7.2.4).
    """
    end()
    here = site()
    with here.installation.database.write() as connection:
        session[_SECRET] = begin_session(connection, person, here.real.now())
    g.person = person


def end() -> None:
    """Nobody is signed in any more."""
    secret = session.get(_SECRET)
    if secret:
        with installation().database.write() as connection:
            end_session(connection, secret)
    session.clear()
    g.person = None


def person() -> Person | None:
    """Who is signed in, looked up once in a visit; None for somebody who is not."""
    if "person" not in g:
        here, secret = site(), session.get(_SECRET)
        g.person = (
            find_signed_in(here.installation.database, secret, here.real.now()) if secret else None
        )
    found = g.person
    assert found is None or isinstance(found, Person)  # noqa: S101  (nothing else is put there)
    return found


def me() -> Person:
    """Who is signed in, on a page whose guard has seen that somebody is."""
    found = person()
    if found is None:
        raise RuntimeError("This page needs a guard that demands somebody who is signed in.")
    return found
