"""Help with a draft: a respondent asks a colleague to draft an answer, and submits it themselves.

Drafting may be delegated, submitting not (X-19). The colleague reads the concern and the form, and
nothing else of the case: they get no part in it. It ends with the task.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.access import NotAllowed, may_read_child
from engine.acts.cases import NotOpenNow, start_event
from engine.acts.tasks import ChooseFirst, demand_task, initials_of
from engine.children import find_child
from engine.clock import in_london
from engine.diagrams.run import Run
from engine.diagrams.values import Value
from engine.forms import Form, check_answers, in_words
from engine.history.access_log import note
from engine.history.entries import Fact
from engine.installation import Installation
from engine.people import Person
from engine.procedures import Version, load_version
from engine.store.cases import CaseRow, find_answers, find_case
from engine.store.database import Connection
from engine.store.drafting_help import (
    HelpRow,
    add_help,
    end_help,
    find_help,
    find_help_asked,
    find_help_by,
    write_help,
)
from engine.store.people import find_holdings
from engine.store.tasks import TaskRow, find_post_for, find_task, lock_case_of_task
from engine.turns.telling import Telling
from engine.turns.turn import Turn, turn_for_task
from engine.writing.drafts import LARGEST, Draft, save_draft
from engine.writing.places import AtTask

HELP_ASKED = "draft asked for"
HELP_ENDED = "draft not asked for any more"
_MESSAGE = "draft-asked"
Raw = Mapping[str, Sequence[str]]


class CannotAsk(NotOpenNow):
    """That colleague cannot be asked to draft this."""


class NotAsked(NotOpenNow):
    """The colleague is not asked to draft this, or not any more."""

    def __init__(self) -> None:
        super().__init__(
            "Your draft is not asked for any more: the answer was given, or somebody else has the "
            "task now."
        )


@dataclass(frozen=True, kw_only=True)
class DraftAsked:
    """A draft that somebody is asked for, as their tray shows it (X-36); instants in UTC."""

    task_id: int
    case_number: str
    initials: str
    name: str
    due: datetime | None
    asked_by: str
    written_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ToDraft:
    """What the colleague sees: the concern, the form, what they wrote; `values` are for the form.

    `concern` is the form's labels with what was raised. `read_at` is aware, in UTC.
    """

    asked: HelpRow
    task: TaskRow
    case: CaseRow
    version: Version
    initials: str
    form: Form
    concern: tuple[tuple[str, str], ...]
    values: Mapping[str, Value]
    raw: Raw | None
    read_at: datetime


def read_drafts_asked(installation: Installation, person: Person) -> list[DraftAsked]:
    """The drafts that colleagues ask of the person, the most urgent first."""
    with installation.database.read() as connection:
        return [
            DraftAsked(
                task_id=row.task_id,
                case_number=row.case_number,
                initials=initials_of(row.child_name),
                name=row.name,
                due=row.due,
                asked_by=row.asked_by,
                written_at=row.written_at,
            )
            for row in find_help_asked(connection, person.id)
            if may_read_child(connection, row.child_id, person.id)
        ]


def ask_help(
    installation: Installation, task_id: int, *, by: Person, person_id: int, words: str = ""
) -> None:
    """Ask a colleague to draft the answer to a task that waits for whoever asks.

    Raises `CannotAsk` with what to do instead, `NotAllowed`, `AlreadyDone`, `NoCase`, and
    `ChooseFirst` for a task that was sent back.
    """
    with turn_for_task(installation, task_id, by=by) as case:
        post = case.answers(task_id)
        task = demand_task(case, task_id)
        if task.sent_back_at is not None:
            raise ChooseFirst(task_id)
        person, held = _demand_colleague(case, task, person_id)
        add_help(
            case.connection,
            case_id=case.case.id,
            task_id=task.id,
            asked_by=by.id,
            person_id=person.id,
            words=words.strip(),
            asked_at=case.at,
        )
        telling = Telling(case)
        element = case.diagram.elements[task.element]
        telling.tell_these(element, task, _MESSAGE, [(held, person)], f"/tasks/{task.id}/help")
        after = {"post": post, "told": telling.send()}
        words = f"{by.name} asked {person.name} to draft the answer to “{task.name}”."
        case.record(Fact(act=HELP_ASKED, element=task.element, words=words, before={}, after=after))


def stop_help(installation: Installation, task_id: int, *, by: Person, person_id: int) -> None:
    """The colleague is not asked any more; what they drafted is gone.

    Whoever the task waits for says so, or the colleague. Raises `NotAsked`, `NotAllowed`,
    `AlreadyDone`, `NoCase`.
    """
    with turn_for_task(installation, task_id, by=by) as case:
        row = find_help_by(case.connection, task_id, person_id)
        if by.id != person_id:
            case.answers(task_id)
        if row is None:
            raise NotAsked
        task = demand_task(case, task_id)
        end_help(case.connection, row.id, case.at)
        words = f"{by.name} does not ask {row.person} to draft “{task.name}” any more."
        if by.id == person_id:
            words = f"{by.name} does not draft the answer to “{task.name}”."
        case.record(Fact(act=HELP_ENDED, element=task.element, words=words, before={}, after={}))


def open_help(installation: Installation, task_id: int, *, by: Person) -> ToDraft:
    """What the colleague needs to draft; the access log says that they looked, or were refused.

    Raises `NotAsked` for who is not asked, `NotAllowed` where the child is restricted.
    """
    case: CaseRow | None = None
    allowed = False
    try:
        with installation.database.read() as connection:
            row = find_help_by(connection, task_id, by.id)
            if row is None:
                raise NotAsked
            case = find_case(connection, row.case_id)
            assert case is not None  # noqa: S101  (a foreign key holds it)
            if not may_read_child(connection, case.child_id, by.id):
                raise NotAllowed("You may not read of this child. Ask your manager to be named.")
            found = _to_draft(connection, row, case, installation.clock.now())
        allowed = True
        return found
    finally:
        note(
            installation,
            by,
            "draft for a colleague",
            allowed=allowed,
            case_id=case.id if case else None,
            child_id=case.child_id if case else None,
        )


def keep_help(installation: Installation, task_id: int, *, by: Person, raw: Raw) -> None:
    """Keep what the colleague drafted, unchecked; nothing is sent. Raises what `open_help` does."""
    content = json.dumps({name: list(texts) for name, texts in raw.items()}, sort_keys=True)
    if len(content) > LARGEST:
        raise CannotAsk("That is too much text to keep. Shorten it.")
    with installation.database.write() as connection:
        case = lock_case_of_task(connection, task_id)
        row = find_help_by(connection, task_id, by.id)
        if row is None or case is None:
            raise NotAsked
        if not may_read_child(connection, case.child_id, by.id):
            raise NotAllowed("You may not read of this child. Ask your manager to be named.")
        write_help(connection, row.id, content, installation.clock.now())


def find_helpers(installation: Installation, task_id: int, *, by: Person) -> list[HelpRow]:
    """Whom the person, or another whom the task waits for, asked to draft; none for others."""
    with installation.database.read() as connection:
        today = in_london(installation.clock.now()).date()
        if find_post_for(connection, task_id, by.id, today) is None:
            return []
        return find_help(connection, task_id)


def read_help(row: HelpRow, form: Form, values: Mapping[str, Value]) -> tuple[tuple[str, str], ...]:
    """What a colleague drafted, as the form's labels with what was written; empty for nothing.

    What the form would not take as it is stands as it was typed. `values` are the case's.
    """
    if not row.content:
        return ()
    raw: dict[str, list[str]] = json.loads(row.content)
    checked = check_answers(form, raw, values)
    typed = {key: "\n".join(raw[key]) for key in checked.errors if any(raw.get(key, ()))}
    return tuple(in_words(form, {**checked.answers, **typed}))


def take_help(
    installation: Installation,
    task_id: int,
    *,
    by: Person,
    person_id: int,
    seen: str,
    revision: str,
) -> Draft:
    """Put what the colleague drafted into the person's own form, in place of what they typed.

    `seen` is the revision of their own draft that they know. Raises what `drafts.save_draft` does,
    and `NotAsked`.
    """
    row = next(
        (
            each
            for each in find_helpers(installation, task_id, by=by)
            if each.person_id == person_id
        ),
        None,
    )
    if row is None or not row.content:
        raise NotAsked
    raw = json.loads(row.content)
    place = AtTask(task_id=task_id)
    return save_draft(installation, place, by=by, raw=raw, seen=seen, revision=revision)


def _demand_colleague(case: Turn, task: TaskRow, person_id: int) -> tuple[Person, str]:
    """The colleague, with a post that they hold. Raises `CannotAsk`."""
    person = case.person(person_id)
    if person is None or not person.active or person.council != case.case.council:
        raise CannotAsk("That person does not work for this council any more. Choose another.")
    if find_post_for(case.connection, task.id, person_id, case.today) is not None:
        raise CannotAsk(f"{person.name} may answer this task themselves. Ask them to claim it.")
    if find_help_by(case.connection, task.id, person_id) is not None:
        raise CannotAsk(f"{person.name} is asked to draft this already.")
    if not may_read_child(case.connection, case.case.child_id, person_id):
        raise CannotAsk(
            f"This child’s record is restricted, and {person.name} may not read it. Choose "
            "somebody who may, or ask your administrator to name them as a reader first."
        )
    held = find_holdings(case.connection, person_id, case.today)
    if not held:
        raise CannotAsk(f"{person.name} holds no post today. Choose another.")
    return person, held[0].post


def _to_draft(connection: Connection, row: HelpRow, case: CaseRow, at: datetime) -> ToDraft:
    task = find_task(connection, row.task_id)
    child = find_child(connection, case.child_id)
    assert task is not None  # noqa: S101  (a foreign key holds it)
    assert child is not None  # noqa: S101  (a foreign key holds it)
    version = load_version(connection, case.version_id)
    return ToDraft(
        asked=row,
        task=task,
        case=case,
        version=version,
        initials=initials_of(child.name),
        form=_without_files(version.package.forms[task.form]),
        concern=_concern(connection, case, version),
        values=Run.thaw(version.package.executable, case.state).values(),
        raw=json.loads(row.content) if row.content else None,
        read_at=at,
    )


def _concern(
    connection: Connection, case: CaseRow, version: Version
) -> tuple[tuple[str, str], ...]:
    start = start_event(version.package.diagram)
    form = version.package.forms.get(start.form or "")
    for answer in find_answers(connection, case.id):
        if answer.element == start.id and form is not None:
            given = {k: v for k, v in json.loads(answer.content).items() if v is not False}
            return tuple(in_words(form, given))
    return ()


def _without_files(form: Form) -> Form:
    """The form as a colleague drafts it: files are added by who sends it."""
    return replace(form, fields=tuple(f for f in form.fields if f.kind != "filepicker"))
