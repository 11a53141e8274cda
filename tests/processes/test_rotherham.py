"""Rotherham's Challenge and Escalation: what is the council's own."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache

import pytest

from engine.acts.actions import DONE, answer_follow_up, find_follow_ups
from engine.acts.concerns import read_concerns
from engine.case_file.reader import read_case_file
from engine.clock import parse_instant
from engine.councils import read_council
from engine.filing_rules import read_rules, rule_for
from engine.forms import check_answers
from engine.play import find_entries, play_silence, read_scenario
from engine.play.events import due_text
from engine.procedures import Package, read_package
from engine.rehearsal import Rehearsal
from engine.roads.roads import road_from_here, roads_at_act
from tests.processes.clauses import shown_by
from tests.stories import PROCESSES, chain, messages, notices

ROT = PROCESSES / "rotherham" / "challenge-and-escalation"

# What the text has people asked: the file, and what it must hold.
ASKED = {
    "ROT-2.1-1": ("forms/raise.form", '"key": "prepared"'),
    "ROT-2.2-1": ("forms/raise.form", '"key": "overview_plan"'),
    "ROT-2.3-1": ("forms/resolution.form", '"key": "resolution_recorded"'),
    "ROT-2.4-1": ("forms/review.form", '"key": "owner"'),
    "ROT-2.7-1": ("forms/stage-outcome.form", '"key": "outside_control"'),
    "ROT-2.8-3": ("forms/stage-outcome.form", '"key": "impact_of_plan"'),
    "ROT-2.T": ("forms/complete-challenge.form", '"label": "Therapeutic provision"'),
    "ROT-3.1-1": ("forms/action-plan.form", "promptly of significant events"),
    "ROT-3.4-1": ("forms/answer.form", '"key": "plan_owner"'),
    "ROT-4.4-1": ("procedure.toml", "within 6 months"),
}

GOING_UP = {
    ("alert_respond", "2026-03-23T10:00"): {
        "alert_respond": "2026-03-30",
        "stage1_respond": "2026-04-09",
        "stage2_respond": "2026-04-16",
        "stage3_respond": "2026-04-23",
        "stage4_respond": "2026-04-30",
        "final_step": "2026-05-08",
        "limit": "2026-04-30",
    },
    ("stage1_respond", "2026-03-23T10:00"): {
        "stage1_respond": "2026-03-30",
        "stage2_respond": "2026-04-08",
        "stage3_respond": "2026-04-15",
        "stage4_respond": "2026-04-22",
        "final_step": "2026-04-29",
        "limit": "2026-04-22",
    },
    ("stage3_respond", "2026-12-18T12:00"): {
        "stage3_respond": "2026-12-29",
        "stage4_respond": "2027-01-06",
        "final_step": "2027-01-13",
        "limit": "2027-01-20",
    },
    ("next_step", "2026-03-23T10:00"): {},
}

ALERT = {
    "entry": "informal",
    "concern": "The statutory visits are two months late",
    "impact": "The child has nobody to tell",
    "action": "Visit this week",
    "action_by": "2026-04-02",
}
PLAN: list[Mapping[str, object]] = [
    {"plan_action": "A visit", "plan_owner": "Social Worker", "plan_by": "2026-04-02"}
]


@cache
def package() -> Package:
    return read_package(ROT)


def story(at: str) -> Rehearsal:
    return Rehearsal(PROCESSES, package(), parse_instant(at), statuses=("looked after",))


def at_stage(number: int, at: str, **more: str) -> Rehearsal:
    told = story(at)
    words = {key: ALERT[key] for key in ("concern", "impact", "action")}
    chosen = {"entry": "formal", "decision": f"stage {number}", "reason": "Only they can decide"}
    told.raise_concern({**words, **chosen, **more})
    return told


@pytest.mark.parametrize("clause", ASKED)
def test_what_the_text_has_people_asked_is_asked(clause: str) -> None:
    file, text = ASKED[clause]

    assert text in (ROT / file).read_text(encoding="utf-8")


def test_every_choice_where_the_text_leaves_one_is_shown_by_a_scenario() -> None:
    # 9 is of meetings, 12 of the tracker: both stand in procedure.toml.
    assert {f"A-ROT-{n}" for n in range(1, 12)} - {"A-ROT-9"} - shown_by(ROT) == set()

    asked = {clause for each in package().settings["unconfirmed"] for clause in each["clauses"]}
    assert {"A-ROT-9", "A-ROT-12"} <= asked


def test_only_the_missing_flowchart_keeps_the_procedure_from_being_used() -> None:
    asked = package().settings["unconfirmed"]

    assert [each["id"] for each in asked if each["blocking"]] == ["Q1", "Q4"]
    section_10 = {f"Q{n}" for n in (1, 2, 4, 5, 6, 7, 8, 9, 10, 11)}
    assert section_10 - {each["id"] for each in asked} == set()
    assert "within 6 months" in package().settings["source"]["review"]


def test_the_eight_agreed_themes_are_asked_for_and_no_others() -> None:
    themes = package().settings["themes"]

    assert len(themes) == 8
    asking = {name: form.field("themes") for name, form in package().forms.items()}
    asking = {name: field for name, field in asking.items() if field is not None}
    assert sorted(asking) == [
        "alert-outcome",
        "complete-challenge",
        "raise",
        "resolution",
        "review",
    ]
    for field in asking.values():
        assert field is not None
        assert [option.label for option in field.options] == themes


@pytest.mark.parametrize(("entry", "start"), GOING_UP, ids=str)
def test_managers_silent_and_the_matter_going_up_at_each_due_date(entry: str, start: str) -> None:
    chosen = next(each for each in find_entries(package()) if each.name == entry)
    up = play_silence(PROCESSES, package(), chosen, parse_instant(start), going_up=True)

    dues = {
        event.element: due_text(event.due)
        for event in up.events
        if event.event in ("task", "limit") and event.due is not None
    }
    rungs = {e: due for e, due in dues.items() if e.endswith("_respond")}
    rungs |= {e: due for e, due in dues.items() if e in ("final_step", "limit")}
    assert rungs == GOING_UP[entry, start]


def test_everyone_silent_opens_no_stage_from_any_way_in() -> None:
    for entry in find_entries(package()):
        start = parse_instant("2026-03-23T10:00")
        events = play_silence(PROCESSES, package(), entry, start, going_up=False).events
        after = [e.element for e in events if e.event == "task" and e.at > events[0].at]
        assert all(element.endswith("_no_answer") for element in after)


def test_each_quality_alert_is_a_concern_with_a_date_of_its_own() -> None:
    told = story("2026-03-23T10:00")
    further: list[Mapping[str, object]] = [
        {"alert": "The plan is not signed", "alert_action": "Sign it", "alert_by": "2026-04-10"},
        {"alert": "No visit is written up", "alert_action": "Do it", "alert_by": "2026-04-14"},
    ]
    told.raise_concern({**ALERT, "more_alerts": further})

    concerns = read_concerns(told.installation, told.case_id)
    assert [(each.place, each.concern, each.action) for each in concerns] == [
        (1, "The statutory visits are two months late", "Visit this week"),
        (2, "The plan is not signed", "Sign it"),
        (3, "No visit is written up", "Do it"),
    ]
    assert [each.by_when for each in concerns][1:] == [date(2026, 4, 10), date(2026, 4, 14)]
    assert concerns[0].by_when == date(2026, 4, 2)


def test_an_alert_that_is_ignored_is_challenged_in_the_case_that_holds_it() -> None:
    told = story("2026-03-23T10:00")
    told.raise_concern(ALERT)
    told.press("alert_decide_without_answer", {})
    up = {"decision": "stage 1", "unresolved": "The visits", "reason": "No plan came"}
    told.answer("alert_outcome", up)

    assert told.case().stage == "1"
    (alert,) = read_concerns(told.installation, told.case_id)
    assert (alert.concern, alert.by_when) == (ALERT["concern"], date(2026, 4, 2))


def test_an_action_plan_says_what_who_and_by_when() -> None:
    form = package().forms["answer"]
    raw = {"position": ["agreed"], "plan-rows": ["1"], "plan-1-plan_action": ["A visit"]}

    assert set(check_answers(form, raw).errors) == {"plan-1-plan_owner", "plan-1-plan_by"}
    refused = check_answers(form, {"position": ["outside"], "plan-rows": ["1"]})
    assert set(refused.errors) == {"answer"}


def test_the_24_hours_are_working_ones_and_the_elapsed_ones_are_kept_beside_them() -> None:
    told = at_stage(1, "2026-03-27T17:00", agreed_at="2026-03-27T16:00")

    (task,) = (each for each in told.tasks() if each.element == "record_challenge")
    assert task.due == parse_instant("2026-03-30T16:00")
    _, body = chain(told)[0]
    assert body is not None
    after = json.loads(body.content)["after"]
    assert after["due"]["record_challenge_due"] == "2026-03-30T15:00:00+00:00"
    assert after["elapsed"] == {"record_challenge_due": "2026-03-28T16:00:00+00:00"}
    file = read_case_file(told.installation, told.case().number, told.people["raiser"])
    assert any(
        "due 16:00 on Monday 30 March 2026 "
        "(24 hours by the clock are over 16:00 on Saturday 28 March 2026)" in sentence
        for sentence in file.history[0].then
    )


def test_what_was_said_with_the_operations_manager_is_read_by_no_respondent() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    advice = "Wait until the panel has met"
    told.answer(
        "record_consultation",
        {"consulted": "advised otherwise", "advice": advice, "going_on_why": "It is too late"},
    )

    def reads(post: str) -> bool:
        file = read_case_file(told.installation, told.case().number, told.people[post])
        return any(advice in words for line in file.history for _, words in line.answers)

    assert reads("raiser")
    assert reads("iro_ops_manager")
    assert not reads("tm")


def test_director_and_deputy_are_told_of_cafcass_in_the_second_in_which_it_is_pressed() -> None:
    told = at_stage(2, "2026-03-23T10:00")
    told.press("consider_pressed", {})
    told.press("refer_pressed", {"reason": "It cannot wait"})

    sent = {
        (each.post, each.template) for each in messages(told) if "referr" in each.subject.lower()
    }
    both = {(post, kind) for post in ("dcs", "deputy_dcs") for kind in ("considering", "referring")}
    assert both <= sent
    assert not [each for each in notices(told) if each.post == "iro_ops_manager"
                and each.template == "considering"]  # fmt: skip
    # Nothing waits for the Service Manager's own word with them.
    open_now = {task.element for task in told.tasks()}
    assert {"consider_spoken", "refer_spoken", "send_referral", "stage2_respond"} <= open_now


def test_who_tracks_quality_alerts_learns_nothing_of_a_challenge_that_was_none() -> None:
    told = at_stage(1, "2026-03-23T10:00")

    assert not [each for each in notices(told) if each.post == "qp_team"]


def test_the_dispute_closes_on_satisfaction_and_each_action_when_it_is_achieved() -> None:
    told = at_stage(1, "2026-03-23T10:00", wanted_by="2026-04-10")
    told.answer("record_challenge", {"challenge_recorded": "iro"})
    told.answer("record_consultation", {"consulted": "agreed"})
    told.answer("stage1_respond", {"position": "agreed", "plan": PLAN})
    told.answer("stage1_outcome", {"decision": "settled"})
    raiser = told.people["raiser"]

    assert told.case().outcome == "Settled at a formal stage"
    assert told.case().closed_at is not None
    told.move_to(parse_instant("2026-04-10T09:00"))
    with told.installation.database.read() as connection:
        (asked,) = find_follow_ups(connection, raiser, date(2026, 4, 10))
        assert asked.due == date(2026, 4, 10)
    answer_follow_up(
        told.installation, told.case_id, 1, by=raiser, done=DONE, changed="She starts in May"
    )
    with told.installation.database.read() as connection:
        assert not find_follow_ups(connection, raiser, date(2026, 4, 10))


def test_four_stages_of_five_days_use_all_twenty() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    file = read_case_file(told.installation, told.case().number, told.people["raiser"])

    road = road_from_here(file)

    assert road is not None
    assert [(leg.element, leg.day) for leg in road.legs] == [
        ("stage1_respond", 5),
        ("stage2_respond", 10),
        ("stage3_respond", 15),
        ("stage4_respond", 20),
        ("final_step", 25),
    ]


def test_the_texts_meetings_are_the_councils_standing_ones() -> None:
    meetings = read_council(ROT.parent).meetings

    assert {key: each.every_months for key, each in meetings.items()} == {
        "challenge": 1, "performance": 1, "themes": 2,
    }  # fmt: skip
    assert {"informal", "1", "2", "3", "4"} <= set(meetings["challenge"].stages)
    assert "tm" in meetings["themes"].attends
    assert meetings["performance"].kept_by == ("qp_team",)


def test_what_is_filed_is_called_as_the_iro_or_the_conference_chair_calls_it() -> None:
    rules = read_rules(package().settings)

    def called(*statuses: str) -> str:
        rule = rule_for(rules, "1", statuses, "stage1_respond")
        return rule.heading if rule else ""

    assert called("looked after") == "Case note (IRO)"
    assert called("child protection plan") == "Safeguarding Advice"
    assert called("looked after", "child protection plan") == "Case note (IRO)"


def test_a_talk_that_is_only_noted_shows_no_road() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    file = read_case_file(told.installation, told.case().number, told.people["raiser"])

    assert roads_at_act(file, "consult_pressed") == ()
    assert roads_at_act(file, "refer_pressed")


def test_whoever_takes_part_in_a_scenario_is_a_post_of_the_council() -> None:
    council = read_council(ROT.parent)
    scenarios = (read_scenario(f.read_bytes(), f.name) for f in (ROT / "scenarios").glob("*.toml"))

    assert council.kept_informed == "iro_ops_manager"
    assert {step.post for each in scenarios for step in each.steps if step.post} <= set(
        council.posts
    )
