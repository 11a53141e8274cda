"""Both trays on both stores: their order, what narrows them, and pages while tasks come and go."""

from datetime import date

import pytest

from engine.acts.claims import claim
from engine.administration.absences import record_absence
from engine.children import add_child, let_read
from engine.clock import parse_instant
from engine.lists import listing, trays
from engine.lists.listing import (
    LATER,
    ME,
    NEXT,
    NOBODY,
    OVERDUE,
    TODAY,
    UNANSWERED,
    UNDATED,
    Page,
    Tally,
    Wanted,
)
from engine.lists.trays import Desk, InTray, count_waiting, read_tray, read_tray_page
from engine.people import Person, add_person, give_post
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from engine.store.listed import Place
from tests.stories import COUNCIL, copy_open_tasks, raise_at_stage, raise_informally, story


def look(
    told: Rehearsal,
    who: str | Person,
    *,
    mine: bool = True,
    after: Place | None = None,
    before: Place | None = None,
    wanted: Wanted | None = None,
    **choices: str,
) -> tuple[Page[InTray], Tally]:
    with told.installation.database.read() as connection:
        person = told.people[who] if isinstance(who, str) else who
        desk = Desk(told.installation, connection, person)
        return read_tray_page(
            desk, wanted or Wanted(**choices), mine=mine, after=after, before=before
        )


def ids(page: Page[InTray]) -> list[int]:
    return [each.task.id for each in page.rows]


def elements(page: Page[InTray]) -> list[str]:
    return [each.task.element for each in page.rows]


def count(told: Rehearsal, post: str, *, mine: bool) -> int:
    with told.installation.database.read() as connection:
        return count_waiting(Desk(told.installation, connection, told.people[post]), mine=mine)


@pytest.fixture
def told(database: Database) -> Rehearsal:
    return story("2026-03-23T10:00", database)


