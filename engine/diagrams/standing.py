"""Where a case stands, told so that two cases which can only go on alike are told alike."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from engine.diagrams.parts import Split, TaskState
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
    still be read once a token waits at an element, `live_after` those once a container is left.
    """

    mute: frozenset[str]

    @property
    def live(self) -> Mapping[str, Asked]: ...

    @property
    def live_after(self) -> Mapping[str, Asked]: ...


@dataclass(frozen=True, kw_only=True)
class Standing:
    """`key` is alike for cases that are alike; `open` how many tokens wait at each element."""

    key: tuple[Any, ...]
    open: Mapping[str, int]


def standing(case: Case, plan: Plan) -> Standing:
    """Where `case`, which is pruned, stands."""
    looking = _Looking(case, plan)
    tree = looking.inside(case)
    asked = _NONE.union(*(plan.live.get(element, _NONE) for element in looking.open))
    values = told(case.task_tree.data, asked)
    return Standing(key=(bool(case.completed), tree, values), open=looking.open)


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
        self.open: Counter[str] = Counter()

    def inside(self, workflow: Any) -> tuple[Any, ...]:
        root: Step = workflow.task_tree
        return tuple(sorted(self._below(root, workflow.tasks)))

    def _below(self, above: Step, tasks: Mapping[int, Step]) -> list[Tree]:
        beneath = (tasks[token] for token in above._children if token in tasks)
        return [self._tree(t, tasks) for t in beneath if t.task_spec.bpmn_id not in self.plan.mute]

    def _tree(self, task: Step, tasks: Mapping[int, Step]) -> Tree:
        element = task.task_spec.bpmn_id
        within = self.case.subprocesses.get(task.id)
        known = ""
        if task._state >= TaskState.COMPLETED and not isinstance(task.task_spec, Split):
            known = told(task.data, self._taken_on(task, tasks))
        elif element is not None:
            self.open[element] += 1
        return (
            task.task_spec.name,
            task._state,
            known,
            self.inside(within) if within is not None else (),
            tuple(sorted(self._below(task, tasks))),
        )

    def _taken_on(self, task: Step, tasks: Mapping[int, Step]) -> Asked:
        """What the join after an arrival still has use for."""
        found = _NONE
        for token in task._children:
            spec = tasks[token].task_spec
            if spec.bpmn_id is not None:
                found |= self.plan.live.get(spec.bpmn_id, found)
            else:
                found |= self.plan.live_after.get(spec.name.removesuffix(".EndJoin"), found)
        return found
