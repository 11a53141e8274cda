"""An act: what the diagram offers at this moment, with its own form."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.acts.cases import NotOpenNow, press
from engine.case_file.acts import Act
from engine.case_file.choosing import with_holders
from engine.case_file.reader import CaseFile, read_case_file
from engine.errors import StepladderError
from engine.forms import Answer, Form, check_answers
from engine.writing.places import AtAct
from engine.writing.uploads import find_uploads
from webui import roads
from webui.case_news import what_comes_next
from webui.checking import check_page, go_and_check, is_as_shown, is_checked_first, read_again
from webui.drafting import drafting, texts_kept, values_of
from webui.error_pages import page
from webui.form_changes import shown_again, take_change
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import signed_in
from webui.visit import installation, me
from webui.what_follows import what_follows

act = Blueprint("act", __name__)

_NOTHING: Final[Mapping[str, str]] = {}
_NOTHING_ASKED: Final = Form(id="", title="", fields=())


@act.get("/cases/<number>/acts/<element>")
@signed_in
def show(number: str, element: str) -> ResponseReturnValue:
    """The act's form."""
    try:
        return _page(*_find(number, element))
    except NotOpenNow as error:
        kept = texts_kept(AtAct(number=number, element=element))
        return page(409, "This is not possible any more", str(error), kept=kept)


@act.post("/cases/<number>/acts/<element>")
@signed_in
def do(number: str, element: str) -> ResponseReturnValue:
    """Do it, and go back to the case; with something wrong in the form, the form again."""
    file, offered, form = _find(number, element)
    place = AtAct(number=number, element=element)
    raw = sent(request.form.to_dict(flat=False))
    change = take_change(place, form, raw)
    if change.anchor and not change.errors:
        return shown_again(place, change, "act.show")
    if change.anchor:
        return _page(file, offered, form, raw=change.raw, errors=change.errors), 400
    files = find_uploads(installation(), place, by=me()) if form.asks_for_files else {}
    checked = check_answers(form, raw, file.values, files)
    errors = {**checked.errors, **change.errors}
    if errors:
        return _page(file, offered, form, raw=raw, errors=errors), 400
    drawn = file.version.package.diagram.elements[element]
    if is_checked_first(drawn, form, checked.answers, file.values):
        return go_and_check(place, raw)
    return _sent(file, offered, form, raw, checked.answers)


@act.get("/cases/<number>/acts/<element>/check")
@signed_in
def check(number: str, element: str) -> ResponseReturnValue:
    """What was answered, once more, before it is done."""
    return _check_page(*_find(number, element))


@act.post("/cases/<number>/acts/<element>/check")
@signed_in
def checked(number: str, element: str) -> ResponseReturnValue:
    """Do what was checked."""
    try:
        file, offered, form = _find(number, element)
    except NotOpenNow:
        if _did_it_just_now(number, element):
            flash("You did this already. Nothing was done a second time.")
            return redirect(url_for("case.show", number=number), 303)
        raise
    read = read_again(AtAct(number=number, element=element), form, file.values)
    if read is None or read[1].errors:
        return redirect(url_for("act.show", number=number, element=element), 303)
    draft, again = read
    if not is_as_shown(draft):
        return _check_page(file, offered, form, changed=True)
    return _sent(file, offered, form, draft.raw, again.answers)


def _did_it_just_now(number: str, element: str) -> bool:
    """Whether the last that the reader did in the case was this act."""
    file = read_case_file(installation(), number, me())
    own = [line for line in file.history if line.by == me().name]
    return bool(own) and own[-1].element == element


def _check_page(
    file: CaseFile, offered: Act, form: Form, *, changed: bool = False
) -> ResponseReturnValue:
    place = AtAct(number=file.case.number, element=offered.element)
    read = read_again(place, form, file.values)
    if read is None:
        return redirect(url_for("act.show", **values_of(place)), 303)
    draft, again = read
    if again.errors:
        return _page(file, offered, form, raw=draft.raw, errors=again.errors)
    content = check_page(
        place,
        form,
        draft,
        again.answers,
        caption=f"Case {file.case.number}, {file.child.name}",
        button=offered.label,
        follows=_follows(file, offered, again.answers),
        changed=changed,
    )
    return (content, 409) if changed else content


def _follows(file: CaseFile, offered: Act, answers: Mapping[str, Answer] | None) -> list[str]:
    return what_follows(
        file.version.package,
        file.council,
        offered.element,
        answers,
        file.values,
        is_raiser=file.is_raiser,
    )


def _sent(
    file: CaseFile, offered: Act, form: Form, raw: Raw, answers: Mapping[str, Answer]
) -> ResponseReturnValue:
    """Do it, and say what happens next; or why it cannot be done."""
    try:
        press(installation(), file.case.id, offered.element, by=me(), answers=answers)
    except (NotAllowed, NotOpenNow):
        raise
    except StepladderError as error:
        return _page(file, offered, form, raw=raw, problem=str(error)), 400
    number = file.case.number
    flash("\n".join([f"You chose “{offered.label}”.", *what_comes_next(number)]))
    return redirect(url_for("case.show", number=number), 303)


def _page(
    file: CaseFile,
    offered: Act,
    form: Form,
    *,
    raw: Raw | None = None,
    errors: Mapping[str, str] = _NOTHING,
    problem: str = "",
) -> str:
    keeping = drafting(AtAct(number=file.case.number, element=offered.element), raw, form)
    return render_template(
        "act.html",
        file=file,
        act=offered,
        fields=render_fields(
            form, raw=keeping.raw, errors=errors, known=file.values, files=keeping.files
        ),
        drafting=keeping,
        follows=_follows(file, offered, None),
        roads=roads.at_act(file, offered),
        summary=render_error_summary(form, errors),
        errors=bool(errors or problem),
        problem=problem,
    )


def _find(number: str, element: str) -> tuple[CaseFile, Act, Form]:
    """The act as it is offered now. Raises `NotOpenNow` when it is not, and what reading raises."""
    file = read_case_file(installation(), number, me())
    for offered in file.acts:
        if offered.element == element:
            form = file.version.package.forms.get(offered.form, _NOTHING_ASKED)
            return file, offered, with_holders(installation(), file, form, me())
    raise NotOpenNow(
        "That is not possible at this step any more, or not for you. "
        "Open the case to see what you can do now."
    )
