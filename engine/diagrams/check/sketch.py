"""A diagram laid out for the rules: what leads where, what lies in what, and how to say it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.diagrams.check.problem import Beside, Problem, Severity
from engine.diagrams.check.words import arrow, capital, this
from engine.diagrams.diagram import Diagram, Element, Flow

# Drawn for the reader only: nothing leads there and nothing happens there.
DRAWN_ONLY = frozenset({"textAnnotation", "group", "dataObject", "dataObjectReference"})


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """What every rule looks at. The mappings have an entry for each id that has any."""

    file: str
    root: etree._Element
    diagram: Diagram
    beside: Beside
    leaving: Mapping[str, list[Flow]] = field(default_factory=dict)
    reaching: Mapping[str, list[Flow]] = field(default_factory=dict)
    inside: Mapping[str, list[Element]] = field(default_factory=dict)
    attached: Mapping[str, list[Element]] = field(default_factory=dict)

    @property
    def elements(self) -> Iterator[Element]:
        """The elements that something can happen at, in the order of the file."""
        return (each for each in self.diagram.elements.values() if each.kind not in DRAWN_ONLY)

    def containers(self) -> Iterator[str]:
        """The ids of the process and of each sub-process."""
        yield self.diagram.id
        yield from (each.id for each in self.elements if each.kind == "subProcess")

    def the(self, element: Element) -> str:
        """`The task “Respond”`, to begin a sentence with."""
        return capital(this(element))

    def arrow(self, flow: Flow) -> str:
        """`the arrow from the task “Respond” to the end “Settled”`."""
        elements = self.diagram.elements
        return arrow(flow, elements.get(flow.source), elements.get(flow.target))

    def container(self, key: str) -> str:
        """`the procedure`, or `the sub-process “Stage 1”`."""
        element = self.diagram.elements.get(key)
        return "the procedure" if element is None else this(element)

    def error(self, element: str | None, problem: str, mend: str) -> Problem:
        """An error at an element of this diagram."""
        return self._problem(element, "error", problem, mend)

    def warning(self, element: str | None, problem: str, mend: str) -> Problem:
        """A warning at an element of this diagram."""
        return self._problem(element, "warning", problem, mend)

    def _problem(self, element: str | None, severity: Severity, found: str, mend: str) -> Problem:
        return Problem(file=self.file, element=element, severity=severity, problem=found, mend=mend)


def sketch(file: str, root: etree._Element, diagram: Diagram, beside: Beside) -> Sketch:
    """The diagram, laid out once, so that no rule searches it."""
    leaving: dict[str, list[Flow]] = {}
    reaching: dict[str, list[Flow]] = {}
    inside: dict[str, list[Element]] = {}
    attached: dict[str, list[Element]] = {}
    for flow in diagram.flows.values():
        leaving.setdefault(flow.source, []).append(flow)
        reaching.setdefault(flow.target, []).append(flow)
    for element in diagram.elements.values():
        inside.setdefault(element.parent, []).append(element)
        if element.attached_to is not None:
            attached.setdefault(element.attached_to, []).append(element)
    return Sketch(
        file=file, root=root, diagram=diagram, beside=beside,
        leaving=leaving, reaching=reaching, inside=inside, attached=attached,
    )  # fmt: skip
