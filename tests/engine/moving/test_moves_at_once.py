"""Several carry on with a move while it is undone: each case is where the move says it is."""

import threading
from contextlib import AbstractContextManager
from typing import Any

import pytest

from engine.moving import moves
from engine.moving.moves import (
    MoveFile,
    carry_on,
    carry_on_all,
    decide_move,
    read_move,
    undo_move,
)
from engine.rehearsal import Rehearsal
from engine.store.cases import CaseRow, find_case
from engine.store.database import Database
from engine.store.moves import MoveRow, find_move
from engine.turns.turn import Turn
from engine.turns.turn import turn as begin
from tests.engine.moving.redrawn import KEY, WORDS, put_to_use, redrawn
from tests.stories import breaks, raise_at_stage, story

REASON = "The Director decided on 20 March that it holds for running cases too."
WENT_WRONG = "It was the wrong version."


def two_cases(database: Database) -> tuple[Rehearsal, CaseRow, CaseRow, int]:
    """Two cases at Stages 1 and 2 since 23 March, and the move of both to version 2."""
    told = story("2026-03-23T10:12", database)
    first, second = raise_at_stage(told, 1), raise_at_stage(told, 2)
    put_to_use(told, redrawn(*WORDS))
    move_id = decide_move(told.installation, KEY, 2, by=told.people["iro_sm"], reason=REASON)
    return told, first, second, move_id


def row_of(told: Rehearsal, move_id: int) -> MoveRow:
    with told.installation.database.read() as connection:
        row = find_move(connection, move_id)
    assert row is not None
    return row


def undo(told: Rehearsal, move_id: int) -> None:
    undo_move(told.installation, KEY, move_id, by=told.people["admin"], reason=WENT_WRONG)


def file_of(told: Rehearsal, move_id: int) -> MoveFile:
    return read_move(told.installation, KEY, move_id, by=told.people["admin"])


def versions(told: Rehearsal, *rows: CaseRow) -> list[bool]:
    """Whether each case is on the version that it began with."""
    with told.installation.database.read() as connection:
        now = [find_case(connection, row.id) for row in rows]
    return [
        each is not None and each.version_id == row.version_id
        for each, row in zip(now, rows, strict=True)
    ]


def test_who_began_before_it_was_undone_moves_no_case_after_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One listed its cases before the undoing, another after it; both come to the second case."""
    told, first, second, move_id = two_cases(database)
    listed, go_on = threading.Event(), threading.Event()
    early = threading.Thread(target=carry_on, args=(told.installation, move_id))

    def turn(*given: Any, **named: Any) -> AbstractContextManager[Turn]:
        if given[1] == second.id and threading.current_thread() is early:
            listed.set()
            assert go_on.wait(20)
        elif given[1] == second.id:
            go_on.set()
            early.join(20)
        return begin(*given, **named)

    monkeypatch.setattr(moves, "turn", turn)
    early.start()
    assert listed.wait(20)
    undo(told, move_id)
    carry_on(told.installation, move_id)
    while carry_on_all(told.installation):
        pass
    assert versions(told, first, second) == [True, True]
    file = file_of(told, move_id)
    assert [each.back or each.how for each in file.cases] == ["back", "stays"]
    assert file.row.done_at is not None
    assert not breaks(told.installation)


def test_a_move_is_not_over_while_a_case_of_it_is_to_go_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A turn that had begun before the undoing is kept after another listed what waits."""
    told, first, second, move_id = two_cases(database)
    before = row_of(told, move_id)
    carry_on(told.installation, move_id, most=1)
    undo(told, move_id)

    def turn(*given: Any, **named: Any) -> AbstractContextManager[Turn]:
        if given[1] == second.id:
            monkeypatch.setattr(moves, "turn", begin)
            monkeypatch.setattr(moves, "find_move", lambda *_, **__: before)
            moves._take(told.installation, before, second.id, {}, back=False)
            monkeypatch.setattr(moves, "find_move", find_move)
        return begin(*given, **named)

    monkeypatch.setattr(moves, "turn", turn)
    carry_on(told.installation, move_id)
    assert versions(told, first, second) == [True, False]
    assert (file_of(told, move_id).row.done_at, file_of(told, move_id).waiting) == (None, 1)
    while carry_on_all(told.installation):
        pass
    assert versions(told, first, second) == [True, True]
    assert file_of(told, move_id).row.done_at is not None
    assert not breaks(told.installation)


def test_what_another_has_moved_is_not_said_to_stay(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One fails at a case after another has moved it."""
    told, first, second, move_id = two_cases(database)

    def turn(*given: Any, **named: Any) -> AbstractContextManager[Turn]:
        monkeypatch.setattr(moves, "turn", begin)
        carry_on(told.installation, move_id)
        raise RuntimeError("The connection was lost.")

    monkeypatch.setattr(moves, "turn", turn)
    carry_on(told.installation, move_id)
    file = file_of(told, move_id)
    assert [each.how for each in file.cases] == ["moved", "moved"]
    assert versions(told, first, second) == [False, False]
