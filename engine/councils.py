"""A council: its posts, calendar and words, read from `processes/<council>/council.toml`.

They are live: an installation reads them when it starts, and no version of a procedure pins them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

from engine.calendars import FIRST_YEAR, LAST_YEAR, Calendar
from engine.council_file import BadCouncil, Table, read_table
from engine.report_kinds import ReportKind, read_report_kinds

_FILE = "council.toml"
DIGEST = "messages/digest.md"
"""The council's own text of the morning digest, where it has one."""
_FOLDER = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)
_POST = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_LONGEST_CLOSURE = 31

Scope = Literal["team", "service"]

# In a case these two are persons, the case's own raiser and the child's own worker, in any council.
RAISER = "raiser"
SOCIAL_WORKER = "sw"
# A council may have this post: it keeps people and children, and gets back what went astray.
ADMINISTRATOR = "admin"


@dataclass(frozen=True, kw_only=True)
class Post:
    """A post of the council, whoever holds it.

    With the scope "team" it is held for each team, with "service" for the whole service.
    `line_manager` is the key of another post (X-16: where a vacancy goes), or None.
    """

    key: str
    title: str
    scope: Scope
    line_manager: str | None


GENERAL_CONCERNS = "general concerns"
GOOD_PRACTICE = "good practice"
"""What a standing meeting may take from the council's registers (X-26)."""


@dataclass(frozen=True, kw_only=True)
class MeetingKind:
    """A standing meeting of the service (X-28): its name, who comes, what comes onto its agenda.

    `every_months` is how many months lie between two, None where no text says. `kept_by` are the
    posts that set its dates and record it, `attends` those that come. An open case at one of
    `stages` comes onto the agenda by itself; `raisers_add_cases` lets raisers put theirs on it.
    `takes` are GENERAL_CONCERNS and GOOD_PRACTICE, as far as it discusses them.
    """

    key: str
    name: str
    kept_by: tuple[str, ...]
    attends: tuple[str, ...]
    every_months: int | None = None
    stages: tuple[str, ...] = ()
    raisers_add_cases: bool = False
    takes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Council:
    """A council as its own file describes it.

    `key` is the folder's name. `kept_informed` (X-32) is a key of `posts`; RAISER is always one.
    `wording` holds the council's own names for things, as NEL-1-3 asks; `record_system` is where
    the child's file is kept; `help_contact` (NEL-5-14) is whom to ask. `digest_at` is the time of
    day in London at which the morning digests are written (X-7), `digest` their text, from the
    council's `messages/digest.md`, or None for the plain one. `meetings` are its standing ones,
    `reports` those that its texts ask for (X-25). With `four_eyes` nobody publishes a procedure
    that they changed themselves.
    """

    key: str
    name: str
    posts: Mapping[str, Post] = field(hash=False)
    kept_informed: str
    calendar: Calendar
    wording: Mapping[str, str] = field(hash=False)
    record_system: str
    help_contact: str
    digest_at: time = time(8)
    four_eyes: bool = False
    digest: str | None = None
    meetings: Mapping[str, MeetingKind] = field(default_factory=dict, hash=False)
    reports: Mapping[str, ReportKind] = field(default_factory=dict, hash=False)


def stage_in_words(council: Council, stage: str) -> str:
    """A stage as people name it: `Stage 2`, `CAFCASS`, or the council's own word (NEL-1-3)."""
    if stage.isdigit():
        return f"Stage {stage}"
    return council.wording.get(stage) or stage[:1].upper() + stage[1:]


def read_councils(processes: Path) -> Mapping[str, Council]:
    """The councils whose folders stand in `processes`, by key. Raises BadCouncil."""
    folders = sorted(file.parent for file in processes.glob(f"*/{_FILE}"))
    if not folders:
        raise BadCouncil(
            processes, "", f"No council is here. Make a folder with a {_FILE} in it for each."
        )
    return {folder.name: read_council(folder) for folder in folders}


def read_council(folder: Path) -> Council:
    """The council whose `council.toml` stands in `folder`; the folder's name is its key.

    Raises BadCouncil, naming the file, the key, and what to write.
    """
    file = folder / _FILE
    if not _FOLDER.fullmatch(folder.name):
        raise BadCouncil(
            folder, "", "Name the folder with small letters, digits and hyphens, as north-east."
        )
    top = Table(file, "", read_table(file))
    top.allow(
        "name", "kept_informed", "record_system", "help_contact", "digest_at", "four_eyes",
        "calendar", "posts", "wording", "meetings", "reports",
    )  # fmt: skip
    posts = _posts(top.section("posts"))
    if RAISER not in posts:
        raise BadCouncil(
            file, "posts", f"Write a table [posts.{RAISER}]: the post that raises concerns."
        )
    return Council(
        key=folder.name,
        name=top.text("name"),
        posts=posts,
        kept_informed=top.one_of("kept_informed", posts),
        calendar=_calendar(top.section("calendar", needed=False)),
        wording=_wording(top.section("wording", needed=False)),
        record_system=top.text("record_system"),
        help_contact=top.text("help_contact"),
        digest_at=top.time_of_day("digest_at") or time(8),
        four_eyes=top.flag("four_eyes"),
        digest=_digest(folder),
        meetings=_meetings(top.section("meetings", needed=False), posts),
        reports=read_report_kinds(top.section("reports", needed=False), posts),
    )


