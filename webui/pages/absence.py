"""When somebody is away and who stands in: recorded, changed, taken back."""

from collections.abc import Iterator
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.administration.absences import (
    Absence,
    BadAbsence,
    StandIn,
    cancel_absence,
    end_absence,
    find_absence,
    find_absences,
    period,
    record_absence,
    stand_ins,
)
from engine.clock import in_london
from engine.forms import Field, Form, Option
from engine.people import Person, find_people
from webui.child_forms import SmallForm, day_field, day_of
from webui.guards import signed_in
from webui.pages.person import find_colleague
from webui.people_words import absence_in_words, listed, post_title
from webui.visit import installation, me
from webui.words import short_day

absence = Blueprint("absence", __name__)


@absence.get("/people/<int:person_id>/absences")
@signed_in
def show(person_id: int) -> ResponseReturnValue:
    """The form."""
    return _form(_find(person_id)).show()


@absence.post("/people/<int:person_id>/absences")
@signed_in
def record(person_id: int) -> ResponseReturnValue:
    """Record it, and say who stands in."""
    found = _find(person_id)
    small = _form(found)
    raw, checked = small.read()
    given = checked.answers
    starts = day_of(given, "starts")
    if checked.errors or starts is None:
        return small.show(raw=raw, errors=checked.errors), 400
    deputy = str(given.get("deputy") or "")
    try:
        kept = record_absence(
            installation(),
            person_id,
            by=me(),
            starts=starts,
            ends=day_of(given, "ends"),
            deputy_id=int(deputy) if deputy else None,
        )
    except BadAbsence as error:
        return small.show(raw=raw, errors={error.field: str(error)}), 400
    flash("\n".join(_recorded(found, kept)))
    return _back(found)


def _recorded(found: Person, kept: Absence) -> Iterator[str]:
    who = "You are" if found.id == me().id else f"{found.name} is"
    yield f"{who} away {period(kept)}."
    here = installation()
    today = in_london(here.clock.now()).date()
    with here.database.read() as connection:
        if kept.deputy_id is not None:
            whom = "you" if found.id == me().id else found.name
            yield f"{kept.deputy} stands in, and each act says that it was for {whom}."
            yield (
                f"{kept.deputy} does not see cases about restricted children unless they are named "
                "as a reader of the child."
            )
            for other in find_absences(connection, kept.deputy_id):
                if _overlap(kept, other):
                    yield (
                        f"{kept.deputy} is away too: {absence_in_words(other)}. Nobody stands in "
                        "for both of you in those days. Choose somebody else if you can."
                    )
            return
        council = here.council(found.council)
        for one in stand_ins(connection, council, found, max(kept.starts, today)):
            yield _stands_in(post_title(council, one.post, one.team), one, found)


def _stands_in(title: str, one: StandIn, found: Person) -> str:
    names = listed(person.name for person in one.persons)
    if one.others:
        return f"Nobody is named to stand in. As {title} there is still {names}."
    if one.persons:
        return f"Nobody is named to stand in as {title}, so {names} will act for {found.name}."
    return (
        f"Nobody stands in as {title}: nobody is named, and nobody holds a post above it. "
        "What comes will wait. Name somebody."
    )


def _overlap(one: Absence, other: Absence) -> bool:
    return (one.ends is None or other.starts <= one.ends) and (
        other.ends is None or one.starts <= other.ends
    )


@absence.get("/absences/<int:absence_id>")
@signed_in
def edit(absence_id: int) -> ResponseReturnValue:
    """The form for another last day."""
    found, kept = _kept(absence_id)
    known = {"last_day": kept.ends.isoformat()} if kept.ends else {}
    return _change_form(found, kept).show(known=known)


