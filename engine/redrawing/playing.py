"""How the procedure's scenarios turn out on a draft, where that is otherwise than on today's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from engine.installation import Installation
from engine.people import Person
from engine.play import BadScenario, play_scenario, read_scenario
from engine.procedures import Package
from engine.redrawing.drafts import Draft, editing
from engine.store.redrawings import set_played


@dataclass(frozen=True, kw_only=True)
class Otherwise:
    """A scenario that turns out otherwise, by its file, and where first, in sentences."""

    scenario: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Play:
    """What came of playing the scenarios: how many there are, and those that are otherwise now."""

    scenarios: int
    otherwise: tuple[Otherwise, ...]


def find_scenarios(installation: Installation, package: Package) -> Mapping[str, bytes]:
    """The scenarios in the procedure's folder, TOML by the file's name."""
    folder = installation.settings.processes / package.council / package.key / "scenarios"
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.toml"))}


def play(installation: Installation, key: str, *, by: Person, seen: str) -> Play:
    """Play all scenarios on the draft, which takes seconds, and keep what came of it with it.

    Raises as `drafts.keep`.
    """
    with editing(installation, key, by=by, seen=seen) as (_, draft, _):
        pass  # nothing is locked while they are played
    sources = find_scenarios(installation, draft.package)
    found = [
        Otherwise(scenario=name, sentences=sentences)
        for name, source in sources.items()
        if (sentences := _new_failures(installation, draft, name, source))
    ]
    kept = {
        "scenarios": len(sources),
        "otherwise": [[each.scenario, list(each.sentences)] for each in found],
    }
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
            Otherwise(scenario=name, sentences=tuple(sentences))
            for name, sentences in kept["otherwise"]
        ),
    )


def _new_failures(
    installation: Installation, draft: Draft, name: str, source: bytes
) -> tuple[str, ...]:
    """What is not as the scenario expects on the draft, and is so on today's version."""
    failures = _failures(installation, draft.package, name, source)
    known = _failures(installation, draft.today.package, name, source) if failures else ()
    return tuple(each for each in failures if each not in known)


def _failures(
    installation: Installation, package: Package, name: str, source: bytes
) -> tuple[str, ...]:
    try:
        scenario = read_scenario(source, name)
    except BadScenario as error:
        return (str(error),)
    played = play_scenario(installation.settings.processes, package, scenario)
    return tuple(str(failure) for failure in played.failures)
