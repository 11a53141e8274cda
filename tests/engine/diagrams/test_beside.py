"""Arrows led elsewhere, notes, boxes, buttons always there and ways side by side, in a file."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

import pytest

from engine.diagrams.adding import add_step, add_tell
from engine.diagrams.beside import add_beside, arrows_around
from engine.diagrams.boxes import add_always, add_box
from engine.diagrams.diagram import Diagram, parse
from engine.diagrams.leading import NO_TARGET, lead_elsewhere
from engine.diagrams.noting import add_note
from engine.diagrams.removing import remove_step
from engine.diagrams.specs import executable
from engine.diagrams.written import CannotEdit
from tests.engine.diagrams.drawn import BARE, PLAIN, POOL
from tests.engine.diagrams.test_adding import CHECK, boxes, drawn, inside, loose_ends, overlapping
from tests.engine.diagrams.test_adding import overlap as lie_on
from tests.engine.diagrams.test_edges import STOP, a_box, a_step
from tests.engine.diagrams.test_editing import changed, sources

NEL = "positive-challenge"
TWICE = ("stage1_what_now_to_stage1_chased", "stage1_respond")
_NUMBER = re.compile(r'(?<= )(x|y|width|height)="[^"]*"')


@cache
def crowded(source: bytes) -> frozenset[tuple[str, str]]:
    """What lay on one another before."""
    return frozenset(overlapping(source))


def demand_sound(source: bytes, after: bytes, *, otherwise: int = 0) -> None:
    """Nothing is newly drawn over anything, and only so many lines of the file say another thing.

    Those that are only drawn elsewhere, and waypoints, do not count.
    """
    assert set(overlapping(after)) <= crowded(source)
    assert set(loose_ends(after)) <= set(loose_ends(source))
    lines = [line for line in changed(source, after) if "waypoint" not in line]
    came = {_NUMBER.sub("", line[1:]) for line in lines if line.startswith("+")}
    gone = [_NUMBER.sub("", line[1:]) for line in lines if line.startswith("-")]
    assert len([line for line in gone if line not in came]) <= otherwise
    executable("x", after)


def pairs(diagram: Diagram) -> Iterator[tuple[str, str]]:
    """Arrows, each with somewhere else to lead to, forward or back in turn."""
    for place, flow in enumerate(diagram.flows.values()):
        beside = [
            each.id
            for each in diagram.inside(flow.parent)
            if each.kind not in NO_TARGET and not each.triggered_by_event
            if each.id not in (flow.source, flow.target)
        ]
        if place % 30 == 0 and beside:
            yield flow.id, beside[place % len(beside)]


@pytest.mark.parametrize("procedure", sources())
def test_an_arrow_leads_elsewhere_and_back(procedure: str) -> None:
    source = sources()[procedure]
    diagram = parse(source)
    found = list(islice(pairs(diagram), 2))
    assert len(found) == 2
    for arrow, target in found:
        after = lead_elsewhere(source, diagram, arrow, target)
        flow, was = parse(after).flows[arrow], diagram.flows[arrow]
        assert (flow.source, flow.target, flow.name, flow.condition) == (
            was.source,
            target,
            was.name,
            was.condition,
        )
        assert set(loose_ends(after)) <= set(loose_ends(source))
        assert set(overlapping(after)) <= crowded(source)
        assert f"<bpmn:incoming>{arrow}</bpmn:incoming>".encode() in after
        back = lead_elsewhere(after, parse(after), arrow, was.target)
        assert [parse(back).flows, parse(back).elements] == [diagram.flows, diagram.elements]
    assert lead_elsewhere(source, diagram, arrow, was.target) == source


def test_where_an_arrow_cannot_lead_is_said() -> None:
    source = sources()[NEL]
    diagram = parse(source)
    arrow = "stage1_respond_to_stage1_closed"
    for target, sentence in (
        ("stage1_start", "begins by itself"),
        ("stage1_due", "begins by itself"),
        ("stage1_respond", "where it begins"),
        ("stage2", "in the same box"),
        ("nothing", "in the same box"),
    ):
        with pytest.raises(CannotEdit, match=sentence):
            lead_elsewhere(source, diagram, arrow, target)
    with pytest.raises(CannotEdit, match="no such arrow"):
        lead_elsewhere(source, diagram, "nothing", "stage1_respond")


@pytest.mark.parametrize("procedure", sources())
def test_a_note_lies_on_nothing_and_goes_again(procedure: str) -> None:
    source = sources()[procedure]
    diagram = parse(source)
    clock = next(each.id for each in diagram.elements.values() if each.attached_to)
    for element in (a_box(source) if procedure == NEL else a_step(source), clock):
        after, note = add_note(source, element, "Ask the chair first:\n" + "she & he know. " * 9)
        demand_sound(source, after)
        shapes = drawn(after).shapes
        (own,) = (each for each in shapes if each.id == note)
        assert parse(after).elements[note].name.startswith("Ask the chair first:\nshe & he")
        around = boxes(after).get(parse(after).elements[element].parent)
        assert around is None or inside(own.box, around)
        holds = ("participant", "lane", "subProcess")
        stand = [each for each in shapes if each.id != note and each.kind not in holds]
        assert not [each.id for each in stand if lie_on(own.box, each.box)]
        gone = remove_step(after, parse(after), note)
        assert parse(gone).elements.keys() == diagram.elements.keys()
        assert b"_joined" not in gone


@pytest.mark.parametrize("procedure", sources())
def test_somebody_is_told_on_an_arrow(procedure: str) -> None:
    source = sources()[procedure]
    told = {"tell": "tm, hos", "message": "overdue"}
    for arrow in list(parse(source).flows)[5::80]:
        after, key = add_tell(source, arrow, "Told there", told)
        demand_sound(source, after, otherwise=2)
        place = parse(after).elements[key]
        assert (place.kind, place.properties) == ("intermediateThrowEvent", told)
        assert parse(after).flows[arrow].target == key
        assert parse(after).leaving(key)[0].target == parse(source).flows[arrow].target


@pytest.mark.parametrize("source", [PLAIN, POOL, *sources().values()])
def test_a_button_is_always_there_with_room_for_steps(source: bytes) -> None:
    after, event, inner = add_always(source, STOP)
    demand_sound(source, after, otherwise=1)
    found = parse(after).elements[event]
    assert (found.kind, found.message, found.interrupting) == ("startEvent", "Stop & think", True)
    assert found.properties["post"] == "tm,hos"
    assert parse(after).elements[found.parent].triggered_by_event
    full, step = add_step(after, inner, CHECK)
    assert parse(full).elements[step].parent == found.parent
    demand_sound(source, full, otherwise=1)
    gone = remove_step(full, parse(full), found.parent)
    assert parse(gone).elements.keys() == parse(source).elements.keys()
    assert b"Stop &amp; think" not in gone


@pytest.mark.parametrize("procedure", sources())
def test_a_box_with_a_step_comes_on_an_arrow(procedure: str) -> None:
    source = sources()[procedure]
    for arrow in list(parse(source).flows)[8::90]:
        after, box, inner = add_box(source, arrow, "A new stage", "1")
        full, step = add_step(after, inner, CHECK)
        demand_sound(source, full, otherwise=2)
        found = parse(full).elements
        assert (found[box].kind, found[box].stage, found[step].parent) == ("subProcess", "1", box)
        assert inside(boxes(full)[step], boxes(full)[box])
        assert parse(full).leaving(box)[0].target == parse(source).flows[arrow].target


@pytest.mark.parametrize("procedure", sources())
def test_a_second_way_runs_beside_a_step(procedure: str) -> None:
    source = sources()[procedure]
    diagram = parse(source)
    hosts = [key for key in diagram.elements if has_sides(diagram, key)]
    assert len(hosts) > 20
    for host in hosts[5::25]:
        after, arrow = add_beside(source, diagram, host)
        full, step = add_step(after, arrow, CHECK)
        demand_sound(source, full, otherwise=4)
        found = parse(full)
        split, meet = found.reaching(host)[0].source, found.leaving(host)[0].target
        assert {found.elements[key].kind for key in (split, meet)} == {"parallelGateway"}
        assert {flow.target for flow in found.leaving(split)} == {host, step}
        assert {flow.source for flow in found.reaching(meet)} == {host, step}


def has_sides(diagram: Diagram, key: str) -> bool:
    try:
        arrows_around(diagram, key)
    except CannotEdit:
        return False
    return True


def test_ways_that_would_never_meet_are_refused() -> None:
    diagram = parse(sources()[NEL])
    ended = next(e for e in diagram.elements.values() if e.attached_to and e.interrupting)
    ended_step = next(
        e.attached_to
        for e in diagram.elements.values()
        if e.attached_to and e.interrupting and len(diagram.reaching(e.attached_to)) == 1
    )
    assert ended.attached_to is not None
    assert ended_step is not None
    with pytest.raises(CannotEdit, match="would then never meet"):
        arrows_around(diagram, ended_step)
    with pytest.raises(CannotEdit, match="no such step"):
        arrows_around(diagram, "stage1_closed")
    again = parse(lead_elsewhere(sources()[NEL], diagram, *TWICE))
    with pytest.raises(CannotEdit, match="just one arrow"):
        arrows_around(again, "stage1_respond")


def test_what_is_not_drawn_is_added_all_the_same() -> None:
    for after in (
        add_note(BARE, "answer", "Ask first.")[0],
        add_tell(BARE, "f2", "Told there", {"digest": "tm"})[0],
        add_box(BARE, "f2", "A box", "")[0],
        add_always(BARE, STOP)[0],
        add_beside(BARE, parse(BARE), "answer")[0],
        lead_elsewhere(BARE, parse(BARE), "f2", "over"),
    ):
        executable("x", after)
        assert b"BPMNShape" not in after
