"""Filing: rules for posts and stages that exist, and Word forms that can be filled in."""

import tomllib
from collections.abc import Iterator, Mapping

from engine.checking.settings import FILE
from engine.diagrams.check import Problem
from engine.diagrams.check.words import did_you_mean, listed, quoted
from engine.diagrams.diagram import Diagram
from engine.documents.word_form import (
    FORMS,
    LARGEST_FORM,
    PLACEHOLDERS,
    BadWordForm,
    placeholders,
)
from engine.filing_rules import WRITER, read_rules


def check_filing(
    files: Mapping[str, bytes], diagram: Diagram, posts: Mapping[str, str] | None
) -> Iterator[Problem]:
    """What is wrong with the rules of procedure.toml, beside the diagram and the council's posts.

    What cannot be read at all is told elsewhere.
    """
    yield from _documents(diagram)
    try:
        settings = tomllib.loads(files.get(FILE, b"").decode())
        rules = read_rules(settings)
    except (ValueError, RecursionError, TypeError, AttributeError):
        return
    stages = {each.stage for each in diagram.elements.values() if each.stage}
    for number, rule in enumerate(rules, 1):
        if rule.by and posts is not None and rule.by not in (WRITER, *posts):
            yield _wrong(
                f"filing[{number}].by",
                f"Who files is {quoted(rule.by)}, which is no post of the council.",
                did_you_mean(rule.by, posts, f"Use one of {listed(sorted(posts), 'or')}."),
            )
        for element in sorted(rule.elements - diagram.elements.keys()):
            yield _wrong(
                f"filing[{number}].elements",
                f"The diagram has no element {quoted(element)}.",
                did_you_mean(element, diagram.elements, "Write the id of an element."),
            )
        for stage in sorted(rule.stages - stages):
            use = f"Use one of {listed(sorted(stages), 'or')}."
            yield _wrong(
                f"filing[{number}].stages",
                f"The diagram has no stage {quoted(stage)}.",
                did_you_mean(stage, stages, use),
            )


def _documents(diagram: Diagram) -> Iterator[Problem]:
    for element in diagram.elements.values():
        name = element.properties.get("document")
        if name is not None and name not in FORMS:
            yield Problem(
                file=f"{diagram.id}.bpmn",
                element=element.id,
                severity="error",
                problem=f"The property document names the form {quoted(name)}, which is not known.",
                mend=f"Write {listed(sorted(FORMS), 'or')}, or take the property away.",
            )


def check_word_form(content: bytes, path: str, name: str) -> Iterator[Problem]:
    """What is wrong with a council's own Word form, which lies at `path`."""
    if name not in FORMS:
        yield _problem(
            path,
            "No task downloads a form of this name.",
            f"Name it {listed((f'{each}.docx' for each in sorted(FORMS)), 'or')}, or delete it.",
        )
        return
    if len(content) > LARGEST_FORM:
        yield _problem(path, "The form is larger than 5 MB.", "Make its pictures smaller.")
        return
    try:
        found = placeholders(content)
    except BadWordForm as error:
        yield _problem(path, error.found, error.mend)
        return
    for each in sorted(found - PLACEHOLDERS.keys()):
        use = f"Use one of {listed(sorted(PLACEHOLDERS), 'or')}."
        mend = did_you_mean(each, PLACEHOLDERS, use)
        yield _problem(path, f"{quoted(each)} stands for nothing in a form.", mend)
    if not found:
        yield Problem(
            file=path,
            element=None,
            severity="warning",
            problem="The form has no placeholder, so nothing of the case is filled in.",
            mend="Write for example {{ child_name }} where the name is to stand.",
        )


def _wrong(key: str, problem: str, mend: str) -> Problem:
    return Problem(file=FILE, element=key, severity="error", problem=problem, mend=mend)


def _problem(path: str, problem: str, mend: str) -> Problem:
    return Problem(file=path, element=None, severity="error", problem=problem, mend=mend)
