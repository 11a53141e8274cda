"""Haringey's escalation for children on a plan: what is its own."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from engine.case_file.choosing import with_holders
from engine.case_file.reader import CaseFile, read_case_file
from engine.clock import in_london, parse_instant
from engine.councils import read_council
from engine.digests.digest import make_digests
from engine.filing_rules import rule_for
from engine.forms import Answer
from engine.people import give_post
from engine.play import find_entries, play_silence
from engine.play.events import due_text
from engine.procedures import Package, read_package
from engine.rehearsal import Rehearsal
from engine.roads.roads import Road, road_from_here, roads_at_task
from engine.store.notices import find_notices_to_send
from tests.processes.clauses import drawn_in
from tests.stories import CONCERN, PROCESSES, messages
from tests.webui.office import Office
from tests.webui.reading import text_of
from webui.what_follows import what_follows

HCP = PROCESSES / "haringey" / "child-protection"

# Of looked-after children alone: the second informal type, the last stage, adult services; and of
# how the text is cited, in procedure.toml.
NOT_HERE = {"A-HAR-9", "A-HAR-12", "A-HAR-19", "A-HAR-21"}


@cache
def package() -> Package:
    """The procedure, read once."""
    return read_package(HCP)


def test_every_choice_where_the_text_leaves_one_is_drawn() -> None:
    assert {f"A-HAR-{n}" for n in range(1, 25)} - drawn_in(HCP, "HCP") - NOT_HERE == set()


def test_the_officer_the_unit_of_days_and_the_order_are_asked_for_before_it_is_used() -> None:
    asked = {each["id"]: each for each in package().settings["unconfirmed"]}

    assert {q for q, each in asked.items() if each["blocking"]} == {"Q2", "Q3", "Q4"}
    assert "A-HAR-23" in asked["Q12"]["clauses"]  # what the e-mails leave out is shown to them


def test_the_criteria_and_categories_of_the_text_can_be_ticked() -> None:
    options = {field.key: field.options for field in package().forms["raise"].fields}

    later = package().forms["informal-outcome"].field("criteria")
    assert later is not None
    assert later.options == options["criteria"]
    assert len(options["criteria"]) == 9
    assert len(options["categories"]) == 5
    assert len(options["documents_missing"]) == 7
    assert [option.label for option in options["criteria"]] == package().settings["themes"]
    # Each says which of the themes that councils have in common it is (A-HAR-16).
    common = {
        each.value.partition(":")[0] for key in ("criteria", "categories") for each in options[key]
    }
    nel = read_package(PROCESSES / "north-east-lincolnshire" / "positive-challenge")
    themes = next(field for field in nel.forms["raise"].fields if field.key == "themes")
    assert common <= {option.value for option in themes.options}


def test_it_is_for_children_on_a_plan_and_cpas_raise_by_it_too() -> None:
    assert package().settings["statuses"] == ["child protection plan"]
    assert package().settings["raiser"] == "CP Chair (CPA)"


def test_working_together_is_cited_as_what_it_is() -> None:
    guidance = package().settings["source"]["guidance"]
    assert "Working Together to Safeguard Children 2018 (DfE)" in guidance  # the text says DfES


def test_what_goes_on_the_file_is_called_as_the_text_calls_it() -> None:
    def heading(stage: str) -> tuple[str, str]:
        rule = rule_for(package().filing, stage, ["child protection plan"], "raised")
        assert rule is not None
        return rule.heading, rule.by

    assert heading("informal") == ("CPA alert", "raiser")
    assert {heading(stage) for stage in ("1", "2", "3", "drm", "ad", "director", "final")} == {
        ("Escalation form", "raiser")
    }
    # Mosaic in some clauses, Liquidlogic in others: one name, which the council sets (A-HAR-10).
    assert read_council(HCP.parent).record_system == "the case management system"


# Silences, on literal dates

GOING_UP: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("informal_respond", "2026-03-23T10:00"): {
        "informal_respond": "2026-04-08",
        "stage1_respond": "2026-04-15",
        "stage2_respond": "2026-04-22",
        "stage3_respond": "2026-04-29",
        "drm_convene": "2026-05-07",
        "ad_respond": "2026-05-14",
        "director_respond": "2026-05-27",
        "final_respond": "2026-06-03",
        "limit": "2026-05-07",
    },
    ("stage1_respond", "2026-12-18T12:00"): {
        "stage1_respond": "2026-12-29",
        "stage2_respond": "2027-01-06",
        "stage3_respond": "2027-01-13",
        "drm_convene": "2027-01-20",
        "ad_respond": "2027-01-27",
        "director_respond": "2027-02-08",
        "final_respond": "2027-02-15",
        "limit": "2027-01-20",
    },
    ("director_respond", "2026-03-23T10:00"): {
        "director_respond": "2026-04-02",
        "final_respond": "2026-04-13",
        "limit": "2026-04-22",
    },
}


@pytest.mark.parametrize(("entry", "start"), GOING_UP, ids=str)
def test_respondents_silent_and_the_chair_going_up_at_each_due_date(entry: str, start: str) -> None:
    chosen = next(each for each in find_entries(package()) if each.name == entry)
    played = play_silence(PROCESSES, package(), chosen, parse_instant(start), going_up=True)

    asked = dict(GOING_UP[entry, start])
    limit = {"limit": asked.pop("limit")}
    found = {
        kind: {
            event.element: due_text(event.due)
            for event in played.events
            if event.event == kind and event.due is not None and event.posts != ("raiser",)
        }
        for kind in ("task", "limit")
    }
    assert found == {"task": asked, "limit": limit}


# Roads, and the good-practice target


def told(decision: str, at: str, **answers: Answer) -> Rehearsal:
    """A rehearsal with a concern raised formally at that step."""
    begun = Rehearsal(PROCESSES, package(), parse_instant(at), statuses=("child protection plan",))
    begun.raise_concern(
        {
            **CONCERN,
            "entry": "formal",
            "decision": decision,
            "reason": "Asked twice.",
            "rights_told": "both",
            **answers,
        }
    )
    return begun


def file_of(begun: Rehearsal, post: str = "raiser") -> CaseFile:
    """The case as whoever holds the post reads it."""
    return read_case_file(begun.installation, begun.case().number, begun.people[post])


def on_the_way(road: Road) -> list[tuple[str, int | None]]:
    return [(leg.stage, leg.day) for leg in road.legs]


def test_the_road_of_the_text_is_exactly_20_and_the_director_makes_it_longer() -> None:
    begun = told("stage 1", "2026-12-18T12:00")
    road = road_from_here(file_of(begun))

    assert road is not None
    assert on_the_way(road) == [
        ("1", 5), ("2", 10), ("3", 15), ("drm", 20), ("drm", 20), ("ad", 25), ("director", 33),
        ("final", 38),
    ]  # fmt: skip
    assert road.limit_called == "good-practice target"


def test_after_the_meeting_the_director_is_28_of_20_before_it_is_chosen() -> None:
    begun = told("drm", "2026-03-23T10:00")
    begun.move_to(parse_instant("2026-04-22T23:59:59"))  # the twentieth day
    begun.press("drm_decide_without_answer", {})
    outcome = next(task for task in begun.tasks() if task.element == "drm_outcome")
    roads = {road.label: road for road in roads_at_task(file_of(begun), outcome)}

    director = roads["Director of Children's Services"]
    assert director.legs[0].day == 28
    assert director.legs[0].due is not None
    assert in_london(director.legs[0].due).date() == date(2026, 5, 5)


def test_the_target_is_called_so_on_the_page_the_board_and_in_the_digest(tmp_path: Path) -> None:
    office = Office(tmp_path, parse_instant("2026-04-13T10:00"), package())
    concern = {**CONCERN, "entry": "formal", "decision": "stage 1", "reason": "Asked twice."}
    number = office.rehearsal.raise_concern(concern).number
    raiser = office.client_as("raiser")

    page = text_of(raiser.get(f"/cases/{number}"))
    assert "The good-practice target of 20 working days ends on Tuesday 12 May." in page
    assert "limit" not in page.lower()
    assert "Good-practice target Tuesday 12 May" in text_of(raiser.get("/board"))
    office.rehearsal.move_to(parse_instant("2026-04-27T08:30"))
    assert make_digests(office.installation, read_council(HCP.parent))
    with office.installation.database.read() as connection:
        bodies = [each.body for each in find_notices_to_send(connection, office.clock.now(), 100)]
    assert any("today is day 10 of 20, a good-practice target" in body for body in bodies)


def test_a_team_manager_finds_where_to_ask_for_more_time(tmp_path: Path) -> None:
    office = Office(tmp_path, parse_instant("2026-04-13T10:00"), package())
    concern = {**CONCERN, "entry": "formal", "decision": "stage 1", "reason": "Asked twice."}
    office.rehearsal.raise_concern(concern)
    task = office.rehearsal.task_at("stage1_respond")

    assert "Ask for more time" in text_of(office.client_as("tm").get(f"/tasks/{task.id}"))


# The chair of the meeting (A-HAR-6, X-17)


def chairs(begun: Rehearsal) -> dict[str, str]:
    """What the form for convening says of each who may chair."""
    file = file_of(begun, "iro_sm")
    form = package().forms["convene-drm"]
    shown = with_holders(begun.installation, file, form, begun.people["iro_sm"])
    field = shown.field("drm_chair")
    assert field is not None
    return {option.value: option.label for option in field.options}


def test_whoever_answered_a_stage_may_chair_with_a_warning() -> None:
    begun = told("ad", "2026-04-13T10:00")
    begun.answer("ad_respond", {"answer": "On Thursday."})
    up: Mapping[str, Answer] = {"decision": "drm", "unresolved": "All.", "reason": "No dates."}
    begun.answer("ad_outcome", up)

    assert chairs(begun) == {
        "ad": "Assistant Director: Assistant Director (played). Be aware: Assistant Director "
        "(played) answered at Assistant Director of this case already",
        "hos_qa": "Head of Service for Quality Assurance: Head of Service for Quality Assurance "
        "and Professional Standards (played)",
    }
    begun.answer("drm_convene", {"drm_at": "2026-04-16T10:00", "drm_chair": "ad", "place": "4"})
    assert begun.posts_of(begun.task_at("drm_record")) == ["ad"]  # warned, never stopped
    (waiting,) = (w for w in file_of(begun).waiting if w.element == "drm_record")
    assert waiting.unusual == () or "answered at" in waiting.unusual[0]


def test_who_is_asked_next_is_whoever_was_chosen() -> None:
    def said(answers: Mapping[str, Answer] | None) -> list[str]:
        council = read_council(HCP.parent)
        return what_follows(package(), council, "drm_convene", answers, {}, is_raiser=False)

    title = "Head of Service for Quality Assurance and Professional Standards"
    asked: Mapping[str, Answer] = {"drm_at": "2026-04-16T10:00", "place": "4"}
    assert said({**asked, "drm_chair": "hos_qa"}) == [
        f"The {title} is asked next: Chair and record it."
    ]
    assert said(None) == [
        f"The Assistant Director or the {title} is asked next: Chair and record it."
    ]


def test_one_person_with_two_posts_is_known_again_as_the_chair() -> None:
    begun = told("stage 3", "2026-04-13T10:00")
    with begun.installation.database.write() as connection:
        give_post(
            connection,
            begun.council,
            begun.people["hos"],
            "hos_qa",
            team="",
            starts=date(2026, 1, 1),
        )
    begun.answer("stage3_respond", {"answer": "On Thursday."})
    up: Mapping[str, Answer] = {"decision": "drm", "unresolved": "All.", "reason": "No dates."}
    begun.answer("stage3_outcome", up)

    assert (
        "Head of Service (played) answered at Stage 3 of this case already"
        in (chairs(begun)["hos_qa"])
    )
    assert "Be aware" not in chairs(begun)["ad"]


def test_what_is_still_to_be_filed_does_not_bring_the_case_back_to_where_it_was() -> None:
    begun = Rehearsal(
        PROCESSES,
        package(),
        parse_instant("2026-04-13T10:00"),
        statuses=("child protection plan",),
    )
    begun.raise_concern({**CONCERN, "entry": "informal"})
    begun.answer("informal_respond", {"answer": "On Thursday."})
    up: Mapping[str, Answer] = {"decision": "stage 1", "unresolved": "All.", "reason": "No dates."}
    begun.answer("informal_outcome", up)
    assert begun.case().stage == "1"
    begun.answer("stage1_respond", {"answer": "On Friday."})
    begun.answer("stage1_outcome", {"decision": "settled", "outcome_note": "Done."})

    assert "file_informal" in {task.element for task in begun.tasks()}
    assert begun.case().stage == "1"  # it came that far, whatever of before is left to do


# Who reads what


def test_who_answers_reads_nothing_of_what_the_line_manager_advised() -> None:
    begun = told("stage 1", "2026-04-13T10:00")
    begun.answer("record_manager", {"manager_consulted": "consulted", "advice": "Wait a week."})

    def read(post: str) -> str:
        file = file_of(begun, post)
        return f"{file.history}{file.waiting}{file.still_taken}{file.acts}{file.told}{file.marks}"

    assert "Wait a week." in read("raiser")
    assert "Wait a week." in read("iro_sm")
    for post in ("tm", "sm", "sw"):
        assert "Wait a week." not in read(post)
        assert "line manager" not in read(post).lower()


def test_the_e_mail_to_the_team_manager_brings_the_deadline_and_where_the_rest_stands() -> None:
    begun = told("stage 1", "2026-04-13T10:00")
    sent = next(m for m in messages(begun) if (m.post, m.template) == ("tm", "new-task"))

    assert sent.subject == f"Case {begun.case().number}: Respond at Stage 1"
    assert "Answer by: Monday 20 April 2026" in sent.body
    assert "key themes and the outcome required for the child stand on the case" in sent.body


def test_no_message_says_anything_of_the_child_or_the_concern() -> None:
    begun = told("stage 1", "2026-04-13T10:00")
    begun.ask_for_time("stage1_respond", date(2026, 4, 24), "Two are ill.")
    begun.refuse_time("stage1_respond", "It cannot wait.")

    assert {"new-task", "copy", "time-asked", "time-refused"} <= {
        sent.template for sent in messages(begun)
    }
    for sent in messages(begun):
        for word in (begun.child.name, *CONCERN.values(), "Two are ill.", "It cannot wait."):
            assert word not in sent.subject + sent.body
