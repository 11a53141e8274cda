"""A person, as an administrator sees them: details, posts, absences, password, leaving."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.administration.absences import Absence, find_absences
from engine.administration.admin_log import Administered, find_administered_about
from engine.administration.people import (
    change_person,
    demand_colleague,
    let_back_in,
    let_go,
    password_link,
    sign_out_everywhere,
)
from engine.clock import in_london
from engine.people import AddressTaken, BadPerson, Holding, Person
from engine.store.people import find_holdings
from engine.store.people_lists import find_open_cases_of
from webui.child_forms import SmallForm
from webui.guards import administrators
from webui.pages.people import details_form
from webui.people_words import absence_in_words, post_in_words, post_title, way_back
from webui.visit import installation, me, site
from webui.words import instant_in_words

person = Blueprint("person", __name__)

MOST_CHANGES = 50


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a person outside cases.

    Each post has its words, and whether it can still be taken back. Each absence has its days in
    words, and what undoing it is called, which is empty once it is over.
    """

    person: Person
    posts: tuple[tuple[Holding, str, bool], ...]
    past: tuple[str, ...]
    absences: tuple[tuple[Absence, str, str], ...]
    open_cases: int
    changes: tuple[Administered, ...]


@person.get("/people/<int:person_id>")
@administrators
def show(person_id: int) -> ResponseReturnValue:
    """The person."""
    return render_template("person.html", known=_known(person_id))


def _known(person_id: int) -> Known:
    here = installation()
    at = here.clock.now()
    today = in_london(at).date()
    council = here.council(me().council)
    with here.database.read() as connection:
        found = demand_colleague(connection, person_id, me(), at)
        held = find_holdings(connection, found.id)
        over = [one for one in held if one.ends is not None and one.ends < today]
        return Known(
            person=found,
            posts=tuple(
                (one, post_in_words(council, one, today), one.starts >= today)
                for one in held
                if one not in over
            ),
            past=tuple(f"{post_title(council, one.post, one.team)}" for one in over),
            absences=tuple(
                (
                    one,
                    absence_in_words(one),
                    way_back(one, today) if one.ends is None or one.ends >= today else "",
                )
                for one in find_absences(connection, found.id)
            ),
            open_cases=len(find_open_cases_of(connection, found.id)),
            changes=tuple(find_administered_about(connection, found.id, MOST_CHANGES)),
        )


@person.get("/people/<int:person_id>/details")
@administrators
def details(person_id: int) -> ResponseReturnValue:
    """The form for the name and the address."""
    found = find_colleague(person_id)
    return _form(found).show(known={"name": found.name, "email": found.email})


@person.post("/people/<int:person_id>/details")
@administrators
def change(person_id: int) -> ResponseReturnValue:
    """Change them."""
    small = _form(find_colleague(person_id))
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    name, email = str(checked.answers["name"]), str(checked.answers["email"])
    try:
        change_person(installation(), person_id, by=me(), name=name, email=email)
    except (BadPerson, AddressTaken) as error:
        return small.show(raw=raw, errors={"email": str(error)}), 400
    flash("The details were changed.")
    return _back(person_id)


@person.post("/people/<int:person_id>/password")
@administrators
def link(person_id: int) -> ResponseReturnValue:
    """A link by which they choose their own password, shown once."""
    found = find_colleague(person_id)
    real = site().real.now()
    secret, until = password_link(installation(), person_id, by=me(), real=real)
    address = installation().settings.address + url_for("new_password.show", secret=secret)
    return render_template(
        "person_link.html", person=found, address=address, until=instant_in_words(until)
    )


@person.post("/people/<int:person_id>/sign-out")
@administrators
def sign_out(person_id: int) -> ResponseReturnValue:
    """They are signed in nowhere any more."""
    sign_out_everywhere(installation(), person_id, by=me())
    flash(f"{find_colleague(person_id).name} was signed out everywhere.")
    return _back(person_id)


@person.get("/people/<int:person_id>/leave")
@administrators
def leaving(person_id: int) -> ResponseReturnValue:
    """What comes with leaving, before it is done."""
    return render_template("person_leave.html", known=_known(person_id))


@person.post("/people/<int:person_id>/leave")
@administrators
def leave(person_id: int) -> ResponseReturnValue:
    """They have left."""
    let_go(installation(), person_id, by=me())
    found = find_colleague(person_id)
    flash(f"{found.name} cannot sign in any more. What they did stays in every history.")
    return _back(person_id)


@person.post("/people/<int:person_id>/back")
@administrators
def back(person_id: int) -> ResponseReturnValue:
    """They are back."""
    let_back_in(installation(), person_id, by=me())
    found = find_colleague(person_id)
    flash(
        f"{found.name} may sign in again.\n"
        "Their posts ended when they left. Give them the posts that they hold now."
    )
    return _back(person_id)


def find_colleague(person_id: int) -> Person:
    """A person of the administrator's council. Raises `NotAllowed`."""
    here = installation()
    with here.database.read() as connection:
        return demand_colleague(connection, person_id, me(), here.clock.now())


def _back(person_id: int) -> ResponseReturnValue:
    return redirect(url_for("person.show", person_id=person_id), 303)


def _form(found: Person) -> SmallForm:
    return SmallForm(
        form=details_form("Change the name or address"),
        caption=found.name,
        back=url_for("person.show", person_id=found.id),
        back_text=f"Back to {found.name}",
    )
