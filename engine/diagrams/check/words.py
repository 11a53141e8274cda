"""How the check speaks: what things are called, and what may have been meant."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from engine.diagrams.diagram import Element, Flow

_LONGEST = 60
_WORDS = {
    "userTask": "task",
    "subProcess": "sub-process",
    "startEvent": "start",
    "endEvent": "end",
    "exclusiveGateway": "gateway",
    "parallelGateway": "parallel gateway",
    "intermediateThrowEvent": "event",
    "adHocSubProcess": "ad-hoc sub-process",
}
_ON_AN_EDGE = {"timer": "clock", "message": "message"}


def kind_in_words(element: Element) -> str:
    """What a reader of the drawing calls such a thing: "task", "clock", "script task"."""
    if element.kind == "boundaryEvent":
        return _ON_AN_EDGE.get(element.event or "", "event on the edge")
    if element.kind in _WORDS:
        return _WORDS[element.kind]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", element.kind).lower()


def this(element: Element) -> str:
    """`the task “Respond”`, or `the gateway x1` where it has no name."""
    name = element.name or element.message or ""
    return f"the {kind_in_words(element)} {quoted(name) if name else shortened(element.id)}"


def arrow(flow: Flow, source: Element | None, target: Element | None) -> str:
    """`the arrow “yes”`, or `the arrow from … to …` where it has no name."""
    if flow.name:
        return f"the arrow {quoted(flow.name)}"
    ends = [
        this(end) if end else shortened(written)
        for end, written in ((source, flow.source), (target, flow.target))
    ]
    return f"the arrow from {ends[0]} to {ends[1]}"


def capital(sentence: str) -> str:
    """The sentence with a capital at its start."""
    return sentence[:1].upper() + sentence[1:]


def quoted(text: str) -> str:
    """The text in quotation marks, shortened where it is long."""
    return f"“{shortened(text)}”"


def shortened(text: str) -> str:
    """The text, at most 60 characters of it."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def listed(words: Iterable[str], joined_by: str = "and") -> str:
    """`a, b and c`."""
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {joined_by} {found[-1]}"


def meant(written: str, known: Iterable[str]) -> str | None:
    """What was probably meant, of what is known."""
    by_lower = {word.casefold(): word for word in known}
    found = get_close_matches(written.casefold()[:_LONGEST], by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def did_you_mean(written: str, known: Iterable[str], otherwise: str) -> str:
    """`Did you mean “tm”?` or, where nothing is near, the sentence `otherwise`."""
    found = meant(written, known)
    return f"Did you mean {quoted(found)}?" if found else otherwise
