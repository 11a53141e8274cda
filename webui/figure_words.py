"""What figures are called on pages, and the bars and lines that are drawn of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.councils import Council, stage_in_words
from engine.figures import asked as m
from engine.figures.asked import Asked, Count
from engine.figures.figures import Answers, Figures, Month, Step
from engine.figures.keeping import Reading
from webui.charts import Bar, BarChart, LineChart, bar_chart, line_chart
from webui.words import instant_in_words, short_day

MEASURES: Final[Mapping[str, str]] = {
    m.OPENED: "Cases raised",
    m.RAISED_INFORMALLY: "Cases raised informally",
    m.RAISED_FORMALLY: "Cases raised straight at a formal stage",
    m.BECAME_FORMAL: "Cases that went on from informal to formal",
    m.BEGAN_AT: "Cases raised, by the stage they began with",
    m.WITH_STATUS: "Cases raised, by the child’s legal status on that day",
    m.CLOSED: "Cases closed",
    m.OPEN: "Cases open at the end of the period",
    m.STOPPED: "Cases whose formal stages ended",
    m.REACHED: "Cases that came to the stage for the first time",
    m.EXTENDED: "Times that more time was given",
    m.RETURNED: "Answers that were returned",
    m.PASSED_OVER: "Moves past a formal stage",
    m.OVER_LIMIT: "Cases that reached the time limit of the whole case",
    m.CONSIDERED: "Cases in which a referral to CAFCASS was considered",
    m.REFERRED: "Cases in which a referral to CAFCASS was made",
    m.URGENT: "Referrals to CAFCASS for which the stages were cut short",
    m.WITHDRAWN: "Cases withdrawn",
    m.OVERTAKEN: "Cases overtaken by events",
    m.AGREED: "Actions asked for or decided",
    m.DONE: "Actions done",
    m.PARTLY: "Actions partly done",
    m.NOT_DONE: "Actions not done",
    m.CHANGED: "What changed for the child",
    m.ACTIONS_OPEN: "Actions open at the end of the period",
    m.ASKED: "Answers asked for",
    m.SILENT: "Answers that did not come by their due date",
    m.ON_TIME: "Answers on time",
    m.LATE: "Answers that came late",
    m.NEVER: "Answers that never came",
    m.NOT_NEEDED: "Answers not needed any more",
    m.WAITING: "Answers not due yet",
    m.OVERDUE: "Answers overdue now",
    m.DONE_UNTIMED: "Answers without a due date",
    m.AFTERWARDS: "Answers after the matter had moved on, none of them late",
}
_DUE: Final = ((m.ON_TIME, "On time"), (m.LATE, "Late"), (m.NEVER, "Never came"))
_HAPPENED: Final = (
    m.EXTENDED,
    m.RETURNED,
    m.OVER_LIMIT,
    m.PASSED_OVER,
    m.CONSIDERED,
    m.REFERRED,
    m.URGENT,
    m.WITHDRAWN,
    m.OVERTAKEN,
)
_NO_STAGE: Final = "No stage"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a table of answers: its name in words, and what is counted."""

    name: str
    answers: Answers
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Answers by something: the table and the bars above it."""

    key: str
    title: str
    head: str
    rows: tuple[Row, ...]
    chart: BarChart | None


def days_in_words(days: float | None) -> str:
    """A median of working days, as `3`, `2.5`; empty for none."""
    return "" if days is None else f"{days:g}"


def ratio_in_words(informal: int, formal: int) -> str:
    """Informal to formal, as `3 to 1`, rounded to tenths; or both where one is nought."""
    if not informal or not formal:
        return f"{informal:,} to {formal:,}"
    if informal >= formal:
        return f"{informal / formal:.1f} to 1".replace(".0 ", " ")
    return f"1 to {formal / informal:.1f}".removesuffix(".0")


def as_of_in_words(reading: Reading) -> str:
    """Up to when the figures tell what happened, where that is not now; empty where it is.

    And of how many cases that cannot be told, for their history cannot be read.
    """
    told = []
    if reading.behind:
        told.append(
            f"These figures are as of {instant_in_words(reading.as_of)}. In "
            f"{_cases(reading.behind)} something happened since that is not counted yet. Load the "
            "page again in a minute."
        )
    if reading.unreadable:
        told.append(
            f"The history of {_cases(reading.unreadable)} cannot be read. What happened there last "
            "is not counted here. Whoever looks after Stepladder can find out why."
        )
    return " ".join(told)


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count:,} cases"


def happened(figures: Figures) -> tuple[str, ...]:
    """What is told of what happened on the way, by measure.

    That a referral was considered only where any is counted: whoever may not know
    it reads no nought (X-36).
    """
    return tuple(
        measure for measure in _HAPPENED if measure != m.CONSIDERED or figures.counts[measure].value
    )


def answers_table(
    council: Council, key: str, title: str, head: str, rows: Sequence[Answers]
) -> Table:
    """What became of answers by stage, post, team, theme or raiser; `key` says by which."""
    named = tuple(Row(name=name_of(council, key, row.key), answers=row) for row in rows)
    bars = [
        Bar(label=row.name, values=tuple(row.answers.counts[each].value for each, _ in _DUE))
        for row in named
        if not row.answers.withheld and any(row.answers.counts[each].value for each, _ in _DUE)
    ]
    parts = [name for _, name in _DUE]
    return Table(
        key=key, title=title, head=head, rows=named, chart=bar_chart(key, title, bars, parts)
    )


def name_of(council: Council, by: str, key: str) -> str:
    """A stage or a post in words; a team or a theme as it is."""
    if by == "stage":
        return stage_in_words(council, key) if key else _NO_STAGE
    if by == "post" and key in council.posts:
        return council.posts[key].title
    return key


def step_rows(council: Council, steps: Sequence[Step]) -> tuple[Row, ...]:
    """The steps of a diagram, with the stage and the post of each."""
    return tuple(
        Row(
            name=step.name,
            answers=step,
            note=", ".join(
                filter(
                    None,
                    (
                        stage_in_words(council, step.stage) if step.stage else "",
                        name_of(council, "post", step.post),
                    ),
                )
            ),
        )
        for step in steps
    )


def counts_chart(key: str, title: str, counts: Mapping[str, Count]) -> BarChart | None:
    """Bars of one number each."""
    return bar_chart(
        key, title, [Bar(label=name, values=(count.value,)) for name, count in counts.items()]
    )


def months_chart(months: Sequence[Month]) -> LineChart | None:
    """Lines of what was raised and closed."""
    labels = [f"{month.first:%b %y}" for month in months]
    return line_chart(
        "months",
        "Cases raised and closed, by month",
        labels,
        [
            ("Raised", [month.opened.value for month in months]),
            ("Closed", [month.closed.value for month in months]),
        ],
    )


def named(council: Council, counts: Mapping[str, Count]) -> dict[str, Count]:
    """Counts by stage, under the stages' names."""
    return {name_of(council, "stage", stage): count for stage, count in counts.items()}


