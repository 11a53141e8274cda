"""The service manager of Haringey audits cases, whether or not a concern was raised (HAR-11-2)."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from engine.access import NotAllowed
from engine.administration.csv_file import BadFile
from engine.auditing.drawing import CannotDraw, draw_round, plan_round
from engine.auditing.filling import finish, save_draft
from engine.auditing.findings import Findings, findings
from engine.auditing.questions import NO, PARTLY, YES
from engine.auditing.reader import read_audit, read_draw, read_round, read_rounds
from engine.auditing.record import CannotChange, Given, NoAudit, Said
from engine.auditing.sampling import draw
from engine.children import let_read, restrict
from engine.clock import SetClock, parse_instant
from engine.history.anchors import seal
from engine.people import Person
from engine.rehearsal import Rehearsal
from engine.store.audits import CASE, CHILD
from engine.store.database import Database
from tests.engine.auditing.office import (
    HARINGEY,
    RAISED,
    action,
    another,
    ask,
    hire,
    listed,
    office,
    whole,
)
from tests.stories import breaks

SEED = "3f9c6a1b2d4e5f60"


@pytest.fixture
def told(database: Database) -> Rehearsal:
    return office(database)


@pytest.fixture
def manager(told: Rehearsal) -> Person:
    return told.people["iro_sm"]


def raised(told: Rehearsal, *names: str) -> list[str]:
    """A case about each of these children; the cases' numbers."""
    numbers = []
    for name in names:
        told.child = another(told, name, f"REF-{name}")
        numbers.append(told.raise_concern(RAISED).number)
    return numbers


def drawn(told: Rehearsal, manager: Person, **asked: object) -> int:
    return draw_round(told.installation, ask(**asked), by=manager, seed=SEED)  # type: ignore[arg-type]


def ids(told: Rehearsal, round_id: int, by: Person) -> list[int]:
    return [line.audit.id for line in read_round(told.installation, round_id, by).lines]


def set_clock(told: Rehearsal, at: str) -> None:
    clock = told.installation.clock
    assert isinstance(clock, SetClock)
    clock.set(parse_instant(at))


def told_of(told: Rehearsal, first: date, last: date, reader: Person | None) -> Findings:
    with told.installation.database.read() as connection:
        who = reader.id if reader else None
        return findings(connection, HARINGEY, first, last, reader_id=who)


def test_cases_and_children_without_one_are_drawn_and_what_from_is_kept(
    told: Rehearsal, manager: Person
) -> None:
    """X-29: the sample includes children about whom nobody raised a concern."""
    numbers = raised(told, "Kit Brook", "Una Ash", "Ola Reed")
    another(told, "Pia Moss", "REF-7")
    content = listed("REF-7", "REF-Kit Brook", "X-1", "X-2", "X-1")
    plan = plan_round(told.installation, ask(2, 2, content), by=manager)
    assert sorted(plan.cases) == numbers
    assert plan.children.keys() == {"REF-7", "X-1", "X-2"}
    assert (plan.had_case, plan.unknown, plan.twice, plan.not_seen) == (1, 2, 1, 0)

    round_id = drawn(told, manager, cases=2, children=2, content=content)
    file = read_round(told.installation, round_id, manager)
    lines = [(line.audit.row.kind, line.audit.row.reference) for line in file.lines]
    cases = draw(SEED, CASE, numbers, 2)
    children = draw(SEED, CHILD, ["REF-7", "X-1", "X-2"], 2)
    assert lines == [*((CASE, each) for each in cases), *((CHILD, each) for each in children)]
    initials = {line.audit.row.reference: line.initials for line in file.lines}
    assert {initials.get("REF-7", "PM"), initials.get("X-1", ""), initials.get("X-2", "")} == {
        "PM", "",
    }  # fmt: skip
    assert file.story[0].words == f"{manager.name} drew 2 cases and 2 children without one."
    assert not breaks(told.installation)


