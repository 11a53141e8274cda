"""What is kept about those who use the site, and its one cookie."""

import pytest

from tests.webui.office import Office
from tests.webui.reading import text_of


@pytest.mark.shows("privacy", "one")
def test_it_tells_of_the_one_cookie_and_there_is_one(office: Office) -> None:
    client = office.client_as("tm")
    assert "This site uses one cookie." in text_of(client.get("/privacy"))
    assert client.get_cookie("stepladder") is not None
    for page in ("/", "/help", "/privacy"):
        for cookie in client.get(page).headers.getlist("Set-Cookie"):
            assert cookie.startswith("stepladder=")
