"""The sections that list cases and what is kept in the registers, as they stood at the end.

A case is told by its number, its team, its stage, dates and themes: no name and no words of it
(A-ROT-12), and initials only where the text asks for a summary of each case (X-36). Cases of
restricted children are counted, not listed.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Final

from engine.acts.tasks import initials_of
from engine.calendars import OutsideCalendar
from engine.clock import in_london
from engine.figures import asked
from engine.figures.figures import Answers
from engine.report_kinds import (
    ACHIEVED,
    AT_STAGES,
    CONCERNS,
    FORMAL_CASES,
    PRACTICE,
    RAISERS,
    TRACKER,
)
from engine.reports.report import Cell, Section, Table
from engine.reports.source import Source
from engine.store.people import find_person
from engine.store.report_lists import (
    ActionLine,
    CaseLine,
    SpreadLine,
    StayLine,
    find_action_lines,
    find_case_lines,
    find_concern_lines,
    find_practice_lines,
    find_spread_by_raiser,
    find_stages_then,
    find_stay_lines,
    find_themes_of_cases,
)

_OPEN: Final = "Not said yet"
_OF_ONE_CHILD: Final = "About one child: its words stand in the register"
_SAID: Final = {"done": "Done", "partly": "Partly", "not done": "Not done"}


def tracker(source: Source) -> Section:
    """Every case that was open in the period (A-ROT-12)."""
    cases = _Cases(source)
    head = (
        "Case", "Team", "Stage", "Raised", "Formal since", "Due next", "Closed", "Outcome", "Themes"
    )  # fmt: skip
    return _listed(source, TRACKER, "Cases open in this time", head, cases.lines, cases.tracker_row)


def formal_cases(source: Source) -> Section:
    """Each case that was in the formal stages at the end of the period (NEL-3-3, LIN-3-3)."""
    cases = _Cases(source)
    here = [line for line in cases.lines if cases.is_formal(line)]
    return _summaries(source, FORMAL_CASES, "Cases in the formal stages", cases, here)


def at_stages(source: Source) -> Section:
    """Each case that was at one of the report's stages at the end of the period (LEI-3.5-1)."""
    cases = _Cases(source)
    here = [line for line in cases.lines if cases.is_at(line, source.kind.stages)]
    names = ", ".join(map(source.stage, source.kind.stages))
    return _summaries(source, AT_STAGES, f"Cases at {names}", cases, here)


def achieved(source: Source) -> Section:
    """What became of each action that was open in the period (ROT-4.1-1, A-ROT-10)."""
    lines = find_action_lines(source.connection, source.span)
    head = ("Case", "Team", "Themes", "Agreed", "To be done by", "Achieved?", "Said on")
    row = partial(_action, source)
    return _listed(source, ACHIEVED, "Outcomes achieved", head, lines, row)


def raisers(source: Source) -> Section:
    """Figures for each raiser, for those who are kept informed alone (X-25)."""
    kept_informed = source.post(source.council.kept_informed)
    words = f"Figures for one raiser are for the {kept_informed} alone: challenge is no contest."
    if not source.kept_informed:
        return Section(key=RAISERS, title="By raiser", words=(words,))
    raised = {line.key: line for line in find_spread_by_raiser(source.connection, source.span)}
    decided = {each.key: each for each in source.figures.by_raiser}
    rows = [
        _raiser(source, key, raised.get(key), decided.get(key))
        for key in sorted(raised.keys() | decided.keys(), key=int)
    ]
    head = (
        "Raiser", "Cases raised", "Informal", "Formal", "Children", "Decisions asked for",
        "In time", "Late or not at all",
    )  # fmt: skip
    table = Table(title="Cases and decisions of raisers", head=head, rows=tuple(rows))
    return Section(key=RAISERS, title="By raiser", words=(words,), tables=(table,))


def _raiser(
    source: Source, key: str, raised: SpreadLine | None, decided: Answers | None
) -> tuple[Cell, ...]:
    person = find_person(source.connection, int(key))
    cases, formal = (raised.cases, raised.formal) if raised else (0, 0)
    count = {measure: found.value for measure, found in decided.counts.items()} if decided else {}
    late = sum(count.get(each, 0) for each in (asked.LATE, asked.NEVER, asked.OVERDUE))
    return (
        person.name if person else key,
        cases,
        cases - formal,
        formal,
        raised.children if raised else 0,
        count.get(asked.ASKED, 0),
        count.get(asked.ON_TIME, 0),
        late,
    )


def general_concerns(source: Source) -> Section:
    """The register of general concerns, those open in the period (X-26, NEL-3-5, LIN-3-5)."""
    rows = [
        (
            line.title,
            _lines(line.themes),
            line.team or "All teams",
            line.owner or source.post(line.owner_post),
            _day(line.made_at),
            _day_until(line.closed_at, source),
            line.outcome if _is_past(line.closed_at, source) else "",
        )
        for line in find_concern_lines(source.connection, source.span)
    ]
    head = ("Concern", "Themes", "Team", "Who answers for it", "Kept", "Resolved", "How")
    words = (
        "Each stays here until it is resolved. Managers take it up in supervision with the social "
        "workers and line managers who answer for it."
    )
    table = Table(title="Register of general concerns", head=head, rows=tuple(rows))
    return Section(key=CONCERNS, title="General concerns", words=(words,), tables=(table,))


