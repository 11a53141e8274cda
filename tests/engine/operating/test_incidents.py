"""A case that cannot go on is an incident: told, tried again, and in nobody's way."""

import pytest
from sqlalchemy import update

from engine.access import NotAllowed
from engine.acts.tasks import complete_task
from engine.case_file.reader import read_case_file
from engine.clock import parse_instant
from engine.diagrams.freeze import NotThawed
from engine.diagrams.run import Stuck
from engine.history.operating_acts import ENDED, PUT_BACK, RESUMED, RETRIED, SKIPPED, SUSPENDED
from engine.operating.acts import (
    CannotRepair,
    end_case,
    go_back,
    resume,
    skip_step,
    suspend,
    try_again,
)
from engine.operating.desk import (
    NoSuchCase,
    count_incidents,
    find_troubles,
    list_incidents,
    read_case_to_repair,
)
from engine.procedures import Package
from engine.rehearsal import Rehearsal
from engine.store.cases import cases
from engine.store.database import Database
from engine.turns.incidents import CANNOT_GO_ON, TEMPLATE
from engine.worker import Worker
from tests.engine.moving.redrawn import DIAGRAM, put_to_use, redrawn
from tests.engine.moving.test_moves import _NoPost, move
from tests.few_scenarios import on_the_newest
from tests.stories import (
    CONCERN,
    acts,
    at_stage,
    bodies,
    breaks,
    london,
    messages,
    open_steps,
    procedure,
    raise_at_stage,
    story,
)

REASON = "The Director agreed on 31 March."


def without_a_way(since: Package | None = None) -> Package:
    """The procedure in which nothing follows from a silence at Stage 1 but what is never so."""
    return nowhere_from("stage1_due", "stage1_no_answer", since)


def nowhere_from(source: str, target: str, since: Package | None = None) -> Package:
    """The procedure in which one step or event leads on by what is never so."""
    package = since or procedure()
    text = package.files[DIAGRAM].decode()
    ways = "".join(
        f'<bpmn:sequenceFlow id="{flow}" sourceRef="who_knows" targetRef="{target}">'
        f"<bpmn:conditionExpression>harm = &#34;{never}&#34;</bpmn:conditionExpression>"
        "</bpmn:sequenceFlow>"
        for flow, never in (("nowhere", "never"), ("nowhere_else", "not ever"))
    )
    flow = f'<bpmn:sequenceFlow id="{source}_to_{target}" sourceRef="{source}" targetRef="{{}}" />'
    assert text.count(flow.format(target)) == 1
    text = text.replace(
        flow.format(target),
        flow.format("who_knows")
        + '<bpmn:exclusiveGateway id="who_knows" name="Who knows?" />'
        + ways,
    )
    files = {**package.files, DIAGRAM: text.encode()}
    return Package(council=package.council, key=package.key, files=files)


def stuck(database: Database) -> Rehearsal:
    """At Stage 1 since 23 March, on a version in which the silence of 30 March leads nowhere."""
    told = story("2026-03-23T10:12", database)
    put_to_use(told, without_a_way())
    on_the_newest(told)
    raise_at_stage(told, 1)
    return told


def worker_of(told: Rehearsal) -> Worker:
    return Worker(told.installation, _NoPost())


def standing(told: Rehearsal) -> list[str]:
    """The causes of the incidents that are not over."""
    return [each.cause for each in list_incidents(told.installation, told.people["admin"])[0]]


def number(told: Rehearsal) -> str:
    return told.case().number


def test_silence_that_leads_nowhere_is_an_incident_and_stops_nobody(database: Database) -> None:
    told = stuck(database)
    first = told.case_id
    raise_at_stage(told, 2)
    told.clock.set(parse_instant("2026-03-31T09:00"))
    worker = worker_of(told)
    done = worker.round()
    assert (done.cases, done.stuck) == (2, 0)
    assert "stage2_no_answer" in open_steps(told)  # the other case went on
    assert standing(told) == ["At “Who knows?” there is no way on that fits what was answered."]
    assert count_incidents(told.installation, told.people["admin"]) == 1
    told.case_id = first
    assert acts(told)[-1] == (CANNOT_GO_ON, "stage1_due")
    assert any("could not go on at “Respond at Stage 1”" in body for body in bodies(told))
    sent = [each for each in messages(told) if each.template == TEMPLATE]
    assert {each.post for each in sent} == {"iro_sm", "admin"}
    assert "/incidents/" in sent[0].body
    assert "Played Child" not in sent[0].body
    (trouble,) = find_troubles(told.installation, first)
    assert trouble.told == "Safeguarding and Review Service Manager, Administrator"

    # It is not tried again at once, nor told again, and costs no other round.
    assert worker.round().cases == 0
    told.clock.set(parse_instant("2026-03-31T09:11"))
    assert worker.round().cases == 1
    assert len([each for each in messages(told) if each.template == TEMPLATE]) == len(sent)
    assert [act for act, _ in acts(told)].count(CANNOT_GO_ON) == 1
    assert find_troubles(told.installation, first)[0].times == 2
    assert not breaks(told.installation)


