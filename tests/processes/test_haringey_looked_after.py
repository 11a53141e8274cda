"""Haringey's escalation for looked-after children: what is its own."""

import re
import shutil
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from engine.access import NotAllowed
from engine.case_file.choosing import with_holders
from engine.case_file.reader import CaseFile, read_case_file
from engine.child_file.voice import CONSULTED, LEGAL_ADVICE, TOLD, read_voice, record_voice
from engine.clock import in_london, parse_instant
from engine.councils import read_council
from engine.forms import Answer
from engine.people import give_post
from engine.play import find_entries, play_silence, read_scenario
from engine.play.events import due_text
from engine.procedures import Package, read_package
from engine.rehearsal import Rehearsal
from engine.roads.roads import Road, road_from_here, roads_at_task, roads_of_raising
from tests.processes.clauses import drawn_in, shown_by
from tests.stories import CONCERN, PROCESSES, messages
from webui.roads import in_words

HLA = PROCESSES / "haringey" / "looked-after"

# What the text has people asked: the file, and what it must hold.
ASKED = {
    "HLA-3-1": ("forms/raise.form", '"value": "needs"'),
    "HLA-3-2": ("forms/raise.form", '"value": "review"'),
    "HLA-3-3": ("forms/raise.form", '"value": "implement"'),
    "HLA-3-4": ("forms/raise.form", '"value": "breach"'),
    "HLA-S4-2": ("forms/raise.form", '"key": "in_court"'),
    "HLA-L-1": ("forms/stage-outcome.form", "independent legal advice at any time"),
}


@cache
def package() -> Package:
    """The procedure, read once."""
    return read_package(HLA)


@pytest.mark.parametrize("clause", ASKED)
def test_what_the_text_has_people_asked_is_asked(clause: str) -> None:
    file, text = ASKED[clause]

    assert text in (HLA / file).read_text(encoding="utf-8")


def test_every_choice_where_the_text_leaves_one_is_shown_and_drawn() -> None:
    # 14 and 18 are of children on a plan; 21 is of how guidance is cited, in procedure.toml.
    choices = {f"A-HAR-{n}" for n in range(1, 25)} - {"A-HAR-14", "A-HAR-18", "A-HAR-21"}

    assert choices - shown_by(HLA) == set()
    assert choices - drawn_in(HLA, "HLA") - {"A-HAR-16"} == set()
    guidance = package().settings["source"]["guidance"]
    assert guidance[0] == "IRO Handbook 2010, paragraphs 6.1 and 6.2"


def test_the_officer_the_unit_of_days_and_the_order_are_asked_for_before_it_is_used() -> None:
    asked = {each["id"]: each for each in package().settings["unconfirmed"]}

    assert {q for q, each in asked.items() if each["blocking"]} == {"Q2", "Q3", "Q4"}
    assert "nominated officer" in asked["Q2"]["question"]
    assert "A-HAR-23" in asked["Q13"]["clauses"]  # what the e-mails leave out is shown to them


def test_the_reasons_criteria_and_categories_of_the_text_can_be_ticked() -> None:
    raised = package().forms["raise"]
    options = {field.key: field.options for field in raised.fields}

    assert len(options["criteria"]) == 11
    assert len(options["reasons"]) == 13
    assert len(options["failures"]) == 4
    # Each says which of the themes that councils have in common it is (A-HAR-16).
    common = {
        each.value.partition(":")[0] for key in ("criteria", "reasons") for each in options[key]
    }
    nel = read_package(PROCESSES / "north-east-lincolnshire" / "positive-challenge")
    themes = next(field for field in nel.forms["raise"].fields if field.key == "themes")
    assert common <= {option.value for option in themes.options}


# Silences, on literal dates

