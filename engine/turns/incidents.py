"""Incidents: that a case cannot go on, kept with its cause and told to those who look after it."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from engine.clock import in_london
from engine.councils import ADMINISTRATOR, Council
from engine.diagrams.diagram import Diagram
from engine.diagrams.freeze import NotThawed
from engine.diagrams.run import Stuck
from engine.errors import StepladderError
from engine.history.entries import Fact
from engine.installation import Installation
from engine.people import Person, find_responsible
from engine.procedures import load_version
from engine.store.cases import CaseRow
from engine.store.database import Connection
from engine.store.deadlines import DeadlineRow
from engine.store.incidents import (
    add_incident,
    find_open_incident,
    happened_again,
    save_told,
)
from engine.store.notices import NewNotice, add_notices
from engine.turns.open_case import OpenCase

CANNOT_GO_ON: Final = "cannot go on"
TEMPLATE: Final = "incident"
AGAIN: Final = timedelta(minutes=10)
"""What failed is tried again by itself after so long; who looks after the case need not wait."""

_KEY = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_FEW: Final = "A step that only few may see"


def note_incident(case: OpenCase, deadline: DeadlineRow, error: BaseException) -> Fact | None:
    """Keep that the deadline cannot be acted on; what the history is to tell where that is new."""
    cause = _cause(error, case.diagram)
    again = case.at + AGAIN
    known = find_open_incident(case.connection, case.case.id, deadline.id, deadline.element)
    if known is not None:
        entries = case.case.entries
        happened_again(
            case.connection, known, at=case.at, cause=cause, again=again, entries=entries
        )
        return None
    told = _keep(
        case.installation, case.connection, case.case, deadline, deadline.element, cause, case.at
    )
    name = _called(case.diagram, deadline.element)
    return Fact(
        act=CANNOT_GO_ON,
        element=deadline.element,
        words=f"The case could not go on at {name}. {cause}",
        before={},
        after={"told": told},
    )


def note_lost(
    installation: Installation,
    connection: Connection,
    row: CaseRow,
    error: BaseException,
    *,
    by: Person | None,
) -> None:
    """Keep that a case cannot be opened, or that what a person did in it has no way on.

    The caller holds the case's lock. Its history is not written: its turn was undone.
    """
    at = max(installation.clock.now(), row.last_at)
    diagram = load_version(connection, row.version_id).package.diagram
    element = error.element if isinstance(error, Stuck) else ""
    cause = _cause(error, diagram)
    again = at + AGAIN if by is None or isinstance(error, NotThawed) else None
    acted = _acted(error, diagram) if again is None else ""
    known = find_open_incident(connection, row.id, None, element, acted=acted)
    if known is not None:
        happened_again(connection, known, at=at, cause=cause, again=again, entries=row.entries)
        return
    _keep(installation, connection, row, None, element, cause, at, again, acted)


def _keep(
    installation: Installation,
    connection: Connection,
    row: CaseRow,
    deadline: DeadlineRow | None,
    element: str,
    cause: str,
    at: datetime,
    again: datetime | None = None,
    acted: str = "",
) -> list[str]:
    """Keep a new incident, and tell of it; the posts that were told."""
    incident_id = add_incident(
        connection,
        council=row.council,
        case_id=row.id,
        deadline_id=deadline.id if deadline else None,
        element=element,
        acted=acted,
        entries=row.entries,
        cause=cause,
        first_at=at,
        last_at=at,
        times=1,
        try_again_at=at + AGAIN if deadline else again,
        told="",
    )
    council = installation.council(row.council)
    subject = f"Case {row.number} cannot go on by itself"
    body = (
        f"{cause}\n\nTry again, skip the step, go back, suspend or end the case:\n"
        f"{installation.settings.address}/incidents/{row.number}\n"
    )
    whom = list(_looking_after(connection, council, row.team, at))
    add_notices(
        connection,
        [
            _notice(row, f"incident/{incident_id}", post, person, subject, body, at)
            for post, person in whom
        ],
    )
    titles = list(dict.fromkeys(council.posts[post].title for post, _ in whom))
    save_told(connection, incident_id, ", ".join(titles))
    return list(dict.fromkeys(post for post, _ in whom))


def tell_raiser(case: OpenCase, raiser: Person, subject: str) -> None:
    """Send the raiser a message about what was done to their case."""
    body = (
        f"Read in the history what was done, and why:\n"
        f"{case.installation.settings.address}/cases/{case.case.number}\n"
    )
    about = f"operated/{case.next_sequence}"
    notice = _notice(case.case, about, "raiser", raiser, subject, body, case.at)
    add_notices(case.connection, [notice])


def _notice(
    row: CaseRow, about: str, post: str, person: Person, subject: str, body: str, at: datetime
) -> NewNotice:
    return NewNotice(
        key=f"{row.id}/{about}/{person.id}",
        case_id=row.id,
        sequence=row.entries,
        element="",
        template=TEMPLATE,
        post=post,
        person_id=person.id,
        address=person.email,
        subject=subject,
        body=body,
        queued_at=at,
        next_try_at=at,
        calendar=None,
    )


def _looking_after(
    connection: Connection, council: Council, team: str, at: datetime
) -> Iterable[tuple[str, Person]]:
    """Who is told: whoever holds the post that is kept informed, and the administrators."""
    today, seen = in_london(at).date(), set()
    for post in (council.kept_informed, ADMINISTRATOR):
        known = council.posts.get(post)
        if known is None:
            continue
        held_for = team if known.scope == "team" else ""
        for person in find_responsible(connection, council, post, held_for, today).persons:
            if person.id not in seen:
                seen.add(person.id)
                yield post, person


def _acted(error: BaseException, diagram: Diagram) -> str:
    """The step or button with which somebody acted; empty where what failed only followed."""
    drawn = diagram.elements.get(error.acted) if isinstance(error, Stuck) else None
    return drawn.id if drawn is not None and drawn.event != "timer" else ""


def _called(diagram: Diagram, element: str) -> str:
    """A step by its name: of a timer, that of what it sits on."""
    drawn = diagram.elements.get(element)
    host = diagram.elements.get(drawn.attached_to or "") if drawn else None
    if diagram.seen_by(element) is not None:
        return _FEW[:1].lower() + _FEW[1:]
    name = " ".join((host or drawn).name.split()) if drawn else ""
    return f"“{name or element}”"


def _cause(error: BaseException, diagram: Diagram) -> str:
    """Why it could not go on, in plain words without anything that somebody wrote."""
    if isinstance(error, Stuck):
        if not error.element:
            return error.sentence
        where = _called(diagram, error.element)
        return f"At {where} there is no way on that fits what was answered."
    if isinstance(error, NotThawed):
        return "Where the case stands cannot be read."
    if isinstance(error, StepladderError):
        return str(error)
    if isinstance(error, KeyError) and _KEY.fullmatch(str(error.args[0] if error.args else "")):
        return f"It needs {error.args[0]}, which is not there: a form, a post or a step."
    return f"Something unforeseen went wrong ({type(error).__name__}). The log says where."