def test_the_raiser_and_the_respondent_go_on_all_the_same(database: Database) -> None:
    told = stuck(database)
    told.move_to(parse_instant("2026-03-31T09:00"))
    assert "stage1_respond" in open_steps(told)
    told.answer("stage1_respond", {"answer": "We disagree", "position": "not agreed"})
    assert "stage1_outcome" in open_steps(told)
    assert standing(told) == []  # what could not pass is gone
    assert list_incidents(told.installation, told.people["admin"])[1]

    told.press("formal_withdraw", {"closed_as": "withdrawn", "reason": "It is settled."})
    assert told.case().closed_at is not None
    assert not breaks(told.installation)


def test_a_deadline_passes_after_another_that_cannot(database: Database) -> None:
    told = stuck(database)
    told.move_to(parse_instant("2026-05-01T09:00"))
    assert ("deadline passed", "limit") in acts(told)
    assert len(standing(told)) == 1


def test_it_is_mended_by_a_move_and_tried_again(database: Database) -> None:
    told = stuck(database)
    told.move_to(parse_instant("2026-03-31T09:00"))
    assert not try_again(told.installation, number(told), by=told.people["admin"], reason=REASON)
    mended = put_to_use(told, redrawn(("Stage 1 outcome", "Outcome of Stage 1")))
    assert move(told, mended.number).moved
    assert "stage1_no_answer" not in open_steps(told)
    assert try_again(told.installation, number(told), by=told.people["iro_sm"], reason=REASON)
    assert "stage1_no_answer" in open_steps(told)
    assert standing(told) == []
    assert [act for act, _ in acts(told)].count(RETRIED) == 2
    assert not breaks(told.installation)


def nowhere_to_settle(database: Database) -> Rehearsal:
    """At the outcome of Stage 1, on a version in which what is settled there leads nowhere."""
    told = story("2026-03-23T10:12", database)
    text = procedure().files[DIAGRAM].decode()
    nowhere = text.replace('decision = "settled"', 'decision = "never said"')
    assert nowhere != text
    files = {**procedure().files, DIAGRAM: nowhere.encode()}
    put_to_use(told, Package(council=procedure().council, key=procedure().key, files=files))
    on_the_newest(told)
    raise_at_stage(told, 1)
    told.answer("stage1_respond", {"answer": "Yes", "position": "agreed"})
    return told


def settle(told: Rehearsal) -> None:
    """The raiser says that it is settled."""
    complete_task(
        told.installation,
        told.task_at("stage1_outcome").id,
        by=told.people["raiser"],
        answers={"decision": "settled", "outcome": "met"},
    )


def test_an_answer_with_no_way_on_is_kept_as_a_draft_and_told(database: Database) -> None:
    told = nowhere_to_settle(database)
    before = acts(told)
    task = told.task_at("stage1_outcome")
    with pytest.raises(Stuck):
        settle(told)
    assert acts(told) == before
    assert told.task_at("stage1_outcome").closed_at is None
    assert len(standing(told)) == 1
    skip = {"decision": "stage 2"}
    skip_step(
        told.installation,
        number(told),
        task.id,
        by=told.people["iro_sm"],
        reason=REASON,
        answers=skip,
    )
    assert "stage2_respond" in open_steps(told)
    assert standing(told) == []
    assert acts(told)[-1] == (SKIPPED, "stage1_outcome")


def test_what_somebody_sent_stands_until_they_send_it_again(database: Database) -> None:
    told = nowhere_to_settle(database)
    here, by = told.installation, told.people["iro_sm"]
    with pytest.raises(Stuck):
        settle(told)
    before = acts(told)
    with pytest.raises(CannotRepair, match="only they can do it again"):
        try_again(here, number(told), by=by, reason=REASON)
    assert acts(told) == before
    (trouble,) = find_troubles(here, told.case_id)
    assert (trouble.of_an_act, trouble.acted, trouble.times) == (True, "stage1_outcome", 1)

    told.clock.set(parse_instant("2026-03-24T09:00"))
    told.press("convene_pressed", MEETING)  # something else
    with pytest.raises(Stuck):
        settle(told)
    assert [each.times for each in find_troubles(here, told.case_id)] == [2]

    mended = put_to_use(told, redrawn(("Stage 1 outcome", "Outcome of Stage 1")))
    assert move(told, mended.number).moved
    assert len(standing(told)) == 1  # mended, and still to be sent
    settle(told)
    assert standing(told) == []
    assert not breaks(here)


