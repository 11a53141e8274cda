"""What people read beside the entries: altered, put there or taken away by force, it is named."""

from collections.abc import Iterator
from datetime import date

import pytest

from engine.acts.actions import NOT_DONE, answer_follow_up
from engine.acts.cases import destroy_body
from engine.acts.concerns import NOT_SATISFIED, Words, add_concern, amend_concern, settle_concern
from engine.clock import parse_instant
from engine.history.access_log import note
from engine.history.anchors import seal
from engine.history.verification import verify
from engine.history.walking import walk_kept
from engine.rehearsal import Rehearsal
from engine.store import history_rows
from engine.store.database import Connection, Database
from engine.store.history_rows import Rows
from tests.engine.history.forcing import force
from tests.stories import at_stage, breaks, escalate, raise_informally, story

NUMBER = "2026-00001"


@pytest.fixture
def told(database: Database) -> Rehearsal:
    """The ended case, on either store."""
    return _ended(database)


def _ended(database: Database | None = None) -> Rehearsal:
    """A case that was answered late at stage 1, went up, and ended; in memory without a store."""
    told = at_stage(1, "2026-03-23T10:00", database)
    told.move_to(parse_instant("2026-03-31T11:00"))  # silence: the deadline has passed
    told.answer("stage1_respond", {"answer": "A place is found."})
    escalate(told, "stage1_outcome", "stage 2")
    told.move_to(parse_instant("2026-04-01T10:00"))
    told.answer("stage2_respond", {"answer": "He goes there on Monday."})
    told.answer("stage2_outcome", {"decision": "settled", "outcome_note": "He goes there."})
    assert breaks(told.installation) == []
    return told


def problems(told: Rehearsal) -> list[str]:
    """What is wrong with the story's case."""
    found = breaks(told.installation)
    assert {each.case for each in found} <= {NUMBER}
    assert found == breaks(told.installation, told.case_id)
    return [each.problem for each in found]


# Concerns


def test_altered_words_of_a_concern_are_named_wherever_its_row_points(told: Rehearsal) -> None:
    for sequence in (1, 999, 4):
        force(told, "UPDATE concerns SET concern = 'Altered', sequence = :at", at=sequence)
        (problem,) = problems(told)
        assert problem.startswith("Concern 1 ")


def test_a_concern_that_no_entry_tells_of_is_named(told: Rehearsal) -> None:
    force(
        told,
        "INSERT INTO concerns (case_id, place, themes, concern, impact, action, owner, sequence, "
        "outcome, outcome_words, stage, askers, done, changed) "
        "SELECT case_id, 7, '', 'Put there', '', '', '', 1, '', '', '', '', '', '' FROM concerns",
    )
    assert problems(told) == ["Concern 7 was put there, or put back; no entry tells of it so."]


