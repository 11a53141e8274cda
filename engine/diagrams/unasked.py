"""Whether a case can come to where a value is asked for without having been asked for it.

The diagram is read as a map, as in `onward`, but every way is gone, whatever its condition says.
"""

from collections.abc import Collection, Iterator

from engine.diagrams.diagram import Diagram, Element, routing_names


def needed_unasked(
    diagram: Diagram, name: str, *, asking: Collection[str], at: Collection[str]
) -> bool:
    """Whether a case that waits at the elements `at` can need `name` before it was asked for.

    `asking` are the tasks and events whose form asks for it.
    """
    return _Ways(diagram, name, asking, at).needed()


class _Ways:
    def __init__(
        self, diagram: Diagram, name: str, asking: Collection[str], at: Collection[str]
    ) -> None:
        self.diagram, self.name, self.asking = diagram, name, asking
        self.at = [diagram.elements[key] for key in at if key in diagram.elements]
        self.seen: set[str] = set()
        self.waiting: list[Element] = []

    def needed(self) -> bool:
        """Go all ways until one is found, or none is left."""
        for element in self.at:
            if element.kind != "subProcess":
                if self._uses(element) and element.kind == "userTask":
                    return True
                self._put(element)
        for start in self.diagram.elements.values():
            box = self.diagram.elements.get(start.parent)
            if start.kind == "startEvent" and box is not None and box.triggered_by_event:
                self._put(start)
        return any(self._needs(element) for element in iter(self._next, None))

    def _put(self, element: Element) -> None:
        if element.id not in self.seen:
            self.seen.add(element.id)
            self.waiting.append(element)

    def _next(self) -> Element | None:
        return self.waiting.pop() if self.waiting else None

    def _needs(self, element: Element) -> bool:
        """Whether the value is asked for as `element` is left; what it leads to is put aside."""
        if element.id in self.asking:
            return False
        for flow in self.diagram.leaving(element.id):
            if self.name in routing_names((), (flow,)):
                return True
            target = self.diagram.elements.get(flow.target)
            for reached in self._entered(target) if target is not None else ():
                if self._uses(reached) and reached.id not in self.asking:
                    return True
                self._put(reached)
        box = self.diagram.elements.get(element.parent)
        if element.kind == "endEvent" and box is not None and not box.triggered_by_event:
            self._put(box)
        return False

    def _entered(self, element: Element) -> Iterator[Element]:
        """What is come to with the element: what sits on it, and where a box begins."""
        for each in self.diagram.elements.values():
            if each.attached_to == element.id:
                yield each
        if element.kind != "subProcess":
            yield element
        for each in self.diagram.inside(element.id):
            if each.kind == "startEvent":
                yield each

    def _uses(self, element: Element) -> bool:
        return self.name in routing_names((element,), ())