def test_what_somebody_sent_is_over_when_the_step_is_not_asked_any_more(
    database: Database,
) -> None:
    told = story("2026-03-23T10:12", database)
    put_to_use(told, nowhere_from("stage1_respond", "stage1_closed"))
    on_the_newest(told)
    raise_at_stage(told, 1)
    with pytest.raises(Stuck):
        told.answer("stage1_respond", {"answer": "Yes", "position": "agreed"})
    told.press("convene_pressed", MEETING)
    assert len(standing(told)) == 1
    told.press("stage1_decide_without_answer", {})
    assert "stage1_respond" not in open_steps(told)
    assert standing(told) == []


def test_what_a_button_could_not_do_stands_until_it_is_pressed_again(database: Database) -> None:
    told = story("2026-03-23T10:12", database)
    put_to_use(told, nowhere_from("stage1_decide_without_answer", "stage1_decide"))
    on_the_newest(told)
    raise_at_stage(told, 1)
    with pytest.raises(Stuck):
        told.press("stage1_decide_without_answer", {})
    told.press("convene_pressed", MEETING)
    mended = put_to_use(told, redrawn(("Stage 1 outcome", "Outcome of Stage 1")))
    assert move(told, mended.number).moved
    assert len(standing(told)) == 1
    told.press("stage1_decide_without_answer", {})
    assert standing(told) == []


def test_while_a_case_is_suspended_nothing_of_it_is_tried_again(database: Database) -> None:
    told = stuck(database)
    told.move_to(parse_instant("2026-03-31T09:00"))
    here, by = told.installation, told.people["admin"]
    suspend(here, number(told), by=by, reason=REASON)
    with pytest.raises(CannotRepair, match="Resume the case first"):
        try_again(here, number(told), by=by, reason=REASON)
    assert len(standing(told)) == 1
    resume(here, number(told), by=by, reason=REASON)
    assert not try_again(here, number(told), by=by, reason=REASON)


