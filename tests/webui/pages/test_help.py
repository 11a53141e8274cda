"""The help page: for whoever comes, with whom to ask."""

import pytest

from tests.webui.office import Office
from tests.webui.reading import text_of


@pytest.mark.shows("help", "one")
def test_help_is_there_before_signing_in_and_says_whom_to_ask(office: Office) -> None:
    answer = office.client().get("/help")
    assert answer.status_code == 200
    assert "About the process: the Independent Reviewing Service" in text_of(answer)


def test_each_page_leads_to_it_and_names_the_contact(office: Office) -> None:
    for client, address in (
        (office.client(), "/sign-in"),
        (office.client_as("tm"), "/"),
        (office.client_as("tm"), "/nothing-here"),
    ):
        answer = client.get(address)
        for page in ("/help", "/accessibility", "/privacy"):
            assert f'href="{page}"' in answer.text
        assert "Questions about the process: the Independent Reviewing Service" in text_of(answer)
