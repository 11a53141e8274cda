"""Frozen and thawed after each act, a case has the same open work as one in the plain engine.

A few dozen roads through each diagram are walked in the suite; more with, for instance,
`STEPLADDER_ROADS=500 pytest tests/engine/diagrams/test_like_the_plain_engine.py`.
"""

import os
import random
from collections import Counter
from collections.abc import Callable

import pytest
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition

from engine.diagrams.diagram import parse
from engine.diagrams.run import Run
from engine.diagrams.specs import Executable, build
from engine.diagrams.values import Value
from tests.engine.diagrams.draw import Drawing, stages
from tests.engine.diagrams.plain import Plain, Told

ROADS = int(os.environ.get("STEPLADDER_ROADS", "6"))
ACTS = int(os.environ.get("STEPLADDER_ACTS", "40"))


def loops() -> bytes:
    """Two tasks with timers, answered round and round, one timer interrupting."""
    d = Drawing()
    d.start("begin")
    d.choice("merge")
    d.task("ask")
    d.timer("ask_late", "ask", "5 days")
    d.task("chase")
    d.end("chased")
    d.choice("again", default="enough")
    d.task("check")
    d.timer("check_over", "check", "2 days", interrupting=True)
    d.throw("told")
    d.end("end")
    d.flow("begin", "merge", "ask", "again")
    d.flow("again", "merge", when='next = "1"', key="back")
    d.flow("again", "check", key="enough")
    d.flow("check", "merge")
    d.flow("check_over", "told", "end")
    d.flow("ask_late", "chase", "chased")
    return d.source()


def nested() -> bytes:
    """Sub-processes three deep, each with a terminate end, edges on each."""
    inner = Drawing()
    inner.start("s3")
    inner.fork("f3")
    inner.task("a3")
    inner.task("b3")
    inner.end("stop3", terminate=True)
    inner.end("e3")
    inner.flow("s3", "f3", "a3", "stop3")
    inner.flow("f3", "b3", "e3")
    middle = Drawing()
    middle.start("s2")
    middle.sub_process("p3", inner)
    middle.timer("t3", "p3", "5 days")
    middle.message("m3", "p3")
    middle.task("x2")
    middle.task("y2")
    middle.end("e2")
    middle.end("stop2", terminate=True)
    middle.flow("s2", "p3", "x2", "e2")
    middle.flow("t3", "y2", "stop2")
    middle.flow("m3", "x2", key="joining")
    outer = Drawing()
    outer.start("s1")
    outer.choice("merge1")
    outer.sub_process("p2", middle)
    outer.message("m2", "p2", interrupting=False)
    outer.timer("t2", "p2", "9 days", interrupting=True)
    outer.task("z1")
    outer.task("w1")
    outer.choice("more", default="no_more")
    outer.end("e1")
    outer.flow("s1", "merge1", "p2", "w1", "more")
    outer.flow("more", "merge1", when="returned = true", key="round")
    outer.flow("more", "e1", key="no_more")
    outer.flow("m2", "z1")
    outer.flow("z1", "e1")
    outer.flow("t2", "w1")
    return outer.source("m2", "m3")


def parallel() -> bytes:
    """Forks and joins, one inside another, with a timer on a branch, and a block beside."""
    d = Drawing()
    d.start("begin")
    d.fork("f1")
    d.fork("f2")
    for key in ("a", "b", "c"):
        d.task(key)
    d.timer("slow", "a", "3 days")
    d.task("nag")
    d.end("nagged")
    d.fork("j2")
    d.fork("j1")
    d.task("after")
    d.end("end")
    d.flow("begin", "f1", "f2", "a", "j2", "j1", "after", "end")
    d.flow("f2", "b", "j2")
    d.flow("f1", "c", "j1")
    d.flow("slow", "nag", "nagged")
    block = Drawing()
    block.message_start("refer")
    block.fork("bf")
    block.task("one")
    block.task("two")
    block.fork("bj")
    block.choice("which", default="plain")
    block.task("urgent")
    block.end("be")
    block.end("bu", terminate=True)
    block.flow("refer", "bf", "one", "bj", "which")
    block.flow("bf", "two", "bj")
    block.flow("which", "urgent", when='next = "2"')
    block.flow("which", "be", key="plain")
    block.flow("urgent", "bu")
    d.sub_process("block", block, by_event=True)
    return d.source("refer")


DIAGRAMS: dict[str, Callable[[], bytes]] = {
    "stages": lambda: stages(2),
    "loops": loops,
    "nested": nested,
    "parallel": parallel,
}
Open = Counter[tuple[object, ...]]


