"""Conformance in plain words: which cases went another way than drawn, and whether a reason stands.

A case *went straight* to a level when it began there past stages that come before; it *skipped* a
stage when it went up past one later; a step is *repeated* when a respondent is asked the same
again; it *ran late* when something was answered after it fell due, or never, or its limit was
reached. A text may allow each of these: the page says what happened and asks nobody why.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

from engine.access.figures import FigureRights
from engine.acts.tasks import initials_of
from engine.calendars import Calendar
from engine.councils import RAISER, SOCIAL_WORKER, Council, stage_in_words
from engine.figures import asked as m
from engine.figures.asked import Asked
from engine.figures.happenings import REASON
from engine.figures.kept import formal_stages_of
from engine.figures.sums import scope_of
from engine.procedures import load_version
from engine.store import conformance as store
from engine.store.conformance import DeviatingRow, Eyes, MarkRow, StayRow
from engine.store.database import Connection
from engine.store.versions import find_latest

Row = TypeVar("Row", StayRow, MarkRow)
STRAIGHT: Final = "straight"
SKIPPED: Final = "skipped"
REPEATED: Final = "repeated"
LATE: Final = "late"
KINDS: Final = (STRAIGHT, SKIPPED, REPEATED, LATE)
PAGE: Final = 50
_AT_ONCE: Final = 100
_MOST_LOOKED_AT: Final = 2000
_WHY: Final = (REASON, "returned_why")
"""Questions for a reason that mean the same in the forms of all councils."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing in which a case went another way: of a kind, in words; `reason` if one stands."""

    kind: str
    words: str
    reason: bool


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """A case with its findings; by number and initials only (X-36)."""

    number: str
    initials: str
    procedure: str
    version: int
    opened_on: date
    closed_on: date | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is looked for: a kind of KINDS or all (empty), and only where no reason is recorded."""

    kind: str = ""
    without_reason: bool = False


@dataclass(frozen=True, kw_only=True)
class Conformance:
    """Of `cases` raised in the period, how many deviate in each way, and of all in any.

    `shown` are those that the reader may open, the newest first; `after` reads on, or is 0.
    """

    cases: int
    deviating: int
    counts: Mapping[str, int]
    shown: tuple[Deviation, ...]
    after: int


def read_conformance(
    connection: Connection,
    council: Council,
    asked: Asked,
    sought: Sought,
    rights: FigureRights,
    *,
    after: int = 0,
) -> Conformance:
    """The page for cases raised in a period. Raises `NotAllowed` for another team's."""
    look = _Look(connection, council, asked, rights)
    counts = {kind: look.count(kind) for kind in KINDS}
    shown: list[Deviation] = []
    last = after
    for seen, (row_id, found) in enumerate(look.walk(sought, after)):
        if len(shown) == PAGE or seen == _MOST_LOOKED_AT:
            break
        last = row_id
        if found is not None:
            shown.append(found)
    else:
        last = 0
    return Conformance(
        cases=look.count_all(),
        deviating=look.count(""),
        counts=counts,
        shown=tuple(shown),
        after=last,
    )


def walk_conformance(
    connection: Connection, council: Council, asked: Asked, sought: Sought, rights: FigureRights
) -> Iterator[Deviation]:
    """All cases of the page, for a file. Raises `NotAllowed`, as the page does."""
    walked = _Look(connection, council, asked, rights).walk(sought, 0)
    return (found for _, found in walked if found is not None)


class _Look:
    def __init__(
        self, connection: Connection, council: Council, asked: Asked, rights: FigureRights
    ) -> None:
        self.connection = connection
        self.council = council
        self.scope = scope_of(asked, rights)
        posts = {each.post for each in rights.reader.held if each.council == council.key}
        self.eyes = Eyes(reader=rights.reader, posts=tuple(sorted(posts - {RAISER, SOCIAL_WORKER})))
        self._conditions = {
            STRAIGHT: store.straight(_formal(connection, council)),
            SKIPPED: store.skipped(),
            REPEATED: store.repeated(self.eyes),
            LATE: store.late(self.eyes),
        }

    def condition(self, kind: str) -> store.Condition:
        if kind:
            return self._conditions[kind]
        return store.any_of(tuple(self._conditions.values()))

    def count_all(self) -> int:
        return store.count_cases(self.connection, self.scope)

    def count(self, kind: str) -> int:
        return store.count_cases(self.connection, self.scope, self.condition(kind))

    def walk(self, sought: Sought, after: int) -> Iterator[tuple[int, Deviation | None]]:
        """Each case of the kind by its id; None where all that is sought has its reason."""
        condition = self.condition(sought.kind)
        while True:
            rows = store.find_deviating(
                self.connection, self.scope, self.eyes, condition, after, _AT_ONCE
            )
            for row, findings in zip(rows, self._findings(rows), strict=True):
                told = tuple(
                    each
                    for each in findings
                    if sought.kind in ("", each.kind)
                    and not (sought.without_reason and each.reason)
                )
                yield row.id, _deviation(row, told) if told else None
            if len(rows) < _AT_ONCE:
                return
            after = rows[-1].id

    def _findings(self, rows: Sequence[DeviatingRow]) -> Iterator[list[Finding]]:
        ids = [row.id for row in rows]
        stays = _by_case(store.find_stays(self.connection, self.eyes, ids))
        marks = _by_case(store.find_marks(self.connection, self.eyes, ids))
        openings = store.find_openings(self.connection, ids)
        answers = store.find_answers_at(self.connection, ids)
        for row in rows:
            diagram = load_version(self.connection, row.version_id).package.diagram
            teller = _Teller(
                council=self.council,
                calendar=self.council.calendar,
                names={key: " ".join(e.name.split()) for key, e in diagram.elements.items()},
                stages=diagram.stages(),
                formal=formal_stages_of(diagram),
                row=row,
                stays=stays.get(row.id, []),
                marks=marks.get(row.id, []),
                openings=openings.get(row.id, []),
                answers=answers.get(row.id, []),
            )
            yield list(teller.findings())


