"""An act: what the diagram offers at this moment, with its own form."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.case_file import Act, CaseFile, read_case_file
from engine.cases import NotOpenNow, press
from engine.errors import StepladderError
from engine.forms import Form, check_answers
from engine.places import AtAct
from webui import roads
from webui.case_news import what_comes_next
from webui.drafting import drafting, texts_kept
from webui.error_pages import page
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import signed_in
from webui.visit import installation, me

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
    raw = sent(request.form.to_dict(flat=False))
    checked = check_answers(form, raw, file.values)
    if checked.errors:
        return _page(file, offered, form, raw=raw, errors=checked.errors), 400
    try:
        press(installation(), file.case.id, element, by=me(), answers=checked.answers)
    except (NotAllowed, NotOpenNow):
        raise
    except StepladderError as error:
        return _page(file, offered, form, raw=raw, problem=str(error)), 400
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
    keeping = drafting(AtAct(number=file.case.number, element=offered.element), raw)
    return render_template(
        "act.html",
        file=file,
        act=offered,
        fields=render_fields(form, raw=keeping.raw, errors=errors, known=file.values),
        drafting=keeping,
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
            return file, offered, form
    raise NotOpenNow(
        "That is not possible at this step any more, or not for you. "
        "Open the case to see what you can do now."
    )
