"""Makes figures of the facts: what was asked for, as far as its reader may be told."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time

from engine.access import NotAllowed
from engine.access.figures import FEWEST_SEATS, FigureRights
from engine.calendars import end_of_day
from engine.clock import LONDON
from engine.councils import RAISER, Council
from engine.figures import asked as m
from engine.figures.answers import Cell, Tally, middle
from engine.figures.asked import Asked, Count, Which
from engine.figures.facts import RESPONDENT
from engine.figures.figures import Answers, Days, Figures, Step
from engine.figures.keeping import Reading
from engine.figures.names import read_names
from engine.figures.withholding import A, Telling, withhold, without
from engine.store import figure_sums as store
from engine.store.database import Connection
from engine.store.figure_sums import Scope

Key = Callable[[Cell], str]


def read_figures(
    connection: Connection,
    council: Council,
    asked: Asked,
    rights: FigureRights,
    reading: Reading,
    *,
    by_theme: bool = True,
) -> Figures:
    """The figures of what is asked for, as whoever has these rights may be told.

    `reading` is what `keeping.catch_up` just said. `by_theme` may be left out: it takes as long as
    all else. Raises `NotAllowed` for another team's figures, or one raiser's, where they are not
    for this reader.
    """
    sums = _Sums(connection, council, asked, scope_of(asked, rights))
    found = sums.read(reading, by_theme=by_theme)
    if rights.all_seats:
        return replace(found, days=replace(found.days, withheld=False))
    return _withhold(found, Telling(connection, council, sums.scope))


def read_by_theme(
    connection: Connection, council: Council, asked: Asked, rights: FigureRights
) -> tuple[Answers, ...]:
    """What became of answers by theme, where `read_figures` left it out. Raises `NotAllowed`."""
    sums = _Sums(connection, council, asked, scope_of(asked, rights))
    rows = sums.by_theme()
    if rights.all_seats:
        return rows
    return _withhold_rows(rows, Telling(connection, council, sums.scope), "theme")


def scope_of(asked: Asked, rights: FigureRights, *, element: str = "") -> Scope:
    """What is asked of the store, within what these rights allow. Raises `NotAllowed`."""
    if not rights.sees_team(asked.team) and (asked.team or not rights.teams):
        raise NotAllowed("These are the figures of another team. Choose one of your own.")
    if asked.raiser_id is not None and not rights.all_seats:
        raise NotAllowed(
            "Figures of one person are for whoever is kept informed of all cases, and nobody else."
        )
    posts = {each.post for each in rights.reader.held if each.council == rights.council}
    return Scope(
        **vars(asked),
        element=element,
        teams=None if rights.service else tuple(sorted(rights.teams)),
        eyes=None if rights.all_seats else tuple(sorted(posts - {RAISER})),
        open_kinds=(m.REFERRED, m.URGENT) if rights.service else (),
    )


class _Sums:
    def __init__(
        self, connection: Connection, council: Council, asked: Asked, scope: Scope
    ) -> None:
        self.connection = connection
        self.council = council
        self.asked = asked
        self.scope = scope
        self.names = read_names(connection, asked)

    def read(self, reading: Reading, *, by_theme: bool) -> Figures:
        opened = store.count_opened(self.connection, self.scope)
        closed = store.count_closed(self.connection, self.scope)
        cells = store.count_stays(self.connection, self.scope)
        asked = cells if self.asked.post else [each for each in cells if each.post != RAISER]
        marks = store.count_marks(self.connection, self.scope)
        return Figures(
            asked=self.asked,
            as_of=reading.as_of,
            behind=reading.behind,
            counts={
                **self._of_cases(opened, closed),
                **{kind: self._marked(marks, kind) for kind in m.HAPPENINGS},
                **self._of_actions(),
            },
            funnel=self._funnel(cells),
            outcomes=self._by(m.CLOSED, closed, "outcome"),
            entries=self._in_order(self._by(m.BEGAN_AT, opened, "entry")),
            reasons={
                detail: self._marked(marks, m.PASSED_OVER, detail)
                for detail in (m.GIVEN, m.MISSING)
            },
            themes=self._themes(),
            statuses=self._by(m.WITH_STATUS, opened, "status"),
            steps=tuple(self._steps(cells)),
            by_stage=self._stages(asked),
            by_post=self._rows(cells, lambda cell: str(cell.post), "post"),
            by_team=self._rows(asked, lambda cell: str(cell.team), "team"),
            by_theme=self.by_theme() if by_theme else (),
            by_raiser=self._raisers(cells),
            days=self._days(closed),
            good_practice=store.count_good_practice(
                self.connection, self.scope, *_instants(self.asked)
            ),
        )

    def _count(self, measure: str, value: int, detail: str = "") -> Count:
        which = Which(measure=measure, asked=self.asked, detail=detail)
        return Count(value=value, which=which)

    def _of_cases(self, opened: Sequence[Cell], closed: Sequence[Cell]) -> dict[str, Count]:
        formally = sum(row.cases for row in opened if row.raised_formally)
        every = sum(row.cases for row in opened)
        stopped = store.count_stopped(self.connection, self.scope)
        values = {
            m.OPENED: every,
            m.RAISED_INFORMALLY: every - formally,
            m.RAISED_FORMALLY: formally,
            m.BECAME_FORMAL: store.count_became_formal(self.connection, self.scope),
            m.CLOSED: sum(row.cases for row in closed),
            m.OPEN: store.count_open(self.connection, self.scope),
            m.STOPPED: sum(row.cases for row in stopped),
        }
        self._stopped = stopped
        return {measure: self._count(measure, value) for measure, value in values.items()}

    def _of_actions(self) -> dict[str, Count]:
        rows = store.count_actions(self.connection, self.scope)
        said = {row.done: int(row.said) for row in rows}
        values = {
            m.AGREED: sum(int(row.agreed) for row in rows),
            **{measure: said.get(done, 0) for measure, done in m.DONE_IN_WORDS.items()},
            m.CHANGED: sum(int(row.changed) for row in rows),
            m.ACTIONS_OPEN: sum(int(row.open) for row in rows),
        }
        return {measure: self._count(measure, value) for measure, value in values.items()}

    def _marked(self, marks: Sequence[Cell], kind: str, detail: str = "") -> Count:
        wanted = (row for row in marks if row.kind == kind and detail in ("", row.detail))
        return self._count(kind, sum(row.times for row in wanted), detail)

    def _by(self, measure: str, rows: Sequence[Cell], column: str) -> dict[str, Count]:
        """By what the column says, the most first."""
        counted: Counter[str] = Counter()
        for row in rows:
            counted[str(getattr(row, column))] += row.cases
        ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        return {detail: self._count(measure, value, detail) for detail, value in ordered}

    def _in_order(self, counts: Mapping[str, Count]) -> dict[str, Count]:
        return {stage: counts[stage] for stage in sorted(counts, key=self.names.place)}

    def _funnel(self, cells: Sequence[Cell]) -> dict[str, Count]:
        counted: Counter[str] = Counter()
        for cell in cells:
            if cell.first:
                counted[cell.stage] += cell.stays
        which = Which(measure=m.REACHED, asked=self.asked)
        return self._in_order(
            {s: Count(value=n, which=which.narrowed(stage=s)) for s, n in counted.items()}
        )

    def _themes(self) -> dict[str, Count]:
        rows = store.count_themes(self.connection, self.scope)
        which = Which(measure=m.OPENED, asked=self.asked)
        ordered = sorted(rows, key=lambda row: (-row.cases, row.theme))
        return {
            row.theme: Count(value=row.cases, which=which.narrowed(theme=row.theme))
            for row in ordered
        }

    def _tally(self, cells: Iterable[Cell], key: Key) -> dict[str, Tally]:
        found: dict[str, Tally] = defaultdict(Tally)
        for cell in cells:
            found[key(cell)].add(self.council, cell)
        return found

    def _rows(self, cells: Iterable[Cell], key: Key, name: str) -> tuple[Answers, ...]:
        """Rows by what `name` narrows to; those that are named only."""
        which = Which(measure=m.ASKED, asked=self.asked)
        tallies = self._tally(cells, key)
        return tuple(
            tallies[each].answers(each, which.narrowed(**{name: each}))
            for each in sorted(tallies)
            if each
        )

    def _stages(self, cells: Iterable[Cell]) -> tuple[Answers, ...]:
        rows = self._rows(cells, lambda cell: str(cell.stage), "stage")
        return tuple(sorted(rows, key=lambda row: self.names.place(row.key)))

    def by_theme(self) -> tuple[Answers, ...]:
        cells = store.count_stays_by_theme(self.connection, self.scope)
        return self._rows(cells, lambda cell: str(cell.theme), "theme")

    def _raisers(self, cells: Iterable[Cell]) -> tuple[Answers, ...]:
        """What became of each raiser's own steps."""
        tallies = self._tally(
            (cell for cell in cells if cell.post == RAISER), lambda cell: str(cell.raiser_id)
        )
        which = Which(measure=m.ASKED, asked=replace(self.asked, post=RAISER))
        return tuple(
            tally.answers(key, which.narrowed(raiser_id=int(key)))
            for key, tally in sorted(tallies.items(), key=lambda item: int(item[0]))
        )

    def _steps(self, cells: Sequence[Cell]) -> Iterable[Step]:
        if not self.asked.procedure:
            return
        of = {cell.element: cell for cell in cells}
        tallies = self._tally(cells, lambda cell: str(cell.element))
        for element in sorted(tallies, key=lambda e: (self.names.place(of[e].stage), e)):
            which = Which(measure=m.ASKED, asked=self.asked, element=element)
            row = tallies[element].answers(element, which)
            yield Step(
                **vars(row),
                name=self.names.steps.get(element, element),
                stage=of[element].stage,
                post=of[element].post,
                whose=RAISER if of[element].post == RAISER else RESPONDENT,
            )

    def _days(self, closed: Sequence[Cell]) -> Days:
        formal: Counter[int] = Counter()
        for row in self._stopped:
            formal[row.days_formal] += row.cases
        to_close: Counter[int] = Counter()
        for row in closed:
            to_close[row.days_to_close] += row.cases
        respondents = sum(int(row.respondents) for row in self._stopped)
        raisers = sum(int(row.raiser) for row in self._stopped)
        return Days(
            cases=self._count(m.STOPPED, formal.total()),
            respondents=respondents,
            raisers=raisers,
            nobodys=sum(days * times for days, times in formal.items()) - respondents - raisers,
            median=middle(formal),
            to_close=middle(to_close),
            withheld=len({row.raiser_id for row in self._stopped}) < FEWEST_SEATS,
        )


