"""What audits found, as a section of a report (HAR-11-3, X-29)."""

from collections.abc import Sequence
from typing import Final

from engine.auditing.findings import Counted, Findings, findings
from engine.auditing.questions import ANSWERS
from engine.report_kinds import AUDITS
from engine.reports.report import Cell, Section, Table
from engine.reports.source import Source
from engine.store.audits import CASE, CHILD

_KINDS: Final = ((CASE, "Cases that were audited"), (CHILD, "Children without a concern"))


def audits(source: Source) -> Section:
    """The audits that were finished in the period, whether or not there was an escalation."""
    span = source.span
    found = findings(source.connection, span.council, span.first, span.last)
    return Section(
        key=AUDITS,
        title="Audit findings",
        words=_words(found),
        tables=(
            *(_questions(title, found.questions[kind]) for kind, title in _KINDS),
            _learning(found),
            _actions(found),
        ),
    )


def _words(found: Findings) -> tuple[str, ...]:
    done = [f"{title}: {found.finished[kind]}." for kind, title in _KINDS]
    if found.unfinished:
        done.append(f"Drawn in this time and not finished: {found.unfinished}.")
    if found.withheld:
        done.append(
            "What was found of children whose file is restricted, and under references that were "
            f"not known when they were drawn, is counted and not told: {found.withheld}."
        )
    return tuple(done)


def _questions(title: str, questions: Sequence[Counted]) -> Table:
    head = ("Question", *(label for _, label in ANSWERS))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (each.label, *(each.answers[answer] for answer, _ in ANSWERS)) for each in questions
    )
    return Table(title=title, head=head, rows=rows)


def _learning(found: Findings) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (each.reference, each.initials, each.finished_on, each.finding, each.learning)
        for each in found.findings
    )
    head = ("Case or child", "Initials", "Finished", "Finding", "Learning")
    return Table(title="What was found and learned", head=head, rows=rows)


def _actions(found: Findings) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (each.reference, each.words, each.owner, each.by_when or "") for each in found.actions
    )
    head = ("Case or child", "Action", "Who", "By when")
    return Table(title="Actions from audits", head=head, rows=rows)
