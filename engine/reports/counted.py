"""The sections that count cases and name none, from the figures (X-25)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from engine.figures import asked
from engine.figures.figures import Answers
from engine.report_kinds import (
    ANSWERS,
    CAFCASS,
    DAYS,
    DEPARTURES,
    ENDINGS,
    INFORMAL,
    NUMBERS,
    STAGES,
    TEAMS,
    THEMES,
)
from engine.reports.report import Cell, Section, Table
from engine.reports.source import Source
from engine.reports.telling import (
    alone,
    compared,
    each_period,
    heads,
    median,
    ratios,
    reasons,
    section_of,
    table_of,
    value_of,
)
from engine.store.report_lists import (
    SpreadLine,
    find_informal_entries,
    find_spread_by_team,
    find_spread_by_theme,
)

WITHHELD: Final = "for those kept informed"
_CAFCASS: Final = "CAFCASS"
_WHAT: Final = "What was counted"
_NOT_BESIDE: Final = (asked.WITHDRAWN, asked.OVERTAKEN, asked.OPEN, asked.ACTIONS_OPEN)
"""What does not leave the service: the first two may be hidden among the outcomes, and what stood
open at the end, in two reports one after the other, tells how many closed between them."""
_VOLUME: Final = (
    "More concerns raised may mean that more is noticed. The number alone says nothing of "
    "practice. What went straight to CAFCASS began with no formal stage, and counts as informal."
)


def numbers(source: Source) -> Section:
    """How many were raised, informally and formally, closed, open, and over their limit."""
    rows = (
        ("Cases raised", asked.OPENED),
        ("Of these, raised informally", asked.RAISED_INFORMALLY),
        ("Of these, raised formally", asked.RAISED_FORMALLY),
        ("Informal concerns that became formal", asked.BECAME_FORMAL),
        ("Cases closed", asked.CLOSED),
        ("Of these, withdrawn", asked.WITHDRAWN),
        ("Of these, overtaken by events", asked.OVERTAKEN),
        ("Cases open at the end", asked.OPEN),
        ("Cases that reached the limit of 20 working days", asked.OVER_LIMIT),
    )
    shown = [row for row in rows if not source.hides or row[1] not in _NOT_BESIDE]
    counted = [[label, *compared(source, measure)] for label, measure in shown]
    ratio = ["Informal concerns for each formal one", *ratios(source)]
    praised = [
        "Good practice recorded",
        *each_period(source, lambda figures: figures.good_practice),
    ]
    return section_of(
        NUMBERS,
        "The numbers",
        table_of("Cases", heads(source, _WHAT), [*counted, ratio, praised]),
        words=(_VOLUME,),
    )


def stages(source: Source) -> Section:
    """To which stages cases came for the first time: the rungs of the ladder."""
    keys = _in_order(source.figures.funnel, {} if source.hides else source.before.funnel)
    now = [source.alone(value_of(source.figures.funnel, key)) for key in keys]
    rows: list[Sequence[Cell]] = [
        [source.stage(key), cell] for key, cell in zip(keys, now, strict=True)
    ]
    if not source.hides:
        rows = [
            [*row, value_of(source.before.funnel, key)] for row, key in zip(rows, keys, strict=True)
        ]
    title = "Cases that came to a stage for the first time"
    return section_of(STAGES, "By stage", table_of(title, heads(source, "Stage"), rows))


def _in_order(now: Iterable[str], before: Iterable[str]) -> list[str]:
    """The keys of both, each of which is in the order of the diagram."""
    keys = list(now)
    place = 0
    for key in before:
        if key in keys:
            place = keys.index(key) + 1
        else:
            keys.insert(place, key)
            place += 1
    return keys


def themes(source: Source) -> Section:
    """What the cases raised were about, for how many children, in how many teams (NEL-3-1)."""
    lines = find_spread_by_theme(source.connection, source.span)
    before = {line.key: line.cases for line in _before(source, find_spread_by_theme)}
    rows = _spread(source, lines, before, lambda key: key, teams=True)
    words = "A case may have several themes, so these do not add up to the cases raised."
    head = _spread_head(source, "Theme", teams=True)
    return section_of(
        THEMES, "Themes across children", table_of("Cases raised", head, rows), words=(words,)
    )


def teams(source: Source) -> Section:
    """How many cases were raised about the children of each team, and how its stages went."""
    lines = find_spread_by_team(source.connection, source.span)
    before = {line.key: line.cases for line in _before(source, find_spread_by_team)}
    raised = _spread(source, lines, before, _team, teams=False)
    head = _spread_head(source, "Team", teams=False)
    cases = table_of("Cases raised", head, raised)
    if source.hides:
        return section_of(TEAMS, "By team", cases)
    return section_of(
        TEAMS, "By team", cases, _answers(source, source.figures.by_team, "Team", _team)
    )


def answers(source: Source) -> Section:
    """Of what was asked in the period: how much was answered in time, late, or not at all.

    What leaves the service says it once, by stage: by who was asked, and by team, the same answers
    would tell what is hidden here.
    """
    figures = source.figures
    words = (
        "What was asked in this time. “Not at all”: the due date passed, and the matter moved on "
        "without an answer. “Otherwise”: it moved on before the due date, or there is none. "
        "“Silent at first”: the due date passed at least once."
    )
    tables = [_answers(source, figures.by_stage, "Stage", source.stage)]
    if not source.hides:
        tables.append(_answers(source, figures.by_post, "Who was asked", source.post))
    return section_of(ANSWERS, "Answers in time, and silence", *tables, words=(words,))


def days(source: Source) -> Section:
    """How long formal challenges took, and whose days those were (A-NEL-4)."""
    found, hides = source.figures.days, source.hides
    few = hides and source.alone(found.cases.value) is None
    rows: list[Sequence[Cell]] = [
        ["Formal challenges that came to an end", source.alone(found.cases.value)]
    ]
    if not found.cases.value:
        pass
    elif found.withheld and not source.kept_informed:
        rows.append(["Whose days they were", WITHHELD])
    elif not few:
        rows += [
            ["Working days, the median", median(found.median)],
            ["Of all their days, those of who was asked", found.respondents],
            ["Of all their days, those of the raiser", found.raisers],
            ["Of all their days, when nothing was open", found.nobodys],
        ]
    if not hides:
        rows.append(["From opening to closing, the median", median(found.to_close)])
    over = ["Cases that reached the limit of 20 working days", alone(source, asked.OVER_LIMIT)]
    return section_of(
        DAYS, "Days taken", table_of("Working days", (_WHAT, source.period.in_words), [*rows, over])
    )


def departures(source: Source) -> Section:
    """More time given, answers returned, stages passed over, and whether it was said why."""
    rows = [
        ["More time given", *compared(source, asked.EXTENDED)],
        ["Answers returned as no answer", *compared(source, asked.RETURNED)],
        ["Stages passed over", *compared(source, asked.PASSED_OVER)],
        ["Of these, with a reason", *reasons(source, asked.GIVEN)],
        ["Of these, with no reason yet", *reasons(source, asked.MISSING)],
    ]
    title = "What departed from the ladder"
    return section_of(
        DEPARTURES, "Extensions and bypasses", table_of(title, heads(source, _WHAT), rows)
    )


def endings(source: Source) -> Section:
    """How cases ended, and what became of the actions that were asked for (X-39)."""
    found = {key or "no outcome": count.value for key, count in source.figures.outcomes.items()}
    ended = zip(
        (k[:1].upper() + k[1:] for k in found), source.parts([*found.values()]), strict=True
    )
    actions = (
        ("Agreed", asked.AGREED),
        ("Done", asked.DONE),
        ("Partly done", asked.PARTLY),
        ("Not done", asked.NOT_DONE),
        ("It was said what changed for the child", asked.CHANGED),
        ("Open at the end", asked.ACTIONS_OPEN),
    )
    shown = [row for row in actions if not source.hides or row[1] not in _NOT_BESIDE]
    rows = [[label, *compared(source, measure)] for label, measure in shown]
    return section_of(
        ENDINGS,
        "Outcomes",
        table_of("How cases ended", ("Outcome", source.period.in_words), list(map(list, ended))),
        table_of("What became of actions", heads(source, "Actions"), rows),
    )


def cafcass(source: Source) -> Section:
    """Referrals to CAFCASS; that one was considered only for those who may know (X-36)."""
    rows = [
        ["Referrals made", *compared(source, asked.REFERRED)],
        ["Of these, cut short as urgent", *compared(source, asked.URGENT)],
    ]
    if source.kept_informed:
        rows.insert(0, ["Referrals considered", *compared(source, asked.CONSIDERED)])
    title = "Cases, each counted once"
    return section_of(CAFCASS, "CAFCASS", table_of(title, heads(source, _WHAT), rows))


def informal(source: Source) -> Section:
    """What was raised informally: what it was about, how it was answered, what became formal."""
    stages = find_informal_entries(source.connection, source.council.key) - {_CAFCASS}
    here = [each for each in source.figures.by_stage if each.key in stages]
    lines = [
        (line.key, line.cases - line.formal)
        for line in find_spread_by_theme(source.connection, source.span)
        if line.cases > line.formal
    ]
    rows = [["Raised informally", *compared(source, asked.RAISED_INFORMALLY)]]
    rows.append(["Informal concerns that became formal", *compared(source, asked.BECAME_FORMAL)])
    rows.append(["Informal concerns for each formal one", *ratios(source)])
    many = table_of("How many", heads(source, _WHAT), rows)
    if source.hides:  # by theme and by stage all cases and answers are told already
        return section_of(INFORMAL, "Informal concerns", many)
    themes: list[tuple[Cell, ...]] = [(key, count) for key, count in lines]
    return section_of(
        INFORMAL,
        "Informal concerns",
        many,
        _answers(source, here, "Stage", source.stage),
        table_of("What they were about", ("Theme", source.period.in_words), themes),
    )


COUNTED: Final[Mapping[str, Callable[[Source], Section]]] = {
    NUMBERS: numbers,
    STAGES: stages,
    THEMES: themes,
    TEAMS: teams,
    ANSWERS: answers,
    DAYS: days,
    DEPARTURES: departures,
    ENDINGS: endings,
    CAFCASS: cafcass,
    INFORMAL: informal,
}


def _team(key: str) -> str:
    return key or "No team"


def _before(source: Source, find: Callable[..., list[SpreadLine]]) -> list[SpreadLine]:
    if source.hides:
        return []
    return find(source.connection, source.span_before)


def _spread_head(source: Source, first: str, *, teams: bool) -> tuple[str, ...]:
    if source.hides:
        return (first, "Cases", "Children")
    head = (first, "Cases", "Informal", "Formal", "Children")
    return (*head, *["Teams"] * teams, f"Cases, {source.period_before.in_words}")


def _spread(
    source: Source,
    lines: Sequence[SpreadLine],
    before: Mapping[str, int],
    name: Callable[[str], str],
    *,
    teams: bool,
) -> list[list[Cell]]:
    if source.hides:
        return _leaving(source, lines, name, by_team=not teams)
    rows: list[list[Cell]] = []
    for line in lines:
        row: list[Cell] = [name(line.key), line.cases, line.cases - line.formal, line.formal]
        rows.append([*row, line.children, *[line.teams] * teams, before.get(line.key, 0)])
    for key in sorted(before.keys() - {line.key for line in lines}):
        rows.append([name(key), 0, 0, 0, 0, *[0] * teams, before[key]])
    return rows


def _leaving(
    source: Source, lines: Sequence[SpreadLine], name: Callable[[str], str], *, by_team: bool
) -> list[list[Cell]]:
    """The cases, and the children where these are told: there are never more of them."""
    told = source.raised.by_team if by_team else source.raised.by_theme
    return [
        [
            name(line.key),
            told[line.key],
            None if told[line.key] is None else source.alone(line.children),
        ]
        for line in lines
    ]


_OTHERWISE: Final = (asked.NOT_NEEDED, asked.DONE_UNTIMED, asked.AFTERWARDS)


def _answers(
    source: Source, found: Sequence[Answers], first: str, name: Callable[[str], str]
) -> Table:
    """What became of what was asked. One row for each that is told, and one line for the others."""
    withheld = [each for each in found if each.withheld and not source.kept_informed]
    told = [each for each in found if each not in withheld]
    grid = source.grid([_became(each) for each in told])
    rows: list[list[Cell]] = []
    for each, cells in zip(told, grid, strict=True):
        days = None if source.hides and None in cells else median(each.median)
        row = [name(each.key), *cells, days]
        rows.append(row if source.hides else [*row, each.counts[asked.SILENT].value])
    head = (
        first, "Asked", "In time", "Late", "Not at all", "Still waiting", "Otherwise",
        "Median days", *["Silent at first"] * (not source.hides),
    )  # fmt: skip
    rows += [[name(each.key), *[WITHHELD] * (len(head) - 1)] for each in withheld]
    return table_of(f"Answers by {first.lower()}", head, rows)


def _became(each: Answers) -> list[int]:
    counts = {measure: count.value for measure, count in each.counts.items()}
    return [
        counts[asked.ON_TIME],
        counts[asked.LATE],
        counts[asked.NEVER],
        counts[asked.WAITING] + counts[asked.OVERDUE],
        sum(counts[measure] for measure in _OTHERWISE),
    ]
