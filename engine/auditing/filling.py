"""Filling an audit in: saved as a draft, finished, corrected by a new entry with its reason.

Nothing that was finished is ever written over: what an audit said before a correction stays.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from engine.access import demand_case
from engine.access.audits import demand_auditing
from engine.auditing.questions import ANSWERS, EXPLAINED, QUESTIONS
from engine.auditing.reader import find_for
from engine.auditing.record import Action, Audit, CannotChange, Given, Said, content_of
from engine.history.ledger import lock_ledger, write_entry
from engine.installation import Installation
from engine.people import Person
from engine.store.audits import AUDIT, BEGUN, save_audit
from engine.store.audits import FINISHED as IS_FINISHED
from engine.store.database import Connection

SAVED, FINISHED, CORRECTED = "saved", "finished", "corrected"
LONGEST: Final = 5000
MOST_ACTIONS: Final = 5


@dataclass(kw_only=True)
class _Filling:
    """One audit, locked, with who writes to it."""

    connection: Connection
    audit: Audit
    by: Person
    at: datetime

    def keep(self, changed: Audit, act: str, words: str) -> Audit:
        """Keep the audit as changed, with the entry that tells of it."""
        changed = replace(changed, saved=self.audit.saved + 1)
        first = changed.finished[0].at if changed.finished else None
        save_audit(
            self.connection,
            changed.id,
            state=IS_FINISHED if changed.finished else BEGUN,
            finished_at=first,
            content=content_of(changed),
        )
        write_entry(
            self.connection,
            council=self.by.council,
            register=AUDIT,
            item_id=changed.id,
            at=self.at,
            actor_id=self.by.id,
            act=act,
            words=f"{self.by.name} {words}",
        )
        return changed


def save_draft(
    installation: Installation, audit_id: int, said: Said, *, by: Person, seen: int
) -> Audit:
    """Keep what is written so far; `seen` is how often it had been saved when it was read.

    Raises `NotAllowed`, `NoAudit`, `CannotChange`.
    """
    with _filling(installation, audit_id, by=by, seen=seen) as filling:
        _demand_sizes(said)
        draft = replace(said, by=by.id, at=filling.at)
        return filling.keep(replace(filling.audit, draft=draft), SAVED, "saved a draft of it.")


def finish(
    installation: Installation, audit_id: int, said: Said, *, by: Person, seen: int
) -> Audit:
    """The audit is finished, or corrected where it was: then with `said.reason`.

    Every question needs an answer, and words where something is not as it should be. Raises
    `NotAllowed`, `NoAudit`, `CannotChange`.
    """
    with _filling(installation, audit_id, by=by, seen=seen) as filling:
        audit = filling.audit
        _demand_sizes(said)
        _demand_whole(audit, said)
        if audit.finished and not said.reason.strip():
            raise CannotChange("Enter why the audit is corrected.")
        result = replace(said, by=by.id, at=filling.at)
        changed = replace(audit, draft=None, finished=(*audit.finished, result))
        if audit.finished:
            return filling.keep(changed, CORRECTED, f"corrected it. Why: {said.reason.strip()}")
        return filling.keep(changed, FINISHED, "finished it.")


@contextmanager
def _filling(
    installation: Installation, audit_id: int, *, by: Person, seen: int
) -> Iterator[_Filling]:
    with installation.database.write() as connection:
        lock_ledger(connection)
        at = installation.clock.now()
        demand_auditing(connection, by, installation.council(by.council), at)
        audit, _, _ = find_for(installation, connection, audit_id, by, lock=True)
        if audit.row.case_id is not None:
            demand_case(connection, audit.row.case_id, by.id, at)
        if audit.saved != seen:
            raise CannotChange(
                "Somebody saved this audit while you wrote. What you wrote is below: compare it "
                "with the audit’s page, then save it again."
            )
        yield _Filling(connection=connection, audit=audit, by=by, at=at)


def _demand_whole(audit: Audit, said: Said) -> None:
    known = {key for key, _ in ANSWERS}
    for question in QUESTIONS[audit.row.kind]:
        given = said.answers.get(question.key, Given())
        if given.answer not in known:
            raise CannotChange(f"Answer the question “{question.label}”")
        if given.answer in EXPLAINED and not given.words.strip():
            raise CannotChange(f"Say in words what you saw: “{question.label}”")
    if not said.finding.strip():
        raise CannotChange("Enter what you found.")


def _demand_sizes(said: Said) -> None:
    words = [said.finding, said.learning, said.reason]
    words += [each.words for each in said.answers.values()]
    words += [text for each in said.actions for text in (each.words, each.owner)]
    if any(len(text) > LONGEST for text in words):
        raise CannotChange(f"Shorten what you wrote to {LONGEST:,} characters.")
    if len(said.actions) > MOST_ACTIONS:
        raise CannotChange(f"An audit has at most {MOST_ACTIONS} actions.")
    for action in said.actions:
        _demand_action(action)


def _demand_action(action: Action) -> None:
    if not action.words.strip():
        raise CannotChange("Enter what is to be done, or leave the action empty.")
