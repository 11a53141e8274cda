"""`stepladder people`: who may sign in, what posts they hold, what children they act for."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from engine.administration.admin_log import write_down
from engine.administration.csv_file import read_table
from engine.administration.people_import import COLUMNS, carry_out, preview
from engine.children import add_child, demand_child, let_read, set_status
from engine.clock import in_london
from engine.councils import Council
from engine.errors import StepladderError
from engine.installation import Installation, open_installation
from engine.people import (
    Holding,
    Person,
    add_person,
    demand_person,
    end_post,
    find_people,
    give_post,
    leave,
    posts_of,
    set_password,
)
from engine.settings import read_settings
from engine.store.database import Connection

_WRITTEN_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_COUNCIL = click.option("--council", required=True, metavar="KEY", help="The council's folder.")
_TEAM = click.option("--team", default="", help="The team that it is held for; without it, all.")


@click.group("people")
def command() -> None:
    """Who may sign in, the posts that they hold, and the children that they act for."""


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """What each command works with: one transaction, and today in London."""

    installation: Installation
    connection: Connection
    today: date

    def council(self, key: str) -> Council:
        return self.installation.council(key)

    def write_down(self, person: Person, words: str) -> None:
        """Keep in the administrative record what was done here, at the machine itself."""
        at = self.installation.clock.now()
        write_down(self.connection, None, at, about=person, words=words)


@contextmanager
def _desk() -> Iterator[_Desk]:
    """All that the block does is kept together, or nothing of it, and then a sentence is said."""
    try:
        installation = open_installation(read_settings(os.environ))
        today = in_london(installation.clock.now()).date()
        try:
            with installation.database.write() as connection:
                yield _Desk(installation=installation, connection=connection, today=today)
        finally:
            installation.database.close()
    except StepladderError as error:
        raise click.ClickException(str(error)) from error


class _Day(click.ParamType[date]):
    """A day as people at a command line write it: 2026-03-27."""

    name = "YYYY-MM-DD"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """The day. Fails with a sentence for anything else."""
        try:
            # date.fromisoformat also takes weeks, as 2026-W13-5.
            if not isinstance(value, str) or not _WRITTEN_DAY.fullmatch(value):
                raise ValueError(value)
            return date.fromisoformat(value)
        except ValueError:
            return self.fail(f"“{value}” is no day. Write it as 2026-03-27.", param, ctx)


def _new_password() -> str:
    """Asked for twice at a terminal; else the first line of standard input."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise click.ClickException("No password came. Give one on the first line of the input.")
    return password


@command.command("add")
@click.argument("name")
@click.argument("email")
@_COUNCIL
@click.option("--post", default="", help="The post that they hold from today.")
@_TEAM
@click.option("--administrator", is_flag=True, help="They look after the installation.")
def add(name: str, email: str, council: str, post: str, team: str, administrator: bool) -> None:
    """Add NAME, who signs in with EMAIL. The password is asked for, or read from the input."""
    if team and not post:
        raise click.UsageError("A team goes with a post. Add --post, or leave --team out.")
    password = _new_password()
    with _desk() as desk:
        person = add_person(
            desk.connection,
            council=desk.council(council).key,
            name=name,
            email=email,
            administrator=administrator,
        )
        set_password(desk.connection, person, password)
        desk.write_down(person, f"{person.name} was added.")
        if post:
            _give(desk, person, post, team, desk.today, None)
    click.echo(f"{person.name} may sign in with {person.email}.")


@command.command("list")
@click.option("--council", metavar="KEY", help="Only the people of this council.")
def list_people(council: str | None) -> None:
    """Show everybody, with the posts that they hold today."""
    with _desk() as desk:
        key = None if council is None else desk.council(council).key
        people = find_people(desk.connection, key)
        if not people:
            click.echo(
                "Nobody yet. Add the first with: stepladder people add NAME EMAIL --council KEY"
            )
        for person in people:
            held = posts_of(desk.connection, person.id, desk.today)
            facts = [*(_post_in_words(desk, person, one) for one in held)] if person.active else []
            facts += ["administrator"] * person.administrator + ["left"] * (not person.active)
            told = f": {', '.join(facts)}" if facts else ""
            click.echo(f"{person.name} <{person.email}> {person.council}{told}")


def _post_in_words(desk: _Desk, person: Person, held: Holding) -> str:
    """The post by its title: a post that the council gave up since, or a council that is no longer
    served, has only its key."""
    council = desk.installation.councils.get(person.council)
    post = council.posts.get(held.post) if council else None
    title = post.title if post else held.post
    until = f" until {held.ends}" if held.ends else ""
    return f"{title}{f' for {held.team}' if held.team else ''}{until}"


