"""Small diagrams for these tests: a line an element, and what the check says of them."""

from collections.abc import Iterator

from engine.diagrams.check import Beside, Problem, Question, judge
from engine.diagrams.exploring import Exploration, explore
from tests.engine.diagrams.draw import Drawing

YES_NO = Question(kind="text", options=("yes", "no"), required=True)
MAYBE = Question(kind="text", options=("yes", "no"), required=False)
FORMS = {
    "go": {"go": YES_NO},
    "may": {"go": MAYBE},
    "also": {"also": YES_NO},
    "note": {},
}
BESIDE = Beside(forms=FORMS)


def drawn(text: str) -> bytes:
    """The diagram that `text` tells, a line an element or a chain of arrows.

    `task a go` is a task with the form go; `choice`, `fork`, `start`, `end`, `stop` (which ends
    everything), `clock b on a`, `alarm b on a` (a clock that interrupts), `act b on a`, `also b on
    a` (an act that interrupts nothing); `box b` … `.` a sub-process, `beside b` … `.` one that the
    message `press` begins at any time; `a > b > c` arrows, `a > b when yes` with a condition,
    `a > b else` the default flow.
    """
    whole = Drawing()
    messages: list[str] = []
    lines = [line.strip() for part in text.splitlines() for line in part.split(";")]
    _draw(whole, iter([line for line in lines if line]), messages)
    return whole.source(*messages)


def _draw(d: Drawing, lines: Iterator[str], messages: list[str]) -> None:
    kept: list[str] = []
    defaults: dict[str, str] = {}
    rest: list[list[str]] = []
    for line in lines:
        words = line.split()
        if line == ".":
            break
        if words[0] in {"box", "beside"}:
            inside = Drawing()
            _draw(inside, lines, messages)
            d.sub_process(words[1], inside, by_event=words[0] == "beside")
        elif len(words) > 2 and words[1] == ">" and words[-1] == "else":
            defaults[words[0]] = f"flow_{words[0]}_{words[2]}"
            rest.append(words[:3])
        elif len(words) > 1 and words[1] == ">":
            rest.append(words)
        else:
            kept.append(line)
    for line in kept:
        _element(d, line.split(), defaults, messages)
    for words in rest:
        if "when" in words:
            d.flow(words[0], words[2], when=_condition(words[4]))
        else:
            d.flow(*words[::2])


def _condition(word: str) -> str:
    name, _, value = word.rpartition("=")
    return f'{name or "go"} = "{value}"'


def _element(d: Drawing, words: list[str], defaults: dict[str, str], messages: list[str]) -> None:
    kind, key = words[:2]
    if kind == "task":
        d.lines.append(
            f'<bpmn:userTask id="{key}" name="{key}" camunda:candidateGroups="tm" '
            f'camunda:formKey="{words[2] if len(words) > 2 else "note"}"/>'
        )
    elif kind == "choice":
        d.choice(key, defaults.get(key))
    elif kind in {"start", "fork", "throw", "end"}:
        getattr(d, kind)(key)
    elif kind == "stop":
        d.end(key, terminate=True)
    elif kind in {"clock", "alarm"}:
        d.timer(key, words[3], "5 working days", interrupting=kind == "alarm")
    elif kind == "press":
        d.message_start(key)
        messages.append(key)
    else:
        d.message(key, words[3], interrupting=kind == "act")
        messages.append(key)


def explored(source: bytes, states: int = 5_000) -> Exploration:
    """What the paths of the diagram show; its drawing has no error."""
    judged = judge(source, "process.bpmn", BESIDE)
    assert judged.can_be_gone is not None, judged.problems
    return explore(judged.can_be_gone, states=states)


def said(text: str) -> list[Problem]:
    """What is wrong with the ways and the paths of a diagram, but not that nobody is told."""
    judged = judge(drawn(text), "process.bpmn", BESIDE)
    ways = [p for p in judged.problems if not _of_properties(p)]
    found = explore(judged.can_be_gone).problems if judged.can_be_gone else ()
    return [*ways, *(p for p in found if not p.problem.startswith("Nobody is told"))]


def _of_properties(problem: Problem) -> bool:
    """What these drawings leave out, for nothing here hangs on it."""
    left_out = (
        "no form with which", "Nobody may do", "has no form", "tells nobody",
        "would end what it sits on",
    )  # fmt: skip
    return any(words in problem.problem for words in left_out)
