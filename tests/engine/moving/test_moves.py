"""Running cases move to another version and back; nothing of theirs changes but the version."""

import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from engine.access import NotAllowed
from engine.acts.claims import claim
from engine.case_file.reader import read_case_file
from engine.clock import parse_instant
from engine.history.moving_acts import MOVED_BACK, MOVED_ON
from engine.moving.dry_run import NoVersion, only_words_since, try_out
from engine.moving.moves import (
    CannotMove,
    MoveFile,
    NoMove,
    carry_on,
    carry_on_all,
    decide_move,
    list_moves,
    read_move,
    undo_move,
)
from engine.procedures import NoProcedure, Package
from engine.rehearsal import Rehearsal
from engine.store.cases import cases
from engine.store.database import Database
from engine.store.tasks import TaskRow
from engine.worker import Worker
from engine.writing.drafts import save_draft
from engine.writing.places import AtTask
from tests.engine.moving.redrawn import (
    KEY,
    LATER,
    WORDS,
    other_words,
    put_to_use,
    redrawn,
    renamed,
    task,
    timer,
)
from tests.few_scenarios import on_the_newest
from tests.stories import (
    acts,
    at_stage,
    breaks,
    chain,
    escalate,
    everything,
    messages,
    open_steps,
    procedure,
    raise_at_stage,
    raise_informally,
    story,
)

REASON = "The Director decided on 20 March that it holds for running cases too."
WENT_WRONG = "It was the wrong version."


def move(told: Rehearsal, number: int = 2, *numbers: str) -> MoveFile:
    """The service manager moves these cases, or all that can."""
    by = told.people["iro_sm"]
    move_id = decide_move(
        told.installation, KEY, number, by=by, reason=REASON, numbers=numbers or None
    )
    while carry_on(told.installation, move_id):
        pass
    return read_move(told.installation, KEY, move_id, by=by)


def undo(told: Rehearsal, move_id: int) -> MoveFile:
    """The administrator undoes the move."""
    by = told.people["admin"]
    undo_move(told.installation, KEY, move_id, by=by, reason=WENT_WRONG)
    while carry_on(told.installation, move_id):
        pass
    return read_move(told.installation, KEY, move_id, by=by)


def write_at(told: Rehearsal, element: str, **answers: str) -> None:
    """Whoever is asked there begins to answer, and does not send it."""
    task = told.task_at(element)
    save_draft(
        told.installation,
        AtTask(task_id=task.id),
        by=told.people[told.posts_of(task)[0]],
        raw={key: [text] for key, text in answers.items()},
        revision="window.1",
        seen="",
    )


def why(told: Rehearsal, number: int = 2) -> tuple[str, ...]:
    """Why the one running case cannot move."""
    (one,) = try_out(told.installation, KEY, by=told.people["iro_sm"], number=number).elsewhere
    return one.why


def otherwise(before: Mapping[str, list[Any]], after: Mapping[str, list[Any]]) -> set[str]:
    """The tables in which something is otherwise."""
    return {name for name in after if before[name] != after[name]}