STAGES = {
    "stage1_respond": "2026-03-30",
    "stage2_respond": "2026-04-08",
    "stage3_respond": "2026-04-15",
    "drm_convene": "2026-04-22",
    "ad_respond": "2026-04-29",
    "director_respond": "2026-05-12",
    "limit": "2026-04-22",
}
GOING_UP: Mapping[tuple[str, str], Mapping[str, str]] = {
    # The day on which the IRO looks again is their own.
    ("consultation", "2026-03-23T10:00"): {
        "alert_respond": "2026-04-08",
        "stage1_respond": "2026-04-15",
        "stage2_respond": "2026-04-22",
        "stage3_respond": "2026-04-29",
        "drm_convene": "2026-05-07",
        "ad_respond": "2026-05-14",
        "director_respond": "2026-05-27",
        "limit": "2026-05-07",
    },
    ("alert_respond", "2026-03-23T10:00"): {
        "alert_respond": "2026-03-30",
        "stage1_respond": "2026-04-08",
        "stage2_respond": "2026-04-15",
        "stage3_respond": "2026-04-22",
        "drm_convene": "2026-04-29",
        "ad_respond": "2026-05-07",
        "director_respond": "2026-05-19",
        "limit": "2026-04-29",
    },
    ("stage1_respond", "2026-03-23T10:00"): STAGES,
    ("adult_respond", "2026-03-23T10:00"): {"adult_respond": "2026-03-30", "limit": "2026-04-22"},
    ("director_respond", "2026-03-23T10:00"): {
        "director_respond": "2026-04-02",
        "limit": "2026-04-22",
    },
    ("stage1_respond", "2026-12-18T12:00"): {
        "stage1_respond": "2026-12-29",
        "stage2_respond": "2027-01-06",
        "stage3_respond": "2027-01-13",
        "drm_convene": "2027-01-20",
        "ad_respond": "2027-01-27",
        "director_respond": "2027-02-08",
        "limit": "2027-01-20",
    },
}


def test_silence_is_played_from_every_way_into_the_procedure() -> None:
    assert {entry.name for entry in find_entries(package())} == {
        "consultation", "alert_respond", "stage1_respond", "stage2_respond", "stage3_respond",
        "drm_convene", "ad_respond", "director_respond", "adult_respond", "next_step",
    }  # fmt: skip


@pytest.mark.parametrize(("entry", "start"), GOING_UP, ids=str)
def test_respondents_silent_and_the_raiser_going_up_at_each_due_date(
    entry: str, start: str
) -> None:
    chosen = next(each for each in find_entries(package()) if each.name == entry)
    played = play_silence(PROCESSES, package(), chosen, parse_instant(start), going_up=True)

    asked = dict(GOING_UP[entry, start])
    limit = {"limit": asked.pop("limit")} if "limit" in asked else {}
    found = {
        kind: {
            event.element: due_text(event.due)
            for event in played.events
            if event.event == kind and event.due is not None and event.posts != ("raiser",)
        }
        for kind in ("task", "limit")
    }
    assert found == {"task": asked, "limit": limit}
    # Each passes on the day on which it was due, in that same second.
    late = [e for e in played.events if e.event in ("overdue", "limit") and e.due is not None]
    assert [e.at for e in late] == [e.due for e in late]


@pytest.mark.parametrize("entry", ["stage1_respond", "drm_convene", "director_respond"])
def test_with_everyone_silent_over_christmas_no_stage_opens_by_itself(entry: str) -> None:
    chosen = next(each for each in find_entries(package()) if each.name == entry)
    start = parse_instant("2026-12-18T12:00")
    events = play_silence(PROCESSES, package(), chosen, start, going_up=False).events

    asked = [e.element for e in events if e.event == "task" and e.posts != ("raiser",)]
    (limit,) = (e for e in events if e.event == "limit")
    assert asked == [entry]
    assert in_london(limit.at).isoformat() == "2027-01-20T23:59:59+00:00"