def _digest(folder: Path) -> str | None:
    file = folder / DIGEST
    try:
        return file.read_text(encoding="utf-8-sig") if file.is_file() else None
    except OSError as error:
        raise BadCouncil(
            file, "", f"It cannot be read ({error.strerror}). Let it be read, or delete it."
        ) from error
    except UnicodeDecodeError as error:
        raise BadCouncil(file, "", "It is not UTF-8. Save it with that encoding.") from error


def _posts(section: Table) -> dict[str, Post]:
    posts = {key: _post(section, key) for key in section.content}
    titles: dict[str, str] = {}
    for post in posts.values():
        # A lane of a diagram is named by the title, so a title must say which post it is.
        other = titles.setdefault(post.title.casefold(), post.key)
        if other != post.key:
            raise section.wrong(
                f"{post.key}.title", f'"{post.title}" is the title of {other} too. Change one.'
            )
        _check_managers(section, posts, post)
    return posts


def _post(posts: Table, key: str) -> Post:
    if not _POST.fullmatch(key):
        raise posts.wrong(key, "Name a post with small letters, digits and underscores, as iro_sm.")
    section = posts.section(key)
    section.allow("title", "scope", "line_manager")
    scope = section.one_of("scope", {"team": True, "service": True})
    manager = section.content.get("line_manager")
    return Post(
        key=key,
        title=section.text("title"),
        scope="team" if scope == "team" else "service",
        line_manager=None if manager is None else section.one_of("line_manager", posts.content),
    )


def _check_managers(section: Table, posts: Mapping[str, Post], post: Post) -> None:
    passed = [post.key]
    while (manager := posts[passed[-1]].line_manager) is not None:
        if manager in passed:
            way = " → ".join([*passed, manager])
            raise section.wrong(
                f"{post.key}.line_manager", f"The managers go in a circle ({way}). Take one away."
            )
        passed.append(manager)


def _meetings(section: Table, posts: Mapping[str, Post]) -> dict[str, MeetingKind]:
    return {key: _meeting(section, key, posts) for key in section.content}


def _meeting(meetings: Table, key: str, posts: Mapping[str, Post]) -> MeetingKind:
    if not _POST.fullmatch(key):
        raise meetings.wrong(key, "Name a meeting with small letters, digits and underscores.")
    section = meetings.section(key)
    section.allow(
        "name", "kept_by", "attends", "every_months", "stages", "raisers_add_cases", "takes"
    )
    kept_by = section.several("kept_by", posts)
    if not kept_by:
        raise section.wrong("kept_by", 'Name who sets its dates and records it: kept_by = ["…"].')
    months = section.content.get("every_months")
    if months is not None and (type(months) is not int or not 1 <= months <= 12):
        raise section.wrong("every_months", "Write a number from 1 to 12: every_months = 1.")
    return MeetingKind(
        key=key,
        name=section.text("name"),
        kept_by=kept_by,
        attends=section.several("attends", posts),
        every_months=months,
        stages=section.several("stages"),
        raisers_add_cases=section.flag("raisers_add_cases"),
        takes=section.several("takes", (GENERAL_CONCERNS, GOOD_PRACTICE)),
    )


def _wording(section: Table) -> dict[str, str]:
    return {name: section.text(name) for name in section.content}


def _calendar(section: Table) -> Calendar:
    section.allow("cut_off", "closure_days")
    cut_off = section.time_of_day("cut_off")
    closures = section.content.get("closure_days", [])
    if not isinstance(closures, list) or not all(isinstance(one, dict) for one in closures):
        raise section.wrong(
            "closure_days",
            'Write a list: [{ from = 2026-12-29, to = 2026-12-31, name = "Christmas closure" }].',
        )
    days = {
        day: name
        for number, closure in enumerate(closures, start=1)
        for day, name in _closure(
            Table(section.file, f"{section.key}.closure_days[{number}]", closure)
        )
    }
    return Calendar(closure_days=days, cut_off=cut_off)


def _closure(section: Table) -> Iterator[tuple[date, str]]:
    section.allow("from", "to", "name")
    first, last, name = _day(section, "from"), _day(section, "to"), section.text("name")
    if not 0 <= (last - first).days < _LONGEST_CLOSURE:
        raise section.wrong(
            "to", f"{last} is not within {_LONGEST_CLOSURE} days from {first}. Correct one of them."
        )
    for past in range((last - first).days + 1):
        yield first + timedelta(days=past), name


def _day(section: Table, name: str) -> date:
    value = section.content.get(name)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise section.wrong(name, f"Write a date, without quotes: {name} = 2026-12-29.")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise section.wrong(name, f"Write a year from {FIRST_YEAR} to {LAST_YEAR}.")
    return value
