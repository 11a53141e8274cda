"""General concerns: what is seen across children, tracked until it is resolved (X-26)."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.clock import in_london
from engine.forms import Answer, Field, Form
from engine.people import find_people
from engine.registers.general_concerns import (
    MOST_CASES,
    ConcernWords,
    GeneralConcern,
    amend_concern,
    export_concerns,
    list_concerns,
    read_concern,
    record_concern,
    resolve_concern,
    update_concern,
)
from engine.registers.shelf import ALL, CLOSED, LONGEST, OPEN, BadItem, Wanted, looking
from webui import lists, registers
from webui.child_forms import SmallForm, text_field
from webui.guards import signed_in
from webui.registers import Act, Cell, Pair, Row, one_of, several, ticked
from webui.visit import installation, me
from webui.words import instant_in_words, short_day

general_concerns = Blueprint("general_concerns", __name__)

_STATES: Final = {OPEN: "Open", CLOSED: "Resolved", ALL: "Open and resolved"}
_HEAD: Final = ("General concern", "State", "Who answers for it", "Team", "Themes", "Recorded")
_ADD, _RESOLVE = "update", "resolve"


@general_concerns.route("/general-concerns", methods=["GET", "POST"])
@signed_in
def show() -> ResponseReturnValue:
    """Those that are open, or what is asked for."""
    asked = registers.wanted()
    if request.method == "POST" and not asked.text:
        return redirect(url_for("general_concerns.show", **asked.choices()), 303)  # type: ignore[arg-type]
    page, count = list_concerns(installation(), me(), asked, *lists.places())
    keeps = _keeps()
    return registers.list_page(
        "general_concerns.show",
        title="General concerns",
        intro="Patterns that are seen across children. Each stays open until it is resolved."
        + ("" if keeps else " You see those that you answer for."),
        empty="No general concern is open." if keeps else "You answer for no general concern.",
        head=_HEAD,
        rows=map(_row, page.rows),
        asked=asked,
        page=page,
        count=count,
        states=_STATES,
        searched="Words of the concern, or a case number",
        add=("Record a general concern", url_for("general_concerns.new")) if keeps else None,
    )


@general_concerns.route("/general-concerns.csv", methods=["GET", "POST"])
@signed_in
def file() -> Response:
    """The same as a file."""
    asked: Wanted = registers.wanted()
    found = export_concerns(installation(), me(), asked)
    head = ["Number", "General concern", "What was seen", "State", "Who answers for it", "Team"]
    head += ["Themes", "Linked cases", "Recorded by", "Recorded", "Resolved", "How it was resolved"]
    rows = (
        (
            str(each.id),
            each.words.title,
            each.words.seen,
            "Resolved" if each.resolved_at else "Open",
            each.owner,
            each.words.team,
            "; ".join(each.words.themes),
            str(each.hidden),
            each.made_by,
            lists.day_and_time(each.made_at),
            lists.day_and_time(each.resolved_at),
            each.outcome,
        )
        for each in found
    )
    return lists.file("general-concerns", head, rows, installation().clock.now())


@general_concerns.get("/general-concerns/new")
@signed_in
def new() -> ResponseReturnValue:
    """The questions that make a general concern."""
    return _form().show()


@general_concerns.post("/general-concerns/new")
@signed_in
def add() -> ResponseReturnValue:
    """Keep it; with something wrong, the questions again."""
    small = _form()
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    try:
        concern_id = record_concern(installation(), by=me(), words=_words(checked.answers))
    except BadItem as error:
        return small.wrong(raw, error)
    flash("The general concern is recorded. Whoever answers for it is told.")
    return redirect(url_for("general_concerns.one", concern_id=concern_id), 303)


@general_concerns.get("/general-concerns/<int:concern_id>")
@signed_in
def one(concern_id: int) -> ResponseReturnValue:
    """One of them, and all that was done."""
    found = read_concern(installation(), me(), concern_id)
    return registers.item_page(
        "general_concerns.show",
        caption=f"General concern {found.id}",
        title=found.words.title,
        tag=_state(found),
        pairs=_pairs(found),
        acts=_acts(found),
        story=found.story,
        back="General concerns",
    )


@general_concerns.get("/general-concerns/<int:concern_id>/change")
@signed_in
def change(concern_id: int) -> ResponseReturnValue:
    """The questions, with what it says now."""
    found = read_concern(installation(), me(), concern_id)
    words = found.words
    known: dict[str, Answer] = {
        "title": words.title,
        "seen": words.seen,
        "owner": words.owner,
        "themes": list(words.themes),
        "team": words.team,
        "cases": "\n".join(words.cases),
    }
    return _form(found).show(known=known)


@general_concerns.post("/general-concerns/<int:concern_id>/change")
@signed_in
def amend(concern_id: int) -> ResponseReturnValue:
    """Keep the change."""
    small = _form(read_concern(installation(), me(), concern_id))
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    try:
        amend_concern(installation(), concern_id, by=me(), words=_words(checked.answers))
    except BadItem as error:
        return small.wrong(raw, error)
    flash("The general concern is changed. What it said before can still be read.")
    return redirect(url_for("general_concerns.one", concern_id=concern_id), 303)


@general_concerns.get("/general-concerns/<int:concern_id>/<act>")
@signed_in
def ask(concern_id: int, act: str) -> ResponseReturnValue:
    """Asks what happened, or how it was resolved."""
    return _act_form(concern_id, act).show()


@general_concerns.post("/general-concerns/<int:concern_id>/<act>")
@signed_in
def do(concern_id: int, act: str) -> ResponseReturnValue:
    """Keep what happened, or that it is resolved."""
    small = _act_form(concern_id, act)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    keep = resolve_concern if act == _RESOLVE else update_concern
    try:
        keep(installation(), concern_id, by=me(), words=str(checked.answers["words"]))
    except BadItem as error:
        return small.wrong(raw, error)
    flash("It is resolved." if act == _RESOLVE else "Your entry is kept.")
    return redirect(url_for("general_concerns.one", concern_id=concern_id), 303)


def _keeps() -> bool:
    with looking(installation(), me()) as shelf:
        return shelf.rights.reviews


def _state(concern: GeneralConcern) -> Cell:
    if concern.resolved_at is None:
        return Cell(text="Open", tag="yellow")
    on = f"Resolved on {instant_in_words(concern.resolved_at)}."
    return Cell(text="Resolved", tag="green", hint=on)


def _row(concern: GeneralConcern) -> Row:
    state = _state(concern)
    return Row(
        href=url_for("general_concerns.one", concern_id=concern.id),
        text=concern.words.title,
        cells=(
            Cell(text=state.text, tag=state.tag),
            Cell(text=concern.owner),
            Cell(text=concern.words.team or "All teams"),
            Cell(text=", ".join(concern.words.themes) or "None"),
            Cell(text=short_day(in_london(concern.made_at).date()), hint=concern.made_by),
        ),
    )


def _pairs(concern: GeneralConcern) -> list[Pair]:
    words = concern.words
    by_post = words.owner.startswith("post:")
    persons = f" ({', '.join(concern.persons) or 'nobody holds this post'})" if by_post else ""
    others = f"{concern.hidden} in which you have no part" if concern.hidden else ""
    cases = tuple((number, url_for("case.show", number=number)) for number in words.cases)
    return [
        Pair(label="How it was resolved", text=concern.outcome),
        Pair(label="What was seen", text=words.seen),
        Pair(label="Who answers for it", text=f"{concern.owner}{persons}"),
        Pair(label="Themes", text=", ".join(words.themes)),
        Pair(label="Team", text=words.team),
        Pair(label="Linked cases", text=others, links=cases),
        Pair(label="Recorded", text=f"{concern.made_by}, {instant_in_words(concern.made_at)}"),
    ]


def _acts(concern: GeneralConcern) -> list[Act]:
    is_open = concern.resolved_at is None

    def to(act: str) -> str:
        return url_for("general_concerns.ask", concern_id=concern.id, act=act)

    add = "Add what happened" if is_open else "Open it again"
    found = [Act(text=add, href=to(_ADD), first=True)]
    if concern.may_lead and is_open:
        found.append(Act(text="It is resolved", href=to(_RESOLVE)))
    if concern.may_lead:
        href = url_for("general_concerns.change", concern_id=concern.id)
        found.append(Act(text="Change what it says", href=href))
    return found


def _act_form(concern_id: int, act: str) -> SmallForm:
    if act not in (_ADD, _RESOLVE):
        abort(404)
    found = read_concern(installation(), me(), concern_id)
    title, label = "Add what happened", "What happened, or was done?"
    intro: tuple[str, ...] = (
        "It is kept with today’s date and your name. For example: taken up in supervision.",
    )
    if act == _RESOLVE:
        if not found.may_lead:
            raise NotAllowed("Only the reviewing officers’ side says that it is resolved.")
        title, label = "It is resolved", "How was it resolved?"
        intro = ("It leaves the agenda. A new entry opens it again.",)
    elif found.resolved_at is not None:
        title, label = "Open it again", "What was seen again?"
        intro = ("It comes back onto the agenda, and whoever answers for it is told.",)
    words = Field(
        key="words",
        kind="textarea",
        label=label,
        description="Name no child. Give case numbers where you need to.",
        required=True,
        max_length=LONGEST,
    )
    return SmallForm(
        form=Form(id=act, title=title, fields=(words,)),
        caption=f"General concern {found.id}: {registers.shortened(found.words.title, 80)}",
        back=url_for("general_concerns.one", concern_id=concern_id),
        back_text="Back to the general concern",
        intro=intro,
    )


def _form(found: GeneralConcern | None = None) -> SmallForm:
    if not _keeps():
        raise NotAllowed(
            "General concerns are kept by the reviewing officers and those who lead them."
        )
    back = url_for("general_concerns.one", concern_id=found.id) if found else None
    intro: tuple[str, ...] = ("Write about what you see across children. Name no child.",)
    if found is not None and found.hidden:
        intro += (f"{found.hidden} linked cases in which you have no part stay linked.",)
    return SmallForm(
        form=Form(
            id="concern",
            title="Change what it says" if found else "Record a general concern",
            fields=_fields(),
        ),
        caption=f"General concern {found.id}" if found else "General concerns",
        back=back or url_for("general_concerns.show"),
        back_text="Back to the general concern" if found else "General concerns",
        intro=intro,
    )


def _fields() -> tuple[Field, ...]:
    with looking(installation(), me()) as shelf:
        teams, themes = shelf.teams(), shelf.themes()
        posts = [(f"post:{post.key}", post.title) for post in shelf.council.posts.values()]
        people = [
            (f"person:{each.id}", each.name)
            for each in find_people(shelf.connection, shelf.council.key)
            if each.active
        ]
    seen = "The pattern, and since when. For example: visits fall behind in several families."
    numbers = f"One on each line, like 2026-00012; {MOST_CASES} at most. Leave it empty for none."
    return tuple(
        filter(
            None,
            (
                text_field("title", "Title", required=True),
                Field(
                    key="seen",
                    kind="textarea",
                    label="What have you seen?",
                    description=seen,
                    required=True,
                    max_length=LONGEST,
                ),
                several("themes", "Themes", themes) if themes else None,
                one_of(
                    "owner",
                    "Who answers for it?",
                    [*posts, *people],
                    hint="A post or a person. They are told, and asked what is done about it.",
                    required=True,
                ),
                one_of("team", "Team, if it is about one", [(team, team) for team in teams])
                if teams
                else None,
                Field(
                    key="cases",
                    kind="textarea",
                    label="Linked cases",
                    description=numbers,
                    max_length=LONGEST,
                ),
            ),
        )
    )


def _words(answers: Mapping[str, Answer]) -> ConcernWords:
    return ConcernWords(
        title=str(answers.get("title") or ""),
        seen=str(answers.get("seen") or ""),
        owner=str(answers.get("owner") or ""),
        themes=ticked(answers, "themes"),
        team=str(answers.get("team") or ""),
        cases=tuple(str(answers.get("cases") or "").replace(",", "\n").split()),
    )