def test_days_on_which_the_council_is_closed_lengthen_a_stage_and_never_the_20(
    tmp_path: Path,
) -> None:
    shutil.copytree(HLA.parent, tmp_path / "haringey")
    file = tmp_path / "haringey" / "council.toml"
    closed = 'closure_days = [{ from = 2026-12-29, to = 2026-12-31, name = "Christmas" }]'
    written = re.sub(r"(?m)^closure_days = \[\]$", closed, file.read_text(encoding="utf-8"))
    file.write_text(written, encoding="utf-8")

    begun = Rehearsal(tmp_path, package(), parse_instant("2026-12-18T12:00"))
    begun.raise_concern(
        {**CONCERN, "entry": "formal", "decision": "stage 1", "reason": "Asked twice."}
    )
    due = {row.element: in_london(row.due).date() for row in begun.deadlines()}
    assert due["stage1_due"] == date(2027, 1, 4)
    assert due["limit"] == date(2027, 1, 20)


# Roads


def told(decision: str, at: str, **answers: Answer) -> Rehearsal:
    """A rehearsal with a concern raised formally at that step."""
    begun = Rehearsal(PROCESSES, package(), parse_instant(at))
    begun.raise_concern(
        {**CONCERN, "entry": "formal", "decision": decision, "reason": "Asked twice.", **answers}
    )
    return begun


def file_of(begun: Rehearsal, post: str = "raiser") -> CaseFile:
    """The case as whoever holds the post reads it."""
    return read_case_file(begun.installation, begun.case().number, begun.people[post])


def on_the_way(road: Road) -> list[tuple[str, int | None]]:
    return [(leg.stage, leg.day) for leg in road.legs]


def test_the_road_through_the_director_is_28_of_20_before_it_is_chosen_across_christmas() -> None:
    begun = told("stage 1", "2026-12-18T12:00")
    for step, due, up in (
        ("stage1", "2026-12-29", "stage 2"),
        ("stage2", "2027-01-06", "stage 3"),
        ("stage3", "2027-01-13", "drm"),
    ):
        begun.move_to(parse_instant(f"{due}T23:59:59"))
        begun.answer(f"{step}_no_answer", {"silence": "decide now"})
        answers = {"decision": up, "unresolved": "All of it.", "reason": "No answer."}
        begun.answer(f"{step}_outcome", answers)
    begun.move_to(parse_instant("2027-01-20T23:59:59"))
    begun.answer("drm_no_answer", {"silence": "decide now"})

    outcome = next(task for task in begun.tasks() if task.element == "drm_outcome")
    roads = {road.label: road for road in roads_at_task(file_of(begun), outcome)}

    director = roads["Director"]
    assert (director.day, director.limit, director.over) == (28, 20, 8)
    assert director.ends is not None
    assert in_london(director.ends).date() == date(2027, 2, 1)
    assert on_the_way(director) == [("director", 28)]
    # The Assistant Director first, and then the Director, is longer still.
    assert on_the_way(roads["Stage 4 – Assistant Director"]) == [("ad", 25), ("director", 33)]


def test_the_road_of_the_text_is_exactly_20_and_what_comes_after_it_is_seen_from_the_start() -> (
    None
):
    road = road_from_here(file_of(told("stage 1", "2026-12-18T12:00")))

    assert road is not None
    assert on_the_way(road) == [
        ("1", 5), ("2", 10), ("3", 15), ("drm", 20), ("drm", 20), ("ad", 25), ("director", 33),
    ]  # fmt: skip


def test_the_dates_on_the_way_name_the_meeting_once() -> None:
    road = road_from_here(file_of(told("stage 3", "2026-12-18T12:00")))

    assert road is not None
    (shown,) = in_words(read_council(HLA.parent), [road])
    assert shown.way == (
        "Stage 3 by Tuesday 29 December 2026 (day 5)",
        "Dispute Resolution Meeting by Wednesday 6 January 2027 (day 10)",
        "Assistant Director by Wednesday 13 January 2027 (day 15)",
        "Director by Monday 25 January 2027 (day 23)",
    )


def test_each_way_to_begin_shows_how_long_it_can_take() -> None:
    council = read_council(HLA.parent)
    roads = roads_of_raising(package(), council.calendar, parse_instant("2026-12-18T12:00"))

    # Of the table: from the Head of Service 5, 5, 5 and 8 are 23 of 20.
    assert {road.label.rpartition(", ")[2]: (road.day, road.over) for road in roads[2:8]} == {
        "Stage 1 – Team Manager": (33, 13),
        "Stage 2 – Service Manager": (28, 8),
        "Stage 3 – Head of Service": (23, 3),
        "Dispute Resolution Meeting": (18, 0),
        "Stage 4 – Assistant Director": (13, 0),
        "Director": (8, 0),
    }


