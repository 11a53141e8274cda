"""A person's cases and where each stands, on both stores."""

from datetime import date

from engine.administration.absences import record_absence
from engine.case_file.reader import read_case_file
from engine.clock import parse_instant
from engine.lists.case_list import ListedCase, read_case_list
from engine.people import add_person
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from tests.stories import raise_at_stage, raise_informally, story


def listed(told: Rehearsal, post: str) -> list[ListedCase]:
    return read_case_list(told.installation, told.people[post])


def test_a_raiser_sees_open_cases_first_with_what_each_waits_for(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    settled = raise_informally(told)
    told.answer("informal_respond", {"answer": "Done"})
    told.answer("informal_outcome", {"decision": "settled"})
    formal = raise_at_stage(told, 2)

    first, last = listed(told, "raiser")
    assert (first.number, first.initials, first.stage) == (formal.number, "PC", "Stage 2")
    assert (first.is_mine, first.closed_at) == (True, None)
    step = first.steps[0]
    assert (step.title, step.due) == (
        "Children's Service Manager",
        parse_instant("2026-03-30T23:59:59"),
    )
    assert not step.overdue
    assert last.number == settled.number
    assert last.closed_at == parse_instant("2026-03-23T10:00")
    assert last.outcome
    assert last.steps == ()


def test_silence_stands_in_the_list_the_same_day(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    told.move_to(parse_instant("2026-03-25T00:05"))
    overdue = {step.title: step.overdue for step in listed(told, "raiser")[0].steps}
    assert overdue == {"Team Manager": True, "Independent Chair / IRO": False}


def test_respondents_see_their_own_cases_and_nothing_of_what_is_considered(
    database: Database,
) -> None:
    told = story("2026-03-23T10:00", database)
    raise_at_stage(told, 1)
    told.press("consider_pressed", {"considering_why": "The move may come first"})
    names = {
        post: [step.name for case in listed(told, post) for step in case.steps]
        for post in ("raiser", "tm", "hos")
    }
    considered = told.task_at("weigh_impact").name
    assert considered in names["raiser"]
    assert len(names["tm"]) == 1
    assert considered not in names["tm"]
    assert names["hos"] == []
    assert listed(told, "hos") == []
    assert listed(told, "tm")[0].is_mine is False


def test_who_stands_in_sees_the_same_steps_in_the_list_as_on_the_case(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    case = raise_at_stage(told, 1)
    told.press("consider_pressed", {"considering_why": "The move may come first"})
    considered = told.task_at("weigh_impact").name
    people = told.people
    with told.installation.database.write() as connection:
        deputy = add_person(
            connection, council=told.council.key, name="Dee Puty", email="dee@council.invalid"
        )
    for away, sees in (("tm", False), ("raiser", True)):
        record_absence(
            told.installation,
            people[away].id,
            by=people[away],
            starts=date(2026, 3, 23),
            ends=date(2026, 3, 27),
            deputy_id=deputy.id,
        )
        listed_steps = {step.name for step in read_case_list(told.installation, deputy)[0].steps}
        page = read_case_file(told.installation, case.number, deputy)
        assert listed_steps == {step.name for step in page.waiting}
        assert (considered in listed_steps) is sees
