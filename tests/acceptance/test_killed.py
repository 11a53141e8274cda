"""A process killed without warning at each step of what it does: nothing is lost or done twice.

The steps are the statements that it sends to its database, and the moments before and after each
commit. After each kill all rows are as they were, until the kill that comes too late.
"""

import os
from contextlib import closing
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest

from engine.acts.cases import NotOpenNow
from engine.acts.tasks import AlreadyDone
from engine.clock import parse_instant
from engine.history.moving_acts import MOVED_ON
from engine.moving.moves import carry_on, decide_move, read_move
from engine.notify import Folder
from engine.rehearsal import Rehearsal
from engine.signing import keep_key
from engine.store.database import Database
from engine.worker import CLAIM, Worker
from tests.acceptance import actors
from tests.acceptance.actors import Place
from tests.engine.moving.redrawn import KEY, WORDS, put_to_use, redrawn
from tests.stories import (
    acts,
    at_stage,
    breaks,
    everything,
    installation_on,
    notices,
    open_steps,
)

Given = dict[str, Any]
# What is the same on both stores but for how they commit is tried on one, in the short form.
on_sqlite = pytest.mark.parametrize(
    "database",
    ["sqlite", "postgresql"] if os.environ.get("STEPLADDER_LONG") else ["sqlite"],
    indirect=True,
)


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Place:
    """The same database, for other processes."""
    keep_key(tmp_path / "anchor.key")
    return Place(address=database.address, key=tmp_path / "anchor.key")


def _kill_at_each_step(told: Rehearsal, place: Place, act: str, given: Given) -> int:
    """Do the act again and again, killed at a later step each time; how many steps it has.

    After each kill all is as it was before; but for the last, at which it was done.
    """
    database = told.installation.database
    before = everything(database)
    for step in range(200):
        process = actors.start(actors.do_and_die, place, told.clock.now(), act, step, given)
        process.join()
        after = everything(database)
        if process.exitcode == 0:
            pytest.fail("the act was done without a kill after its commit")
        assert process.exitcode == -SIGKILL
        if after != before:
            return step
    pytest.fail("the act has no end")


def _demand_whole(told: Rehearsal, place: Place) -> None:
    with closing(Database(place.address)) as again:
        assert not breaks(installation_on(again, told.clock, keep_key(place.key)))


def test_completing_a_task(database: Database, place: Place) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    task = told.task_at("stage1_respond")
    given = {"by": told.people["tm"].id, "task": task.id}
    steps = _kill_at_each_step(told, place, "complete", given)
    assert steps > 10
    assert acts(told)[1:] == [("task completed", "stage1_respond")]
    assert open_steps(told) == {"stage1_outcome": "2026-03-24 23:59"}
    assert [n.template for n in notices(told)[2:]] == ["new-task", "digest"]
    with pytest.raises(AlreadyDone):
        told.answer("stage1_respond", {"answer": "Once more"})
    _demand_whole(told, place)


@on_sqlite
def test_completing_a_task_whose_deadline_passes_in_the_same_turn(
    database: Database, place: Place
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    task = told.task_at("stage1_respond")
    told.clock.set(parse_instant("2026-03-31T10:00"))
    given = {"by": told.people["tm"].id, "task": task.id}
    assert _kill_at_each_step(told, place, "complete", given) > 10
    assert acts(told)[1:] == [
        ("deadline passed", "stage1_due"),
        ("task completed", "stage1_respond"),
    ]
    _demand_whole(told, place)


def test_firing_a_deadline(database: Database, place: Place) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.clock.set(parse_instant("2026-03-31T10:00"))
    assert _kill_at_each_step(told, place, "fire", {"case": told.case_id}) > 10
    assert acts(told)[1:] == [("deadline passed", "stage1_due")]
    assert len(notices(told)) == 5
    _demand_whole(told, place)


@on_sqlite
def test_giving_more_time(database: Database, place: Place) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.move_to(parse_instant("2026-03-31T10:00"))
    (deadline,) = (d for d in told.deadlines() if d.element == "stage1_due")
    given = {"by": told.people["raiser"].id, "deadline": deadline.id}
    assert _kill_at_each_step(told, place, "extend", given) > 10
    assert open_steps(told)["stage1_respond"] == "2026-04-30 23:59"
    told.move_to(parse_instant("2026-05-01T10:00"))
    assert acts(told).count(("deadline passed", "stage1_due")) == 2
    _demand_whole(told, place)


@on_sqlite
def test_referring_to_cafcass(database: Database, place: Place) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    given = {"by": told.people["raiser"].id, "case": told.case_id}
    assert _kill_at_each_step(told, place, "press", given) > 10
    assert acts(told)[1:] == [("act", "refer_pressed")]
    told.press("formal_withdraw", {"closed_as": "withdrawn", "reason": "Left with CAFCASS"})
    with pytest.raises(NotOpenNow):
        told.press("formal_withdraw", {"closed_as": "withdrawn", "reason": "Once more"})
    _demand_whole(told, place)


def test_opening_a_case(database: Database, place: Place) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    given = {
        "by": told.people["raiser"].id,
        "child": told.child.id,
        "version": told.version.row.id,
    }
    assert _kill_at_each_step(told, place, "open", given) > 10
    told.case_id += 1
    if database.kind == "postgresql":  # what a sequence gave out is not given again
        with database.read() as connection:
            told.case_id = max(row[0] for row in connection.exec_driver_sql("SELECT id FROM cases"))
    assert told.case().number == "2026-00002"
    assert acts(told) == [("case opened", "raised")]
    _demand_whole(told, place)


@on_sqlite
def test_moving_a_case_to_another_version(database: Database, place: Place) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    put_to_use(told, redrawn(*WORDS))
    by = told.people["iro_sm"]
    move_id = decide_move(told.installation, KEY, 2, by=by, reason="For running cases too.")
    assert _kill_at_each_step(told, place, "move", {"move": move_id}) > 10
    assert acts(told)[1:] == [(MOVED_ON, "")]
    carry_on(told.installation, move_id)  # what was cut short is gone on with
    file = read_move(told.installation, KEY, move_id, by=by)
    assert (len(file.moved), file.waiting) == (1, 0)
    assert acts(told)[1:] == [(MOVED_ON, "")]
    assert open_steps(told) == {"stage1_respond": "2026-03-30 23:59"}
    _demand_whole(told, place)


def test_sealing(database: Database, place: Place) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    assert _kill_at_each_step(told, place, "seal", {}) > 4
    assert len(everything(database)["anchors"]) == 1
    _demand_whole(told, place)


def test_sending_a_notice(database: Database, place: Place, tmp_path: Path) -> None:
    told = at_stage(4, "2026-03-23T10:00", database)
    alone = {each.id for each in notices(told) if each.next_try_at is not None}  # by no digest
    sent = tmp_path / "outbox" / "sent.txt"
    given = {"outbox": str(tmp_path / "outbox")}
    times = 0
    for step in range(40):
        process = actors.start(actors.do_and_die, place, told.clock.now(), "send", step, given)
        process.join()
        times += 1
        told.clock.advance(CLAIM)  # what a dead worker had claimed is free again
        if process.exitcode == 0:
            break
        if all(notice.sent_at for notice in notices(told) if notice.id in alone):
            break
    assert times > 6
    assert all(notice.sent_at for notice in notices(told) if notice.id in alone)
    went = sent.read_text().split()
    assert len(set(went)) == 2  # two notices
    assert len(went) > 2  # killed between sending and writing that down, sent again as the same
    worker = Worker(told.installation, Folder(tmp_path / "outbox"))
    assert worker.round().sent == 0
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 2
