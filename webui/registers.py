"""What the pages of the registers share: tabs, filters, a list as rows, an item as pairs (X-26)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import render_template, request, url_for

from engine.forms import Answer, Field, Option
from engine.history.access_log import note
from engine.history.ledger import Told
from engine.lists.listing import MOST_COUNTED, Page
from engine.registers.shelf import ALL, CLOSED, LONGEST, OPEN, Wanted, looking
from webui import lists
from webui.lists import Filter
from webui.visit import installation, me

_LONGEST: Final = 200
TABS: Final = (
    ("general_concerns.show", "General concerns"),
    ("good_practice.show", "Good practice"),
    ("reverse_challenges.show", "Challenges to decisions"),
)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What a row says under one heading; `tag` is the colour of a tag, or empty."""

    text: str
    tag: str = ""
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a list: where it leads to, by which words, and its cells."""

    href: str
    text: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Something that is said of an item, under a label; `links` are words and addresses."""

    label: str
    text: str = ""
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Act:
    """What the reader can do with an item: a link to a form, or a button that is pressed.

    `first` says that it is what mostly comes next.
    """

    text: str
    href: str
    pressed: bool = False
    first: bool = False


def wanted() -> Wanted:
    """What the request asks for; what stands in an address is not searched for."""
    sent = request.form if request.method == "POST" else request.args
    read = {
        name: " ".join(sent.get(name, "").replace("\0", " ").split())[:_LONGEST]
        for name in ("state", "team", "theme", "text")
    }
    if request.method != "POST":
        read["text"] = ""
    if read["state"] not in (OPEN, CLOSED, ALL):
        read["state"] = ""
    return Wanted(**read)


def filters(asked: Wanted, states: Mapping[str, str], *, themes: bool) -> list[Filter]:
    """The filters of a register; `states` are the words of OPEN, CLOSED and ALL, the usual first.

    The usual state is what the empty choice means, so it is no choice of its own.
    """
    with looking(installation(), me()) as shelf:
        teams = shelf.teams()
        known = shelf.themes() if themes else []
    found = [_filter("state", "Which", asked.state, [(k, v) for k, v in states.items()][1:])]
    if teams or asked.team:
        found.append(_filter("team", "Team", asked.team, [(team, team) for team in teams]))
    if known or asked.theme:
        found.append(_filter("theme", "Theme", asked.theme, [(each, each) for each in known]))
    return found


def _filter(name: str, label: str, chosen: str, options: list[tuple[str, str]]) -> Filter:
    if chosen and chosen not in dict(options):
        options = [*options, (chosen, chosen)]
    return Filter(name=name, label=label, chosen=chosen, options=tuple(options))


def list_page(
    endpoint: str,
    *,
    title: str,
    intro: str,
    empty: str,
    head: tuple[str, ...],
    rows: Iterable[Row],
    asked: Wanted,
    page: Page[Any],
    count: int,
    states: Mapping[str, str],
    searched: str,
    add: tuple[str, str] | None,
    themes: bool = True,
) -> str:
    """The page of a list. `add` are the words and the address of the button that adds, if any."""
    if asked.text:
        how_many = lists.count_in_words(count)
        note(installation(), me(), f"searched a register, {how_many} found")
    file = endpoint.replace(".show", ".file")
    return render_template(
        "register.html",
        endpoint=endpoint,
        title=title,
        intro=intro,
        empty=empty,
        head=head,
        rows=list(rows),
        asked=asked,
        page=page,
        count=lists.count_in_words(count) if count <= MOST_COUNTED else "more than 1,000",
        narrowed=asked != Wanted(),
        usual=next(iter(states.values())),
        filters=filters(asked, states, themes=themes),
        searched=searched,
        add=add,
        tabs=[(each, name, "") for each, name in TABS],
        place=lists.place_in_words,
        addresses=lists.addresses(endpoint, file, asked, page),
    )


def item_page(
    endpoint: str,
    *,
    caption: str,
    title: str,
    tag: Cell,
    pairs: Iterable[Pair],
    acts: Iterable[Act],
    story: Iterable[Told],
    back: str,
) -> str:
    """The page of one item; `back` are the words of the link to its list."""
    return render_template(
        "register_item.html",
        caption=caption,
        title=title,
        tag=tag,
        pairs=[pair for pair in pairs if pair.text or pair.links],
        acts=list(acts),
        story=list(story),
        back=back,
        back_href=url_for(endpoint),
    )


def several(key: str, label: str, values: Iterable[str]) -> Field:
    """Any of these, to be ticked."""
    options = tuple(Option(value=each, label=each) for each in values)
    return Field(key=key, kind="checklist", label=label, options=options)


def one_of(
    key: str,
    label: str,
    options: Iterable[tuple[str, str]],
    *,
    hint: str = "",
    required: bool = False,
) -> Field:
    """One of these, each a value and its words, or none where it is not required."""
    return Field(
        key=key,
        kind="select",
        label=label,
        description=hint,
        required=required,
        options=tuple(Option(value=value, label=words) for value, words in options),
    )


def text_area(key: str, label: str, hint: str = "", *, required: bool = True) -> Field:
    """A text of several lines."""
    return Field(
        key=key,
        kind="textarea",
        label=label,
        description=hint,
        required=required,
        max_length=LONGEST,
    )


def ticked(answers: Mapping[str, Answer], key: str) -> tuple[str, ...]:
    """What was ticked of several."""
    given = answers.get(key)
    return tuple(map(str, given)) if isinstance(given, list) else ()


def number_in(text: str) -> int | None:
    """An id that was sent, or None for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else None


def shortened(text: str, most: int = 120) -> str:
    """The first words of a text on one line."""
    clean = " ".join(text.split())
    return clean if len(clean) <= most else f"{clean[: most - 1].rsplit(' ', 1)[0]}…"
