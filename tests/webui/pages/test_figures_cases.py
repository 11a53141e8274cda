"""The cases behind a figure: the number is told, and of the cases those that one may see."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.acts.actions import answer_follow_up
from engine.clock import parse_instant
from tests.stories import raise_at_stage
from tests.webui.office import Office
from tests.webui.reading import text_of
from webui.pages import figures_cases

Sign = Callable[[str], FlaskClient]
RAISED = "/figures/cases?measure=opened"


@pytest.mark.shows("figures_cases", "empty")
def test_where_none_is_counted_the_page_says_so(client_as: Sign) -> None:
    assert "No case is counted here." in text_of(client_as("iro_sm").get(RAISED))


@pytest.mark.shows("figures_cases", "one")
def test_a_case_is_shown_by_number_and_initials(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    answer = client_as("iro_sm").get(f"{RAISED}&procedure=positive-challenge&team=Team+A")
    page = text_of(answer)
    assert "Positive Challenge and Formal Escalation. Team A." in page
    assert "The figure counts 1 case." in page
    assert f'href="/cases/{number}"' in answer.text
    assert office.child.name not in page


@pytest.mark.shows("figures_cases", "many")
def test_many_come_page_by_page(
    office: Office, client_as: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures_cases, "MOST", 2)
    numbers = [office.raise_concern() for _ in range(3)]
    client = client_as("iro_sm")
    first = client.get(RAISED)
    assert [number in first.text for number in numbers] == [False, True, True]
    assert f'rel="next" href="{RAISED}&amp;after=2"' in first.text
    rest = client.get(f"{RAISED}&after=2")
    assert [number in rest.text for number in numbers] == [True, False, False]
    assert "Older cases" not in rest.text


@pytest.mark.shows("figures_cases", "forbidden")
def test_who_has_no_part_is_told_the_number_alone(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    answer = client_as("admin").get(RAISED)
    assert "You may open none of it: a case is for those who have a part in it." in text_of(answer)
    assert number not in answer.text
    assert client_as("raiser").get(RAISED).status_code == 403
    raiser = office.people["raiser"].id
    assert client_as("iro_tm").get(f"{RAISED}&raiser={raiser}").status_code == 403
    assert client_as("tm").get(f"{RAISED}&team=Team+B").status_code == 403


@pytest.mark.shows("figures_cases", "error")
@pytest.mark.parametrize("asked", ["?first=x", "?measure=x", "?measure=opened&first=2026-02-31"])
def test_a_figure_that_there_is_not_is_not_found(client_as: Sign, asked: str) -> None:
    assert client_as("iro_sm").get(f"/figures/cases{asked}").status_code == 404


def test_the_address_without_a_figure_leads_to_the_figures(client_as: Sign) -> None:
    answer = client_as("iro_sm").get("/figures/cases")
    assert (answer.status_code, answer.location) == (302, "/figures")


def test_what_changed_for_the_child_is_read_where_one_may_read_the_case(
    office: Office, client_as: Sign
) -> None:
    office.raise_concern()
    told = office.rehearsal
    told.answer("informal_respond", {"answer": "A visit tomorrow."})
    told.answer("informal_outcome", {"decision": "settled", "outcome_note": "He was visited."})
    told.move_to(parse_instant("2026-05-20T10:00"))
    raiser = office.people["raiser"]
    answer_follow_up(
        office.installation, told.case_id, 1, by=raiser, done="done", changed="He knows her now."
    )
    page = "/figures/cases?measure=child-changed"
    clients = {post: client_as(post) for post in ("iro_sm", "admin")}
    before = len(office.access_log())
    assert "He knows her now." in text_of(clients["iro_sm"].get(page))
    assert "He knows her now." not in text_of(clients["admin"].get(page))
    assert [(row.person_id, row.what, row.case_id) for row in office.access_log()[before:]] == [
        (office.people["iro_sm"].id, "the cases behind a figure: 1 shown", None),
        (office.people["iro_sm"].id, "what changed for the child", told.case_id),
        (office.people["admin"].id, "the cases behind a figure: 0 shown", None),
    ]


@pytest.mark.parametrize("asked", ["measure=overdue&stage=4", "measure=silent&post=raiser"])
def test_what_the_figures_withhold_is_not_had_from_the_cases_behind_it(
    office: Office, client_as: Sign, asked: str
) -> None:
    """X-25: Stage 4 is the director alone, since 23 March 2026; their 5 days are over."""
    raise_at_stage(office.rehearsal, 4)
    office.rehearsal.move_to(parse_instant("2026-04-08T10:00"))
    assert "The figure counts 1 case." in text_of(
        client_as("iro_sm").get(f"/figures/cases?{asked}")
    )
    for post in ("ad", "admin", "iro_tm", "tm"):
        answer = client_as(post).get(f"/figures/cases?{asked}")
        assert answer.status_code == 403
        assert "Too few people were asked. Only the" in text_of(answer)


def test_that_a_referral_was_considered_is_read_by_the_posts_that_the_text_names(
    office: Office, client_as: Sign
) -> None:
    """X-36: others read no nought either, which would be untrue."""
    raise_at_stage(office.rehearsal, 3)
    office.rehearsal.move_to(parse_instant("2026-03-24T10:00"))
    office.rehearsal.press("consider_pressed", {})
    considered = "referral to CAFCASS was considered"
    assert f"{considered} 1" in text_of(client_as("iro_sm").get("/figures"))
    for post in ("ad", "admin", "dcs"):
        assert considered not in text_of(client_as(post).get("/figures"))
        steps = text_of(client_as(post).get("/figures/procedures/positive-challenge"))
        assert "Weigh the impact" not in steps
