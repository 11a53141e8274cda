"""The engine's part of a turn (thaw, one step, freeze) against stock SpiffWorkflow doing the same.

`ours(steps)` and `stock(steps)` give a procedure that does it once, on a case in which that many
tasks were completed before; `measure` times them in interleaved rounds. The diagram is the test
shape of four stages. The stock engine gets it with its own parser, timers, conditions and JSON
serialiser; only the texts of times and conditions are translated into what it can read.

`python -m tests.bench.engine_part` prints the figures.
"""

import json
import re
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.diagrams.run import Run
from engine.diagrams.specs import Executable, executable
from tests.engine.diagrams.draw import stages

Once = Callable[[], None]

_ROUNDS = 5
_LAPS = 40


def ours(steps: int) -> Once:
    """Thaw a case with `steps` completed tasks, complete one more, freeze it."""
    drawn = _executable()
    run = Run.start(drawn, {"next": "1", "returned": False})
    for _ in range(steps):
        _step(run)
        run = Run.thaw(drawn, run.freeze())
    state = run.freeze()

    def once() -> None:
        again = Run.thaw(drawn, state)
        _step(again)
        again.freeze()

    return once


def stock(steps: int) -> Once:
    """Load the same case as stock JSON, complete one task, save it.

    About 330 rounds are as deep as the stock engine walks; more steps than that never end.
    """
    serializer = BpmnWorkflowSerializer()
    workflow = _stock_workflow()
    for _ in range(steps):
        _stock_step(workflow)
    state = serializer.serialize_json(workflow)

    def once() -> None:
        again = serializer.deserialize_json(state)
        _stock_step(again)
        serializer.serialize_json(again)

    return once


def measure(parts: Sequence[Once]) -> list[float]:
    """Milliseconds of CPU that each of `parts` takes once: medians of five interleaved rounds."""
    rounds: list[list[float]] = [[] for _ in parts]
    for _ in range(_ROUNDS):
        for part, found in zip(parts, rounds, strict=True):
            laps = []
            for _ in range(_LAPS):
                began = time.process_time_ns()
                part()
                laps.append(time.process_time_ns() - began)
            found.append(statistics.median(laps) / 1e6)
    return [statistics.median(found) for found in rounds]


def _executable() -> Executable:
    return executable("tests.bench.engine_part", stages())


# Both go round the first stage for ever: answered, then sent back.
_ANSWERS: dict[str, bool | str] = {"next": "1", "returned": True}


def _step(run: Run) -> None:
    run.complete(run.tasks()[0].token, _ANSWERS)


def _stock_step(workflow: Any) -> None:
    task = workflow.get_tasks(state=TaskState.READY, manual=True)[0]
    task.data.update(_ANSWERS)
    task.run()
    workflow.do_engine_steps()


def _stock_workflow() -> Any:
    text = re.sub(r"(<bpmn:timeDuration>)[^<]*", r'\1"P3650D"', stages().decode())
    text = re.sub(
        r"(<bpmn:conditionExpression>)(\w+) = ",
        r"\1\2 == ",
        text,
    ).replace("== true", "== True")
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(text.encode()))
    spec = parser.get_spec("process")
    workflow = BpmnWorkflow(spec, parser.get_subprocess_specs("process"))
    workflow.task_tree.data.update({"next": "1", "returned": False})
    workflow.do_engine_steps()
    return workflow


def figures() -> dict[str, float]:
    """CPU milliseconds by name, for the report of the bench."""
    names = ["ours 0", "ours 20", "ours 200", "ours 1000", "stock 0", "stock 20"]
    parts = [
        ours(int(n.split()[1])) if n.startswith("ours") else stock(int(n.split()[1])) for n in names
    ]
    return dict(zip(names, measure(parts), strict=True))


def main() -> None:
    """Print the figures and the two ratios that are promised."""
    found = figures()
    found["stock 20 / ours 20"] = found["stock 20"] / found["ours 20"]
    found["ours 1000 / ours 20"] = found["ours 1000"] / found["ours 20"]
    print(json.dumps({name: round(value, 3) for name, value in found.items()}, indent=1))


if __name__ == "__main__":
    main()
