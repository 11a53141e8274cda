"""Databases kept from each release: this one still opens, verifies and finishes their cases.

`tests/golden/<migration>.db.gz` is a demonstration's database as that release left it, with a case
in every state; `.key` is the key that signed its anchors. Everybody in it is invented.
"""

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.clock import SetClock
from engine.forms import as_written, check_answers
from engine.installation import Installation, open_installation
from engine.people import Person, find_people
from engine.play.silence import choices
from engine.procedures import load_version
from engine.settings import read_settings
from engine.store.cases import CaseRow, find_case
from engine.store.children import insert_reader
from engine.store.database import Connection
from engine.store.history import find_heads
from engine.store.tasks import TaskRow, find_open_tasks, find_post_for
from engine.tasks import complete_task
from engine.verification import verify

GOLDEN = Path(__file__).parent.parent / "golden"
LATER = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
MOST_ANSWERS = 40


@pytest.fixture(params=sorted(path.name for path in GOLDEN.glob("*.db.gz")))
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> Installation:
    """An installation on a copy of a kept database, a day after it was left."""
    name = str(request.param)
    file = tmp_path / "golden.db"
    file.write_bytes(gzip.decompress((GOLDEN / name).read_bytes()))
    settings = replace(
        read_settings({"STEPLADDER_VAR": str(tmp_path)}, database=str(file)),
        signing_key=GOLDEN / name.replace(".db.gz", ".key"),
    )
    return open_installation(settings, SetClock(LATER), demonstration=True)


def test_what_a_release_recorded_is_still_whole(golden: Installation) -> None:
    verdict = verify(golden)
    assert verdict.breaks == ()
    assert verdict.cases == 22


def test_every_case_that_a_release_left_open_can_be_finished(golden: Installation) -> None:
    people = _everybody(golden)
    for case in _cases(golden):
        assert _finish(golden, case, people).closed_at is not None, case.number
    assert verify(golden).breaks == ()


def _cases(golden: Installation) -> list[CaseRow]:
    with golden.database.read() as connection:
        return [case for case in _cases_in(connection) if case.closed_at is None]


def _everybody(golden: Installation) -> tuple[Person, ...]:
    """All its people; each may read of each child, so that no case waits for a missing reader."""
    with golden.database.write() as connection:
        people = find_people(connection, None)
        for child_id in {case.child_id for case in _cases_in(connection)}:
            for person in people:
                insert_reader(connection, child_id, person.id)
    return people


def _cases_in(connection: Connection) -> list[CaseRow]:
    found = [find_case(connection, head.case_id) for head in find_heads(connection)]
    return [case for case in found if case is not None]


def _finish(golden: Installation, case: CaseRow, people: tuple[Person, ...]) -> CaseRow:
    """Let whoever is asked give the first answer that each form offers, until nothing waits."""
    for _ in range(MOST_ANSWERS):
        with golden.database.read() as connection:
            tasks = find_open_tasks(connection, case.id)
            package = load_version(connection, case.version_id).package
        if not tasks:
            break
        by = _who_may(golden, tasks[0], people)
        answers = next(choices(package, tasks[0].form))
        form = package.forms[tasks[0].form]
        assert check_answers(form, as_written(form, answers)).errors == {}
        case = complete_task(golden, tasks[0].id, by=by, answers=answers)
    return case


def _who_may(golden: Installation, task: TaskRow, people: tuple[Person, ...]) -> Person:
    with golden.database.read() as connection:
        for person in people:
            if find_post_for(connection, task.id, person.id, LATER.date()) is not None:
                return person
    raise AssertionError(f"nobody may answer {task.element} of case {task.case_id}")
