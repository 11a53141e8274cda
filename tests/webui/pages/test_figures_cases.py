"""The cases behind a figure: the number is told, and of the cases those that one may see."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.acts.actions import answer_follow_up
from engine.clock import parse_instant
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
    assert "He knows her now." in text_of(client_as("iro_sm").get(page))
    assert "He knows her now." not in text_of(client_as("admin").get(page))
