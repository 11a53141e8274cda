"""The posts of a person: giving one, ending one."""

from datetime import date
from typing import Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.administration.people import end, give, take_post_back
from engine.clock import in_london
from engine.forms import Answer, Field, Form, Option
from engine.people import BadHolding, Holding, Person
from engine.store.people import find_holdings
from engine.store.people_lists import find_teams
from webui.child_forms import SmallForm, choice_field, day_field, day_of, text_field
from webui.guards import administrators
from webui.pages.person import find_colleague
from webui.people_words import post_title
from webui.visit import installation, me
from webui.words import short_day

post = Blueprint("post", __name__)

_LONGEST_TEAM: Final = 100


@post.get("/people/<int:person_id>/posts")
@administrators
def show(person_id: int) -> ResponseReturnValue:
    """The form for a post; what a vacancy's link names is chosen already."""
    found = find_colleague(person_id)
    known: dict[str, Answer] = {"starts": _today().isoformat()}
    council = installation().council(me().council)
    if request.args.get("post", "") in council.posts:
        known["post"] = request.args["post"]
    if request.args.get("team", "") in _teams():
        known["team"] = request.args["team"]
    return _form(found).show(known=known)


@post.post("/people/<int:person_id>/posts")
@administrators
def add(person_id: int) -> ResponseReturnValue:
    """Give it, and say what is unusual about it."""
    found = find_colleague(person_id)
    small = _form(found)
    raw, checked = small.read()
    given = checked.answers
    starts = day_of(given, "starts")
    if checked.errors or starts is None:
        return small.show(raw=raw, errors=checked.errors), 400
    new_team = " ".join(str(given.get("new_team") or "").split())
    team = new_team or str(given.get("team") or "")
    try:
        warned = give(
            installation(),
            person_id,
            by=me(),
            post=str(given["post"]),
            team=team,
            starts=starts,
            ends=day_of(given, "ends"),
        )
    except BadHolding as error:
        return small.wrong(raw, error)
    council = installation().council(me().council)
    ends = day_of(given, "ends")
    said = f"{found.name} is {post_title(council, str(given['post']), team)}"
    said += f" from {short_day(starts)}{f' to {short_day(ends)}' if ends else ''}."
    lines = [said, *warned]
    if new_team and new_team not in small_teams(small):
        lines.append(f"“{new_team}” is a new team: no child’s record names it yet.")
    flash("\n".join(lines))
    return redirect(url_for("person.show", person_id=person_id), 303)


def small_teams(small: SmallForm) -> tuple[str, ...]:
    """The teams that a form offered."""
    field = small.form.field("team")
    return tuple(option.value for option in field.options) if field else ()


@post.get("/people/<int:person_id>/posts/<int:holding_id>")
@administrators
def ending(person_id: int, holding_id: int) -> ResponseReturnValue:
    """The form for the last day."""
    found, held = _find(person_id, holding_id)
    return _end_form(found, held).show(known={"last_day": (held.ends or _today()).isoformat()})


@post.post("/people/<int:person_id>/posts/<int:holding_id>")
@administrators
def ended(person_id: int, holding_id: int) -> ResponseReturnValue:
    """That is its last day."""
    found, held = _find(person_id, holding_id)
    small = _end_form(found, held)
    raw, checked = small.read()
    last_day = day_of(checked.answers, "last_day")
    if checked.errors or last_day is None:
        return small.show(raw=raw, errors=checked.errors), 400
    try:
        end(installation(), person_id, holding_id, by=me(), last_day=last_day)
    except BadHolding as error:
        return small.show(raw=raw, errors={"last_day": str(error)}), 400
    title = post_title(installation().council(me().council), held.post, held.team)
    flash(f"{found.name} is {title} until {short_day(last_day)}.")
    return redirect(url_for("person.show", person_id=person_id), 303)


@post.post("/people/<int:person_id>/posts/<int:holding_id>/not-after-all")
@administrators
def take_back(person_id: int, holding_id: int) -> ResponseReturnValue:
    """It was given in error: they do not hold it after all."""
    found, held = _find(person_id, holding_id)
    try:
        take_post_back(installation(), person_id, holding_id, by=me())
    except BadHolding as error:
        flash(str(error))
    else:
        title = post_title(installation().council(me().council), held.post, held.team)
        flash(f"{found.name} is not {title} after all.")
    return redirect(url_for("person.show", person_id=person_id), 303)


def _find(person_id: int, holding_id: int) -> tuple[Person, Holding]:
    found = find_colleague(person_id)
    with installation().database.read() as connection:
        for held in find_holdings(connection, found.id):
            if held.id == holding_id:
                return found, held
    raise NotAllowed("That post is not held any more. Look at the list again.")


def _today() -> date:
    return in_london(installation().clock.now()).date()


def _teams() -> tuple[str, ...]:
    with installation().database.read() as connection:
        return find_teams(connection, me().council)


def _form(found: Person) -> SmallForm:
    council = installation().council(me().council)
    teams = Field(
        key="team",
        kind="select",
        label="Team",
        description="Leave it empty if the post is for the whole service.",
        options=tuple(Option(value=team, label=team) for team in _teams()),
    )
    posts = [(key, known.title) for key, known in council.posts.items()]
    fields = (
        choice_field("post", "Post", posts, kind="select"),
        teams,
        text_field(
            "new_team",
            "Or another team, not in the list",
            longest=_LONGEST_TEAM,
            description="Write it exactly as the children’s records do.",
        ),
        day_field("starts", "First day", "For example, 7 4 2026."),
        day_field("ends", "Last day", "Leave it empty if it goes on.", required=False),
    )
    return SmallForm(
        form=Form(id="post", title="Give a post", fields=fields),
        caption=found.name,
        back=url_for("person.show", person_id=found.id),
        back_text=f"Back to {found.name}",
        button="Give the post",
    )


def _end_form(found: Person, held: Holding) -> SmallForm:
    council = installation().council(me().council)
    title = post_title(council, held.post, held.team)
    return SmallForm(
        form=Form(
            id="end",
            title="Change the last day of a post",
            fields=(day_field("last_day", "Last day", "The whole of that day counts."),),
        ),
        caption=found.name,
        back=url_for("person.show", person_id=found.id),
        back_text=f"Back to {found.name}",
        intro=(
            f"{title}, {'from' if held.starts > _today() else 'since'} {short_day(held.starts)}.",
            (
                "What waits for the post then waits for whoever else holds it, or for its line "
                "manager. Due dates do not move."
            ),
        ),
    )
