"""The child's record changed while a case is open: the raiser says how the case goes on (X-13).

The case page and the tray ask by the partials case_child_changed.html and tray_child_changed.html.
"""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.acts.cases import NotOpenNow
from engine.case_file.acts import Act
from engine.case_file.reader import CaseFile, read_case_file
from engine.child_file.changes import (
    ANOTHER,
    CLOSE,
    DIED,
    GO_ON,
    choose,
    fitting_procedures,
    read_news,
    read_unsettled,
)
from engine.clock import in_london
from engine.forms import Form
from engine.store.child_changes import ToldChange
from engine.store.versions import VersionRow
from webui.child_forms import SmallForm, choice_field, reason_field
from webui.guards import signed_in
from webui.pages.raise_concern import begin
from webui.visit import installation, me
from webui.words import address_of_case, short_day

child_changed = Blueprint("child_changed", __name__)

# The question of the form by which a procedure closes a case as withdrawn or overtaken.
_CLOSED_AS = "closed_as"


@dataclass(frozen=True, kw_only=True)
class ChildNews:
    """What changed and waits for the raiser's choice, and what is offered.

    `close` is the act that closes the case, None where the diagram offers none now.
    """

    changes: tuple[ToldChange, ...]
    close: Act | None
    procedures: tuple[VersionRow, ...]
    died: bool

    @property
    def has_died(self) -> bool:
        """Whether one of the changes is that the child died."""
        return self.died or any(each.kind == DIED for each in self.changes)


def child_news(file: CaseFile) -> ChildNews | None:
    """What the case's raiser has still to say how the case goes on after; None if nothing."""
    if file.case.closed_at is not None:
        return None
    with installation().database.read() as connection:
        changes = read_news(connection, file.case.id)
        if not changes:
            return None
        procedures = fitting_procedures(
            connection,
            file.child,
            in_london(file.read_at).date(),
            but=file.version.row.procedure,
        )
    return ChildNews(
        changes=changes,
        close=_closing(file),
        procedures=procedures,
        died=file.child.died_on is not None,
    )


def _closing(file: CaseFile) -> Act | None:
    forms = file.version.package.forms
    for act in file.acts:
        if act.form in forms and forms[act.form].field(_CLOSED_AS) is not None:
            return act
    return None


@child_changed.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {
        "child_news": child_news,
        "my_child_news": lambda: read_unsettled(installation(), me()),
    }


@child_changed.get("/cases/<number>/child-changed")
@signed_in
def show(number: str) -> ResponseReturnValue:
    """What changed, and how the case may go on."""
    file, news = _find(number)
    return _form(file, news).show()


@child_changed.post("/cases/<number>/child-changed")
@signed_in
def say(number: str) -> ResponseReturnValue:
    """Keep what the raiser chose, and lead on to it."""
    file, news = _find(number)
    small = _form(file, news)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    choice, reason = str(checked.answers["choice"]), str(checked.answers["reason"])
    choose(installation(), file.case.id, by=me(), choice=choice, reason=reason)
    if choice == CLOSE and news.close is not None:
        flash("What you chose is kept. Close the case here.")
        return redirect(url_for("act.show", number=number, element=news.close.element), 303)
    if choice == ANOTHER:
        flash("What you chose is kept. This case stays open until you close it.")
        mark = begin(file.child.id, linked_to=file.case.id)
        return redirect(url_for("raise_concern.confirm", mark=mark), 303)
    flash("What you chose is kept. The case goes on.")
    return redirect(address_of_case(number), 303)


def _find(number: str) -> tuple[CaseFile, ChildNews]:
    file = read_case_file(installation(), number, me())
    if not file.is_raiser:
        raise NotAllowed("Only the raiser of a case says how it goes on.")
    news = child_news(file)
    if news is None:
        raise NotOpenNow("Nothing has changed that you have not answered. Open the case.")
    return file, news


def _form(file: CaseFile, news: ChildNews) -> SmallForm:
    options = [(GO_ON, "Go on with this case as it is")]
    if news.close is not None:
        options.append((CLOSE, f"Close it, by “{news.close.label}”, on the next page"))
    if news.procedures:
        titles = " or ".join(version.title for version in news.procedures)
        options.append((ANOTHER, f"Open a case on {titles}, which fits the legal status now"))
    intro = [f"{each.words} Recorded on {_day(each)}." for each in news.changes]
    if news.has_died:
        intro.append(
            "We are sorry. Nothing was stopped, closed or sent by itself. You may want to go on, "
            "so that what was asked is answered, or to close the case. Take the time that you need."
        )
    return SmallForm(
        form=Form(
            id="child-changed",
            title="How does the case go on?",
            fields=(
                choice_field("choice", "What do you choose?", options),
                reason_field("Why?", "Whoever takes part in the case can read this."),
            ),
        ),
        caption=f"Case {file.case.number}, {file.child.name}",
        back=address_of_case(file.case.number),
        back_text="Back to the case",
        button="Keep what I chose",
        intro=tuple(intro),
    )


def _day(change: ToldChange) -> str:
    return short_day(in_london(change.at).date())
