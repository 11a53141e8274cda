"""How long each road can take, on literal dates, before anybody goes down it."""

import re
from dataclasses import replace
from datetime import date, datetime

from engine.case_file.reader import CaseFile, read_case_file
from engine.clock import in_london, parse_instant
from engine.procedures import Package, read_package
from engine.rehearsal import Rehearsal
from engine.roads.roads import Road, road_from_here, roads_at_act, roads_at_task, roads_of_raising
from engine.store.database import Database
from engine.store.tasks import TaskRow
from tests.stories import (
    COUNCIL,
    PROCESSES,
    at_stage,
    procedure,
    raise_at_stage,
    raise_informally,
    story,
)

MONDAY = "2026-03-23T10:00"


def file_of(told: Rehearsal) -> CaseFile:
    return read_case_file(told.installation, told.case().number, told.people["raiser"])


def open_task(told: Rehearsal, element: str) -> TaskRow:
    return next(task for task in told.tasks() if task.element == element)


def day(at: datetime | None) -> str:
    return f"{in_london(at).date()}" if at else ""


def on_the_way(road: Road) -> list[tuple[str, str, int | None]]:
    return [(leg.element, day(leg.due), leg.day) for leg in road.legs]


def by_label(roads: tuple[Road, ...]) -> dict[str, Road]:
    return {road.label: road for road in roads}


def with_director_of_eight_days() -> Package:
    """North East Lincolnshire's ladder with Haringey's last rung: 8 working days for a Director."""
    package = procedure()
    of_final_step = re.compile(
        rb'(<bpmn:boundaryEvent id="final_step_due".*?>)5 working days(</bpmn:timeDuration>)', re.S
    )
    drawn, changed = of_final_step.subn(rb"\g<1>8 working days\2", package.diagram_source, count=1)
    assert changed == 1
    return replace(package, files={**package.files, package.diagram_path: drawn})


def test_from_stage_1_over_easter_four_answers_of_five_days_fill_the_limit() -> None:
    road = road_from_here(file_of(at_stage(1, MONDAY)))

    assert road is not None
    assert on_the_way(road) == [
        ("stage1_respond", "2026-03-30", 5),
        ("stage2_respond", "2026-04-08", 10),
        ("stage3_respond", "2026-04-15", 15),
        ("stage4_respond", "2026-04-22", 20),
        ("final_step", "2026-04-29", 25),
    ]
    assert (day(road.ends), road.day, road.limit, road.over) == ("2026-04-29", 25, 20, 5)
    assert road.untimed == ()


def test_the_road_through_a_director_of_eight_days_is_28_of_20_from_stage_1_before_christmas() -> (
    None
):
    told = Rehearsal(PROCESSES, with_director_of_eight_days(), parse_instant("2026-12-18T10:00"))
    raise_at_stage(told, 1)

    road = road_from_here(file_of(told))

    assert road is not None
    assert road.legs[3].element == "stage4_respond"
    assert (day(road.legs[3].due), road.legs[3].day) == ("2027-01-20", 20)
    assert (day(road.ends), road.day, road.over) == ("2027-02-01", 28, 8)


def test_each_decision_has_its_road_and_what_ends_the_case_has_none(database: Database) -> None:
    told = story(MONDAY, database)
    raise_at_stage(told, 1)
    told.move_to(parse_instant("2026-03-26T09:00"))
    told.answer("stage1_respond", {"answer": "It is being done", "position": "agreed"})

    roads = by_label(roads_at_task(file_of(told), open_task(told, "stage1_outcome")))

    assert {label: (day(road.ends), road.day) for label, road in roads.items()} == {
        "Formal Stage 1 – Team Manager": ("2026-05-05", 28),
        "Formal Stage 2 – Children's Service Manager": ("2026-04-27", 23),
        "Formal Stage 3 – Head of Service": ("2026-04-20", 18),
        "Formal Stage 4 – Assistant Director": ("2026-04-13", 13),
        "Final internal step – Director of Children's Services": ("2026-04-02", 8),
        "Return the answer: it does not answer the concern": ("2026-04-29", 25),
    }
    returned = roads["Return the answer: it does not answer the concern"]
    assert on_the_way(returned)[0] == ("stage1_respond", "2026-03-30", 5)  # its date stays


def test_a_day_with_the_raiser_comes_on_top() -> None:
    told = at_stage(4, MONDAY)
    told.move_to(parse_instant("2026-03-27T09:00"))
    told.answer("stage4_respond", {"answer": "It is being done", "position": "agreed"})
    decided_now = roads_at_task(file_of(told), open_task(told, "stage4_outcome"))
    told.move_to(parse_instant("2026-03-30T09:00"))
    decided_later = roads_at_task(file_of(told), open_task(told, "stage4_outcome"))

    last = "Final internal step – Director of Children's Services"
    assert by_label(decided_now)[last].day == 9
    assert by_label(decided_later)[last].day == 10


