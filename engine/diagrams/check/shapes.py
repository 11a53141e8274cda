"""Which shapes may be drawn, and what to draw in place of the others.

SpiffWorkflow refuses some of them, accepts some and then loses the token, and would run the code of
others; what is left is what a procedure needs and what its readers can be expected to know.
"""

from collections.abc import Iterator

from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import DRAWN_ONLY, Sketch
from engine.diagrams.check.words import capital, kind_in_words, listed, quoted
from engine.diagrams.diagram import BPMN, Element

_USER_TASK = "Draw a user task instead, for the post that does it."
_EXCLUSIVE = (
    "Draw an exclusive gateway (X) instead, with a condition on each arrow but the default."
)
_ON_THE_EDGE = (
    "Draw it on the edge of the task or sub-process that waits: a clock with a dashed border for a "
    "deadline, a message for something that a person may do."
)
_INSTEAD = {
    "task": ("It does not say that a person does it.", "Change it into a user task."),
    "manualTask": ("Nobody would be asked, and nothing recorded.", _USER_TASK),
    "scriptTask": ("No code runs in a procedure.", _USER_TASK),
    "serviceTask": ("No other program is called from a procedure.", _USER_TASK),
    "businessRuleTask": ("No decision is worked out by a program.", _USER_TASK),
    "sendTask": (
        "Messages are sent by what they belong to.",
        "Draw an intermediate event without a symbol instead, and give it tell and message.",
    ),
    "receiveTask": ("Nothing comes in by itself.", _USER_TASK),
    "callActivity": ("Other diagrams are not called.", "Draw its steps in a sub-process instead."),
    "adHocSubProcess": (
        "Nobody could tell when it is over.",
        "Draw a sub-process, with a parallel gateway (+) before steps that are open together.",
    ),
    "transaction": ("Nothing that was done is ever undone.", "Draw a sub-process instead."),
    "inclusiveGateway": (
        "How many of its arrows are taken cannot be seen on the drawing.",
        "Draw an exclusive gateway (X) for one of its arrows, a parallel gateway (+) for all.",
    ),
    "complexGateway": ("Its rule cannot be seen on the drawing.", _EXCLUSIVE),
    "eventBasedGateway": ("Nothing waits at a gateway.", _ON_THE_EDGE),
    "intermediateCatchEvent": ("Nothing waits between two steps.", _ON_THE_EDGE),
    "dataStoreReference": ("No other system is read or written.", "Say it in a text annotation."),
}
_ALLOWED = {
    "userTask", "subProcess", "exclusiveGateway", "parallelGateway", "startEvent", "endEvent",
    "boundaryEvent", "intermediateThrowEvent", *DRAWN_ONLY,
}  # fmt: skip
_LOOPS = {"standardLoopCharacteristics", "multiInstanceLoopCharacteristics"}
_HOSTS = {"userTask", "subProcess"}


def check_shapes(sketch: Sketch) -> Iterator[Problem]:
    """Each shape that may not be drawn at all, or not where it is."""
    for element in sketch.diagram.elements.values():
        yield from _shape(sketch, element)
    yield from _pools(sketch)


def _shape(sketch: Sketch, element: Element) -> Iterator[Problem]:
    if element.kind not in _ALLOWED:
        why, mend = _INSTEAD.get(
            element.kind, ("A procedure has no such shape.", "Draw a user task or a gateway.")
        )
        kind = kind_in_words(element)
        article = "an" if kind[0] in "aeiou" else "a"
        named = quoted(element.name or element.id)
        yield sketch.error(element.id, f"{named} is {article} {kind}. {why}", mend)
    elif _LOOPS & element.parts:
        yield sketch.error(
            element.id,
            f"{sketch.the(element)} is marked to be repeated by itself.",
            "Take the marker away. For a step that may come again, lead an arrow back to it from "
            "an exclusive gateway; for several posts, name them all in the task.",
        )
    elif element.kind == "boundaryEvent":
        yield from _on_an_edge(sketch, element)
    elif element.triggered_by_event:
        yield from _event_sub_process(sketch, element)
    elif element.event is not None:
        yield from _event(sketch, element)


