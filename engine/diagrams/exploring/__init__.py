"""Every path through a diagram, gone on the workflow that runs it: what goes wrong where.

A state is where tokens wait, and those values that a condition may still ask for. Answers that no
condition tells apart are tried once; any armed deadline may pass next; what is begun at any time,
and tasks from which nothing comes back, are explored apart, one instance of each.

Each step is one of the engine's own: a game of tokens beside it would be faster by the step, but
would be a second opinion of what a diagram means. What makes it quick is that states which can only
go on alike are one: which end a finished branch came to is forgotten, what was asked on the way
into a sub-process is no longer live in it, and an answer that says to each gateway what another
said is not carried out again. The largest procedure has 192 states where it would have 4,593, and
takes half a second of the processor.
"""

from dataclasses import dataclass

from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.exploring.answers import Answers
from engine.diagrams.exploring.findings import findings, stopped_at_the_bound
from engine.diagrams.exploring.plan import taken_apart
from engine.diagrams.exploring.silence import check_silence
from engine.diagrams.exploring.walk import Budget, walk
from engine.diagrams.specs import NotExecutable

MOST_STATES = 5_000
MOST_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Exploration:
    """How far the paths were gone, and what was found on them.

    `states` is how many there are, or how many were looked at where they are not `whole`.
    """

    states: int
    whole: bool
    problems: tuple[Problem, ...]


def explore(
    sketch: Sketch, *, states: int = MOST_STATES, seconds: float = MOST_SECONDS
) -> Exploration:
    """Go every path of a diagram in whose drawing no other rule finds an error.

    At most `states` are looked at, for at most `seconds` of the processor. Never raises.
    """
    answers = Answers(sketch.diagram, sketch.beside)
    budget = Budget(states=states, seconds=seconds)
    problems: list[Problem] = []
    whole = True
    try:
        for number, ways in enumerate(taken_apart(sketch.diagram, answers)):
            found = walk(ways, budget, beforehand=number > 0)
            whole = whole and found.whole
            problems += findings(sketch, ways, found)
    except NotExecutable as error:
        problems.append(sketch.error(error.element, *_two(error.sentence)))
    if not whole:
        problems.append(stopped_at_the_bound(sketch, budget))
    problems += check_silence(sketch)
    return Exploration(states=budget.used, whole=whole, problems=tuple(dict.fromkeys(problems)))


def _two(sentence: str) -> tuple[str, str]:
    found, _, mend = sentence.partition(". ")
    return f"{found.removesuffix('.')}.", mend or "Draw it in another way."