@absence.post("/absences/<int:absence_id>")
@signed_in
def change(absence_id: int) -> ResponseReturnValue:
    """Another last day, or back today."""
    found, kept = _kept(absence_id)
    small = _change_form(found, kept)
    raw, checked = small.read()
    last_day = day_of(checked.answers, "last_day")
    if checked.errors or last_day is None:
        return small.show(raw=raw, errors=checked.errors), 400
    try:
        end_absence(installation(), absence_id, by=me(), last_day=last_day)
    except BadAbsence as error:
        return small.show(raw=raw, errors={"last_day": str(error)}), 400
    who = "You are" if found.id == me().id else f"{found.name} is"
    flash(f"{who} away until {short_day(last_day)}.")
    return _back(found)


@absence.post("/absences/<int:absence_id>/cancel")
@signed_in
def cancel(absence_id: int) -> ResponseReturnValue:
    """Not away after all, or back today."""
    found, kept = _kept(absence_id)
    try:
        cancel_absence(installation(), absence_id, by=me())
    except BadAbsence as error:
        flash(str(error))
        return _back(found)
    begun = kept.starts < _today()
    flash("You are back." if begun and found.id == me().id else "The absence was taken back.")
    return _back(found)


def _find(person_id: int) -> Person:
    return me() if person_id == me().id else find_colleague(person_id)


def _kept(absence_id: int) -> tuple[Person, Absence]:
    with installation().database.read() as connection:
        kept = find_absence(connection, absence_id)
    if kept is None:
        raise NotAllowed("There is no such absence any more. Look at the list again.")
    return _find(kept.person_id), kept


def _today() -> date:
    return in_london(installation().clock.now()).date()


def _back(found: Person) -> ResponseReturnValue:
    return redirect(_address(found), 303)


def _address(found: Person) -> str:
    if found.id == me().id and not request.args.get("list"):
        return url_for("my_page.show")
    return url_for("person.show", person_id=found.id)


def _form(found: Person) -> SmallForm:
    own = found.id == me().id
    with installation().database.read() as connection:
        others = [
            one for one in find_people(connection, found.council) if one.active and one != found
        ]
    deputy = Field(
        key="deputy",
        kind="select",
        label="Who stands in?",
        description="Leave it empty to let the rule decide: then the line manager stands in "
        "where nobody else holds the post.",
        options=tuple(
            Option(value=str(one.id), label=f"{one.name}, {one.email}") for one in others
        ),
    )
    whose = "your" if own else "their"
    return SmallForm(
        form=Form(
            id="absence",
            title="Say when you are away" if own else f"Say when {found.name} is away",
            fields=(
                day_field("starts", "First day away", "For example, 7 4 2026."),
                day_field(
                    "ends", "Last day away", "Leave it empty if nobody knows yet.", required=False
                ),
                deputy,
            ),
        ),
        caption="My page" if own else found.name,
        back=_address(found),
        back_text="My page" if own else f"Back to {found.name}",
        intro=(
            (
                f"In those days whoever stands in sees {whose} tray and {whose} cases, and acts "
                f"for {'you' if own else found.name}. Each act says so."
            ),
            "No due date moves.",
        ),
    )


def _change_form(found: Person, kept: Absence) -> SmallForm:
    deputy = f"{kept.deputy} stands in." if kept.deputy else "Nobody is named to stand in."
    yesterday = _today() - timedelta(days=1)
    who = "you are" if found.id == me().id else "they are"
    return SmallForm(
        form=Form(
            id="absence",
            title="Change the last day away",
            fields=(
                day_field(
                    "last_day",
                    "Last day away",
                    f"If {who} back today, enter yesterday: {yesterday.day} {yesterday.month} "
                    f"{yesterday.year}."
                    if kept.starts <= yesterday
                    else "For example, 7 4 2026.",
                ),
            ),
        ),
        caption="My page" if found.id == me().id else found.name,
        back=_address(found),
        back_text="My page" if found.id == me().id else f"Back to {found.name}",
        intro=(f"{absence_in_words(kept)}. {deputy}",),
    )
