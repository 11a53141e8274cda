"""Loops: what a case can come back to, as the arrows are drawn, whoever decides there."""

from collections.abc import Iterator, Mapping

from engine.diagrams.diagram import Diagram


def find_loops(diagram: Diagram) -> list[frozenset[str]]:
    """The elements that lead back to themselves, those of one loop together.

    A sub-process leads into itself and out again where an end of it lies; an event leads on from
    what it sits on.
    """
    onward: dict[str, list[str]] = {key: [] for key in diagram.elements}
    boxes = {key for key, each in diagram.elements.items() if each.kind == "subProcess"}
    ends: dict[str, list[str]] = {}
    for key, each in diagram.elements.items():
        if each.kind == "endEvent":
            ends.setdefault(each.parent, []).append(key)
        host = each.attached_to or (each.parent if each.kind == "startEvent" else "")
        if host in onward and (each.attached_to or host in boxes):
            onward[host].append(key)
    for flow in diagram.flows.values():
        for source in (flow.source, *ends.get(flow.source, ())):
            if source in onward and flow.target in onward:
                onward[source].append(flow.target)
    return [each for each in _components(onward) if _is_loop(each, onward)]


def _is_loop(component: frozenset[str], onward: Mapping[str, list[str]]) -> bool:
    return len(component) > 1 or any(key in onward[key] for key in component)


def _components(onward: Mapping[str, list[str]]) -> Iterator[frozenset[str]]:
    """Tarjan's strongly connected components, without recursion, for a file may be long."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    held: dict[str, None] = {}
    for root in onward:
        waiting = [(root, iter(onward[root]))] if root not in order else []
        while waiting:
            key, targets = waiting[-1]
            if key not in order:
                order[key] = lowest[key] = len(order)
                held[key] = None
            target = next(targets, None)
            if target is None:
                waiting.pop()
                if waiting:
                    above = waiting[-1][0]
                    lowest[above] = min(lowest[above], lowest[key])
                if lowest[key] == order[key]:
                    yield _taken(held, key)
            elif target not in order:
                waiting.append((target, iter(onward[target])))
            elif target in held:
                lowest[key] = min(lowest[key], order[target])


def _taken(held: dict[str, None], key: str) -> frozenset[str]:
    found = set()
    while key in held:
        last, _ = held.popitem()
        found.add(last)
    return frozenset(found)