def good_practice(source: Source) -> Section:
    """The good practice that was kept in the period (NEL-1-2, 3-2; LIN-3-2).

    Words about a child stay in the register, with those who may read of the child (X-36).
    """
    rows = [
        (
            _OF_ONE_CHILD if line.child_id else line.what,
            "" if line.child_id else line.impact,
            _lines(line.themes),
            line.team or "No team",
            _day(line.made_at),
        )
        for line in find_practice_lines(source.connection, source.span)
    ]
    head = ("What was done well", "What it meant", "Themes", "Team", "Kept")
    return Section(
        key=PRACTICE,
        title="Good practice",
        tables=(Table(title="Good practice", head=head, rows=tuple(rows)),),
    )


LISTED: Final[Mapping[str, Callable[[Source], Section]]] = {
    TRACKER: tracker,
    ACHIEVED: achieved,
    FORMAL_CASES: formal_cases,
    AT_STAGES: at_stages,
    RAISERS: raisers,
    CONCERNS: general_concerns,
    PRACTICE: good_practice,
}


class _Cases:
    """The cases of a period, with what is told of each as it stood at the period's end."""

    def __init__(self, source: Source) -> None:
        self.source = source
        span, connection = source.span, source.connection
        self.lines = find_case_lines(connection, span)
        self._themes = find_themes_of_cases(connection, span)
        self._stays = find_stay_lines(connection, span)
        moved = [line.id for line in self.lines if line.last_at >= span.until]
        self._stages = find_stages_then(connection, moved, span.until)

    def is_open(self, line: CaseLine) -> bool:
        return not _is_past(line.closed_at, self.source)

    def is_formal(self, line: CaseLine) -> bool:
        return self.is_open(line) and _is_past(line.clock_started_at, self.source)

    def is_at(self, line: CaseLine, stages: Sequence[str]) -> bool:
        """Whether it stood there, or a step of it did, beside its stage."""
        here = {stay.stage for stay in self._stays.get(line.id, ())} | {self._stage(line)}
        return self.is_open(line) and not here.isdisjoint(stages)

    def tracker_row(self, line: CaseLine) -> tuple[Cell, ...]:
        is_open = self.is_open(line)
        return (
            line.number,
            line.team,
            self.source.stage(self._stage(line)),
            _day(line.opened_at),
            _day_until(line.clock_started_at, self.source),
            self._due(line) if is_open else "",
            _day_until(line.closed_at, self.source),
            "" if is_open else line.outcome[:1].upper() + line.outcome[1:],
            self._about(line),
        )

    def summary_row(self, line: CaseLine) -> tuple[Cell, ...]:
        return (
            line.number,
            initials_of(line.child_name),
            line.team,
            self.source.stage(self._stage(line)),
            self._about(line),
            _day_until(line.clock_started_at, self.source),
            self._day_of_clock(line),
            ", ".join(dict.fromkeys(self.source.post(s.post) for s in self._waiting(line))),
            self._due(line),
        )

    def _stage(self, line: CaseLine) -> str:
        moved = line.last_at >= self.source.span.until
        return self._stages.get(line.id, "") if moved else line.stage

    def _about(self, line: CaseLine) -> str:
        return "; ".join(self._themes.get(line.id, ()))

    def _waiting(self, line: CaseLine) -> Sequence[StayLine]:
        return [stay for stay in self._stays.get(line.id, ()) if stay.post]

    def _due(self, line: CaseLine) -> Cell:
        return min((stay.due for stay in self._waiting(line) if stay.due), default="")

    def _day_of_clock(self, line: CaseLine) -> Cell:
        """The working day of the case's own clock, at the end of the period."""
        if not _is_past(line.clock_started_at, self.source) or line.clock_started_at is None:
            return ""
        began, last = in_london(line.clock_started_at).date(), self.source.period.last
        try:
            return self.source.council.calendar.working_days_between(began, last, statutory=True)
        except OutsideCalendar:
            return ""


def _summaries(
    source: Source, key: str, title: str, cases: _Cases, lines: Sequence[CaseLine]
) -> Section:
    head = (
        "Case", "Child", "Team", "Stage", "Themes", "Formal since", "Day of 20", "Waits for",
        "Due next",
    )  # fmt: skip
    return _listed(source, key, title, head, lines, cases.summary_row)


def _listed(
    source: Source,
    key: str,
    title: str,
    head: tuple[str, ...],
    lines: Sequence[CaseLine] | Sequence[ActionLine],
    row: Callable[..., tuple[Cell, ...]],
) -> Section:
    """A section of one table, whose rows are those of no restricted child."""
    shown = [line for line in lines if not line.restricted]
    table = Table(title=title, head=head, rows=tuple(map(row, shown)), of_cases=True)
    hidden = len(lines) - len(shown)
    words = _hidden(hidden, "line", "lines")
    return Section(key=key, title=title, words=words, tables=(table,))


def _hidden(count: int, one: str, many: str) -> tuple[str, ...]:
    if not count:
        return ()
    verb = "is" if count == 1 else "are"
    about = f"about {'a child' if count == 1 else 'children'} whose file is restricted"
    return (f"{count} {one if count == 1 else many} {about} {verb} not shown.",)


def _action(source: Source, line: ActionLine) -> tuple[Cell, ...]:
    said = line.said_on if line.said_on and line.said_on <= source.period.last else None
    return (
        line.number,
        line.team,
        _lines(line.themes),
        line.agreed_on,
        line.by_when or "",
        _SAID.get(line.done, line.done) or _OPEN if said else _OPEN,
        said or "",
    )


def _lines(themes: str) -> str:
    return "; ".join(themes.splitlines())


def _is_past(at: datetime | None, source: Source) -> bool:
    return at is not None and at < source.span.until


def _day(at: datetime) -> date:
    return in_london(at).date()


def _day_until(at: datetime | None, source: Source) -> Cell:
    """The day of what had happened by the end of the period; empty for what had not."""
    return _day(at) if at is not None and _is_past(at, source) else ""
