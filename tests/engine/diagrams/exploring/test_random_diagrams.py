"""Random diagrams: what the check passes goes well, and what goes well it passes.

Played at random on the engine, and compared with a plain token game that knows nothing of it.
"""

import os
import random
from collections import Counter
from itertools import product

import pytest

from engine.diagrams.diagram import parse
from engine.diagrams.run import Run
from engine.diagrams.specs import build
from tests.engine.diagrams.exploring.small import drawn, said

SHORT = int(os.environ.get("STEPLADDER_DIAGRAMS", "150"))
FORMS = {"note": (), "go": ("go",), "also": ("also",)}
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


class Game:
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
    """Whether a play by chance comes to its end, or still goes on after 60 answers."""
    diagram = parse(source)
    run = Run.start(build(diagram), {})
    for _ in range(60):
        tasks = run.tasks()
        if not tasks:
            return run.finished
        task = chance.choice(tasks)
        form = diagram.elements[task.element].form or "note"
        run.complete(task.token, {name: chance.choice(["yes", "no"]) for name in FORMS[form]})
    return True


def try_out(count: int, seed: int) -> tuple[int, int, int]:
    """Of `count` diagrams how many passed, how many are sound, and how many of those passed."""
    passed = sound = both = 0
    for n in range(count):
        chance = random.Random(f"{seed}/{n}")
        diagram = Random(chance)
        source = drawn(diagram.text)
        passes = not any(problem.severity == "error" for problem in said(diagram.text))
        if passes:
            passed += 1
            assert all(plays_well(source, chance) for _ in range(6)), diagram.text
        if Game(diagram).is_sound():
            sound += 1
            both += passes
    return passed, sound, both


def test_what_the_check_passes_goes_well_and_what_goes_well_it_passes() -> None:
    passed, sound, both = try_out(SHORT, 1)

    assert passed >= SHORT / 10
    assert sound >= SHORT / 10
    assert both >= 0.9 * sound


@pytest.mark.long
def test_ten_thousand_random_diagrams() -> None:
    passed, sound, both = try_out(10_000, 2)

    assert passed >= 1_000
    assert both >= 0.9 * sound
