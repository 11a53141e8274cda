"""What went wrong is said in one voice: what happened, what became of it, a way on."""

import pytest
from flask import Blueprint, abort

from tests.webui.office import Office
from tests.webui.reading import text_of
from webui.guards import anyone
from webui.site import create_site

TITLES = {
    403: "You may not open this",
    404: "There is no such page",
    405: "This page cannot be opened like that",
    409: "This is not possible any more",
    413: "That is too much to send at once",
    429: "That was too often in a short time",
    500: "Something went wrong on our side",
}


@pytest.mark.parametrize("status", TITLES)
def test_each_error_has_a_heading_a_sentence_a_way_on_and_whom_to_ask(
    office: Office, status: int
) -> None:
    broken = Blueprint("broken", __name__)

    @broken.get("/broken")
    @anyone
    def show() -> str:
        abort(status)

    client = create_site(office.installation, more=[broken]).test_client()
    answer = client.get("/broken")

    page = text_of(answer)
    assert answer.status_code == status
    assert f"<title>{TITLES[status]} – Stepladder" in answer.text
    assert f'<h1 class="govuk-heading-l">{TITLES[status]}</h1>' in answer.text
    after = page[page.index(TITLES[status]) :]
    assert "Sign in" in after
    assert "Questions about the process" in after
    for jargon in ("Forbidden", "Method Not Allowed", "Conflict", "Too Many", "Internal Server"):
        assert jargon not in page


def test_an_error_that_nobody_thought_of_has_a_way_on_too(office: Office) -> None:
    broken = Blueprint("broken", __name__)

    @broken.get("/broken")
    @anyone
    def show() -> str:
        abort(418)

    page = text_of(create_site(office.installation, more=[broken]).test_client().get("/broken"))
    assert "Go to your tray and try again." in page