def test_the_draw_can_be_checked_by_hand_line_by_line(told: Rehearsal, manager: Person) -> None:
    raised(told, "Kit Brook", "Una Ash", "Ola Reed")
    round_id = drawn(told, manager, cases=1)
    lines = read_draw(told.installation, round_id, manager)
    assert [each.rank for each in lines] == sorted(each.rank for each in lines)
    assert [each.drawn for each in lines] == [True, False, False]
    assert all(len(each.rank) == 64 for each in lines)


def test_a_case_that_was_over_before_the_time_or_begun_after_it_is_not_in_it(
    told: Rehearsal, manager: Person
) -> None:
    (number,) = raised(told, "Kit Brook")
    before = ask(1, 1, listed("REF-Kit Brook"))
    earlier = replace(before, last=date(2026, 3, 22))
    plan = plan_round(told.installation, earlier, by=manager)
    assert (plan.cases, set(plan.children)) == ({}, {"REF-Kit Brook"})
    plan = plan_round(told.installation, before, by=manager)
    assert (set(plan.cases), plan.children, plan.had_case) == ({number}, {}, 1)


def test_an_audit_is_saved_finished_and_corrected_by_a_new_entry_only(
    told: Rehearsal, manager: Person
) -> None:
    raised(told, "Kit Brook")
    (audit_id,) = ids(told, drawn(told, manager), manager)
    here = told.installation
    draft = Said(answers={"informal": Given(answer=YES)}, finding="Half of it read.")
    save_draft(here, audit_id, draft, by=manager, seen=0)
    assert read_audit(here, audit_id, manager).audit.draft is not None
    with pytest.raises(CannotChange, match="Answer the question “Was it raised at the right"):
        finish(here, audit_id, draft, by=manager, seen=1)
    with pytest.raises(CannotChange, match="Say in words what you saw"):
        finish(here, audit_id, whole(CASE, level=(PARTLY, " ")), by=manager, seen=1)
    with pytest.raises(CannotChange, match="Somebody saved this audit while you wrote"):
        finish(here, audit_id, whole(CASE), by=manager, seen=0)

    first = whole(CASE, level=(PARTLY, "A stage too low."))
    finish(here, audit_id, first, by=manager, seen=1)
    set_clock(told, "2026-03-24T09:00")
    corrected = whole(CASE, "It was at the right level after all.")
    with pytest.raises(CannotChange, match="why the audit is corrected"):
        finish(here, audit_id, corrected, by=manager, seen=2)
    why = replace(corrected, reason="I had the wrong stage.")
    finish(here, audit_id, why, by=manager, seen=2)

    file = read_audit(here, audit_id, manager)
    assert [each.finding for each in file.audit.finished] == [
        "A sound piece of work.",
        "It was at the right level after all.",
    ]
    assert [each.act for each in file.story] == ["corrected", "finished", "saved", "drawn"]
    assert file.audit.row.finished_at == parse_instant("2026-03-23T10:00")
    seal(here)
    assert not breaks(here)


def test_what_an_audit_says_cannot_be_altered_unseen(told: Rehearsal, manager: Person) -> None:
    raised(told, "Kit Brook")
    (audit_id,) = ids(told, drawn(told, manager), manager)
    finish(told.installation, audit_id, whole(CASE, level=(NO, "Too low.")), by=manager, seen=0)
    with told.installation.database.write() as connection:
        connection.execute(text("UPDATE audits SET content = replace(content, 'Too low', 'Fine')"))
    (found,) = breaks(told.installation)
    assert (found.case, found.problem) == (
        f"Audit {audit_id}",
        "It is not as its newest entry tells of it.",
    )


