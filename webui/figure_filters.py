"""What is asked of the figures on a page: read from its address, and shown to be asked otherwise.

No child and no case stands there, and a raiser only by id, for those alone who may ask it (X-25).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from flask import request, url_for

from engine.access.figures import FigureRights
from engine.clock import in_london
from engine.councils import Council, stage_in_words
from engine.figures.asked import MEASURES, Asked, Which
from engine.figures.names import read_names
from engine.procedures import load_version
from engine.store.database import Connection
from engine.store.listed import find_teams
from engine.store.versions import find_latest
from webui.visit import installation

_LONGEST: Final = 200
_YEAR: Final = "12-months"
_DAYS: Final = "days"
PERIODS: Final = (
    (_YEAR, "The last 12 months"),
    ("this-month", "This month"),
    ("last-month", "Last month"),
    ("this-quarter", "This quarter"),
    ("last-quarter", "Last quarter"),
    ("this-year", "This financial year"),
    ("last-year", "Last financial year"),
    ("all", "All time"),
    (_DAYS, "The days below"),
)
_WRITTEN: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/. ](\d{1,2})[/. ](\d{4})")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A list to choose from in the form of filters."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What was asked, and what can be. `errors` are by the key of a field."""

    asked: Asked
    period: str
    period_in_words: str
    first: str
    last: str
    choices: tuple[Choice, ...]
    errors: dict[str, str]

    @property
    def wrong(self) -> list[dict[str, str]]:
        """The mistakes, as the error summary lists them."""
        return [{"text": text, "href": f"#{key}"} for key, text in self.errors.items()]

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked for besides the usual."""
        return self.period != _YEAR or any(choice.chosen for choice in self.choices)


def read_filters(
    connection: Connection, council: Council, rights: FigureRights, *, procedure: str = ""
) -> Filters:
    """What the address asks for; `procedure` is set on a page of one procedure.

    What nobody could have chosen is left out.
    """
    today = in_london(installation().clock.now()).date()
    period = _sent("period") if _sent("period") in dict(PERIODS) else _YEAR
    first, last = _span(period, today)
    errors: dict[str, str] = {}
    if period == _DAYS:
        first, last = (_day(name, errors) for name in ("first", "last"))
        if first and last and last < first:
            errors["last"] = "The last day must be the first one or later"
            last = None
    asked = Asked(council=council.key, first=first, last=last, procedure=procedure)
    choices = tuple(_choices(connection, council, rights, asked))
    chosen: dict[str, Any] = {choice.name: choice.chosen for choice in choices}
    return Filters(
        asked=replace(asked, **chosen),
        period=period,
        period_in_words=dict(PERIODS)[period],
        first=_sent("first"),
        last=_sent("last"),
        choices=choices,
        errors=errors,
    )


def _choices(
    connection: Connection, council: Council, rights: FigureRights, asked: Asked
) -> list[Choice]:
    latest = find_latest(connection, council.key)
    if asked.procedure:
        latest = [row for row in latest if row.procedure == asked.procedure]
    settings = [load_version(connection, row.id).package.settings for row in latest]
    themes = sorted({str(theme) for each in settings for theme in each.get("themes", [])})
    teams = [team for team in find_teams(connection, council.key) if rights.sees_team(team)]
    stages = read_names(connection, asked).stages
    offered: list[tuple[str, str, Sequence[tuple[str, str]]]] = [
        ("team", "Team", [(team, team) for team in teams]),
        ("theme", "Theme", [(theme, theme) for theme in themes]),
        ("stage", "Stage", [(stage, stage_in_words(council, stage)) for stage in stages]),
        ("post", "Who was asked", [(key, post.title) for key, post in council.posts.items()]),
    ]
    if not asked.procedure and len(latest) > 1:
        procedures = [(row.procedure, row.title) for row in latest]
        offered.insert(0, ("procedure", "Procedure", procedures))
    return [
        Choice(name=name, label=label, options=options, chosen=_among(name, options))
        for name, label, options in offered
    ]


def _among(name: str, options: Sequence[tuple[str, str]]) -> str:
    sent = _sent(name)
    return sent if sent in {value for value, _ in options} else ""


def _sent(name: str) -> str:
    return " ".join(request.args.get(name, "").replace("\0", " ").split())[:_LONGEST]


def _span(period: str, today: date) -> tuple[date | None, date | None]:
    month = today.replace(day=1)
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    year = today.replace(day=1, month=4) if today.month > 3 else date(today.year - 1, 4, 1)
    before = timedelta(days=1)
    spans = {
        _YEAR: (_a_year_before(today), today),
        "this-month": (month, today),
        "last-month": ((month - before).replace(day=1), month - before),
        "this-quarter": (quarter, today),
        "last-quarter": (_three_months_before(quarter), quarter - before),
        "this-year": (year, today),
        "last-year": (year.replace(year=year.year - 1), year - before),
    }
    return spans.get(period, (None, None))


def _a_year_before(today: date) -> date:
    """The day after the same day a year ago; of 29 February, 1 March."""
    leap = (today.month, today.day) == (2, 29)
    past = date(today.year - 1, 2, 28) if leap else today.replace(year=today.year - 1)
    return past + timedelta(days=1)


def _three_months_before(quarter: date) -> date:
    if quarter.month > 3:
        return quarter.replace(month=quarter.month - 3)
    return date(quarter.year - 1, 10, 1)


def _day(name: str, errors: dict[str, str]) -> date | None:
    text = _sent(name)
    if not text:
        return None
    try:
        return _written(text)
    except ValueError:
        which = "first" if name == "first" else "last"
        errors[name] = f"The {which} day must be a real date, like 31/3/2026"
        return None


def _written(text: str) -> date:
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    if found[1]:
        return date(int(found[1]), int(found[2]), int(found[3]))
    return date(int(found[6]), int(found[5]), int(found[4]))


# The way from a figure to its cases, as an address.


def address_of(which: Which) -> str:
    """The page with the cases behind a figure."""
    asked = which.asked
    wanted: dict[str, Any] = {
        "measure": which.measure,
        "detail": which.detail,
        "element": which.element,
        "first": asked.first.isoformat() if asked.first else "",
        "last": asked.last.isoformat() if asked.last else "",
        "procedure": asked.procedure,
        "version": [str(number) for number in asked.versions],
        "stage": asked.stage,
        "team": asked.team,
        "theme": asked.theme,
        "post": asked.post,
        "raiser": str(asked.raiser_id or ""),
    }
    return url_for("figures_cases.show", **{name: value for name, value in wanted.items() if value})


def read_which(council: str) -> Which | None:
    """The figure whose cases an address asks for; None where it asks for none there is."""
    measure, raiser = _sent("measure"), _sent("raiser")
    versions = [text for text in request.args.getlist("version") if _is_number(text)]
    errors: dict[str, str] = {}
    asked = Asked(
        council=council,
        first=_day("first", errors),
        last=_day("last", errors),
        procedure=_sent("procedure"),
        versions=tuple(map(int, versions[:20])),
        stage=_sent("stage"),
        team=_sent("team"),
        theme=_sent("theme"),
        post=_sent("post"),
        raiser_id=int(raiser) if _is_number(raiser) else None,
    )
    if measure not in MEASURES or errors:
        return None
    return Which(measure=measure, asked=asked, element=_sent("element"), detail=_sent("detail"))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9
