"""Scenarios recorded on the site: what was tried out, kept with all that followed from it."""

import re

from engine.access import demand_confirming
from engine.installation import Installation
from engine.people import Person
from engine.play import Scenario
from engine.play.recording import record
from engine.play.writing import write_scenario
from engine.redrawing.playing import find_scenarios, is_short
from engine.redrawing.trying import CannotTry, NothingTried, read_tryout
from engine.store.scenarios import delete_scenario, find_recorded, keep_scenario


def keep_as_scenario(installation: Installation, key: str, *, by: Person, title: str) -> str:
    """Keep what was tried, with all that followed, as a scenario; the name of its file.

    Raises `NothingTried`, and `CannotTry` where it has no title, or one that is there already.
    """
    tried = read_tryout(installation, key, by=by)
    if tried is None or not tried.done or tried.stopped:
        raise NothingTried("There is nothing to keep. First do a step that can be done.")
    name = _file_name(title)
    held = find_scenarios(installation, tried.package).get(name)
    if held is not None and not is_short(held):
        raise CannotTry("There is a scenario of that name already. Choose another one.")
    steps = tuple(each.step for each in tried.done)
    whole = Scenario(name=name, title=title, shows=(), statuses=tried.statuses, steps=steps)
    recorded = record(installation.settings.processes, tried.package, whole)
    with installation.database.write() as connection:
        at = installation.clock.now()
        demand_confirming(connection, by, installation.council(by.council), at)
        keep_scenario(
            connection,
            council=by.council,
            procedure=key,
            name=name,
            content=write_scenario(recorded).decode(),
            at=at,
            person_id=by.id,
        )
    return name


def forget_scenario(installation: Installation, key: str, name: str, *, by: Person) -> None:
    """Forget a scenario that was recorded; a folder's own of that name holds again."""
    with installation.database.write() as connection:
        at = installation.clock.now()
        demand_confirming(connection, by, installation.council(by.council), at)
        if not delete_scenario(connection, by.council, key, name):
            raise NothingTried("There is no such scenario any more.")


def recorded_names(installation: Installation, key: str, *, by: Person) -> frozenset[str]:
    """The names of the scenarios that were recorded on the site."""
    with installation.database.read() as connection:
        return frozenset(row.name for row in find_recorded(connection, by.council, key))


def _file_name(title: str) -> str:
    words = re.findall(r"[a-z0-9]+", title.casefold())
    name = "-".join(words)[:80].strip("-")
    if not name:
        raise CannotTry("Write what the scenario shows, like “Nobody answers in Easter week”.")
    return f"{name}.toml"
