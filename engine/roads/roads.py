"""How long each road can take, set against the limit, before the raiser chooses one (A-HAR-2).

A road is what a choice leads to if everybody who is asked takes their full time and the raiser,
deciding the same day, goes up through each stage once. It is computed from the diagram and the
council's calendar; nothing is blocked by it. Days that the raiser takes come on top.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from engine.acts.cases import routing_values, start_event
from engine.calendars import Calendar
from engine.case_file.reader import CaseFile
from engine.diagrams import times
from engine.diagrams.diagram import Diagram, Element
from engine.diagrams.run import Run
from engine.diagrams.values import Value
from engine.forms import Answer, Form
from engine.procedures import LIMIT, Package
from engine.roads.choices import choices
from engine.roads.climb import Climb, Ground, Leg, Values, Way, is_raisers, keeps
from engine.store.tasks import TaskRow

Tried = Callable[[Values], Run]
"""The workflow as it would be after an answer with these routing values."""


@dataclass(frozen=True, kw_only=True)
class Road:
    """What a choice can lead to at the longest: `label` is the choice, empty for going on as it is.

    `limit` is that of the whole case in working days, None where the diagram has none, and
    `limit_called` what the council calls it. `untimed` are the names of steps that nobody has a
    time for, so that nothing bounds the road.
    """

    label: str
    legs: tuple[Leg, ...]
    limit: int | None
    untimed: tuple[str, ...]
    limit_called: str = LIMIT

    @property
    def ends(self) -> datetime | None:
        """The end of the last answer's time, aware, in UTC; None where nothing bounds it."""
        timed = [leg.due for leg in self.legs if leg.due]
        return max(timed, default=None) if not self.untimed else None

    @property
    def day(self) -> int | None:
        """The working day of the limit on which it ends."""
        days = [leg.day for leg in self.legs if leg.day is not None]
        return max(days, default=None)

    @property
    def over(self) -> int:
        """By how many working days it goes past the limit; 0 where it does not."""
        return max(0, (self.day or 0) - self.limit) if self.limit else 0


def roads_at_task(file: CaseFile, task: TaskRow) -> tuple[Road, ...]:
    """The roads that the answers to an open task of the raiser's lead to.

    Answers that end the case have none, nor have the tasks of others, nor what is asked beside
    the stages or in none of them, such as filing: the stages go on as they were.
    """
    diagram = file.version.package.diagram
    drawn = diagram.elements[task.element]
    still_open = task.closed_at is None and file.case.closed_at is None
    if not is_raisers(drawn) or not still_open:
        return ()
    if not drawn.stage or diagram.is_beside(task.element):
        return ()
    package = file.version.package

    def tried(values: Values) -> Run:
        run = Run.thaw(package.executable, file.case.state)
        run.complete(task.token, values)
        return run

    return _Forecast.of_case(file).roads(task.form, tried)


def roads_at_act(file: CaseFile, element: str) -> tuple[Road, ...]:
    """The roads that an act leads to, which may be one without a choice.

    A meeting leads nowhere by itself, nor does a note that asks nobody for anything: the stages
    go on as they were.
    """
    package = file.version.package
    drawn = package.diagram.elements[element]
    if "diary" in drawn.properties or _only_noted(package.diagram, drawn):
        return ()

    def tried(values: Values) -> Run:
        run = Run.thaw(package.executable, file.case.state)
        token = next(m.token for m in run.messages() if m.element == element)
        run.send(token, values)
        return run

    form = package.diagram.elements[element].form or ""
    return _Forecast.of_case(file).roads(form, tried)


def road_from_here(file: CaseFile) -> Road | None:
    """The road from where an open case is; None where nothing is asked in the stages."""
    if file.case.closed_at is not None:
        return None
    run = Run.thaw(file.version.package.executable, file.case.state)
    return _Forecast.of_case(file).road("", run)


def roads_of_raising(package: Package, calendar: Calendar, at: datetime) -> tuple[Road, ...]:
    """The roads that the ways to raise a concern lead to, at an aware instant."""
    forecast = _Forecast(package=package, calendar=calendar, at=at, clock=None, deadlines=())
    form = start_event(package.diagram).form or ""
    return forecast.roads(form, lambda values: Run.start(package.executable, values))


@dataclass(frozen=True, kw_only=True)
class _Forecast(Ground):
    """The roads over one ground."""

    @classmethod
    def of_case(cls, file: CaseFile) -> "_Forecast":
        """The forecast of the case as it was read."""
        return cls(
            package=file.version.package,
            calendar=file.council.calendar,
            at=file.read_at,
            clock=file.case.clock_started_at,
            deadlines=file.deadlines,
        )

    def roads(self, name: str, tried: Tried) -> tuple[Road, ...]:
        """One road for each thing that the answers to a form can open."""
        runs: dict[frozenset[tuple[str, Value]], Run] = {}
        found: dict[tuple[str, ...], tuple[Run, list[Mapping[str, Answer]]]] = {}
        for answers in choices(self.package, name):
            values = routing_values(self.package, name, answers)
            same = frozenset(values.items())
            run = runs.get(same) or runs.setdefault(same, tried(values))
            opens = (*_open(self.package, run), *self._kept(run))
            found.setdefault(opens, (run, []))[1].append(answers)
        form = self.package.forms.get(name)
        made = [self.road(_label(form, ways), run) for run, ways in found.values()]
        return tuple(road for road in made if road)

    def _kept(self, run: Run) -> tuple[str, ...]:
        """The timers that would keep an earlier due date: the same step, but another road."""
        values = run.values()
        timers = (timer for each in self.timers.values() for timer in each)
        return tuple(timer.id for timer in timers if keeps(timer, values))

    def road(self, label: str, run: Run) -> Road | None:
        """The longest road from where a workflow waits; None where nobody is asked on it."""
        tasks = _open(self.package, run)
        way = Climb(self, run).longest(tasks, Way(at=self.at, clock=self.clock))
        if not way.legs:
            return None
        return Road(
            label=label,
            legs=tuple(replace(leg, day=self.day(way.clock, leg.due)) for leg in way.legs),
            limit=times.parse(self.limit.time or "").working_days if self.limit else None,
            untimed=tuple(leg.name for leg in way.legs if leg.due is None),
            limit_called=self.package.limit_called,
        )


def _only_noted(diagram: Diagram, act: Element) -> bool:
    """Whether an act with steps of its own beside the stages has none that anybody is asked for."""
    inside = diagram.inside(act.parent)
    return act.kind == "startEvent" and not any(each.kind == "userTask" for each in inside)


def _open(package: Package, run: Run) -> tuple[str, ...]:
    """The tasks of the stages that wait in a workflow; what stands in no stage runs beside them."""
    diagram = package.diagram
    tasks = (task.element for task in run.tasks())
    return tuple(
        task for task in tasks if diagram.elements[task].stage and not diagram.is_beside(task)
    )


def _label(form: Form | None, ways: list[Mapping[str, Answer]]) -> str:
    """What answers have in common, in the form's words; what they differ in, if nothing is."""
    chosen: dict[str, dict[str, None]] = {}
    for answers in ways:
        for shown in form.fields if form else ():
            labels = {option.value: option.label for option in shown.options}
            if (answer := answers.get(shown.key)) in labels and isinstance(answer, str):
                chosen.setdefault(shown.key, {})[labels[answer]] = None
    common = [next(iter(each)) for each in chosen.values() if len(each) == 1]
    return ", ".join(common) or " or ".join(label for each in chosen.values() for label in each)