def test_waiting_for_an_answer_that_is_overdue_is_bounded_by_nothing() -> None:
    told = at_stage(1, MONDAY)
    told.move_to(parse_instant("2026-03-31T09:00"))
    file = file_of(told)

    roads = by_label(roads_at_task(file, open_task(told, "stage1_no_answer")))

    waiting = roads["Send a reminder or I shall wait"]
    assert (waiting.ends, waiting.untimed) == (None, ("Respond at Stage 1",))
    assert (
        day(roads["Decide now, without the answer"].ends),
        roads["Decide now, without the answer"].day,
    ) == ("2026-04-30", 26)
    here = road_from_here(file)
    assert here is not None
    assert here.untimed == ("Respond at Stage 1",)


def test_more_time_for_a_respondent_moves_the_whole_road() -> None:
    told = at_stage(1, MONDAY)
    told.give_time("stage1_respond", date(2026, 4, 1), "She is in court")

    road = road_from_here(file_of(told))

    assert road is not None
    assert on_the_way(road)[0] == ("stage1_respond", "2026-04-01", 7)
    assert (day(road.ends), road.day) == ("2026-05-01", 27)


def test_each_way_to_raise_a_concern_has_its_road() -> None:
    told = story(MONDAY)
    council = told.installation.councils[COUNCIL]

    roads = by_label(roads_of_raising(procedure(), council.calendar, told.clock.now()))

    assert {label: (day(road.ends), road.day, road.over) for label, road in roads.items()} == {
        "Positive Challenge (informal)": ("2026-04-30", 25, 5),
        "Straight to Formal Escalation, Stage 1 – Team Manager": ("2026-04-29", 25, 5),
        "Straight to Formal Escalation, Stage 2 – Children's Service Manager": (
            "2026-04-22",
            20,
            0,
        ),
        "Straight to Formal Escalation, Stage 3 – Head of Service": ("2026-04-15", 15, 0),
        "Straight to Formal Escalation, Stage 4 – Assistant Director": ("2026-04-08", 10, 0),
        "Straight to CAFCASS, for a child in care": ("2026-04-29", 25, 5),
    }


def test_the_limit_begins_with_the_first_formal_stage() -> None:
    told = story(MONDAY)
    raise_informally(told)

    road = road_from_here(file_of(told))

    assert road is not None
    assert on_the_way(road)[:2] == [
        ("informal_respond", "2026-03-24", None),
        ("stage1_respond", "2026-03-31", 5),
    ]


def test_deciding_without_an_answer_and_referring_show_how_it_goes_on() -> None:
    told = at_stage(3, MONDAY)
    file = file_of(told)

    (decide,) = roads_at_act(file, "stage3_decide_without_answer")
    assert on_the_way(decide) == [
        ("stage4_respond", "2026-03-30", 5),
        ("final_step", "2026-04-08", 10),
    ]
    (refer,) = roads_at_act(file, "refer_pressed")  # the stages go on beside it
    assert [leg.element for leg in refer.legs] == [
        "stage3_respond",
        "stage4_respond",
        "final_step",
    ]
    assert roads_at_act(file, "formal_withdraw") == ()


def test_a_respondents_task_and_a_closed_case_have_no_roads() -> None:
    told = at_stage(1, MONDAY)
    assert roads_at_task(file_of(told), open_task(told, "stage1_respond")) == ()

    told.press("formal_withdraw", {"closed_as": "withdrawn", "reason": "It was found"})

    assert road_from_here(file_of(told)) is None


def test_a_task_in_no_stage_such_as_filing_leads_nowhere() -> None:
    lincolnshire = PROCESSES / "lincolnshire" / "escalation-of-professional-concerns"
    told = Rehearsal(PROCESSES, read_package(lincolnshire), parse_instant(MONDAY))
    said = {"concern": "No visit.", "impact": "Nobody listens.", "action": "A visit."}
    told.raise_concern({**said, "entry": "qap", "not_done": True})
    told.answer("qap_respond", {"answer": "Soon."})
    told.answer(
        "qap_outcome", {"decision": "stage 1", "unresolved": "The visit.", "reason": "Late."}
    )
    file = file_of(told)

    assert roads_at_task(file, open_task(told, "file_informal")) == ()
    road = road_from_here(file)
    assert road is not None
    assert road.legs[0].element == "stage1_respond"
