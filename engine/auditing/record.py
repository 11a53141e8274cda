"""A round and an audit as they are kept, and how they are written down."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from engine.errors import StepladderError
from engine.history.entries import canonical
from engine.store.audits import AuditRow, RoundRow


class NoAudit(StepladderError):
    """There is no such round or audit, or none for whoever asks."""


class CannotChange(StepladderError):
    """The audit cannot be changed so."""


@dataclass(frozen=True, kw_only=True)
class Round:
    """What audits were drawn from. Days are London's, `made_at` is aware, in UTC.

    `lists` are the lines that were drawn from and `sizes` how many were asked for, by kind (CASE,
    CHILD). `not_seen` are the cases that whoever drew could not see, `had_case` the children of the
    list with a case in the time, `unknown` the references under which they were shown nobody.
    """

    id: int
    council: str
    first: date
    last: date
    made_by: int
    made_at: datetime
    seed: str
    lists: Mapping[str, tuple[str, ...]]
    sizes: Mapping[str, int]
    not_seen: int = 0
    had_case: int = 0
    unknown: int = 0


@dataclass(frozen=True, kw_only=True)
class Given:
    """An answer to one question; empty while it was not answered."""

    answer: str = ""
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Action:
    """What is to be done, by whom, by which day in London; None where no day was given."""

    words: str
    owner: str
    by_when: date | None


@dataclass(frozen=True, kw_only=True)
class Said:
    """What an auditor wrote: `answers` by the question's key. `at` is aware, in UTC.

    `reason` says why a finished audit was corrected; empty for the first.
    """

    answers: Mapping[str, Given] = field(default_factory=dict)
    finding: str = ""
    learning: str = ""
    actions: tuple[Action, ...] = ()
    reason: str = ""
    by: int = 0
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Audit:
    """An audit: `draft` is what is being written, `finished` what was, the newest last.

    `saved` counts how often anything was saved.
    """

    row: AuditRow
    draft: Said | None = None
    finished: tuple[Said, ...] = ()
    saved: int = 0

    @property
    def id(self) -> int:
        """Its id."""
        return self.row.id

    @property
    def result(self) -> Said | None:
        """What it came to, as it was finished or corrected last."""
        return self.finished[-1] if self.finished else None


def round_of(row: RoundRow) -> Round:
    """The round that the store keeps."""
    told: dict[str, Any] = json.loads(row.content)
    kept = {key: value for key, value in vars(row).items() if key != "content"}
    lists = {kind: tuple(lines) for kind, lines in told.pop("lists").items()}
    return Round(**kept, **told, lists=lists)


def content_of_round(
    *,
    seed: str,
    lists: Mapping[str, tuple[str, ...]],
    sizes: Mapping[str, int],
    not_seen: int,
    had_case: int,
    unknown: int,
) -> str:
    """What of a round has no column of its own."""
    return canonical(
        {
            "seed": seed,
            "lists": {kind: list(lines) for kind, lines in lists.items()},
            "sizes": dict(sizes),
            "not_seen": not_seen,
            "had_case": had_case,
            "unknown": unknown,
        }
    )


def audit_of(row: AuditRow) -> Audit:
    """The audit that the store keeps."""
    told: dict[str, Any] = json.loads(row.content)
    draft = told.get("draft")
    return Audit(
        row=row,
        draft=_said(draft) if draft else None,
        finished=tuple(_said(each) for each in told.get("finished", [])),
        saved=told.get("saved", 0),
    )


def content_of(audit: Audit) -> str:
    """What of an audit has no column of its own."""
    return canonical(
        {
            "draft": _plain(asdict(audit.draft)) if audit.draft else None,
            "finished": [_plain(asdict(each)) for each in audit.finished],
            "saved": audit.saved,
        }
    )


NOTHING = canonical({"draft": None, "finished": [], "saved": 0})
"""The content of an audit that nobody has begun."""


def _said(told: Mapping[str, Any]) -> Said:
    return Said(
        answers={key: Given(**each) for key, each in told["answers"].items()},
        finding=told["finding"],
        learning=told["learning"],
        actions=tuple(
            Action(
                words=each["words"],
                owner=each["owner"],
                by_when=date.fromisoformat(each["by_when"]) if each["by_when"] else None,
            )
            for each in told["actions"]
        ),
        reason=told["reason"],
        by=told["by"],
        at=datetime.fromisoformat(told["at"]) if told["at"] else None,
    )


def _plain(value: Any) -> Any:
    """What JSON can hold: days and instants in ISO 8601."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
