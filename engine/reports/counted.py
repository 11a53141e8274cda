"""The sections that count cases and name none, from the figures (X-25)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from engine.figures import asked
from engine.figures.figures import Answers, Figures
from engine.figures.small_numbers import hide_small, hide_small_table, hide_small_total
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
from engine.store.report_lists import (
    SpreadLine,
    find_informal_entries,
    find_spread_by_team,
    find_spread_by_theme,
)

WITHHELD: Final = "for those kept informed"
_CAFCASS: Final = "CAFCASS"
_WHAT: Final = "What was counted"
_ENDS: Final = (asked.WITHDRAWN, asked.OVERTAKEN)
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
    # Among the outcomes these two may be hidden, so that another one cannot be had.
    shown = [row for row in rows if not source.hides or row[1] not in _ENDS]
    counted = [[label, *_compared(source, measure)] for label, measure in shown]
    ratio = ["Informal concerns for each formal one", *_ratios(source)]
    praised = ["Good practice recorded", *_each(source, lambda figures: figures.good_practice)]
    return _section(
        NUMBERS,
        "The numbers",
        _table("Cases", _heads(source, _WHAT), [*counted, ratio, praised]),
        words=(_VOLUME,),
    )


def stages(source: Source) -> Section:
    """To which stages cases came for the first time: the rungs of the ladder."""
    keys = _in_order(source.figures.funnel, {} if source.hides else source.before.funnel)
    now = [source.alone(_value(source.figures.funnel, key)) for key in keys]
    rows: list[Sequence[Cell]] = [
        [source.stage(key), cell] for key, cell in zip(keys, now, strict=True)
    ]
    if not source.hides:
        rows = [
            [*row, _value(source.before.funnel, key)] for row, key in zip(rows, keys, strict=True)
        ]
    title = "Cases that came to a stage for the first time"
    return _section(STAGES, "By stage", _table(title, _heads(source, "Stage"), rows))


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
    return _section(
        THEMES, "Themes across children", _table("Cases raised", head, rows), words=(words,)
    )


def teams(source: Source) -> Section:
    """How many cases were raised about the children of each team, and how its stages went."""
    lines = find_spread_by_team(source.connection, source.span)
    before = {line.key: line.cases for line in _before(source, find_spread_by_team)}
    raised = _spread(source, lines, before, _team, teams=False)
    head = _spread_head(source, "Team", teams=False)
    answers = _answers(source, source.figures.by_team, "Team", _team)
    return _section(TEAMS, "By team", _table("Cases raised", head, raised), answers)


def answers(source: Source) -> Section:
    """Of what was asked in the period: how much was answered in time, late, or not at all."""
    figures = source.figures
    words = (
        "What was asked in this time. “Not at all”: the due date passed, and the matter moved on "
        "without an answer. “Otherwise”: it moved on before the due date, or there is none. "
        "“Silent at first”: the due date passed at least once."
    )
    return _section(
        ANSWERS,
        "Answers in time, and silence",
        _answers(source, figures.by_stage, "Stage", source.stage),
        _answers(source, figures.by_post, "Who was asked", source.post),
        words=(words,),
    )


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
            ["Working days, the median", _median(found.median)],
            ["Of all their days, those of who was asked", found.respondents],
            ["Of all their days, those of the raiser", found.raisers],
            ["Of all their days, when nothing was open", found.nobodys],
        ]
    if not hides:
        rows.append(["From opening to closing, the median", _median(found.to_close)])
    over = ["Cases that reached the limit of 20 working days", _count(source, asked.OVER_LIMIT)]
    return _section(
        DAYS, "Days taken", _table("Working days", (_WHAT, source.period.in_words), [*rows, over])
    )


def departures(source: Source) -> Section:
    """More time given, answers returned, stages passed over, and whether it was said why."""
    rows = [
        ["More time given", *_compared(source, asked.EXTENDED)],
        ["Answers returned as no answer", *_compared(source, asked.RETURNED)],
        ["Stages passed over", *_compared(source, asked.PASSED_OVER)],
        ["Of these, with a reason", *_reasons(source, asked.GIVEN)],
        ["Of these, with no reason yet", *_reasons(source, asked.MISSING)],
    ]
    title = "What departed from the ladder"
    return _section(
        DEPARTURES, "Extensions and bypasses", _table(title, _heads(source, _WHAT), rows)
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
    rows = [[label, *_compared(source, measure)] for label, measure in actions]
    return _section(
        ENDINGS,
        "Outcomes",
        _table("How cases ended", ("Outcome", source.period.in_words), list(map(list, ended))),
        _table("What became of actions", _heads(source, "Actions"), rows),
    )


def cafcass(source: Source) -> Section:
    """Referrals to CAFCASS; that one was considered only for those who may know (X-36)."""
    rows = [
        ["Referrals made", *_compared(source, asked.REFERRED)],
        ["Of these, cut short as urgent", *_compared(source, asked.URGENT)],
    ]
    if source.kept_informed:
        rows.insert(0, ["Referrals considered", *_compared(source, asked.CONSIDERED)])
    title = "Cases, each counted once"
    return _section(CAFCASS, "CAFCASS", _table(title, _heads(source, _WHAT), rows))


def informal(source: Source) -> Section:
    """What was raised informally: what it was about, how it was answered, what became formal."""
    stages = find_informal_entries(source.connection, source.council.key) - {_CAFCASS}
    here = [each for each in source.figures.by_stage if each.key in stages]
    lines = [
        (line.key, line.cases - line.formal)
        for line in find_spread_by_theme(source.connection, source.span)
        if line.cases > line.formal
    ]
    rows = [["Raised informally", *_compared(source, asked.RAISED_INFORMALLY)]]
    rows.append(["Informal concerns that became formal", *_compared(source, asked.BECAME_FORMAL)])
    rows.append(["Informal concerns for each formal one", *_ratios(source)])
    themes = [[key, source.alone(count)] for key, count in lines]
    return _section(
        INFORMAL,
        "Informal concerns",
        _table("How many", _heads(source, _WHAT), rows),
        _answers(source, here, "Stage", source.stage),
        _table("What they were about", ("Theme", source.period.in_words), themes),
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


def _section(key: str, title: str, *tables: Table, words: tuple[str, ...] = ()) -> Section:
    return Section(key=key, title=title, words=words, tables=tables)


def _table(title: str, head: Iterable[str], rows: Iterable[Sequence[Cell]]) -> Table:
    return Table(title=title, head=tuple(head), rows=tuple(map(tuple, rows)))


def _heads(source: Source, first: str) -> tuple[str, ...]:
    """What leaves the service is not compared: two reports side by side must not tell more."""
    now = source.period.in_words
    return (first, now) if source.hides else (first, now, source.period_before.in_words)


def _each(source: Source, value: Callable[[Figures], int]) -> list[Cell]:
    if source.hides:
        return [source.alone(value(source.figures))]
    return [value(source.figures), value(source.before)]


def _compared(source: Source, measure: str) -> list[Cell]:
    """A measure of this period and of the one before."""
    if source.hides and measure in _RAISED:
        return [_raised(source)[_RAISED.index(measure)]]
    if source.hides and measure == asked.CLOSED:
        return [hide_small_total({k: c.value for k, c in source.figures.outcomes.items()})]
    if source.hides and measure == asked.PASSED_OVER:
        return [hide_small_total(_why(source))]
    return _each(source, lambda figures: figures.counts[measure].value)


def _raised(source: Source) -> tuple[Cell, ...]:
    """Raised, informally, formally: hidden as in the table of teams, whose totals these are."""
    lines = find_spread_by_team(source.connection, source.span)
    if not lines:
        return (0, 0, 0)
    told = hide_small_table([[line.cases - line.formal, line.formal] for line in lines])
    return (told.total, *told.columns)


_RAISED: Final = (asked.OPENED, asked.RAISED_INFORMALLY, asked.RAISED_FORMALLY)


def _why(source: Source) -> dict[str, int]:
    return {detail: _value(source.figures.reasons, detail) for detail in _REASONS}


def _reasons(source: Source, detail: str) -> list[Cell]:
    if source.hides:
        return [hide_small(_why(source))[detail]]
    return _each(source, lambda figures: _value(figures.reasons, detail))


_REASONS: Final = (asked.GIVEN, asked.MISSING)


def _count(source: Source, measure: str) -> Cell:
    return source.alone(source.figures.counts[measure].value)


def _ratios(source: Source) -> list[Cell]:
    found = [source.figures] if source.hides else [source.figures, source.before]
    return [_ratio(source, figures) for figures in found]


def _ratio(source: Source, figures: Figures) -> Cell:
    if source.hides and None in _raised(source):
        return None
    informal, formal = (figures.counts[each].value for each in _RAISED[1:])
    return round(informal / formal, 1) if formal else "no formal one"


def _value(counts: Mapping[str, asked.Count], key: str) -> int:
    return counts[key].value if key in counts else 0


def _median(days: float | None) -> Cell:
    return "none" if days is None else round(days, 1)


def _team(key: str) -> str:
    return key or "No team"


def _before(source: Source, find: Callable[..., list[SpreadLine]]) -> list[SpreadLine]:
    if source.hides:
        return []
    return find(source.connection, source.span_before)


def _spread_head(source: Source, first: str, *, teams: bool) -> tuple[str, ...]:
    head = (first, "Cases", "Informal", "Formal", "Children")
    if source.hides:
        return head
    return (*head, *["Teams"] * teams, f"Cases, {source.period_before.in_words}")


def _spread(
    source: Source,
    lines: Sequence[SpreadLine],
    before: Mapping[str, int],
    name: Callable[[str], str],
    *,
    teams: bool,
) -> list[list[Cell]]:
    grid = source.grid([[line.cases - line.formal, line.formal] for line in lines])
    rows: list[list[Cell]] = []
    for line, cells in zip(lines, grid, strict=True):
        row: list[Cell] = [name(line.key), *cells, source.alone(line.children)]
        more: list[Cell] = [*[line.teams] * teams, before.get(line.key, 0)]
        rows.append(row if source.hides else [*row, *more])
    gone = {} if source.hides else before.keys() - {line.key for line in lines}
    for key in sorted(gone):
        rows.append([name(key), 0, 0, 0, 0, *[0] * teams, before[key]])
    return rows


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
        median = None if source.hides and None in cells else _median(each.median)
        row = [name(each.key), *cells, median]
        rows.append(row if source.hides else [*row, each.counts[asked.SILENT].value])
    head = (
        first, "Asked", "In time", "Late", "Not at all", "Still waiting", "Otherwise",
        "Median days", *["Silent at first"] * (not source.hides),
    )  # fmt: skip
    rows += [[name(each.key), *[WITHHELD] * (len(head) - 1)] for each in withheld]
    return _table(f"Answers by {first.lower()}", head, rows)


def _became(each: Answers) -> list[int]:
    counts = {measure: count.value for measure, count in each.counts.items()}
    return [
        counts[asked.ON_TIME],
        counts[asked.LATE],
        counts[asked.NEVER],
        counts[asked.WAITING] + counts[asked.OVERDUE],
        sum(counts[measure] for measure in _OTHERWISE),
    ]
