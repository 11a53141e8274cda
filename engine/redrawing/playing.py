"""How the procedure's scenarios turn out on a draft, where that is otherwise than on today's."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace

from engine.errors import StepladderError
from engine.installation import Installation
from engine.people import Person
from engine.play import BadScenario, Scenario, play_scenario, read_scenario
from engine.play.recording import Moved, moved_dates, renew
from engine.play.writing import write_scenario
from engine.procedures import Package
from engine.redrawing.drafts import Draft, editing
from engine.store.redrawings import set_played
from engine.store.scenarios import find_recorded


@dataclass(frozen=True, kw_only=True)
class Otherwise:
    """A scenario that turns out otherwise, by its file.

    `moved` are the due dates that are others now; `sentences` say where first something else is.
    """

    scenario: str
    moved: tuple[Moved, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Play:
    """What came of playing the scenarios: how many there are, and those that are otherwise now."""

    scenarios: int
    otherwise: tuple[Otherwise, ...]


def find_scenarios(installation: Installation, package: Package) -> Mapping[str, bytes]:
    """The procedure's scenarios, TOML by the file's name: its folder's, and those recorded here.

    One that was recorded, or brought up to date, stands in the place of the folder's of its name.
    """
    folder = installation.settings.processes / package.council / package.key / "scenarios"
    found = {path.name: path.read_bytes() for path in folder.glob("*.toml")}
    with installation.database.read() as connection:
        recorded = find_recorded(connection, package.council, package.key)
    found |= {row.name: row.content.encode() for row in recorded}
    return dict(sorted(found.items()))


def play(installation: Installation, key: str, *, by: Person, seen: str) -> Play:
    """Play all scenarios on the draft, which takes seconds, and keep what came of it with it.

    Raises as `drafts.keep`.
    """
    with editing(installation, key, by=by, seen=seen) as (_, draft, _):
        pass  # nothing is locked while they are played
    sources = find_scenarios(installation, draft.package)
    found = list(_find_otherwise(installation, draft, sources))
    kept = {"scenarios": len(sources), "otherwise": [asdict(each) for each in found]}
    with editing(installation, key, by=by, seen=seen) as (connection, _, _):
        set_played(
            connection, draft.row.id, package_hash=draft.package.hash, played=json.dumps(kept)
        )
    return Play(scenarios=len(sources), otherwise=tuple(found))


def find_play(draft: Draft) -> Play | None:
    """What came of playing them on the draft's very files; None where that was not done yet."""
    if draft.row.played_hash != draft.package.hash:
        return None
    kept = json.loads(draft.row.played)
    return Play(
        scenarios=kept["scenarios"],
        otherwise=tuple(
            Otherwise(
                scenario=each["scenario"],
                moved=tuple(Moved(**moved) for moved in each["moved"]),
                sentences=tuple(each["sentences"]),
            )
            for each in kept["otherwise"]
        ),
    )


def renewed(installation: Installation, draft: Draft, names: list[str]) -> Mapping[str, bytes]:
    """The scenarios of these names as they turn out on the draft, TOML by name.

    One of which a step cannot be done any more is not among them.
    """
    sources = find_scenarios(installation, draft.package)
    found = {}
    for name in names:
        try:
            scenario = read_scenario(sources[name], name)
            again = renew(installation.settings.processes, draft.package, scenario)
        except StepladderError:
            continue
        found[name] = write_scenario(again)
    return found


def _find_otherwise(
    installation: Installation, draft: Draft, sources: Mapping[str, bytes]
) -> Iterator[Otherwise]:
    for name, source in sources.items():
        try:
            scenario = read_scenario(source, name)
        except BadScenario:  # it says nothing of the draft; `stepladder play` tells
            continue
        failures = _failures(installation, draft.package, scenario)
        known = _failures(installation, draft.today.package, scenario) if failures else ()
        if new := tuple(each for each in failures if each not in known):
            yield _otherwise(installation, draft, scenario, new)


def _otherwise(
    installation: Installation, draft: Draft, scenario: Scenario, failures: tuple[str, ...]
) -> Otherwise:
    """What is not as the scenario expects on the draft, and is so on today's version."""
    try:
        again = renew(installation.settings.processes, draft.package, scenario)
    except StepladderError:
        return Otherwise(scenario=scenario.name, moved=(), sentences=failures)
    moved = moved_dates(scenario, again)
    if moved:
        failures = _failures(installation, draft.package, _with_dates(scenario, again))
    return Otherwise(scenario=scenario.name, moved=moved, sentences=failures)


def _with_dates(scenario: Scenario, of: Scenario) -> Scenario:
    steps = zip(scenario.steps, of.steps, strict=True)
    dated = (replace(was, then=replace(was.then, due=now.then.due)) for was, now in steps)
    return replace(scenario, steps=tuple(dated))


def _failures(installation: Installation, package: Package, scenario: Scenario) -> tuple[str, ...]:
    played = play_scenario(installation.settings.processes, package, scenario)
    return tuple(str(failure) for failure in played.failures)