def notes_of(figures: Figures) -> tuple[dict[str, str], dict[str, str]]:
    """What stands at each step of the diagram, and how it is shaded: by the median of its days."""
    shown = [step for step in figures.steps if not step.withheld and step.counts[m.ASKED].value]
    longest = max((step.median or 0 for step in shown), default=0)
    notes, shades = {}, {}
    for step in shown:
        silent = step.counts[m.SILENT].value
        days = "" if step.median is None else f"{days_in_words(step.median)} wd"
        notes[step.key] = ", ".join(filter(None, (days, f"{silent} silent" if silent else "")))
        if step.median is not None and longest:
            third = 3 * step.median / longest
            shades[step.key] = "long" if third > 2 else "middling" if third > 1 else "short"
    return {key: text for key, text in notes.items() if text}, shades


def asked_in_words(council: Council, asked: Asked) -> list[str]:
    """What a figure is narrowed to, in words, but the procedure."""
    words = [name_of(council, by, getattr(asked, by)) for by in _BY if getattr(asked, by)]
    if asked.first or asked.last:
        since = f"from {short_day(asked.first)}" if asked.first else ""
        until = f"to {short_day(asked.last)}" if asked.last else ""
        words.append(" ".join(filter(None, (since, until))))
    return words


_BY: Final = ("team", "theme", "stage", "post")
