"""What a council's demonstration tells: people, children, and the stories of their cases.

`processes/<council>/demonstration/invention.toml` names people and children; each case's story is a
scenario beside it, in the format that is played (processes/README.md).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from engine.clock import parse_instant
from engine.errors import StepladderError
from engine.play import Scenario, read_scenario

FOLDER = "demonstration"
FILE = "invention.toml"


class BadInvention(StepladderError):
    """A demonstration that cannot be read, or that tells what cannot happen."""


@dataclass(frozen=True, kw_only=True)
class InventedPerson:
    """Somebody, with the posts that they hold, each for a team or, where that is "", for all."""

    name: str
    email: str
    posts: Mapping[str, str]
    administrator: bool = False


@dataclass(frozen=True, kw_only=True)
class InventedChild:
    """A child. People are named by their keys.

    `statuses` have each its first day; `earlier` are over: each a status, its first and last day.
    """

    name: str
    reference: str
    born: date
    team: str
    raiser: str
    social_worker: str
    statuses: Mapping[str, date]
    earlier: tuple[tuple[str, date, date], ...] = ()
    restricted: bool = False
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Story:
    """A case: what is done in it about which child."""

    procedure: str
    child: str
    scenario: Scenario


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something beside the stories: when (aware, UTC), by whom (a key), what, and what it needs."""

    at: datetime
    by: str
    does: str
    more: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Invention:
    """All that one council's demonstration tells.

    The people hold their posts from the day `since`; `now` is where the clock stands at the end
    (aware, UTC).
    """

    council: str
    since: date
    now: datetime
    people: Mapping[str, InventedPerson]
    children: Mapping[str, InventedChild]
    stories: tuple[Story, ...]
    happenings: tuple[Happening, ...]

    @property
    def starts(self) -> datetime:
        """When the first thing is done (aware, UTC)."""
        return min(story.scenario.steps[0].at for story in self.stories)


def find_inventions(processes: Path) -> list[Invention]:
    """The demonstration of every council that has one. Raises `BadInvention` where none has."""
    files = sorted(processes.glob(f"*/{FOLDER}/{FILE}"))
    if not files:
        raise BadInvention(
            f"No council in {processes} has a demonstration: a folder {FOLDER} with {FILE} in it."
        )
    return [read_invention(file) for file in files]


def read_invention(file: Path) -> Invention:
    """The demonstration that `file` tells. Raises `BadInvention` and `BadScenario`."""
    try:
        content = tomllib.loads(file.read_text("utf-8"))
        return Invention(
            council=file.parent.parent.name,
            since=content["since"],
            now=parse_instant(content["now"].isoformat()),
            people={key: InventedPerson(**told) for key, told in content["people"].items()},
            children={key: _child(told) for key, told in content["children"].items()},
            stories=tuple(_story(file.parent, told) for told in content["story"]),
            happenings=tuple(_happening(told) for told in content.get("happening", ())),
        )
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        raise BadInvention(f"{file} is not as it should be: {error}.") from error


def _child(told: dict[str, Any]) -> InventedChild:
    earlier = tuple((each["status"], each["from"], each["to"]) for each in told.get("earlier", ()))
    return InventedChild(**{**told, "readers": tuple(told.get("readers", ())), "earlier": earlier})


def _happening(told: dict[str, Any]) -> Happening:
    more = {key: value for key, value in told.items() if key not in ("at", "by", "does")}
    at = parse_instant(told["at"].isoformat())
    return Happening(at=at, by=told["by"], does=told["does"], more=more)


def _story(folder: Path, told: dict[str, Any]) -> Story:
    name = f"{told['file']}.toml"
    scenario = read_scenario((folder / name).read_bytes(), name)
    return Story(procedure=told["procedure"], child=told["child"], scenario=scenario)
