"""An office to test the site in: a council's own procedure, and one person a post.

It is North East Lincolnshire's, unless another procedure is given.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.children import Child, add_child, set_status
from engine.clock import SetClock, parse_instant
from engine.councils import read_council
from engine.forms import Answer
from engine.installation import Installation
from engine.people import Person, set_password
from engine.procedures import Package, publish_new, read_package
from engine.rehearsal import TEAM, Rehearsal
from engine.settings import read_settings
from engine.signing import new_key
from engine.store.database import Database
from engine.store.history import access_log
from engine.store.migrate import create_tables
from engine.store.versions import version_files, versions
from webui.site import create_site

PROCESSES = Path(__file__).parents[2] / "processes"
NEL = PROCESSES / "north-east-lincolnshire" / "positive-challenge"
PASSWORD = "correct horse battery"
MONDAY = parse_instant("2026-03-23T10:00")

CONCERN: Mapping[str, Answer] = {
    "entry": "informal",
    "to": "tm",
    "concern": "The visits have not happened since January.",
    "impact": "He does not know who his social worker is.",
    "action": "A visit this week, and a plan for the next three months.",
    "wishes_sought": "not yet sought",
}


@cache
def _package() -> Package:
    return read_package(NEL)


class Office:
    """A site over an installation of its own, and everybody in it."""

    def __init__(
        self,
        folder: Path,
        at: datetime = MONDAY,
        package: Package | None = None,
        **settings: str,
    ) -> None:
        """`settings` are further environment variables, as `STEPLADDER_ADDRESS`."""
        self.clock = SetClock(at)
        package = package or _package()
        self.installation = _installation(folder, self.clock, settings, package.council)
        self.rehearsal = Rehearsal(PROCESSES, package, at, installation=self.installation)
        self.people = dict(self.rehearsal.people)
        self.child = self.rehearsal.child
        self.real = SetClock(parse_instant("2026-11-02T09:00"))
        self.app: Flask = create_site(self.installation, real=self.real)
        self.app.testing = True
        self._known: set[int] = set()

    def let_in(self, person: Person) -> None:
        """Give the person the password of all tests, once."""
        if person.id not in self._known:
            with self.installation.database.write() as connection:
                set_password(connection, person, PASSWORD)
            self._known.add(person.id)

    def client_as(self, post: str) -> FlaskClient:
        """A browser in which the holder of that post has signed in, through the page."""
        person = self.people[post]
        self.let_in(person)
        client = self.client()
        answer = self.send_in(client, person)
        assert answer.status_code == 303, answer.text
        return client

    def send_in(
        self,
        client: FlaskClient,
        person: Person,
        *,
        page: str = "/sign-in",
        site: str = "http://localhost",
    ) -> TestResponse:
        """The person, whom `let_in` gave a password, fills in the sign-in page; the answer."""
        fields = {"email": person.email, "password": PASSWORD}
        return send(client, "/sign-in", fields, page=page, site=site)

    def publish(self, package: Package) -> None:
        """The council has this procedure too."""
        publish_new(self.installation, package)

    def unpublish(self) -> None:
        """The council has no procedure, as on its first day."""
        with self.installation.database.write() as connection:
            connection.execute(version_files.delete())
            connection.execute(versions.delete())

    def access_log(self) -> list[Any]:
        """The access log, the oldest entry first."""
        with self.installation.database.read() as connection:
            return list(connection.execute(access_log.select().order_by(access_log.c.id)))

    def client(self) -> FlaskClient:
        """A browser in which nobody has signed in."""
        return self.app.test_client()

    def raise_concern(self, **answers: Answer) -> str:
        """The raiser has raised a concern; the case's number."""
        return self.rehearsal.raise_concern({**CONCERN, **answers}).number

    def add_child(
        self,
        reference: str,
        name: str,
        *,
        statuses: tuple[str, ...] = (),
        restricted: bool = False,
        born: date = date(2015, 6, 2),
    ) -> Child:
        """Another child of the council."""
        with self.installation.database.write() as connection:
            child = add_child(
                connection,
                council="north-east-lincolnshire",
                reference=reference,
                name=name,
                date_of_birth=born,
                team=TEAM,
                today=date(2026, 3, 23),
                restricted=restricted,
            )
            for status in statuses:
                set_status(connection, child, status, starts=date(2025, 1, 6))
        return child


def _installation(
    folder: Path, clock: SetClock, settings: Mapping[str, str], council: str
) -> Installation:
    read = read_settings(
        {"STEPLADDER_VAR": str(folder), **settings}, database=str(folder / "stepladder.db")
    )
    database = Database(read.database)
    create_tables(database)
    return Installation(
        database=database,
        clock=clock,
        councils={council: read_council(PROCESSES / council)},
        settings=replace(read, processes=PROCESSES),
        signing_key=new_key(),
    )


def send(
    client: FlaskClient,
    address: str,
    fields: Mapping[str, object],
    *,
    page: str | None = None,
    site: str = "http://localhost",
) -> TestResponse:
    """Post `fields` as the form on `page` (or at the address itself) does, with its token."""
    shown = client.get(page or address, base_url=site)
    token = token_of(shown.text)
    return client.post(address, base_url=site, data={**fields, "csrf_token": token})


def token_of(content: str) -> str:
    """The token of the last form on a page, which is the page's own."""
    found = re.findall(r'name="csrf_token" value="([^"]+)"', content)
    assert found, content
    return str(found[-1])
