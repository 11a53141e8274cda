"""Who is told: those whom the diagram names, each once, and nothing of the child."""

from engine.access import may_see_case
from engine.clock import parse_instant
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from engine.store.notices import NoticeRow
from tests.stories import CONCERN, at_stage, escalate, notices, raise_informally, story, told_since


def _told(told: Rehearsal) -> list[tuple[str, str, str]]:
    return [(notice.post, notice.template, notice.element) for notice in notices(told)]


def test_whoever_gets_a_task_is_told_and_the_service_manager_is_kept_informed() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    assert _told(told) == [
        ("tm", "new-task", "stage1_respond"),
        ("iro_sm", "digest", "stage1_respond"),
    ]
    task, informed = notices(told)
    assert task.subject == "Case 2026-00001: Respond at Stage 1"
    assert "Due: Monday 30 March 2026" in task.body
    assert "http://127.0.0.1:8000/cases/2026-00001" in task.body
    began = "Case 2026-00001: “Respond at Stage 1” began, due Monday 30 March 2026"
    assert (informed.subject, informed.next_try_at) == (began, None)
    assert (task.address, task.next_try_at) == (
        "tm@north-east-lincolnshire.invalid",
        parse_instant("2026-03-23T10:00"),
    )


def test_the_one_whose_own_act_opened_the_task_is_not_told_of_it() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.press("refer_pressed", {"reason": "It cannot wait"})
    assert ("raiser", "new-task", "telephone_cafcass") not in _told(told)


def test_the_respondent_learns_the_outcome_of_their_answer() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.answer("stage1_respond", {"answer": "Done"})
    known = len(notices(told))
    told.answer("stage1_outcome", {"decision": "settled"})
    assert told_since(told, known) == {
        ("tm", "digest"),
        ("iro_sm", "digest"),
    }


def test_the_assistant_director_gets_an_email_from_the_raiser() -> None:  # NEL-S4-4
    told = at_stage(4, "2026-03-23T10:00")
    (email,) = (notice for notice in notices(told) if notice.template == "stage-4")
    assert email.post == "ad"
    assert "From the Independent Chair / IRO: case 2026-00001 has come to Stage 4" in email.body


def test_those_whom_the_text_names_are_told_before_a_referral() -> None:  # NEL-5-6, 5-7, 5-11
    told = at_stage(1, "2026-03-23T10:00")
    known = len(notices(told))
    told.press("consider_pressed", {})
    assert told_since(told, known) == {
        ("iro_sm", "considering"),
        ("iro_sm_line", "considering"),
        ("iro_sm", "new-task"),
    }
    known = len(notices(told))
    told.press(
        "refer_pressed",
        {"reason": "She is moved on Friday", "curtailed": True, "curtailed_why": "No time is left"},
    )
    assert told_since(told, known) == {
        ("iro_sm", "referring"),
        ("iro_sm_line", "referring"),
        ("iro_tm", "curtailed"),
        ("iro_sm", "curtailed"),
    }


def test_the_end_of_the_twenty_days_is_told_to_those_who_watch_them() -> None:
    told = at_stage(4, "2026-03-23T10:00")
    told.move_to(parse_instant("2026-04-22T12:00"))
    known = len(notices(told))
    told.move_to(parse_instant("2026-04-22T23:59:59"))
    assert told_since(told, known) == {("raiser", "digest"), ("iro_sm", "digest")}


def _whole_story(told: Rehearsal) -> list[NoticeRow]:
    raise_informally(told, "both")
    told.move_to(parse_instant("2026-03-25T09:00"))
    told.answer("informal_no_answer", {"silence": "chase"})
    told.answer("informal_respond", {"answer": "Zebedee Quartermaine is fine"}, post="sw")
    escalate(told, "informal_outcome", "stage 1")
    told.move_to(parse_instant("2026-04-03T09:00"))
    told.press("stage1_decide_without_answer", {"why_now": "Zebedee cannot wait"})
    escalate(told, "stage1_outcome", "stage 4")
    told.press("consider_pressed", {"considering_why": "Zebedee Quartermaine"})
    told.press("refer_pressed", {"reason": "Zebedee Quartermaine"})
    told.move_to(parse_instant("2026-05-29T09:00"))
    told.answer("stage4_respond", {"answer": "Zebedee Quartermaine stays"})
    told.answer("stage4_outcome", {"decision": "settled", "outcome_note": "Zebedee stays"})
    return notices(told)


def test_no_notice_says_anything_of_the_child_or_the_concern(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    sent = _whole_story(told)
    assert len({notice.template for notice in sent}) >= 7
    child = told.child
    secrets = [
        *(child.name, *child.name.split(), child.reference, "Zebedee", "Quartermaine"),
        *(f"{child.date_of_birth:%d %B %Y}", child.date_of_birth.isoformat(), "1 January 2016"),
        *CONCERN.values(),
    ]
    for notice in sent:
        shown = (notice.subject, notice.body, notice.key, notice.element, notice.calendar or "")
        text = " ".join(shown)
        for secret in secrets:
            assert secret not in text, (secret, notice)


def test_nobody_is_told_the_same_thing_twice(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    sent = _whole_story(told)
    assert len({notice.key for notice in sent}) == len(sent)
    keys = [(notice.sequence, notice.element, notice.template, notice.person_id) for notice in sent]
    assert len(set(keys)) == len(keys)
    assert all("{{" not in notice.subject + notice.body for notice in sent)


def test_whoever_is_told_or_asked_may_see_the_case(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    for notice in _whole_story(told):
        with database.read() as connection:
            at = told.clock.now()
            assert may_see_case(connection, told.case_id, notice.person_id, at), notice.post
