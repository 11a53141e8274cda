"""Answers that lead where others lead, so that they need not be carried out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine.diagrams.exploring.answers import Answers, Given
from engine.diagrams.run import Run
from engine.diagrams.standing import Asked, told

AskedAfter = tuple[Asked, Asked]
"""Of a state what the case is still asked for, and what was asked of what came to its joins."""

Gateways = tuple[str, ...]
How = Callable[[Run, int, Given], None]
"""What is done to a workflow, at a token, with answers."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """Something that may happen next."""

    element: str
    token: int
    how: How
    given: Given
    meanwhile: Given = field(default_factory=dict)
    """What others have changed by then."""


class Alike:
    """The answers from one state that go the way of one which was tried.

    Two answers at one token lead to the same state where they say the same to each gateway that was
    come through, and of the values that may be asked for after it.
    """

    def __init__(self, answers: Answers, before: Given) -> None:
        self.answers = answers
        self.before = before
        self.tried: dict[int, dict[tuple[Gateways, AskedAfter], set[Any]]] = {}

    def known(self, move: Move) -> Gateways | None:
        """The gateways that such a move came through; None where none was tried."""
        for (gateways, after), said in self.tried.get(move.token, {}).items():
            if self._said(move, gateways, after) in said:
                return gateways
        return None

    def learn(self, move: Move, gateways: Gateways, after: AskedAfter) -> None:
        """Remember through which gateways a move came, and what is asked for after it."""
        ways = self.tried.setdefault(move.token, {})
        ways.setdefault((gateways, after), set()).add(self._said(move, gateways, after))

    def _said(self, move: Move, gateways: Gateways, after: AskedAfter) -> Any:
        brought = {**self.before, **move.meanwhile, **move.given}
        left = {**self.before, **move.given}
        conditions = self.answers.conditions
        taken = (
            next((n for n, each in enumerate(conditions[key]) if each.holds(brought)), -1)
            for key in gateways
        )
        return tuple(taken), told(left, after[0]), told(brought, after[1])
