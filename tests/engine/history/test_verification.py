"""Verification: what somebody did to the rows, by force, is named; what was done rightly is not."""

import threading
from dataclasses import replace

import pytest

from engine.acts.cases import destroy_body
from engine.clock import parse_instant
from engine.history.anchors import hash_anchor, seal
from engine.history.entries import START, hash_body, hash_entry, hash_registered
from engine.history.verification import Break, verify
from engine.rehearsal import Rehearsal
from engine.signing import new_key
from engine.store.database import Database
from engine.store.history import find_anchors, find_register
from tests.engine.history.forcing import force
from tests.stories import (
    at_stage,
    breaks,
    chain,
    escalate,
    raise_informally,
    story,
)

FIRST, SECOND, THIRD = "2026-00001", "2026-00002", "2026-00003"


def _told(database: Database | None = None) -> Rehearsal:
    """Three cases; the second has seven entries, and is the story's own."""
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    raise_informally(told)
    second = told.case_id
    raise_informally(told)
    told.case_id = second
    told.answer("informal_respond", {"answer": "No"})
    escalate(told, "informal_outcome", "stage 1")
    told.answer("stage1_respond", {"answer": "No"})
    escalate(told, "stage1_outcome", "stage 2")
    told.move_to(parse_instant("2026-03-31T10:00"))
    told.answer("stage2_respond", {"answer": "No"})
    return told


@pytest.fixture
def told(database: Database) -> Rehearsal:
    """Three cases, not sealed yet, on either store."""
    return _told(database)


def _found(told: Rehearsal) -> list[tuple[str, int, str]]:
    return [(each.case, each.sequence, each.problem) for each in breaks(told.installation)]


def test_a_whole_history_has_no_break(told: Rehearsal) -> None:
    seen: list[tuple[int, int]] = []
    verdict = verify(told.installation, progress=lambda done, all_: seen.append((done, all_)))
    assert (verdict.cases, verdict.entries, verdict.anchors, verdict.breaks) == (3, 13, 0, ())
    assert seen == [(1, 3), (2, 3), (3, 3)]
    seal(told.installation)
    one = verify(told.installation, told.case_id)
    assert (one.cases, one.entries, one.anchors, one.breaks) == (1, 7, 1, ())


HEADER = "The entry's header was altered."
WORDS = "The words of the entry were altered."


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("act", "'task completeD'"),
        ("actor_id", "3 + actor_id"),
        ("at", "'2026-03-23 10:00:00.000001'"),
        ("element", "'stage2_respond'"),
        ("body_hash", "replace(body_hash, substr(body_hash, 1, 1), 'x')"),
        ("hash", "replace(hash, substr(hash, 1, 1), 'x')"),
        ("previous", "replace(previous, substr(previous, 1, 1), 'x')"),
    ],
)
def test_an_altered_byte_of_a_header_is_named(told: Rehearsal, column: str, value: str) -> None:
    force(
        told,
        f"UPDATE history SET {column} = {value} WHERE case_id = :case AND sequence = 4",
        case=told.case_id,
    )
    assert _found(told) == [(SECOND, 4, HEADER)]
    assert not breaks(told.installation, told.case_id - 1)


def test_an_altered_byte_of_a_body_is_named(told: Rehearsal) -> None:
    force(
        told,
        "UPDATE history_bodies SET content = replace(content, 'late', 'Late') "
        "WHERE case_id = :case AND sequence = 4",
        case=told.case_id,
    )
    assert _found(told) == [(SECOND, 4, WORDS)]


def test_an_altered_salt_is_named(told: Rehearsal) -> None:
    force(
        told,
        "UPDATE history_bodies SET salt = :salt WHERE case_id = :case AND sequence = 4",
        case=told.case_id,
        salt=b"sixteen bytes...",
    )
    assert _found(told) == [(SECOND, 4, WORDS)]


def test_an_altered_answer_is_named_though_the_history_itself_is_whole(told: Rehearsal) -> None:
    force(
        told,
        "UPDATE answers SET content = replace(content, 'No', 'Yes') "
        "WHERE case_id = :case AND sequence = 2",
        case=told.case_id,
    )
    kept = "The answers that are kept are not those that the entry tells of."
    assert _found(told) == [(SECOND, 2, kept)]
    force(told, "DELETE FROM answers WHERE case_id = :case AND sequence = 2", case=told.case_id)
    assert _found(told) == [(SECOND, 2, kept)]


def test_a_header_that_was_forged_whole_breaks_the_chain_behind_it(told: Rehearsal) -> None:
    entry = chain(told)[3][0]
    forged = replace(entry, actor_id=told.people["dcs"].id)
    force(
        told,
        "UPDATE history SET actor_id = :actor, hash = :hash WHERE case_id = :case AND sequence = 4",
        case=told.case_id,
        actor=forged.actor_id,
        hash=hash_entry(forged),
    )
    assert _found(told) == [
        (SECOND, 5, "The entry does not follow the one before it: one was replaced.")
    ]


