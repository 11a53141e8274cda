"""The demonstration's clock stands where it was put; what must go on by itself does not use it."""

from datetime import datetime

from engine.clock import Clock, SystemClock
from engine.store.database import Database
from engine.store.demonstration import read_clock


class StoredClock:
    """Shows the instant that the database keeps, to every process and after every restart."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def now(self) -> datetime:
        """The instant that was kept, aware, in UTC."""
        with self._database.read() as connection:
            return read_clock(connection)


class LaterClock:
    """Whichever is later, real time or `clock`.

    By it a notice is tried again in real minutes, although it is queued at a time that is shown.
    """

    def __init__(self, clock: Clock, real: Clock | None = None) -> None:
        self._clock = clock
        self._real = real or SystemClock()

    def now(self) -> datetime:
        """The later instant, aware, in UTC."""
        return max(self._clock.now(), self._real.now())
