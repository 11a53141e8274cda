"""A plain game of tokens on a grown diagram, which knows nothing of the engine or the check."""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

from tests.engine.diagrams.exploring.grown import FORMS, Grown

Values = tuple[str, str]
Token = tuple[Any, ...]
"""("task", key, events armed), ("arrow", key) that waits at a join, ("box", key, armed, inside)."""
Tokens = tuple[Token, ...]
State = tuple[Tokens, Values, frozenset[str]]

MOST = 1_000


class Bad(Exception):
    """The tokens cannot go on."""


class Unsure(Exception):
    """More tokens at one place, or more states, than the game looks at."""


class Game:
    """The states of a diagram, from its start."""

    def __init__(self, grown: Grown) -> None:
        self.grown = grown
        self.been: set[str] = set()
        self.leaving: dict[str, list[tuple[str, str, str]]] = {}
        self.reaching: Counter[str] = Counter()
        for part in grown.all():
            for flow in part.flows:
                self.leaving.setdefault(flow[0], []).append(flow)
                self.reaching[flow[1]] += 1
        self.kinds = {key: node for part in grown.all() for key, node in part.nodes.items()}

    def is_sound(self) -> bool:
        """Whether every state leads to the end of all, and every step is come to.

        Raises Unsure.
        """
        if not all(map(self._is_well_drawn, self.kinds)):
            return False
        try:
            states = self._explored()
        except Bad:
            return False
        ending = {state for state in states if not state[0]}
        waiting = list(ending)
        while waiting:
            new = states[waiting.pop()] - ending
            ending |= new
            waiting += new
        if len(ending) < len(states):
            return False
        missed = set(self.kinds) - self.been
        if missed and any(node.kind == "beside" for node in self.kinds.values()):
            raise Unsure  # what is begun at any time may be begun again, and say something else
        return not missed

    def _explored(self) -> dict[State, set[State]]:
        """Each state, with those that come before it."""
        nothing: Values = ("", "")
        self.been.add(self.grown.start)
        start: State = (
            self._settle(self.grown, [], [self.grown.start], nothing),
            nothing,
            frozenset(),
        )
        before: dict[State, set[State]] = {start: set()}
        waiting = [start]
        while waiting:
            here = waiting.pop()
            for after in self._after(here):
                if after not in before:
                    before[after] = set()
                    waiting.append(after)
                    if len(before) > MOST:
                        raise Unsure
                before[after].add(here)
        return before

    def _is_well_drawn(self, key: str) -> bool:
        kind, flows = self.kinds[key].kind, self.leaving.get(key, [])
        if kind in {"end", "stop", "beside"}:
            return not flows
        marks = Counter(mark for _, _, mark in flows)
        if kind == "choice":
            return len(flows) == 1 or (marks[""] == 0 and marks["else"] == 1)
        return not marks - Counter({"": len(flows)}) and (kind == "fork" or len(flows) == 1)

    def _after(self, state: State) -> Iterator[State]:
        tokens, values, begun = state
        for after, then in self._moves(self.grown, tokens, values):
            yield after, then, begun
        for key, node in self.grown.nodes.items():
            if node.kind == "beside" and tokens and key not in begun and node.inside:
                self.been |= {key, node.inside.start}
                inside = self._settle(node.inside, [], [node.inside.start], values)
                new = [*tokens, ("box", key, (), inside)] if inside else list(tokens)
                yield self._sorted(new), values, begun | {key}

    def _moves(
        self, part: Grown, tokens: Tokens, values: Values
    ) -> Iterator[tuple[Tokens, Values]]:
        for at, token in enumerate(tokens):
            rest = [*tokens[:at], *tokens[at + 1 :]]
            if token[0] == "task":
                for then in self._answers(token[1], values):
                    yield self._settle(part, list(rest), [token[1]], then), then
            if token[0] == "box":
                inner = self.kinds[token[1]].inside
                assert inner is not None
                for inside, then in self._moves(inner, token[3], values):
                    if inside:
                        yield self._sorted([*rest, (*token[:3], inside)]), then
                    else:
                        onward = [token[1]] if self.kinds[token[1]].kind == "box" else []
                        yield self._settle(part, list(rest), onward, then), then
            for event in token[2] if token[0] != "arrow" else ():
                self.been.add(event)
                left = tuple(each for each in token[2] if each != event)
                goes_on = self.kinds[event].kind in {"clock", "also"}
                kept = [(*token[:2], left, *token[3:])] if goes_on else []
                yield self._settle(part, [*rest, *kept], [event], values), values

    def _answers(self, task: str, values: Values) -> Iterator[Values]:
        names = FORMS[self.kinds[task].asks]
        for given in product(("yes", "no"), repeat=len(names)):
            known = dict(zip(("go", "also"), values, strict=True)) | dict(
                zip(names, given, strict=True)
            )
            yield known["go"], known["also"]

    def _settle(
        self, part: Grown, tokens: list[Token], moving: list[str], values: Values
    ) -> Tokens:
        for _ in range(200):
            if not moving:
                return self._sorted(tokens)
            for flow in self._taken(moving.pop(), values):
                target = flow[1]
                self.been.add(target)
                if self.kinds[target].kind == "stop":
                    return ()
                moving += self._enter(target, f"{flow[0]}>{target}", tokens, values)
        raise Bad

    def _enter(self, key: str, arrow: str, tokens: list[Token], values: Values) -> list[str]:
        """Where the token goes on at once; where it waits it is added to `tokens`."""
        node = self.kinds[key]
        armed = tuple(sorted(k for k, each in self.kinds.items() if each.on == key))
        if node.kind == "task":
            tokens.append(("task", key, armed))
        elif node.inside is not None:
            self.been.add(node.inside.start)
            inside = self._settle(node.inside, [], [node.inside.start], values)
            if not inside:
                return [key]
            tokens.append(("box", key, armed, inside))
        elif node.kind == "fork":
            tokens.append(("arrow", arrow, ()))
            arrived = [t for t in tokens if t[0] == "arrow" and t[1].endswith(f">{key}")]
            if len(arrived) == self.reaching[key]:
                for each in arrived:
                    tokens.remove(each)
                return [key]
        elif node.kind != "end":
            return [key]
        return []

    def _taken(self, key: str, values: Values) -> list[tuple[str, str, str]]:
        flows = self.leaving.get(key, [])
        if self.kinds[key].kind != "choice" or (len(flows) == 1 and not flows[0][2]):
            return flows
        known = dict(zip(("go", "also"), values, strict=True))
        holding = [f for f in flows if "=" in f[2] and known[f[2].split("=")[0]] == "yes"]
        taken = (holding or [f for f in flows if f[2] == "else"])[:1]
        if not taken:
            raise Bad
        return taken

    def _sorted(self, tokens: list[Token]) -> Tokens:
        if max(Counter(token[:2] for token in tokens).values(), default=0) > 1:
            raise Unsure
        return tuple(sorted(tokens, key=repr))