def test_a_deleted_row_in_the_middle_is_named(told: Rehearsal) -> None:
    force(
        told,
        "DELETE FROM history WHERE case_id = :case AND sequence = 4",
        "DELETE FROM history_bodies WHERE case_id = :case AND sequence = 4",
        "DELETE FROM answers WHERE case_id = :case AND sequence = 4",
        case=told.case_id,
    )
    assert _found(told) == [(SECOND, 4, "The entry was deleted.")]


def test_a_deleted_header_whose_words_were_left_behind_is_named(told: Rehearsal) -> None:
    force(told, "DELETE FROM history WHERE case_id = :case AND sequence = 4", case=told.case_id)
    assert _found(told) == [
        (SECOND, 4, "The entry was deleted."),
        (SECOND, 4, "The entry's header was deleted; its words are still there."),
    ]


def _cut_off_the_end(told: Rehearsal) -> None:
    force(
        told,
        "DELETE FROM history WHERE case_id = :case AND sequence = 7",
        "DELETE FROM history_bodies WHERE case_id = :case AND sequence = 7",
        "DELETE FROM answers WHERE case_id = :case AND sequence = 7",
        case=told.case_id,
    )


def test_a_deleted_last_row_is_named(told: Rehearsal) -> None:
    _cut_off_the_end(told)
    assert _found(told) == [(SECOND, 7, "The entry was deleted.")]


def test_a_deleted_last_row_is_named_though_the_cases_row_was_rewritten_once_sealed(
    told: Rehearsal,
) -> None:
    seal(told.installation)
    head = chain(told)[5][0].hash
    _cut_off_the_end(told)
    force(
        told,
        "UPDATE cases SET entries = 6, head = :head WHERE id = :case",
        case=told.case_id,
        head=head,
    )
    assert _found(told) == [(SECOND, 7, "The entry was deleted.")]


def test_a_case_whose_row_was_set_back_is_named(told: Rehearsal) -> None:
    force(told, "UPDATE cases SET entries = 6 WHERE id = :case", case=told.case_id)
    assert _found(told) == [(SECOND, 7, "The case's row knows of 6 entries only.")]
    force(told, "UPDATE cases SET entries = 7, head = 'x' WHERE id = :case", case=told.case_id)
    assert _found(told) == [(SECOND, 7, "The case's row does not end its chain as this does.")]


OF_THE_CASE = ("history", "history_bodies", "answers", "deadlines", "parts", "notices")


def _delete_case(told: Rehearsal) -> None:
    force(
        told,
        "DELETE FROM task_posts WHERE task_id IN (SELECT id FROM tasks WHERE case_id = :case)",
        *(f"DELETE FROM {table} WHERE case_id = :case" for table in (*OF_THE_CASE, "tasks")),
        "DELETE FROM cases WHERE id = :case",
        case=told.case_id,
    )


def test_a_deleted_case_is_named(told: Rehearsal) -> None:
    _delete_case(told)
    assert _found(told) == [(SECOND, 0, "The case was deleted.")]
    assert [b.problem for b in breaks(told.installation, told.case_id)] == ["The case was deleted."]


def test_a_case_whose_row_alone_was_deleted_is_named(told: Rehearsal) -> None:
    force(told, "DELETE FROM cases WHERE id = :case", case=told.case_id)
    assert _found(told) == [(SECOND, 0, "The case was deleted.")]


def test_a_case_whose_whole_history_was_deleted_is_named(told: Rehearsal) -> None:
    force(
        told,
        *(f"DELETE FROM {table} WHERE case_id = :case" for table in OF_THE_CASE),
        case=told.case_id,
    )
    assert _found(told) == [(SECOND, 0, "The whole history of the case is gone.")]


def test_a_case_that_was_deleted_with_its_row_in_the_register_is_named_once_sealed(
    told: Rehearsal,
) -> None:
    seal(told.installation)
    _delete_case(told)
    force(told, "DELETE FROM register WHERE case_id = :case", case=told.case_id)
    assert _found(told) == [
        ("", 2, "Opening 2 was deleted from the register of cases."),
        (SECOND, 0, "The case was deleted from the register after it had been sealed."),
        (SECOND, 0, "The case was deleted."),
    ]