# Who reads what


def test_who_answers_reads_nothing_of_what_the_line_manager_advised() -> None:
    begun = told("stage 1", "2026-04-13T10:00")
    spoken: Mapping[str, Answer] = {"manager_consulted": "spoken", "advice": "Team Manager first."}
    begun.answer("record_manager", spoken)

    def read(post: str) -> str:
        file = file_of(begun, post)
        return f"{file.history}{file.waiting}{file.still_taken}{file.acts}{file.told}{file.marks}"

    assert "Team Manager first." in read("raiser")
    assert "Team Manager first." in read("iro_sm")
    for post in ("tm", "sm", "sw"):
        assert "Team Manager first." not in read(post)
        assert "line manager" not in read(post).lower()
        assert re.findall(r"'(?:record_)?manager_\w+'", read(post)) == []


def test_that_legal_advice_was_taken_is_kept_with_its_date_and_from_those_who_answer() -> None:
    begun = told("stage 1", "2026-04-13T10:00")
    raiser = begun.people["raiser"]
    record_voice(
        begun.installation,
        begun.case().id,
        by=raiser,
        kind=LEGAL_ADVICE,
        answer="sought",
        day=date(2026, 4, 13),
    )

    def advice(post: str) -> list[date]:
        case = begun.case()
        with begun.installation.database.read() as connection:
            voice = read_voice(
                connection,
                case,
                read_council(HLA.parent),
                person_id=begun.people[post].id,
                posts=[post],
            )
        return [said.day for said in voice.entries if said.kind.key == LEGAL_ADVICE]

    assert advice("raiser") == [date(2026, 4, 13)]
    assert advice("tm") == []
    with pytest.raises(NotAllowed):
        record_voice(
            begun.installation,
            begun.case().id,
            by=begun.people["tm"],
            kind=LEGAL_ADVICE,
            answer="sought",
            day=date(2026, 4, 13),
        )


def test_adult_services_are_told_the_case_and_the_day_and_nothing_of_the_young_person() -> None:
    begun = told("adult services", "2026-04-13T10:00", adult_to="Transitions")

    (sent,) = (each for each in messages(begun) if each.post == "adult_services")
    assert begun.case().number in sent.subject
    assert "Monday 20 April 2026" in sent.body
    for word in (begun.child.name, *begun.child.name.split(), *CONCERN.values()):
        assert word not in sent.subject + sent.body


def test_the_e_mail_to_the_team_manager_brings_the_deadline_and_where_the_rest_stands() -> None:
    begun = told("stage 1", "2026-04-13T10:00", criteria=["plan: endorsement"])

    (sent,) = (m for m in messages(begun) if (m.post, m.template) == ("tm", "new-task"))
    assert "Answer by: Monday 20 April 2026" in sent.body
    assert "key themes and the outcome required for the child stand on the case" in sent.body
    # Signed in, the Team Manager reads all of it.
    asked = dict(file_of(begun, "tm").concern)
    assert set(CONCERN.values()) <= set(asked.values())
    assert "Endorsement of the care plan" in asked.values()


def test_who_has_a_copy_or_is_alerted_is_told_that_nothing_is_asked_of_them() -> None:
    at_stage_1 = told("stage 1", "2026-04-13T10:00")
    transition = told("adult services", "2026-04-13T10:00")

    (copy,) = (m for m in messages(at_stage_1) if m.post == "sw")
    assert "Formal Escalation" in copy.subject
    alerted = [m for m in messages(transition) if m.post in ("sm", "hos")]
    assert len(alerted) == 2
    for each in (copy, *alerted):
        assert "Nothing is asked of you." in each.body
    assert all("Adult Services" in each.subject for each in alerted)