def test_what_the_product_knows_stands_beside_each_question(
    told: Rehearsal, manager: Person
) -> None:
    raised(told, "Kit Brook")
    (audit_id,) = ids(told, drawn(told, manager), manager)
    facts = read_audit(told.installation, audit_id, manager).facts
    assert facts["informal"] == (
        "It was raised informally on 23 March 2026 and never went to a formal stage.",
    )
    assert facts["level"] == ("Stages: Informal (23 March 2026).",)
    assert facts["reasons"] == ("1 concern in writing.",)
    assert facts["dates"][0] == (
        "1 step had a due date: 0 done in time, 0 late, 0 not done by the date."
    )
    assert facts["voice"][-1].startswith("Not recorded: ")
    assert facts["done"][0] == "1 action: nobody has said yet what became of it."
    assert facts["escalated"] == ("It is still open: Informal.",)


def test_findings_of_a_quarter(told: Rehearsal, manager: Person) -> None:
    """HAR-11-3: the numbers, the findings and the actions for the quarterly report."""
    numbers = raised(told, "Kit Brook", "Una Ash")
    another(told, "Pia Moss", "REF-7")
    round_id = drawn(told, manager, cases=2, children=2, content=listed("REF-7", "X-1"))
    first, second, third, fourth = ids(told, round_id, manager)
    here = told.installation
    finish(here, first, whole(CASE, level=(NO, "Too low.")), by=manager, seen=0)
    done = replace(whole(CASE, "Fine."), actions=(action(),))
    finish(here, second, done, by=manager, seen=0)
    missed = whole(CHILD, "No plan since May.", escalated=(NO, "Drift."))
    finish(here, third, missed, by=manager, seen=0)
    set_clock(told, "2026-04-01T00:00")
    finish(here, fourth, whole(CHILD), by=manager, seen=0)

    found = told_of(told, date(2026, 1, 1), date(2026, 3, 31), manager)
    assert dict(found.finished) == {CASE: 2, CHILD: 1}
    assert (found.unfinished, found.withheld) == (0, 0)
    level = next(each for each in found.questions[CASE] if each.key == "level")
    assert dict(level.answers) == {"yes": 1, "partly": 0, "no": 1, "not applicable": 0}
    escalated = found.questions[CHILD][0]
    assert dict(escalated.answers) == {"yes": 0, "partly": 0, "no": 1, "not applicable": 0}
    assert {each.reference for each in found.findings if each.kind == CASE} == set(numbers)
    (todo,) = found.actions
    assert (todo.words, todo.owner, todo.by_when) == (
        "Speak with the team", "Team manager", date(2026, 4, 30),
    )  # fmt: skip
    later = told_of(told, date(2026, 4, 1), date(2026, 6, 30), None)
    assert dict(later.finished) == {CASE: 0, CHILD: 1}


def test_of_a_restricted_child_only_who_is_named_reads_the_audit(
    told: Rehearsal, manager: Person
) -> None:
    raised(told, "Kit Brook", "Una Ash")
    other = hire(told, "Lea Manager", "iro_sm")
    with told.installation.database.write() as connection:
        restrict(connection, told.child)
        let_read(connection, told.child, manager.id)
    plan = plan_round(told.installation, ask(), by=other)
    assert (len(plan.cases), plan.not_seen) == (1, 1)
    round_id = drawn(told, manager)
    here = told.installation
    mine, theirs = (read_round(here, round_id, each) for each in (manager, other))
    assert (len(mine.lines), mine.hidden) == (2, 0)
    assert (len(theirs.lines), theirs.hidden) == (1, 1)
    hidden = ({line.audit.id for line in mine.lines} - {theirs.lines[0].audit.id}).pop()
    for by in (other, told.people["admin"]):
        with pytest.raises(NoAudit):
            read_audit(here, hidden, by)
    assert [each.line for each in read_draw(here, round_id, other)].count("") == 1
    finish(here, hidden, whole(CASE, "Secret"), by=manager, seen=0)
    found = told_of(told, date(2026, 3, 1), date(2026, 3, 31), other)
    assert (found.finished[CASE], found.findings, found.withheld) == (1, (), 1)
    found = told_of(told, date(2026, 3, 1), date(2026, 3, 31), manager)
    assert (len(found.findings), found.withheld) == (1, 0)


