"""Every path of a diagram, as part of its check; the same diagram is gone through once."""

from dataclasses import dataclass, field
from functools import lru_cache

from engine.diagrams.check import Judged, Problem, in_order
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.exploring import Exploration, explore

_MOST_KEPT = 64


@dataclass(frozen=True)
class _Drawn:
    """A diagram with its forms, the same as another whose words are the same."""

    words: str
    sketch: Sketch = field(compare=False)


@lru_cache(maxsize=_MOST_KEPT)
def _explored(drawn: _Drawn) -> Exploration:
    return explore(drawn.sketch)


def explored(judged: Judged) -> Exploration | None:
    """What the paths of a diagram have shown; None where its drawing has to be mended first."""
    sketch = judged.can_be_gone
    if sketch is None:
        return None
    words = repr((sketch.file, sketch.diagram, sketch.beside.forms))
    return _explored(_Drawn(words, sketch))


def with_paths(judged: Judged) -> list[Problem]:
    """All that is wrong with a diagram: its drawing, and its paths where they can be gone."""
    found = explored(judged)
    if found is None or judged.diagram is None:
        return judged.problems
    # What an error is told of already needs no second one.
    told = {each.element for each in judged.problems if each.severity == "error"}
    more = (each for each in found.problems if each.element not in told)
    return in_order(judged.diagram, [*judged.problems, *more])
