"""The cases in which a person has a part, and where each stands, as far as they may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.access import may_see_element, posts_from
from engine.case_waiting import stage_in_words, title_of
from engine.clock import in_london
from engine.installation import Installation
from engine.people import Person
from engine.procedures import load_version
from engine.store.access import find_visible_cases
from engine.store.database import Connection
from engine.store.people import Holding, find_holdings
from engine.store.tasks import StepRow, find_visible_steps
from engine.tasks import initials_of

MOST_IN_LIST = 500


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step that a case waits at: its name, the title of the post that owns its clock."""

    name: str
    title: str
    due: datetime | None
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class ListedCase:
    """A case in a list: by number, the child by initials only (X-36). Instants are aware, in UTC.

    `stage` is in words; `steps` are those that wait, the most urgent first.
    """

    number: str
    initials: str
    stage: str
    outcome: str
    raiser: str
    is_mine: bool
    opened_at: datetime
    closed_at: datetime | None
    steps: tuple[Step, ...]


def read_case_list(installation: Installation, person: Person) -> list[ListedCase]:
    """The cases that the person may see, at most 500, open ones first and the newest first."""
    today = in_london(installation.clock.now()).date()
    with installation.database.read() as connection:
        rows = find_visible_cases(connection, person.id, today, MOST_IN_LIST)
        holdings = find_holdings(connection, person.id, today)
        steps: dict[int, list[StepRow]] = {}
        for step in find_visible_steps(connection, person.id, today):
            steps.setdefault(step.case_id, []).append(step)
        return [
            _listed(installation, connection, person, row, steps.get(row["id"], []), holdings)
            for row in rows
        ]


def _listed(
    installation: Installation,
    connection: Connection,
    person: Person,
    row: Mapping[str, Any],
    steps: list[StepRow],
    holdings: tuple[Holding, ...],
) -> ListedCase:
    council = installation.council(row["council"])
    held = posts_from(
        holdings,
        person.id,
        raiser_id=row["raiser_id"],
        social_worker_id=row["social_worker_id"],
        team=row["team"],
    )
    diagram = load_version(connection, row["version_id"]).package.diagram
    return ListedCase(
        number=row["number"],
        initials=initials_of(row["child_name"]),
        stage=stage_in_words(council, row["stage"]),
        outcome=row["outcome"],
        raiser=row["raiser"],
        is_mine=row["raiser_id"] == person.id,
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        steps=tuple(
            Step(
                name=step.name,
                title=title_of(council, step.post),
                due=step.due,
                overdue=step.overdue_at is not None,
            )
            for step in steps
            if may_see_element(diagram, step.element, held)
        ),
    )
