"""An open demonstration: its clock, its people, and the way back to its beginning."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Lock

from engine.acts.deadlines import next_due, pass_time
from engine.clock import LONDON, in_london
from engine.demo.clocks import LaterClock, StoredClock
from engine.demo.seeding import build
from engine.installation import Installation, open_installation
from engine.people import Person, find_people, posts_of
from engine.settings import Settings, read_settings
from engine.store.database import Database
from engine.store.demonstration import is_marked, is_untouched, replace_all, set_clock
from engine.worker import Worker, open_worker

_MORNING = time(9)
# At its very instant a deadline can still be met.
_PAST = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody as whom a visitor may sign in, with the titles of the posts that they hold."""

    person: Person
    posts: tuple[str, ...]


def demo_settings(environment: Mapping[str, str], address: str) -> Settings:
    """The demonstration's own settings; of what `environment` says only the folders count.

    Its database, keys and outbox are its own, so that nothing of it is worth anything beside real
    data, and no mail server is ever used.
    """
    kept = {
        name: environment[name]
        for name in ("STEPLADDER_VAR", "STEPLADDER_PROCESSES")
        if name in environment
    }
    var = Path(kept.get("STEPLADDER_VAR", "var"))
    return replace(
        read_settings(kept, database=str(var / "demo.db")),
        signing_key=var / "demo-anchor.key",
        secret_key=var / "demo-session.key",
        outbox=var / "demo-outbox",
        address=address,
        sender="stepladder@example.invalid",
    )


def is_demonstration(settings: Settings) -> bool:
    """Whether the database that the settings name is a demonstration's."""
    database = Database(settings.database)
    try:
        database.reach()
        return is_marked(database)
    finally:
        database.close()


def open_demonstration(settings: Settings) -> "Demonstration":
    """The demonstration where it was left, or, in an empty database, at its beginning.

    Raises `OtherDatabase`, and touches nothing, when the database was not made by it.
    """
    database = Database(settings.database)
    database.reach()
    if is_untouched(database):
        _begin(settings, database)
    database.close()
    installation = open_installation(settings, demonstration=True)
    clock = StoredClock(installation.database)
    return Demonstration(replace(installation, clock=clock))


def _begin(settings: Settings, database: Database) -> None:
    for sent in settings.outbox.glob("stepladder.*.eml"):
        sent.unlink()
    fresh = build(settings)
    replace_all(database, fresh)
    fresh.close()


class Demonstration:
    """The demonstration's installation and what a visitor does to it as a whole."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self._turn = Lock()

    def worker(self) -> Worker:
        """The demonstration's worker: deadlines by its clock, tries to send by real time."""
        return open_worker(self.installation, tries=LaterClock(self.installation.clock))

    def now(self) -> datetime:
        """What the clock shows, aware, in UTC."""
        return self.installation.clock.now()

    def next_day(self) -> datetime:
        """Nine in the morning of the next day in London, aware, in UTC."""
        tomorrow = in_london(self.now()).date() + timedelta(days=1)
        return datetime.combine(tomorrow, _MORNING, LONDON).astimezone(UTC)

    def next_deadline(self) -> datetime | None:
        """The instant at which the next deadline of any case passes; None where none is open."""
        return next_due(self.installation)

    def move_on(self, to: datetime) -> None:
        """Move the clock to the next day, or past the next deadline, whichever of them `to` is.

        Every deadline on the way passes at its own instant. Where the clock has moved since `to`
        was offered, nothing happens: a button pressed twice moves it once.
        """
        with self._turn:
            if to == self.next_deadline():
                pass_time(self.installation, to + _PAST, self._show)
            elif to == self.next_day():
                pass_time(self.installation, to, self._show)

    def start_again(self) -> None:
        """Everything is as it was at the beginning, and nobody is signed in."""
        with self._turn:
            _begin(self.installation.settings, self.installation.database)

    def actors(self) -> list[Actor]:
        """Everybody who holds a post on the day that is shown, by council and its order of posts.

        A post that the council has given up since is none.
        """
        today = in_london(self.now()).date()
        found: list[tuple[tuple[str, int], Actor]] = []
        with self.installation.database.read() as connection:
            for person in find_people(connection, None):
                posts = self.installation.council(person.council).posts
                order = list(posts)
                held = [h for h in posts_of(connection, person.id, today) if h.post in posts]
                if held and person.active:
                    titles = tuple(
                        f"{posts[h.post].title}{f', {h.team}' if h.team else ''}" for h in held
                    )
                    place = (person.council, min(order.index(h.post) for h in held))
                    found.append((place, Actor(person=person, posts=titles)))
        return [actor for _, actor in sorted(found, key=lambda each: each[0])]

    def _show(self, at: datetime) -> None:
        with self.installation.database.write() as connection:
            set_clock(connection, at)
