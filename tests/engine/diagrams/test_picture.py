"""The drawing of a diagram, as a page under a strict content security policy may show it."""

from collections.abc import Mapping

import pytest
from lxml import etree

from engine.diagrams import lettering
from engine.diagrams.picture import svg
from engine.diagrams.read import Unreadable
from tests.engine.diagrams.draw import stages

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
    xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
    xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="d">
  <bpmn:message id="m" name="Withdraw"/>
  <bpmn:collaboration id="c"><bpmn:participant id="pool" name="Council" processRef="p"/>
  </bpmn:collaboration>
  <bpmn:process id="p">
    <bpmn:laneSet id="ls"><bpmn:lane id="lane" name="Team manager">
      <bpmn:flowNodeRef>stage</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="start"/>
    <bpmn:subProcess id="stage" name="Stage 1">
      <bpmn:userTask id="respond"
        name="Respond to the challenge &lt;script&gt;alert(1)&lt;/script&gt; &quot;now&quot;"/>
      <bpmn:boundaryEvent id="late" attachedToRef="respond" cancelActivity="false"
        name="5 working days"><bpmn:timerEventDefinition/></bpmn:boundaryEvent>
      <bpmn:endEvent id="over"><bpmn:terminateEventDefinition/></bpmn:endEvent>
      <bpmn:sequenceFlow id="f1" name="answered" sourceRef="respond" targetRef="over"/>
    </bpmn:subProcess>
    <bpmn:boundaryEvent id="withdraw" attachedToRef="stage">
      <bpmn:messageEventDefinition messageRef="m"/></bpmn:boundaryEvent>
    <bpmn:exclusiveGateway id="which" name="Settled?" default="f2"/>
    <bpmn:parallelGateway id="fork"/>
    <bpmn:sequenceFlow id="f2" sourceRef="which" targetRef="fork"/>
    <bpmn:textAnnotation id="note"><bpmn:text>Twenty working days in all</bpmn:text>
    </bpmn:textAnnotation>
    <bpmn:association id="as" sourceRef="stage" targetRef="note"/>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="bd"><bpmndi:BPMNPlane id="bp" bpmnElement="c">
    SHAPES
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
PLACES: dict[str, tuple[object, ...]] = {
    "pool": (0, 0, 900, 400),
    "lane": (30, 0, 870, 400),
    "start": (60, 100, 36, 36),
    "stage": (130, 60, 400, 250),
    "respond": (150, 100, 100, 80),
    "late": (180, 162, 36, 36),
    "over": (400, 120, 36, 36),
    "withdraw": (512, 200, 36, 36),
    "which": (600, 100, 50, 50),
    "fork": (700, 100, 50, 50),
    "note": (600, 250, 120, 60),
}


def source(places: Mapping[str, tuple[object, ...]] | None = None) -> bytes:
    shapes = [
        f'<bpmndi:BPMNShape id="s_{key}" bpmnElement="{key}">'
        f'<dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/></bpmndi:BPMNShape>'
        for key, (x, y, w, h) in (PLACES if places is None else places).items()
    ]
    for key, points in (
        ("f1", "250,140 400,140"),
        ("f2", "650,125 700,125"),
        ("as", "530,280 600,280"),
    ):
        waypoints = "".join(
            f'<di:waypoint x="{x}" y="{y}"/>'
            for x, y in (point.split(",") for point in points.split())
        )
        shapes.append(
            f'<bpmndi:BPMNEdge id="e_{key}" bpmnElement="{key}">{waypoints}</bpmndi:BPMNEdge>'
        )
    return DRAWN.replace("SHAPES", "\n".join(shapes)).encode()


def drawn(now: str = "", done: str = "", overdue: str = "") -> etree._Element:
    text = svg(source(), now=set(now.split()), done=set(done.split()), overdue=set(overdue.split()))
    assert text is not None
    return etree.fromstring(text)


def group(root: etree._Element, key: str) -> etree._Element:
    (found,) = (each for each in root.iter(f"{SVG}g") if each.get("data-element") == key)
    return found


def tags(found: etree._Element) -> list[str]:
    return [etree.QName(each).localname for each in found]


def texts(found: etree._Element) -> list[str]:
    return [each.text or "" for each in found.iter(f"{SVG}text")]


def test_everything_drawn_is_there_with_its_kind() -> None:
    root = drawn()
    kinds = {each.get("data-element"): each.get("class") for each in root.iter(f"{SVG}g")}
    assert kinds == {
        "pool": "participant",
        "lane": "lane",
        "start": "startEvent",
        "stage": "subProcess",
        "respond": "userTask",
        "late": "boundaryEvent",
        "over": "endEvent",
        "withdraw": "boundaryEvent",
        "which": "exclusiveGateway",
        "fork": "parallelGateway",
        "note": "textAnnotation",
        "f1": "sequenceFlow",
        "f2": "sequenceFlow",
        "as": "association",
    }


def test_state_is_told_by_class_border_and_sign() -> None:
    root = drawn(now="stage respond", done="start f1", overdue="respond")
    assert group(root, "respond").get("class") == "userTask now overdue"
    assert group(root, "start").get("class") == "startEvent done"
    assert group(root, "stage").get("class") == "subProcess now"
    plain = drawn()
    for key in ("respond", "start", "stage"):
        assert len(group(root, key)) > len(group(plain, key))
    borders = {key: group(root, key)[0].get("stroke-width") for key in ("respond", "stage", "over")}
    assert borders == {"respond": "4", "stage": "4", "over": "4"}
    assert group(plain, "respond")[0].get("stroke-width") == "1.5"


