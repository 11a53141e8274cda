"""Who sees which figures: the service's, a team's, and one person's (X-25, X-36)."""

from dataclasses import replace
from datetime import date

import pytest

from engine.access import NotAllowed
from engine.access.figures import FigureRights, demand_figures, figure_rights
from engine.clock import parse_instant
from engine.figures import asked as m
from engine.figures.asked import Asked, Which
from engine.figures.cases import find_counted_cases
from engine.figures.figures import Figures
from engine.figures.keeping import catch_up
from engine.figures.sums import read_figures
from engine.people import Person, add_person, give_post
from engine.rehearsal import Rehearsal
from tests.stories import COUNCIL, at_stage

ALL = Asked(council=COUNCIL)


@pytest.fixture(scope="module")
def told() -> Rehearsal:
    """A case that stands at Stage 4 after a silence; a referral is considered."""
    told = at_stage(4, "2026-03-23T10:00")
    told.move_to(parse_instant("2026-03-24T10:00"))
    told.press("consider_pressed", {"considering_why": "It cannot wait"})
    told.move_to(parse_instant("2026-04-01T10:00"))
    return told


def rights(told: Rehearsal, person: Person) -> FigureRights:
    """What the person sees."""
    with told.installation.database.read() as connection:
        return figure_rights(connection, person, told.council, told.clock.now())


def figures(told: Rehearsal, post: str, asked: Asked = ALL) -> Figures:
    """The figures as the holder of that post is told."""
    reading = catch_up(told.installation, told.council)
    with told.installation.database.read() as connection:
        seen = demand_figures(connection, told.people[post], told.council, told.clock.now())
        return read_figures(connection, told.council, asked, seen, reading)


@pytest.mark.parametrize(
    ("post", "service", "all_seats"),
    [
        ("iro_sm", True, True),
        ("iro_tm", True, False),
        ("admin", True, False),
        ("ad", True, False),
        ("dcs", True, False),
        ("tm", False, False),
        ("hos", False, False),
    ],
)
def test_who_leads_sees_the_service_and_a_manager_their_team(
    told: Rehearsal, post: str, *, service: bool, all_seats: bool
) -> None:
    seen = rights(told, told.people[post])
    assert (seen.service, seen.all_seats) == (service, all_seats)
    assert seen.teams == (frozenset() if service else {"Team A"})


@pytest.mark.parametrize("post", ["raiser", "sw"])
def test_nobody_else_sees_figures(told: Rehearsal, post: str) -> None:
    with pytest.raises(NotAllowed, match="Figures are for managers of teams"):
        figures(told, post)


def test_another_teams_figures_are_not_shown_nor_one_raisers(told: Rehearsal) -> None:
    raiser = told.people["raiser"].id
    with pytest.raises(NotAllowed, match="another team"):
        figures(told, "tm", replace(ALL, team="Team B"))
    for post in ("tm", "iro_tm", "admin"):
        with pytest.raises(NotAllowed, match="one person"):
            figures(told, post, replace(ALL, raiser_id=raiser))
    assert figures(told, "iro_sm", replace(ALL, raiser_id=raiser)).counts[m.OPENED].value == 1


def test_a_post_that_one_person_holds_is_told_to_those_kept_informed_alone(
    told: Rehearsal,
) -> None:
    (stage,) = [row for row in figures(told, "iro_sm").by_stage if row.key == "4"]
    assert (stage.counts[m.ASKED].value, stage.counts[m.OVERDUE].value) == (1, 1)
    for post in ("iro_tm", "ad", "admin"):
        found = figures(told, post)
        assert all(row.withheld and not row.counts for row in (*found.by_stage, *found.by_post))
        assert found.by_raiser == ()
        assert found.counts[m.OPENED].value == 1
    assert [row.key for row in figures(told, "iro_sm").by_raiser] == [str(told.people["raiser"].id)]


def test_that_a_referral_was_considered_is_told_to_the_posts_that_the_text_names(
    told: Rehearsal,
) -> None:
    """X-36: of the service's figures too, with the step at which it is weighed."""
    for post, sees in (("iro_sm", 1), ("tm", 0), ("ad", 0), ("admin", 0), ("dcs", 0)):
        found = figures(told, post, replace(ALL, procedure="positive-challenge"))
        assert found.counts[m.CONSIDERED].value == sees, post
        assert ("weigh_impact" in {step.key for step in found.steps}) == bool(sees), post


def test_how_many_referrals_were_made_is_told_of_the_service() -> None:
    """That one was considered is for few (X-36); of those that were made the number is for all."""
    told = at_stage(3, "2026-03-23T10:00")
    told.move_to(parse_instant("2026-03-24T10:00"))
    told.press("refer_pressed", {"reason": "It cannot wait"})
    for post in ("iro_sm", "ad", "admin", "dcs"):
        assert figures(told, post).counts[m.REFERRED].value == 1, post
        seen = rights(told, told.people[post])
        with told.installation.database.read() as connection:
            which = Which(measure=m.REFERRED, asked=ALL)
            found = find_counted_cases(connection, told.council, which, seen)
        assert (found.cases, len(found.shown)) == (1, post == "iro_sm"), post


@pytest.mark.parametrize("post", ["iro_tm", "ad", "dcs", "admin", "tm"])
@pytest.mark.parametrize(
    "asked",
    [
        replace(ALL, stage="4"),
        replace(ALL, post="dcs"),
        replace(ALL, post="raiser"),
        replace(ALL, stage="4", first=date(2026, 3, 23), last=date(2026, 3, 23)),
        ALL,
    ],
    ids=["stage", "post", "raiser", "day", "all"],
)
def test_the_cases_behind_a_figure_that_is_withheld_are_not_counted_either(
    told: Rehearsal, post: str, asked: Asked
) -> None:
    seen, kept_informed = (rights(told, told.people[each]) for each in (post, "iro_sm"))
    with told.installation.database.read() as connection:
        for measure in m.OF_STAYS:
            which = Which(measure=measure, asked=asked)
            with pytest.raises(NotAllowed, match="Too few people were asked. Only the"):
                find_counted_cases(connection, told.council, which, seen)
            find_counted_cases(connection, told.council, which, kept_informed)


def test_the_number_is_told_and_of_the_cases_those_that_one_may_see(told: Rehearsal) -> None:
    considered = Which(measure=m.CONSIDERED, asked=ALL)
    for post, sees in (("iro_sm", 1), ("ad", 0), ("admin", 0)):
        seen = rights(told, told.people[post])
        with told.installation.database.read() as connection:
            found = find_counted_cases(connection, told.council, considered, seen)
            opened = find_counted_cases(connection, told.council, considered.of(m.OPENED), seen)
        assert (found.cases, len(found.shown)) == (sees, sees)
        assert len(opened.shown) == (post != "admin")


def test_who_has_left_sees_nothing(told: Rehearsal) -> None:
    with told.installation.database.write() as connection:
        person = add_person(connection, council=COUNCIL, name="Gone", email="gone@x.invalid")
        give_post(connection, told.council, person, "iro_sm", starts=date(2026, 1, 5))
    gone = rights(told, replace(person, active=False))
    assert (gone.service, gone.teams) == (False, frozenset())
