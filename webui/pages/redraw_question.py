"""One question of a form of a draft: what it asks, how it is answered, and when it is asked."""

from collections.abc import Sequence

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from engine.forms import Form
from engine.redrawing.conditions import Answerable, answers_of
from engine.redrawing.drafts import Draft
from engine.redrawing.forms import (
    add_question,
    change_question,
    faults,
    find_question,
    new_key,
    path_of,
    read_questions,
    remove_question,
    shown,
    title_of,
    where_asked,
)
from engine.redrawing.questions import Question
from webui.child_forms import SmallForm
from webui.form_fields import Raw
from webui.guards import confirmers
from webui.pages.redraw_form import form_of
from webui.redraw_draft import SEEN, keep_small, own_draft
from webui.redraw_questions import known_question, question_form, wanted_question

redraw_question = Blueprint("redraw_question", __name__)

_NEW = Question(place="", kind="textfield")


@redraw_question.get("/procedures/<key>/redraw/forms/<name>/questions/add")
@confirmers
@own_draft
def new(key: str, draft: Draft, name: str) -> ResponseReturnValue:
    """What a new question asks."""
    return _form(key, draft, name, _NEW).show(known=known_question(_NEW))


@redraw_question.post("/procedures/<key>/redraw/forms/<name>/questions/add")
@confirmers
@own_draft
def add(key: str, draft: Draft, name: str) -> ResponseReturnValue:
    """It comes last; it can be moved up."""
    return _keep(key, draft, name, _NEW)


@redraw_question.get("/procedures/<key>/redraw/forms/<name>/questions/<place>")
@confirmers
@own_draft
def show(key: str, draft: Draft, name: str, place: str) -> ResponseReturnValue:
    """The question as the draft has it."""
    question = find_question(form_of(draft, name), place)
    return _form(key, draft, name, question).show(known=known_question(question))


@redraw_question.post("/procedures/<key>/redraw/forms/<name>/questions/<place>")
@confirmers
@own_draft
def change(key: str, draft: Draft, name: str, place: str) -> ResponseReturnValue:
    """Keep it as it is wanted now."""
    return _keep(key, draft, name, find_question(form_of(draft, name), place))


@redraw_question.get("/procedures/<key>/redraw/forms/<name>/questions/<place>/remove")
@confirmers
@own_draft
def ask(key: str, draft: Draft, name: str, place: str) -> ResponseReturnValue:
    """Whether it is to be taken out, and who counts on it."""
    return _removal(key, draft, name, place).show()


@redraw_question.post("/procedures/<key>/redraw/forms/<name>/questions/<place>/remove")
@confirmers
@own_draft
def remove(key: str, draft: Draft, name: str, place: str) -> ResponseReturnValue:
    """It is gone from the draft."""
    small = _removal(key, draft, name, place)
    raw, _ = small.read()
    content = form_of(draft, name)
    return keep_small(
        small,
        raw,
        key,
        lambda: {path_of(name): remove_question(content, place)},
        then=_back(key, name),
        words=f"{_of(draft, name)}: “{find_question(content, place).label}” was taken out.",
    )


def _keep(key: str, draft: Draft, name: str, question: Question) -> ResponseReturnValue:
    small = _form(key, draft, name, question)
    raw, checked = small.read()
    wanted, errors = wanted_question(question, checked.answers)
    if checked.errors or errors:
        return small.show(raw=raw, errors={**checked.errors, **errors}), 400
    content = form_of(draft, name)
    if question is _NEW:
        made = add_question(content, wanted, new_key(draft.package, wanted.label))
        words = f"{_of(draft, name)}: “{wanted.label}” is asked too."
    elif wanted == question:
        made, words = content, ""
    else:
        made = change_question(content, wanted)
        words = f"{_of(draft, name)}: {_said(question, wanted)}"
    return _kept(small, raw, key, name, (content, made, words))


def _kept(
    small: SmallForm, raw: Raw, key: str, name: str, change: tuple[bytes, bytes, str]
) -> ResponseReturnValue:
    content, made, words = change
    wrong = [fault for fault in faults(made) if fault not in faults(content)]
    if wrong:
        return small.show(raw=raw, problem=" ".join(wrong)), 400
    then = _back(key, name)
    return keep_small(small, raw, key, lambda: {path_of(name): made}, then=then, words=words)


def _said(was: Question, now: Question) -> str:
    if was.label != now.label:
        return f"“{was.label}” is now “{now.label}”."
    return f"“{now.label}” is asked otherwise."


def _of(draft: Draft, name: str) -> str:
    return f"The form “{title_of(form_of(draft, name)) or name}”"


def _back(key: str, name: str) -> str:
    return url_for("redraw_form.show", key=key, name=name, _anchor="the-questions")


def _earlier(content: bytes, question: Question) -> Sequence[Answerable]:
    """What may have been answered before the question, or before the end of the form."""
    form = shown(content)
    if form is None:
        return ()
    before: list[str] = []
    for each in read_questions(content):
        if each.place == question.place:
            break
        before.append(each.key)
    fields = tuple(field for field in form.fields if field.key in before)
    return tuple(answers_of(fields))


def _form(key: str, draft: Draft, name: str, question: Question) -> SmallForm:
    content = form_of(draft, name)
    is_new = question is _NEW
    title = "Add a question" if is_new else "Change a question"
    asked = where_asked(draft.package, question.key)
    links: tuple[tuple[str, str], ...] = ()
    if not is_new:
        removal = url_for("redraw_question.ask", key=key, name=name, place=question.place)
        links = (("Take the question out", removal),)
    return SmallForm(
        form=question_form(question, _earlier(content, question), title),
        caption=f"{draft.package.title}, {title_of(content) or name}",
        back=_back(key, name),
        back_text="The form",
        button="Add it to the draft" if is_new else "Keep it in the draft",
        intro=_counting(question.key, asked),
        hidden=((SEEN, draft.state),),
        links=links,
    )


def _counting(key: str, asked: Sequence[str]) -> tuple[str, ...]:
    if not asked:
        return ()
    told = (
        f"The diagram counts on what is answered here, at: {'; '.join(asked)}. It knows the "
        f"question as “{key}”, which stays so; the words can be changed freely."
    )
    return (told,)


def _removal(key: str, draft: Draft, name: str, place: str) -> SmallForm:
    question = find_question(form_of(draft, name), place)
    asked = where_asked(draft.package, question.key)
    told = (
        f"The diagram counts on its answer, at: {'; '.join(asked)}. Without it that has to be "
        "changed too; the check says so."
        if asked
        else "Nothing in the diagram counts on its answer."
    )
    return SmallForm(
        form=Form(id="remove", title=f"Take out “{question.label}”", fields=()),
        caption=f"{draft.package.title}, {title_of(form_of(draft, name)) or name}",
        back=url_for("redraw_question.show", key=key, name=name, place=place),
        back_text="The question",
        button="Take it out",
        intro=(told, "It can be undone."),
        hidden=((SEEN, draft.state),),
    )
