"""A finished case as a scenario: who did what and when, without a word of what was written."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from engine.access import may_see_element
from engine.acts.cases import OPENED, PRESSED, start_event
from engine.acts.deadlines import EXTENDED
from engine.acts.tasks import COMPLETED
from engine.case_file.reader import CaseFile, read_case_file
from engine.clock import in_london, parse_instant
from engine.councils import RAISER
from engine.diagrams.diagram import Element
from engine.figures.kept import Kept, Told
from engine.figures.reading import read_kept
from engine.forms import Answer, Field, Form
from engine.installation import Installation
from engine.people import Person
from engine.play import Scenario
from engine.play.scenario import Step, Then
from engine.redrawing.trying import CannotTry

LEFT_OUT: Final = "What was written in the case is left out."
_WRITTEN: Final = frozenset({"textfield", "textarea"})
_DOES: Final[Mapping[str, str]] = {
    OPENED: "raise",
    COMPLETED: "answer",
    PRESSED: "press",
    EXTENDED: "give time",
}


def scenario_of_case(installation: Installation, key: str, number: str, *, by: Person) -> Scenario:
    """What was done in the finished case of that procedure and number, as far as `by` may see it.

    Time that was given is left out where the words of its entry were destroyed. Raises what
    `read_case_file` raises, and `CannotTry` for a case that is open, another's, or whose opening
    was destroyed.
    """
    file = read_case_file(installation, number, by)
    if file.version.row.procedure != key:
        raise CannotTry("That case is of another procedure. Try it out there.")
    if file.case.closed_at is None:
        raise CannotTry("That case is still open. Only a finished one can be gone through again.")
    with installation.database.read() as connection:
        kept = read_kept(connection, file.council, file.case)
    if not any(told.entry.act == OPENED and told.answers for told in kept.told):
        raise CannotTry(
            "What was written when that case was raised was destroyed, so it cannot be gone "
            "through again. Choose another one."
        )
    steps = (step for told in kept.told if (step := _step(file, kept, told)) is not None)
    return Scenario(
        name=number,
        title=number,
        shows=(),
        statuses=kept.statuses,
        steps=tuple(replace(step, number=place) for place, step in enumerate(steps, 1)),
    )


def _step(file: CaseFile, kept: Kept, told: Told) -> Step | None:
    does = _DOES.get(told.entry.act)
    drawn = kept.diagram.elements.get(told.entry.element)
    if does is None or not may_see_element(kept.diagram, told.entry.element, file.posts):
        return None
    if does == "raise":
        drawn = start_event(kept.diagram)
    if drawn is None:
        return None
    until = _until(told) if does == "give time" else None
    if does == "give time" and until is None:
        return None
    form = file.version.package.forms.get(drawn.form or "")
    return Step(
        number=0,
        at=told.entry.at,
        does=does,
        what="" if does == "raise" else drawn.id,
        post=_post(drawn, told, does),
        answers=dict(_without_words(form, told.answers)) if form and does != "give time" else {},
        until=until,
        reason="As the scenario says.",
        refused=None,
        then=Then(),
    )


def _post(drawn: Element, told: Told, does: str) -> str:
    if does in ("raise", "give time"):
        return RAISER
    first = drawn.posts[0] if drawn.posts else RAISER
    return str(told.after.get("post") or first)


def _until(told: Told) -> date | None:
    """Until when time was given; None where the entry's words were destroyed."""
    due = told.after.get("due")
    return in_london(parse_instant(str(due))).date() if due is not None else None


def _without_words(form: Form, answers: Mapping[str, Any]) -> Iterator[tuple[str, Answer]]:
    for field in form.fields:
        answer = answers.get(field.key)
        if answer in (None, "", False, []):
            continue
        if field.kind == "dynamiclist" and isinstance(answer, list):
            yield field.key, [_row(field, row) for row in answer]
        elif field.kind == "filepicker":
            yield field.key, ["made-up.txt"]
        else:
            yield field.key, LEFT_OUT if field.kind in _WRITTEN else answer


def _row(field: Field, row: Mapping[str, Any]) -> Mapping[str, object]:
    kinds = {inner.key: inner.kind for inner in field.fields}
    return {
        key: LEFT_OUT if kinds.get(key) in _WRITTEN else value
        for key, value in row.items()
        if value not in (None, "")
    }
