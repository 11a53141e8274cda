"""Challenges to a decision of a review, from the social workers' side (X-26, ROT-3.2-1).

A social worker or a manager says what they challenge and why; it goes to the child's reviewing
officer, who answers in words. Nothing falls due: how long nobody has answered is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from engine.access import NotAllowed, may_read_child
from engine.children import Child, find_child
from engine.clock import in_london
from engine.councils import RAISER
from engine.history.access_log import note
from engine.history.ledger import Told
from engine.installation import Installation
from engine.lists.listing import Page
from engine.people import Person, find_person, find_responsible
from engine.registers.shelf import (
    ALL,
    CHALLENGE,
    BadItem,
    Shelf,
    Wanted,
    demand_words,
    looking,
    read_noted,
    writing,
)
from engine.store.listed import Place
from engine.store.register_readers import find_own_children
from engine.store.registers import ChallengeRow, Whose

KEPT, CHANGED, DISCUSSED, WITHDRAWN = "kept", "changed", "discussed", "withdrawn"
ANSWERS: Final = {
    KEPT: "The decision stays as it is",
    CHANGED: "The decision is changed",
    DISCUSSED: "It is discussed at the next review",
}
MADE, ANSWERED = "made", "answered"
MOST_FOUND = 20


@dataclass(frozen=True, kw_only=True)
class ChallengeWords:
    """What is challenged, why, and what is proposed instead; `decided_on` may not be known."""

    decision: str
    why: str
    proposal: str = ""
    decided_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ReverseChallenge:
    """A challenge to a decision as one person reads it; instants are aware, in UTC.

    `asked` is who is to answer: the child's reviewing officer, or (not in lists) who leads them.
    `answer` is empty while nobody has answered, and `silent` then counts the working days since;
    None outside the calendar. `overdue_review` says that the review at which it was to be discussed
    is over. `child` and `story` are for one item, not for lists.
    """

    id: int
    words: ChallengeWords
    initials: str
    child: Child | None
    team: str
    asked: tuple[str, ...]
    made_by: str
    made_at: datetime
    answer: str
    answer_words: str
    answered_at: datetime | None
    review_on: date | None
    overdue_review: bool
    closed_at: datetime | None
    withdrawn: str
    silent: int | None
    place: Place
    may_answer: bool
    may_withdraw: bool
    story: tuple[Told, ...] = ()


def list_challenges(
    installation: Installation,
    by: Person,
    wanted: Wanted,
    after: Place | None = None,
    before: Place | None = None,
) -> tuple[Page[ReverseChallenge], int]:
    """A page of those that the person sees, all unless others are wanted."""
    with looking(installation, by) as shelf:
        page, count = shelf.page(CHALLENGE, ChallengeRow, wanted.asked(ALL), after, before)
        rows = tuple(_told(shelf, row, whose) for row, whose in page.rows)
    return Page(rows=rows, previous=page.previous, next=page.next), count


def export_challenges(
    installation: Installation, by: Person, wanted: Wanted
) -> list[ReverseChallenge]:
    """All that are wanted, at most 10,000, for a file; the access log says so."""
    with looking(installation, by) as shelf:
        rows = shelf.every(CHALLENGE, ChallengeRow, wanted.asked(ALL))
        found = [_told(shelf, row, whose) for row, whose in rows]
    note(installation, by, f"took challenges to decisions as a file, {len(found)} in it")
    return found


def read_challenge(installation: Installation, by: Person, challenge_id: int) -> ReverseChallenge:
    """One of them, with all that was done. Raises `NoItem`."""

    def read(shelf: Shelf) -> tuple[ChallengeRow, ReverseChallenge]:
        row = shelf.find(CHALLENGE, ChallengeRow, challenge_id)
        return row, _told(shelf, row, story=True)

    found: ReverseChallenge = read_noted(installation, by, "challenge to a decision", read)
    return found


def search_own(installation: Installation, by: Person, text: str) -> Sequence[Child]:
    """The children with whom the person works, or whose team they manage, at most 20 (X-36).

    Without a word it is the first of them. The log says that somebody looked, not for whom.
    """
    with looking(installation, by) as shelf:
        _demand_works(shelf)
        found = _search(shelf, text)
    note(installation, by, f"searched for a child, {len(found)} shown")
    return found


def find_own(installation: Installation, by: Person, child_id: int) -> Child:
    """The child, whose decisions the person may challenge. Raises `NotAllowed`."""
    with looking(installation, by) as shelf:
        return _own(shelf, child_id)


def make_challenge(
    installation: Installation, *, by: Person, child_id: int, words: ChallengeWords
) -> int:
    """Challenge a decision about a child; who reviews the child is told. Its id.

    Raises `NotAllowed`, `BadItem`.
    """
    with writing(installation, by) as shelf:
        child = _own(shelf, child_id)
        if words.decided_on is not None and words.decided_on > shelf.today:
            raise BadItem("The decision was made today or earlier. Check the date.")
        values = {
            "child_id": child.id,
            "team": child.team,
            "decision": demand_words(words.decision, "Enter which decision you challenge."),
            "decided_on": words.decided_on,
            "why": demand_words(words.why, "Enter why you challenge it."),
            "proposal": demand_words(words.proposal, "Enter what you propose."),
            "answer": "",
            "answer_words": "",
        }
        challenge_id = shelf.add(CHALLENGE, values)
        asked = _asked(shelf, child)
        names = " and ".join(person.name for person in asked) or "nobody: the post is vacant"
        entry = shelf.tell_entry(
            CHALLENGE, challenge_id, MADE, f"{by.name} made the challenge. It went to {names}."
        )
        shelf.send(
            asked,
            entry=entry,
            subject=f"Challenge {challenge_id} to a decision of a review",
            sentence="A decision of a review is challenged, and you are asked to answer.",
            path=f"/reverse-challenges/{challenge_id}",
        )
    return challenge_id


def answer_challenge(
    installation: Installation,
    challenge_id: int,
    *,
    by: Person,
    answer: str,
    words: str,
    review_on: date | None = None,
) -> None:
    """Answer, with one of ANSWERS; the first who asked is told. Later answers replace it.

    What is to be discussed at a review stays open until it is kept or changed; `review_on` is that
    review's day, if it is known. Raises `NoItem`, `NotAllowed`, `BadItem`.
    """
    with writing(installation, by) as shelf:
        row = shelf.find(CHALLENGE, ChallengeRow, challenge_id)
        _demand_answerer(shelf, row)
        if row.outcome:
            raise BadItem("It was withdrawn. There is nothing to answer any more.")
        if answer not in ANSWERS:
            raise BadItem("Select your answer.")
        text = demand_words(words, "Enter your answer in your own words.")
        later = answer == DISCUSSED
        changes = {
            "answer": answer,
            "answer_words": text,
            "answered_at": shelf.now,
            "review_on": review_on if later else None,
            "closed_at": None if later else shelf.now,
        }
        shelf.save(CHALLENGE, challenge_id, changes)
        on = f" on {review_on.day} {review_on:%B %Y}" if later and review_on else ""
        entry = shelf.tell_entry(
            CHALLENGE, challenge_id, ANSWERED, f"{ANSWERS[answer]}{on}. {text}"
        )
        maker = find_person(shelf.connection, row.made_by)
        shelf.send(
            [maker] if maker is not None and maker.active else [],
            entry=entry,
            subject=f"Challenge {challenge_id} to a decision was answered",
            sentence="Your challenge to a decision of a review was answered.",
            path=f"/reverse-challenges/{challenge_id}",
        )


def withdraw_challenge(
    installation: Installation, challenge_id: int, *, by: Person, reason: str, wrong_child: bool
) -> None:
    """Who made it takes it back. Of one about the wrong child nothing stays (X-37).

    Raises `NoItem`, `NotAllowed`, `BadItem`.
    """
    with writing(installation, by) as shelf:
        row = shelf.find(CHALLENGE, ChallengeRow, challenge_id)
        if row.made_by not in shelf.rights.reader.acting:
            raise NotAllowed("Only who made a challenge may withdraw it.")
        if row.outcome or row.closed_at is not None:
            raise BadItem("It is over already. Make a new one if you need to.")
        text = demand_words(reason, "Enter why you withdraw it.")
        changes: dict[str, object] = {"closed_at": shelf.now, "outcome": text}
        if wrong_child:
            changes |= {"child_id": None, "decision": "", "why": "", "proposal": ""}
            changes |= {"answer_words": "", "team": ""}
        asked = _asked(shelf, find_child(shelf.connection, row.child_id or 0))
        shelf.save(CHALLENGE, challenge_id, changes)
        entry = shelf.tell_entry(CHALLENGE, challenge_id, WITHDRAWN, text, destroys=wrong_child)
        if not wrong_child:
            shelf.send(
                asked,
                entry=entry,
                subject=f"Challenge {challenge_id} to a decision was withdrawn",
                sentence="A challenge to a decision of a review was withdrawn. "
                "You need not answer it.",
                path=f"/reverse-challenges/{challenge_id}",
            )
    if wrong_child:
        installation.database.forget()


def _demand_works(shelf: Shelf) -> None:
    if not shelf.rights.works:
        raise NotAllowed(
            "Social workers and their managers challenge decisions of a review. Reviewing officers "
            "raise a concern instead."
        )


def _search(shelf: Shelf, text: str, child_id: int | None = None) -> Sequence[Child]:
    return find_own_children(
        shelf.connection,
        shelf.rights.reader,
        shelf.council.key,
        shelf.rights.managing,
        words=[word for word in text.lower().split() if word.isprintable()],
        most=MOST_FOUND,
        child_id=child_id,
    )


def _own(shelf: Shelf, child_id: int) -> Child:
    _demand_works(shelf)
    found = _search(shelf, "", child_id)
    if not found:
        raise NotAllowed("You may not read of this child. Ask your manager to be named.")
    return found[0]


def _asked(shelf: Shelf, child: Child | None) -> tuple[Person, ...]:
    """Who reviews the child; where nobody does, who answers for that post today."""
    if child is None:
        return ()
    known = find_person(shelf.connection, child.raiser_id) if child.raiser_id is not None else None
    if known is not None and known.active:
        return (known,)
    above = shelf.council.posts[RAISER].line_manager or shelf.council.kept_informed
    found = find_responsible(shelf.connection, shelf.council, above, child.team, shelf.today)
    return tuple(
        person for person in found.persons if may_read_child(shelf.connection, child.id, person.id)
    )


def _may_answer(shelf: Shelf, child: Child | None) -> bool:
    reviews = child is not None and child.raiser_id in shelf.rights.reader.acting
    return reviews or shelf.rights.leads_reviews


def _demand_answerer(shelf: Shelf, row: ChallengeRow) -> None:
    child = find_child(shelf.connection, row.child_id) if row.child_id is not None else None
    if not _may_answer(shelf, child):
        raise NotAllowed("Only the child’s reviewing officer, or who leads them, may answer.")


def _silent(shelf: Shelf, row: ChallengeRow) -> int | None:
    if row.answer or row.closed_at is not None:
        return None
    return shelf.days_since(in_london(row.made_at).date())


def _told(
    shelf: Shelf, row: ChallengeRow, whose: Whose | None = None, *, story: bool = False
) -> ReverseChallenge:
    """`whose` is what a list knows of the child; without it the child is read."""
    child = None
    if whose is None and row.child_id is not None:
        child = find_child(shelf.connection, row.child_id)
    name = whose.child_name if whose is not None else child.name if child is not None else ""
    is_open = row.closed_at is None
    names = [person.name for person in _asked(shelf, child)]
    if whose is not None and whose.raiser_id is not None:
        names = [shelf.name(whose.raiser_id)]
    return ReverseChallenge(
        id=row.id,
        words=ChallengeWords(
            decision=row.decision,
            why=row.why,
            proposal=row.proposal,
            decided_on=row.decided_on,
        ),
        initials="".join(part[0].upper() for part in name.split()),
        child=child if story else None,
        team=row.team,
        asked=tuple(names) if is_open else (),
        made_by=shelf.name(row.made_by),
        made_at=row.made_at,
        answer=row.answer,
        answer_words=row.answer_words,
        answered_at=row.answered_at,
        review_on=row.review_on,
        overdue_review=is_open and row.review_on is not None and row.review_on < shelf.today,
        closed_at=row.closed_at,
        withdrawn=row.outcome,
        silent=_silent(shelf, row),
        place=Place(at=row.made_at, id=row.id),
        may_answer=story and not row.outcome and _may_answer(shelf, child),
        may_withdraw=story and is_open and row.made_by in shelf.rights.reader.acting,
        story=shelf.story(CHALLENGE, row.id) if story else (),
    )
