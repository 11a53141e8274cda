"""Letting the invented people do what is told of them, through the product's own acts.

It happens in memory, in the order of the clock, with a worker that acts on deadlines, sends notices
to the demonstration's outbox and seals the history each day.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from engine.acts.deadlines import pass_time
from engine.children import Child, add_child, let_read, set_status
from engine.clock import SetClock, in_london
from engine.demo.happenings import Cast, happen
from engine.demo.invention import Invention, Story, find_inventions
from engine.installation import Installation, open_installation
from engine.people import Person, add_person, give_post
from engine.play.scripted import act
from engine.procedures import read_package
from engine.publishing import HasErrors, publish_missing
from engine.rehearsal import Rehearsal
from engine.settings import Settings
from engine.store.database import Connection, Database
from engine.store.demonstration import mark
from engine.worker import open_worker

Line = tuple[datetime, Callable[[], None]]
"""When (aware, UTC), and what is done then."""


def build(settings: Settings) -> Database:
    """A database in memory in which all that is told has happened, marked as a demonstration's.

    Raises `HasErrors` for a procedure that cannot be published, `BadInvention` for what cannot be
    read, `CannotPlay` and others for what cannot happen.
    """
    inventions = find_inventions(settings.processes)
    clock = SetClock(min(each.starts for each in inventions))
    installation = open_installation(replace(settings, database="sqlite://"), clock)
    for refused in publish_missing(installation, unconfirmed=True):
        if isinstance(refused, HasErrors):
            raise refused
    lines = [line for each in inventions for line in _cast(installation, each)]
    worker = open_worker(installation)
    for at, carry_out in sorted(lines, key=lambda line: line[0]):
        pass_time(installation, at, clock.set, worker.round)
        carry_out()
        worker.round()
    now = max(each.now for each in inventions)
    pass_time(installation, now, clock.set, worker.round)
    worker.round()
    with installation.database.write() as connection:
        mark(connection, now)
    return installation.database


def _cast(installation: Installation, invention: Invention) -> Iterator[Line]:
    """The council's people and children take their places; every step of its stories follows, and
    what happens beside them."""
    with installation.database.write() as connection:
        people = _add_people(installation, connection, invention)
        children = _add_children(installation, connection, invention, people)
    cases = {}
    for story in invention.stories:
        rehearsal = _rehearsal(installation, invention, story, people, children[story.child])
        cases[story.scenario.name.removesuffix(".toml")] = rehearsal
        for step in story.scenario.steps:
            yield step.at, partial(act, rehearsal, step)
    cast = Cast(installation=installation, people=people, children=children, cases=cases)
    for told in invention.happenings:
        yield told.at, partial(happen, cast, told)


def _add_people(
    installation: Installation, connection: Connection, invention: Invention
) -> dict[str, Person]:
    council = installation.council(invention.council)
    people = {}
    for key, told in invention.people.items():
        person = add_person(
            connection,
            council=council.key,
            name=told.name,
            email=told.email,
            administrator=told.administrator,
        )
        for post, team in told.posts.items():
            give_post(connection, council, person, post, team=team, starts=invention.since)
        people[key] = person
    return people


def _add_children(
    installation: Installation,
    connection: Connection,
    invention: Invention,
    people: Mapping[str, Person],
) -> dict[str, Child]:
    today = in_london(installation.clock.now()).date()
    children = {}
    for key, told in invention.children.items():
        child = add_child(
            connection,
            council=invention.council,
            reference=told.reference,
            name=told.name,
            date_of_birth=told.born,
            team=told.team,
            today=today,
            social_worker_id=people[told.social_worker].id,
            raiser_id=people[told.raiser].id,
            restricted=told.restricted,
        )
        for status, starts, ends in told.earlier:
            set_status(connection, child, status, starts, ends)
        for status, starts in told.statuses.items():
            set_status(connection, child, status, starts)
        for reader in told.readers:
            let_read(connection, child, people[reader].id)
        children[key] = child
    return children


def _rehearsal(
    installation: Installation,
    invention: Invention,
    story: Story,
    people: Mapping[str, Person],
    child: Child,
) -> Rehearsal:
    """Who acts in the story: the child's own raiser and social worker, and its team's managers."""
    told = invention.children[story.child]
    posts: dict[str, Person] = {}
    for key, person in people.items():
        for post, team in invention.people[key].posts.items():
            if team in ("", told.team):
                posts.setdefault(post, person)
    posts |= {"raiser": people[told.raiser], "sw": people[told.social_worker]}
    processes = installation.settings.processes
    return Rehearsal(
        processes,
        read_package(processes / invention.council / story.procedure),
        invention.starts,
        installation=installation,
        people=posts,
        child=child,
    )
