"""What a case need not remember to go on: everything that is over.

The stock engine keeps every task that ever was, in a tree that deepens with each step: after 1,000
levels its walks stop without a word, and loading and saving cost what the whole past costs. After
each act the past is cut out here, so that a case is as small after 1,000 steps as after one.

What stays is what has not ended, and of what has ended only

* the root, whose data are the case's routing values;
* a split as long as what it guards is open, for its join asks it;
* what comes right before a join that still waits, for the join asks from where its tokens came and
  takes over their data; of the arrivals at a parallel gateway all, for each is one arrow's.

Everything else is spliced out: what hung on it hangs on the next thing above that stays. It never
hangs on a split, whose children are what is guarded and the events on it, and nothing more.
"""

from typing import Any

from engine.diagrams.parts import BoundaryJoin, Fork, Join, Split, TaskState
from engine.diagrams.steps import Case, Step


def prune(case: Case) -> None:
    """Cut out of `case`, which waits, what is over."""
    for token, inside in list(case.subprocesses.items()):
        task = inside.outside.tasks.get(token)
        if inside.completed or task is None or task._state >= TaskState.COMPLETED:
            del case.subprocesses[token]
    for workflow in (case, *case.subprocesses.values()):
        _prune(workflow)


def _prune(workflow: Any) -> None:
    tasks: dict[int, Step] = workflow.tasks
    root = workflow.task_tree
    kept = {root.id}
    for token, task in tasks.items():
        if task._state < TaskState.COMPLETED:
            _keep(token, task, tasks, kept)
    _keep_arrivals(tasks, kept)
    if len(kept) == len(tasks):
        return
    parents = {token: _parent(tasks[token], tasks, kept) for token in kept}
    workflow.tasks = {token: task for token, task in tasks.items() if token in kept}
    for task in workflow.tasks.values():
        task._children = []
    for token, task in workflow.tasks.items():
        parent = parents[token]
        task._parent = parent
        if parent is not None:
            workflow.tasks[parent]._children.append(token)


def _keep(token: int, task: Step, tasks: dict[int, Step], kept: set[int]) -> None:
    if isinstance(task.task_spec, BoundaryJoin):
        # It waits only beside what it guards, which says itself when it is over.
        return
    kept.add(token)
    parent = tasks.get(task._parent or 0)
    if parent is not None and (
        isinstance(parent.task_spec, Split) or isinstance(task.task_spec, Join)
    ):
        kept.add(parent.id)


def _keep_arrivals(tasks: dict[int, Step], kept: set[int]) -> None:
    """Of a join's arrivals only the newest waits; the others are cancelled, and still count."""
    waits = (t.task_spec for t in tasks.values() if t._state == TaskState.WAITING)
    joins = {spec for spec in waits if isinstance(spec, Fork)}
    for token, task in tasks.items() if joins else ():
        if task._state == TaskState.CANCELLED and task.task_spec in joins and task._parent in tasks:
            kept.update((token, task._parent))


def _parent(task: Step, tasks: dict[int, Step], kept: set[int]) -> int | None:
    token: int | None = task._parent
    guarded = task._state < TaskState.COMPLETED
    while token is not None:
        above = tasks[token]
        if token in kept and (guarded or not isinstance(above.task_spec, Split)):
            return token
        guarded = False
        token = above._parent
    return None
