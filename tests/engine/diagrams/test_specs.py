"""From a diagram to what can be run: shared safely, or refused at the element that is wrong."""

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from engine.diagrams import specs
from engine.diagrams.diagram import parse
from engine.diagrams.run import Run
from engine.diagrams.specs import NotExecutable, build, executable
from tests.engine.diagrams.draw import Drawing, stages


def refused(drawing: Drawing, *messages: str) -> NotExecutable:
    with pytest.raises(NotExecutable) as caught:
        build(parse(drawing.source(*messages)))
    return caught.value


def line() -> Drawing:
    d = Drawing()
    d.start("begin")
    d.task("ask")
    d.end("end")
    d.flow("begin", "ask", "end")
    return d


def test_a_diagram_is_built_once_for_its_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(specs, "_cache", OrderedDict())
    monkeypatch.setattr(specs, "_MOST_KEPT", 2)
    source = line().source()
    first = executable("built once: a", source)
    assert executable("built once: a", source) is first
    executable("built once: b", source)
    executable("built once: c", source)
    assert executable("built once: a", source) is not first


def test_many_threads_share_one_executable_and_none_disturbs_another() -> None:
    source = stages()
    threads = 8
    barrier = Barrier(threads)

    def case(number: int) -> list[str]:
        barrier.wait()
        shared = executable("many threads", source)
        run = Run.start(shared, {})
        story = []
        for turn in range(60):
            task = run.tasks()[(number + turn) % len(run.tasks())]
            story.append(task.element)
            run.complete(task.token, {"next": "1", "returned": turn % 3 > 0})
            if turn % 5 == number % 5:
                run.send(-1, {})
            run = Run.thaw(shared, run.freeze())
        return story

    with ThreadPoolExecutor(threads) as pool:
        together = list(pool.map(case, range(threads)))
    barrier = Barrier(1)
    assert together == [case(number) for number in range(threads)]


def test_code_in_a_condition_is_refused_and_never_run() -> None:
    d = line()
    d.choice("which", default="other")
    d.flow("which", "end", when="__import__('os').system('true')", key="bad")
    d.flow("which", "end", key="other")
    assert refused(d).element == "bad"


def test_no_script_or_service_can_be_run_through_the_engine() -> None:
    environment = specs.CONDITIONS.environment
    with pytest.raises(NotExecutable):
        environment.execute("x = 1", {})
    with pytest.raises(NotExecutable):
        environment.call_service({})


@pytest.mark.parametrize(
    "shape",
    [
        "scriptTask",
        "serviceTask",
        "sendTask",
        "callActivity",
        "complexGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "intermediateCatchEvent",
        "adHocSubProcess",
        "transaction",
        "businessRuleTask",
        "task",
    ],
)
def test_a_shape_that_cannot_be_run_is_named(shape: str) -> None:
    d = line()
    d.lines.append(f'<bpmn:{shape} id="odd"/>')
    error = refused(d)
    assert error.element == "odd"
    assert shape in error.sentence


@pytest.mark.parametrize("event", ["signal", "error", "compensate", "link", "escalation"])
def test_an_event_that_would_do_nothing_is_refused(event: str) -> None:
    d = line()
    d.lines.append(f'<bpmn:endEvent id="odd"><bpmn:{event}EventDefinition/></bpmn:endEvent>')
    assert refused(d).element == "odd"


@pytest.mark.parametrize("reserved", ["Start", "End", "process.EndJoin", "ask", "begin"])
def test_an_id_that_is_taken_is_refused(reserved: str) -> None:
    d = line()
    d.task(reserved)
    assert refused(d).element == reserved


def test_an_id_that_the_engine_would_make_for_a_timed_task_is_refused() -> None:
    d = line()
    d.timer("late", "ask", "2 days")
    d.task("ask.BoundaryEventSplit")
    assert refused(d).element in {"ask", "ask.BoundaryEventSplit"}


def test_a_process_needs_one_plain_start() -> None:
    d = line()
    d.start("another")
    assert refused(d).element == "process"
    d = Drawing()
    d.message_start("refer")
    assert refused(d, "refer").element == "refer"


@pytest.mark.parametrize("interrupting", ["true", "false"])
def test_an_event_sub_process_that_would_not_work_is_refused(interrupting: str) -> None:
    block = Drawing()
    block.lines.append(
        f'<bpmn:startEvent id="b" isInterrupting="{interrupting}">'
        "<bpmn:timerEventDefinition/></bpmn:startEvent>"
    )
    d = line()
    d.sub_process("block", block, by_event=True)
    assert refused(d).element == "block"


def test_a_nested_event_sub_process_is_refused() -> None:
    block = Drawing()
    block.message_start("refer")
    inner = line()
    inner.sub_process("block", block, by_event=True)
    outer = Drawing()
    outer.start("outer_begin")
    outer.sub_process("inner", inner)
    outer.flow("outer_begin", "inner")
    assert refused(outer, "refer").element == "block"


def test_a_flow_must_lead_somewhere_that_can_be_reached() -> None:
    for source, target in (("ask", "begin"), ("ask", "gone"), ("gone", "ask"), ("end", "ask")):
        d = line()
        d.flow(source, target, key="astray")
        assert refused(d).element == "astray"


def test_conditions_belong_on_flows_that_leave_a_choice() -> None:
    d = line()
    d.end("other")
    d.flow("ask", "other", when='next = "1"', key="conditional")
    assert refused(d).element == "conditional"
    d = line()
    d.choice("which")
    d.flow("which", "ask", key="unconditional")
    d.flow("which", "end", when='next = "1"')
    assert refused(d).element == "unconditional"
