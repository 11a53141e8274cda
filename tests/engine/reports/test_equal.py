"""Each figure of each report equals a count made independently from the rows of the history."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from engine.clock import in_london, parse_instant
from engine.councils import stage_in_words
from engine.figures.keeping import catch_up
from engine.procedures import find_folders, read_package
from engine.report_kinds import AT_STAGES, AUDITS, CONCERNS, PRACTICE, SECTIONS, ReportKind
from engine.reports.counted import COUNTED
from engine.reports.listed import LISTED
from engine.reports.periods import Period
from engine.reports.report import Cell, Section, Table
from engine.reports.source import Source
from engine.store.database import Database
from engine.store.migrate import create_tables
from tests.engine.figures.counting import Counted
from tests.engine.figures.telling import Step, Story, read_stories
from tests.engine.figures.town import Town
from tests.stories import PROCESSES

FOLDERS = find_folders(PROCESSES)
PERIOD = Period(first=date(2026, 2, 1), last=date(2026, 2, 28))
WORDS = {CONCERNS, PRACTICE, AUDITS}
"""What is no figure of a case: kept in registers, and told by tests of its own."""
_COUNTED = {
    "Cases raised": "opened",
    "Of these, raised informally": "raised-informally",
    "Of these, raised formally": "raised-formally",
    "Informal concerns that became formal": "became-formal",
    "Cases closed": "closed",
    "Of these, withdrawn": "withdrawn",
    "Of these, overtaken by events": "overtaken",
    "Cases open at the end": "open",
    "Cases that reached the limit of 20 working days": "over-limit",
    "Raised informally": "raised-informally",
    "More time given": "extended",
    "Answers returned as no answer": "returned",
    "Stages passed over": "passed-over",
    "Agreed": "action-agreed",
    "Done": "action-done",
    "Partly done": "action-partly-done",
    "Not done": "action-not-done",
    "It was said what changed for the child": "child-changed",
    "Open at the end": "action-open",
    "Referrals considered": "cafcass-considered",
    "Referrals made": "cafcass-made",
    "Of these, cut short as urgent": "cafcass-urgent",
}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_figure_of_each_report_equals_a_count_from_the_history(folder: Path) -> None:
    _compare(folder, seed=3, cases=16)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(300, 317))
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_figure_of_reports_on_five_thousand_cases_equals_a_count(
    folder: Path, seed: int
) -> None:
    _compare(folder, seed=seed, cases=50)


def _compare(folder: Path, *, seed: int, cases: int) -> None:
    database = Database("sqlite://")
    create_tables(database)
    town = Town(read_package(folder), database, seed, parse_instant("2026-01-19T09:00"))
    town.play(cases)
    reading = catch_up(town.installation, town.council, seconds=60)
    with database.read() as connection:
        stories = read_stories(town, connection)
        numbers = {row.id: row.number for row in connection.execute(text("SELECT * FROM cases"))}
        source = Source(
            connection=connection,
            council=town.council,
            kind=_everything(town),
            period=PERIOD,
            reading=reading,
            kept_informed=True,
        )
        same = _Same(town, source, stories, numbers)
        sections = {key: build(source) for key, build in {**COUNTED, **LISTED}.items()}
    for key, section in sections.items():
        if key not in WORDS:
            same.look_at(section)
    assert same.looked > 100


def _everything(town: Town) -> ReportKind:
    kind = next(iter(town.council.reports.values()))
    return replace(
        kind, every="month", consists_of=SECTIONS, stages=("1", "2", "3"), leaves_service=False
    )


class _Same:
    """Compares tables with counts; `looked` is how many cells were."""

    def __init__(
        self, town: Town, source: Source, stories: list[Story], numbers: dict[int, str]
    ) -> None:
        self.town, self.source, self.stories, self.numbers = town, source, stories, numbers
        self.now = self._counted(source.period)
        self.before = self._counted(source.period_before)
        self.looked = 0

    def look_at(self, section: Section) -> None:
        """Each table of the section has what the stories tell."""
        for table in section.tables:
            expected = list(self._expected(section.key, table))
            assert sorted(table.rows, key=str) == sorted(expected, key=str), table.title
            self.looked += sum(map(len, table.rows))

    def _expected(self, key: str, table: Table) -> Iterator[tuple[Cell, ...]]:
        of_table = {
            "Cases that came to a stage for the first time": self._funnel,
            "Answers by stage": lambda: self._answers(table, self._stage_of, key),
            "Answers by who was asked": lambda: self._answers(table, self._post_of, key),
            "Answers by team": lambda: self._answers(table, self._team_of, key),
            "Working days": self._days,
            "How cases ended": self._ended,
            "What they were about": self._informal_themes,
            "Cases open in this time": lambda: self._tracker(table),
            "Outcomes achieved": lambda: self._achieved(table),
            "Cases in the formal stages": lambda: self._summaries(table, formal=True),
            "Cases and decisions of raisers": self._raisers,
        }
        if table.title in of_table:
            yield from of_table[table.title]()
        elif key == AT_STAGES:
            yield from self._summaries(table, formal=False)
        elif table.title == "Cases raised":
            yield from self._spread(teams="Teams" in table.head)
        else:
            yield from (self._compared(str(row[0]), row) for row in table.rows)

    def _counted(self, period: Period) -> Counted:
        return Counted(
            diagram=self.town.package.diagram,
            calendar=self.town.council.calendar,
            stories=self.stories,
            first=period.first,
            last=period.last,
        )

    def _compared(self, label: str, row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        if label == "Informal concerns for each formal one":
            return (label, self._ratio(self.now), self._ratio(self.before))
        if label.startswith("Of these, with "):  # the two add up to the stages passed over
            return row
        if label == "Good practice recorded":
            return (label, 0, 0)
        return (label, *(self._measure(_COUNTED[label], of) for of in (self.now, self.before)))

    def _measure(self, measure: str, of: Counted) -> int:
        every = {**of.cases(), **of.happened(), **of.actions()}
        return int(every.get(measure, 0))

    def _ratio(self, of: Counted) -> Cell:
        cases = of.cases()
        if not cases["raised-formally"]:
            return "no formal one"
        return round(cases["raised-informally"] / cases["raised-formally"], 1)

    def _funnel(self) -> Iterator[tuple[Cell, ...]]:
        now, before = self.now.funnel(), self.before.funnel()
        for stage in now.keys() | before.keys():
            yield (self._stage(stage), now[stage], before[stage])

    def _spread(self, *, teams: bool) -> Iterator[tuple[Cell, ...]]:
        """By theme, or by team; in the town each case is about a child of its own."""

        def keys(story: Story) -> set[str]:
            return story.themes if teams else {story.team}

        opened = [s for s in self.stories if self.now.on(s.opened)]
        earlier = Counter(k for s in self.stories if self.before.on(s.opened) for k in keys(s))
        for key in {key for story in opened for key in keys(story)} | earlier.keys():
            here = [s for s in opened if key in keys(s)]
            formal = sum(s.formal == s.opened for s in here)
            row: list[Cell] = [key, len(here), len(here) - formal, formal, len(here)]
            yield (*row, *[len({s.team for s in here})] * teams, earlier[key])

    def _informal_themes(self) -> Iterator[tuple[Cell, ...]]:
        here = [s for s in self.stories if self.now.on(s.opened) and s.formal != s.opened]
        yield from Counter(theme for s in here for theme in s.themes).items()

    def _answers(self, table: Table, name: Any, key: str) -> Iterator[tuple[Cell, ...]]:
        found = self.now.steps(name)
        if key == "informal concerns":
            wanted = {str(row[0]) for row in table.rows}
            formal = {stage_in_words(self.town.council, each) for each in "12345"}
            assert wanted.isdisjoint(formal)
            found = {k: v for k, v in found.items() if self._named(name, k) in wanted}
        for each, got in found.items():
            waiting = got.get("waiting", 0) + got.get("overdue", 0)
            other = sum(got.get(each, 0) for each in ("not-needed", "done", "afterwards"))
            middle = "none" if got["median"] is None else round(got["median"], 1)
            yield (
                self._named(name, each),
                got["asked"],
                *(got.get(measure, 0) for measure in ("on-time", "late", "never")),
                waiting,
                other,
                middle,
                got["silent"],
            )

    def _named(self, name: Any, key: str) -> str:
        if name == self._stage_of:
            return self._stage(key)
        return self.town.council.posts[key].title if name == self._post_of else key

    def _respondents(self, story: Story, step: Step) -> bool:
        return self.now.whose(story, step) != "raiser"

    def _stage_of(self, story: Story, step: Step) -> str | None:
        stage = self.town.package.diagram.elements[step.element].stage
        return stage or None if self._respondents(story, step) else None

    def _post_of(self, story: Story, step: Step) -> str:
        return self.now.whose(story, step)

    def _team_of(self, story: Story, step: Step) -> str | None:
        return story.team if self._respondents(story, step) else None

    def _days(self) -> Iterator[tuple[Cell, ...]]:
        days = self.now.days()
        yield ("Formal challenges that came to an end", days["cases"])
        if days["cases"]:
            yield ("Working days, the median", round(days["median"], 1))
            yield ("Of all their days, those of who was asked", days["respondents"])
            yield ("Of all their days, those of the raiser", days["raisers"])
            yield ("Of all their days, when nothing was open", days["nobodys"])
        closing = days["to_close"]
        median = "none" if closing is None else round(closing, 1)
        yield ("From opening to closing, the median", median)
        limit = "Cases that reached the limit of 20 working days"
        yield (limit, self._measure("over-limit", self.now))

    def _ended(self) -> Iterator[tuple[Cell, ...]]:
        for outcome, count in self.now.outcomes().items():
            yield (outcome[:1].upper() + outcome[1:], count)

    # What is listed, as it stood at the end of the period

    def _stage(self, key: str) -> str:
        return stage_in_words(self.town.council, key)

    def _stage_then(self, story: Story) -> str:
        main = [s for s in self.now._main(story) if self._begun(s.starts)]
        newest = max((s.starts for s in main), default=None)
        last = [s for s in main if s.starts == newest]
        stage = self.town.package.diagram.elements[last[-1].element].stage if last else ""
        return self._stage(stage or "") if stage else "No stage"

    def _begun(self, at: Any) -> bool:
        return at is not None and in_london(at).date() <= PERIOD.last

    def _themes_of(self, story: Story) -> str:
        return "; ".join(sorted(story.themes))

    def _tracker(self, table: Table) -> Iterator[tuple[Cell, ...]]:
        rows = {str(row[0]): row for row in table.rows}
        for story in self.stories:
            open_then = self.now.standing(story.opened, story.closed)
            if not open_then and not self.now.on(story.closed):
                continue
            number = self.numbers[story.number]
            outcome = "" if open_then else story.outcome[:1].upper() + story.outcome[1:]
            yield (
                number,
                story.team,
                rows[number][2] if story.boxes else self._stage_then(story),
                in_london(story.opened).date(),
                self._day(story.formal),
                rows[number][5],
                self._day(story.closed),
                outcome,
                self._themes_of(story),
            )

    def _day(self, at: Any) -> Cell:
        return in_london(at).date() if self._begun(at) else ""

    def _summaries(self, table: Table, *, formal: bool) -> Iterator[tuple[Cell, ...]]:
        """What a case waits for, and where it is, is another test's."""
        rows = {str(row[0]): row for row in table.rows}
        for story in self.stories:
            number = self.numbers[story.number]
            standing = self.now.standing(story.opened, story.closed)
            here = self._begun(story.formal) if formal else number in rows
            if not standing or not here:
                continue
            row = rows[number]
            assert formal or row[3] in {self._stage(each) for each in "123"} | {
                self._stage_then(story)
            }
            themes, since = self._themes_of(story), self._day(story.formal)
            yield (number, row[1], story.team, row[3], themes, since, self._clock(story), *row[7:])

    def _clock(self, story: Story) -> Cell:
        """The working days since the first formal stage, counted one by one."""
        if story.formal is None or not self._begun(story.formal):
            return ""
        day, count = in_london(story.formal).date(), 0
        while day < PERIOD.last:
            day += timedelta(days=1)
            count += self.town.council.calendar.is_working_day(day, statutory=True)
        return count

    def _achieved(self, table: Table) -> Iterator[tuple[Cell, ...]]:
        known = Counter((str(row[0]), row[3]) for row in table.rows)
        found: Counter[tuple[str, Cell]] = Counter()
        for story in self.stories:
            for action in story.actions.values():
                over = [action.get("finished"), action["over"], self.now._given_up(story)]
                ends = min(filter(None, over), default=None)
                open_then = ends is None or in_london(ends).date() >= PERIOD.first
                if action.get("action") and self._begun(action["agreed"]) and open_then:
                    day = in_london(action["agreed"]).date()
                    found[self.numbers[story.number], day] += 1
        assert known == found
        yield from table.rows

    def _raisers(self) -> Iterator[tuple[Cell, ...]]:
        opened = [s for s in self.stories if self.now.on(s.opened)]
        decided = self.now.steps(
            lambda story, step: None if self._respondents(story, step) else str(story.raiser)
        )
        names = {person.id: person.name for person in self.town._raisers}
        for raiser in {s.raiser for s in opened} | {int(key) for key in decided}:
            here = [s for s in opened if s.raiser == raiser]
            formal = sum(s.formal == s.opened for s in here)
            got = decided.get(str(raiser), {})
            late = sum(got.get(each, 0) for each in ("late", "never", "overdue"))
            asked = got.get("asked", 0)
            row = (names[raiser], len(here), len(here) - formal, formal, len(here))
            yield (*row, asked, got.get("on-time", 0), late)
