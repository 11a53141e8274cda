"""Check your answers: before what matters most is sent, everything once more, each with a way back.

Which steps ask for it is in the diagram: `confirm` on a task, an act or the beginning is a
condition over the answers. What is checked is the draft, so nothing is lost on the way back, and
what is sent is what was shown: a text that another window changed meanwhile is shown again.
"""

from collections.abc import Mapping
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.diagrams.diagram import Element
from engine.diagrams.expressions import parse
from engine.diagrams.values import Value
from engine.forms import Answer, Checked, Form, check_answers, in_words
from engine.forms.answers import values_for
from engine.writing.drafts import Draft, find_draft
from engine.writing.places import Place
from engine.writing.uploads import find_uploads
from webui.drafting import SEEN, form_page_of, pages_of, values_of
from webui.form_changes import keep_typed
from webui.form_fields import Raw, first_id
from webui.visit import installation, me

_CONFIRM: Final = "confirm"
_CHECK_PAGES: Final = {
    "task": "task.check",
    "act": "act.check",
    "raising": "raise_concern.check",
}


def is_checked_first(
    element: Element, form: Form, answers: Mapping[str, Answer], known: Mapping[str, Value]
) -> bool:
    """Whether what was answered is shown once more before it is sent."""
    condition = element.properties.get(_CONFIRM)
    return bool(condition) and parse(str(condition)).holds(values_for(form, answers, known))


def go_and_check(place: Place, raw: Raw) -> ResponseReturnValue:
    """Keep what was typed, and show it once more; or say why it could not be kept."""
    kept = keep_typed(place, raw)
    return kept or redirect(url_for(_CHECK_PAGES[pages_of(place)], **values_of(place)), 303)


def read_again(
    place: Place, form: Form, known: Mapping[str, Value]
) -> tuple[Draft, Checked] | None:
    """What is to be checked: the draft with its files; None where there is none any more."""
    draft = find_draft(installation(), place, by=me())
    if draft is None:
        return None
    files = find_uploads(installation(), place, by=me()) if form.asks_for_files else {}
    return draft, check_answers(form, draft.raw, known, files)


def is_as_shown(draft: Draft) -> bool:
    """Whether what is sent is what this page showed."""
    return request.form.get(SEEN) == draft.revision


def check_page(
    place: Place,
    form: Form,
    draft: Draft,
    answers: Mapping[str, Answer],
    *,
    caption: str,
    button: str,
    follows: list[str],
    changed: bool = False,
    problem: str = "",
) -> str:
    """Everything that will be sent, each with a link back to its question."""
    back = url_for(form_page_of(place), **values_of(place))
    return render_template(
        "check_answers.html",
        caption=caption,
        rows=list(_rows(form, answers, back)),
        button=button,
        back=back,
        seen=draft.revision,
        follows=follows,
        changed=changed,
        problem=problem,
    )


def _rows(form: Form, answers: Mapping[str, Answer], back: str) -> Any:
    for field in form.fields:
        given = in_words(form, {field.key: answers.get(field.key)})
        if not given or answers.get(field.key) is False:
            continue
        ((label, words),) = given
        yield {"label": label, "words": words, "href": f"{back}#{first_id(field)}"}
