"""Concerns: a case may hold several, each with its own action, date and outcome (X-15).

The first is what the case was raised with. The raiser adds more, corrects them, and says of each
what became of it; each is a turn, and the history keeps what the words were before.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from engine.access import NotAllowed, demand_case
from engine.acts.concern_words import Words as Words
from engine.acts.concern_words import questions_of, themes_answered, ticks_again, words_answered
from engine.errors import StepladderError
from engine.forms import Answer, Form
from engine.history.course_acts import FOLLOWED_UP
from engine.history.course_acts import SETTLED as SETTLED
from engine.history.entries import Fact
from engine.installation import Installation
from engine.people import Person, find_person
from engine.procedures import Package
from engine.store import concerns as store
from engine.store.concerns import FIRST_DECISION, ConcernRow, find_actions, find_concerns
from engine.store.history import walk_chain
from engine.turns.after_closing import OVERTAKEN
from engine.turns.turn import Turn, turn

ADDED = "concern added"
AMENDED = "concern changed"
ASKED = FOLLOWED_UP
SATISFIED = "satisfied"
NOT_SATISFIED = "not satisfied"
OUTCOMES = (SATISFIED, NOT_SATISFIED, OVERTAKEN)
MOST = 30
_TEXTS = ("concern", "impact", "action", "owner")


class NoConcern(StepladderError):
    """There is no concern of that number in the case, or no more room for one."""


class CannotChange(StepladderError):
    """The concern cannot be added, changed or settled so."""


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What a concern said before it was changed; until when (aware, UTC), and who changed it."""

    words: Words
    until: datetime
    by: str


def words_of(row: ConcernRow) -> Words:
    """What the concern says now."""
    return Words(
        concern=row.concern,
        impact=row.impact,
        action=row.action,
        themes=tuple(row.themes.splitlines()),
        owner=row.owner,
        by_when=row.by_when,
    )


def read_concerns(installation: Installation, case_id: int) -> tuple[ConcernRow, ...]:
    """The concerns of a case, in order. The caller has seen that the reader may see the case."""
    with installation.database.read() as connection:
        return tuple(find_concerns(connection, case_id))


def read_earlier(installation: Installation, case_id: int, place: int) -> tuple[Earlier, ...]:
    """What the concern said before, the oldest first; words that were destroyed are left out.

    The caller has seen that the reader may see the case.
    """
    said: list[tuple[Words, datetime, int | None]] = []
    with installation.database.read() as connection:
        for entry, body in walk_chain(connection, case_id):
            told = _told(json.loads(body.content), place) if body is not None else None
            if told is not None and "concern" in told:
                said.append((_read(told), entry.at, entry.actor_id))
        people = {who: find_person(connection, who) for _, _, who in said if who is not None}
    names = {who: person.name if person else "" for who, person in people.items()}
    return tuple(
        Earlier(words=words, until=until, by=names.get(who or 0, ""))
        for (words, _, _), (later, until, who) in pairwise(said)
        if words != later  # a move to the right child says them once more as they were
    )


def add_concern(
    installation: Installation, case_id: int, *, by: Person, words: Words
) -> ConcernRow:
    """Add a concern to an open case. Raises `CannotChange`, `NotAllowed`."""
    with turn(installation, case_id, by=by) as case:
        _demand_raiser(case)
        _demand_open(case)
        known = find_concerns(case.connection, case_id)
        if len(known) >= MOST:
            raise CannotChange(f"A case has at most {MOST} concerns. Open a linked case.")
        _demand_words(words)
        row = _add(case, 1 + max((each.place for each in known), default=0), words)
        said = f"{_name(case)} added concern {row.place}."
        case.record(_fact(ADDED, row, said, words))
    return row


