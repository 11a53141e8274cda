"""How the procedure's scenarios turn out on a draft, where that is otherwise than on today's."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Final

from engine.administration.admin_log import write_down
from engine.installation import Installation
from engine.people import Person
from engine.play import BadScenario, Played, Scenario, play_scenario, read_scenario
from engine.play.recording import Moved, moved_dates, renew_as_far
from engine.play.scenario import Step
from engine.play.writing import write_scenario
from engine.procedures import Package
from engine.redrawing.drafts import Draft, editing
from engine.store.database import Connection
from engine.store.redrawings import forget_play, set_played
from engine.store.scenarios import find_recorded, keep_scenario

_AS_FAR: Final = re.compile(r" \(as far as step \d+\)$")


@dataclass(frozen=True, kw_only=True)
class Otherwise:
    """A scenario that turns out otherwise, by its file.

    `moved` are the due dates that are others now; `sentences` say where first something else is.
    Of its `steps` the first `kept` can be done on the draft.
    """

    scenario: str
    moved: tuple[Moved, ...]
    sentences: tuple[str, ...]
    steps: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class Unfit:
    """A scenario, by its file, that does not turn out as it says on today's version, and why.

    What it says before that place is played on the draft all the same.
    """

    scenario: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Play:
    """What came of playing the scenarios: how many there are, and those that are otherwise now.

    `short` are the files of those that were kept only as far as they could be played once.
    """

    scenarios: int
    otherwise: tuple[Otherwise, ...]
    unfit: tuple[Unfit, ...]
    short: tuple[str, ...]

    @property
    def as_today(self) -> int:
        """How many turn out on the draft as they do today, to their end."""
        names = {each.scenario for each in self.otherwise}
        return self.scenarios - len(names | {each.scenario for each in self.unfit})


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
    found = _play_all(installation, draft, find_scenarios(installation, draft.package))
    with editing(installation, key, by=by, seen=seen) as (connection, _, _):
        played = json.dumps(asdict(found))
        set_played(connection, draft.row.id, on=draft.compared, played=played)
    return found


def find_play(draft: Draft) -> Play | None:
    """What came of playing them on the draft, beside today's version; None before that is done."""
    if draft.row.played_hash != draft.compared:
        return None
    kept = json.loads(draft.row.played)
    return Play(
        scenarios=kept["scenarios"],
        otherwise=tuple(
            Otherwise(
                scenario=each["scenario"],
                moved=tuple(Moved(**moved) for moved in each["moved"]),
                sentences=tuple(each["sentences"]),
                steps=each["steps"],
                kept=each["kept"],
            )
            for each in kept["otherwise"]
        ),
        unfit=tuple(
            Unfit(scenario=each["scenario"], sentences=tuple(each["sentences"]))
            for each in kept["unfit"]
        ),
        short=tuple(kept["short"]),
    )


def is_short(source: bytes) -> bool:
    """Whether a scenario, TOML, was kept only as far as it could be played once."""
    try:
        return _AS_FAR.search(read_scenario(source, "").title) is not None
    except BadScenario:
        return False


def renewed(installation: Installation, draft: Draft, names: list[str]) -> Mapping[str, bytes]:
    """The scenarios of these names as they turn out on the draft, TOML by name.

    Each as far as it can be played, and its title says how far where that is not to its end. One
    that cannot even be begun is not among them.
    """
    return _renewed(installation, draft.package, names)


def bring_up_to_date(installation: Installation, key: str, *, by: Person, seen: str) -> int:
    """Scenarios that do not fit today's version expect from now on what it does; how many.

    Each as far as it can be played. Those that were found when the draft was played last, which
    must then be played again. Raises as `drafts.keep`.
    """
    with editing(installation, key, by=by, seen=seen) as (_, draft, _):
        pass  # nothing is locked while they are played
    played = find_play(draft)
    names = [each.scenario for each in played.unfit] if played else []
    found = _renewed(installation, draft.today.package, names)
    with editing(installation, key, by=by, seen=seen) as (connection, draft, at):
        keep_renewed(connection, key, found, by=by, at=at)
        if found:
            forget_play(connection, by.council, key)
            words = f"Brought {_count(found)} of {draft.today.row.title} up to date with version "
            write_down(connection, by, at, words=f"{words}{draft.today.row.number}.", about=by)
    return len(found)


