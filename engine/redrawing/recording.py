"""Scenarios recorded on the site: what was tried out, kept with all that followed from it."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.access import demand_confirming
from engine.administration.admin_log import write_down
from engine.clock import in_london
from engine.errors import StepladderError
from engine.installation import Installation
from engine.people import Person
from engine.play import BadScenario, Scenario, read_scenario
from engine.play.recording import record
from engine.play.writing import write_scenario
from engine.redrawing.playing import find_scenarios, is_short
from engine.redrawing.trying import CannotTry, NothingTried, read_tryout
from engine.store.redrawings import forget_play
from engine.store.scenarios import ScenarioRow, delete_scenario, find_recorded, keep_scenario
from engine.store.versions import find_versions


class NoScenario(StepladderError):
    """A scenario is meant that was not recorded, or is removed."""


class ScenarioChanged(StepladderError):
    """The scenario was kept anew since the page was read."""


class NoReason(StepladderError):
    """Nobody said why."""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A scenario that was recorded, or brought up to date, on the site.

    `by` is who kept it last, by name, and `at` when (aware, UTC). `in_folder` says whether the
    procedure came with one of its name, which holds again without this one. `mark` stands for what
    it says.
    """

    name: str
    title: str
    by: str
    at: datetime
    in_folder: bool
    mark: str


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
        forget_play(connection, by.council, key)
    return name


def find_kept(installation: Installation, key: str, scenario_id: int, *, by: Person) -> Recorded:
    """The scenario with that id. Raises `NotAllowed`, `NoScenario`."""
    with installation.database.read() as connection:
        at = installation.clock.now()
        demand_confirming(connection, by, installation.council(by.council), at)
        rows = find_recorded(connection, by.council, key)
    return _find(_folder(installation, by.council, key), scenario_id, rows)


def forget_scenario(
    installation: Installation, key: str, scenario_id: int, *, by: Person, seen: str, reason: str
) -> Recorded:
    """Forget a scenario that was recorded; a folder's own of that name holds again.

    `seen` is the `mark` of what whoever removes it looked at. The administrators' record keeps who
    removed it, and why; a draft's scenarios have to be played again. What was removed. Raises
    `NotAllowed`, `NoScenario`, `ScenarioChanged`, `NoReason`.
    """
    if not reason.strip():
        raise NoReason("Write why the scenario is removed.")
    with installation.database.write() as connection:
        at = installation.clock.now()
        demand_confirming(connection, by, installation.council(by.council), at)
        rows = find_recorded(connection, by.council, key, lock=True)
        kept = _find(_folder(installation, by.council, key), scenario_id, rows)
        if kept.mark != seen:
            raise ScenarioChanged(
                "The scenario was kept anew since you opened this page. Nothing was removed. Look "
                "at it again."
            )
        delete_scenario(connection, by.council, key, kept.name)
        forget_play(connection, by.council, key)
        title = find_versions(connection, by.council, key)[-1].title
        words = f"Removed the scenario “{kept.title}” ({kept.name}) of {title}, kept by {kept.by} "
        words += f"on {in_london(kept.at):%-d %B %Y}: {reason.strip()}"
        write_down(connection, by, at, words=words, about=by)
    return kept


def recorded_ids(installation: Installation, key: str, *, by: Person) -> Mapping[str, int]:
    """The ids of the scenarios that were recorded on the site, by name."""
    with installation.database.read() as connection:
        return {row.name: row.id for row in find_recorded(connection, by.council, key)}


def _find(folder: Path, scenario_id: int, rows: Sequence[ScenarioRow]) -> Recorded:
    row = next((each for each in rows if each.id == scenario_id), None)
    if row is None:
        raise NoScenario("There is no such scenario any more.")
    try:
        title = read_scenario(row.content.encode(), row.name).title
    except BadScenario:
        title = row.name
    return Recorded(
        name=row.name,
        title=title,
        by=row.by,
        at=row.at,
        in_folder=(folder / row.name).is_file(),
        mark=hashlib.sha256(f"{row.name}\n{row.content}".encode()).hexdigest(),
    )


def _folder(installation: Installation, council: str, key: str) -> Path:
    return installation.settings.processes / council / key / "scenarios"


def _file_name(title: str) -> str:
    words = re.findall(r"[a-z0-9]+", title.casefold())
    name = "-".join(words)[:80].strip("-")
    if not name:
        raise CannotTry("Write what the scenario shows, like “Nobody answers in Easter week”.")
    return f"{name}.toml"
