"""What each council must still answer: the questions Q1 to Q11, of which its text leaves some.

Those that a council is asked, each true where the procedure is not put to use before the answer.
"""

from collections.abc import Mapping
from typing import Final

import pytest

from engine.confirming.questions import Question, read_questions
from engine.procedures import Package, find_folders, read_package
from tests.stories import PROCESSES

_EVERYBODY: Final = dict.fromkeys(("Q5", "Q6", "Q7", "Q8", "Q9", "Q11"), False)
_HARINGEY: Final = {"Q2": True, "Q3": True, "Q4": True, **_EVERYBODY, "Q10": False}
ASKED: Final[Mapping[str, Mapping[str, bool]]] = {
    "north-east-lincolnshire": {"Q1": False, "Q2": False, "Q3": False, **_EVERYBODY},
    # The rungs are inferred from the councils beside it: A-ROT-1.
    "rotherham": {"Q1": True, "Q2": False, "Q4": True, **_EVERYBODY, "Q10": False},
    "lincolnshire": {"Q1": False, "Q2": True, "Q3": False, **_EVERYBODY, "Q10": False},
    "leicestershire": {"Q1": False, "Q2": True, "Q3": False, **_EVERYBODY, "Q10": False},
    "haringey": _HARINGEY,
}
_ALL: Final = {f"Q{number}" for number in range(1, 12)}
PACKAGES: Final = [read_package(folder) for folder in find_folders(PROCESSES)]


def questions(package: Package) -> dict[str, Question]:
    return {each.name: each for each in read_questions(package)}


@pytest.mark.parametrize(
    "package", PACKAGES, ids=lambda package: f"{package.council}/{package.key}"
)
def test_each_question_that_the_text_leaves_is_asked_and_blocks_where_it_must(
    package: Package,
) -> None:
    asked = questions(package)
    of_all = {name: each.blocking for name, each in asked.items() if name in _ALL}
    assert of_all == ASKED[package.council]


@pytest.mark.parametrize(
    "package", PACKAGES, ids=lambda package: f"{package.council}/{package.key}"
)
def test_each_asks_one_thing_and_shows_what_can_be_accepted_as_it_stands(package: Package) -> None:
    for name, each in questions(package).items():
        assert each.question.endswith("?") or "? " in each.question, name
        assert each.shown.endswith("."), name
        assert len(each.shown) > 15, name
        assert each.clauses, name
