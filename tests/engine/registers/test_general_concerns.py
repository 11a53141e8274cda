"""General concerns are tracked until they are resolved (X-26, NEL-3-5, LIN-3-5)."""

from dataclasses import replace

import pytest

from engine.access import NotAllowed
from engine.registers.general_concerns import (
    ConcernWords,
    amend_concern,
    list_concerns,
    read_concern,
    record_concern,
    resolve_concern,
    update_concern,
)
from engine.registers.home import read_news
from engine.registers.shelf import ALL, CLOSED, BadItem, NoItem, Wanted
from engine.store.database import Database
from tests.engine.registers.desk import at, day, hire, to
from tests.stories import breaks, raise_informally

WORDS = ConcernWords(
    title="Visits fall behind",
    seen="In five families since January nobody came.",
    owner="post:hos",
    themes=("Drift or delay",),
)


def test_it_stays_on_the_agenda_until_it_is_resolved_and_a_new_entry_opens_it(
    database: Database,
) -> None:
    told = day(database)
    here, iro, head = told.installation, told.people["raiser"], told.people["hos"]
    number = record_concern(here, by=iro, words=WORDS)
    at(told, "2026-03-30T09:00")
    update_concern(here, number, by=head, words="Two workers are hired.")
    assert [row.id for row in list_concerns(here, told.people["iro_sm"], Wanted())[0].rows] == [1]
    at(told, "2026-04-20T09:00")
    resolve_concern(here, number, by=iro, words="All are visited again.")
    assert list_concerns(here, iro, Wanted())[1] == 0
    assert list_concerns(here, iro, Wanted(state=CLOSED))[1] == 1
    at(told, "2026-05-11T09:00")
    update_concern(here, number, by=iro, words="It began again in May.")
    found = read_concern(here, iro, number)
    assert (found.resolved_at, found.outcome) == (None, "")
    assert [(each.act, each.by) for each in found.story] == [
        ("opened again", iro.name),
        ("resolved", iro.name),
        ("update", head.name),
        ("recorded", iro.name),
    ]
    assert found.story[2].words == "Two workers are hired."
    assert breaks(here) == []


def test_who_answers_for_it_is_told_without_its_words_and_reads_it(database: Database) -> None:
    told = day(database)
    here, head = told.installation, told.people["hos"]
    number = record_concern(here, by=told.people["raiser"], words=WORDS)
    (notice,) = to(told, head)
    assert notice.subject == f"General concern {number}: you answer for it"
    assert f"/general-concerns/{number}" in notice.body
    assert "Visits" not in notice.body + notice.subject
    assert [each.text for each in read_news(here, head).concerns] == [WORDS.title]
    assert read_concern(here, head, number).may_lead is False
    with pytest.raises(NotAllowed):
        resolve_concern(here, number, by=head, words="Done.")


def test_others_of_the_council_do_not_see_it(database: Database) -> None:
    told = day(database)
    number = record_concern(told.installation, by=told.people["raiser"], words=WORDS)
    for post in ("tm", "sw", "admin"):
        with pytest.raises(NoItem):
            read_concern(told.installation, told.people[post], number)
        with pytest.raises(NotAllowed):
            record_concern(told.installation, by=told.people[post], words=WORDS)
        assert list_concerns(told.installation, told.people[post], Wanted(state=ALL))[1] == 0
    other = hire(told, "Other Officer", "raiser")
    assert read_concern(told.installation, other, number).may_lead


def test_what_is_changed_keeps_what_it_said_and_tells_who_answers_now(database: Database) -> None:
    told = day(database)
    here, iro, lead = told.installation, told.people["raiser"], told.people["sm"]
    number = record_concern(here, by=iro, words=WORDS)
    changed = replace(WORDS, title="Visits fall behind in the north", owner=f"person:{lead.id}")
    amend_concern(here, number, by=iro, words=changed)
    amend_concern(here, number, by=iro, words=changed)
    story = read_concern(here, iro, number).story
    assert [each.act for each in story] == ["changed", "recorded"]
    assert "The title was: Visits fall behind." in story[0].words
    assert "Before, Head of Service answered for it." in story[0].words
    assert len(to(told, lead)) == 1
    with pytest.raises(NoItem):
        read_concern(here, told.people["hos"], number)
    assert breaks(here) == []


def test_a_linked_case_is_shown_to_who_sees_it_and_counted_for_others(database: Database) -> None:
    told = day(database)
    case = raise_informally(told)
    here, iro = told.installation, told.people["raiser"]
    words = replace(WORDS, cases=(case.number,))
    number = record_concern(here, by=iro, words=words)
    other = hire(told, "Other Officer", "raiser")
    assert read_concern(here, iro, number).words.cases == (case.number,)
    read = read_concern(here, other, number)
    assert (read.words.cases, read.hidden) == ((), 1)
    amend_concern(here, number, by=other, words=replace(WORDS, title="Another title"))
    assert read_concern(here, iro, number).words.cases == (case.number,)
    with pytest.raises(BadItem, match="no case 2026-09999"):
        record_concern(here, by=iro, words=replace(WORDS, cases=("2026-09999",)))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": " "}, "Enter a title."),
        ({"title": "x" * 201}, "Shorten the title"),
        ({"seen": ""}, "Enter what you have seen."),
        ({"owner": "post:nobody"}, "Select who answers"),
        ({"owner": "person:999999"}, "Select who answers"),
        ({"themes": ("Unknown",)}, "Select themes"),
        ({"team": "Unknown"}, "Select a team"),
    ],
)
def test_what_cannot_be_kept_is_said(wrong: dict[str, object], said: str) -> None:
    told = day()
    with pytest.raises(BadItem, match=said):
        record_concern(
            told.installation,
            by=told.people["raiser"],
            words=replace(WORDS, **wrong),  # type: ignore[arg-type]
        )


def test_the_list_is_searched_filtered_and_read_on(database: Database) -> None:
    told = day(database)
    here, iro = told.installation, told.people["raiser"]
    for place in range(55):
        record_concern(here, by=iro, words=replace(WORDS, title=f"Pattern {place:02}"))
    record_concern(here, by=iro, words=replace(WORDS, title="No theme", themes=()))
    page, count = list_concerns(here, iro, Wanted())
    assert (len(page.rows), count, page.rows[0].words.title) == (50, 56, "No theme")
    rest, _ = list_concerns(here, iro, Wanted(), page.next, None)
    assert [each.words.title for each in rest.rows] == [f"Pattern {n:02}" for n in range(5, -1, -1)]
    back, _ = list_concerns(here, iro, Wanted(), None, rest.previous)
    assert back.rows == page.rows
    assert list_concerns(here, iro, Wanted(theme="Drift or delay"))[1] == 55
    assert list_concerns(here, iro, Wanted(theme="Drift"))[1] == 0
    assert list_concerns(here, iro, Wanted(text="pattern 07"))[1] == 1