@command.command("post")
@click.argument("email")
@click.argument("post")
@_TEAM
@click.option("--from", "starts", type=_Day(), help="The first day; without it, today.")
@click.option("--until", "ends", type=_Day(), help="The last day; without it, none is known.")
def post(email: str, post: str, team: str, starts: date | None, ends: date | None) -> None:
    """Give POST to the person with EMAIL. With --until alone, end the POST that they hold."""
    with _desk() as desk:
        person = demand_person(desk.connection, email)
        held = _held(desk, person, post, team) if ends and not starts else None
        if held and ends:
            end_post(desk.connection, held, ends)
            desk.write_down(person, f"{person.name} holds {post} until {ends}.")
        else:
            held = _give(desk, person, post, team, starts or desk.today, ends)
        title = desk.council(person.council).posts[post].title
    last = f" until {ends}" if ends else ""
    click.echo(
        f"{person.name} is {title}{f' for {team}' if team else ''} from {held.starts}{last}."
    )


def _held(desk: _Desk, person: Person, post: str, team: str) -> Holding | None:
    held = posts_of(desk.connection, person.id, desk.today)
    return next((one for one in held if (one.post, one.team) == (post, team)), None)


def _give(
    desk: _Desk, person: Person, post: str, team: str, starts: date, ends: date | None
) -> Holding:
    council = desk.council(person.council)
    held = give_post(desk.connection, council, person, post, team=team, starts=starts, ends=ends)
    where = f" for {team}" if team else ""
    desk.write_down(person, f"{person.name} holds {post}{where} from {starts}.")
    return held


@command.command("password")
@click.argument("email")
def password(email: str) -> None:
    """Set a new password for the person with EMAIL; it is asked for, or read from the input."""
    new = _new_password()
    with _desk() as desk:
        person = demand_person(desk.connection, email)
        set_password(desk.connection, person, new)
        desk.write_down(person, f"{person.name} was given a new password.")
    click.echo(f"{person.name} has a new password.")


@command.command("leave")
@click.argument("email")
def leave_person(email: str) -> None:
    """The person with EMAIL cannot sign in any more, and holds no post after today."""
    with _desk() as desk:
        person = demand_person(desk.connection, email)
        leave(desk.connection, person, desk.today)
        desk.write_down(person, f"{person.name} has left.")
    click.echo(f"{person.name} cannot sign in any more. What they did stays in the histories.")


@command.command("child")
@click.argument("reference")
@click.argument("name")
@click.argument("date_of_birth", type=_Day())
@_COUNCIL
@click.option("--team", required=True, help="The team that works with the child.")
@click.option("--status", "statuses", multiple=True, help="A legal status; may be given twice.")
@click.option("--since", type=_Day(), help="The first day of the status; without it, today.")
@click.option("--social-worker", metavar="EMAIL", help="The child's own social worker.")
@click.option("--raiser", metavar="EMAIL", help="The child's own reviewing officer or chair.")
@click.option("--restricted", is_flag=True, help="Only those named may read of the child.")
def child(
    reference: str,
    name: str,
    date_of_birth: date,
    council: str,
    team: str,
    statuses: tuple[str, ...],
    since: date | None,
    social_worker: str | None,
    raiser: str | None,
    restricted: bool,
) -> None:
    """Add the child NAME, whom the council's own records know as REFERENCE."""
    with _desk() as desk:
        key = desk.council(council).key
        added = add_child(
            desk.connection,
            council=key,
            reference=reference,
            name=name,
            date_of_birth=date_of_birth,
            team=team,
            today=desk.today,
            social_worker_id=_id_of(desk, social_worker, key),
            raiser_id=_id_of(desk, raiser, key),
            restricted=restricted,
        )
        for status in statuses:
            set_status(desk.connection, added, status, since or desk.today)
    click.echo(f"{added.reference} is {added.name}, born {added.date_of_birth}.")


def _id_of(desk: _Desk, email: str | None, council: str) -> int | None:
    return None if email is None else demand_person(desk.connection, email, council).id


@command.command("may-read")
@click.argument("reference")
@click.argument("email")
def may_read(reference: str, email: str) -> None:
    """Name the person with EMAIL as a reader of the child with REFERENCE in their council."""
    with _desk() as desk:
        person = demand_person(desk.connection, email)
        found = demand_child(desk.connection, person.council, reference)
        let_read(desk.connection, found, person.id)
    click.echo(f"{person.name} may read of {found.reference}.")


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_COUNCIL
@click.option("--dry-run", is_flag=True, help="Say what the file would do, and change nothing.")
def import_file(file: Path, council: str, dry_run: bool) -> None:
    """Take the people and posts in FILE, a CSV table: all of it, or nothing if a line is wrong."""
    with _desk() as desk:
        lines = read_table(file.read_bytes(), COLUMNS)
        known = desk.council(council)
        at = desk.installation.clock.now()
        take = preview if dry_run else carry_out
        plan = take(desk.connection, known, lines, by=None, at=at)
    for wrong in plan.wrong:
        click.echo(f"Line {wrong.line}: {wrong.sentence}", err=True)
    if plan.wrong:
        raise click.ClickException("Nothing was changed. Put these lines right and try again.")
    for sentence in plan.warnings:
        click.echo(f"Worth a look: {sentence}")
    for sentence in plan.added:
        click.echo(f"Added: {sentence}")
    for sentence in plan.changed:
        click.echo(f"Changed: {sentence}")
    click.echo(f"{plan.unchanged} lines say what is known already.")
    if dry_run:
        click.echo("Nothing was changed.")
