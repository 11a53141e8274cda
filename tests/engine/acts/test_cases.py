"""Cases: opened, acted on at any moment, kept apart, moved when the child was the wrong one."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.access import NotAllowed, may_see_case
from engine.acts.cases import NoReason, NotOpenNow, destroy_body, move_to_child, open_case, press
from engine.children import Child, add_child, let_read, restrict
from engine.clock import SetClock, parse_instant
from engine.lists.trays import read_tray
from engine.people import Person, add_person, give_post
from engine.procedures import read_package
from engine.rehearsal import Rehearsal
from engine.store.access import find_reader, find_seen_cases
from engine.store.cases import find_answers
from engine.store.database import Database
from engine.store.history import find_register, find_register_head
from engine.store.migrate import create_tables
from tests.stories import (
    CONCERN,
    COUNCIL,
    PROCESSES,
    acts,
    at_stage,
    bodies,
    breaks,
    chain,
    escalate,
    everything,
    installation_on,
    notices,
    open_steps,
    procedure,
    raise_at_stage,
    raise_informally,
    story,
)


def _sees(told: Rehearsal, person: Person) -> bool:
    with told.installation.database.read() as connection:
        return may_see_case(connection, told.case_id, person.id, told.clock.now())


def _tray(told: Rehearsal, person: Person) -> list[str]:
    return [row.task.element for row in read_tray(told.installation, person)]


def _child(told: Rehearsal, name: str, team: str, *, worker: str | None = None) -> Child:
    """Another child; `worker` is the name of a social worker of its own."""
    with told.installation.database.write() as connection:
        person = None
        if worker:
            person = add_person(
                connection,
                council=COUNCIL,
                name=worker,
                email=f"{worker.replace(' ', '.').lower()}@nelincs.invalid",
            )
            give_post(connection, told.council, person, "sw", team=team, starts=date(2020, 1, 1))
        return add_child(
            connection,
            council=COUNCIL,
            reference=f"REF-{name}",
            name=name,
            date_of_birth=date(2014, 5, 1),
            team=team,
            today=date(2026, 3, 23),
            social_worker_id=person.id if person else None,
        )


def _holder(told: Rehearsal, post: str, team: str, name: str) -> Person:
    with told.installation.database.write() as connection:
        person = add_person(
            connection,
            council=COUNCIL,
            name=name,
            email=f"{name.replace(' ', '.').lower()}@nelincs.invalid",
        )
        give_post(connection, told.council, person, post, team=team, starts=date(2020, 1, 1))
    return person


# Opening


def test_a_case_gets_the_next_number_of_the_year_and_a_place_in_the_register(
    database: Database,
) -> None:
    told = story("2026-12-31T23:30", database)
    first = raise_informally(told)
    told.clock.set(parse_instant("2027-01-01T00:30"))
    second = raise_at_stage(told, 2)
    assert [first.number, second.number] == ["2026-00001", "2027-00002"]
    with database.read() as connection:
        register = find_register(connection)
        assert find_register_head(connection) == (2, register[-1].hash)
    assert [(row.case_id, row.number) for row in register] == [
        (first.id, "2026-00001"),
        (second.id, "2027-00002"),
    ]
    assert not breaks(told.installation)


def test_opening_keeps_what_was_written_once_and_vouches_for_it() -> None:
    told = story("2026-03-23T10:00")
    raise_informally(told)
    with told.installation.database.read() as connection:
        (written,) = find_answers(connection, told.case_id)
    assert CONCERN["concern"] in written.content
    assert (written.sequence, written.person, written.late) == (
        1,
        "Independent Chair / IRO (played)",
        False,
    )
    assert written.content in next(bodies(told))
    assert told.case().stage == "informal"


@pytest.mark.parametrize("post", ["tm", "sw", "dcs", "admin"])
def test_only_a_raiser_opens_a_case(post: str) -> None:
    told = story("2026-03-23T10:00")
    before = everything(told.installation.database)
    with pytest.raises(NotAllowed, match="raiser"):
        open_case(
            told.installation,
            by=told.people[post],
            child_id=told.child.id,
            version_id=told.version.row.id,
            answers={**CONCERN, "entry": "informal", "to": "tm"},
        )
    assert everything(told.installation.database) == before


def test_a_case_is_opened_only_on_a_child_that_the_raiser_may_read_of() -> None:
    told = story("2026-03-23T10:00")
    hidden = _child(told, "Hidden Child", "Team A")
    with told.installation.database.write() as connection:
        restrict(connection, hidden)
    for child_id in (hidden.id, 4711):
        with pytest.raises(NotAllowed):
            open_case(
                told.installation,
                by=told.people["raiser"],
                child_id=child_id,
                version_id=told.version.row.id,
                answers={**CONCERN, "entry": "informal", "to": "tm"},
            )


def test_a_linked_case_is_one_that_the_raiser_may_see() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    other = _holder(told, "raiser", "", "Olive Other")
    opening = {
        "child_id": told.child.id,
        "version_id": told.version.row.id,
        "answers": {**CONCERN, "entry": "informal", "to": "tm"},
        "linked_to": told.case_id,
    }
    with pytest.raises(NotAllowed, match="no part in this case"):
        open_case(told.installation, by=other, **opening)  # type: ignore[arg-type]
    linked = open_case(told.installation, by=told.people["raiser"], **opening)  # type: ignore[arg-type]
    assert linked.linked_to == told.case_id
    told.case_id = linked.id
    assert f'"linked_to":{linked.linked_to}' in next(bodies(told))


# Acts that are open at any moment


def test_the_matter_goes_straight_to_cafcass() -> None:
    told = story("2026-03-23T10:00")
    told.raise_concern({**CONCERN, "entry": "cafcass"})
    assert open_steps(told) == {"next_step": ""}
    told.press("refer_pressed", {"reason": "She is moved on Friday"})
    assert set(open_steps(told)) == {
        "next_step",
        "telephone_cafcass",
        "confirm_in_writing",
        "record_referral",
        "cafcass_answer",
    }
    told.answer("next_step", {"decision": "leave it with CAFCASS"})
    assert told.case().closed_at is None  # the referral goes on
    told.answer("telephone_cafcass", {"done": "yes"})
    told.answer("confirm_in_writing", {"done": "yes"})
    told.answer("record_referral", {"done": "yes"})
    told.answer("cafcass_answer", {"cafcass_outcome": "resolved", "after_cafcass": "nothing"})
    assert told.case().closed_at is not None
    assert told.case().outcome == "Left with CAFCASS"
    assert not breaks(told.installation)


def test_a_referral_runs_beside_the_stages_and_holds_nothing_up(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.press("consider_pressed", {})
    told.press("refer_pressed", {"reason": "It cannot wait"})
    told.answer("stage1_respond", {"answer": "Done"})
    told.answer("stage1_outcome", {"decision": "settled"})
    case = told.case()
    assert (case.outcome, case.stage, case.closed_at) == ("Settled at a formal stage", "1", None)
    assert "telephone_cafcass" in open_steps(told)
    assert not breaks(told.installation)


def test_a_child_on_a_plan_only_is_never_blocked() -> None:
    told = story("2026-03-23T10:00", None, "child protection plan")
    raise_at_stage(told, 4)
    told.press("consider_pressed", {})
    told.press("refer_pressed", {"reason": "The IRO knows best"})
    told.answer("stage4_respond", {"answer": "No"})
    escalate(told, "stage4_outcome", "final step")
    assert "final_step" in open_steps(told)
    assert "telephone_cafcass" in open_steps(told)


def test_a_concern_is_withdrawn_and_the_service_manager_told(database: Database) -> None:
    told = at_stage(2, "2026-03-23T10:00", database)
    known = len(notices(told))
    told.press("formal_withdraw", {"closed_as": "withdrawn", "reason": "Agreed by telephone"})
    case = told.case()
    assert (case.outcome, open_steps(told), told.deadlines()) == ("Withdrawn", {}, [])
    assert case.closed_at is not None
    lines = {n.post: n.subject for n in notices(told)[known:]}
    assert lines["sm"].endswith("“Respond at Stage 2” is no longer needed: over, withdrawn")
    assert "iro_sm" in lines
    with pytest.raises(NotOpenNow, match="the case is closed. Open a linked case"):
        told.press("refer_pressed", {"reason": "And yet"})
    assert not breaks(told.installation)


def test_an_act_that_the_step_does_not_offer_is_refused() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    with pytest.raises(NotOpenNow, match="“Decide without an answer” is not possible at this step"):
        told.press("stage2_decide_without_answer", {})
    with pytest.raises(NotOpenNow, match="This is not possible"):
        press(told.installation, told.case_id, "nothing", by=told.people["raiser"], answers={})
    assert len(chain(told)) == 1


def test_two_who_press_at_once_decide_once() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    told.press("stage1_decide_without_answer", {})
    with pytest.raises(NotOpenNow):
        told.press("stage1_decide_without_answer", {})
    assert acts(told)[1:] == [("act", "stage1_decide_without_answer")]


@pytest.mark.parametrize(
    ("post", "sentence"), [("tm", "for another post"), ("hos", "no part in this case")]
)
def test_only_the_raiser_presses(post: str, sentence: str) -> None:
    told = at_stage(1, "2026-03-23T10:00")
    with pytest.raises(NotAllowed, match=sentence):
        told.press("formal_withdraw", {"closed_as": "withdrawn", "reason": "No"}, post=post)


def test_another_reviewing_officer_is_not_this_cases_raiser() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    other = _holder(told, "raiser", "", "Olive Other")
    assert not _sees(told, other)
    with pytest.raises(NotAllowed):
        press(told.installation, told.case_id, "refer_pressed", by=other, answers={})


# The wrong child


def test_a_case_on_the_wrong_child_goes_to_the_right_people(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    told.clock.set(parse_instant("2026-03-23T10:00"))
    wrong = told.people["tm"]
    right = _holder(told, "tm", "Team B", "Rita Right")
    child = _child(told, "Right Child", "Team B", worker="Sam Social")
    raise_informally(told, "both")
    assert (_tray(told, wrong), _tray(told, right)) == (["informal_respond"], [])
    assert _tray(told, told.people["sw"]) == ["informal_respond"]

    known = len(notices(told))
    told.clock.set(parse_instant("2026-03-23T15:00"))
    moved = move_to_child(
        told.installation,
        told.case_id,
        by=told.people["raiser"],
        child_id=child.id,
        reason="Two of the same name",
    )

    assert (moved.child_id, moved.team) == (child.id, "Team B")
    assert (_tray(told, wrong), _tray(told, right)) == ([], ["informal_respond"])
    assert not _sees(told, wrong)
    assert not _sees(told, told.people["sw"])
    assert open_steps(told) == {"informal_respond": "2026-03-24 23:59"}  # not a day longer
    assert {notice.address for notice in notices(told)[known:]} == {
        "rita.right@nelincs.invalid",
        "sam.social@nelincs.invalid",
    }
    assert _sees(told, told.people["raiser"])
    assert _sees(told, told.people["iro_sm"])


def test_nothing_of_a_moved_case_stays_on_the_wrong_file(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    child = _child(told, "Right Child", "Team A")
    raise_informally(told)
    assert f'"child":{told.child.id}' in next(bodies(told))
    move_to_child(
        told.installation,
        told.case_id,
        by=told.people["raiser"],
        child_id=child.id,
        reason="Two of the same name",
    )
    assert [entry.act for entry, body in chain(told) if body is None] == ["case opened"]
    assert not [body for body in bodies(told) if f'"child":{told.child.id}' in body]
    assert acts(told) == [
        ("case opened", "raised"),
        ("body destroyed", "1"),
        ("moved to the right child", ""),
    ]
    assert not breaks(told.installation)
    told.answer("informal_respond", {"answer": "Done"})
    assert not breaks(told.installation)


def test_a_case_is_moved_twice() -> None:
    told = story("2026-03-23T10:00")
    raise_informally(told)
    for name in ("Second Child", "Third Child"):
        child = _child(told, name, "Team A")
        move_to_child(
            told.installation,
            told.case_id,
            by=told.people["raiser"],
            child_id=child.id,
            reason="Still wrong",
        )
    gone = [entry.sequence for entry, body in chain(told) if body is None]
    assert gone == [1, 3]
    assert not breaks(told.installation)


def test_a_case_is_moved_only_by_its_raiser_with_a_reason_to_another_child() -> None:
    told = story("2026-03-23T10:00")
    child = _child(told, "Right Child", "Team A")
    hidden = _child(told, "Hidden Child", "Team A")
    with told.installation.database.write() as connection:
        restrict(connection, hidden)
    raise_informally(told)
    raiser, case_id = told.people["raiser"], told.case_id
    before = everything(told.installation.database)
    with pytest.raises(NoReason):
        move_to_child(told.installation, case_id, by=raiser, child_id=child.id, reason=" ")
    for person, child_id, error in (
        (told.people["tm"], child.id, NotAllowed),
        (told.people["hos"], child.id, NotAllowed),
        (raiser, 4711, NotAllowed),
        (raiser, hidden.id, NotAllowed),
        (raiser, told.child.id, NotOpenNow),
    ):
        with pytest.raises(error):
            move_to_child(told.installation, case_id, by=person, child_id=child_id, reason="Wrong")
    assert everything(told.installation.database) == before


# Destroyed words


def test_words_are_destroyed_by_an_entry_that_says_so(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.answer("stage1_respond", {"answer": "A neighbour's name that must not stay"})
    keeper = replace(told.people["iro_sm"], administrator=True)
    destroy_body(told.installation, told.case_id, 2, by=keeper, reason="A third person's data")
    assert acts(told)[-1] == ("body destroyed", "2")
    rows = repr(everything(database))
    assert "A neighbour's name" not in rows
    assert not breaks(told.installation)
    with pytest.raises(NotOpenNow, match="Entry 2 has no words"):
        destroy_body(told.installation, told.case_id, 2, by=keeper, reason="Again")
    with pytest.raises(NoReason):
        destroy_body(told.installation, told.case_id, 1, by=keeper, reason="")
    with pytest.raises(NotAllowed, match="administrator"):
        destroy_body(told.installation, told.case_id, 1, by=told.people["raiser"], reason="No")


def test_destroyed_words_are_in_no_file_any_more(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'stepladder.db'}")
    create_tables(database)
    told = at_stage(1, "2026-03-23T10:00", database)
    told.answer("stage1_respond", {"answer": "A neighbour's name that must not stay"})
    keeper = replace(told.people["iro_sm"], administrator=True)
    assert _files_with(b"A neighbour's name", tmp_path)
    destroy_body(told.installation, told.case_id, 2, by=keeper, reason="A third person's data")
    assert _files_with(b"A neighbour's name", tmp_path) == []
    database.close()


def _files_with(text: bytes, folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir() if text in file.read_bytes()]


# Restricted children and other councils


def test_of_a_restricted_child_only_those_named_see_anything(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    with database.write() as connection:
        restrict(connection, told.child)
    raise_informally(told)
    manager = told.people["tm"]
    assert _tray(told, manager) == []
    assert not _sees(told, manager)
    assert not _sees(told, told.people["iro_sm"])
    assert _sees(told, told.people["raiser"])
    with database.read() as connection:
        reader = find_reader(connection, manager.id, date(2026, 3, 23))
        assert find_seen_cases(connection, reader, is_open=True, most=10) == []
    with pytest.raises(NotAllowed):
        told.answer("informal_respond", {"answer": "I know"})
    for notice in notices(told):
        assert "Played Child" not in notice.subject + notice.body
    with database.write() as connection:
        let_read(connection, told.child, manager.id)
    assert _tray(told, manager) == ["informal_respond"]
    told.answer("informal_respond", {"answer": "Thank you"})


@pytest.fixture
def two_councils(tmp_path: Path) -> Path:
    """North East Lincolnshire's folder twice, under two names."""
    for name in (COUNCIL, "elsewhere"):
        shutil.copytree(PROCESSES / COUNCIL, tmp_path / "processes" / name)
    return tmp_path / "processes"


