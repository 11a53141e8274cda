"""What happens in a demonstration beside the steps of its stories, through the product's own acts.

A `[[happening]]` of `invention.toml` says when, who (`by`, a key of its people) and what it `does`;
each act below says what else it is told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from engine.acts.claims import claim
from engine.acts.concerns import Words, add_concern
from engine.acts.reassigning import send_back
from engine.administration.absences import record_absence
from engine.administration.people import end
from engine.child_file.siblings import link_siblings
from engine.child_file.voice import record_voice
from engine.children import Child
from engine.clock import parse_instant
from engine.demo.invention import BadInvention, Happening
from engine.installation import Installation
from engine.meetings.keeping import set_date
from engine.people import Person
from engine.registers.general_concerns import ConcernWords, record_concern, update_concern
from engine.registers.good_practice import PracticeWords, record_practice
from engine.registers.reverse_challenges import ChallengeWords, make_challenge
from engine.rehearsal import Rehearsal
from engine.store.people import find_holdings


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who and what a happening may name, each by its key; `cases` by the file of their story."""

    installation: Installation
    people: Mapping[str, Person]
    children: Mapping[str, Child]
    cases: Mapping[str, Rehearsal]


def happen(cast: Cast, told: Happening) -> None:
    """Carry it out now. Raises `BadInvention` where it names what there is not, and all that the
    act itself raises."""
    try:
        _ACTS[told.does](cast, cast.people[told.by], **told.more)
    except (KeyError, TypeError, StopIteration) as error:
        raise BadInvention(
            f"“{told.does}” by {told.by}, at {told.at}, cannot happen: {error!r}."
        ) from error


def _away(
    cast: Cast, by: Person, *, starts: date, ends: date | None = None, deputy: str = ""
) -> None:
    record_absence(
        cast.installation,
        by.id,
        by=by,
        starts=starts,
        ends=ends,
        deputy_id=cast.people[deputy].id if deputy else None,
    )


def _end_post(cast: Cast, by: Person, *, person: str, post: str, last_day: date) -> None:
    who = cast.people[person]
    with cast.installation.database.read() as connection:
        held = next(one for one in find_holdings(connection, who.id) if one.post == post)
    end(cast.installation, who.id, held.id, by=by, last_day=last_day)


def _siblings(cast: Cast, by: Person, *, child: str, other: str) -> None:
    first, second = cast.children[child], cast.children[other]
    link_siblings(cast.installation, first.id, second.id, by=by)


def _claim(cast: Cast, by: Person, *, case: str, what: str) -> None:
    claim(cast.installation, cast.cases[case].task_at(what).id, by=by)


def _send_back(cast: Cast, by: Person, *, case: str, what: str, reason: str) -> None:
    send_back(cast.installation, cast.cases[case].task_at(what).id, by=by, reason=reason)


def _concern(cast: Cast, by: Person, *, case: str, **words: Any) -> None:
    add_concern(cast.installation, cast.cases[case].case_id, by=by, words=Words(**words))


def _voice(
    cast: Cast, by: Person, *, case: str, kind: str, answer: str, day: date, words: str = ""
) -> None:
    case_id = cast.cases[case].case_id
    record_voice(cast.installation, case_id, by=by, kind=kind, answer=answer, day=day, words=words)


def _general_concern(
    cast: Cast, by: Person, *, cases: list[str], then: str = "", **words: Any
) -> None:
    numbers = tuple(cast.cases[case].case().number for case in cases)
    told = ConcernWords(**{**words, "themes": tuple(words["themes"])}, cases=numbers)
    concern = record_concern(cast.installation, by=by, words=told)
    if then:
        update_concern(cast.installation, concern, by=by, words=then)


def _good_practice(cast: Cast, by: Person, *, worker: str, child: str, **words: Any) -> None:
    told = {**words, "themes": tuple(words["themes"]), "worker_id": cast.people[worker].id}
    record_practice(
        cast.installation,
        by=by,
        words=PracticeWords(**told),
        tell=True,
        child_id=cast.children[child].id,
    )


def _challenge(cast: Cast, by: Person, *, child: str, **words: Any) -> None:
    told = ChallengeWords(**words)
    make_challenge(cast.installation, by=by, child_id=cast.children[child].id, words=told)


def _meeting(cast: Cast, by: Person, *, kind: str, begins: datetime, place: str) -> None:
    set_date(cast.installation, kind, by=by, at=parse_instant(begins.isoformat()), place=place)


_ACTS: Final[Mapping[str, Callable[..., None]]] = MappingProxyType(
    {
        "is away": _away,
        "ends a post": _end_post,
        "records siblings": _siblings,
        "claims": _claim,
        "sends back": _send_back,
        "adds a concern": _concern,
        "records the child’s voice": _voice,
        "records a general concern": _general_concern,
        "records good practice": _good_practice,
        "challenges a decision": _challenge,
        "sets a meeting": _meeting,
    }
)
