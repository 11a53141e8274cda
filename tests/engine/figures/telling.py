"""Tells cases from the rows of the history alone, with no code of the figures.

It knows the diagram as drawn, and which child a case is about; all else is told by the entries.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text

from engine.diagrams.diagram import Diagram
from engine.store.database import Connection
from tests.engine.figures.town import Town


@dataclass(kw_only=True)
class Step:
    """A step that was open for some time."""

    element: str
    starts: datetime
    due: datetime | None
    late: bool = False
    passed: list[datetime] = field(default_factory=list)
    overdue: bool = False
    ends: datetime | None = None
    left: datetime | None = None
    how: str = ""
    chosen: str = ""


@dataclass(kw_only=True)
class Story:
    """A case as its entries tell it."""

    number: int
    team: str
    raiser: int
    version: int
    opened: datetime
    closed: datetime | None = None
    outcome: str = ""
    formal: datetime | None = None
    stopped: datetime | None = None
    steps: list[Step] = field(default_factory=list)
    boxes: list[Step] = field(default_factory=list)
    happened: list[tuple[str, datetime]] = field(default_factory=list)
    themes: set[str] = field(default_factory=set)
    actions: dict[int, dict[str, Any]] = field(default_factory=dict)


def read_stories(town: Town, connection: Connection) -> list[Story]:
    """All cases, from the rows of `history` and `history_bodies`."""
    rows = connection.execute(
        text(
            "SELECT h.case_id, h.sequence, h.at, h.actor_id, h.act, h.element, b.content "
            "FROM history h JOIN history_bodies b "
            "ON b.case_id = h.case_id AND b.sequence = h.sequence ORDER BY h.case_id, h.sequence"
        )
    )
    chains = defaultdict(list)
    for row in rows:
        chains[row.case_id].append(row)
    return [_Reader(town, connection, entries).read() for entries in chains.values()]


def _instant(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(f"{value}+00:00")


class _Reader:
    def __init__(self, town: Town, connection: Connection, entries: list[Any]) -> None:
        self.diagram: Diagram = town.package.diagram
        self.entries = entries
        first = json.loads(entries[0].content)["after"]
        team = connection.execute(
            text("SELECT team FROM children WHERE id = :id"), {"id": first["child"]}
        ).scalar_one()
        self.story = Story(
            number=entries[0].case_id,
            team=team,
            raiser=entries[0].actor_id,
            version=first["version"],
            opened=_instant(entries[0].at),
        )
        self.limit = next(
            e.id for e in self.diagram.elements.values() if e.properties.get("limit") == "case"
        )
        self.answered: dict[str, Any] = {}
        self.formal_box = self.diagram.elements[self.limit].attached_to or ""

    def read(self) -> Story:
        for row in self.entries:
            body = json.loads(row.content)
            self._entry(row.act, row.element, _instant(row.at), body["before"], body["after"])
        return self.story

    def _entry(self, act: str, element: str, at: datetime, before: Any, after: Any) -> None:
        self._answered(act, element, at, before, after)
        self._clock(act, element, at, before, after)
        for gone in after.get("closed", []):
            self._end(gone, at, "left", None)
        known = list(self.story.boxes)
        self._begin(after, at)
        self._boxes(known, after, at)
        self._decided(act, element, at, after.get("answers", {}))
        for place, words in after.get("concerns", {}).items():
            self._words(int(place), words, at)
        if act == "concern settled":
            overtaken = after["outcome_of_concern"] == "overtaken"
            self._action(after["concern"])["over"] = at if overtaken else None
        if act == "action followed up":
            action = self._action(after["concern"])
            action.update(said=at, done=after["done"], changed=after["changed"])
            action["finished"] = at if after["ask_on"] is None else None
        self._over(element, at, after)

    def _answered(self, act: str, element: str, at: datetime, before: Any, after: Any) -> None:
        if act == "task completed":
            self._end(element, at, "late" if after["late"] else "answered", before["due"])
        if act == "answered after it moved on":
            left = [s for s in self.story.steps if s.element == element and s.how == "left"]
            same = [s for s in left if before["due"] == (s.due.isoformat() if s.due else None)]
            step = (same or left)[-1]  # the town answers the newest
            missed = step.due is not None and at >= step.due
            step.how, step.ends = "late" if missed else "afterwards", at

    def _clock(self, act: str, element: str, at: datetime, before: Any, after: Any) -> None:
        host = self._host(element)
        if act == "deadline passed":
            if element == self.limit:
                self._note("over-limit", at)
            for step in self._with(host, after["passed"])[:1]:
                step.passed.append(at)
                step.overdue = True
        if act == "more time given":
            self._note("extended", at)
            for step in self._with(host, before["due"])[:1]:
                step.due, step.overdue = datetime.fromisoformat(after["due"]), False

    def _decided(self, act: str, element: str, at: datetime, answers: Any) -> None:
        drawn = self.diagram.elements.get(element)
        if answers.get("decision") == "return the answer" and act == "task completed":
            self._note("returned", at)
        if "closed_as" in answers and act in ("act", "task completed"):
            kind = {"withdrawn": "withdrawn", "overtaken": "overtaken"}[answers["closed_as"]]
            self._note(kind, at)
        if act == "act" and drawn and drawn.stage == "CAFCASS" and drawn.kind == "startEvent":
            refers = element == "refer_pressed"
            self._note("cafcass-made" if refers else "cafcass-considered", at)
            if refers and answers.get("curtailed"):
                self._note("cafcass-urgent", at)

    def _over(self, element: str, at: datetime, after: Any) -> None:
        """Whether the formal stages ended with this entry, or the whole case."""
        story, drawn = self.story, self.diagram.elements.get(element)
        cut_off = drawn is not None and drawn.interrupting and drawn.attached_to == self.formal_box
        if story.stopped is None and (cut_off or self.formal_box in after.get("reached", [])):
            story.stopped = at
        if after.get("outcome"):
            story.outcome = after["outcome"]
        if story.outcome and story.closed is None and not any(s.ends is None for s in story.steps):
            story.closed = at
            if story.formal and story.stopped is None:
                story.stopped = at

    def _host(self, element: str) -> str | None:
        drawn = self.diagram.elements.get(element)
        return drawn.attached_to if drawn else None

    def _note(self, kind: str, at: datetime) -> None:
        self.story.happened.append((kind, at))

    def _open(self, element: str | None) -> list[Step]:
        every = self.story.steps + self.story.boxes
        return [step for step in every if step.element == element and step.ends is None]

    def _with(self, element: str | None, due: str) -> list[Step]:
        """The open steps there, that which has the date and did not miss it first."""
        until = datetime.fromisoformat(due)
        return sorted(self._open(element), key=lambda s: (s.due != until, s.overdue))

    def _end(self, element: str, at: datetime, how: str, due: str | None) -> None:
        here = self._open(element)
        same = [s for s in here if due is not None and s.due == datetime.fromisoformat(due)]
        step = (same or here)[0]
        step.ends, step.how = at, how
        if how == "left":
            step.left = at

    def _boxes(self, known: list[Step], after: Any, at: datetime) -> None:
        open_now = {step.element for step in self.story.steps if step.ends is None}
        for box in [box for box in known if box.ends is None]:
            if box.element in after.get("reached", []):
                late = box.due is not None and at >= box.due
                box.ends, box.how = at, "late" if late else "answered"
            elif not any(box.element in self._around(element) for element in open_now):
                box.ends, box.how = at, "left"

    def _around(self, element: str) -> Iterator[str]:
        here = self.diagram.elements.get(element)
        while here is not None:
            yield here.parent
            here = self.diagram.elements.get(here.parent)

    def _begin(self, after: Any, at: datetime) -> None:
        due = {}
        for timer, until in (
            after.get("due", {}).items() if isinstance(after.get("due"), dict) else ()
        ):
            drawn = self.diagram.elements[timer]
            if timer == self.limit:
                self.story.formal = self.story.formal or at
                self.story.stopped = None
                continue
            due[drawn.attached_to] = datetime.fromisoformat(until)
            if self.diagram.elements[drawn.attached_to or ""].kind != "userTask":
                step = Step(element=drawn.attached_to or "", starts=at, due=due[drawn.attached_to])
                self.story.boxes.append(step)
        self.answered |= after.get("answers", {})
        for element in after.get("opened", []):
            asks = self.diagram.elements[element].properties.get("chosen_by", "")
            step = Step(element=element, starts=at, due=due.get(element))
            step.chosen = str(self.answered.get(asks) or "")
            self.story.steps.append(step)

    def _action(self, place: int) -> dict[str, Any]:
        return self.story.actions.setdefault(place, {"agreed": None, "over": None})

    def _words(self, place: int, words: Any, at: datetime) -> None:
        if place < 101:
            self.story.themes |= set(words.get("themes", []))
        action = self._action(place)
        action["agreed"] = action["agreed"] or at
        if "action" in words:
            action["action"] = words["action"]