def keep_renewed(
    connection: Connection, key: str, found: Mapping[str, bytes], *, by: Person, at: datetime
) -> None:
    """Keep scenarios, TOML by name, in the place of those of the same name."""
    for name, content in found.items():
        keep_scenario(
            connection,
            council=by.council,
            procedure=key,
            name=name,
            content=content.decode(),
            at=at,
            person_id=by.id,
        )


def _count(found: Mapping[str, bytes]) -> str:
    return f"{len(found)} scenario{'' if len(found) == 1 else 's'}"


def _renewed(installation: Installation, package: Package, names: list[str]) -> Mapping[str, bytes]:
    sources = find_scenarios(installation, package)
    found = {}
    for name in names:
        try:
            scenario = read_scenario(sources[name], name)
        except (BadScenario, KeyError):  # taken out since, or never to be read
            continue
        again = renew_as_far(installation.settings.processes, package, scenario)
        if again.steps:
            found[name] = write_scenario(_titled(scenario, again))
    return found


def _titled(whole: Scenario, again: Scenario) -> Scenario:
    """It with a title that says how far it goes, where that is not to its end."""
    kept = len(again.steps)
    if kept == len(whole.steps):
        return again
    title = _AS_FAR.sub("", again.title)
    return replace(again, title=f"{title} (as far as step {kept})")


def _play_all(installation: Installation, draft: Draft, sources: Mapping[str, bytes]) -> Play:
    otherwise: list[Otherwise] = []
    unfit: list[Unfit] = []
    for name, source in sources.items():
        try:
            scenario = read_scenario(source, name)
        except BadScenario as error:
            unfit.append(Unfit(scenario=name, sentences=(str(error),)))
            continue
        played = _play(installation, draft.package, scenario)
        if not played.failures:
            continue
        today = _play(installation, draft.today.package, scenario)
        if today.failures:
            unfit.append(Unfit(scenario=name, sentences=_sentences(today)))
            if played.well < today.well:
                otherwise.append(_otherwise(installation, draft, scenario, today.well))
        else:
            otherwise.append(_otherwise(installation, draft, scenario, len(scenario.steps)))
    return Play(
        scenarios=len(sources),
        otherwise=tuple(otherwise),
        unfit=tuple(unfit),
        short=tuple(name for name, source in sources.items() if is_short(source)),
    )


def _otherwise(
    installation: Installation, draft: Draft, scenario: Scenario, well: int
) -> Otherwise:
    """What is not on the draft as the scenario says, and is so today for its first `well` steps."""
    again = renew_as_far(installation.settings.processes, draft.package, scenario)
    kept = len(again.steps)
    compared = replace(scenario, steps=scenario.steps[: min(kept, well)])
    moved = moved_dates(compared, replace(again, steps=again.steps[: len(compared.steps)]))
    dated = (*_with_dates(compared, again), *scenario.steps[len(compared.steps) : well])
    played = _play(installation, draft.package, replace(scenario, steps=dated))
    return Otherwise(
        scenario=scenario.name,
        moved=moved,
        sentences=_sentences(played),
        steps=len(scenario.steps),
        kept=kept,
    )


def _with_dates(scenario: Scenario, of: Scenario) -> Iterator[Step]:
    for was, now in zip(scenario.steps, of.steps, strict=False):
        yield replace(was, then=replace(was.then, due=now.then.due))


def _play(installation: Installation, package: Package, scenario: Scenario) -> Played:
    return play_scenario(installation.settings.processes, package, scenario)


def _sentences(played: Played) -> tuple[str, ...]:
    return tuple(str(failure) for failure in played.failures)