def amend_concern(
    installation: Installation, case_id: int, place: int, *, by: Person, words: Words
) -> ConcernRow:
    """Correct what a concern of an open case says; what it said stays in the history.

    The same words again change nothing. Raises `NoConcern`, `CannotChange`, `NotAllowed`.
    """
    with turn(installation, case_id, by=by) as case:
        _demand_raiser(case)
        _demand_open(case)
        row = _find(case, place)
        _demand_words(words)
        before = words_of(row)
        if words == before:
            return row
        changed = replace(row, **_columns(words), sequence=case.next_sequence)
        store.save_concern(case.connection, changed)
        said = f"{_name(case)} changed concern {place}: {_differences(before, words)}."
        case.record(_fact(AMENDED, changed, said, words))
    return changed


def settle_concern(
    installation: Installation, case_id: int, place: int, *, by: Person, outcome: str, words: str
) -> ConcernRow:
    """Say what became of a concern: one of OUTCOMES, in words; later another time, if it was wrong.

    The same words again at the same stage change nothing. Also after the case is closed. Raises
    `NoConcern`, `CannotChange`, `NotAllowed`.
    """
    if outcome not in OUTCOMES:
        raise CannotChange("Select what became of the concern.")
    if not words.strip():
        raise CannotChange("Enter what became of it, in your own words.")
    with turn(installation, case_id, by=by) as case:
        _demand_raiser(case)
        row = _find(case, place)
        if (row.outcome, row.outcome_words, row.stage) == (outcome, words.strip(), case.case.stage):
            return row  # the button was pressed twice
        settled = replace(
            row,
            outcome=outcome,
            outcome_words=words.strip(),
            stage=case.case.stage,
            settled_at=case.at,
            settled_in=case.next_sequence,
            ask_on=None if outcome == OVERTAKEN else row.ask_on,
        )
        store.save_concern(case.connection, settled)
        after = {"concern": place, "outcome_of_concern": outcome, "words": words.strip()}
        said = f"{_name(case)} settled concern {place}: {outcome}."
        case.record(
            Fact(act=SETTLED, element=element_of(place), words=said, before={}, after=after)
        )
    return settled


def begin_concerns(case: Turn, form: Form | None, answers: Mapping[str, object]) -> dict[str, Any]:
    """The concerns in the answers with which a case is opened; what the entry tells of them.

    Which question is which is the procedure's to say; where it says nothing there is none.
    """
    given = words_answered(case.version.package, form, answers)[:MOST]
    return _say(_add(case, place, words) for place, words in enumerate(given, 1)) if given else {}


def take_themes(case: Turn, form: Form | None, answers: Mapping[str, object]) -> dict[str, Any]:
    """Themes that were asked later, as on going formal, for concerns that have none (X-38).

    What the entry tells of them.
    """
    themes = themes_answered(case.version.package, form, answers)
    if not themes:
        return {}
    told: dict[str, Any] = {}
    for row in find_concerns(case.connection, case.case.id):
        if not row.themes:
            store.save_concern(case.connection, replace(row, themes="\n".join(themes)))
            told[str(row.place)] = {"themes": list(themes)}
    return {"concerns": told} if told else {}


def raise_again(
    installation: Installation,
    case_id: int,
    *,
    by: Person,
    package: Package,
    places: Iterable[int] = (),
) -> dict[str, Answer]:
    """A closed case's concerns as answers to a procedure's form for raising them once more.

    Those at `places`, or else all that the raiser is not satisfied of. Raises `NotAllowed`.
    """
    with installation.database.read() as connection:
        demand_case(connection, case_id, by.id, installation.clock.now())
        rows = find_concerns(connection, case_id)
    wanted = set(places) or {row.place for row in rows if row.outcome != SATISFIED}
    chosen = [row for row in rows if row.place in wanted]
    keys = questions_of(package)
    answers: dict[str, Answer] = {}
    for name in ("concern", "impact", "action"):
        text = "\n\n".join(filter(None, (getattr(row, name) for row in chosen)))
        if name in keys and text:
            answers[keys[name]] = text
    themes = [theme for row in chosen for theme in row.themes.splitlines()]
    return answers | ticks_again(package, keys.get("themes"), themes)