def _rewrite_register(told: Rehearsal) -> None:
    """Renumber and chain anew what is left, as somebody would who knows how it is made."""
    previous = START
    with told.installation.database.read() as connection:
        rows = find_register(connection)
    force(told, "DELETE FROM register")
    for place, row in enumerate(rows, 1):
        row = replace(row, sequence=place, previous=previous)
        previous = hash_registered(row)
        force(
            told,
            "INSERT INTO register (sequence, case_id, number, opened_at, first_hash, previous, "
            "hash) VALUES (:sequence, :case, :number, :at, :first, :previous, :hash)",
            sequence=place,
            case=row.case_id,
            number=row.number,
            at=f"{row.opened_at:%Y-%m-%d %H:%M:%S.%f}",
            first=row.first_hash,
            previous=row.previous,
            hash=previous,
        )
    force(
        told,
        "UPDATE register_head SET count = :count, hash = :hash",
        count=len(rows),
        hash=previous,
    )


@pytest.mark.parametrize("place", [2, 3])
def test_a_case_that_was_deleted_with_the_register_rewritten_is_named_once_sealed(
    told: Rehearsal, place: int
) -> None:
    seal(told.installation)
    told.case_id += place - 2
    _delete_case(told)
    force(told, "DELETE FROM register WHERE case_id = :case", case=told.case_id)
    _rewrite_register(told)
    number = {2: SECOND, 3: THIRD}[place]
    assert _found(told) == [
        (
            "",
            3,
            "The register of cases is no longer the one that anchor 1 sealed, with 3 openings.",
        ),
        (number, 0, "The case was deleted from the register after it had been sealed."),
        (number, 0, "The case was deleted."),
    ]


def test_the_case_that_was_opened_last_and_deleted_is_named_by_the_registers_head(
    told: Rehearsal,
) -> None:
    told.case_id += 1
    _delete_case(told)
    force(told, "DELETE FROM register WHERE case_id = :case", case=told.case_id)
    assert _found(told) == [
        ("", 3, "The register of cases ends after opening 2, but did not always.")
    ]


def test_a_case_that_was_never_registered_is_named(told: Rehearsal) -> None:
    force(told, "DELETE FROM register WHERE case_id = :case", case=told.case_id)
    assert (SECOND, 0, "The case is missing from the register.") in _found(told)


def test_an_altered_opening_is_named(told: Rehearsal) -> None:
    force(told, "UPDATE register SET first_hash = 'x' WHERE case_id = :case", case=told.case_id)
    assert _found(told) == [
        (SECOND, 0, "Opening 2 in the register of cases was altered."),
        (SECOND, 1, "The entry is not the one that opened the case."),
    ]


def _swap(table: str) -> list[str]:
    move = f"UPDATE {table} SET sequence = {{}} WHERE case_id = :case AND sequence = {{}}"
    return [move.format(99, 3), move.format(3, 5), move.format(5, 99)]


SWAPPED = [
    (SECOND, 3, "The entry stands in the place of another: it was entry 5."),
    (SECOND, 5, "The entry stands in the place of another: it was entry 3."),
]


def test_a_swapped_pair_is_named(told: Rehearsal) -> None:
    force(told, *_swap("history"), *_swap("history_bodies"), case=told.case_id)
    found = _found(told)
    assert found[:2] == SWAPPED
    # The answers of 3 and 5 were left where they were, and each is another's now.
    assert {(case, place) for case, place, _ in found[2:]} == {(SECOND, 3), (SECOND, 5)}


def test_a_pair_that_was_swapped_with_all_that_belongs_to_it_is_named(told: Rehearsal) -> None:
    force(
        told,
        *(step for table in ("history", "history_bodies", "answers") for step in _swap(table)),
        case=told.case_id,
    )
    assert _found(told) == SWAPPED


def test_a_swapped_pair_at_the_end_is_named(told: Rehearsal) -> None:
    move = "UPDATE {} SET sequence = {} WHERE case_id = :case AND sequence = {}"
    force(
        told,
        *(
            move.format(table, to, place)
            for table in ("history", "history_bodies", "answers")
            for place, to in ((6, 99), (7, 6), (99, 7))
        ),
        case=told.case_id,
    )
    assert _found(told) == [
        (SECOND, 6, "The entry stands in the place of another: it was entry 7."),
        (SECOND, 7, "The entry stands in the place of another: it was entry 6."),
    ]


def test_bodies_that_were_swapped_are_named(told: Rehearsal) -> None:
    force(told, *_swap("history_bodies"), case=told.case_id)
    assert _found(told) == [(SECOND, 3, WORDS), (SECOND, 5, WORDS)]


GONE = "The words of the entry are gone, and no entry says that they were destroyed."


def test_a_destroyed_body_is_clean_only_where_an_entry_says_so(told: Rehearsal) -> None:
    keeper = replace(told.people["iro_sm"], administrator=True)
    destroy_body(told.installation, told.case_id, 4, by=keeper, reason="A third person's data")
    assert _found(told) == []
    force(
        told,
        "DELETE FROM history_bodies WHERE case_id = :case AND sequence = 5",
        case=told.case_id,
    )
    assert _found(told) == [(SECOND, 5, GONE)]


