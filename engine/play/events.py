"""What happened in a case, an event a line, as the history tells it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.acts.asking_time import ASKED, NOT_GIVEN
from engine.acts.cases import OPENED, PRESSED
from engine.acts.deadlines import EXTENDED
from engine.acts.tasks import ANSWERED_AFTER, COMPLETED
from engine.clock import in_london
from engine.diagrams.diagram import Element
from engine.rehearsal import Rehearsal
from engine.store.history import Entry, walk_chain
from engine.turns.turn import DEADLINE_PASSED

_WORDS = {
    OPENED: "opened",
    COMPLETED: "answered",
    ANSWERED_AFTER: "answered",
    PRESSED: "act",
    ASKED: "time asked",
    NOT_GIVEN: "time refused",
    EXTENDED: "more time",
    DEADLINE_PASSED: "overdue",
}


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of a play.

    `event` is opened, task, answered, act, time asked, time refused, more time, overdue, limit,
    told or ended. `posts` are the keys of the posts that it is for. `due` is aware; the end of a
    day stands for the day.
    """

    at: datetime
    event: str
    element: str
    name: str
    stage: str
    posts: tuple[str, ...]
    due: datetime | None

    def as_json(self, play: str) -> dict[str, object]:
        """The event as `stepladder play --json` prints it, times in Europe/London."""
        return {
            "play": play,
            "at": in_london(self.at).isoformat(timespec="seconds"),
            "event": self.event,
            "element": self.element,
            "name": self.name,
            "stage": self.stage,
            "for": ", ".join(self.posts),
            "due": None if self.due is None else due_text(self.due),
        }

    def in_words(self) -> str:
        """The event as a line for people."""
        when = f"{in_london(self.at):%a %d %b %Y %H:%M}"
        due = f", due {due_text(self.due)}" if self.due is not None else ""
        posts = f" [{', '.join(self.posts)}]" if self.posts else ""
        stage = f" (stage {self.stage})" if self.stage else ""
        return f"{when}  {self.event:9} {self.name}{posts}{due}{stage}"


def due_text(due: datetime) -> str:
    """`2026-03-30` for the end of that day, or the instant with its offset in Europe/London."""
    local = in_london(due)
    if (local.hour, local.minute) == (23, 59):
        return local.date().isoformat()
    return local.isoformat(timespec="minutes")


class Watcher:
    """Turns the entries that a case's history gained into events.

    `elements` are those of the diagram that the case has come through so far.
    """

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal
        self._seen = 0
        self.elements: set[str] = set()

    def new_events(self) -> list[Event]:
        """What happened since this was last asked, in order."""
        rehearsal = self._rehearsal
        with rehearsal.installation.database.read() as connection:
            chain = list(walk_chain(connection, rehearsal.case_id))
        new = [pair for pair in chain if pair[0].sequence > self._seen]
        self._seen += len(new)
        events: list[Event] = []
        for entry, body in new:
            after = json.loads(body.content)["after"] if body is not None else {}
            self.elements |= {entry.element, *_texts(after.get("reached"))}
            self.elements |= {*_texts(after.get("opened")), *_texts(after.get("closed"))}
            events += self._of_entry(entry, after)
        case = rehearsal.case()
        if new and case.closed_at is not None:
            outcome = case.outcome or "Ended"
            events.append(self._event(case.closed_at, "ended", "", name=outcome))
        return events

    def _of_entry(self, entry: Entry, after: dict[str, object]) -> Iterator[Event]:
        element = self._element(entry.element)
        yield self._first(entry, element, after)
        due_of = after.get("due")
        dues = due_of if isinstance(due_of, dict) else {}
        for opened in _texts(after.get("opened")):
            due = next((dues[t] for t in dues if self._sits_on(t, opened)), None)
            posts = self._rehearsal.posts_asked(opened, entry.at)
            yield self._event(entry.at, "task", opened, posts=tuple(posts), due=due)
        told = tuple(_texts(after.get("told")) or _texts(after.get("shown_to")))
        if told:
            yield self._event(entry.at, "told", entry.element, posts=told)

    def _first(self, entry: Entry, element: Element | None, after: dict[str, object]) -> Event:
        event = _WORDS.get(entry.act, entry.act)
        posts: tuple[str, ...] = ()
        name, due = None, None
        if entry.act == DEADLINE_PASSED and element is not None:
            host = self._element(element.attached_to or "")
            if element.properties.get("limit") == "case":
                event = "limit"
            name = host.name if host is not None else None
            posts = tuple(self._rehearsal.posts_asked(element.attached_to or "", entry.at))
        if entry.act in (COMPLETED, ANSWERED_AFTER):
            posts = (str(after.get("post", "")),)
        if entry.act in (DEADLINE_PASSED, EXTENDED):
            due = str(after.get("passed") or after["due"])
        if entry.act == PRESSED and element is not None:
            name = element.message
        return self._event(entry.at, event, entry.element, name=name, posts=posts, due=due)

    def _event(
        self,
        at: datetime,
        event: str,
        element: str,
        *,
        name: str | None = None,
        posts: tuple[str, ...] = (),
        due: str | None = None,
    ) -> Event:
        drawn = self._element(element)
        return Event(
            at=at,
            event=event,
            element=element,
            name=" ".join((name or (drawn.name if drawn else "")).split()),
            stage=(drawn.stage or "") if drawn else "",
            posts=posts,
            due=None if due is None else datetime.fromisoformat(due),
        )

    def _element(self, element: str) -> Element | None:
        return self._rehearsal.version.package.diagram.elements.get(element)

    def _sits_on(self, timer: str, host: str) -> bool:
        drawn = self._element(timer)
        return drawn is not None and drawn.attached_to == host


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