# The meeting, further time, the child


def with_the_meeting_asked_for(at: str) -> Rehearsal:
    """A rehearsal in which the Head of Service answered, and the meeting is to be convened."""
    begun = told("stage 3", at)
    begun.answer("stage3_respond", {"answer": "It is being done."})
    answers = {"decision": "drm", "unresolved": "All of it.", "reason": "No plan."}
    begun.answer("stage3_outcome", answers)
    return begun


def test_the_convener_sees_who_chairs_and_is_warned_where_they_answered_a_stage() -> None:
    begun = with_the_meeting_asked_for("2026-04-13T10:00")
    convener, head = begun.people["iro_sm"], begun.people["hos"]

    def chairs() -> list[str]:
        form = begun.version.package.forms["convene-drm"]
        file = file_of(begun, "iro_sm")
        shown = with_holders(begun.installation, file, form, convener)
        return [each.label for each in next(f for f in shown.fields if f.key == "chair").options]

    quality = begun.people["hos_qa"].name
    assert chairs() == [f"Head of Service for Quality Assurance: {quality}"]
    with begun.installation.database.write() as connection:
        give_post(connection, begun.council, head, "hos_qa", starts=date(2026, 4, 1))
    (label,) = chairs()
    assert f"Be aware: {head.name} answered at Stage 3 of this case already" in label


def test_a_manager_asks_for_further_time_and_the_raiser_decides() -> None:
    begun = told("stage 2", "2026-04-13T10:00")
    begun.ask_for_time("stage2_respond", date(2026, 4, 24), "The panel sits on the 23rd.")

    (task,) = (task for task in begun.tasks() if task.element == "stage2_respond")
    assert task.due is not None
    assert in_london(task.due).date() == date(2026, 4, 20)  # until the raiser has decided
    (asked,) = (m for m in messages(begun) if (m.post, m.template) == ("raiser", "time-asked"))
    assert "You can give it, give some of it, or say why not." in asked.body
    begun.refuse_time("stage2_respond", "The move is on the 21st.")
    assert ("sm", "time-refused") in {(m.post, m.template) for m in messages(begun)}


def test_at_each_stage_it_is_asked_whether_the_child_was_told_and_consulted() -> None:
    begun = told("stage 1", "2026-04-13T10:00")
    raiser = begun.people["raiser"]

    def missing() -> tuple[str, ...]:
        case = begun.case()
        with begun.installation.database.read() as connection:
            council = read_council(HLA.parent)
            read = read_voice(connection, case, council, person_id=raiser.id, posts=["raiser"])
        return read.missing_now

    asked = ("whether the child was told", "whether the child was consulted")
    assert missing() == asked
    for kind in (TOLD, CONSULTED):
        day = date(2026, 4, 13)
        case_id = begun.case().id
        record_voice(begun.installation, case_id, by=raiser, kind=kind, answer="yes", day=day)
    assert missing() == ()
    begun.press("stage1_decide_without_answer", {})
    answers = {"decision": "stage 2", "unresolved": "All of it.", "reason": "It is theirs."}
    begun.answer("stage1_outcome", answers)
    assert missing() == asked


# The council's own


def test_the_service_manager_of_the_team_is_the_one_kept_informed() -> None:
    council = read_council(HLA.parent)

    assert council.kept_informed == "iro_sm"
    assert "Independent Reviewing and Conference Team" in council.posts["iro_sm"].title
    assert council.posts["raiser_line"].line_manager == "iro_sm"
    assert council.posts["nominated_officer"].line_manager == "hos_qa"


def test_the_case_management_system_is_called_by_one_name() -> None:
    assert read_council(HLA.parent).record_system == "the case management system"


def test_whoever_takes_part_in_a_scenario_is_a_post_of_the_council() -> None:
    posts = read_council(HLA.parent).posts
    files = (HLA / "scenarios").glob("*.toml")
    scenarios = [read_scenario(file.read_bytes(), file.name) for file in files]

    assert {step.post for each in scenarios for step in each.steps if step.post} <= posts.keys()
