"""The writers alone: hostile names, and memory that does not grow with what is written."""

import csv
import json
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine.calendars import Calendar
from engine.exports.ocel import write_ocel
from engine.exports.star import write_star
from engine.exports.trace import COMPLETED, ConcernTrace, Event, TaskTrace, Trace
from engine.exports.xes import write_xes
from tests.engine.exports.replaying import NS

AT = datetime(2026, 4, 13, 9, tzinfo=UTC)
HOSTILE = "=cmd|\"<&'>\x00\x1b\ufffe\ud800\U0001f469 é\n"
CLEAN = "=cmd|\"<&'>\ufffd\ufffd\ufffd\ufffd\U0001f469 é\n"

EVENT = Event(
    number=1,
    entry=1,
    at=AT,
    activity="Respond",
    element="respond",
    transition=COMPLETED,
    token=7,
    post="tm",
    stage="1",
    due=None,
    late=True,
    standing_in=False,
    version=1,
    working_days=3,
    answers={"decision": "settled", "sure": True, "times": 2, "share": 0.5},
    raises=(),
    settles=(1,),
)
TRACE = Trace(
    key="c0ffee",
    council="a-council",
    procedure="p",
    version=1,
    entry="respond",
    stage="1",
    outcome="",
    opened_at=AT,
    clock_started_at=None,
    closed_at=None,
    working_days=None,
    linked_to="",
    tasks=(
        TaskTrace(
            token=7,
            element="respond",
            name="Respond",
            stage="1",
            post="tm",
            opened_at=AT,
            original_due=AT,
            due=AT,
            closed_at=AT,
            how=COMPLETED,
            late=True,
            working_days=3,
        ),
    ),
    concerns=(ConcernTrace(place=1, themes="Drift", stage="1", outcome="met", settled_at=AT),),
    events=(EVENT,),
)


def hostile() -> Trace:
    event = replace(EVENT, activity=HOSTILE, answers={"decision": HOSTILE})
    return replace(TRACE, outcome=HOSTILE, events=(event,))


def test_a_log_holds_any_text_and_stays_xml() -> None:
    out = BytesIO()

    write_xes([hostile()], out, name=HOSTILE)

    root = ElementTree.fromstring(out.getvalue())
    texts = [each.attrib["value"] for each in root.iter(f"{NS}string")]
    assert texts.count(CLEAN) == 4
    assert [each.tag.removeprefix(NS) for each in root] == [
        *["extension"] * 4,
        *["global"] * 2,
        *["classifier"] * 2,
        *["string"] * 2,
        "trace",
    ]


def test_each_value_has_its_type() -> None:
    out = BytesIO()
    write_xes([TRACE], out, name="A council")

    event = ElementTree.fromstring(out.getvalue()).find(f"{NS}trace/{NS}event")
    assert event is not None
    typed = {
        each.attrib["key"]: (each.tag.removeprefix(NS), each.attrib["value"]) for each in event
    }
    assert typed["time:timestamp"] == ("date", "2026-04-13T09:00:00.000+00:00")
    assert typed["late"] == ("boolean", "true")
    assert typed["workingDays"] == ("int", "3")
    assert typed["answer.sure"] == ("boolean", "true")
    assert typed["answer.times"] == ("int", "2")
    assert typed["answer.share"] == ("float", "0.5")
    assert "due" not in typed


def test_an_object_log_holds_any_text_and_tells_what_settled_a_concern() -> None:
    out = BytesIO()
    write_ocel([hostile()], out)

    log = json.loads(out.getvalue())
    (event,) = log["events"]
    assert event["type"] == CLEAN
    assert {"objectId": "concern:c0ffee:1", "qualifier": "settles"} in event["relationships"]
    assert {"name": "answer.decision", "value": CLEAN} in event["attributes"]


def test_what_happened_at_one_instant_keeps_its_order_in_an_object_log() -> None:
    same = tuple(replace(EVENT, number=number) for number in range(1, 13))
    out = BytesIO()
    write_ocel([replace(TRACE, events=same)], out)

    times = [event["time"] for event in json.loads(out.getvalue())["events"]]
    assert times[:2] == ["2026-04-13T09:00:00.000000Z", "2026-04-13T09:00:00.000001Z"]
    assert times == sorted(set(times))


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    write_star([hostile()], tmp_path, Calendar())

    with (tmp_path / "case.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["outcome"] == f"'{CLEAN}"


def _xes(traces: Iterator[Trace], folder: Path) -> None:
    with (folder / "log.xes").open("wb") as file:
        write_xes(traces, file, name="A council")


def _ocel(traces: Iterator[Trace], folder: Path) -> None:
    with (folder / "log.json").open("wb") as file:
        write_ocel(traces, file)


def _star(traces: Iterator[Trace], folder: Path) -> None:
    write_star(traces, folder, Calendar())


@pytest.mark.parametrize("write", [_xes, _ocel, _star])
def test_ten_times_the_cases_need_no_more_memory(
    write: Callable[[Iterator[Trace], Path], None], tmp_path: Path
) -> None:
    def peak(cases: int) -> int:
        tracemalloc.start()
        write((replace(TRACE, key=f"{number:020x}") for number in range(cases)), tmp_path)
        measured = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return measured

    peak(20)

    assert peak(2_000) < peak(200) + 200_000  # kept, they would be 500 kB
