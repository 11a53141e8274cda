"""What pages with a list share: what is asked for, the choices of the filters, places, files.

Choices stand in the address. What is searched for may be a child's name, so it is sent and stands
in no address; while something is searched for, each further page is sent for.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.case_file.waiting import stage_in_words, title_of
from engine.clock import in_london
from engine.formulas import defused
from engine.history.access_log import note
from engine.lists.listing import (
    FILTERS,
    LATER,
    ME,
    MOST_COUNTED,
    NEXT,
    NOBODY,
    OVERDUE,
    TODAY,
    UNANSWERED,
    UNDATED,
    URGENCIES,
    Choice,
    Page,
    Tally,
    Wanted,
)
from engine.lists.trays import Desk
from engine.store.listed import Place
from webui.visit import installation, me

URGENT: Final = {
    UNANSWERED: "Nobody answered",
    OVERDUE: "Overdue",
    TODAY: "Due today",
    NEXT: "Due in the next 7 days",
    LATER: "Due later",
    UNDATED: "No due date",
}
PRESSING: Final = frozenset({UNANSWERED, OVERDUE})
_LABELS: Final = {
    "urgency": "How urgent",
    "stage": "Stage",
    "post": "With",
    "raiser": "Raised by",
    "team": "Team",
    "claimed": "Claimed by",
}
_LONGEST: Final = 200
_LONGEST_ID: Final = 15
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Chosen(Protocol):
    """What was asked for of a list, of which the choices may stand in an address."""

    def choices(self) -> dict[str, str]:
        """Them, by the filter's name."""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A filter as the page shows it: options are (value, text with how many it leaves)."""

    name: str
    label: str
    chosen: str
    options: tuple[tuple[str, str], ...]


def wanted() -> Wanted:
    """What the request asks for; what stands in an address is not searched for."""
    sent = request.form if request.method == "POST" else request.args
    # A null character is in no stage, team or name, and no store takes it.
    read = {
        name: " ".join(sent.get(name, "").replace("\0", " ").split())[:_LONGEST]
        for name in (*FILTERS, "text")
    }
    if request.method != "POST":
        read["text"] = ""
    raiser = read["raiser"]
    if not raiser.isascii() or not raiser.isdecimal() or len(raiser) > _LONGEST_ID:
        read["raiser"] = ""
    if read["urgency"] not in URGENCIES:
        read["urgency"] = ""
    if read["claimed"] not in (NOBODY, ME):
        read["claimed"] = ""
    return Wanted(**read)


def places() -> tuple[Place | None, Place | None]:
    """After and before which place the page is read."""
    sent = request.form if request.method == "POST" else request.args
    return _place(sent.get("after", "")), _place(sent.get("before", ""))


def place_in_words(place: Place) -> str:
    """A place as it stands in an address: microseconds since 1970, and the id of a row."""
    return f"{(place.at - _EPOCH) // _MICROSECOND}.{place.id}"


def _place(text: str) -> Place | None:
    at, _, row_id = text.partition(".")
    for part in (at, row_id):
        if not part.isascii() or not part.isdecimal() or len(part) > _LONGEST_ID + 3:
            return None
    try:
        return Place(at=_EPOCH + int(at) * _MICROSECOND, id=int(row_id))
    except OverflowError:
        return None


def settled(endpoint: str, asked: Wanted) -> ResponseReturnValue | None:
    """Where to go if choices alone were sent: they may stand in an address."""
    if request.method != "POST" or asked.text:
        return None
    return redirect(url_for(endpoint, **asked.choices()), 303)  # type: ignore[arg-type]


def note_search(asked: Wanted, tally: Tally) -> None:
    """Of a search the access log says how many were found, not what was searched for."""
    if asked.text:
        note(installation(), me(), f"searched a list, {count_in_words(tally.wanted, tally)} found")


