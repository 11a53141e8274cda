"""What is not on children's files yet, for the digests of those who put it there (X-22)."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from engine.access import may_see_element
from engine.acts.filing import STEPS, filed_by, is_step, stage_of
from engine.children import statuses_on
from engine.clock import in_london
from engine.councils import RAISER
from engine.diagrams.diagram import Diagram
from engine.filing_rules import WRITER, rule_for
from engine.history.filing_acts import FILED, TAKEN_BACK
from engine.procedures import load_version
from engine.store.database import Connection
from engine.store.filing import StepRow, find_steps_to_file
from engine.store.versions import find_version_ids

log = logging.getLogger(__name__)

# What nobody ticked in so long is still to be seen on its case, but reminded of no more.
_CLOSED_FOR: Final = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class ToFile:
    """That a post has `count` steps of a case to put onto the child's file."""

    case_id: int
    number: str
    team: str
    raiser_id: int
    post: str
    count: int


def read_to_file(connection: Connection, council: str, *, before: datetime) -> list[ToFile]:
    """What was done before that instant and is on no file, where somebody has the duty."""
    known = find_version_ids(connection, council)
    versions = [
        number
        for number in known
        if any(rule.by for rule in load_version(connection, number).package.filing)
    ]
    if not versions:
        return []
    rows = find_steps_to_file(
        connection,
        council,
        since=before - _CLOSED_FOR,
        versions=versions,
        acts=STEPS | {FILED, TAKEN_BACK},
    )
    found: list[ToFile] = []
    for _, group in groupby(rows, key=lambda row: row.case_id):
        every = list(group)
        try:
            found += _of_case(connection, every, before)
        except (ValueError, TypeError, AttributeError, LookupError):
            # What was altered behind our back must not silence everybody's morning: verifying the
            # history names it, and the case is there without it.
            log.exception("What case %s has not filed cannot be read", every[0].number)
    return found


def _of_case(connection: Connection, rows: list[StepRow], before: datetime) -> Iterator[ToFile]:
    counts: dict[str, int] = {}
    for post in _filers(connection, rows, before):
        counts[post] = counts.get(post, 0) + 1
    for post, count in counts.items():
        yield ToFile(
            case_id=rows[0].case_id,
            number=rows[0].number,
            team=rows[0].team,
            raiser_id=rows[0].raiser_id,
            post=post,
            count=count,
        )


def _filers(connection: Connection, rows: Iterable[StepRow], before: datetime) -> Iterator[str]:
    every = list(rows)
    package = load_version(connection, every[0].version_id).package
    filed = filed_by(every)
    statuses: set[str] = set()
    if any(rule.statuses for rule in package.filing):
        held = statuses_on(connection, every[0].child_id, in_london(before).date())
        statuses = {each.status for each in held}
    for row in every:
        if row.sequence in filed or row.content is None or row.at >= before:
            continue
        if not is_step(package.diagram, row):
            continue
        stage = stage_of(package.diagram, row, row.content)
        rule = rule_for(package.filing, stage, statuses, row.element)
        by = rule.by if rule else ""
        if by == WRITER:
            by = _writer(package.diagram, row.element)
        if by and may_see_element(package.diagram, row.element, {by}):
            yield by


def _writer(diagram: Diagram, element: str) -> str:
    """The post that does what stands there: the one that is asked, or that presses the button."""
    drawn = diagram.elements.get(element)
    if drawn is None:  # the case was moved to a version that does not have it
        return RAISER
    return (*drawn.posts, drawn.properties.get("post", RAISER).split(",")[0].strip())[0]