def test_a_step_is_put_back_and_its_due_date_begins_anew(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    told.answer("stage1_respond", {"answer": "We disagree", "position": "not agreed"})
    told.clock.set(parse_instant("2026-03-24T11:00"))
    known = len(messages(told))
    desk = read_case_to_repair(told.installation, number(told), told.people["admin"])
    assert [each.element for each in desk.earlier] == ["stage1_respond"]
    (step,) = desk.steps
    assert [field.key for field in step.routes][:1] == ["decision"]
    go_back(
        told.installation,
        number(told),
        step.task_id,
        "stage1_respond",
        by=told.people["admin"],
        reason=REASON,
    )
    assert open_steps(told) == {"stage1_respond": "2026-03-31 23:59"}
    assert acts(told)[-1] == (PUT_BACK, "stage1_respond")
    after = {(each.post, each.template) for each in messages(told)[known:]}
    assert ("raiser", TEMPLATE) in after
    assert ("tm", "new-task") in after
    told.answer("stage1_respond", {"answer": "Yes", "position": "agreed"})
    assert "stage1_outcome" in open_steps(told)
    assert not breaks(told.installation)


def test_while_a_case_is_suspended_no_deadline_passes_in_it(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    here, by = told.installation, told.people["iro_sm"]
    suspend(here, number(told), by=by, reason=REASON)
    with pytest.raises(CannotRepair, match="suspended already"):
        suspend(here, number(told), by=by, reason=REASON)
    told.move_to(parse_instant("2026-04-01T09:00"))
    assert worker_of(told).round().cases == 0
    assert open_steps(told) == {"stage1_respond": "2026-03-30 23:59"}
    told.press("convene_pressed", MEETING)  # people may act all the same
    assert "stage1_no_answer" not in open_steps(told)
    resume(here, number(told), by=by, reason=REASON)
    assert "stage1_no_answer" in open_steps(told)
    with pytest.raises(CannotRepair, match="not suspended"):
        resume(here, number(told), by=by, reason=REASON)
    done = [act for act, _ in acts(told)]
    assert [act for act in done if act in (SUSPENDED, RESUMED)] == [SUSPENDED, RESUMED]
    assert done[-1] == "deadline passed"
    assert not breaks(told.installation)


MEETING = {"meeting_at": "2026-04-03T14:00", "place": "Room 3", "purpose": "Who does what"}


def test_a_case_is_ended_and_nothing_of_it_waits(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    end_case(told.installation, number(told), by=told.people["admin"], reason=REASON)
    case = told.case()
    assert (case.outcome, case.closed_at is not None) == ("Ended by hand", True)
    assert open_steps(told) == {}
    assert told.deadlines() == []
    assert acts(told)[-1] == (ENDED, "")
    file = read_case_file(told.installation, case.number, told.people["raiser"])
    assert REASON in file.history[-1].words
    assert not breaks(told.installation)
    with pytest.raises(CannotRepair, match="is closed"):
        end_case(told.installation, number(told), by=told.people["admin"], reason=REASON)


def test_how_a_step_for_few_eyes_goes_on_is_said_by_those_alone(database: Database) -> None:
    told = story("2026-03-23T10:12", database)
    told.raise_concern({**CONCERN, "entry": "cafcass"})
    told.press("refer_pressed", {"reason": "The court's plan is being left."})
    here, task = told.installation, told.task_at("cafcass_answer")
    answers = {"after_cafcass": "close"}
    with pytest.raises(CannotRepair, match="Only those who may see that step"):
        skip_step(
            here, number(told), task.id, by=told.people["admin"], reason=REASON, answers=answers
        )
    assert "cafcass_answer" in open_steps(told)
    skip_step(here, number(told), task.id, by=told.people["iro_sm"], reason=REASON, answers=answers)
    assert "cafcass_answer" not in open_steps(told)


def damaged(database: Database, told: Rehearsal) -> None:
    """What was saved of where the case stands is lost."""
    with database.write() as connection:
        connection.execute(
            update(cases).where(cases.c.id == told.case_id).values(state=b"\x01damaged")
        )


def test_a_case_that_cannot_be_read_begins_anew_at_a_step(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    told.answer("stage1_respond", {"answer": "We disagree", "position": "not agreed"})
    damaged(database, told)
    told.clock.set(parse_instant("2026-03-31T09:00"))
    assert worker_of(told).round().stuck == 1
    assert standing(told) == ["Where the case stands cannot be read."]
    assert worker_of(told).round().stuck == 0
    here, by = told.installation, told.people["admin"]
    with pytest.raises(NotThawed):
        try_again(here, number(told), by=by, reason=REASON)
    desk = read_case_to_repair(here, number(told), by)
    assert not desk.readable
    go_back(here, number(told), None, "stage1_respond", by=by, reason=REASON)
    assert open_steps(told) == {"stage1_respond": "2026-04-09 23:59"}
    limits = [london(row.due) for row in told.deadlines() if row.case_limit]
    assert limits == ["2026-04-22 23:59"]  # twenty working days after 23 March, as before
    assert standing(told) == []
    told.answer("stage1_respond", {"answer": "Yes", "position": "agreed"})
    assert "stage1_outcome" in open_steps(told)
    assert not breaks(told.installation)


def test_a_case_that_cannot_be_read_can_be_ended(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    damaged(database, told)
    end_case(told.installation, number(told), by=told.people["admin"], reason=REASON)
    assert told.case().outcome == "Ended by hand"
    assert (open_steps(told), told.deadlines()) == ({}, [])
    assert not breaks(told.installation)


def test_who_may_and_what_is_asked(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:12", database)
    here, by = told.installation, told.people["iro_sm"]
    for post in ("raiser", "tm", "iro_tm"):
        with pytest.raises(NotAllowed):
            list_incidents(here, told.people[post])
        with pytest.raises(NotAllowed):
            suspend(here, number(told), by=told.people[post], reason=REASON)
        with pytest.raises(NotAllowed):
            read_case_to_repair(here, number(told), told.people[post])
    with pytest.raises(CannotRepair, match="Write why"):
        suspend(here, number(told), by=by, reason=" ")
    with pytest.raises(CannotRepair, match="Shorten"):
        suspend(here, number(told), by=by, reason="x" * 2001)
    with pytest.raises(NoSuchCase):
        suspend(here, "2026-99999", by=by, reason=REASON)
    task = told.task_at("stage1_respond")
    with pytest.raises(CannotRepair, match="waits already"):
        go_back(here, number(told), task.id, "stage1_respond", by=by, reason=REASON)
    with pytest.raises(CannotRepair, match="runs beside"):
        go_back(here, number(told), task.id, "weigh_impact", by=by, reason=REASON)
    with pytest.raises(CannotRepair, match="no such step"):
        go_back(here, number(told), task.id, "limit", by=by, reason=REASON)
    with pytest.raises(CannotRepair, match="does not wait any more"):
        skip_step(here, number(told), 999, by=by, reason=REASON, answers={})
