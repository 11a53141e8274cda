"""What of a diagram can be explored apart, and which values still matter where.

Two cases that differ only in values nobody will read any more, or in a task from which nothing
comes back, go on alike. Telling them apart would multiply what has to be explored by two for each
such task, so each of these is explored once and for itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from engine.diagrams.diagram import Diagram, Element, Flow
from engine.diagrams.exploring.answers import Answers
from engine.diagrams.standing import Asked

_NOTHING: frozenset[str] = frozenset()
_NONE: Asked = frozenset()
_ALONE = {"userTask", "exclusiveGateway", "parallelGateway", "intermediateThrowEvent", "endEvent"}


class Ways:
    """One diagram as a map: what leads where, which values are read on the way, what lies apart.

    `outside` are forms that others send meanwhile, whoever they are.
    """

    def __init__(
        self, diagram: Diagram, answers: Answers, outside: frozenset[str] = _NOTHING
    ) -> None:
        self.diagram = diagram
        self.answers = answers
        self.outside = outside
        self.leaving: dict[str, list[Flow]] = {}
        self.reaching: dict[str, int] = {}
        self.attached: dict[str, list[Element]] = {}
        self.starts: dict[str, str] = {}
        self._at_once: dict[str, frozenset[str]] = {}
        for flow in diagram.flows.values():
            self.leaving.setdefault(flow.source, []).append(flow)
            self.reaching[flow.target] = self.reaching.get(flow.target, 0) + 1
        for element in diagram.elements.values():
            if element.attached_to:
                self.attached.setdefault(element.attached_to, []).append(element)
            if element.kind == "startEvent":
                self.starts[element.parent] = element.id

    @cached_property
    def alone(self) -> "Matters":
        """Which values matter to a token until it comes to an end, whatever others do after it."""
        return Matters(self, mute=_NOTHING, on_after_ends=False)

    @cached_property
    def matters(self) -> "Matters":
        """Which values matter to all that is not explored apart."""
        mute = frozenset(e.id for e in self.diagram.elements.values() if self._may_be_alone(e))
        while True:
            found = Matters(self, mute=mute, on_after_ends=True)
            still = frozenset(key for key in mute if not self._meddles(key, found))
            if still == mute:
                return found
            mute = still

    def next(self, element: str) -> list[str]:
        """Where its arrows lead, and the events on its edge."""
        flows = [flow.target for flow in self.leaving.get(element, ())]
        return flows + [event.id for event in self.attached.get(element, ())]

    def alone_with(self, element: str) -> frozenset[str]:
        """The element and all that can follow from it."""
        found, waiting = {element}, [element]
        while waiting:
            onward = self.next(waiting.pop())
            waiting += [key for key in onward if key not in found]
            found.update(onward)
        return frozenset(found)

    def read_at_once(self, element: str) -> frozenset[str]:
        """The values that are asked for before anybody is waited for, once the element is left."""
        if element not in self._at_once:
            self._at_once[element] = self._read_before_waiting(element)
        return self._at_once[element]

    def _read_before_waiting(self, element: str) -> frozenset[str]:
        found, waiting, read = {element}, [element], _NOTHING
        while waiting:
            here = self.diagram.elements[waiting.pop()]
            if here.kind == "userTask" and here.id != element:
                continue
            asked = self.answers.conditions.get(here.id, ())
            read = read.union(*(each.names for each in asked))
            onward = [flow.target for flow in self.leaving.get(here.id, ())]
            if here.kind == "subProcess" and here.id in self.starts:
                onward.append(self.starts[here.id])
            elif here.kind == "endEvent" and here.parent in self.diagram.elements:
                onward += [flow.target for flow in self.leaving.get(here.parent, ())]
            waiting += [key for key in onward if key not in found]
            found.update(onward)
        return read

    def is_within(self, element: str, host: str) -> bool:
        """Whether the element is the host, lies in it, or sits on its edge."""
        here = self.diagram.elements.get(element)
        while here is not None and here.id != host:
            here = self.diagram.elements.get(here.attached_to or here.parent)
        return here is not None

    def _may_be_alone(self, element: Element) -> bool:
        if element.kind != "userTask" and (element.kind != "boundaryEvent" or element.interrupting):
            return False
        inside = [self.diagram.elements[key] for key in self.alone_with(element.id)]
        if not all(map(self._stays_alone, inside)) or self.end_of(element.id) is None:
            return False
        return not any(self.alone.live[each.id] for each in inside if self._waits(each))

    def end_of(self, element: str) -> str | None:
        """An end to which the element leads without leaving what it lies in."""
        ends = (key for key in self.alone_with(element) if self._is_end(key))
        return min(ends, default=None)

    def _is_end(self, key: str) -> bool:
        return self.diagram.elements[key].kind == "endEvent"

    def boxes(self, element: str) -> list[str]:
        """The sub-processes in which the element lies, the nearest first."""
        found = []
        here = self.diagram.elements.get(self.diagram.elements[element].parent)
        while here is not None:
            found.append(here.id)
            here = self.diagram.elements.get(here.parent)
        return found

    def _stays_alone(self, each: Element) -> bool:
        if each.kind == "boundaryEvent":
            return True
        joins = each.kind == "parallelGateway" and self.reaching.get(each.id, 0) > 1
        says = each.event is not None or "outcome" in each.properties
        return each.kind in _ALONE and not joins and not says

    def _meddles(self, key: str, matters: "Matters") -> bool:
        sent = (self.diagram.elements[each].form for each in self.alone_with(key))
        written = _NOTHING.union(*(self.answers.asks(form) for form in sent))
        after = matters.live_after[self.diagram.elements[key].parent]
        return bool(written & (matters.while_waiting | {name for name, _ in after}))

    def _waits(self, element: Element) -> bool:
        if element.kind == "parallelGateway":
            return self.reaching.get(element.id, 0) > 1
        return element.kind in {"userTask", "boundaryEvent"}

    @cached_property
    def forms(self) -> frozenset[str]:
        """The forms that are sent anywhere in it."""
        return frozenset(e.form for e in self.diagram.elements.values() if e.form)


class Matters:
    """What may still be asked, by element: `live` while a token waits there, `live_after`
    once it is left (containers too), `live_on` by the events on the edge of an open sub-process.
    What is `mute` is left out of sight.
    """

    def __init__(self, ways: Ways, *, mute: frozenset[str], on_after_ends: bool) -> None:
        self.mute = mute
        self.live: dict[str, Asked] = dict.fromkeys(ways.diagram.elements, _NONE)
        self.live_after: dict[str, Asked] = {ways.diagram.id: _NONE, **self.live}
        self._ways = ways
        self._on_after_ends = on_after_ends
        elements = list(ways.diagram.elements.values())[::-1]
        while sum(self._look_at(element) for element in elements):
            pass

    @cached_property
    def live_on(self) -> Mapping[str, Asked]:
        """What is asked of an open sub-process, beside what those in it are asked."""
        found = {}
        for key in self._ways.starts:
            events = (event.id for event in self._ways.attached.get(key, ()))
            left = _NONE if self._on_after_ends else self.live_after[key]
            found[key] = self._any(events) | left
        return found

    @cached_property
    def while_waiting(self) -> frozenset[str]:
        """The values that matter while somebody is waited for."""
        elements = self._ways.diagram.elements.values()
        waiting = [e.id for e in elements if self._ways._waits(e) and e.id not in self.mute]
        return frozenset(name for key in waiting for name, _ in self.live[key])

    def _look_at(self, element: Element) -> bool:
        flows = (flow.target for flow in self._ways.leaving.get(element.id, ()))
        left = self._any(flows)
        outer = element.parent
        if element.kind == "endEvent" and outer in self._ways.diagram.elements:
            left = self.live_after[outer] if self._on_after_ends else _NONE
        events = (event.id for event in self._ways.attached.get(element.id, ()))
        come = self._read_at(element, left) | self._any(events)
        changed = come != self.live[element.id] or left != self.live_after[element.id]
        self.live[element.id], self.live_after[element.id] = come, left
        return changed

    def _any(self, keys: Iterable[str]) -> Asked:
        return _NONE.union(*(self._held(k) if k in self.mute else self.live[k] for k in keys))

    def _held(self, mute: str) -> Asked:
        """What is asked after the sub-process which a task that is out of sight may hold open."""
        outer = self._ways.diagram.elements[mute].parent
        return self.live_after[outer] if self._on_after_ends else _NONE

    def _read_at(self, element: Element, left: Asked) -> Asked:
        answers = self._ways.answers
        if element.kind == "exclusiveGateway":
            return left | answers.asked_at.get(element.id, _NONE)
        if element.kind == "subProcess":
            inside = self.live.get(self._ways.starts.get(element.id, ""), _NONE)
            return inside if self._on_after_ends else inside | left
        asks = answers.asks(element.form)
        kept = frozenset(pair for pair in left if pair[0] not in asks) if asks else left
        return kept | answers.wants(element.form)


def taken_apart(diagram: Diagram, answers: Answers) -> list[Ways]:
    """The main part, and each event sub-process as a procedure of its own.

    They share nothing but values: what one may change while it matters to another is `outside`.
    """
    blocks = [e.id for e in diagram.elements.values() if e.triggered_by_event]
    parts = [_without(diagram, set(blocks)), *(_inside(diagram, key) for key in blocks)]
    sent = [Ways(part, answers).forms for part in parts]
    return [
        # Of what may be begun again and again another may be on its way too.
        Ways(
            part, answers, _NOTHING.union(*(forms for n, forms in enumerate(sent) if n != at or at))
        )
        for at, part in enumerate(parts)
    ]


def _inside(diagram: Diagram, block: str) -> Diagram:
    """The event sub-process as a procedure of its own."""
    within = _held(diagram, {block}) - {block}
    elements = {
        key: replace(e, event=None) if e.kind == "startEvent" and e.parent == block else e
        for key, e in diagram.elements.items()
        if key in within
    }
    flows = {key: flow for key, flow in diagram.flows.items() if flow.parent in within | {block}}
    return replace(diagram, id=block, elements=elements, flows=flows)


def _without(diagram: Diagram, blocks: set[str]) -> Diagram:
    gone = _held(diagram, blocks)
    return replace(
        diagram,
        elements={key: e for key, e in diagram.elements.items() if key not in gone},
        flows={key: flow for key, flow in diagram.flows.items() if flow.parent not in gone},
    )


def _held(diagram: Diagram, roots: set[str]) -> set[str]:
    found, more = set(roots), True
    while more:
        inner = {k for k, e in diagram.elements.items() if e.parent in found} - found
        found |= inner
        more = bool(inner)
    return found
