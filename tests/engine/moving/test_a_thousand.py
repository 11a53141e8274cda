"""Many cases at once: moved in under a minute, no deadline and no draft otherwise, undone whole."""

import time

import pytest

from engine.moving.moves import carry_on, decide_move, read_move, undo_move
from engine.rehearsal import Rehearsal
from engine.store.cases import cases
from engine.store.database import Database
from tests.engine.moving.redrawn import KEY, other_words, put_to_use
from tests.engine.moving.test_moves import write_at
from tests.stories import at_stage, breaks, everything, procedure, raise_at_stage

REASON = "Other words, for all."


def test_thirty_cases_move_and_go_back_whole(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    write_at(told, "stage1_respond", answer="By Friday")
    for _ in range(29):
        raise_at_stage(told, 1)
    _move_and_undo(told, 30)


@pytest.mark.long
def test_a_thousand_cases_move_in_under_a_minute_and_go_back_whole(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    for _ in range(999):
        raise_at_stage(told, 1)
        write_at(told, "stage1_respond", answer="By Friday")
    assert _move_and_undo(told, 1000) < 60


def _move_and_undo(told: Rehearsal, many: int) -> float:
    """So many cases are moved, and moved back; the seconds that moving them took."""
    here, by = told.installation, told.people["iro_sm"]
    row = put_to_use(told, other_words(procedure()))
    before = everything(here.database)
    began = time.monotonic()
    move_id = decide_move(here, KEY, row.number, by=by, reason=REASON)
    while carry_on(here, move_id):
        pass
    took = time.monotonic() - began
    moved = everything(here.database)
    assert len(read_move(here, KEY, move_id, by=by).moved) == many
    for table in ("deadlines", "drafts", "answers", "notices", "task_posts", "parts"):
        assert moved[table] == before[table], table
    undo_move(here, KEY, move_id, by=by, reason="After all not.")
    while carry_on(here, move_id):
        pass
    assert len(read_move(here, KEY, move_id, by=by).back) == many
    after = everything(here.database)
    for table in ("tasks", "deadlines", "drafts", "answers", "notices"):
        assert after[table] == before[table], table
    assert _states(before) == _states(after)
    assert not breaks(here)
    return took


def _states(kept: dict[str, list[tuple[object, ...]]]) -> list[tuple[object, ...]]:
    """Of each case all but how long its history is, where it ends, and when it was last."""
    names = [column.key for column in cases.columns]
    left = [n for n, name in enumerate(names) if name not in ("entries", "head", "last_at")]
    return [tuple(row[n] for n in left) for row in kept["cases"]]
