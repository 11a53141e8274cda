"""Where a case stands, told so that two cases which can only go on alike are told alike."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from engine.diagrams.parts import EndJoin, Split, TaskState
from engine.diagrams.steps import Case, Step
from engine.diagrams.values import Value

_NONE: frozenset[tuple[str, Value]] = frozenset()

Tree = tuple[str, int, str, tuple[Any, ...], tuple[Any, ...]]


Asked = frozenset[tuple[str, Value]]
"""Values that may still be asked for: each name with a text that it is compared with, or with None
where its very value matters."""


class Plan(Protocol):
    """What has to be known of a diagram to tell its cases apart.

    `mute` are the elements whose tokens change nothing for any other; `live` the values that may
    still be read once a token comes to an element, `live_after` those once it is left, `live_on`
    those that the events on the edge of a sub-process may ask for while it is open.
    """

    mute: frozenset[str]

    @property
    def live(self) -> Mapping[str, Asked]: ...

    @property
    def live_after(self) -> Mapping[str, Asked]: ...

    @property
    def live_on(self) -> Mapping[str, Asked]: ...


@dataclass(frozen=True, kw_only=True)
class Standing:
    """`key` is alike for cases that are alike; `open` how many tokens wait at each element.

    `live` are the values that may still be asked for because of each of them, `arrived`
    those that joins keep of what has come to them.
    """

    key: tuple[Any, ...]
    open: Mapping[str, int]
    live: Mapping[str, Asked]
    arrived: Asked


def standing(case: Case, plan: Plan) -> Standing:
    """Where `case`, which is pruned, stands."""
    looking = _Looking(case, plan)
    tree = looking.inside(case)
    values = told(case.task_tree.data, _NONE.union(*looking.live.values()))
    return Standing(
        key=(bool(case.completed), tree, values),
        open=looking.open,
        live=looking.live,
        arrived=looking.arrived,
    )


def told(values: Mapping[str, Value], asked: Asked) -> str:
    """The values as far as what is asked can tell them apart; an empty one is as none."""
    names: dict[str, set[Value]] = {}
    for name, text in asked:
        names.setdefault(name, set()).add(text)
    return repr(
        [
            (name, value if value in texts or None in texts or type(value) is not str else ...)
            for name, texts in sorted(names.items())
            if (value := values.get(name)) is not None
        ]
    )


class _Looking:
    def __init__(self, case: Case, plan: Plan) -> None:
        self.case = case
        self.plan = plan
        self.mute = plan.mute
        self.open: Counter[str] = Counter()
        self.live: dict[str, Asked] = {}
        self.arrived = _NONE

    def inside(self, workflow: Any) -> tuple[Any, ...]:
        root: Step = workflow.task_tree
        return self._below(root, workflow.tasks)

    def _below(self, above: Step, tasks: Mapping[int, Step]) -> tuple[Tree, ...]:
        beneath = (tasks[token] for token in above._children if token in tasks)
        trees = (self._tree(t, tasks) for t in beneath if t.task_spec.bpmn_id not in self.mute)
        return tuple(sorted(tree for tree in trees if tree is not None))

    def _tree(self, task: Step, tasks: Mapping[int, Step]) -> Tree | None:
        """What hangs on a task; None where all of it has come to its end.

        Which ends others have come to before changes nothing: whoever comes last brings the values.
        """
        if isinstance(task.task_spec, EndJoin):
            return None
        below = self._below(task, tasks)
        within = self.case.subprocesses.get(task.id)
        inside = self.inside(within) if within is not None else ()
        element, known = task.task_spec.bpmn_id, ""
        if task._state >= TaskState.COMPLETED and not isinstance(task.task_spec, Split):
            if task._children and not below:
                return None
            known = self._known(task, tasks)
        elif element is not None:
            self.open[element] += 1
            asked = self._asked(element, task, inside) | self.live.get(element, _NONE)
            self.live[element] = asked
        return (task.task_spec.name, task._state, known, inside, below)

    def _known(self, task: Step, tasks: Mapping[int, Step]) -> str:
        """The values of an arrival that the join after it still has use for."""
        specs = (tasks[token].task_spec for token in task._children)
        taken_on = _NONE.union(*(self.plan.live.get(each.bpmn_id or "", _NONE) for each in specs))
        self.arrived |= taken_on
        return told(task.data, taken_on)

    def _asked(self, element: str, task: Step, inside: tuple[Any, ...]) -> Asked:
        """What was asked on the way into an open sub-process is not asked again in it; what is
        asked after it, what waits in it tells, unless all of that is out of sight.
        """
        if task.id not in self.case.subprocesses:
            return self.plan.live.get(element, _NONE)
        held = self.plan.live_on.get(element, _NONE)
        return held if inside else held | self.plan.live_after.get(element, _NONE)
