"""Leicestershire's Quality Assurance Alert: what is the council's own."""

from datetime import date
from functools import cache

import pytest

from engine.administration.absences import record_absence
from engine.case_file.reader import read_case_file
from engine.clock import parse_instant
from engine.councils import read_council
from engine.filing_rules import WRITER, rule_for
from engine.play import find_entries, play_silence, read_scenario
from engine.play.events import due_text
from engine.procedures import Package, read_package
from engine.rehearsal import Rehearsal
from engine.roads.roads import road_from_here, roads_at_task
from engine.turns.open_case import RaisersAlone
from tests.processes.clauses import shown_by
from tests.stories import CONCERN, PROCESSES, messages

LEI = PROCESSES / "leicestershire" / "quality-assurance-alert"

# What the text has people asked: the file, and what it must hold.
ASKED = {
    "LEI-1-3": ("forms/raise.form", "know how an advocate could help"),
    "LEI-1-6": ("forms/informal-outcome.form", '"key": "learning"'),
    "LEI-3.1-3": ("forms/informal-outcome.form", "IRO QA"),
    "LEI-4.1-4": ("forms/weigh-impact.form", '"key": "supervision"'),
    "LEI-4.2-2": ("forms/raise.form", '"key": "against_wishes_why"'),
    "LEI-4.2-4": ("forms/refer.form", '"key": "efforts"'),
    "LEI-4.3-1": ("forms/weigh-impact.form", '"key": "complaint_serious"'),
    "LEI-4.3-2": ("forms/raise.form", "right to complain was explained"),
    "LEI-4.3-3": ("forms/weigh-impact.form", '"key": "complaint_by"'),
}

