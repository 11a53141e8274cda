"""Every page is shown by a test in every state in which it can be (`make pages`)."""

import pytest

from tests.pages import Row, find_shown, rows, strangers
from tests.webui.office import Office
from webui.assets import ENDPOINT as ASSETS


def test_every_route_belongs_to_a_page_of_the_list(office: Office) -> None:
    pages = {row.page for row in rows()}
    endpoints = {rule.endpoint for rule in office.app.url_map.iter_rules()} - {ASSETS}
    assert {endpoint.partition(".")[0] for endpoint in endpoints} == pages


def test_no_test_shows_a_page_that_there_is_not() -> None:
    assert strangers() == []


def test_a_mark_is_read_with_all_its_states() -> None:
    shown = [(s.page, s.state) for s in find_shown() if s.test.startswith("webui/pages/test_help")]
    assert shown == [("help", "one")]


def test_a_state_without_a_test_or_a_reason_is_a_gap() -> None:
    row = Row(page="tray", tests={"one": ("a test",)}, reasons={"many": "it is one"})
    assert row.gaps == ("empty", "error", "forbidden")


@pytest.mark.parametrize("row", rows(), ids=lambda row: str(row.page))
def test_each_page_is_shown_in_each_state_or_cannot_be_in_it(row: Row) -> None:
    assert row.gaps == (), (
        f"Mark a test of {row.page} with @pytest.mark.shows, or give the reason in "
        "tests/page_states.toml."
    )


@pytest.mark.parametrize("row", rows(), ids=lambda row: str(row.page))
def test_a_reason_is_given_only_for_what_no_test_shows(row: Row) -> None:
    both = {state for state in row.reasons if row.tests.get(state)}
    assert both == set(), f"{row.page}: a test shows it, so take the reason away."