def ours_open(run: Run) -> Open:
    data = {t.id: t.data for t in run._open(8 | 16)}
    return Counter(
        [("task", t.element, tuple(sorted(data[t.token].items()))) for t in run.tasks()]
        + [("timer", t.element) for t in run.timers()]
        + [("message", m.element) for m in run.messages()]
    )


def plain_open(plain: Plain) -> Open:
    return Counter(
        [("task", t.task_spec.name, tuple(sorted(t.data.items()))) for t in plain.tasks()]
        + [("timer", t.task_spec.name) for t in plain.edges(Told)]
        + [("message", t.task_spec.name) for t in plain.edges(MessageEventDefinition)]
        + [("message", element) for element in plain.starts()]
    )


class Pair:
    """One case in both engines."""

    def __init__(self, executable: Executable, source: bytes, chance: random.Random) -> None:
        self.executable = executable
        self.chance = chance
        first: dict[str, Value] = {"next": "1", "returned": False}
        values = self.routing(first)
        self.run = Run.start(executable, values)
        self.plain = Plain(source, values)
        self.fired: list[tuple[str, str]] = []

    def values(self) -> dict[str, Value]:
        """Answers that send the case here or there."""
        drawn: dict[str, Value] = {
            "next": self.chance.choice(["1", "2", "over"]),
            "returned": self.chance.random() < 0.4,
        }
        return self.routing(
            {name: value for name, value in drawn.items() if self.chance.random() < 0.8}
        )

    def routing(self, values: dict[str, Value]) -> dict[str, Value]:
        """Those that the diagram looks at: Run leaves the others out, the plain engine does not."""
        names = self.executable.diagram.routing_names
        return {name: value for name, value in values.items() if name in names}

    def act(self) -> str:
        """Do one thing in both, and freeze and thaw ours."""
        tasks, timers, messages = self.run.tasks(), self.run.timers(), self.run.messages()
        choices: list[str] = ["complete"] * 4 * bool(tasks) + ["fire"] * 2 * bool(timers)
        choices += ["send"] * bool(messages) + ["rearm"] * bool(self.fired)
        done = getattr(self, f"_{self.chance.choice(choices)}")()
        self.run = Run.thaw(self.executable, self.run.freeze())
        return str(done)

    def _complete(self) -> str:
        tasks = sorted(self.run.tasks(), key=lambda t: (t.scope, t.token))
        task = self.chance.choice(tasks)
        # The same one in the plain engine: of those with this name, the one equally old.
        place = [t.token for t in tasks if t.element == task.element].index(task.token)
        same = [t for t in self.plain.tasks() if t.task_spec.name == task.element]
        values = self.values()
        self.run.complete(task.token, values)
        self.plain.complete(same[place], values)
        return f"complete {task.element} {place} {values}"

    def _fire(self) -> str:
        timers = sorted(self.run.timers(), key=lambda t: (t.scope, t.token))
        timer = self.chance.choice(timers)
        place = [t.token for t in timers if t.element == timer.element].index(timer.token)
        same = [t for t in self.plain.edges(Told) if t.task_spec.name == timer.element]
        self.run.fire(timer.token)
        self.plain.fire(same[place])
        self.fired.append((timer.element, timer.host_element))
        return f"fire {timer.element} {place}"

    def _send(self) -> str:
        message = self.chance.choice(self.run.messages())
        values = self.values()
        self.run.send(message.token, values)
        if message.host is None:
            self.plain.send_start(message.element, values)
        else:
            same = [
                t
                for t in self.plain.edges(MessageEventDefinition)
                if t.task_spec.name == message.element
            ]
            self.plain.send(same[0], values)
        return f"send {message.element} {values}"

    def _rearm(self) -> str:
        element, host = self.fired.pop()
        hosts = {t.host for t in self.run.timers() if t.element == element}
        found = [t for t in self.run._open(16 | 32) if t.task_spec.bpmn_id == host]
        found.sort(key=lambda t: (t.workflow.parent_task_id or 0, t.id))
        same = [t for t in self.plain._where(16 | 32) if t.task_spec.name == host]
        for place, ours in enumerate(found):
            if ours.id not in hosts:
                self.run.rearm(element, ours.id)
                self.plain.rearm(element, same[place])
                return f"rearm {element} {place}"
        return "nothing to rearm"


@pytest.mark.parametrize("road", range(ROADS))
@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_case_goes_where_the_plain_engine_goes(name: str, road: int) -> None:
    source = DIAGRAMS[name]()
    executable = build(parse(source))
    pair = Pair(executable, source, random.Random(f"{name} {road}"))
    story: list[str] = []
    for _ in range(ACTS):
        assert ours_open(pair.run) == plain_open(pair.plain), story
        assert pair.run.finished == pair.plain.finished(), story
        if pair.run.finished:
            break
        story.append(pair.act())
    assert ours_open(pair.run) == plain_open(pair.plain), story