def test_words_from_before_a_correction_cannot_be_put_back(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    by = told.people["raiser"]
    first = Words(concern="No school since January", impact="", action="Name one")
    add_concern(told.installation, told.case_id, by=by, words=first)
    later = Words(concern="No school since March", impact="", action="Name one")
    amend_concern(told.installation, told.case_id, 2, by=by, words=later)
    assert problems(told) == []
    force(
        told,
        "UPDATE concerns SET concern = 'No school since January', sequence = 2 WHERE place = 2",
    )
    assert problems(told) == ["Concern 2 was put there, or put back; no entry tells of it so."]


def test_what_became_of_a_concern_is_vouched_for(told: Rehearsal) -> None:
    settle_concern(
        told.installation, told.case_id, 1, by=told.people["raiser"], outcome=NOT_SATISFIED,
        words="He waits still.",
    )  # fmt: skip
    told.move_to(parse_instant("2026-05-20T10:00"))
    answer_follow_up(
        told.installation, told.case_id, 1, by=told.people["raiser"], done=NOT_DONE,
        changed="Nothing changed for him.",
    )  # fmt: skip
    assert problems(told) == []
    changes = (
        "done = 'done'",
        "changed = 'He knows her now.'",
        "done = '', changed = '', asked_at = NULL, asked_in = NULL",
        "outcome = 'satisfied'",
        "outcome_words = 'He is happy.'",
        "asked_in = 1",
    )
    for change in changes:
        kept = "done, changed, asked_at, asked_in, outcome, outcome_words"
        force(told, f"CREATE TABLE before AS SELECT {kept} FROM concerns")
        force(told, f"UPDATE concerns SET {change}")
        assert problems(told) == [
            "Concern 1: what became of it is not as the entry tells of it."
        ], change
        force(told, f"UPDATE concerns SET ({kept}) = (SELECT {kept} FROM before)")
        force(told, "DROP TABLE before")
    assert problems(told) == []


def test_words_that_come_back_after_they_were_destroyed_are_named(told: Rehearsal) -> None:
    keeper = told.people["admin"]
    destroy_body(told.installation, told.case_id, 1, by=keeper, reason="About a third person.")
    assert problems(told) == []
    force(told, "UPDATE concerns SET concern = 'Put back'")
    assert problems(told) == ["Concern 1 has words again; those of its entry are destroyed."]


# Answers and files


def test_an_answer_that_no_entry_tells_of_is_named(told: Rehearsal) -> None:
    for sequence in (999, 2):  # at no entry, and at the deadline's, which tells of none
        force(
            told,
            "INSERT INTO answers (case_id, sequence, element, form, content, person_id, given_at, "
            "late) SELECT case_id, :at, element, form, content, person_id, given_at, late "
            "FROM answers WHERE sequence = 1",
            at=sequence,
        )
        (problem,) = problems(told)
        assert problem.startswith("Answers were put there; ")
        force(told, "DELETE FROM answers WHERE sequence = :at", at=sequence)


def test_an_answer_that_comes_back_after_it_was_destroyed_is_named(told: Rehearsal) -> None:
    force(told, "CREATE TABLE before AS SELECT * FROM answers WHERE sequence = 1")
    keeper = told.people["admin"]
    destroy_body(told.installation, told.case_id, 1, by=keeper, reason="About a third person.")
    force(told, "INSERT INTO answers SELECT * FROM before")
    assert problems(told) == ["Answers were put there; the entry tells of none."]


def test_an_answer_kept_as_anothers_or_as_of_another_day_is_named(told: Rehearsal) -> None:
    other = told.people["dcs"].id
    for change in (f"person_id = {other}", "given_at = '2026-03-24 10:00:00.000000'"):
        force(told, "CREATE TABLE before AS SELECT * FROM answers")
        force(told, f"UPDATE answers SET {change} WHERE sequence = 3")
        assert problems(told) == [
            "The answers are kept as given by another, or at another time."
        ], change
        force(told, "DELETE FROM answers", "INSERT INTO answers SELECT * FROM before")
        force(told, "DROP TABLE before")


def test_a_file_that_no_entry_tells_of_is_named(told: Rehearsal) -> None:
    for sequence in (999, 1):
        force(
            told,
            "INSERT INTO files (person_id, case_id, element, field, name, media_type, size, "
            "sha256, at, sequence) VALUES (1, :case, 'raised', 'files', 'forged.pdf', "
            "'application/pdf', 1, '00', '2026-03-23 10:00:00.000000', :at)",
            case=told.case_id,
            at=sequence,
        )
        (problem,) = problems(told)
        assert problem.startswith("The file “forged.pdf” was put there; ")
        force(told, "DELETE FROM files")


# Steps, deadlines, the case itself


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("tasks SET due = '2026-04-02 22:59:59' WHERE element = 'stage1_respond'", "another due"),
        ("tasks SET overdue_at = NULL WHERE element = 'stage1_respond'", "another due date"),
        ("tasks SET opened_at = '2026-03-20 10:00:00' WHERE id = 1", "did not begin"),
        ("tasks SET closed_at = '2026-03-25 10:00:00' WHERE id = 1", "did not end"),
        ("tasks SET closed_by = 1 + closed_by WHERE id = 1", "did not end"),
        ("tasks SET closed_at = NULL, closed_by = NULL, closed_how = '' WHERE id = 1", "not end"),
        ("tasks SET element = 'stage3_respond' WHERE id = 1", "did not begin"),
        ("deadlines SET original_due = '2026-04-02 22:59:59' WHERE id = 1", "was first due"),
        ("deadlines SET fired_at = NULL", "did not pass when"),
        ("deadlines SET received_at = '2026-03-20 10:00:00'", "an instant of no entry"),
        ("cases SET outcome = 'Withdrawn'", "The outcome of the case"),
        ("cases SET stage = '1'", "The stage of the case"),
        ("cases SET opened_at = '2026-03-25 10:00:00'", "The beginning of the case"),
        ("cases SET closed_at = NULL", "The end of the case"),
        ("cases SET closed_at = last_at, number = '2026-00009'", "The number of the case"),
        ("cases SET raiser_id = 1 + raiser_id", "The raiser of the case"),
        ("cases SET suspended_at = last_at", "The suspension of the case"),
        ("cases SET linked_to = id", "The link of the case"),
        ("versions SET number = 9", "The version of the procedure"),
        ("versions SET hash = 'x'", "The version of the procedure"),
    ],
)
def test_what_rows_say_otherwise_than_the_entries_is_named(change: str, says: str) -> None:
    told = _ended()
    force(told, f"UPDATE {change}")
    found = breaks(told.installation)
    assert any(says in each.problem and each.case == NUMBER for each in found), found


def test_a_step_or_a_deadline_that_was_deleted_or_put_there_is_named(told: Rehearsal) -> None:
    force(told, "CREATE TABLE kept AS SELECT * FROM deadlines", "DELETE FROM deadlines")
    assert any("that it set is gone" in each for each in problems(told))
    force(told, "INSERT INTO deadlines SELECT * FROM kept")
    assert problems(told) == []
    force(told, "DELETE FROM tasks WHERE element = 'stage2_respond'")
    assert "The step “stage2_respond”, which began with it, is gone, or altered." in problems(told)


