"""The check of a diagram: a rule a file, each problem at its element in plain words."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from engine.diagrams.check.code import check_code
from engine.diagrams.check.conditions import check_conditions
from engine.diagrams.check.connections import check_connections
from engine.diagrams.check.deadlines import check_deadlines
from engine.diagrams.check.gateways import check_gateways
from engine.diagrams.check.ids import check_ids
from engine.diagrams.check.joins import check_joins
from engine.diagrams.check.lanes import check_lanes
from engine.diagrams.check.problem import Beside, Problem, Question, Severity
from engine.diagrams.check.properties import check_properties
from engine.diagrams.check.shapes import check_shapes
from engine.diagrams.check.sizes import check_sizes, too_many
from engine.diagrams.check.sketch import Sketch, sketch
from engine.diagrams.check.tasks import check_tasks
from engine.diagrams.check.telling import check_telling
from engine.diagrams.check.ways import check_ways
from engine.diagrams.diagram import Diagram, parse
from engine.diagrams.read import Unreadable, read

__all__ = [
    "Beside",
    "Judged",
    "Problem",
    "Question",
    "Severity",
    "check_diagram",
    "in_order",
    "judge",
]

_Rule = Callable[[Sketch], Iterator[Problem]]
_OF_THE_WAYS: tuple[_Rule, ...] = (
    check_code,
    check_ids,
    check_connections,
    check_ways,
    check_joins,
    check_gateways,
    check_conditions,
)
_RULES: tuple[_Rule, ...] = (
    *_OF_THE_WAYS,
    check_tasks,
    check_deadlines,
    check_telling,
    check_properties,
    check_lanes,
    check_sizes,
)
_SPLIT = "Split the procedure, or save the diagram again without what does not belong to it."


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A diagram, None when it cannot be read, and all that is wrong with its drawing.

    `can_be_gone` is the diagram laid out where no error lies in its ways, so that they can be gone.
    """

    diagram: Diagram | None
    problems: list[Problem]
    can_be_gone: Sketch | None = None


def check_diagram(
    source: bytes, file: str, beside: Beside | None = None
) -> tuple[Diagram | None, list[Problem]]:
    """The diagram in `source`, None when it cannot be read, and all that is wrong with it.

    `file` is the name that the problems give; `beside` what is known of the other files. Nothing of
    the diagram is ever run, and no input makes it raise. The problems stand in the file's order.
    """
    judged = judge(source, file, beside)
    return judged.diagram, judged.problems


def judge(source: bytes, file: str, beside: Beside | None = None) -> Judged:
    """As `check_diagram`, and whether the ways can be gone."""
    try:
        root = read(source, file)
        sentence = too_many(root)
        if sentence is not None:
            return Judged(diagram=None, problems=[_of_the_file(file, sentence, _SPLIT)])
        diagram = parse(root, file, largest=True)
    except Unreadable as error:
        return Judged(diagram=None, problems=[_unreadable(file, error)])
    laid_out = sketch(file, root, diagram, beside or Beside())
    # With an id used twice nobody can say what lies in what, so the other rules wait.
    rules = (check_code, check_ids) if diagram.repeated else _RULES
    refused = [] if diagram.repeated else list(check_shapes(laid_out))
    left_out = _and_inside(laid_out, {problem.element for problem in refused})
    by_rule = {rule: [p for p in rule(laid_out) if p.element not in left_out] for rule in rules}
    of_the_ways = [*refused, *(p for rule in rules if rule in _OF_THE_WAYS for p in by_rule[rule])]
    found = [*refused, *(problem for rule in rules for problem in by_rule[rule])]
    sound = not any(problem.severity == "error" for problem in of_the_ways)
    return Judged(
        diagram=diagram,
        problems=in_order(diagram, found),
        can_be_gone=laid_out if sound else None,
    )


def in_order(diagram: Diagram, problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, in the order in which the file tells the elements."""
    return sorted(dict.fromkeys(problems), key=_place(diagram))


def _and_inside(laid_out: Sketch, refused: set[str | None]) -> set[str | None]:
    """The shapes that are refused, and all that hangs on them: one word about each is enough."""
    found = set(refused)
    for element in laid_out.diagram.elements.values():
        if element.parent in found or element.attached_to in found - {None}:
            found.add(element.id)
    for flow in laid_out.diagram.flows.values():
        if flow.parent in found:
            found.add(flow.id)
    return found


def _place(diagram: Diagram) -> Callable[[Problem], int]:
    def line(problem: Problem) -> int:
        key = problem.element or ""
        at = diagram.elements.get(key) or diagram.flows.get(key)
        return at.line if at is not None else 0

    return line


def _unreadable(file: str, error: Unreadable) -> Problem:
    found, _, mend = error.sentence.partition(". ")
    where = "" if error.line is None else f" (line {error.line})"
    return _of_the_file(file, f"{found.removesuffix('.')}{where}.", mend)


def _of_the_file(file: str, problem: str, mend: str) -> Problem:
    return Problem(file=file, element=None, severity="error", problem=problem, mend=mend)
