"""The people of a council: the list with a search, and adding somebody."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.administration.people import MOST_FOUND, PAGE, new_person, read_people
from engine.forms import Field, Form
from engine.people import AddressTaken, BadPerson
from webui.child_forms import SmallForm, text_field
from webui.guards import administrators
from webui.people_words import post_in_words
from webui.visit import installation, me

people = Blueprint("people", __name__)

_LONGEST_SEARCH: Final = 200
_LARGEST_PAGE: Final = 100_000


@people.get("/people")
@administrators
def show() -> ResponseReturnValue:
    """Everybody, 50 a page."""
    asked = request.args.get("page", "1")
    page = min(int(asked), _LARGEST_PAGE) if asked.isascii() and asked.isdigit() else 1
    return _page(page=max(page, 1))


@people.post("/people")
@administrators
def search() -> ResponseReturnValue:
    """Those in whose name or address each word stands."""
    return _page(text=request.form.get("text", "")[:_LONGEST_SEARCH].strip())


def _page(*, text: str = "", page: int = 1) -> str:
    found = read_people(installation(), me(), text=text, page=page)
    council = installation().council(me().council)
    pages = 1 if text else max(1, -(-found.all // PAGE))
    return render_template(
        "people.html",
        rows=[
            (one, [post_in_words(council, held, found.today) for held in one.held])
            for one in found.found[:MOST_FOUND]
        ],
        text=text,
        all=found.all,
        more=bool(text) and len(found.found) > MOST_FOUND,
        page=page,
        pages=pages,
    )


@people.get("/people/add")
@administrators
def add() -> ResponseReturnValue:
    """The form for somebody new."""
    return _form().show()


@people.post("/people/add")
@administrators
def added() -> ResponseReturnValue:
    """Add them, and go on to their own page, where posts are given."""
    small = _form()
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    name, email = str(checked.answers["name"]), str(checked.answers["email"])
    try:
        person = new_person(installation(), by=me(), name=name, email=email)
    except BadPerson as error:
        return small.show(raw=raw, errors={"email": str(error)}), 400
    except AddressTaken as error:
        return small.show(raw=raw, errors={"email": str(error)}), 400
    flash(f"{person.name} was added.\nGive them a post, and a link to their first password.")
    return redirect(url_for("person.show", person_id=person.id), 303)


def _form() -> SmallForm:
    return SmallForm(
        form=details_form("Add a person"),
        caption="People",
        back=url_for("people.show"),
        back_text="People",
        button="Add",
    )


def details_form(title: str) -> Form:
    """What is asked about every person: the name, the address."""
    address = Field(
        key="email",
        kind="textfield",
        subtype="email",
        label="Email address",
        description="They sign in with it, and messages go there.",
        required=True,
        max_length=254,
    )
    return Form(
        id="person", title=title, fields=(text_field("name", "Full name", required=True), address)
    )
