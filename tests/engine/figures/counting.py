"""Counts figures a second way: from cases as the rows of their histories tell them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from engine.calendars import Calendar, end_of_day
from engine.clock import in_london
from engine.diagrams.diagram import Diagram
from tests.engine.figures.telling import Step, Story


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
            self.working_days(s.starts, s.ends)
            for s in steps
            if s.how in ("late", "answered", "afterwards")
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
        if step.how in ("late", "afterwards"):
            return step.how
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