GOING_UP = {
    ("informal_respond", "2026-03-23T10:00"): {
        "informal_respond": "2026-03-30",
        "stage1_respond": "2026-04-08",
        "stage2_respond": "2026-04-15",
        "stage3_respond": "2026-04-22",
        "stage4_respond": "2026-04-29",
        "final_step": "2026-05-07",
        "limit": "2026-04-29",
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
    ("challenge_heard", "2026-03-23T10:00"): {},
    ("next_step", "2026-03-23T10:00"): {},
}


@cache
def package() -> Package:
    return read_package(LEI)


def story(at: str) -> Rehearsal:
    return Rehearsal(PROCESSES, package(), parse_instant(at), statuses=("looked after",))


def at_stage(number: int, at: str) -> Rehearsal:
    told = story(at)
    reason = "Only this manager can decide it"
    told.raise_concern(
        {**CONCERN, "entry": "formal", "decision": f"stage {number}", "reason": reason}
    )
    return told


@pytest.mark.parametrize("clause", ASKED)
def test_what_the_text_has_people_asked_is_asked(clause: str) -> None:
    file, text = ASKED[clause]

    assert text in (LEI / file).read_text(encoding="utf-8")


def test_every_choice_where_the_text_leaves_one_is_shown_by_a_scenario() -> None:
    # 10 is of how a judgment is cited, 12 of the review date: both stand in procedure.toml.
    assert {f"A-LEI-{n}" for n in range(1, 15)} - {"A-LEI-10", "A-LEI-12"} - shown_by(LEI) == set()

    said = (LEI / "procedure.toml").read_text(encoding="utf-8")
    assert "[2018] EWFC 72, on Herefordshire Council" in said
    assert 'review = "due in May 2021"\nreview_by = 2021-05-31\n' in said


def test_only_the_nominated_officer_keeps_the_procedure_from_being_used() -> None:
    asked = package().settings["unconfirmed"]

    assert [each["id"] for each in asked if each["blocking"]] == ["Q2"]
    section_10 = {f"Q{n}" for n in (1, 2, 3, 5, 6, 7, 8, 9, 10, 11)}
    assert section_10 - {each["id"] for each in asked} == set()


@pytest.mark.parametrize(("entry", "start"), GOING_UP, ids=str)
def test_respondents_silent_and_the_iro_going_up_at_each_due_date(entry: str, start: str) -> None:
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


def test_the_message_that_an_alert_goes_on_names_the_stage_to_which_it_goes() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.answer("stage1_respond", {"answer": "It is being done."})
    answers = {"decision": "stage 2", "unresolved": "All", "reason": "It cannot wait"}
    told.answer("stage1_outcome", answers)

    sent = [each for each in messages(told) if each.template == "alert-sent"]
    assert sorted(each.post for each in sent) == ["admin_team", "iro_senior", "iro_tm", "tm"]
    assert all("to Stage 2." in each.body for each in sent)
    answered = [each for each in messages(told) if each.template == "answered"]
    assert [(each.post, "(Stage 1)" in each.body) for each in answered] == [("sw", True)]


def test_an_invitation_to_the_meeting_before_cafcass_brings_its_day_and_says_nothing_of_cafcass() -> (  # noqa: E501
    None
):
    told = at_stage(4, "2026-03-23T10:00")
    told.press(
        "meet_pressed",
        {
            "cafcass_meeting_at": "2026-03-31T14:00",
            "place": "Room 3",
            "cafcass_invited": ["ad", "hos", "hos_safeguarding", "iro_manager"],
            "purpose": "What cannot be resolved",
        },
    )

    invited = [each for each in messages(told) if each.template == "meeting-before-cafcass"]
    assert {each.post for each in invited} == {
        "ad", "hos", "hos_safeguarding", "iro_manager", "raiser",
    }  # fmt: skip
    assert all("20260331T14" in (each.calendar or "") for each in invited)
    assert not [each for each in invited if "CAFCASS" in each.subject + each.body]


def test_while_the_iro_is_away_the_iro_manager_goes_on_and_ends_nothing() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    raiser, manager = told.people["raiser"], told.people["iro_manager"]
    told.answer("stage1_respond", {"answer": "It is being done."})
    today = date(2026, 3, 23)
    # Nobody is named: the IRO Manager stands in by the council's rule.
    record_absence(told.installation, raiser.id, by=raiser, starts=today, ends=None, deputy_id=None)

    with pytest.raises(RaisersAlone):
        told.answer("stage1_outcome", {"decision": "settled"}, post="iro_manager")
    with pytest.raises(RaisersAlone):
        told.press(
            "formal_withdraw", {"closed_as": "withdrawn", "reason": "Late."}, post="iro_manager"
        )
    answers = {"decision": "stage 2", "unresolved": "All", "reason": "It cannot wait"}
    told.answer("stage1_outcome", answers, post="iro_manager")
    told.give_time("stage2_respond", date(2026, 4, 7), "Half the team is ill.", post="iro_manager")
    told.press("refer_pressed", {"reason": "It cannot wait."}, post="iro_manager")

    file = read_case_file(told.installation, told.case().number, manager)
    assert file.is_raiser
    assert {"stage2_respond", "refer_meeting"} <= {task.element for task in told.tasks()}


def test_four_stages_of_five_days_use_all_twenty_and_the_upload_is_no_part_of_the_road() -> None:
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


def test_what_is_asked_beside_the_stages_leads_nowhere_by_itself() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.press("consider_pressed", {"complex_issues": "yes"})
    told.answer("stage1_respond", {"answer": "It is being done."})
    file = read_case_file(told.installation, told.case().number, told.people["raiser"])

    roads = {task.element: len(roads_at_task(file, task)) for task in told.tasks()}

    assert roads["consider_meeting"] == roads["weigh_impact"] == 0
    assert roads["stage1_outcome"] == 6


def test_whoever_takes_part_in_a_scenario_is_a_post_of_the_council() -> None:
    posts = read_council(LEI.parent).posts
    scenarios = (read_scenario(f.read_bytes(), f.name) for f in (LEI / "scenarios").glob("*.toml"))

    assert {step.post for each in scenarios for step in each.steps if step.post} <= posts.keys()


@pytest.mark.parametrize(
    ("stage", "element", "heading", "by"),
    [
        ("informal", "raised", "IRO QA", "raiser"),  # LEI-3.1-3
        ("2", "raised", "Quality Assurance Alert", "admin_team"),  # LEI-S1-4
        ("2", "stage2_respond", "Quality Assurance Alert case note", WRITER),  # LEI-S2-8
        ("CAFCASS", "refer_pressed", "Quality Assurance Alert case note", WRITER),  # LEI-4.1-5
    ],
)
def test_the_admin_team_uploads_the_alert_and_each_appends_their_own(
    stage: str, element: str, heading: str, by: str
) -> None:
    rule = rule_for(package().filing, stage, ["looked after"], element)

    assert rule is not None
    assert (rule.heading, rule.by) == (heading, by)
