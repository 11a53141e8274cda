"""The names in conditions and times: each is the key of a question that some form asks."""

from collections.abc import Iterable, Iterator

from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.check.words import capital, did_you_mean, quoted


def check_names(
    sketch: Sketch, element: str, where: str, names: Iterable[str]
) -> Iterator[Problem]:
    """Each of `names` that no form asks for; `where` begins the sentence."""
    for name in sorted(names):
        if sketch.beside.questions(name) == []:
            yield sketch.error(
                element,
                f"{capital(where)} asks for {quoted(name)}, which is no question of any form.",
                did_you_mean(
                    name,
                    sketch.beside.keys(),
                    "Write the key of a question, or add a question with this key to a form.",
                ),
            )
