"""Diagrams that are grown by chance as a person would draw them, and then spoilt, or not.

Tasks, choices, forks, circles, sub-processes, clocks of both kinds, acts on an edge that interrupt
or do not, and steps that are begun at any time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

FORMS = {"note": (), "go": ("go",), "also": ("also",)}
Flow = tuple[str, str, str]
"""From, to, and the mark: "" for none, "else", or name=yes."""


@dataclass
class Node:
    """A step: `on` is what an event on an edge sits on, `inside` what lies in a sub-process."""

    kind: str
    asks: str = "note"
    on: str = ""
    inside: "Grown | None" = None


@dataclass
class Grown:
    """What lies side by side in a procedure or a sub-process; it begins at `start`."""

    start: str
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def all(self) -> Iterator["Grown"]:
        """This one, and all that lie in it."""
        yield self
        for node in self.nodes.values():
            if node.inside is not None:
                yield from node.inside.all()

    def lines(self) -> Iterator[str]:
        """The diagram as these tests write it."""
        for key, node in self.nodes.items():
            if node.inside is not None:
                yield f"{node.kind} {key}"
                yield from node.inside.lines()
                yield "."
            elif node.on:
                yield f"{node.kind} {key} on {node.on}"
            else:
                yield f"{node.kind} {key} {node.asks if node.kind == 'task' else ''}".strip()
        for source, target, mark in self.flows:
            when = mark if mark in {"", "else"} else f"when {mark}"
            yield f"{source} > {target} {when}".strip()

    @property
    def text(self) -> str:
        """All of it in one line."""
        return "; ".join(self.lines())


class Growing:
    """Grows one diagram; every draw comes from `chance`."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.count = 0

    def procedure(self) -> Grown:
        """A whole procedure, which may have been spoilt in one or two places."""
        grown = self.part("start", 0)
        if self.chance.random() < 0.25:
            beside = self.part("press", 2)
            grown.nodes[self.key("u")] = Node("beside", inside=beside)
        for _ in range(self.chance.choice((0, 0, 1, 1, 2))):
            self.spoil(self.chance.choice(list(grown.all())))
        return grown

    def key(self, letter: str) -> str:
        """A name that no other element has."""
        self.count += 1
        return f"{letter}{self.count}"

    def part(self, begins: str, depth: int) -> Grown:
        """What begins somewhere, goes through some steps, and ends."""
        part = Grown(self.key("s"))
        part.nodes[part.start] = Node(begins)
        first, last = self.steps(part, depth)
        self.end(part, last, self.chance.choice(("end", "stop")) if depth == 1 else "end")
        part.flows.append((part.start, first, ""))
        return part

    def end(self, part: Grown, last: str, kind: str = "end") -> None:
        """Lead a step to an end of its own."""
        end = self.key("e")
        part.nodes[end] = Node(kind)
        part.flows.append((last, end, ""))

    def steps(self, part: Grown, depth: int) -> tuple[str, str]:
        """The first and the last of a few steps, one after the other."""
        made = [self.step(part, depth) for _ in range(self.chance.randint(1, 2 if depth else 3))]
        for (_, last), (first, _) in pairwise(made):
            part.flows.append((last, first, ""))
        return made[0][0], made[-1][1]

    def step(self, part: Grown, depth: int) -> tuple[str, str]:
        """One step, or several that belong together: the first and the last."""
        if depth > 1 or self.chance.random() < 0.4:
            return self.host(part, self.task(part))
        ways = (self.choice, self.fork, self.circle, self.box)
        return self.chance.choice(ways)(part, depth)

    def task(self, part: Grown) -> str:
        """A task."""
        key = self.key("t")
        part.nodes[key] = Node("task", asks=self.chance.choice(list(FORMS)))
        return key

    def host(self, part: Grown, key: str) -> tuple[str, str]:
        """A task or sub-process, perhaps with events on its edge."""
        last = key
        for kind in ("clock", "alarm", "act", "also"):
            if self.chance.random() > 0.12:
                continue
            event = self.key(kind[0])
            part.nodes[event] = Node(kind, on=key)
            then = event
            if self.chance.random() < 0.6:
                then = self.task(part)
                part.flows.append((event, then, ""))
            if kind in {"alarm", "act"} and self.chance.random() < 0.8:
                merge = self.key("m")
                part.nodes[merge] = Node("choice")
                part.flows += [(last, merge, ""), (then, merge, "")]
                last = merge
            else:
                self.end(part, then)
        return key, last

    def choice(self, part: Grown, depth: int) -> tuple[str, str]:
        """One of two ways, which may meet again."""
        split, merge = self.key("x"), self.key("m")
        part.nodes[split], part.nodes[merge] = Node("choice"), Node("choice")
        name = self.chance.choice(("go", "also"))
        for mark in (f"{name}=yes", "else"):
            if mark == "else" and self.chance.random() < 0.3:
                part.flows.append((split, merge, mark))
                continue
            first, last = self.steps(part, depth + 1)
            part.flows.append((split, first, mark))
            if mark == "else" and self.chance.random() < 0.3:
                self.end(part, last)
            else:
                part.flows.append((last, merge, ""))
        return split, merge

    def fork(self, part: Grown, depth: int) -> tuple[str, str]:
        """Two ways side by side, which meet again."""
        split, join = self.key("f"), self.key("j")
        part.nodes[split], part.nodes[join] = Node("fork"), Node("fork")
        for _ in range(2):
            first, last = self.steps(part, depth + 1)
            part.flows += [(split, first, ""), (last, join, "")]
        return split, join

    def circle(self, part: Grown, depth: int) -> tuple[str, str]:
        """Steps that may be gone through again; whether, their last task asks."""
        merge, split, out = self.key("m"), self.key("x"), self.key("n")
        for key, kind in ((merge, "choice"), (split, "choice"), (out, "throw")):
            part.nodes[key] = Node(kind)
        first, last = self.steps(part, depth + 1)
        asking = self.task(part)
        part.nodes[asking].asks = "go"
        part.flows += [
            (merge, first, ""),
            (last, asking, ""),
            (asking, split, ""),
            (split, merge, "go=yes"),
            (split, out, "else"),
        ]
        return merge, out

    def box(self, part: Grown, depth: int) -> tuple[str, str]:
        """A sub-process."""
        key = self.key("b")
        part.nodes[key] = Node("box", inside=self.part("start", depth + 1))
        return self.host(part, key)

    def spoil(self, part: Grown) -> None:
        """Change one thing."""
        at = self.chance.randrange(len(part.flows))
        source, target, mark = part.flows[at]
        what = self.chance.random()
        if what < 0.55:
            reached = ("start", "press", "clock", "alarm", "act", "also", "beside")
            others = [k for k, node in part.nodes.items() if node.kind not in reached]
            part.flows[at] = (source, self.chance.choice(others), mark)
        elif what < 0.75:
            gateways = [k for k, node in part.nodes.items() if node.kind in {"choice", "fork"}]
            if gateways:
                node = part.nodes[self.chance.choice(gateways)]
                node.kind = "fork" if node.kind == "choice" else "choice"
        elif what < 0.9:
            tasks = [node for node in part.nodes.values() if node.kind == "task"]
            if tasks:
                self.chance.choice(tasks).asks = self.chance.choice(list(FORMS))
        else:
            part.flows[at] = (source, target, "go=yes" if mark else "")
