"""Random diagrams: what the check passes goes well, and what goes well it passes.

Played at random on the engine, and compared with a plain token game that knows nothing of it.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.diagrams.diagram import parse
from engine.diagrams.run import Run
from engine.diagrams.specs import build
from tests.engine.diagrams.exploring.game import Game, Unsure
from tests.engine.diagrams.exploring.grown import FORMS, Growing
from tests.engine.diagrams.exploring.small import drawn, said

SHORT = int(os.environ.get("STEPLADDER_DIAGRAMS", "150"))
_BOUND = "more ways than could be tried"
Flow = tuple[str, str, str]
"""From, to, and the condition: "" for none, "else", or name=yes."""


class Random:
    """A diagram of a few nodes, wired by chance; nearly all that is wrong with such is possible."""

    def __init__(self, chance: random.Random) -> None:
        self.kinds: dict[str, str] = {}
        self.flows: list[Flow] = []
        count = chance.randint(2, 7)
        for n in range(count):
            kind = chance.choice(["task", "task", "task", "choice", "fork", "join"])
            self.kinds[f"{kind[0]}{n}"] = kind
        for n in range(chance.randint(1, 2)):
            self.kinds[f"e{n}"] = "end"
        self.asks = {key: chance.choice(list(FORMS)) for key in self.kinds}
        names = list(self.kinds)
        self.flows.append(("s", names[0], ""))
        for at, key in enumerate(names):
            onward = names[at + 1 :] if chance.random() < 0.85 else names
            first = [name for name in onward if name != key] or names[-1:]
            if self.kinds[key] in {"task", "join"}:
                self.flows.append((key, chance.choice(first[:3]), ""))
            elif self.kinds[key] in {"choice", "fork"}:
                two = chance.sample(first, min(2, len(first)))
                name = chance.choice(["go", "also"])
                marks = (f"{name}=yes", "else") if self.kinds[key] == "choice" else ("", "")
                self.flows += [
                    (key, to, mark) for to, mark in zip(two, marks[-len(two) :], strict=True)
                ]
        self._only_what_is_reached()

    def _only_what_is_reached(self) -> None:
        found, waiting = {"s"}, ["s"]
        while waiting:
            here = waiting.pop()
            for source, target, _ in self.flows:
                if source == here and target not in found:
                    found.add(target)
                    waiting.append(target)
        self.flows = [flow for flow in self.flows if flow[0] in found]
        self.kinds = {key: kind for key, kind in self.kinds.items() if key in found}

    @property
    def text(self) -> str:
        """The diagram as the tests write it."""
        lines = ["start s"]
        for key, kind in self.kinds.items():
            shape = "fork" if kind == "join" else kind
            lines.append(f"{shape} {key} {self.asks[key] if kind == 'task' else ''}")
        for source, target, mark in self.flows:
            when = mark if mark in {"", "else"} else f"when {mark}"
            lines.append(f"{source} > {target} {when}")
        return "; ".join(lines)


Place = tuple[tuple[tuple[str, int], ...], tuple[str, str]]


class WiredGame:
    """Tokens on the arrows that lead to tasks and joins, and what was answered last."""

    def __init__(self, diagram: Random) -> None:
        self.diagram = diagram
        self.leaving = {k: [f for f in diagram.flows if f[0] == k] for k in ("s", *diagram.kinds)}
        self.reaching = {k: [f for f in diagram.flows if f[1] == k] for k in diagram.kinds}
        self.been: set[str] = set()

    def is_sound(self) -> bool:
        """Whether every state leads to the end of all, and every node is come to."""
        start = self._leave("s", Counter(), ("", ""))
        if start is None:
            return False
        before: dict[Place, list[Place]] = {start: []}
        waiting = [start]
        while waiting:
            here = waiting.pop()
            for after in self._after(here):
                if after is None or len(before) > 2_000:
                    return False
                if after not in before:
                    before[after] = []
                    waiting.append(after)
                before[after].append(here)
        done = [place for place in before if not place[0]]
        ending = set(done)
        while done:
            for place in before[done.pop()]:
                if place not in ending:
                    ending.add(place)
                    done.append(place)
        return len(ending) == len(before) and self.been >= set(self.diagram.kinds)

    def _after(self, here: Place) -> list[Place | None]:
        found: list[Place | None] = []
        for key, _ in here[0]:
            if self.diagram.kinds.get(key) == "task":
                names = FORMS[self.diagram.asks[key]]
                for given in product(("yes", "no"), repeat=len(names)):
                    values = dict(zip(("go", "also"), here[1], strict=True))
                    values.update(zip(names, given, strict=True))
                    tokens = Counter(dict(here[0]))
                    tokens[key] -= 1
                    found.append(self._leave(key, tokens, (values["go"], values["also"])))
        return found

    def _leave(self, key: str, tokens: Counter[str], values: tuple[str, str]) -> Place | None:
        moving = [key]
        for _ in range(200):
            if not moving:
                return tuple(sorted((+tokens).items())), values
            for source, target, _mark in self._taken(moving.pop(), values):
                kind = self.diagram.kinds[target]
                self.been.add(target)
                if kind == "task":
                    tokens[target] += 1
                elif kind in {"fork", "join"}:
                    tokens[f"{source}>{target}"] += 1
                    arrows = [f"{f[0]}>{target}" for f in self.reaching[target]]
                    if all(tokens[arrow] for arrow in arrows):
                        tokens.subtract(arrows)
                        moving.append(target)
                elif kind == "choice":
                    moving.append(target)
                if max(tokens.values(), default=0) > 1:
                    return None
        return None

    def _taken(self, key: str, values: tuple[str, str]) -> list[Flow]:
        flows = self.leaving[key]
        if self.diagram.kinds.get(key) != "choice":
            return flows
        known = dict(zip(("go", "also"), values, strict=True))
        holding = [f for f in flows if "=" in f[2] and known[f[2].split("=")[0]] == "yes"]
        return (holding or [f for f in flows if f[2] == "else"])[:1]


def plays_well(source: bytes, chance: random.Random) -> bool:
    """Whether a play by chance comes to its end, or still goes on after 80 things that happened.

    Each time the workflow is saved and loaded. Raises what the workflow raises.
    """
    diagram = parse(source)
    executable = build(diagram)
    run = Run.start(executable, {})
    for _ in range(80):
        run = Run.thaw(executable, run.freeze())
        tasks, clocks = run.tasks(), run.timers()
        acts = [message for message in run.messages() if message.host is not None]
        if not (tasks or clocks or acts):
            return run.finished
        always = [message for message in run.messages() if message.host is None]
        if always and chance.random() < 0.05:
            run.send(chance.choice(always).token, {})
            continue
        at = chance.randrange(len(tasks) + len(clocks) + len(acts))
        if at < len(tasks):
            form = diagram.elements[tasks[at].element].form or "note"
            given = {name: chance.choice(["yes", "no"]) for name in FORMS[form]}
            run.complete(tasks[at].token, given)
        elif at < len(tasks) + len(clocks):
            run.fire(clocks[at - len(tasks)].token)
        else:
            run.send(acts[at - len(tasks) - len(clocks)].token, {})
    return True


@dataclass
class Tally:
    """How many diagrams passed, are sound, and are sound and passed."""

    passed: int = 0
    sound: int = 0
    both: int = 0

    def count(self, text: str, sound: bool | None, chance: random.Random) -> None:
        """Try one diagram; None where it is not known whether it is sound."""
        problems = said(text)
        passes = not any(p.severity == "error" or _BOUND in p.problem for p in problems)
        if passes:
            source = drawn(text)
            assert all(plays_well(source, chance) for _ in range(4)), text
            assert sound is not False, text
        self.passed += passes
        self.sound += bool(sound)
        self.both += passes and bool(sound)


def grow(count: int, seed: int) -> Tally:
    """Try `count` diagrams as a person would draw them, some of them spoilt."""
    tally = Tally()

    @settings(
        max_examples=count, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.integers(0, 2**32))
    def tried(number: int) -> None:
        chance = random.Random(f"{seed}/{number}")
        grown = Growing(chance).procedure()
        try:
            sound = Game(grown).is_sound()
        except Unsure:
            sound = None
        tally.count(grown.text, sound, chance)

    tried()
    return tally


def wire(count: int, seed: int) -> Tally:
    """Try `count` diagrams that are wired by chance alone."""
    tally = Tally()
    for n in range(count):
        chance = random.Random(f"{seed}/{n}")
        diagram = Random(chance)
        # Two tokens at one step end this game, but not always the case.
        tally.count(diagram.text, WiredGame(diagram).is_sound() or None, chance)
    return tally


@pytest.mark.parametrize("make", [lambda n, seed: grow(n * 2 // 3, seed), wire])
def test_what_the_check_passes_goes_well_and_what_goes_well_it_passes(
    make: Callable[[int, int], Tally],
) -> None:
    tally = make(SHORT, 1)

    assert tally.passed >= SHORT / 10
    assert tally.sound >= SHORT / 10
    assert tally.both >= 0.9 * tally.sound


@pytest.mark.long
@pytest.mark.parametrize("make", [grow, wire])
def test_ten_thousand_random_diagrams(make: Callable[[int, int], Tally]) -> None:
    tally = make(10_000, 2)

    assert tally.passed >= 1_000, tally
    assert tally.both >= 0.9 * tally.sound, tally