def read_list(
    endpoint: str,
    file: str,
    asked: Wanted,
    read: Callable[..., tuple[Page[Any], Tally]],
    beside: Callable[[Desk, Page[Any], Tally], Mapping[str, Any]],
) -> dict[str, Any]:
    """What the template of a list shows: the page that `read` gives, counts, filters, addresses.

    `read` takes the desk, what is asked for and the places `after` and `before`. `beside` reads
    what the page shows besides, while the same state of the database is seen.
    """
    here = installation()
    after, before = places()
    with here.database.read() as connection:
        desk = Desk(here, connection, me())
        page, tally = read(desk, asked, after=after, before=before)
        more = beside(desk, page, tally)
        choices = filters(desk, asked, tally)
    note_search(asked, tally)
    return {
        "asked": asked,
        "narrowed": asked != Wanted(),
        "page": page,
        "tally": tally,
        "count": count_in_words(tally.wanted, tally),
        "addresses": addresses(endpoint, file, asked, page),
        "place": place_in_words,
        "filters": choices,
        **more,
    }


def addresses(endpoint: str, file: str, asked: Chosen, page: Page[Any]) -> Mapping[str, str]:
    """The addresses of what is beside this page; while something is searched, without a place."""
    kept = asked.choices()
    found = {
        "all": url_for(endpoint),
        "file": url_for(file, **kept),  # type: ignore[arg-type]
    }
    for name, key, place in (("next", "after", page.next), ("previous", "before", page.previous)):
        if place is not None:
            found[name] = url_for(endpoint, **kept, **{key: place_in_words(place)})  # type: ignore[arg-type]
    return found


def count_in_words(count: int, tally: Tally | None = None) -> str:
    """A number as a list says it; beyond a thousand it may not have been counted."""
    exact = tally is not None and tally.exact
    return f"{count:,}" if exact or count <= MOST_COUNTED else f"more than {MOST_COUNTED:,}"


def filters(desk: Desk, asked: Wanted, tally: Tally) -> list[Filter]:
    """The filters that have something to choose from, or from which something was chosen."""
    found = []
    for name in FILTERS:
        chosen = getattr(asked, name)
        choices = {choice.key: choice for choice in tally.choices.get(name, ())}
        if chosen and chosen not in choices:
            choices[chosen] = Choice(key=chosen, count=0 if tally.exact else None)
        if not chosen and len(choices) < 2:
            continue
        words = {key: _in_words(desk, name, key) for key in choices}
        order = sorted(choices, key=lambda key: _order(name, key, words))
        options = tuple((key, _option(words[key], choices[key], tally)) for key in order)
        found.append(Filter(name=name, label=_LABELS[name], chosen=chosen, options=options))
    return found


def _order(name: str, key: str, words: Mapping[str, str]) -> tuple[int, str]:
    return (URGENCIES.index(key) if name == "urgency" else 0, words[key].lower())


def _option(words: str, choice: Choice, tally: Tally) -> str:
    return words if choice.count is None else f"{words} ({count_in_words(choice.count, tally)})"


def _in_words(desk: Desk, name: str, key: str) -> str:
    if name == "urgency":
        return URGENT[key]
    if name == "stage":
        return stage_in_words(desk.council, key)
    if name == "post":
        return title_of(desk.council, key)
    if name == "raiser":
        return "Me" if int(key) == me().id else desk.names([int(key)]).get(int(key), "Unknown")
    if name == "claimed":
        return {NOBODY: "Nobody", ME: "Me"}[key]
    return key


def file(name: str, head: Iterable[str], rows: Iterable[Iterable[str]], at: datetime) -> Response:
    """A file with the rows of a list, named after the day."""
    return Response(
        table(head, rows),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{in_london(at):%Y-%m-%d}.csv"'
        },
    )


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """A CSV file (RFC 4180) in UTF-8, with the mark by which Excel knows that it is.

    What a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV Injection).
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    for row in rows:
        writer.writerow(map(defused, row))
    return text.getvalue().encode("utf-8-sig")


def day_and_time(at: datetime | None) -> str:
    """An instant as a spreadsheet reads it, in London; empty for none."""
    return f"{in_london(at):%Y-%m-%d %H:%M}" if at else ""