def test_a_due_date_that_was_moved_rightly_is_whole_and_one_moved_by_force_is_not(
    database: Database,
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.give_time("stage1_respond", date(2026, 4, 2), "She is on leave.")
    assert problems(told) == []
    due = "2026-04-09 22:59:59.999999"
    force(told, "UPDATE deadlines SET due = :due WHERE task_id IS NOT NULL", due=due)
    force(told, "UPDATE tasks SET due = :due WHERE due IS NOT NULL", due=due)
    assert any("is not due when the entry tells" in each for each in problems(told))


def test_an_open_case_that_was_closed_by_force_is_named(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    force(told, "UPDATE cases SET closed_at = opened_at")
    assert problems(told) == ["The case was closed, and no entry tells that it was over then."]


def test_a_case_that_was_put_onto_another_childs_file_is_named(told: Rehearsal) -> None:
    force(told, "UPDATE cases SET child_id = 1 + child_id")
    assert problems(told) == ["The child of the case is not as the entry tells of it."]


def test_an_altered_file_of_a_version_is_named_also_by_a_case_that_is_on_it(
    told: Rehearsal,
) -> None:
    path = "positive-challenge.bpmn"
    force(told, "UPDATE version_files SET content = :x WHERE path = :path", x=b"<x/>", path=path)
    says = "The files of version 1 of north-east-lincolnshire/positive-challenge are not those"
    for found in (breaks(told.installation), breaks(told.installation, told.case_id)):
        assert [(each.case, each.problem[: len(says)]) for each in found] == [("", says)]


# Who looked


@pytest.fixture
def looked(database: Database) -> Rehearsal:
    """A case that two people looked at on each of three days, each of them sealed but the last."""
    told = at_stage(1, "2026-03-23T10:00", database)
    for day in ("2026-03-23T11:00", "2026-03-24T11:00", "2026-03-25T11:00"):
        told.clock.set(parse_instant(day))
        for post in ("raiser", "iro_sm"):
            note(told.installation, told.people[post], "case file", case_id=told.case_id)
        if day < "2026-03-25":
            seal(told.installation)
    return told


def test_the_log_of_who_looked_is_sealed_with_each_anchor(looked: Rehearsal) -> None:
    verdict = verify(looked.installation)
    assert (verdict.breaks, verdict.looks, verdict.unsealed) == ((), 4, 2)
    force(looked, "UPDATE access_log SET what = 'nothing' WHERE id > 4")
    assert verify(looked.installation).breaks == ()  # it is not sealed yet, as is said


PUT_IN = (
    "INSERT INTO access_log (id, at, what, allowed) "
    "SELECT -1, at, what, 1 FROM access_log WHERE id = 1"
)
FIRST = "The log of who looked until anchor 1, sealed on 23 March 2026, "
NEXT = (
    "The log of who looked after anchor 1, sealed on 23 March 2026, until anchor 2, sealed on "
    "24 March 2026, "
)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE access_log SET person_id = NULL WHERE id = 1", [f"{FIRST}was altered."]),
        ("DELETE FROM access_log WHERE id = 3", [f"{NEXT}was cut: 1 row was deleted."]),
        ("DELETE FROM access_log WHERE id IN (3, 4)", [f"{NEXT}was cut: 2 rows were deleted."]),
        (
            PUT_IN,
            [f"{FIRST}was added to: 1 row was put there later."],
        ),
        (
            "UPDATE access_log SET id = 0 WHERE id = 4",
            [
                f"{FIRST}was added to: 1 row was put there later.",
                f"{NEXT}was cut: 1 row was deleted.",
            ],
        ),
    ],
)
def test_what_was_altered_in_the_log_is_named_by_its_days(
    looked: Rehearsal, change: str, says: list[str]
) -> None:
    force(looked, change)
    assert [each.problem for each in verify(looked.installation).breaks] == says


def test_a_day_on_which_somebody_only_looked_is_sealed_too(looked: Rehearsal) -> None:
    assert seal(looked.installation) is not None
    assert seal(looked.installation) is None
    assert verify(looked.installation).unsealed == 0


# Memory


def test_no_more_is_held_than_one_case(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    told = story("2026-03-23T10:00", database)
    for _ in range(4):
        raise_informally(told)
    given: list[int] = []
    walk = history_rows.walk_answers

    def watched(connection: Connection, case_id: int | None) -> Rows:
        for row in walk(connection, case_id):
            given.append(row.case_id)
            yield row

    monkeypatch.setattr(history_rows, "walk_answers", watched)
    with database.read() as connection:
        ahead: Iterator[int] = (len(given) for _ in walk_kept(connection))
        assert list(ahead) == [2, 3, 4, 4]  # the row that ends a case is the next one's first
