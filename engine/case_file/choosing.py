"""Who is chosen when one post of several is picked, as to chair a meeting (A-HAR-6, X-17).

Who holds each post stands beside it, with a warning where that person answered a stage of the case
already. Nothing is blocked.
"""

from collections.abc import Iterable
from dataclasses import replace

from engine.case_file.reader import CaseFile
from engine.case_file.waiting import stage_in_words
from engine.councils import RAISER
from engine.forms import Form, Option
from engine.installation import Installation
from engine.people import Person
from engine.store.tasks import find_case_tasks
from engine.turns.open_case import OpenCase


def with_holders(installation: Installation, file: CaseFile, form: Form, by: Person) -> Form:
    """The form, in which each post that may be chosen says who holds it, and what they answered."""
    chosen = {
        element.properties.get("chosen_by")
        for element in file.version.package.diagram.elements.values()
    }
    if not any(field.key in chosen for field in form.fields if field.asks):
        return form
    with installation.database.read() as connection:
        case = OpenCase(installation, connection, file.case, by=by)
        answered = _answered(case)
        fields = tuple(
            replace(field, options=tuple(_option(case, each, answered) for each in field.options))
            if field.asks and field.key in chosen
            else field
            for field in form.fields
        )
    return replace(form, fields=fields)


def _option(case: OpenCase, option: Option, answered: dict[int, str]) -> Option:
    if option.value not in case.council.posts:
        return option
    persons = case.answering(option.value)[1]
    label = f"{option.label}: {_names(persons)}"
    warned = [
        f"{each.name} answered at {answered[each.id]}" for each in persons if each.id in answered
    ]
    if warned:
        label = f"{label}. Be aware: {' and '.join(warned)} of this case already"
    return replace(option, label=label)


def _names(persons: Iterable[Person]) -> str:
    return " or ".join(person.name for person in persons) or "nobody holds this post"


def _answered(case: OpenCase) -> dict[int, str]:
    """The stage, in words, at which somebody answered as a respondent, by their id."""
    found: dict[int, str] = {}
    for task, _ in find_case_tasks(case.connection, case.case.id):
        drawn = case.diagram.elements.get(task.element)
        if drawn is None or task.closed_by is None or case.diagram.is_beside(task.element):
            continue
        if task.stage and drawn.posts[:1] != (RAISER,):
            found[task.closed_by] = stage_in_words(case.council, task.stage)
    return found