@dataclass(frozen=True, kw_only=True)
class _Teller:
    """Tells of one case."""

    council: Council
    calendar: Calendar
    names: Mapping[str, str]
    stages: tuple[str, ...]
    formal: tuple[str, ...]
    row: DeviatingRow
    stays: Sequence[StayRow]
    marks: Sequence[MarkRow]
    openings: Sequence[tuple[str, datetime]]
    answers: Sequence[tuple[datetime, str]]

    def findings(self) -> Iterator[Finding]:
        """All that is to be told, in the order of KINDS."""
        passed = [mark for mark in self.marks if mark.kind == m.PASSED_OVER]
        entry = [mark for mark in passed if mark.stage == self.row.entry]
        if entry or (self.row.entry in self.formal and self._begins_informally()):
            yield self._straight(entry)
        for mark in passed:
            if mark not in entry:
                words = f"Went up to {self._level(mark.stage)}{self._past(mark)}"
                yield Finding(kind=SKIPPED, words=words, reason=mark.detail == m.GIVEN)
        yield from self._repeated()
        yield from self._late()
        for mark in self.marks:
            if mark.kind == m.OVER_LIMIT:
                yield Finding(kind=LATE, words="Was not resolved within its limit", reason=False)

    def _begins_informally(self) -> bool:
        return bool(self.stages) and self.stages[0] not in self.formal

    def _straight(self, marks: Sequence[MarkRow]) -> Finding:
        past = self._past(marks[0]) if marks else ""
        if not past and self._begins_informally():
            past = f", without {self._stage(self.stages[0], inside=True)}"
        reason = marks[0].detail == m.GIVEN if marks else self._reason_at(self._first_opened())
        words = f"Went straight to {self._level(self.row.entry)}{past}"
        return Finding(kind=STRAIGHT, words=words, reason=reason)

    def _past(self, mark: MarkRow) -> str:
        """Which formal stages were passed over: those before that the case had not been at."""
        been = {stay.stage for stay in self.stays if stay.first and stay.received_on <= mark.day}
        before = self.formal[: self.formal.index(mark.stage)] if mark.stage in self.formal else ()
        missed = [self._stage(stage, inside=True) for stage in before if stage not in been]
        return f", past {_and(missed)}" if missed else ""

    def _repeated(self) -> Iterator[Finding]:
        times: dict[str, list[StayRow]] = {}
        for stay in self.stays:
            if stay.whose != RAISER and stay.stage:
                times.setdefault(f"{stay.element} {stay.post}", []).append(stay)
        for again in times.values():
            if len(again) > 1:
                first = again[0]
                words = f"Asked {self._who(first)} {len(again)} times"
                began = [at for element, at in self.openings if element == first.element]
                reason = all(self._reason_at(at) for at in began[1:])
                yield Finding(kind=REPEATED, words=words, reason=reason)

    def _late(self) -> Iterator[Finding]:
        for stay in self.stays:
            if stay.state in store.LATE_STATES:
                words = f"{self._who(stay)} {self._how_late(stay)}"
                more = ", with more time given" if stay.extensions else ""
                yield Finding(kind=LATE, words=words + more, reason=stay.extensions > 0)

    def _how_late(self, stay: StayRow) -> str:
        due = f" what was due on {stay.due.day} {stay.due:%B %Y}" if stay.due else ""
        if stay.state == m.OVERDUE:
            return f"has not answered{due}"
        if stay.state == m.NEVER or stay.due is None or stay.ended_on is None:
            return f"never answered{due}"
        days = self.calendar.working_days_between(stay.due, stay.ended_on)
        if days == 0:
            return f"answered late{due}, before the next working day was over"
        return f"answered {days} working {'day' if days == 1 else 'days'} late"

    def _who(self, stay: StayRow) -> str:
        post = self.council.posts.get(stay.post)
        title = post.title if post else stay.post
        return f"{title} (“{self.names.get(stay.element, stay.element)}”)"

    def _level(self, stage: str) -> str:
        """A stage by the post that is asked there: `Head of Service (stage 3)`."""
        known = (s.post for s in self.stays if s.first and s.stage == stage)
        post = self.council.posts.get(next(known, ""))
        words = self._stage(stage, inside=post is not None)
        return f"{post.title} ({words})" if post else words

    def _stage(self, stage: str, *, inside: bool) -> str:
        words = stage_in_words(self.council, stage)
        return f"stage {stage}" if inside and stage.isdigit() else words

    def _first_opened(self) -> datetime | None:
        return self.openings[0][1] if self.openings else None

    def _reason_at(self, at: datetime | None) -> bool:
        """Whether a reason came with what led to the step that began at that instant."""
        here = (json.loads(content) for given, content in self.answers if given == at)
        return any(str(told.get(key) or "").strip() for told in here for key in _WHY)


def _formal(connection: Connection, council: Council) -> dict[str, tuple[str, ...]]:
    """The formal stages of the procedures whose first stage lies before them, by procedure."""
    found = {}
    for row in find_latest(connection, council.key):
        diagram = load_version(connection, row.id).package.diagram
        formal = formal_stages_of(diagram)
        if diagram.stages()[:1] and diagram.stages()[0] not in formal:
            found[row.procedure] = formal
    return found


def _deviation(row: DeviatingRow, findings: tuple[Finding, ...]) -> Deviation:
    return Deviation(
        number=row.number,
        initials=initials_of(row.child_name),
        procedure=row.procedure,
        version=row.version,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        findings=findings,
    )


def _by_case(rows: Sequence[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""
