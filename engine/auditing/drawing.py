"""Drawing a round of audits: from the cases of a time, and from a list of children (X-29).

A case was open at some moment of the time. A child of the list had no such case, as far as whoever
draws may know: a restricted child of whom they may not read is to them a reference like any that is
known to nobody, so that nobody can try out whom a record is about (X-37).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from engine.access.audits import demand_auditing
from engine.administration.csv_file import Line, Wrong, read_table
from engine.auditing.record import NOTHING, content_of_round
from engine.auditing.sampling import draw, new_seed
from engine.children import BadChild, tidy
from engine.clock import LONDON, in_london
from engine.errors import StepladderError
from engine.history.ledger import lock_ledger, write_entry
from engine.installation import Installation
from engine.people import Person
from engine.store.audits import (
    AUDIT,
    CASE,
    CHILD,
    ROUND,
    During,
    add_audit,
    add_round,
    count_cases_during,
    find_cases_during,
    find_children_with_case,
    find_readable,
)
from engine.store.database import Connection

COLUMNS: Final = ("reference",)
EXAMPLE: Final = ("1234567",)
MOST_DRAWN: Final = 50
"""No more of one kind are drawn in one round."""
DRAWN: Final = "drawn"


class CannotDraw(StepladderError):
    """A round that cannot be drawn so."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is asked for: a time by its first and last day in London, and how many of each kind.

    `content` is the CSV file with the children's references; empty where no child is drawn.
    """

    first: date
    last: date
    cases: int
    children: int
    content: bytes = b""


@dataclass(kw_only=True)
class Plan:
    """What there is to draw from.

    `cases` and `children` are ids by number and reference, None for a reference under which whoever
    draws is shown nobody. `not_seen`, `had_case`, `unknown` as in a round; `twice` counts lines
    that repeat a reference. Nothing is drawn where a line is `wrong`.
    """

    cases: dict[str, int] = field(default_factory=dict)
    children: dict[str, int | None] = field(default_factory=dict)
    not_seen: int = 0
    had_case: int = 0
    unknown: int = 0
    twice: int = 0
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def lists(self) -> dict[str, tuple[str, ...]]:
        """The lines that are drawn from, by kind."""
        return {CASE: tuple(sorted(self.cases)), CHILD: tuple(sorted(self.children))}


def plan_round(installation: Installation, ask: Ask, *, by: Person) -> Plan:
    """What would be drawn from; nothing is changed.

    Raises `NotAllowed`, `CannotDraw`, and `BadFile` for a file that is no such list.
    """
    at = installation.clock.now()
    with installation.database.read() as connection:
        demand_auditing(connection, by, installation.council(by.council), at)
        return _plan(connection, ask, by, at)


def draw_round(installation: Installation, ask: Ask, *, by: Person, seed: str | None = None) -> int:
    """Draw the audits and keep what they were drawn from; the round's id.

    The seed is the machine's own, so that nobody can look for one that suits them; `seed` gives it
    for whoever draws again what was drawn. Raises `NotAllowed`, `CannotDraw`, `BadFile`.
    """
    at = installation.clock.now()
    with installation.database.write() as connection:
        lock_ledger(connection)
        demand_auditing(connection, by, installation.council(by.council), at)
        plan = _plan(connection, ask, by, at)
        if plan.wrong:
            raise CannotDraw("The list cannot be taken yet. Put its lines right first.")
        return _Drawing(connection, by, at).keep(ask, plan, seed or new_seed())


class _Drawing:
    """Writes a round with its audits."""

    def __init__(self, connection: Connection, by: Person, at: datetime) -> None:
        self._connection = connection
        self._by = by
        self._at = at

    def keep(self, ask: Ask, plan: Plan, seed: str) -> int:
        sizes = {CASE: ask.cases, CHILD: ask.children}
        drawn = {kind: draw(seed, kind, plan.lists[kind], sizes[kind]) for kind in sizes}
        if not any(drawn.values()):
            raise CannotDraw("There is nothing to draw from. Choose a longer time, or add a list.")
        round_id = add_round(
            self._connection,
            council=self._by.council,
            first=ask.first,
            last=ask.last,
            made_by=self._by.id,
            made_at=self._at,
            content=content_of_round(
                seed=seed,
                lists=plan.lists,
                sizes=sizes,
                not_seen=plan.not_seen,
                had_case=plan.had_case,
                unknown=plan.unknown,
            ),
        )
        count = {kind: len(lines) for kind, lines in drawn.items()}
        words = f"{self._by.name} drew {_counted(count)}."
        self._tell(ROUND, round_id, words)
        self._keep_audits(round_id, drawn, plan)
        return round_id

    def _keep_audits(self, round_id: int, drawn: Mapping[str, Iterable[str]], plan: Plan) -> None:
        lines = [(kind, line) for kind in (CASE, CHILD) for line in drawn[kind]]
        for place, (kind, line) in enumerate(lines, 1):
            audit_id = add_audit(
                self._connection,
                round_id=round_id,
                place=place,
                kind=kind,
                reference=line,
                case_id=plan.cases[line] if kind == CASE else None,
                child_id=plan.children[line] if kind == CHILD else None,
                content=NOTHING,
            )
            self._tell(AUDIT, audit_id, f"{self._by.name} drew it.")

    def _tell(self, register: str, item_id: int, words: str) -> None:
        write_entry(
            self._connection,
            council=self._by.council,
            register=register,
            item_id=item_id,
            at=self._at,
            actor_id=self._by.id,
            act=DRAWN,
            words=words,
        )


def _plan(connection: Connection, ask: Ask, by: Person, at: datetime) -> Plan:
    during = _during(ask, by, at)
    plan = Plan()
    if ask.cases:
        plan.cases = find_cases_during(connection, during)
        plan.not_seen = count_cases_during(connection, during) - len(plan.cases)
    if ask.children:
        references = _references(plan, read_table(ask.content, COLUMNS))
        _match(connection, plan, references, during)
    return plan


def _during(ask: Ask, by: Person, at: datetime) -> During:
    today = in_london(at).date()
    if ask.last < ask.first:
        raise CannotDraw("The last day is before the first. Change one of them.")
    if ask.last > today:
        raise CannotDraw("The last day is still to come. Enter today, or a day before.")
    if not ask.cases and not ask.children:
        raise CannotDraw("Enter how many cases or children are to be drawn.")
    if max(ask.cases, ask.children) > MOST_DRAWN or min(ask.cases, ask.children) < 0:
        raise CannotDraw(f"At most {MOST_DRAWN} of each are drawn in one round.")
    if ask.children and not ask.content:
        raise CannotDraw("Choose the file with the children’s references, or draw no children.")
    return During(
        council=by.council,
        since=_midnight(ask.first),
        until=_midnight(ask.last + timedelta(days=1)),
        me=by.id,
        today=today,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def _references(plan: Plan, lines: Iterable[Line]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for line in lines:
        try:
            reference = tidy("reference", line.cells["reference"])
        except BadChild as error:
            plan.wrong.append(Wrong(line=line.number, sentence=str(error)))
            continue
        plan.twice += reference in found
        found[reference] = None
    return tuple(found)


def _match(connection: Connection, plan: Plan, references: Iterable[str], during: During) -> None:
    """Leave out who had a case in the time, of the children that may be known."""
    known = find_readable(connection, during.council, references, during.me)
    had_case = find_children_with_case(connection, during)
    for reference in references:
        child = known.get(reference)
        if child is None:
            plan.unknown += 1
        elif child.id in had_case:
            plan.had_case += 1
            continue
        plan.children[reference] = child.id if child else None


def _counted(count: Mapping[str, int]) -> str:
    cases, children = count[CASE], count[CHILD]
    return (
        f"{cases} case{'' if cases == 1 else 's'} and "
        f"{children} child{'' if children == 1 else 'ren'} without one"
    )