def _instants(asked: Asked) -> tuple[datetime | None, datetime | None]:
    """From the first instant of the period to its last, aware, in UTC."""
    first, last = asked.first, asked.last
    return (
        datetime.combine(first, time(), LONDON).astimezone(UTC) if first else None,
        end_of_day(last).replace(microsecond=999_999) if last else None,
    )


def _withhold(found: Figures, telling: Telling) -> Figures:
    """What is for those kept informed alone is left out (X-25)."""
    steps: list[Step] = []
    for stage in dict.fromkeys(step.stage for step in found.steps):
        here = [step for step in found.steps if step.stage == stage]
        steps += _withhold_rows(here, telling, "element")
    days = found.days
    if days.withheld:
        days = replace(days, respondents=0, raisers=0, nobodys=0)
    return replace(
        found,
        steps=tuple(steps),
        by_stage=_withhold_rows(found.by_stage, telling, "stage"),
        by_post=_withhold_rows(found.by_post, telling, "post"),
        by_team=_withhold_rows(found.by_team, telling, "team"),
        by_theme=_withhold_rows(found.by_theme, telling, "theme"),
        by_raiser=(),
        days=days,
    )


def _withhold_rows(rows: Sequence[A], telling: Telling, by: str) -> tuple[A, ...]:
    """The rows of a table by that; where figures are narrowed, as other tables tell them too."""
    told = withhold(rows)
    if not telling.narrowed:
        return told
    if not telling.tells():
        return tuple(map(without, told))
    return tuple(
        row if row.withheld or telling.tells(**{by: row.key}) else without(row) for row in told
    )