def test_a_case_goes_on_with_the_later_stages_of_the_new_version(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    put_to_use(told, redrawn(*WORDS, timer("stage2_due", "3 working days")))
    task_before, case_before = told.task_at("stage1_respond"), told.case()
    claim(told.installation, task_before.id, by=told.people["tm"])
    write_at(told, "stage1_respond", answer="We will name the school by Friday")
    told.clock.set(told.clock.now().replace(day=24))
    before = everything(database)
    told_before = len(messages(told))

    moved = move(told)
    assert [(each.number, each.how, each.from_version) for each in moved.moved] == [
        (case_before.number, "moved", 1)
    ]
    assert (moved.row.version, moved.row.by, moved.row.reason) == (
        2,
        told.people["iro_sm"].name,
        REASON,
    )
    assert moved.row.done_at is not None
    assert open_steps(told) == {"stage1_respond": "2026-03-30 23:59"}
    assert otherwise(before, everything(database)) == {
        "cases",
        "history",
        "history_bodies",
        "moved_cases",
        "moves",
        "tasks",
    }
    task_now = told.task_at("stage1_respond")
    assert task_now.name == "Answer the challenge at Stage 1"
    assert replace(task_now, name=task_before.name) == claimed(task_before, task_now)
    assert acts(told)[-1] == (MOVED_ON, "")
    assert len(messages(told)) == told_before
    assert not breaks(told.installation)

    told.answer("stage1_respond", {"answer": "We disagree", "position": "not agreed"})
    escalate(told, "stage1_outcome", "stage 2")
    assert open_steps(told) == {"stage2_respond": "2026-03-27 23:59"}  # three days, and not five


def claimed(before: TaskRow, now: TaskRow) -> TaskRow:
    """The task as it was, but for who claimed it since."""
    return replace(before, claimed_by=now.claimed_by, claimed_at=now.claimed_at)


def test_the_history_and_the_file_tell_of_the_move_and_read_each_entry_in_its_own_words(
    database: Database,
) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    put_to_use(told, redrawn(*WORDS))
    move(told)
    file = read_case_file(told.installation, told.case().number, told.people["raiser"])
    opened, moved = file.history
    assert opened.then[0].startswith("“Respond at Stage 1” now waits for Team Manager")
    assert moved.act == MOVED_ON
    assert moved.words == (f"{told.people['iro_sm'].name} moved the case to version 2: {REASON}")
    assert (moved.then, moved.told) == ((), ())
    assert [each.name for each in file.waiting] == ["Answer the challenge at Stage 1"]
    assert file.version.row.number == 2
    assert dict(file.concern)


def test_what_stands_against_it_is_said_in_plain_words(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    for package, said in (
        (
            redrawn(timer("stage1_due", "3 working days")),
            (
                "“Respond at Stage 1” has 5 working days, and version 2 gives 3 working days: its "
                "due date would not be as promised."
            ),
        ),
        (
            redrawn(task("stage1_respond", posts="sm")),
            (
                "“Respond at Stage 1” is for Team Manager; in version 3 it is for Children's "
                "Service Manager."
            ),
        ),
        (
            renamed("stage1_respond", "stage1_reply"),
            "“Respond at Stage 1” waits for an answer, and version 4 has no such step.",
        ),
        (
            renamed("stage1_due", "stage1_until"),
            "A due date runs on “Respond at Stage 1”, and version 5 has none there.",
        ),
        (
            redrawn(timer("limit", "25 working days")),
            (
                "“Formal Escalation” has 20 working days, and version 6 gives 25 working days: its "
                "due date would not be as promised."
            ),
        ),
        (
            redrawn(("Stage 1 – Team Manager", "Stage 1"), (*_stage("1", "informal"),)),
            "“Respond at Stage 1” is in Stage 1; in version 7 it is in Positive Challenge.",
        ),
        (renamed("raised", "begun"), "Cases begin elsewhere in version 8."),
    ):
        row = put_to_use(told, package)
        assert said in why(told, row.number), why(told, row.number)
    with pytest.raises(CannotMove, match="Choose at least one case"):
        decide_move(told.installation, KEY, 2, by=told.people["iro_sm"], reason=REASON)
    number = told.case().number
    kept = move(told, 2, number)
    assert [(each.number, each.how) for each in kept.stayed] == [(number, "stays")]
    assert kept.stayed[0].why.startswith("“Respond at Stage 1” has 5 working days")
    assert told.case().version_id == told.version.row.id
    assert acts(told) == [("case opened", "raised")]


def _stage(was: str, now: str) -> tuple[str, str]:
    """In the diagram Stage 1 is called another."""
    box = '<bpmn:subProcess id="stage1" name="Stage 1 – Team Manager">'
    source = procedure().files[f"{KEY}.bpmn"].decode()
    start = source.index(box) + len(box)
    end = source.index("</bpmn:extensionElements>", start)
    before = source[start:end]
    return before, before.replace(f'name="stage" value="{was}"', f'name="stage" value="{now}"')


def test_what_is_only_ahead_of_the_case_does_not_stand_against_it(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    put_to_use(told, renamed("stage3_respond", "stage3_reply"))
    assert why(told) == ()
    assert move(told).moved


def test_an_answer_that_the_new_version_goes_by_was_given_or_is_still_asked(
    database: Database,
) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    chase = 'stage1_what_now" targetRef="stage1_chased">'
    source = procedure().files[f"{KEY}.bpmn"].decode()
    start = source.index(chase)
    before = source[start : source.index("</bpmn:conditionExpression>", start)]

    def going_by(condition: str) -> Package:
        return redrawn((before, before.replace('silence = "chase"', condition)))

    never = asking(going_by('silence = "chase" and harm = "yes"'), "raise")
    put_to_use(told, never)
    assert why(told) == ("Version 2 goes by “Is there harm?”, which this case was not asked.",)

    ahead = asking(going_by('silence = "chase" and harm = "yes"'), "no-answer")
    assert why(told, put_to_use(told, ahead).number) == ()

    given = going_by('silence = "chase" and impact = "Another school year is lost"')
    number = put_to_use(told, given).number
    assert why(told, number) == ()
    move(told, number)
    on_the_newest(told)
    told.move_to(parse_instant("2026-03-31T09:00"))
    told.answer("stage1_no_answer", {"silence": "chase"})
    assert "stage1_chased" in [element for _, element in reached(told)]


def asking(package: Package, form: str) -> Package:
    """The package, one of whose forms asks whether there is harm."""
    path = f"forms/{form}.form"
    read = json.loads(package.files[path])
    values = [{"label": each.capitalize(), "value": each} for each in ("yes", "no")]
    read["components"].append(
        {"type": "radio", "id": "harm", "key": "harm", "label": "Is there harm?", "values": values}
    )
    files = {**package.files, path: json.dumps(read).encode()}
    return Package(council=package.council, key=package.key, files=files)


def reached(told: Rehearsal) -> list[tuple[int, str]]:
    """The entries and the elements that each reached."""
    return [
        (entry.sequence, element)
        for entry, body in chain(told)
        if body is not None
        for element in json.loads(body.content)["after"].get("reached", [])
    ]


def test_a_button_that_is_gone_is_offered_no_more_and_a_new_one_is(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    put_to_use(told, renamed("stage1_decide_without_answer", "stage1_decide_now"))
    move(told)
    number, raiser = told.case().number, told.people["raiser"]
    offered = {act.element for act in read_case_file(told.installation, number, raiser).acts}
    assert "stage1_decide_now" in offered
    assert "stage1_decide_without_answer" not in offered
    on_the_newest(told)
    told.press("stage1_decide_now", {"why_now": "It cannot wait"})
    assert "stage1_outcome" in open_steps(told)


def test_what_somebody_has_begun_to_write_keeps_its_place(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    without = without_question(procedure(), "answer", "answer")
    put_to_use(told, without)
    assert why(told) == ()
    write_at(told, "stage1_respond", answer="We will name the school by Friday")
    label = procedure().forms["answer"].field("answer")
    assert label is not None
    said = (
        f"Somebody has begun to answer “{label.label}” at “Respond at Stage 1”; version 2 asks it "
        "otherwise, or not at all."
    )
    assert why(told) == (said,)


def without_question(package: Package, form: str, key: str) -> Package:
    """The package, one of whose forms does not ask that any more."""
    path = f"forms/{form}.form"
    read = json.loads(package.files[path])
    read["components"] = [each for each in read["components"] if each.get("key") != key]
    files = {**package.files, path: json.dumps(read).encode()}
    return Package(council=package.council, key=package.key, files=files)


def test_a_late_answer_can_still_come_so_its_step_must_be_there(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    told.press("stage1_decide_without_answer", {"why_now": "It cannot wait"})
    row = put_to_use(told, renamed("stage1_respond", "stage1_reply"))
    said = (
        "“Respond at Stage 1” was left without an answer, which may still come, and version 2 has "
        "no such step or form."
    )
    assert why(told, row.number) == (said,)


def test_what_only_few_may_see_is_seen_by_no_others(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    source = procedure().files[f"{KEY}.bpmn"].decode()
    box = source[source.index('<bpmn:subProcess id="consider"') :]
    seen_by = re.search(r'name="seen_by" value="[^"]*"', box)
    assert seen_by
    more = box.replace(seen_by[0], seen_by[0][:-1] + ', sm"', 1)
    put_to_use(told, redrawn((box, more)))
    assert why(told) == ()
    told.press("consider_pressed", {"considering_why": "Drift", "timetable": "By Friday"})
    assert why(told) == ("What only few may see of it would be seen by others in version 2.",)


def test_a_move_is_undone_as_one_but_for_what_has_gone_on_since(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    first = told.case_id
    raise_at_stage(told, 2)
    second = told.case_id
    raise_informally(told)
    put_to_use(told, redrawn(*WORDS, *LATER))
    before = rows_of(database)
    moved = move(told)
    assert [each.case_id for each in moved.moved] == [first, second, told.case_id]
    told.case_id = second
    told.answer("stage2_respond", {"answer": "We disagree", "position": "not agreed"})

    told.clock.set(parse_instant("2026-03-24T09:30"))
    undone = undo(told, moved.row.id)
    assert [each.case_id for each in undone.back] == [first, told.case_id + 1]
    (stays,) = (each for each in undone.cases if each.back == "stays")
    assert (stays.case_id, stays.back_why) == (
        second,
        "It has gone on since, last on 23 March 2026 at 10:12.",
    )
    assert (undone.row.undone_by_name, undone.row.undone_reason) == (
        told.people["admin"].name,
        WENT_WRONG,
    )
    after = rows_of(database)
    assert {key: after[key] for key in (first, second + 1)} == {
        key: before[key] for key in (first, second + 1)
    }
    told.case_id = first
    assert acts(told)[-2:] == [(MOVED_ON, ""), (MOVED_BACK, "")]
    with pytest.raises(CannotMove, match="has undone it already"):
        undo(told, moved.row.id)
    assert not breaks(told.installation)
    assert [each.id for each in list_moves(told.installation, KEY, by=told.people["iro_sm"])] == [
        moved.row.id
    ]


def rows_of(database: Database) -> dict[int, tuple[object, ...]]:
    """Version, workflow, stage, tasks and deadlines of each case."""
    kept = everything(database)
    with database.read() as connection:
        found = connection.execute(
            select(cases.c.id, cases.c.version_id, cases.c.state, cases.c.stage, cases.c.urgent_at)
        )
        return {
            row.id: (
                tuple(row),
                [task for task in kept["tasks"] if task[1] == row.id],
                [each for each in kept["deadlines"] if each[1] == row.id],
            )
            for row in found
        }


def test_what_a_crash_cut_short_is_gone_on_with(database: Database) -> None:
    told = story("2026-03-23T10:12", database)
    for _ in range(3):
        raise_at_stage(told, 1)
    put_to_use(told, redrawn(*WORDS))
    by = told.people["iro_sm"]
    move_id = decide_move(told.installation, KEY, 2, by=by, reason=REASON)
    assert carry_on(told.installation, move_id, most=1) == 1
    half = read_move(told.installation, KEY, move_id, by=by)
    assert (len(half.moved), half.waiting, half.row.done_at) == (1, 2, None)
    worker = Worker(told.installation, _NoPost())
    assert worker.round().moved == 2
    whole = read_move(told.installation, KEY, move_id, by=by)
    assert (len(whole.moved), whole.waiting) == (3, 0)
    assert worker.round().moved == 0

    again = decide_move(told.installation, KEY, 1, by=by, reason=REASON)
    carry_on(told.installation, again, most=1)
    undo_move(told.installation, KEY, again, by=by, reason=WENT_WRONG)
    assert carry_on_all(told.installation) == 3
    file = read_move(told.installation, KEY, again, by=by)
    assert [each.back or each.how for each in file.cases] == ["back", "stays", "stays"]
    assert {each.why for each in file.stayed} == {"The move was undone before its turn came."}


class _NoPost:
    """A channel by which nothing leaves."""

    def send(self, message: object) -> None:
        """Nothing is sent."""


def test_two_who_carry_on_at_once_move_each_case_once(database: Database) -> None:
    told = story("2026-03-23T10:12", database)
    for _ in range(4):
        raise_at_stage(told, 1)
    put_to_use(told, redrawn(*WORDS))
    move_id = decide_move(told.installation, KEY, 2, by=told.people["iro_sm"], reason=REASON)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: carry_on(told.installation, move_id), range(3)))
    for case_id in range(1, 5):
        told.case_id = case_id
        assert [act for act, _ in acts(told)].count(MOVED_ON) == 1
    assert not breaks(told.installation)


def test_who_may_and_what_is_asked(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    put_to_use(told, redrawn(*WORDS))
    here, by = told.installation, told.people["iro_sm"]
    for post in ("raiser", "tm", "dcs"):
        with pytest.raises(NotAllowed):
            try_out(here, KEY, by=told.people[post])
        with pytest.raises(NotAllowed):
            decide_move(here, KEY, 2, by=told.people[post], reason=REASON)
    with pytest.raises(CannotMove, match="Write why"):
        decide_move(here, KEY, 2, by=by, reason=" ")
    with pytest.raises(CannotMove, match="Shorten"):
        decide_move(here, KEY, 2, by=by, reason="x" * 2001)
    with pytest.raises(NoVersion, match="no version 9"):
        try_out(here, KEY, by=by, number=9)
    with pytest.raises(NoProcedure):
        try_out(here, "another", by=by)
    with pytest.raises(NoMove):
        read_move(here, KEY, 12, by=by)
    moved = move(told)
    with pytest.raises(CannotMove, match="Write why"):
        undo_move(here, KEY, moved.row.id, by=by, reason="")
    with pytest.raises(NotAllowed):
        undo_move(here, KEY, moved.row.id, by=told.people["raiser"], reason=WENT_WRONG)


def test_other_words_alone_are_known_as_such(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    council = told.installation.council(told.council.key)
    words = put_to_use(told, other_words(procedure()))
    assert only_words_since(told.installation, words, council)
    assert try_out(told.installation, KEY, by=told.people["iro_sm"]).only_words == {1}
    times = put_to_use(told, redrawn(*LATER, since=other_words(procedure())))
    assert not only_words_since(told.installation, times, council)
    asked = put_to_use(told, asking(procedure(), "raise"))
    assert not only_words_since(told.installation, asked, council)