def test_a_destruction_in_one_case_excuses_none_in_another(told: Rehearsal) -> None:
    keeper = replace(told.people["iro_sm"], administrator=True)
    destroy_body(told.installation, told.case_id, 1, by=keeper, reason="A third person's data")
    force(
        told,
        "DELETE FROM history_bodies WHERE case_id = :case AND sequence = 1",
        case=told.case_id + 1,
    )
    assert _found(told) == [(THIRD, 1, GONE)]


def test_a_chain_that_was_forged_to_its_end_is_named_once_sealed(told: Rehearsal) -> None:
    seal(told.installation)
    previous = chain(told)[4][0].hash
    for entry, body in chain(told)[5:]:
        assert body is not None
        content = body.content.replace("No", "Yes")
        forged = replace(entry, previous=previous, body_hash=hash_body(body.salt, content))
        previous = hash_entry(forged)
        force(
            told,
            "UPDATE history SET previous = :previous, body_hash = :body, hash = :hash "
            "WHERE case_id = :case AND sequence = :sequence",
            "UPDATE history_bodies SET content = :content "
            "WHERE case_id = :case AND sequence = :sequence",
            "UPDATE answers SET content = replace(content, 'No', 'Yes') "
            "WHERE case_id = :case AND sequence = :sequence",
            "UPDATE cases SET head = :hash WHERE id = :case",
            case=told.case_id,
            sequence=entry.sequence,
            previous=forged.previous,
            body=forged.body_hash,
            hash=previous,
            content=content,
        )
    assert _found(told) == [(SECOND, 7, "The entry is not the one that was sealed by an anchor.")]


def test_a_case_that_was_forged_from_its_first_entry_is_named_by_the_register(
    told: Rehearsal,
) -> None:
    raise_informally(told)
    ((entry, _),) = chain(told)
    forged = replace(entry, at=parse_instant("2026-03-20T10:00"))
    force(
        told,
        "UPDATE history SET at = '2026-03-20 10:00:00.000000', hash = :hash WHERE case_id = :case",
        "UPDATE cases SET head = :hash WHERE id = :case",
        case=told.case_id,
        hash=hash_entry(forged),
    )
    assert _found(told) == [("2026-00004", 1, "The entry is not the one that opened the case.")]


# Anchors


def _sealed_twice(database: Database) -> Rehearsal:
    told = _told(database)
    seal(told.installation)
    told.clock.set(parse_instant("2026-04-02T10:00"))
    raise_informally(told)
    seal(told.installation)
    return told


@pytest.mark.parametrize(
    "change",
    ["content = replace(content, '7', '6')", "sealed_at = '2026-01-01 00:00:00.000000'"],
)
def test_an_altered_anchor_is_named(database: Database, change: str) -> None:
    told = _sealed_twice(database)
    force(told, f"UPDATE anchors SET {change} WHERE sequence = 1")
    assert _found(told) == [("", 1, "Anchor 1 was altered.")]


def test_a_deleted_anchor_is_named(database: Database) -> None:
    told = _sealed_twice(database)
    force(told, "DELETE FROM anchors WHERE sequence = 1")
    assert _found(told) == [("", 1, "Anchor 1 was deleted.")]


def test_an_anchor_that_somebody_else_signed_is_named(database: Database) -> None:
    told = _sealed_twice(database)
    with database.read() as connection:
        anchor = find_anchors(connection)[-1]
    key = new_key()
    forged = replace(anchor, content=anchor.content.replace("2026-00004", "2026-00099"))
    digest = hash_anchor(forged)
    force(
        told,
        "UPDATE anchors SET content = :content, hash = :hash, public_key = :public, "
        "signature = :signature WHERE sequence = 2",
        content=forged.content,
        hash=digest,
        public=key.public,
        signature=key.sign(digest),
    )
    assert ("", 2, "Anchor 2 is not signed with this installation's key.") in _found(told)


# Beside a running installation


def test_verifying_while_people_act_raises_no_false_alarm(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    stop = threading.Event()
    found: list[Break] = []
    rounds = 0

    def look() -> None:
        nonlocal rounds
        while not stop.is_set():
            found.extend(breaks(told.installation))
            rounds += 1

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        for _ in range(25):
            told.answer("stage1_respond", {"answer": "No"})
            told.answer("stage1_outcome", {"decision": "return the answer", "returned_why": "No"})
            _raise_another(told)
    finally:
        stop.set()
        watcher.join()
    assert not found
    assert rounds > 3


def _raise_another(told: Rehearsal) -> None:
    """Another case is opened; the story goes on with its own."""
    case_id = told.case_id
    raise_informally(told)
    told.case_id = case_id
