"""Scenarios played into an installation, and somebody who may export all of it."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from engine.councils import RAISER, SOCIAL_WORKER
from engine.errors import StepladderError
from engine.installation import Installation
from engine.people import Person, add_person, give_post
from engine.play import read_scenario
from engine.play.scripted import act
from engine.procedures import find_folders, read_package
from engine.rehearsal import TEAM, Rehearsal
from tests.stories import PROCESSES

FILES = [
    file
    for folder in find_folders(PROCESSES)
    for file in sorted((folder / "scenarios").glob("*.toml"))
]
read = cache(read_package)


def named(file: Path) -> str:
    """A scenario's file as a test's name tells it."""
    return f"{file.parents[1].name}/{file.stem}"


def play(file: Path, installation: Installation | None = None) -> Rehearsal:
    """The scenario in the file, played to its last step, in memory unless told otherwise."""
    scenario = read_scenario(file.read_bytes(), file.name)
    told = Rehearsal(
        PROCESSES,
        read(file.parents[1]),
        scenario.steps[0].at,
        statuses=scenario.statuses,
        installation=installation,
    )
    for step in scenario.steps:
        told.move_to(step.at)
        try:
            act(told, step)
        except StepladderError:
            assert step.refused is not None, step.title
    return told


def keeping_in(folder: Path, installation: Installation) -> Installation:
    """The same, its key for pseudonyms in that folder."""
    settings = replace(installation.settings, secret_key=folder / "session.key")
    return replace(installation, settings=settings)


def analyst(installation: Installation, council: str, email: str = "analyst@x.invalid") -> Person:
    """Somebody with every post that is no person of a case: nothing on a diagram is hidden."""
    known = installation.councils[council]
    with installation.database.write() as connection:
        person = add_person(connection, council=council, name="Ann Alyst", email=email)
        for key, post in known.posts.items():
            if key not in (RAISER, SOCIAL_WORKER):
                team = TEAM if post.scope == "team" else ""
                starts = date(2020, 1, 1)
                give_post(connection, known, person, key, team=team, starts=starts)
    return person
