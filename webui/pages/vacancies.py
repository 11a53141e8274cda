"""Posts that nobody holds today, or soon, and who stands in; what people who left leave behind."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.acts.cases import NoReason
from engine.administration.left_behind import (
    NotUnread,
    UnreadRecord,
    name_first_reader,
    read_left_behind,
    read_unread_record,
)
from engine.administration.vacancies import Vacancy, read_vacancies
from engine.children import BadChild
from engine.clock import in_london
from engine.forms import Form
from webui.child_forms import SmallForm, person_field, person_of, reason_field
from webui.guards import administrators
from webui.people_words import listed, post_title
from webui.visit import installation, me
from webui.words import short_day

vacancies = Blueprint("vacancies", __name__)


@vacancies.get("/vacancies")
@administrators
def show() -> ResponseReturnValue:
    """The list."""
    found = read_vacancies(installation(), me())
    today = in_london(installation().clock.now()).date()
    return render_template(
        "vacancies.html",
        now=[_row(each) for each in found if each.since <= today],
        soon=[_row(each) for each in found if each.since > today],
        left=read_left_behind(installation(), me()),
    )


@vacancies.get("/vacancies/records/<int:child_id>")
@administrators
def reader(child_id: int) -> ResponseReturnValue:
    """Who may read a record from now on that nobody can open."""
    return _reader_form(_unread(child_id)).show()


@vacancies.post("/vacancies/records/<int:child_id>")
@administrators
def name_reader(child_id: int) -> ResponseReturnValue:
    """Name them."""
    small = _reader_form(_unread(child_id))
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    try:
        person = name_first_reader(
            installation(),
            child_id,
            by=me(),
            person_id=person_of(checked.answers, "person"),
            reason=str(checked.answers["reason"]),
        )
    except (BadChild, NoReason) as error:
        return small.wrong(raw, error)
    flash(f"{person.name} may read of the child now. Tell them.")
    return redirect(url_for("vacancies.show"), 303)


def _unread(child_id: int) -> UnreadRecord:
    try:
        return read_unread_record(installation(), me(), child_id)
    except NotUnread:
        abort(404)


def _reader_form(record: UnreadRecord) -> SmallForm:
    who = listed(record.named)
    return SmallForm(
        form=Form(
            id="reader",
            title="Name who may read a restricted record",
            fields=(
                person_field("person", "Who may read it from now on?", nobody=False),
                reason_field("Why them?"),
            ),
        ),
        caption=f"It named {who}" if who else "It names nobody",
        back=url_for("vacancies.show"),
        back_text="Vacant posts",
        button="Name them",
        intro=(
            "Nobody who works here can open this record any more. You do not see whom it is about.",
            "Whom you name may read of the child, also in the cases in which they have a part.",
            "An administrator whom you name can then name others.",
        ),
    )


@vacancies.get("/vacancies/fill")
@administrators
def fill() -> ResponseReturnValue:
    """Who is to hold the post? Then the form that gives it, with the post and the team chosen."""
    return _form().show()


@vacancies.post("/vacancies/fill")
@administrators
def chosen() -> ResponseReturnValue:
    """On to the form that gives the post."""
    small = _form()
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    post, team = request.args.get("post", ""), request.args.get("team", "")
    person_id = person_of(checked.answers, "person")
    return redirect(url_for("post.show", person_id=person_id, post=post, team=team), 303)


def _form() -> SmallForm:
    council = installation().council(me().council)
    post, team = request.args.get("post", ""), request.args.get("team", "")
    if post not in council.posts:
        abort(404)
    return SmallForm(
        form=Form(
            id="fill",
            title="Fill a post",
            fields=(person_field("person", "Who is to hold it?", nobody=False),),
        ),
        caption=post_title(council, post, team),
        back=url_for("vacancies.show"),
        back_text="Vacant posts",
        button="Continue",
    )


def _row(each: Vacancy) -> dict[str, str]:
    council = installation().council(me().council)
    filled = f" until {short_day(each.filled_on)}" if each.filled_on else ""
    names = listed(person.name for person in each.stands_in.persons)
    post = council.posts[each.stands_in.post].title
    return {
        "post": each.post.key,
        "team": each.team,
        "title": post_title(council, each.post.key, each.team),
        "since": f"From {short_day(each.since)}{filled}",
        "held_by": listed(each.last_held_by),
        "stands_in": f"{names}, {post}" if names else "",
    }
