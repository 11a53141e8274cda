"""A step is drawn into a diagram's own file; all else in it stays as it was, and moves on."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.diagrams.adding import NewStep, add_choice, add_step
from engine.diagrams.choices import add_arrow, set_condition, set_default
from engine.diagrams.diagram import Diagram, parse
from engine.diagrams.layout import Box, Layout, Shape, layout
from engine.diagrams.moving import find_pair, move_step
from engine.diagrams.removing import goes_with, remove_arrow, remove_step
from engine.diagrams.specs import executable
from engine.diagrams.written import CannotEdit
from tests.engine.diagrams.drawn import BARE, DOWNWARDS, PLAIN, POOL
from tests.engine.diagrams.test_editing import changed, sources

CHECK = NewStep(
    name="Check it with the Head of Service",
    posts=("hos", "tm"),
    form="answer",
    time="2 working days",
    late="Head of Service told",
    told={"tell": "ad", "message": "overdue"},
    late_told={"tell": "hos", "message": "overdue"},
    lane="Head of Service",
)
KEY = "check_it_with_the_head_of_service"
HOLDS = ("participant", "lane", "subProcess")
_NUMBER = re.compile(rb'(?<= )(x|y|width|height)="[^"]*"')


def drawn(source: bytes) -> Layout:
    found = layout(source)
    assert found is not None
    return found


def boxes(source: bytes) -> dict[str, Box]:
    return {shape.id: shape.box for shape in drawn(source).shapes}


def overlapping(source: bytes) -> Iterator[tuple[str, str]]:
    """Tasks, events and gateways that lie on one another, but for events on an edge."""
    shapes = [s for s in drawn(source).shapes if _stands(s)]
    for one, other in combinations(shapes, 2):
        if overlap(one.box, other.box):
            yield one.id, other.id


def _stands(shape: Shape) -> bool:
    return shape.kind not in (*HOLDS, "boundaryEvent", "textAnnotation", "group")


def overlap(one: Box, other: Box) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def inside(inner: Box, outer: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def loose_ends(source: bytes) -> list[str]:
    """Arrows that do not begin at the border of what they lead from, or end so."""
    shown = boxes(source)
    flows = parse(source).flows
    return [
        edge.id
        for edge in drawn(source).edges
        if edge.id in flows
        for point, key in ((edge.points[0], "source"), (edge.points[-1], "target"))
        if not _touches(point, shown[getattr(flows[edge.id], key)])
    ]


def _touches(point: tuple[float, float], box: Box) -> bool:
    x, y = point
    return (
        box.x - 1 <= x <= box.x + box.width + 1
        and box.y - 1 <= y <= box.y + box.height + 1
        and min(
            abs(x - box.x), abs(x - box.x - box.width), abs(y - box.y), abs(y - box.y - box.height)
        )
        < 19  # a circle's border lies within its box
    )


def test_it_stands_between_with_its_clock_and_what_was_to_the_right_moves_on() -> None:
    after, key = add_step(PLAIN, "f2", CHECK)
    assert key == KEY
    diagram = parse(after)
    step = diagram.elements[KEY]
    assert (step.name, step.posts, step.form) == (CHECK.name, ("hos", "tm"), "answer")
    assert step.properties == CHECK.told
    clock = diagram.elements[f"{KEY}_due"]
    assert (clock.attached_to, clock.time, clock.interrupting) == (KEY, "2 working days", False)
    assert clock.properties == CHECK.late_told
    ways = {(flow.source, flow.target) for flow in diagram.flows.values()}
    assert ways == {
        ("start", "answer"),
        ("answer", KEY),
        (KEY, "decide"),
        ("decide", "over"),
        (f"{KEY}_due", f"{KEY}_due_end"),
    }
    before, now = boxes(PLAIN), boxes(after)
    assert now["answer"] == before["answer"]
    assert now[KEY].y == now["answer"].y
    by = now["decide"].x - before["decide"].x
    assert by > now[KEY].width
    assert now["over"].x - before["over"].x == by
    assert list(overlapping(after)) == []
    assert loose_ends(after) == []
    executable("x", after)


def test_nothing_else_of_the_file_is_written_otherwise() -> None:
    for source, arrow in ((PLAIN, "f2"), (POOL, "f3"), (sources()["positive-challenge"], FORMAL)):
        after, _ = add_step(source, arrow, CHECK)
        lines = changed(source, after)
        gone = [line[1:].encode() for line in lines if line.startswith("-")]
        came = [line[1:].encode() for line in lines if line.startswith("+")]
        kept = {_NUMBER.sub(b"", line) for line in came}
        other = [line for line in gone if _NUMBER.sub(b"", line) not in kept]
        assert 1 <= len(other) <= 2, other  # where the arrow leads, what comes into its old target
        assert all(b"targetRef" in line or b"incoming" in line for line in other)


FORMAL = "stage1_respond_to_stage1_closed"


def test_it_lies_in_its_posts_lane_and_a_lane_is_added_for_a_post_that_has_none() -> None:
    after, _ = add_step(POOL, "f2", CHECK)
    diagram = parse(after)
    lanes = {lane.name: lane.elements for lane in diagram.lanes}
    assert lanes["Head of Service"] == (KEY, f"{KEY}_due", f"{KEY}_due_end")
    now = boxes(after)
    lane = next(lane.id for lane in diagram.lanes if lane.name == "Head of Service")
    for each in lanes["Head of Service"]:
        assert inside(now[each], now[lane]), each
    for each in ("lane_tm", "lane_raiser", lane):
        assert inside(now[each], now["pool"]), each
    assert not overlap(now[lane], now["lane_raiser"])
    assert list(overlapping(after)) == []
    again, key = add_step(after, "f3", replace(CHECK, name="Once more"))
    lanes = {each.name: each.elements for each in parse(again).lanes}
    assert key in lanes["Head of Service"]
    assert len(lanes) == 3
    own, _ = add_step(POOL, "f3", replace(CHECK, lane="team  manager"))
    lanes = {each.name: each.elements for each in parse(own).lanes}
    assert KEY in lanes["Team Manager"]
    assert inside(boxes(own)[KEY], boxes(own)["lane_tm"])


@pytest.mark.parametrize(
    ("source", "arrow"),
    [(PLAIN, "f2"), (DOWNWARDS, "f3"), (BARE, "f1"), (sources()["positive-challenge"], FORMAL)],
)
def test_a_drawing_without_lanes_gets_one_where_that_is_wanted(source: bytes, arrow: str) -> None:
    without, _ = add_step(source, arrow, CHECK)
    assert parse(without).lanes == ()
    after, _ = add_step(source, arrow, replace(CHECK, draws_lane=True))
    (lane,) = parse(after).lanes
    assert (lane.name, lane.elements[0]) == ("Head of Service", KEY)
    if source is not BARE:
        assert inside(boxes(after)[KEY], boxes(after)[lane.id])
        assert list(overlapping(after)) == []


def test_a_diagram_that_was_never_laid_out_gets_the_step_and_no_layout() -> None:
    after, key = add_step(BARE, "f1", CHECK)
    assert key in parse(after).elements
    assert layout(after) is None


def test_names_never_clash_and_prefixes_are_the_files_own() -> None:
    after, first = add_step(PLAIN, "f2", CHECK)
    again, second = add_step(after, "f3", CHECK)
    assert (first, second) == (KEY, f"{KEY}_2")
    assert parse(again).repeated == frozenset()
    bare = PLAIN.replace(b"bpmn:", b"").replace(b"xmlns:bpmn=", b"xmlns=")
    bare = bare.replace(b"camunda:", b"c7:").replace(b"xmlns:camunda", b"xmlns:c7")
    other, key = add_step(bare, "f2", replace(CHECK, name="Übung 1 <&>"))
    assert parse(other).elements[key].name == "Übung 1 <&>"
    assert b"<userTask" in other
    assert b"c7:formKey" in other
    with pytest.raises(CannotEdit):
        add_step(PLAIN, "nothing", CHECK)
    with pytest.raises(CannotEdit):
        add_step(PLAIN, "answer", CHECK)


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\ufffe"])
def test_a_sign_that_no_file_can_hold_is_refused(sign: str) -> None:
    with pytest.raises(CannotEdit, match="Type it anew"):
        add_step(PLAIN, "f2", replace(CHECK, name=f"Check{sign}it"))


def test_a_choice_is_put_on_an_arrow_and_its_other_ways_lead_anywhere() -> None:
    source, choice = add_choice(PLAIN, "f3", "Is it settled?")
    source, out = add_arrow(
        source, choice, target=None, end="Not settled", name="no", condition='settled = "no"'
    )
    source, back = add_arrow(
        source, choice, target="answer", end="", name="ask again", condition='settled = "later"'
    )
    diagram = parse(source)
    gateway = diagram.elements[choice]
    flows = {flow.id: flow for flow in diagram.leaving(choice)}
    assert flows[gateway.default or ""].target == "over"
    assert diagram.elements[flows[out].target].name == "Not settled"
    assert (flows[back].target, flows[back].condition) == ("answer", 'settled = "later"')
    assert list(overlapping(source)) == []
    assert loose_ends(source) == []
    executable("x", source)
    gone = remove_arrow(source, diagram, back)
    assert {f.target for f in parse(gone).leaving(choice)} == {"over", flows[out].target}
    bare = remove_arrow(gone, parse(gone), out)
    ways = {(flow.source, flow.target) for flow in parse(bare).flows.values()}
    assert ways == {("start", "answer"), ("answer", "decide"), ("decide", "over")}
    with pytest.raises(CannotEdit, match="when no other one is"):
        remove_arrow(source, diagram, gateway.default or "")


def test_a_new_end_lies_in_the_lane_and_the_pool_of_its_choice() -> None:
    source, choice = add_choice(POOL, "f3", "Settled?")
    source, _ = add_arrow(source, choice, target=None, end="No", name="no", condition="a = 1")
    end = next(e.id for e in parse(source).elements.values() if e.name == "No")
    shown = boxes(source)
    assert inside(shown[end], shown["lane_raiser"])
    assert inside(shown["lane_raiser"], shown["pool"])


def test_a_condition_is_set_changed_and_taken_away() -> None:
    source, choice = add_choice(PLAIN, "f3", "Settled?")
    source, way = add_arrow(source, choice, target="answer", end="", name="no", condition="")
    once = set_condition(source, way, 'a < 3 and b = "x & y"')
    assert parse(once).flows[way].condition == 'a < 3 and b = "x & y"'
    twice = set_condition(once, way, "c")
    assert parse(twice).flows[way].condition == "c"
    assert parse(set_condition(twice, way, "")).flows[way].condition is None
    assert set_condition(source, way, "") == source
    other = parse(set_default(twice, choice, way))
    assert (other.elements[choice].default, other.flows[way].condition) == (way, None)


def test_a_step_is_taken_out_and_what_led_to_it_leads_on() -> None:
    after, _ = add_step(PLAIN, "f2", CHECK)
    diagram = parse(after)
    assert goes_with(diagram, KEY) == (f"{KEY}_due", f"{KEY}_due_end")
    without = parse(remove_step(after, diagram, KEY))
    assert set(without.elements) == set(parse(PLAIN).elements)
    assert without.flows["f2"].target == "decide"
    edge = next(e for e in drawn(remove_step(after, diagram, KEY)).edges if e.id == "f2")
    assert len(edge.points) == 2
    assert loose_ends(remove_step(after, diagram, KEY)) == []


def test_what_else_leads_to_stays_and_what_is_not_clear_is_refused() -> None:
    source = sources()["positive-challenge"]
    diagram = parse(source)
    gone = goes_with(diagram, "stage1_respond")
    assert "stage1_no_answer" in gone
    assert "stage1_closed" not in gone
    after = parse(remove_step(source, diagram, "stage1_respond"))
    assert set(diagram.elements) - set(after.elements) == {"stage1_respond", *gone}
    with pytest.raises(CannotEdit, match="no such step"):
        goes_with(diagram, "stage1_closed")
    forked = PLAIN.replace(
        b'<bpmn:sequenceFlow id="f3"',
        b'<bpmn:sequenceFlow id="f4" sourceRef="answer" targetRef="over" />'
        b'<bpmn:sequenceFlow id="f3"',
    )
    with pytest.raises(CannotEdit, match="Take it out in the drawing"):
        goes_with(parse(forked), "answer")


def check_whole(source: bytes) -> Diagram:
    """It can be read and run, its arrows join, and what is drawn is what there is."""
    diagram = parse(source)
    assert diagram.repeated == frozenset()
    for flow in diagram.flows.values():
        assert {flow.source, flow.target} <= set(diagram.elements)
    executable("x", source)
    shown = {shape.id for shape in drawn(source).shapes}
    lines = {edge.id for edge in drawn(source).edges}
    assert set(diagram.elements) <= shown
    assert set(diagram.flows) <= lines
    return diagram


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_whatever_is_added_and_taken_out_the_file_stays_whole(data: st.DataObject) -> None:
    source = data.draw(st.sampled_from([PLAIN, POOL, sources()["quality-assurance-alert"]]))
    for _ in range(3):
        diagram = parse(source)
        arrow = data.draw(st.sampled_from(sorted(diagram.flows)))
        what = data.draw(st.sampled_from(["step", "choice", "out"]))
        if what == "step":
            step = replace(
                CHECK,
                time=data.draw(st.sampled_from(["", "2 working days"])),
                lane=data.draw(st.sampled_from(["Team Manager", "Head of Service"])),
                draws_lane=data.draw(st.booleans()),
            )
            source, _ = add_step(source, arrow, step)
        elif what == "choice":
            source, key = add_choice(source, arrow, "Which?")
            beside = [e.id for e in parse(source).inside(diagram.flows[arrow].parent)]
            kinds = {e.id: e.kind for e in parse(source).elements.values()}
            fit = [k for k in beside if kinds[k] in ("userTask", "endEvent")]
            target = data.draw(st.sampled_from([None, *fit]))
            source, _ = add_arrow(
                source, key, target=target, end="New", name="no", condition="x = 1"
            )
        else:
            tasks = [e.id for e in diagram.elements.values() if e.kind == "userTask"]
            task = data.draw(st.sampled_from(tasks))
            try:
                source = remove_step(source, diagram, task)
            except CannotEdit:
                continue
            if not [e for e in parse(source).elements.values() if e.kind == "userTask"]:
                break
        check_whole(source)


@pytest.mark.parametrize(
    "source", [PLAIN, POOL, BARE, DOWNWARDS], ids=["plain", "pool", "bare", "down"]
)
def test_two_steps_that_follow_each_other_change_places_and_back(source: bytes) -> None:
    after = move_step(source, parse(source), "decide", earlier=True)
    ways = {(flow.source, flow.target) for flow in parse(after).flows.values()}
    assert ways == {("start", "decide"), ("decide", "answer"), ("answer", "over")}
    assert move_step(source, parse(source), "answer", earlier=False) == after
    if source is not BARE:
        assert list(overlapping(after)) == []
        assert loose_ends(after) == []
        check_whole(after)
    back = move_step(after, parse(after), "decide", earlier=False)
    assert {(f.id, f.source, f.target) for f in parse(back).flows.values()} == {
        (f.id, f.source, f.target) for f in parse(source).flows.values()
    }
    if source in (PLAIN, BARE):
        assert back == source


def test_a_step_moves_with_its_clock_and_not_where_that_is_not_clear() -> None:
    source, key = add_step(PLAIN, "f2", CHECK)
    after = move_step(source, parse(source), key, earlier=True)
    shown = boxes(after)
    assert shown[key].x < shown["answer"].x
    assert abs(shown[f"{key}_due"].y - shown[key].y - 62) < 1
    assert loose_ends(after) == []
    nel = parse(sources()["positive-challenge"])
    for step in ("stage1_respond", "stage1_outcome", "nothing"):
        with pytest.raises(CannotEdit):
            find_pair(nel, step, earlier=True)
