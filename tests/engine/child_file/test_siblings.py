"""Brothers and sisters (X-14): the link between records, and names that stand in a text."""

from datetime import date

import pytest

from engine.access import NotAllowed
from engine.child_file.siblings import (
    NameFound,
    find_names,
    link_siblings,
    shared_answers,
    siblings_of,
    unlink_siblings,
)
from engine.children import BadChild, Child, add_child
from engine.rehearsal import Rehearsal
from engine.store.child_changes import find_changes
from engine.store.children import set_restricted
from engine.store.database import Database
from tests.stories import CONCERN, COUNCIL, procedure, raise_at_stage, story

MONDAY = "2026-03-23T10:00"


def born(told: Rehearsal, name: str, year: int = 2014) -> Child:
    """Another child of the council."""
    with told.installation.database.write() as connection:
        return add_child(
            connection,
            council=COUNCIL,
            reference=name.upper(),
            name=name,
            date_of_birth=date(year, 5, 5),
            team="Team A",
            today=date(2026, 3, 23),
        )


def names(told: Rehearsal, child: Child, post: str = "raiser") -> list[str]:
    """The brothers and sisters that the holder of the post is shown."""
    return [each.name for each in siblings_of(told.installation, child, told.people[post])]


def test_a_link_is_on_both_records_and_names_nobody_in_what_was_changed(
    database: Database,
) -> None:
    told = story(MONDAY, database)
    raiser, here = told.people["raiser"], told.installation
    mia, kai = born(told, "Mia Brown"), born(told, "Kai Brown", 2010)
    link_siblings(here, told.child.id, mia.id, by=raiser)
    link_siblings(here, kai.id, told.child.id, by=raiser)
    assert names(told, told.child) == ["Kai Brown", "Mia Brown"]  # the eldest first
    assert names(told, mia) == ["Played Child"]
    with database.read() as connection:
        changes = [each.words for each, _ in find_changes(connection, told.child.id)]
    assert changes == ["A brother or sister was recorded."] * 2
    with pytest.raises(BadChild, match="already"):
        link_siblings(here, mia.id, told.child.id, by=raiser)
    with pytest.raises(BadChild, match="own brother"):
        link_siblings(here, mia.id, mia.id, by=raiser)
    unlink_siblings(here, mia.id, told.child.id, by=raiser)
    assert names(told, told.child) == ["Kai Brown"]
    with pytest.raises(BadChild, match="not recorded"):
        unlink_siblings(here, mia.id, told.child.id, by=raiser)


def test_who_may_link_and_who_is_shown(database: Database) -> None:
    told = story(MONDAY, database)
    here, mia = told.installation, born(told, "Mia Brown")
    raise_at_stage(told, 1)
    with pytest.raises(NotAllowed):
        link_siblings(here, told.child.id, mia.id, by=told.people["tm"])
    link_siblings(here, told.child.id, mia.id, by=told.people["raiser"])
    with database.write() as connection:
        set_restricted(connection, mia.id)
    assert names(told, told.child) == []
    with pytest.raises(NotAllowed):
        unlink_siblings(here, told.child.id, mia.id, by=told.people["raiser"])


def test_another_childs_name_is_found_as_a_whole_word() -> None:
    told = story(MONDAY)
    mia, kai = born(told, "Mia Brown"), born(told, "Kai Jones-Brown Smith", 2010)
    form = procedure().forms["raise"]
    text = "Since May, mia's plan says nothing. Miami is no name; Brown is the family’s. SMITH too."
    found = find_names(form, {"concern": text, "entry": "Mia"}, kai, [mia, kai])
    assert [(each.key, each.name) for each in found] == [("concern", "Mia"), ("concern", "Brown")]
    assert found[0] == NameFound(
        key="concern",
        label="What is the concern?",
        name="Mia",
        around="Since May, mia's plan says nothing. Miami …",
    )
    # A name that the child has too, as a family's, is theirs to have in the text.
    own = find_names(form, {"concern": "Kai Brown"}, mia, [kai])
    assert [each.name for each in own] == ["Kai"]


def test_what_the_child_wants_is_not_taken_over(database: Database) -> None:
    told = story(MONDAY, database)
    wanted = {"wishes_sought": "known", "wishes": "I want to stay"}
    case = told.raise_concern({**CONCERN, "entry": "informal", "to": "tm", **wanted})
    with database.read() as connection:
        shared = shared_answers(connection, case.id, told.version)
    assert shared["concern"] == CONCERN["concern"]
    assert not any(key.startswith("wishes") for key in shared)
