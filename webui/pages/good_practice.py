"""Good practice: recorded about a team's or a worker's work, and told to the worker (X-26)."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.clock import in_london
from engine.forms import Answer, Field, Form
from engine.people import find_people
from engine.registers.good_practice import (
    MOST_FOUND,
    About,
    GoodPractice,
    PracticeWords,
    export_practice,
    find_about,
    list_practice,
    practice_of_child,
    read_practice,
    record_practice,
    search_children,
    take_back,
    tell_worker,
)
from engine.registers.shelf import ALL, CLOSED, OPEN, BadItem, looking
from webui import lists, registers
from webui.child_forms import SmallForm, choice_field, reason_field
from webui.guards import signed_in
from webui.registers import Act, Cell, Pair, Row, number_in, one_of, several, text_area, ticked
from webui.visit import installation, me
from webui.words import address_of_case, instant_in_words, short_day

good_practice = Blueprint("good_practice", __name__)

_STATES: Final = {OPEN: "Recorded", CLOSED: "Taken back", ALL: "Recorded and taken back"}
_HEAD: Final = ("Good practice", "Whose work", "Child", "Themes", "Told", "Recorded")
_LIST: Final = "Good practice"


@good_practice.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"practice_of": practice_of, "i_keep_practice": _keeps}


def practice_of(child_id: int) -> list[Row]:
    """What is recorded about a child whose page is shown, as far as the reader sees it."""
    return [_row(each) for each in practice_of_child(installation(), me(), child_id)]


@good_practice.route("/good-practice", methods=["GET", "POST"])
@signed_in
def show() -> ResponseReturnValue:
    """What is recorded, or what is asked for."""
    asked = registers.wanted()
    if request.method == "POST" and not asked.text:
        return redirect(url_for("good_practice.show", **asked.choices()), 303)  # type: ignore[arg-type]
    page, count = list_practice(installation(), me(), asked, *lists.places())
    keeps = _keeps()
    return registers.list_page(
        "good_practice.show",
        title="Good practice",
        intro="What was done well for children, and what it brought about."
        if keeps
        else "What reviewing officers noted in your work and told you of.",
        empty="No good practice is recorded yet." if keeps else "Nothing was noted yet.",
        head=_HEAD,
        rows=map(_row, page.rows),
        asked=asked,
        page=page,
        count=count,
        states=_STATES,
        searched="Words of it, or the child’s name",
        add=("Record good practice", url_for("good_practice.new")) if keeps else None,
    )


@good_practice.route("/good-practice.csv", methods=["GET", "POST"])
@signed_in
def file() -> Response:
    """The same as a file; children by their initials (X-36)."""
    found = export_practice(installation(), me(), registers.wanted())
    head = ["Number", "What was good", "Impact", "Worker", "Team", "Child", "Themes", "Told"]
    head += ["Recorded by", "Recorded", "Taken back", "Why"]
    rows = (
        (
            str(each.id),
            each.words.what,
            each.words.impact,
            each.worker,
            each.words.team,
            each.initials,
            "; ".join(each.words.themes),
            lists.day_and_time(each.told_at),
            each.made_by,
            lists.day_and_time(each.made_at),
            lists.day_and_time(each.taken_back_at),
            each.reason,
        )
        for each in found
    )
    return lists.file("good-practice", head, rows, installation().clock.now())


@good_practice.get("/good-practice/child")
@signed_in
def find() -> ResponseReturnValue:
    """Asks which child it is about."""
    find_about(installation(), me())
    return _pick_page()


@good_practice.post("/good-practice/child")
@signed_in
def search() -> ResponseReturnValue:
    """The children that fit; or the one that was chosen, to be confirmed."""
    chosen = number_in(request.form.get("child", ""))
    if chosen is not None:
        return _pick_page(picked=find_about(installation(), me(), child_id=chosen).child)
    text = request.form.get("text", "").strip()[:200]
    found = search_children(installation(), me(), text) if text else None
    if found is None:
        find_about(installation(), me())
        return _pick_page(errors="Enter the child’s reference or name"), 400
    return _pick_page(text=text, found=found)


def _pick_page(**more: Any) -> str:
    picked = more.get("picked")
    return render_template(
        "register_child.html",
        **{"text": "", "found": None, "errors": "", "picked": None, **more},
        title="Is this the right child?" if picked else "Which child is it about?",
        caption=_LIST,
        intro="Leave the child out where it is about a team’s work in general.",
        most=MOST_FOUND,
        search=url_for("good_practice.search"),
        choose=url_for("good_practice.search"),
        go_on=url_for("good_practice.new", child=picked.id) if picked else "",
        back="Record good practice",
        back_href=url_for("good_practice.new"),
    )


@good_practice.get("/good-practice/new")
@signed_in
def new() -> ResponseReturnValue:
    """The questions; about the child or the case that the address names by its number, if any."""
    about = _about()
    known: dict[str, Answer] = {"tell": "yes"}
    if about.child is not None:
        known["team"] = about.child.team
        if about.child.social_worker_id is not None:
            known["worker"] = str(about.child.social_worker_id)
    return _form(about).show(known=known)


@good_practice.post("/good-practice/new")
@signed_in
def add() -> ResponseReturnValue:
    """Keep it; with something wrong, the questions again."""
    about = _about()
    small = _form(about)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    answers = checked.answers
    try:
        practice_id = record_practice(
            installation(),
            by=me(),
            words=_words(answers),
            tell=answers.get("tell") == "yes",
            child_id=about.child.id if about.child else None,
            case_number=about.case_number,
        )
    except BadItem as error:
        return small.wrong(raw, error)
    found = read_practice(installation(), me(), practice_id)
    flash(f"It is recorded. {found.worker} is told." if found.told_at else "It is recorded.")
    return redirect(url_for("good_practice.one", practice_id=practice_id), 303)


@good_practice.get("/good-practice/<int:practice_id>")
@signed_in
def one(practice_id: int) -> ResponseReturnValue:
    """One of them, and all that was done."""
    found = read_practice(installation(), me(), practice_id)
    return registers.item_page(
        "good_practice.show",
        caption=f"The work of {found.worker or found.words.team}",
        title=f"Good practice {found.id}",
        tag=_state(found),
        pairs=_pairs(found),
        acts=_acts(found),
        story=found.story,
        back=_LIST,
    )


@good_practice.post("/good-practice/<int:practice_id>/tell")
@signed_in
def tell(practice_id: int) -> ResponseReturnValue:
    """Tell the worker."""
    found = read_practice(installation(), me(), practice_id)
    try:
        tell_worker(installation(), practice_id, by=me())
        flash(f"{found.worker} is told.")
    except BadItem as error:
        flash(f"Nobody was told. {error}")
    return redirect(url_for("good_practice.one", practice_id=practice_id), 303)


@good_practice.get("/good-practice/<int:practice_id>/take-back")
@signed_in
def ask(practice_id: int) -> ResponseReturnValue:
    """Asks why it is taken back."""
    return _back_form(practice_id).show(known={"wrong_child": "no"})


@good_practice.post("/good-practice/<int:practice_id>/take-back")
@signed_in
def back(practice_id: int) -> ResponseReturnValue:
    """Take it back."""
    small = _back_form(practice_id)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    try:
        take_back(
            installation(),
            practice_id,
            by=me(),
            reason=str(checked.answers["reason"]),
            wrong_child=checked.answers.get("wrong_child") == "yes",
        )
    except BadItem as error:
        return small.wrong(raw, error)
    flash("It is taken back.")
    return redirect(url_for("good_practice.one", practice_id=practice_id), 303)


def _keeps() -> bool:
    with looking(installation(), me()) as shelf:
        return shelf.rights.reviews


def _about() -> About:
    child_id = number_in(request.args.get("child", ""))
    number = request.args.get("case", "")[:50]
    return find_about(installation(), me(), child_id=child_id, case_number=number)


def _state(found: GoodPractice) -> Cell:
    if found.taken_back_at is not None:
        return Cell(text="Taken back", tag="grey", hint=instant_in_words(found.taken_back_at))
    if found.told_at is not None:
        hint = f"{found.worker} was told on {instant_in_words(found.told_at)}."
        return Cell(text="Told", tag="green", hint=hint)
    return Cell(text="Not told", tag="blue", hint="The worker has not been told.")


def _row(found: GoodPractice) -> Row:
    state = _state(found)
    gone = "Its words were destroyed"
    return Row(
        href=url_for("good_practice.one", practice_id=found.id),
        text=registers.shortened(found.words.what) or gone,
        cells=(
            Cell(text=found.worker or found.words.team, hint=found.words.team * bool(found.worker)),
            Cell(text=found.initials or "None"),
            Cell(text=", ".join(found.words.themes) or "None"),
            Cell(text=state.text, tag=state.tag),
            Cell(text=short_day(in_london(found.made_at).date()), hint=found.made_by),
        ),
    )


def _pairs(found: GoodPractice) -> list[Pair]:
    child, words = found.child, found.words
    name = f"{child.name}, born {short_day(child.date_of_birth)}" if child else ""
    page = url_for("child.show", child_id=child.id) if child and found.may_open else ""
    case = ((found.case_number, address_of_case(found.case_number)),) if found.case_number else ()
    recorded = f"{found.made_by}, {instant_in_words(found.made_at)}"
    return [
        Pair(label="Why it was taken back", text=found.reason),
        Pair(label="What was good", text=words.what),
        Pair(label="What it brought about", text=words.impact),
        Pair(label="Worker", text=found.worker),
        Pair(label="Team", text=words.team),
        Pair(label="Themes", text=", ".join(words.themes)),
        Pair(label="Child", text="" if page else name, links=((name, page),) if page else ()),
        Pair(label="Case", links=case),
        Pair(label="Recorded", text=recorded),
    ]


def _acts(found: GoodPractice) -> list[Act]:
    if not found.may_keep or found.taken_back_at is not None:
        return []
    acts = []
    if found.told_at is None and found.worker:
        href = url_for("good_practice.tell", practice_id=found.id)
        acts.append(Act(text=f"Tell {found.worker}", href=href, pressed=True))
    href = url_for("good_practice.ask", practice_id=found.id)
    return [*acts, Act(text="Recorded in error: take it back", href=href)]


def _back_form(practice_id: int) -> SmallForm:
    found = read_practice(installation(), me(), practice_id)
    if not found.may_keep:
        raise NotAllowed("Only the reviewing officers’ side takes it back.")
    wrong = choice_field(
        "wrong_child",
        "Is it about the wrong child?",
        (("no", "No"), ("yes", "Yes: all that was written is destroyed")),
    )
    return SmallForm(
        form=Form(
            id="take-back",
            title="Take it back",
            fields=(reason_field("Why is it taken back?", "Name no child."), wrong),
        ),
        caption=f"Good practice {found.id}",
        back=url_for("good_practice.one", practice_id=practice_id),
        back_text="Back to the good practice",
        button="Take it back",
        intro=("It stays in the list as taken back. It cannot be undone.",),
    )


def _form(about: About) -> SmallForm:
    child = about.child
    source = f", from case {about.case_number}" if about.case_number else ""
    intro: tuple[str, ...] = ()
    if child is not None:
        born = short_day(child.date_of_birth)
        intro = (f"About {child.name}, born {born}, reference {child.reference}{source}.",)
    here, other = url_for("good_practice.show"), url_for("good_practice.find")
    return SmallForm(
        form=Form(id="practice", title="Record good practice", fields=_fields()),
        caption=_LIST,
        back=here,
        back_text=_LIST,
        intro=intro,
        link=("It is about another child" if child else "It is about a child", other),
    )


def _fields() -> tuple[Field, ...]:
    with looking(installation(), me()) as shelf:
        teams, themes = shelf.teams(), shelf.themes()
        people = [
            (str(each.id), each.name)
            for each in find_people(shelf.connection, shelf.council.key)
            if each.active
        ]
    whose = "Name the worker, or the team, or both."
    return (
        text_area("what", "What was good?"),
        text_area("impact", "What did it bring about for children?", required=False),
        *((several("themes", "Themes", themes),) if themes else ()),
        one_of("worker", "Whose work was it?", people, hint=whose),
        *((one_of("team", "Team", [(team, team) for team in teams]),) if teams else ()),
        choice_field(
            "tell",
            "Tell the worker now?",
            (("yes", "Yes"), ("no", "No, not yet")),
            hint="The message says that good practice was noted, and nothing of the child. Signed "
            "in, they read what you wrote here.",
        ),
    )


def _words(answers: Mapping[str, Answer]) -> PracticeWords:
    return PracticeWords(
        what=str(answers.get("what") or ""),
        impact=str(answers.get("impact") or ""),
        themes=ticked(answers, "themes"),
        team=str(answers.get("team") or ""),
        worker_id=number_in(str(answers.get("worker") or "")),
    )