def test_a_list_tells_nobody_whose_record_is_restricted(told: Rehearsal, manager: Person) -> None:
    """X-37: to who may not read of the child it is a reference like one that nobody knows."""
    raised(told, "Kit Brook")
    with told.installation.database.write() as connection:
        restrict(connection, told.child)
    content = listed("REF-Kit Brook", "X-1")
    plan = plan_round(told.installation, ask(0, 2, content), by=manager)
    assert (plan.children, plan.unknown, plan.had_case) == (
        {"REF-Kit Brook": None, "X-1": None}, 2, 0,
    )  # fmt: skip
    round_id = drawn(told, manager, cases=0, children=2, content=content)
    file = read_round(told.installation, round_id, manager)
    assert [(line.initials, line.audit.row.known_child_id) for line in file.lines] == [
        ("", None), ("", None),
    ]  # fmt: skip
    other = hire(told, "Lea Manager", "iro_sm")
    assert read_round(told.installation, round_id, other).hidden == 1


def test_who_leads_the_reviewing_officers_audits_and_administrators_look(
    told: Rehearsal, manager: Person
) -> None:
    raised(told, "Kit Brook")
    round_id = drawn(told, manager)
    (audit_id,) = ids(told, round_id, manager)
    admin = told.people["admin"]
    assert read_rounds(told.installation, admin)[0].audits is False
    assert len(read_round(told.installation, round_id, admin).lines) == 1
    assert read_audit(told.installation, audit_id, admin).case is False
    with pytest.raises(NotAllowed):
        drawn(told, admin)
    with pytest.raises(NotAllowed):
        save_draft(told.installation, audit_id, whole(CASE), by=admin, seen=0)
    for post in ("raiser", "tm", "hos", "sw"):
        with pytest.raises(NotAllowed):
            read_rounds(told.installation, told.people[post])
        with pytest.raises(NotAllowed):
            read_audit(told.installation, audit_id, told.people[post])
    leader = told.people["raiser_line"]
    with pytest.raises(NotAllowed):  # who leads, but has no part in the case, fills nothing in
        save_draft(told.installation, audit_id, whole(CASE), by=leader, seen=0)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"first": date(2026, 4, 1)}, "The last day is before the first"),
        ({"last": date(2026, 3, 24)}, "The last day is still to come"),
        ({"cases": 0}, "Enter how many"),
        ({"cases": 51}, "At most 50"),
        ({"children": 3}, "Choose the file"),
        ({}, "There is nothing to draw from"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    told: Rehearsal, manager: Person, asked: dict[str, object], says: str
) -> None:
    wanted = replace(ask(), **asked)  # type: ignore[arg-type]
    with pytest.raises(CannotDraw, match=says):
        draw_round(told.installation, wanted, by=manager)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"name,born\nA,1/1/2015\n", "no column “reference”"),
        (listed(*(str(number) for number in range(50_000))), "There are 50,000 lines"),
        (b"reference\n", "nothing below the first line"),
        (b"\0\1", "no CSV file"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused(
    told: Rehearsal, manager: Person, content: bytes, says: str
) -> None:
    with pytest.raises(BadFile, match=says):
        plan_round(told.installation, ask(0, 1, content), by=manager)


def test_a_line_that_is_no_reference_is_named(told: Rehearsal, manager: Person) -> None:
    content = b"reference,other\nA-1,x\n\x01,x\n" + b"9" * 300 + b",x\n=1+1,x\n"
    plan = plan_round(told.installation, ask(0, 1, content), by=manager)
    assert [wrong.line for wrong in plan.wrong] == [3, 4]
    with pytest.raises(CannotDraw, match="Put its lines right"):
        draw_round(told.installation, ask(0, 1, content), by=manager)
