"""What was seen: who looked, searched, took files away or was refused; of one case too (X-36)."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from engine.access.seen import may_read_looks
from engine.lists.listing import MOST_COUNTED
from engine.people import Person, find_people
from engine.seen import (
    DOWNLOADED,
    EXPORTED,
    KINDS,
    LOOKED,
    REFUSED,
    SEARCHED,
    Wanted,
    read_looks,
    take_looks,
)
from webui import lists
from webui.guards import readers_of_looks
from webui.visit import installation, me, person

seen = Blueprint("seen", __name__)

_LABELS: Final[Mapping[str, tuple[str, str]]] = {
    LOOKED: ("Looked", "blue"),
    SEARCHED: ("Searched", "grey"),
    DOWNLOADED: ("Downloaded", "yellow"),
    EXPORTED: ("Exported", "orange"),
    REFUSED: ("Refused", "red"),
}
_HEAD: Final = ("When", "Who", "What kind", "What", "Case", "Child")
_NUMBER: Final = re.compile(r"\d{4}-\d{5,12}", re.ASCII)
_LONGEST: Final = 40
_LONGEST_ID: Final = 15


@seen.app_context_processor
def _context() -> dict[str, Any]:
    """A case's page leads here for whoever may read it."""
    return {"i_may_read_looks": _i_may}


def _i_may() -> bool:
    who: Person | None = person()
    if who is None:
        return False
    here = installation()
    with here.database.read() as connection:
        return may_read_looks(connection, who, here.council(who.council), here.clock.now())


@seen.get("/seen")
@readers_of_looks
def show() -> ResponseReturnValue:
    """The log, the newest first, narrowed by what stands in the address."""
    asked, problems = _wanted()
    after, before = lists.places()
    page, count = read_looks(installation(), me(), asked, after, before)
    with installation().database.read() as connection:
        people = [(str(each.id), each.name) for each in find_people(connection, me().council)]
    content = render_template(
        "seen.html",
        asked=asked,
        page=page,
        rows=page.rows,
        labels=_LABELS,
        kinds=[(kind, _LABELS[kind][0]) for kind in KINDS],
        people=people,
        problems=problems,
        errors=bool(problems),
        narrowed=bool(asked.choices()) or bool(problems),
        sent={name: request.args.get(name, "")[:_LONGEST] for name in ("since", "until")},
        count=lists.count_in_words(count) if count <= MOST_COUNTED else "more than 1,000",
        place=lists.place_in_words,
        addresses=lists.addresses("seen.show", "seen.file", asked, page),
    )
    return (content, 400) if problems else content


@seen.get("/seen.csv")
@readers_of_looks
def file() -> Response:
    """The same as a file, at most 10,000 lines."""
    asked, _ = _wanted()
    rows = [
        (
            lists.day_and_time(each.at),
            each.by,
            _LABELS[each.kind][0],
            each.words,
            each.number,
            each.initials,
        )
        for each in take_looks(installation(), me(), asked)
    ]
    return lists.file("what-was-seen", _HEAD, rows, installation().clock.now())


def _wanted() -> tuple[Wanted, dict[str, str]]:
    """What the address asks for, and what of it cannot be: by name."""
    sent = {
        name: " ".join(request.args.get(name, "").replace("\0", " ").split())[:_LONGEST]
        for name in ("case", "person", "kind", "since", "until")
    }
    if sent["kind"] not in KINDS:
        sent["kind"] = ""
    who = sent["person"]
    if not (who.isascii() and who.isdecimal() and len(who) <= _LONGEST_ID):
        sent["person"] = ""
    problems = {}
    if sent["case"] and not _NUMBER.fullmatch(sent["case"]):
        problems["case"] = "Write the case’s number as 2026-00012."
        sent["case"] = ""  # whatever it was, it is kept nowhere
    for name, words in (("since", "first day"), ("until", "last day")):
        if sent[name] and not _is_day(sent[name]):
            problems[name] = f"Enter the {words} as 2026-03-23."
            sent[name] = ""
    return Wanted(**sent), problems


def _is_day(text: str) -> bool:
    try:
        return date(1900, 1, 1) < date.fromisoformat(text) < date(9000, 1, 1)
    except ValueError:
        return False