def test_texts_are_wrapped_and_can_do_no_harm() -> None:
    root = drawn()
    found = texts(group(root, "respond"))
    assert len(found) > 2
    assert "<script>alert(1)</script>" in " ".join(found)
    text = svg(source(), now=set(), done=set(), overdue=set())
    assert text is not None
    assert "<script" not in text
    assert texts(group(root, "f1")) == ["answered"]
    assert texts(group(root, "pool")) == ["Council"]
    assert " ".join(texts(group(root, "note"))) == "Twenty working days in all"


def test_nothing_needs_more_than_the_strictest_policy() -> None:
    root = drawn(now="respond", done="start", overdue="late")
    for each in root.iter():
        for name, value in each.attrib.items():
            assert name not in {"style", "id", "href"}
            assert not str(name).startswith("on")
            assert "url(" not in str(value)
        assert etree.QName(each).localname in {
            "svg", "g", "rect", "circle", "polygon", "polyline", "line", "text"
        }  # fmt: skip


def test_events_and_gateways_carry_their_signs() -> None:
    root = drawn()
    assert tags(group(root, "late"))[:4] == ["circle", "circle", "circle", "polyline"]
    assert group(root, "late")[0].get("stroke-dasharray")
    assert tags(group(root, "withdraw")) == ["circle", "circle", "rect", "polyline"]
    assert group(root, "withdraw")[0].get("stroke-dasharray") is None
    over = group(root, "over")
    assert over[1].get("fill") == over[1].get("stroke")
    assert tags(group(root, "which"))[:3] == ["polygon", "line", "line"]
    _, across, down = group(root, "fork")
    assert across.get("y1") == across.get("y2")
    assert down.get("x1") == down.get("x2")
    assert tags(group(root, "f1"))[:2] == ["polyline", "polygon"]
    assert "line" in tags(group(root, "f2"))
    assert tags(group(root, "as")) == ["polyline"]


def test_what_lies_above_is_drawn_later() -> None:
    order = [str(each.get("data-element")) for each in drawn().iter(f"{SVG}g")]
    assert order[:3] == ["pool", "lane", "stage"]
    assert order.index("f1") < order.index("respond") < order.index("late")


def test_the_frame_holds_everything() -> None:
    root = drawn()
    assert root.get("viewBox") == "-24 -24 948 448"
    assert root.get("width") == "948"


def test_a_diagram_without_a_layout_has_no_picture() -> None:
    assert svg(stages(), now=set(), done=set(), overdue=set()) is None
    assert svg(source({}), now=set(), done=set(), overdue=set()) is None


def test_places_that_are_none_are_left_out() -> None:
    odd = {
        **PLACES,
        "respond": ("nan", 0, 10, 10),
        "late": ("1e300", 0, 10, 10),
        "over": (0, 0, -5, 10),
        "which": ("left", 0, 10, 10),
        "unknown": (0, 0, 10, 10),
    }
    text = svg(source(odd), now=set(), done=set(), overdue=set())
    assert text is not None
    found = {str(each.get("data-element")) for each in etree.fromstring(text).iter(f"{SVG}g")}
    assert found.isdisjoint({"respond", "late", "over", "which", "unknown"})
    assert "stage" in found


def test_what_is_no_diagram_is_refused() -> None:
    with pytest.raises(Unreadable):
        svg(b"<a/>", now=set(), done=set(), overdue=set())


def test_lines_break_between_words_and_end_in_an_ellipsis() -> None:
    assert lettering.lines("Head of service answers", 12, 90, 3) == ["Head of service", "answers"]
    assert lettering.lines("Head of service answers", 12, 60, 1) == ["Head of…"]
    assert lettering.lines("Incomprehensibilities", 12, 20, 2) == ["Incomprehensibilities"]
    assert lettering.lines("", 12, 20, 2) == []


def test_a_few_words_stand_on_a_step_and_a_press_on_it_leads_to_them() -> None:
    told = svg(
        source(),
        now=set(),
        done={"respond", "f1"},
        overdue=set(),
        notes={"respond": "7 of 5 days"},
        links={"respond": "?step=respond#steps"},
    )
    assert told is not None
    picture = etree.fromstring(told)
    link = next(each for each in picture.iter(f"{SVG}a"))
    assert link.get("href") == "?step=respond#steps"
    assert link.get("tabindex") == "-1"
    assert [group.get("data-element") for group in link] == ["respond"]
    assert texts(picture)[-1] == "7 of 5 days"
    assert next(group(picture, "f1").iter(f"{SVG}polyline")).get("stroke-width") == "3.5"


def test_what_is_otherwise_is_told_by_class_border_and_sign() -> None:
    told = svg(
        source(),
        now=set(),
        done=set(),
        overdue=set(),
        marks={"respond": "changed", "which": "new", "f2": "gone", "stage": "doubtful"},
    )
    assert told is not None
    picture = etree.fromstring(told)
    for key, state in (("respond", "changed"), ("which", "new"), ("stage", "doubtful")):
        found = group(picture, key)
        assert state in str(found.get("class")).split()
        assert found.findall(f"{SVG}circle"), "a sign"
    assert next(group(picture, "f2").iter(f"{SVG}polyline")).get("stroke-width") == "3.5"