def vouch_anew(case: Turn) -> dict[str, Any]:
    """Let the entry that is recorded next tell of the words of all concerns; what it tells."""
    rows = find_actions(case.connection, case.case.id)
    for row in rows:
        store.save_concern(case.connection, replace(row, sequence=case.next_sequence))
    return _say(rows) if rows else {}


def forget_words(case: Turn, sequences: Iterable[int]) -> None:
    """Where entries are destroyed, what they told of concerns goes from the concerns too."""
    gone = set(sequences)
    for row in find_actions(case.connection, case.case.id):
        left = row
        if row.sequence in gone:
            left = replace(left, concern="", impact="", action="", owner="")
        if row.settled_in in gone:
            left = replace(left, outcome_words="")
        if row.asked_in in gone:
            left = replace(left, changed="")
        if left != row:
            store.save_concern(case.connection, left)


def element_of(place: int) -> str:
    """How an entry of the history names a concern, or what a meeting decided."""
    return f"{'concern' if place < FIRST_DECISION else 'decision'} {place % (FIRST_DECISION - 1)}"


def _demand_raiser(case: Turn) -> None:
    by = case.by
    assert by is not None  # noqa: S101  (only people change concerns)
    demand_case(case.connection, case.case.id, by.id, case.at)
    if by.id != case.case.raiser_id:
        raise NotAllowed("Only the raiser of a case adds, changes or settles its concerns.")


def _demand_open(case: Turn) -> None:
    if case.case.closed_at is not None:
        raise CannotChange("The case is closed. Open a linked case for what is new.")


def _demand_words(words: Words) -> None:
    if not words.concern.strip():
        raise CannotChange("Enter what the concern is.")


def _find(case: Turn, place: int) -> ConcernRow:
    for row in find_concerns(case.connection, case.case.id):
        if row.place == place:
            return row
    raise NoConcern("There is no such concern. Open the case to see its concerns.")


def _add(case: Turn, place: int, words: Words) -> ConcernRow:
    row = ConcernRow(
        id=0,
        case_id=case.case.id,
        place=place,
        **_columns(words),
        sequence=case.next_sequence,
        outcome="",
        outcome_words="",
        stage="",
        settled_at=None,
        settled_in=None,
        ask_on=None,
        askers="",
        done="",
        changed="",
        asked_at=None,
        asked_in=None,
    )
    store.add_concern(case.connection, row)
    return row


def _columns(words: Words) -> dict[str, Any]:
    return {**vars(words), "themes": "\n".join(words.themes)}


def _fact(act: str, row: ConcernRow, said: str, words: Words) -> Fact:
    return Fact(act=act, element=element_of(row.place), words=said, before={}, after=_say([row]))


def _say(rows: Iterable[ConcernRow]) -> dict[str, Any]:
    """What an entry tells of concerns: all that they say, each text in one entry only."""
    return {"concerns": {str(row.place): told_of(row) for row in rows}}


def told_of(row: ConcernRow) -> dict[str, Any]:
    """A concern's words as the entry that vouches for them tells them."""
    return {
        **{name: getattr(row, name) for name in _TEXTS},
        "themes": row.themes.splitlines(),
        "by_when": row.by_when.isoformat() if row.by_when else None,
    }


def _told(content: Mapping[str, Any], place: int) -> Mapping[str, Any] | None:
    told: Mapping[str, Any] | None = content["after"].get("concerns", {}).get(str(place))
    return told


def _read(told: Mapping[str, Any]) -> Words:
    by_when = told["by_when"]
    return Words(
        **{name: told[name] for name in _TEXTS},
        themes=tuple(told["themes"]),
        by_when=date.fromisoformat(by_when) if by_when else None,
    )


def _differences(before: Words, after: Words) -> str:
    names = {
        "concern": "what it is",
        "impact": "what it means for the child",
        "action": "the action",
        "themes": "the theme",
        "owner": "who is to do it",
        "by_when": "the date",
    }
    changed = [name for key, name in names.items() if getattr(before, key) != getattr(after, key)]
    return ", ".join(changed)


def _name(case: Turn) -> str:
    return case.by.name if case.by else ""
