"""Counts figures a second way: from the rows of the history alone, with no code of the figures.

It knows the diagram as drawn, and which child a case is about; all else is told by the entries.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import text

from engine.calendars import Calendar, end_of_day
from engine.clock import in_london
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
            left[0].how, left[0].ends = "late", at

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


@dataclass(kw_only=True)
class Counted:
    """Figures counted from stories, for a period and as narrowed by the caller."""

    diagram: Diagram
    calendar: Calendar
    stories: list[Story]
    first: date | None
    last: date | None

    def on(self, at: datetime | None) -> bool:
        """Whether it was in the period."""
        if at is None:
            return False
        day = in_london(at).date()
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    def standing(self, since: datetime, until: datetime | None) -> bool:
        """Whether it had begun by the end of the period, and was not over."""
        last = self.last or date.max
        begun = in_london(since).date() <= last
        return begun and (
            until is None or (self.last is not None and in_london(until).date() > last)
        )

    def cases(self) -> dict[str, int]:
        """Cases by measure."""
        here = [s for s in self.stories if self.on(s.opened)]
        formally = sum(s.formal == s.opened for s in here)
        return {
            "opened": len(here),
            "raised-formally": formally,
            "raised-informally": len(here) - formally,
            "became-formal": sum(self.on(s.formal) and s.formal != s.opened for s in self.stories),
            "closed": sum(self.on(s.closed) for s in self.stories),
            "open": sum(self.standing(s.opened, s.closed) for s in self.stories),
            "stopped": sum(self.on(s.stopped) for s in self.stories if s.formal),
        }

    def outcomes(self) -> Counter[str]:
        """Closed cases by outcome."""
        return Counter(s.outcome for s in self.stories if self.on(s.closed))

    def themes(self) -> Counter[str]:
        """Opened cases by theme."""
        return Counter(theme for s in self.stories if self.on(s.opened) for theme in s.themes)

    def happened(self) -> Counter[str]:
        """What happened, of referrals the first of each case only."""
        counted: Counter[str] = Counter()
        for story in self.stories:
            every = [*story.happened, *self._at_cafcass(story), *self._passed_over(story)]
            seen: set[str] = set()
            for kind, at in sorted(every, key=lambda each: each[1]):
                once = kind.startswith("cafcass") or kind == "over-limit"
                if not (once and kind in seen) and self.on(at):
                    counted[kind] += 1
                if kind == "cafcass-made" and kind in seen:
                    seen.add("cafcass-urgent")  # of the second referral nothing is counted
                if kind != "cafcass-urgent":
                    seen.add(kind)
        return counted

    def _at_cafcass(self, story: Story) -> Iterator[tuple[str, datetime]]:
        for step in self._main(story):
            if self.diagram.elements[step.element].stage == "CAFCASS":
                yield "cafcass-considered", step.starts

    def _main(self, story: Story) -> list[Step]:
        return [
            s
            for s in story.steps
            if self.diagram.elements[s.element].stage and not self.diagram.is_beside(s.element)
        ]

    def _passed_over(self, story: Story) -> Iterator[tuple[str, datetime]]:
        limit = next(e for e in self.diagram.elements.values() if e.properties.get("limit"))
        formal = [
            stage
            for stage in self.diagram.stages()
            if any(
                e.stage == stage and (limit.attached_to or "") in _boxes(self.diagram, e.id)
                for e in self.diagram.elements.values()
                if e.kind == "userTask"
            )
        ]
        been: list[str] = []
        for step in self._main(story):
            stage = self.diagram.elements[step.element].stage or ""
            if stage in formal and stage not in been:
                if set(formal[: formal.index(stage)]) - set(been):
                    yield "passed-over", step.starts
                been.append(stage)

    def funnel(self) -> Counter[str]:
        """Cases by the stages that they came to first in the period."""
        counted: Counter[str] = Counter()
        for story in self.stories:
            seen: dict[str, datetime] = {}
            for step in self._main(story):
                seen.setdefault(self.diagram.elements[step.element].stage or "", step.starts)
            counted.update(stage for stage, at in seen.items() if self.on(at))
        return counted

    def steps(self, key: Callable[[Story, Step], str | None]) -> dict[str, dict[str, Any]]:
        """What became of the steps that began in the period, by `key`, but None."""
        found: dict[str, list[Step]] = defaultdict(list)
        for story in self.stories:
            for step in story.steps + story.boxes:
                name = key(story, step)
                if name is not None and self.on(step.starts):
                    found[name].append(step)
        return {name: self._answers(steps) for name, steps in found.items()}

    def _answers(self, steps: list[Step]) -> dict[str, Any]:
        counted = Counter(self._state(step) for step in steps)
        taken = [
            self.working_days(s.starts, s.ends) for s in steps if s.how in ("late", "answered")
        ]
        return {
            "asked": len(steps),
            "silent": sum(bool(step.passed) for step in steps),
            **counted,
            "median": float(median(taken)) if taken else None,
        }

    def _state(self, step: Step) -> str:
        if step.ends is None:
            return "overdue" if step.overdue else "waiting"
        if step.how == "left":
            return "never" if step.overdue else "not-needed"
        if step.how == "late":
            return "late"
        return "on-time" if step.due else "done"

    def working_days(self, since: datetime, until: datetime | None) -> int:
        """Working days after the day of one, up to that of the other, counted one by one."""
        assert until is not None
        day, last, count = in_london(since).date(), in_london(until).date(), 0
        while day < last:
            day += timedelta(days=1)
            count += self.calendar.is_working_day(day)
        return count

    def whose(self, story: Story, step: Step) -> str:
        """The post first asked at a step, or at the first step inside a box."""
        drawn = self.diagram.elements[step.element]
        if drawn.kind == "userTask":
            return step.chosen if step.chosen in drawn.posts else drawn.posts[0]
        inside = (
            e.posts[0]
            for e in self.diagram.elements.values()
            if e.kind == "userTask" and step.element in _boxes(self.diagram, e.id)
        )
        return next(inside)

    def days(self) -> dict[str, Any]:
        """Working days from the first formal stage to the end of the clock, and whose they were."""
        counted: Counter[str] = Counter()
        formal, to_close = [], []
        for story in self.stories:
            if self.on(story.closed):
                to_close.append(self.working_days(story.opened, story.closed))
            if story.formal is None or not self.on(story.stopped):
                continue
            every = list(self._days_of(story))
            formal.append(len(every))
            counted.update(every)
        return {
            "cases": len(formal),
            "respondents": counted["respondents"],
            "raisers": counted["raisers"],
            "nobodys": counted["nobodys"],
            "median": float(median(formal)) if formal else None,
            "to_close": float(median(to_close)) if to_close else None,
        }

    def _days_of(self, story: Story) -> Iterator[str]:
        assert story.formal is not None
        assert story.stopped is not None
        day, last = in_london(story.formal).date(), in_london(story.stopped).date()
        while day < last:
            before = day
            day += timedelta(days=1)
            if self.calendar.is_working_day(day, statutory=True):
                yield self._whose_day(story, end_of_day(before))

    def _whose_day(self, story: Story, at: datetime) -> str:
        """With several open the day is a respondent's; a late answer ended nothing when it came."""
        held = set()
        for step in self._main(story):
            ends = step.left if step.left is not None else step.ends
            if step.starts <= at and (ends is None or at < ends):
                held.add(self.whose(story, step) == "raiser")
        if not held:
            return "nobodys"
        return "respondents" if False in held else "raisers"

    def actions(self) -> dict[str, int]:
        """Actions by measure."""
        every = [(s, a) for s in self.stories for a in s.actions.values() if a.get("action")]
        counted: Counter[str] = Counter()
        for story, action in every:
            over = [action.get("finished"), action["over"], self._given_up(story)]
            ends = min(filter(None, over), default=None)
            counted["action-agreed"] += self.on(action["agreed"])
            counted["action-open"] += self.standing(action["agreed"], ends)
            if self.on(action.get("said")):
                names = {"done": "action-done", "partly": "action-partly-done"}
                counted[names.get(action["done"], "action-not-done")] += 1
                counted["child-changed"] += bool(action["changed"])
        return dict(counted)

    def _given_up(self, story: Story) -> datetime | None:
        ends = self.diagram.elements.values()
        given_up = {
            e.properties["outcome"] for e in ends if e.properties.get("follow_up") == "none"
        }
        return story.closed if story.outcome in given_up else None


def _boxes(diagram: Diagram, element: str) -> Iterable[str]:
    here = diagram.elements.get(element)
    while here is not None:
        yield here.parent
        here = diagram.elements.get(here.parent)