@pytest.fixture(params=["few", "many"])
def seen(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Told twice: found by what the person holds, and by a walk as for those who see very many."""
    if request.param == "many":
        monkeypatch.setattr(trays, "MOST_SEEN", 0)
        monkeypatch.setattr(trays, "MOST_WAITING", 0)
    return str(request.param)


def test_silence_comes_before_every_date_and_what_has_none_comes_last(
    told: Rehearsal, seen: str
) -> None:
    raise_at_stage(told, 2)
    told.press("consider_pressed", {})
    told.answer("stage2_respond", {"answer": "No"})
    raise_informally(told)
    told.move_to(parse_instant("2026-03-25T09:00"))
    page, tally = look(told, "raiser")
    assert elements(page) == ["informal_no_answer", "stage2_outcome", "weigh_impact"]
    assert [each.urgency for each in page.rows] == [UNANSWERED, OVERDUE, UNDATED]
    assert tally.urgencies == {UNANSWERED: 1, OVERDUE: 1, UNDATED: 1}
    assert tally.exact is (seen == "few")
    assert page.rows[0].missed == parse_instant("2026-03-24T23:59:59")
    for urgency, element in zip((UNANSWERED, OVERDUE, UNDATED), elements(page), strict=True):
        narrow, counted = look(told, "raiser", urgency=urgency)
        assert (elements(narrow), counted.wanted) == ([element], 1)


def test_silence_is_over_when_more_time_is_given(told: Rehearsal, seen: str) -> None:
    raise_informally(told)
    told.move_to(parse_instant("2026-03-25T09:00"))
    assert look(told, "raiser")[1].urgencies == {UNANSWERED: 1}
    assert look(told, "raiser", mine=False)[1].urgencies == {OVERDUE: 1}
    told.give_time("informal_respond", date(2026, 3, 26), "Back from leave.")
    assert UNANSWERED not in look(told, "raiser")[1].urgencies
    assert look(told, "raiser", mine=False)[1].urgencies == {NEXT: 1}


def test_with_others_is_what_waits_for_nobody_of_ones_own(told: Rehearsal, seen: str) -> None:
    raise_informally(told)
    raise_at_stage(told, 1)
    for post in ("raiser", "iro_sm"):
        page, _ = look(told, post, mine=False)
        assert elements(page) == ["informal_respond", "stage1_respond"]
        assert (count(told, post, mine=True), count(told, post, mine=False)) == (0, 2)
        assert {each.post for each in page.rows} == {"tm"}
        assert {each.persons for each in page.rows} == {("Team Manager (played)",)}
    assert look(told, "tm", mine=False)[0].rows == ()
    told.answer("stage1_respond", {"answer": "Done"})
    page, _ = look(told, "tm", mine=False)
    assert elements(page) == ["stage1_outcome"]
    assert page.rows[0].persons == (told.people["raiser"].name,)
    assert count(told, "hos", mine=False) == 0


def test_what_only_some_may_see_is_neither_shown_nor_counted(
    told: Rehearsal, seen: str
) -> None:
    raise_at_stage(told, 1)
    told.press("consider_pressed", {})
    assert "weigh_impact" in elements(look(told, "raiser")[0])
    for post, sees in (("iro_sm", True), ("tm", False)):
        page, tally = look(told, post, mine=False)
        assert ("weigh_impact" in elements(page)) is sees, post
        assert tally.wanted == len(page.rows)


def test_days_are_londons(told: Rehearsal, seen: str) -> None:
    raise_informally(told)  # due at the end of Tuesday 24 March
    raise_at_stage(told, 1)  # due at the end of Monday 30 March
    for at, first, second in (
        ("2026-03-23T10:00", NEXT, NEXT),
        ("2026-03-24T00:00", TODAY, NEXT),
        ("2026-03-24T23:59:58", TODAY, NEXT),
        ("2026-03-25T00:00", OVERDUE, NEXT),
        ("2026-03-30T00:00", OVERDUE, TODAY),
    ):
        told.move_to(parse_instant(at))
        page, _ = look(told, "tm")
        assert [each.urgency for each in page.rows] == [first, second], at
        assert look(told, "tm", urgency=second)[1].wanted == (2 if first == second else 1)


def test_what_is_due_after_a_week_is_later(told: Rehearsal) -> None:
    raise_at_stage(told, 1)  # due at the end of Monday 30 March, the seventh day after
    assert look(told, "tm")[1].urgencies == {NEXT: 1}
    told.give_time("stage1_respond", date(2026, 3, 31), "A planning meeting comes first.")
    assert look(told, "tm")[1].urgencies == {LATER: 1}


def test_pages_hold_every_task_once_and_lead_back(
    told: Rehearsal, database: Database, seen: str
) -> None:
    raise_at_stage(told, 1)
    with database.write() as connection:
        copy_open_tasks(connection, 120)
    first, tally = look(told, "tm")
    second, _ = look(told, "tm", after=first.next)
    third, _ = look(told, "tm", after=second.next)
    assert [len(each.rows) for each in (first, second, third)] == [50, 50, 21]
    every = ids(first) + ids(second) + ids(third)
    assert every == [each.task.id for each in read_tray(told.installation, told.people["tm"])]
    assert len(set(every)) == 121
    assert (first.previous, third.next) == (None, None)
    assert tally.urgencies == {NEXT: 121}
    assert ids(look(told, "tm", before=third.previous)[0]) == ids(second)
    back, _ = look(told, "tm", before=second.previous)
    assert (ids(back), back.previous) == (ids(first), None)


def test_of_very_many_no_more_than_a_thousand_are_counted(
    told: Rehearsal, seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (listing, trays):
        monkeypatch.setattr(name, "MOST_COUNTED", 3)
    raise_at_stage(told, 1)
    with told.installation.database.write() as connection:
        copy_open_tasks(connection, 7)
    _, tally = look(told, "tm")
    assert tally.wanted == (8 if seen == "few" else 4)
    assert tally.urgencies == {NEXT: tally.wanted}


def test_a_task_that_goes_while_somebody_reads_skips_none_and_repeats_none(
    told: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    raise_at_stage(told, 1)  # placed first, due last
    for _ in range(7):
        raise_informally(told)
    monkeypatch.setattr(listing, "PAGE", 3)
    monkeypatch.setattr(trays, "PAGE", 3)
    first, _ = look(told, "tm")
    rest = ids(look(told, "tm", after=first.next)[0])
    told.case_id = first.rows[-1].task.case_id  # the very place from which it goes on
    told.answer("informal_respond", {"answer": "Done"})
    second, _ = look(told, "tm", after=first.next)
    assert ids(second) == rest
    third, _ = look(told, "tm", after=second.next)
    assert elements(third) == ["informal_respond", "stage1_respond"]
    raise_informally(told)  # comes before stage 1 while the third page is read
    assert elements(look(told, "tm", before=third.previous)[0]) == ["informal_respond"] * 3
    # Two are left before the second page: it is the first page again, filled up.
    assert ids(look(told, "tm", before=second.previous)[0]) == [*ids(first)[:2], rest[0]]


def test_where_nothing_is_left_it_is_the_first_page(
    told: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        raise_informally(told)
    monkeypatch.setattr(listing, "PAGE", 1)
    monkeypatch.setattr(trays, "PAGE", 1)
    first, _ = look(told, "tm")
    told.answer("informal_respond", {"answer": "Done"})
    assert ids(look(told, "tm", after=first.next)[0]) == ids(first)


def test_words_are_found_in_number_name_and_initials(told: Rehearsal, seen: str) -> None:
    number = raise_informally(told).number
    for text in ("played", "CHILD pla", number, "PC", "pc", f"played {number[-2:]}"):
        assert look(told, "tm", text=text)[1].wanted == 1, text
        assert look(told, "raiser", mine=False, text=text)[1].wanted == 1, text
    for text in ("nobody", "%", "played nobody", "play_d", "\\", "cp", "p"):
        assert look(told, "tm", text=text)[1].wanted == (1 if text == "p" else 0), text


def test_a_restricted_child_is_found_by_its_readers_only(told: Rehearsal, seen: str) -> None:
    with told.installation.database.write() as connection:
        told.child = add_child(
            connection,
            council=COUNCIL,
            reference="HID-1",
            name="Rosa Hall",
            date_of_birth=date(2015, 2, 3),
            team="Team A",
            today=date(2026, 3, 23),
            restricted=True,
        )
        let_read(connection, told.child, told.people["raiser"].id)
    raise_informally(told)
    for text in ("", "rosa", "rh"):
        assert look(told, "raiser", mine=False, text=text)[1].wanted == 1
        assert look(told, "tm", text=text)[1].wanted == 0
        assert look(told, "iro_sm", mine=False, text=text)[1].wanted == 0
    with told.installation.database.write() as connection:
        let_read(connection, told.child, told.people["tm"].id)
    assert look(told, "tm", text="rosa")[1].wanted == 1


def test_each_choice_is_counted_beside_what_else_is_chosen(told: Rehearsal) -> None:
    raise_informally(told)
    raise_at_stage(told, 1)
    with told.installation.database.write() as connection:
        told.child = add_child(
            connection,
            council=COUNCIL,
            reference="B-1",
            name="Ben Hart",
            date_of_birth=date(2015, 2, 3),
            team="Team B",
            today=date(2026, 3, 23),
        )
        manager = add_person(connection, council=COUNCIL, name="B", email="b@nelincs.invalid")
        give_post(connection, told.council, manager, "tm", team="Team B", starts=date(2020, 1, 1))
    raise_at_stage(told, 1)
    page, tally = look(told, "iro_sm", mine=False, stage="1", team="Team B")
    assert (tally.whole, tally.wanted, elements(page)) == (3, 1, ["stage1_respond"])
    assert page.rows[0].persons == ("B",)
    assert [(each.key, each.count) for each in tally.choices["stage"]] == [("1", 1)]
    assert [(each.key, each.count) for each in tally.choices["team"]] == [
        ("Team A", 1),
        ("Team B", 1),
    ]
    raiser = str(told.people["raiser"].id)
    assert [(each.key, each.count) for each in tally.choices["raiser"]] == [(raiser, 1)]
    assert look(told, "iro_sm", mine=False, raiser=raiser)[1].wanted == 3
    assert look(told, "iro_sm", mine=False, raiser="999")[1].wanted == 0
    assert look(told, "iro_sm", mine=False, post="tm")[1].wanted == 3
    assert look(told, "iro_sm", mine=False, post="sm")[1].wanted == 0


def test_who_sees_very_many_has_the_same_filters(
    told: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trays, "MOST_SEEN", 0)
    raise_informally(told)
    raise_at_stage(told, 1)
    both = ["informal_respond", "stage1_respond"]
    for name, key, found in (
        ("stage", "1", ["stage1_respond"]),
        ("post", "tm", both),
        ("post", "sm", []),
        ("team", "Team A", both),
        ("team", "Team B", []),
        ("claimed", NOBODY, both),
    ):
        page, tally = look(told, "iro_sm", mine=False, wanted=Wanted(**{name: key}))
        assert (elements(page), tally.wanted) == (found, len(found)), (name, key)
        assert {each.key for each in tally.choices["stage"]} >= {"informal", "1", "2"}


def test_what_is_searched_for_among_very_many_is_counted_as_among_few(
    told: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trays, "MOST_SEEN", 1)
    monkeypatch.setattr(trays, "MOST_WAITING", 0)
    raise_informally(told)
    number = raise_at_stage(told, 1).number
    for post, mine in (("tm", True), ("iro_sm", False)):
        page, tally = look(told, post, mine=mine, text=number)
        assert elements(page) == ["stage1_respond"]
        assert (tally.exact, tally.whole, tally.wanted) == (True, 1, 1)
        assert look(told, post, mine=mine)[1].exact is False
    assert look(told, "sm", mine=False, text=number)[1].wanted == 0


def test_what_is_claimed_is_said_and_found(told: Rehearsal, seen: str) -> None:
    raise_informally(told)
    raise_at_stage(told, 1)
    page, _ = look(told, "tm")
    assert [(each.claimed_by, each.claimed_by_me) for each in page.rows] == [("", False)] * 2
    claim(told.installation, page.rows[0].task.id, by=told.people["tm"])
    (mine,) = look(told, "tm", claimed=ME)[0].rows
    assert (mine.claimed_by, mine.claimed_by_me) == (told.people["tm"].name, True)
    assert elements(look(told, "tm", claimed=NOBODY)[0]) == ["stage1_respond"]
    (theirs, _) = look(told, "raiser", mine=False)[0].rows
    assert (theirs.claimed_by, theirs.claimed_by_me) == (told.people["tm"].name, False)


def test_what_waits_for_somebody_as_a_deputy_says_for_whom(told: Rehearsal, seen: str) -> None:
    raise_informally(told)
    assert count(told, "hos", mine=True) == 0
    with told.installation.database.write() as connection:
        deputy = add_person(connection, council=COUNCIL, name="D", email="d@nelincs.invalid")
    record_absence(
        told.installation,
        told.people["tm"].id,
        by=told.people["tm"],
        starts=date(2026, 3, 24),
        ends=date(2026, 3, 24),
        deputy_id=deputy.id,
    )
    for at, found in (
        ("2026-03-23T23:59", 0),
        ("2026-03-24T00:00", 1),
        ("2026-03-24T23:59", 1),
        ("2026-03-25T00:00", 0),
    ):
        told.move_to(parse_instant(at))
        page, _ = look(told, deputy)
        assert [each.for_whom for each in page.rows] == [told.people["tm"].name] * found, at
    assert [each.for_whom for each in look(told, "tm")[0].rows] == [""]
