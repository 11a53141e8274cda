"""Conditions put together from what forms ask: each part a question, is or is not, an answer."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.diagrams.diagram import Diagram
from engine.errors import StepladderError
from engine.forms import Field, Form
from engine.procedures import Package

Joined = Literal["and", "or"]
_PART: Final = re.compile(
    r"\s*(?:(?P<not>not\((?P<denied>\w+)\))"
    r'|(?P<name>\w+)(?:\s*(?P<how>=|!=)\s*(?P<value>"[^"\\]*"|true|false|null))?)\s*'
)
_SPLIT: Final = re.compile(r'\s+(and|or)\s+(?=(?:[^"]*"[^"]*")*[^"]*$)')
_IN: Final = re.compile(r"\s*(?P<name>\w+)\s+in\s+[(\[](?P<values>[^()\[\]]*)[)\]]\s*")
_TEXT: Final = re.compile(r'"([^"\\]*)"')
_MOST_OPTIONS: Final = 400


@dataclass(frozen=True, kw_only=True)
class Part:
    """One comparison: `text` as it is written where it holds, `denied` where it must not."""

    text: str
    denied: bool = False

    @property
    def written(self) -> str:
        """As a condition."""
        name, _, value = self.text.partition(" = ")
        if not self.denied:
            return self.text
        return f"not({name})" if value == "true" else f"{name} != {value}"


@dataclass(frozen=True, kw_only=True)
class Answerable:
    """Something that may have been answered: the part that asks for it, and its words."""

    text: str
    words: str


def answers_before(package: Package, element: str) -> tuple[Answerable, ...]:
    """What can be known at the element, of the forms of the steps that lead there, nearest first.

    Where a form cannot be read nothing of it is offered.
    """
    found: dict[str, str] = {}
    for name in _forms_before(package.diagram, element):
        form = _form(package, name)
        for each in answers_of(form.fields) if form is not None else ():
            found.setdefault(each.text, each.words)
    kept = list(found.items())[:_MOST_OPTIONS]
    return tuple(Answerable(text=text, words=words) for text, words in kept)


def answers_of(fields: tuple[Field, ...]) -> Iterator[Answerable]:
    """What may be answered to questions that a condition can ask."""
    for field in fields:
        if not field.asks or field.kind in ("checklist", "taglist", "dynamiclist", "filepicker"):
            continue
        if field.options:
            for option in field.options:
                if '"' not in option.value and "\\" not in option.value:
                    yield Answerable(
                        text=f'{field.key} = "{option.value}"',
                        words=f"{field.label}: {option.label}",
                    )
        elif field.kind == "checkbox":
            yield Answerable(text=f"{field.key} = true", words=f"{field.label}: ticked")
            continue
        yield Answerable(text=f"{field.key} = null", words=f"{field.label}: not answered")


def read_parts(condition: str) -> tuple[Joined, tuple[Part, ...]] | None:
    """The parts of a condition, and how they are joined; None for one that has another form."""
    if not condition.strip():
        return "and", ()
    listed = _IN.fullmatch(condition)
    if listed:
        values = _TEXT.findall(listed["values"])
        texts = [f'{listed["name"]} = "{value}"' for value in values]
        return ("or", tuple(Part(text=text) for text in texts)) if texts else None
    pieces = _SPLIT.split(condition)
    joiners = set(pieces[1::2])
    parts = [_part(each) for each in pieces[::2]]
    known = tuple(part for part in parts if part is not None)
    if len(joiners) > 1 or len(known) < len(parts):
        return None
    return ("or" if "or" in joiners else "and"), known


def write_parts(joined: Joined, parts: tuple[Part, ...]) -> str:
    """The condition that the parts make."""
    return f" {joined} ".join(dict.fromkeys(part.written for part in parts))


def in_words(condition: str, known: Mapping[str, str]) -> str:
    """A condition in words: `known` are the words of parts; as it is written where they fail."""
    found = read_parts(condition)
    if found is None or any(part.text not in known for part in found[1]):
        return condition
    joined, parts = found
    told = [
        f"not “{known[part.text]}”" if part.denied else f"“{known[part.text]}”" for part in parts
    ]
    return f" {joined} ".join(told)


def _part(text: str) -> Part | None:
    found = _PART.fullmatch(text)
    if found is None or found["name"] in ("true", "false", "null", "not"):
        return None
    if found["not"]:
        return Part(text=f"{found['denied']} = true", denied=True)
    value = found["value"] or "true"
    if value == "false":
        return Part(text=f"{found['name']} = true", denied=found["how"] == "=")
    return Part(text=f"{found['name']} = {value}", denied=found["how"] == "!=")


def _forms_before(diagram: Diagram, element: str) -> Iterator[str]:
    """The names of the forms of what lies before it, the nearest first; then all others."""
    waiting, been = [element], {element}
    while waiting:
        here = diagram.elements.get(waiting.pop(0))
        if here is None:
            continue
        if here.form:
            yield here.form
        nexts = [flow.source for flow in diagram.reaching(here.id)]
        nexts += [here.attached_to] if here.attached_to else []
        if here.kind == "startEvent" or not nexts:
            nexts.append(here.parent)
        nexts += [each.id for each in diagram.inside(here.id) if each.kind == "endEvent"]
        for key in nexts:
            if key not in been:
                been.add(key)
                waiting.append(key)


def _form(package: Package, name: str) -> Form | None:
    try:
        return package.forms.get(name)
    except StepladderError:
        return None