def _on_an_edge(sketch: Sketch, element: Element) -> Iterator[Problem]:
    host = sketch.diagram.elements.get(element.attached_to or "")
    if host is not None and host.kind not in _ALLOWED:
        return  # with that mended, this is in order
    if element.event not in {"timer", "message"}:
        yield sketch.error(
            element.id,
            f"{sketch.the(element)} is {_symbol(element)}.",
            "Change it into a clock with a dashed border for a deadline, or into a message for "
            "something that a person may do.",
        )
    elif host is None or host.kind not in _HOSTS or host.triggered_by_event:
        yield sketch.error(
            element.id,
            f"{sketch.the(element)} does not sit on a task or a sub-process.",
            "Move it onto the edge of the user task or the sub-process it belongs to.",
        )
    elif host.parent != element.parent:
        yield sketch.error(
            element.id,
            f"{sketch.the(element)} lies in another sub-process than what it sits on.",
            "Delete it, and draw it again on the edge of its task.",
        )


def _event_sub_process(sketch: Sketch, element: Element) -> Iterator[Problem]:
    if element.parent != sketch.diagram.id:
        yield sketch.error(
            element.id,
            f"{sketch.the(element)} may start at any time, but lies inside another sub-process, "
            "where it would never start.",
            "Move it out, beside the other sub-processes; or draw a message on the edge of the "
            "task instead.",
        )
        return
    for start in sketch.inside.get(element.id, []):
        if start.kind == "startEvent" and start.event != "message":
            yield sketch.error(
                start.id,
                f"{sketch.the(element)} would start with {_symbol(start)}.",
                "Change its start into a message with a dashed border, whose name is the button "
                "that starts it.",
            )
        elif start.kind == "startEvent" and start.interrupting:
            yield sketch.error(
                start.id,
                f"{sketch.the(element)} would have to stop everything else when it starts, and "
                "cannot.",
                "Change its start into the message with the dashed border. To stop the rest, draw "
                "a message on the edge of the sub-process that shall stop.",
            )


def _event(sketch: Sketch, element: Element) -> Iterator[Problem]:
    """An event with a symbol, which is neither on an edge nor starts an event sub-process."""
    outer = sketch.diagram.elements.get(element.parent)
    if element.kind == "startEvent":
        if outer is None or not outer.triggered_by_event:
            yield sketch.error(
                element.id,
                f"{sketch.the(element)} has {_symbol(element)}, and would never begin by itself.",
                "Change it into a start without a symbol.",
            )
    elif element.kind == "endEvent" and element.event == "terminate":
        if outer is None:
            yield sketch.error(
                element.id,
                f"{sketch.the(element)} would stop everything that is still open in the case, a "
                "referral to CAFCASS too.",
                "Change it into an end without a symbol. To stop only some steps, put them into a "
                "sub-process and end that one so.",
            )
    else:
        yield sketch.error(
            element.id,
            f"{sketch.the(element)} has {_symbol(element)}, which nothing would ever hear.",
            "Change it into one without a symbol. To tell somebody, give it tell and message.",
        )


def _symbol(element: Element) -> str:
    if element.event is None:
        return "no symbol"
    if element.event == "multiple":
        return "several symbols at once"
    return f"the symbol “{element.event}”"


def _pools(sketch: Sketch) -> Iterator[Problem]:
    pools = sketch.root.findall(f"{BPMN}collaboration/{BPMN}participant")
    others = [each for each in pools if each.get("processRef") != sketch.diagram.id]
    if others:
        names = listed(quoted(each.get("name") or each.get("id") or "") for each in others)
        yield sketch.error(
            others[0].get("id"),
            f"{capital(names)} {'is a pool' if len(others) == 1 else 'are pools'} beside the "
            "procedure, and nothing happens in there.",
            "Draw one pool. Show the posts that take part as lanes in it.",
        )
    in_pools = {each.get("processRef") for each in others} | {sketch.diagram.id}
    for node in sketch.root.findall(f"{BPMN}process"):
        if node.get("id") not in in_pools:
            yield sketch.error(
                node.get("id"),
                f"{capital(quoted(node.get('name') or node.get('id') or 'Without a name'))} is a "
                "second process in this file, and nothing happens in there.",
                "Draw all steps in one process, with lanes for the posts that take part.",
            )
    for kind in ("choreography", "globalConversation"):
        for node in sketch.root.findall(f"{BPMN}{kind}"):
            yield sketch.error(
                node.get("id"),
                "This file holds a drawing of conversations beside the procedure.",
                "Delete it, and keep the procedure alone.",
            )
