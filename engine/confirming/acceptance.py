"""An officer of the council accepts in writing what a procedure shows, or takes that back.

Each is a row that is only ever added, and a line of the administrators' record in the same
transaction. Neither touches a case: those that are open go on as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.access import demand_confirming
from engine.administration.admin_log import write_down
from engine.confirming.questions import Asked, find_asked
from engine.errors import StepladderError
from engine.installation import Installation
from engine.people import Person
from engine.procedures import Package
from engine.store.acceptances import add_acceptance

LONGEST_WORDS: Final = 2000


class NoQuestion(StepladderError):
    """A question is meant that the procedure does not ask, or asks otherwise by now."""


class NotOpen(StepladderError):
    """A question is accepted that was, or taken back that is open."""


class NoWords(StepladderError):
    """Nothing was written, or too much."""


@dataclass(frozen=True, kw_only=True)
class Officer:
    """Who accepts, and their words."""

    person: Person
    words: str
    by_command: bool = False


def accept(
    installation: Installation, package: Package, names: Sequence[str], officer: Officer
) -> None:
    """Accept what is shown for the questions with those names (as Q2), all or none.

    Raises `NotAllowed`, `NoQuestion`, `NotOpen` where it was accepted, `NoWords`.
    """
    _say(installation, package, names, officer, accepted=True)


def take_back(installation: Installation, package: Package, name: str, officer: Officer) -> None:
    """Take an acceptance back: the question is open again, and what is in use stays in use.

    Raises `NotAllowed`, `NoQuestion`, `NotOpen` where nothing was accepted, `NoWords`.
    """
    _say(installation, package, [name], officer, accepted=False)


def demand_officer(installation: Installation, package: Package, officer: Officer) -> None:
    """Raise `NotAllowed` and `NoWords` as `accept` would."""
    council = installation.council(package.council)
    _demand_words(officer.words)
    with installation.database.read() as connection:
        demand_confirming(connection, officer.person, council, installation.clock.now())


def demand_names(asked: Sequence[Asked], names: Sequence[str]) -> list[Asked]:
    """The questions with those names. Raises `NoQuestion`."""
    known = {each.question.name.casefold(): each for each in asked}
    for name in names:
        if name.casefold() not in known:
            there = ", ".join(each.question.name for each in asked) or "none"
            raise NoQuestion(f"There is no question {name}. The procedure asks: {there}.")
    return list(dict.fromkeys(known[name.casefold()] for name in names))


def _say(
    installation: Installation,
    package: Package,
    names: Sequence[str],
    officer: Officer,
    *,
    accepted: bool,
) -> None:
    words = _demand_words(officer.words)
    council = installation.council(package.council)
    with installation.database.write() as connection:
        at = installation.clock.now()
        post = demand_confirming(connection, officer.person, council, at)
        for asked in demand_names(find_asked(connection, package), names):
            _demand_open(asked, accepted=accepted)
            add_acceptance(
                connection,
                council=package.council,
                procedure=package.key,
                name=asked.question.name,
                question=asked.question.question,
                shown=asked.question.shown,
                accepted=accepted,
                person_id=officer.person.id,
                post=post,
                words=words,
                at=at,
                by_command=officer.by_command,
            )
            done = "Accepted what is shown for" if accepted else "Took back the acceptance of"
            said = f"{done} {asked.question.name} of {package.title}: {words}"
            said += " (by command)" if officer.by_command else ""
            write_down(connection, officer.person, at, words=said, about=officer.person)


def _demand_open(asked: Asked, *, accepted: bool) -> None:
    name = asked.question.name
    held = asked.acceptance
    if accepted and held is not None:
        raise NotOpen(f"What is shown for {name} was accepted already, by {held.by}.")
    if not accepted and held is None:
        raise NotOpen(f"Nobody has accepted what is shown for {name}, so nothing is taken back.")


def _demand_words(words: str) -> str:
    tidy = words.strip()
    if not tidy:
        raise NoWords("Write who decided this, and why. It is kept with your name.")
    if len(tidy) > LONGEST_WORDS:
        raise NoWords(f"Shorten what you write to {LONGEST_WORDS:,} characters.")
    return tidy
