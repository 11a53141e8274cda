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
from engine.store.demonstration import is_marked
from engine.store.migrate import create_tables, migrate

_KEPT_APART = {
    False: "This database belongs to the demonstration, and real data never goes beside invented "
    "data. Set STEPLADDER_DATABASE to another, or start it with: stepladder run --demo",
    True: "This database was not made by the demonstration, so the demonstration leaves it alone. "
    "Move the file away, or set STEPLADDER_VAR to another folder.",
}


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


class OtherDatabase(StepladderError):
    """Real data and the demonstration's are not to meet, and here they would."""


def open_installation(
    settings: Settings, clock: Clock | None = None, *, demonstration: bool = False
) -> Installation:
    """The installation that `settings` describe, its database brought to this release's tables.

    Raises `CannotOpen` when there is no reaching the database, and `OtherDatabase`, and touches
    nothing, when it is a demonstration's and `demonstration` is false, or the other way round.
    """
    database = Database(settings.database)
    database.reach()
    if is_marked(database) != demonstration:
        database.close()
        raise OtherDatabase(_KEPT_APART[demonstration])
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
