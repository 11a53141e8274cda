"""The child's voice in a case (X-21): what they want, what they were told, who speaks for them.

Entries are dated and only ever added; a correction is a new entry. Each is a turn, with an entry
of the case's history. What legal advice was about is read by the raiser and those they name; that
it was sought is not shown to respondents (X-36).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from engine.access import NotAllowed, demand_case
from engine.acts.cases import NoReason, posts_towards
from engine.children import find_child
from engine.councils import RAISER, Council
from engine.errors import StepladderError
from engine.history.entries import Fact
from engine.history.voice_acts import ADVICE, RECORDED
from engine.history.vouched_voice import VOUCHES, vouch_for
from engine.installation import Installation
from engine.people import Person, find_person
from engine.store.cases import CaseRow, find_answers
from engine.store.database import Connection
from engine.store.voice import (
    VoiceRow,
    add_advice_reader,
    add_voice,
    find_advice_readers,
    find_voice,
)
from engine.turns.turn import Turn, turn

WISHES: Final = "wishes"
TOLD: Final = "told"
CONSULTED: Final = "consulted"
ADVOCATE: Final = "advocate"
RIGHTS: Final = "complaint-rights"
COMPLAINT: Final = "complaint"
LEGAL_ADVICE: Final = "legal-advice"

LONGEST_WORDS: Final = 5000


class BadEntry(StepladderError):
    """An entry that cannot be kept."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of entry: `noun` names it, `missing` says what is not yet recorded.

    `answers` are the values with their words; those in `explained` need words of why. `per_stage`
    kinds are recorded at each stage anew, `expected` ones at least once in a case.
    """

    key: str
    noun: str
    missing: str
    answers: tuple[tuple[str, str], ...]
    explained: frozenset[str]
    per_stage: bool = False
    expected: bool = True


_YES_NO: Final = (("yes", "Yes"), ("no", "No"))
_NO: Final = frozenset({"no"})
_NONE: Final[frozenset[str]] = frozenset()

KINDS: Final = MappingProxyType(
    {
        kind.key: kind
        for kind in (
            Kind(
                key=WISHES,
                noun="What the child wants and feels",
                missing="the child’s wishes and feelings",
                answers=(
                    ("known", "The child has said, or shown"),
                    ("not yet sought", "Not yet sought"),
                    ("not said", "Sought, and the child did not want to say"),
                ),
                explained=frozenset({"known"}),
            ),
            Kind(
                key=TOLD,
                noun="Whether the child was told",
                missing="whether the child was told",
                answers=_YES_NO,
                explained=_NO,
                per_stage=True,
            ),
            Kind(
                key=CONSULTED,
                noun="Whether the child was consulted",
                missing="whether the child was consulted",
                answers=_YES_NO,
                explained=_NO,
                per_stage=True,
            ),
            Kind(
                key=ADVOCATE,
                noun="Whether an advocate was offered",
                missing="whether an advocate was offered",
                answers=(
                    ("accepted", "Yes, and the child wants one"),
                    ("declined", "Yes, and the child does not want one"),
                    ("offered", "Yes, and the child has not decided"),
                    ("no", "No"),
                ),
                explained=_NO,
            ),
            Kind(
                key=RIGHTS,
                noun="Whether the right to complain was explained",
                missing="whether the right to complain was explained",
                answers=_YES_NO,
                explained=_NO,
            ),
            Kind(
                key=COMPLAINT,
                noun="Whether a complaint is in progress",
                missing="",
                answers=(
                    ("in progress", "A complaint is in progress"),
                    ("ended", "A complaint has ended"),
                    ("none", "There is no complaint"),
                ),
                explained=_NONE,
                expected=False,
            ),
            Kind(
                key=LEGAL_ADVICE,
                noun="Independent legal advice",
                missing="",
                answers=(("sought", "Sought"),),
                explained=_NONE,
                expected=False,
            ),
        )
    }
)


@dataclass(frozen=True, kw_only=True)
class Said:
    """An entry as it is read: `answer` in words, `corrected` where a later one stands for it.

    `words` are empty where the reader may not read them, which `withheld` says.
    """

    id: int
    kind: Kind
    stage: str
    answer: str
    day: date
    words: str
    withheld: bool
    by: str
    corrected: bool


@dataclass(frozen=True, kw_only=True)
class Voice:
    """The child's voice in a case, as far as one person may read it.

    `entries` are the newest first. `missing_now` is what is not yet recorded at the stage where
    the case is, `missing` what is not yet recorded in the case; both empty where the child died or
    the case is over. `readers` are named to read of legal advice: id, name.
    """

    entries: tuple[Said, ...]
    missing_now: tuple[str, ...]
    missing: tuple[str, ...]
    readers: tuple[tuple[int, str], ...]

    def latest(self, key: str) -> Said | None:
        """The newest entry of that kind that was not corrected."""
        found = (each for each in self.entries if each.kind.key == key and not each.corrected)
        return next(found, None)


def read_voice(
    connection: Connection,
    case: CaseRow,
    council: Council,
    *,
    person_id: int,
    posts: Iterable[str],
) -> Voice:
    """The child's voice in the case for a person who has `posts` towards it and may see it.

    Legal advice is shown to the raiser, the post that is kept informed, and those named; what it
    was about to the raiser and those named alone.
    """
    held = set(posts)
    rows = find_voice(connection, case.id)
    readers = find_advice_readers(connection, case.id)
    # Not whoever stands in for the raiser: privileged words are theirs to whom they were entrusted.
    privy = person_id in (case.raiser_id, *(reader for reader, _ in readers))
    knows = privy or not held.isdisjoint((RAISER, council.kept_informed))
    corrected = {row.corrects for row in rows}
    entries = tuple(
        _said(row, privy=privy, corrected=row.id in corrected)
        for row in reversed(rows)
        if knows or row.kind != LEGAL_ADVICE
    )
    child = find_child(connection, case.child_id)
    silent = case.closed_at is not None or (child is not None and child.died_on is not None)
    valid = [row for row in rows if row.id not in corrected]
    return Voice(
        entries=entries,
        missing_now=() if silent else tuple(_missing_now(valid, case.stage)),
        missing=() if silent else tuple(_missing(connection, case.id, valid)),
        readers=tuple(readers) if privy else (),
    )


def _said(row: VoiceRow, *, privy: bool, corrected: bool) -> Said:
    kind = KINDS[row.kind]
    withheld = row.kind == LEGAL_ADVICE and not privy
    return Said(
        id=row.id,
        kind=kind,
        stage=row.stage,
        answer=dict(kind.answers)[row.answer],
        day=row.day,
        words="" if withheld else row.words,
        withheld=withheld,
        by=row.person,
        corrected=corrected,
    )


def _missing_now(rows: Iterable[VoiceRow], stage: str) -> Iterable[str]:
    known = {row.kind for row in rows if row.stage == stage}
    return (k.missing for k in KINDS.values() if k.per_stage and k.key not in known)


def _missing(connection: Connection, case_id: int, rows: Iterable[VoiceRow]) -> Iterable[str]:
    known = {row.kind for row in rows}
    # A form may ask for them too, as that for raising does; they need not be written twice.
    if any(json.loads(answer.content).get(WISHES) for answer in find_answers(connection, case_id)):
        known.add(WISHES)
    once = (k for k in KINDS.values() if k.expected and not k.per_stage)
    return (k.missing for k in once if k.key not in known)


def record_voice(
    installation: Installation,
    case_id: int,
    *,
    by: Person,
    kind: str,
    answer: str,
    day: date,
    words: str = "",
    corrects: int | None = None,
) -> CaseRow:
    """Add an entry to the child's voice, at the stage where the case is; the raiser does.

    `day` is when it was, in London. `corrects` is the id of the entry of that kind for which this
    one stands from now on. Raises `NotAllowed`, `BadEntry`, and `NoReason` where a “no” says not
    why, or wishes say nothing.
    """
    with turn(installation, case_id, by=by) as case:
        _demand_raiser(case, by)
        known = KINDS.get(kind)
        if known is None or answer not in dict(known.answers):
            raise BadEntry("Select one of the answers.")
        if day > case.today:
            raise BadEntry("That day is still to come. Record it when it has happened.")
        said = words.strip()
        if len(said) > LONGEST_WORDS:
            raise BadEntry(f"Shorten what you wrote to {LONGEST_WORDS:,} characters.")
        if answer in known.explained and not said:
            raise NoReason("Enter why not." if answer == "no" else "Enter what the child said.")
        _demand_own(case, kind, corrects)
        sequence = case.next_sequence
        add_voice(
            case.connection,
            case_id=case_id,
            sequence=sequence,
            kind=kind,
            stage=case.case.stage,
            answer=answer,
            day=day,
            words=said,
            person_id=by.id,
            at=case.at,
            corrects=corrects,
        )
        fact = Fact(
            act=ADVICE if kind == LEGAL_ADVICE else RECORDED,
            element="",
            words=_in_words(by, known, answer, corrected=corrects is not None),
            before={},
            after={"voice": kind, VOUCHES: vouch_for(kind, answer, day, said)},
        )
        case.record(fact)
        done = case
    return done.case


def _in_words(by: Person, kind: Kind, answer: str, *, corrected: bool) -> str:
    if kind.key == LEGAL_ADVICE:
        return f"{by.name} recorded that independent legal advice was sought."
    said = dict(kind.answers)[answer]
    how = "corrected" if corrected else "recorded"
    return f"{by.name} {how}: {kind.noun[0].lower()}{kind.noun[1:]} – {said}."


def _demand_raiser(case: Turn, by: Person) -> None:
    demand_case(case.connection, case.case.id, by.id, case.at)
    if RAISER not in posts_towards(case, by):
        raise NotAllowed("Only the raiser of a case records the child’s voice. Tell them.")


def _demand_own(case: Turn, kind: str, corrects: int | None) -> None:
    if corrects is None:
        return
    rows = find_voice(case.connection, case.case.id)
    taken = {row.corrects for row in rows}
    if not any(r.id == corrects and r.kind == kind and r.id not in taken for r in rows):
        raise BadEntry("That entry was corrected already. Look at the newest one.")


def name_advice_reader(
    installation: Installation, case_id: int, *, by: Person, person_id: int
) -> CaseRow:
    """The raiser lets somebody who sees the case read what legal advice was about.

    Raises `NotAllowed`, also for a person who has no part in the case: they could not read it.
    """
    with turn(installation, case_id, by=by) as case:
        _demand_raiser(case, by)
        if by.id != case.case.raiser_id:
            raise NotAllowed("Only the raiser themselves says who reads of legal advice.")
        person = find_person(case.connection, person_id)
        if person is None or person.council != case.case.council:
            raise BadEntry("Select a colleague.")
        demand_case(case.connection, case_id, person_id, case.at)
        at = case.at
        if not add_advice_reader(case.connection, case_id, person_id, by=by.id, at=at):
            raise BadEntry(f"{person.name} may read it already.")
        words = f"{by.name} let {person.name} read what independent legal advice was about."
        case.record(
            Fact(act=ADVICE, element="", words=words, before={}, after={"reader": person_id})
        )
        done = case
    return done.case