def test_two_councils_in_one_installation_are_kept_apart(
    database: Database, two_councils: Path
) -> None:
    at = parse_instant("2026-03-23T10:00")
    installation = installation_on(database, SetClock(at), processes=two_councils)
    here = Rehearsal(two_councils, procedure(), at, installation=installation)
    package = read_package(two_councils / "elsewhere" / "positive-challenge")
    there = Rehearsal(two_councils, package, at, installation=installation)
    raise_informally(here)
    raise_informally(there)
    assert (here.case().council, there.case().council) == (COUNCIL, "elsewhere")
    assert [row.case_number for row in read_tray(installation, here.people["tm"])] == ["2026-00001"]
    assert [row.case_number for row in read_tray(installation, there.people["tm"])] == [
        "2026-00002"
    ]
    for post, person in here.people.items():
        assert not _sees(there, person), post
    with pytest.raises(NotAllowed):
        open_case(
            installation,
            by=here.people["raiser"],
            child_id=there.child.id,
            version_id=there.version.row.id,
            answers={**CONCERN, "entry": "informal", "to": "tm"},
        )
    with pytest.raises(NotAllowed, match="not known to this council"):
        open_case(
            installation,
            by=here.people["raiser"],
            child_id=there.child.id,
            version_id=here.version.row.id,
            answers={**CONCERN, "entry": "informal", "to": "tm"},
        )
    assert {notice.address.partition("@")[2] for notice in notices(here)} == {f"{COUNCIL}.invalid"}
    assert not breaks(installation)
