"""Steps that record a meeting: that their list of decisions is there, and asks what it must."""

from collections.abc import Iterator, Mapping

from engine.diagrams.check import Problem
from engine.diagrams.check.words import quoted
from engine.diagrams.diagram import Diagram
from engine.forms import BadForm, Form, read_form
from engine.forms.decisions import BY_WHEN, DECIDED, OWNER, PROPERTY


def check_decisions(files: Mapping[str, bytes], diagram: Diagram) -> Iterator[Problem]:
    """What is wrong with the lists that `decisions` names; forms are judged elsewhere."""
    for element in diagram.elements.values():
        key = element.properties.get(PROPERTY)
        form = _form(files, element.form) if key is not None else None
        problem = _wrong(form, key) if form is not None and key is not None else None
        if problem:
            yield Problem(
                file=f"{diagram.id}.bpmn",
                element=element.id,
                severity="error",
                problem=problem[0],
                mend=problem[1],
            )


def _form(files: Mapping[str, bytes], name: str | None) -> Form | None:
    try:
        return read_form(files[f"forms/{name}.form"])
    except (KeyError, BadForm):
        return None


def _wrong(form: Form, key: str) -> tuple[str, str] | None:
    field = form.field(key)
    if field is None or field.kind != "dynamiclist":
        problem = f"Its decisions are {quoted(key)}, which is no dynamic list of its form."
        return problem, "Write the path of the list that asks what was decided."
    asked = {each.key: each for each in field.fields if each.asks}
    first = asked.get(DECIDED)
    if first is None or not first.required:
        problem = f"The list {quoted(key)} of its form does not ask what was decided."
        mend = f"Give it a question with the key {DECIDED} that must be answered"
        return problem, f"{mend}, and where you like {OWNER} and {BY_WHEN}."
    when = asked.get(BY_WHEN)
    if when is not None and (when.kind, when.subtype) != ("datetime", "date"):
        return f"{quoted(BY_WHEN)} in the list {quoted(key)} is no date.", "Ask it as a date."
    return None
