"""Posts, absences and dates of people in words."""

from collections.abc import Iterable
from datetime import date

from engine.administration.absences import Absence
from engine.councils import Council
from engine.people import Holding
from webui.words import short_day


def post_title(council: Council, post: str, team: str) -> str:
    """A post as people know it, as `Team Manager for Team A`."""
    known = council.posts.get(post)
    return f"{known.title if known else post}{f' for {team}' if team else ''}"


def post_in_words(council: Council, held: Holding, today: date) -> str:
    """What somebody holds, and its dates where they are not simply now and on."""
    title = post_title(council, held.post, held.team)
    dates = []
    if held.starts > today:
        dates.append(f"from {short_day(held.starts)}")
    if held.ends is not None:
        dates.append(f"until {short_day(held.ends)}")
    return f"{title}, {' '.join(dates)}" if dates else title


def absence_in_words(absence: Absence) -> str:
    """From when to when somebody is away, as `30 March 2026 to 10 April 2026`."""
    first = short_day(absence.starts)
    if absence.ends is None:
        return f"From {first}, with no last day yet"
    if absence.ends == absence.starts:
        return first
    return f"{first} to {short_day(absence.ends)}"


def way_back(absence: Absence, today: date) -> str:
    """What undoing it is called: before its first day is over it was never so."""
    return "Back today" if absence.starts < today else "Not away after all"


def listed(names: Iterable[str]) -> str:
    """Several names as a sentence has them, as `Ann, Bea and Cy`."""
    *first, last = list(names) or [""]
    return f"{', '.join(first)} and {last}" if first else last
