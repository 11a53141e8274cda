"""The answers with which a case was opened, when it moves to the right child (X-37).

The files that came with them may be about the wrong child, and so may their names.
"""

import json
from typing import Final

from engine.diagrams.diagram import Element
from engine.forms import Answer, Form, Row
from engine.history.entries import canonical
from engine.store.cases import change_answers, find_answers
from engine.turns.turn import Turn

NO_FILE: Final = "A file that was destroyed when the case was moved to the right child"


def forget_files_of_opening(case: Turn, start: Element) -> dict[str, object]:
    """Keep the answers of the opening without the names of files; what they say then, by entry.

    `start` is where cases begin. Empty where they were destroyed.
    """
    form = case.version.package.forms.get(start.form or "")
    told: dict[str, object] = {}
    for row in find_answers(case.connection, case.case.id):
        if row.element != start.id:
            continue
        answers: dict[str, Answer] = json.loads(row.content)
        left = _without_files(form, answers)
        if left != answers:
            change_answers(case.connection, case.case.id, row.sequence, canonical(left))
        told[str(row.sequence)] = left
    return told


def _without_files(form: Form | None, answers: dict[str, Answer]) -> dict[str, Answer]:
    files = {each.key for each in form.fields if each.kind == "filepicker"} if form else set()
    left = dict(answers)
    for key in files & answers.keys():
        said = answers[key]
        if isinstance(said, list):
            gone: list[Row] = [{"name": NO_FILE} for _ in said]
            left[key] = gone
    return left
