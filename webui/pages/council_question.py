"""A question that a procedure asks its council: an officer accepts what is shown, or takes it back.

The address names the question by its words, so that nobody accepts what they were not shown.
"""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from engine.confirming.acceptance import LONGEST_WORDS, NotOpen, Officer, accept, take_back
from engine.confirming.procedure_file import ProcedureFile, find_package, read_procedure_file
from engine.confirming.questions import Asked
from engine.forms import Field, Form
from webui.child_forms import SmallForm
from webui.error_pages import page
from webui.guards import confirmers
from webui.visit import installation, me

council_question = Blueprint("council_question", __name__)

_WHAT_IT_MEANS: Final = (
    "You accept it for the council. It holds for later versions too, until the question or what "
    "is shown changes."
)
_OPEN_AGAIN: Final = "The question will be open again. Cases that are open go on as they are."
_OPEN_AGAIN_BLOCKING: Final = (
    "The question will be open again. A procedure that is in use stays in use, and cases that are "
    "open go on; no new version is put to use before it is answered."
)
_OTHERWISE: Final = (
    "Where the council’s answer is another one, do not accept: the procedure’s files are changed "
    "instead."
)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """The question that the address names, with its procedure."""

    file: ProcedureFile
    asked: Asked

    @property
    def back(self) -> str:
        return url_for("procedure.show", key=self.file.package.key)


@council_question.get("/procedures/<key>/questions/<asked>/accept")
@confirmers
def ask(key: str, asked: str) -> ResponseReturnValue:
    """What is shown, and the form in which it is accepted."""
    found = _find(key, asked)
    if found is None:
        return _changed()
    if not found.asked.is_open:
        return _not_so(found)
    return _accepting(found).show()


@council_question.post("/procedures/<key>/questions/<asked>/accept")
@confirmers
def accepted(key: str, asked: str) -> ResponseReturnValue:
    """Keep the acceptance."""
    found = _find(key, asked)
    return _changed() if found is None else _said(found, _accepting(found), accepting=True)


@council_question.get("/procedures/<key>/questions/<asked>/take-back")
@confirmers
def doubt(key: str, asked: str) -> ResponseReturnValue:
    """What was accepted, and the form in which that is taken back."""
    found = _find(key, asked)
    if found is None:
        return _changed()
    if found.asked.is_open:
        return _not_so(found)
    return _taking_back(found).show()


@council_question.post("/procedures/<key>/questions/<asked>/take-back")
@confirmers
def taken_back(key: str, asked: str) -> ResponseReturnValue:
    """Open the question again."""
    found = _find(key, asked)
    return _changed() if found is None else _said(found, _taking_back(found), accepting=False)


def _find(key: str, mark: str) -> _Asked | None:
    file = read_procedure_file(installation(), key, me())
    known = (each for each in file.all_asked if each.question.mark == mark)
    asked = next(known, None)
    return None if asked is None else _Asked(file=file, asked=asked)


def _said(found: _Asked, small: SmallForm, *, accepting: bool) -> ResponseReturnValue:
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    question = found.asked.question
    package = find_package(found.file, installation(), question.mark)
    if package is None:
        return _changed()
    officer = Officer(person=me(), words=str(checked.answers["words"]))
    try:
        if accepting:
            accept(installation(), package, [question.name], officer)
        else:
            take_back(installation(), package, question.name, officer)
    except NotOpen:
        return _not_so(found)
    done = "What is shown was accepted" if accepting else "The acceptance was taken back"
    flash(f"{question.name}: {done}.\nCases that are open go on as they are.")
    return redirect(found.back, 303)


def _accepting(found: _Asked) -> SmallForm:
    question = found.asked.question
    blocking = "The procedure is not put to use before this is answered. " * question.blocking
    return _form(
        found,
        title="Accept what is shown",
        label="Who decided this, and why?",
        button="Accept what is shown",
        intro=(
            f"{question.name}: {question.question}",
            f"Shown: {question.shown}",
            blocking + _WHAT_IT_MEANS,
            _OTHERWISE,
        ),
    )


def _taking_back(found: _Asked) -> SmallForm:
    question = found.asked.question
    held = found.asked.acceptance
    by = f"Accepted by {held.by}, {held.post}: “{held.words}”" if held else ""
    return _form(
        found,
        title="Take the acceptance back",
        label="Why is it taken back?",
        button="Take it back",
        intro=(
            f"{question.name}: {question.question}",
            f"Shown: {question.shown}",
            *([by] if by else []),
            _OPEN_AGAIN_BLOCKING if question.blocking else _OPEN_AGAIN,
        ),
    )


def _form(
    found: _Asked, *, title: str, label: str, button: str, intro: tuple[str, ...]
) -> SmallForm:
    words = Field(
        key="words",
        kind="textarea",
        label=label,
        description="It is kept with your name, and everybody in the council can read it. "
        "Name no child.",
        required=True,
        max_length=LONGEST_WORDS,
    )
    return SmallForm(
        form=Form(id="question", title=title, fields=(words,)),
        caption=found.file.listed.title,
        back=found.back,
        back_text=found.file.listed.title,
        button=button,
        intro=intro,
    )


def _changed() -> ResponseReturnValue:
    return page(
        409,
        "This question is not asked any more",
        "It was changed or taken away since you read it. Nothing was kept. Open the procedure’s "
        "page, and read it again.",
    )


def _not_so(found: _Asked) -> ResponseReturnValue:
    """It was done already, by this officer in another window or by another one."""
    name = found.asked.question.name
    if found.asked.is_open:
        title, told = (
            "Nothing is to be taken back",
            f"Nobody has accepted what is shown for {name}.",
        )
    else:
        title, told = "This was accepted already", f"What is shown for {name} was accepted."
    return page(409, title, f"{told} Open the procedure’s page to see who said what, and when.")
