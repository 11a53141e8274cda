"""Challenges to a decision of a review, from the social workers' side, and answers (ROT-3.2-1)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.children import Child
from engine.clock import in_london
from engine.diagrams.expressions import parse
from engine.forms import Answer, Form
from engine.registers.home import News, read_news
from engine.registers.reverse_challenges import (
    ANSWERS,
    CHANGED,
    DISCUSSED,
    KEPT,
    MOST_FOUND,
    ChallengeWords,
    ReverseChallenge,
    answer_challenge,
    export_challenges,
    find_own,
    list_challenges,
    make_challenge,
    read_challenge,
    search_own,
    withdraw_challenge,
)
from engine.registers.shelf import ALL, CLOSED, OPEN, BadItem, looking
from webui import lists, registers
from webui.child_forms import SmallForm, choice_field, day_field, day_of, reason_field
from webui.guards import signed_in
from webui.registers import Act, Cell, Pair, Row, number_in, text_area
from webui.visit import installation, me
from webui.words import instant_in_words, short_day, working_days

reverse_challenges = Blueprint("reverse_challenges", __name__)

_STATES: Final = {ALL: "All", OPEN: "Not settled", CLOSED: "Settled or withdrawn"}
_HEAD: Final = ("Decision", "Child", "State", "To be answered by", "Made")
_LIST: Final = "Challenges to decisions"
_TAGS: Final = {KEPT: ("Kept", "grey"), CHANGED: ("Changed", "green")}


@reverse_challenges.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"i_may_challenge": _may_challenge, "register_news": _news}


def _may_challenge(child_id: int) -> bool:
    try:
        find_own(installation(), me(), child_id)
    except NotAllowed:
        return False
    return True


def _news() -> News:
    return read_news(installation(), me())


@reverse_challenges.route("/reverse-challenges", methods=["GET", "POST"])
@signed_in
def show() -> ResponseReturnValue:
    """All of them that the person sees, or what is asked for."""
    asked = registers.wanted()
    if request.method == "POST" and not asked.text:
        return redirect(url_for("reverse_challenges.show", **asked.choices()), 303)  # type: ignore[arg-type]
    page, count = list_challenges(installation(), me(), asked, *lists.places())
    return registers.list_page(
        "reverse_challenges.show",
        title=_LIST,
        intro="Social workers and their managers challenge a decision or recommendation of a "
        "review. The child’s reviewing officer answers.",
        empty="No decision is challenged that you have to do with.",
        head=_HEAD,
        rows=map(_row, page.rows),
        asked=asked,
        page=page,
        count=count,
        states=_STATES,
        searched="Words of it, or the child’s name",
        add=("Challenge a decision", url_for("reverse_challenges.find")) if _works() else None,
        themes=False,
    )


@reverse_challenges.route("/reverse-challenges.csv", methods=["GET", "POST"])
@signed_in
def file() -> Response:
    """The same as a file; children by their initials (X-36)."""
    found = export_challenges(installation(), me(), registers.wanted())
    head = ["Number", "Decision", "Decided on", "Why", "Proposal", "Child", "Team", "State"]
    head += ["To be answered by", "Answer", "Answered", "Made by", "Made"]
    rows = (
        (
            str(each.id),
            each.words.decision,
            each.words.decided_on.isoformat() if each.words.decided_on else "",
            each.words.why,
            each.words.proposal,
            each.initials,
            each.team,
            f"{_state(each).text}. {_state(each).hint}".strip(),
            ", ".join(each.asked),
            each.answer_words,
            lists.day_and_time(each.answered_at),
            each.made_by,
            lists.day_and_time(each.made_at),
        )
        for each in found
    )
    return lists.file("challenges-to-decisions", head, rows, installation().clock.now())


@reverse_challenges.get("/reverse-challenges/child")
@signed_in
def find() -> ResponseReturnValue:
    """Asks about which child: those with whom the person works, or whose team they manage."""
    return _pick_page(found=search_own(installation(), me(), ""))


@reverse_challenges.post("/reverse-challenges/child")
@signed_in
def search() -> ResponseReturnValue:
    """The children that fit; or the one that was chosen, to be confirmed."""
    chosen = number_in(request.form.get("child", ""))
    if chosen is not None:
        return _pick_page(picked=find_own(installation(), me(), chosen))
    text = request.form.get("text", "").strip()[:200]
    return _pick_page(text=text, found=search_own(installation(), me(), text))


def _pick_page(**more: Any) -> str:
    picked = more.get("picked")
    go_on = url_for("reverse_challenges.new", child_id=picked.id) if picked else ""
    return render_template(
        "register_child.html",
        **{"text": "", "found": None, "errors": "", "picked": None, **more},
        title="Is this the right child?" if picked else "Whose review was it?",
        caption="Challenge a decision",
        intro="You find the children with whom you work, or whose team you manage.",
        most=MOST_FOUND,
        search=url_for("reverse_challenges.search"),
        choose=url_for("reverse_challenges.search"),
        go_on=go_on,
        back=_LIST,
        back_href=url_for("reverse_challenges.show"),
    )


@reverse_challenges.get("/children/<int:child_id>/reverse-challenge")
@signed_in
def new(child_id: int) -> ResponseReturnValue:
    """The questions that make a challenge."""
    return _form(find_own(installation(), me(), child_id)).show()


@reverse_challenges.post("/children/<int:child_id>/reverse-challenge")
@signed_in
def add(child_id: int) -> ResponseReturnValue:
    """Make it; with something wrong, the questions again."""
    small = _form(find_own(installation(), me(), child_id))
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    try:
        made = make_challenge(
            installation(), by=me(), child_id=child_id, words=_words(checked.answers)
        )
    except BadItem as error:
        return small.wrong(raw, error)
    found = read_challenge(installation(), me(), made)
    whom = " and ".join(found.asked)
    flash(f"Your challenge is made. {whom} is told." if whom else "Your challenge is made.")
    return redirect(url_for("reverse_challenges.one", challenge_id=made), 303)


@reverse_challenges.get("/reverse-challenges/<int:challenge_id>")
@signed_in
def one(challenge_id: int) -> ResponseReturnValue:
    """One of them, and all that was said."""
    found = read_challenge(installation(), me(), challenge_id)
    return registers.item_page(
        "reverse_challenges.show",
        caption=found.child.name if found.child else _LIST,
        title=f"Challenge {found.id} to a decision",
        tag=_state(found),
        pairs=_pairs(found),
        acts=_acts(found),
        story=found.story,
        back=_LIST,
    )


@reverse_challenges.get("/reverse-challenges/<int:challenge_id>/answer")
@signed_in
def ask(challenge_id: int) -> ResponseReturnValue:
    """The question what becomes of the decision."""
    return _answer_form(challenge_id).show()


@reverse_challenges.post("/reverse-challenges/<int:challenge_id>/answer")
@signed_in
def answer(challenge_id: int) -> ResponseReturnValue:
    """Keep the answer; who made the challenge is told."""
    small = _answer_form(challenge_id)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    given = checked.answers
    try:
        answer_challenge(
            installation(),
            challenge_id,
            by=me(),
            answer=str(given["answer"]),
            words=str(given["words"]),
            review_on=day_of(given, "review_on"),
        )
    except BadItem as error:
        return small.wrong(raw, error)
    flash("Your answer is kept. Who made the challenge is told.")
    return redirect(url_for("reverse_challenges.one", challenge_id=challenge_id), 303)


@reverse_challenges.get("/reverse-challenges/<int:challenge_id>/withdraw")
@signed_in
def ask_back(challenge_id: int) -> ResponseReturnValue:
    """Asks why it is withdrawn."""
    return _withdraw_form(challenge_id).show(known={"wrong_child": "no"})


@reverse_challenges.post("/reverse-challenges/<int:challenge_id>/withdraw")
@signed_in
def withdraw(challenge_id: int) -> ResponseReturnValue:
    """Withdraw it."""
    small = _withdraw_form(challenge_id)
    raw, checked = small.read()
    if checked.errors:
        return small.show(raw=raw, errors=checked.errors), 400
    try:
        withdraw_challenge(
            installation(),
            challenge_id,
            by=me(),
            reason=str(checked.answers["reason"]),
            wrong_child=checked.answers.get("wrong_child") == "yes",
        )
    except BadItem as error:
        return small.wrong(raw, error)
    flash("Your challenge is withdrawn.")
    return redirect(url_for("reverse_challenges.one", challenge_id=challenge_id), 303)


def _works() -> bool:
    with looking(installation(), me()) as shelf:
        return shelf.rights.works


def _state(found: ReverseChallenge) -> Cell:
    if found.withdrawn:
        return Cell(text="Withdrawn", tag="grey")
    if found.answer == DISCUSSED:
        on = f"At the review on {short_day(found.review_on)}" if found.review_on else ""
        late = on and f"{on}, which is over: the outcome is not recorded"
        return Cell(
            text="To be discussed",
            tag="red" if found.overdue_review else "blue",
            hint=(late if found.overdue_review else on) or "At the next review",
        )
    if found.answer:
        text, tag = _TAGS[found.answer]
        return Cell(text=text, tag=tag)
    since = f"Waiting for {working_days(found.silent)}" if found.silent else ""
    return Cell(text="No answer yet", tag="yellow", hint=since)


def _row(found: ReverseChallenge) -> Row:
    return Row(
        href=url_for("reverse_challenges.one", challenge_id=found.id),
        text=registers.shortened(found.words.decision) or "Its words were destroyed",
        cells=(
            Cell(text=found.initials or "None"),
            _state(found),
            Cell(text=", ".join(found.asked) or "Nobody"),
            Cell(text=short_day(in_london(found.made_at).date()), hint=found.made_by),
        ),
    )


def _pairs(found: ReverseChallenge) -> list[Pair]:
    child, words, at = found.child, found.words, found.answered_at
    name = f"{child.name}, born {short_day(child.date_of_birth)}" if child else ""
    answered = f"{ANSWERS[found.answer]}. {found.answer_words}" if found.answer else ""
    asked = ", ".join(found.asked) or ("" if found.closed_at else "Nobody: the post is vacant")
    return [
        Pair(label="Why it was withdrawn", text=found.withdrawn),
        Pair(label="Answer", text=answered),
        Pair(label="Answered", text=instant_in_words(at) if answered and at else ""),
        Pair(label="Child", text=name),
        Pair(label="Decision", text=words.decision),
        Pair(label="Decided on", text=short_day(words.decided_on) if words.decided_on else ""),
        Pair(label="Why it is challenged", text=words.why),
        Pair(label="What is proposed", text=words.proposal),
        Pair(label="To be answered by", text=asked),
        Pair(label="Made", text=f"{found.made_by}, {instant_in_words(found.made_at)}"),
    ]


def _acts(found: ReverseChallenge) -> list[Act]:
    acts = []
    if found.may_answer:
        text = "Answer it" if not found.answer else "Answer anew"
        href = url_for("reverse_challenges.ask", challenge_id=found.id)
        acts.append(Act(text=text, href=href, first=True))
    if found.may_withdraw:
        href = url_for("reverse_challenges.ask_back", challenge_id=found.id)
        acts.append(Act(text="Withdraw it", href=href))
    return acts


def _answer_form(challenge_id: int) -> SmallForm:
    found = read_challenge(installation(), me(), challenge_id)
    if not found.may_answer:
        raise NotAllowed("Only the child’s reviewing officer, or who leads them, may answer.")
    when, example = "When is that review, if it is known?", "For example, 7 4 2026."
    review = day_field("review_on", when, example, required=False)
    fields = (
        choice_field("answer", "What becomes of the decision?", ANSWERS.items()),
        text_area("words", "Your answer", "Who made the challenge and their managers read it."),
        replace(review, shown_if=parse(f'answer = "{DISCUSSED}"')),
    )
    return SmallForm(
        form=Form(id="answer", title="Answer the challenge", fields=fields),
        caption=f"Challenge {found.id} to a decision",
        back=url_for("reverse_challenges.one", challenge_id=challenge_id),
        back_text="Back to the challenge",
        button="Send the answer",
        intro=(f"Challenged: {registers.shortened(found.words.decision, 300)}",),
    )


def _withdraw_form(challenge_id: int) -> SmallForm:
    found = read_challenge(installation(), me(), challenge_id)
    if not found.may_withdraw:
        raise NotAllowed("Only who made a challenge may withdraw it, while it is not settled.")
    wrong = choice_field(
        "wrong_child",
        "Was it about the wrong child?",
        (("no", "No"), ("yes", "Yes: all that was written is destroyed")),
    )
    return SmallForm(
        form=Form(
            id="withdraw",
            title="Withdraw the challenge",
            fields=(reason_field("Why do you withdraw it?", "Name no child."), wrong),
        ),
        caption=f"Challenge {found.id} to a decision",
        back=url_for("reverse_challenges.one", challenge_id=challenge_id),
        back_text="Back to the challenge",
        button="Withdraw it",
        intro=("It stays in the list as withdrawn. It cannot be undone.",),
    )


def _form(child: Child) -> SmallForm:
    born = short_day(child.date_of_birth)
    fields = (
        text_area("decision", "Which decision or recommendation do you challenge?"),
        day_field("decided_on", "When was it made?", "For example, 7 4 2026.", required=False),
        text_area("why", "Why?"),
        text_area("proposal", "What do you propose instead?"),
    )
    return SmallForm(
        form=Form(id="challenge", title="Challenge a decision of a review", fields=fields),
        caption=_LIST,
        back=url_for("reverse_challenges.find"),
        back_text="Choose another child",
        button="Send the challenge",
        intro=(
            f"About {child.name}, born {born}, reference {child.reference}.",
            "It goes to the child’s reviewing officer, who answers here.",
        ),
    )


def _words(answers: Mapping[str, Answer]) -> ChallengeWords:
    return ChallengeWords(
        decision=str(answers.get("decision") or ""),
        why=str(answers.get("why") or ""),
        proposal=str(answers.get("proposal") or ""),
        decided_on=day_of(answers, "decided_on"),
    )
