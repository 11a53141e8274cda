"""An installation: one database, one clock, the councils that it serves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engine.clock import Clock, SystemClock
from engine.councils import Council, read_councils
from engine.errors import StepladderError
from engine.settings import Settings, read_settings
from engine.signing import SigningKey, keep_key, new_key
from engine.store.database import Database
from engine.store.migrate import create_tables, migrate


class NoCouncil(StepladderError):
    """A council is asked for that this installation does not serve."""


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What every act needs; handed from the edge down, never found in a global."""

    database: Database
    clock: Clock
    councils: Mapping[str, Council]
    settings: Settings
    signing_key: SigningKey

    def council(self, key: str) -> Council:
        """The council with that key. Raises `NoCouncil`, with the keys that there are."""
        if key not in self.councils:
            raise NoCouncil(
                f"There is no council “{key}” here. Use one of: {', '.join(sorted(self.councils))}."
            )
        return self.councils[key]


def open_installation(settings: Settings, clock: Clock | None = None) -> Installation:
    """The installation that `settings` describe, its database brought to this release's tables."""
    database = Database(settings.database)
    migrate(database)
    return Installation(
        database=database,
        clock=clock or SystemClock(),
        councils=read_councils(settings.processes),
        settings=settings,
        signing_key=keep_key(settings.signing_key),
    )


def memory_installation(processes: Path, clock: Clock) -> Installation:
    """An installation that lives in memory and ends with the process, for playing and for tests."""
    database = Database("sqlite://")
    create_tables(database)
    return Installation(
        database=database,
        clock=clock,
        councils=read_councils(processes),
        settings=replace(read_settings({}), database="sqlite://", processes=processes),
        signing_key=new_key(),
    )
