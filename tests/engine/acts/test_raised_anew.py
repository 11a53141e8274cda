"""A concern of an open case, raised as a challenge of its own (A-ROT-4, X-10)."""

from engine.acts.cases import open_case
from engine.acts.concerns import Words, add_concern, raise_again, read_concerns
from engine.acts.raised_anew import RAISED_ANEW, raised_as
from engine.raising import begin_raising, choose_procedure
from engine.rehearsal import Rehearsal
from engine.store.cases import CaseRow
from engine.store.database import Database
from tests.stories import CONCERN, acts, breaks, raise_informally, story

SECOND = Words(
    concern="No school place since January",
    impact="She stays at home all day.",
    action="A place by May",
    themes=("Education", "Drift or delay"),
)


def two_concerns(database: Database) -> tuple[Rehearsal, CaseRow]:
    """An informal case of 23 March 2026 with a second concern."""
    told = story("2026-03-23T10:00", database)
    first = raise_informally(told)
    add_concern(told.installation, first.id, by=told.people["raiser"], words=SECOND)
    return told, first


def raise_second(told: Rehearsal, first: CaseRow) -> CaseRow:
    """The second concern is raised as a challenge of its own, at stage 1."""
    here, by = told.installation, told.people["raiser"]
    mark = begin_raising(here, by, told.child.id, linked_to=first.id, again=(2,))
    choose_procedure(here, by, mark, told.version.row.id)
    said = raise_again(here, first.id, by=by, package=told.version.package, places=(2,))
    formal = {"entry": "formal", "decision": "stage 1", "reason": "Nobody acted on it."}
    return open_case(
        here,
        by=by,
        child_id=told.child.id,
        version_id=told.version.row.id,
        answers={**CONCERN, **said, **formal},
        linked_to=first.id,
        mark=mark,
    )


def test_both_cases_keep_the_link_and_the_concern_says_where_it_went(database: Database) -> None:
    told, first = two_concerns(database)
    new = raise_second(told, first)
    assert new.linked_to == first.id
    went = [raised_as(told.installation, row) for row in read_concerns(told.installation, first.id)]
    assert went == ["", new.number]
    taken = read_concerns(told.installation, new.id)[0]
    assert (taken.concern, taken.action) == (SECOND.concern, SECOND.action)
    told.case_id = first.id
    assert acts(told)[-1] == (RAISED_ANEW, "concern 2")
    assert not breaks(told.installation)


def test_only_the_concern_that_was_chosen_is_taken_over_with_its_themes(database: Database) -> None:
    told, first = two_concerns(database)
    said = raise_again(
        told.installation,
        first.id,
        by=told.people["raiser"],
        package=told.version.package,
        places=(2,),
    )
    assert said["concern"] == SECOND.concern
    assert said["impact"] == SECOND.impact
    form = told.version.package.forms["raise"]
    asked = form.field("themes")
    labels = {option.value: option.label for option in asked.options} if asked else {}
    ticked = said.get("themes", [])
    assert isinstance(ticked, list)
    assert {labels[str(each)] for each in ticked} == (set(SECOND.themes) if asked else set())


def test_the_first_case_goes_on_and_the_concern_stays_open(database: Database) -> None:
    told, first = two_concerns(database)
    raise_second(told, first)
    told.case_id = first.id
    assert [task.element for task in told.tasks()] == ["informal_respond"]
    assert read_concerns(told.installation, first.id)[1].outcome == ""
