"""A form of a draft: its questions moved, its title changed, and how people will see it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.redrawing.forms import read_questions
from tests.webui.office import Office, send
from tests.webui.pages.redrawing import (
    DRAFT,
    SEEN,
    begin,
    keep,
    kept_as,
    only_for_its_editor,
    seen_on,
)
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


PAGE = f"{DRAFT}/forms/answer"


def labels(office: Office) -> list[str]:
    content = kept_as(office).package.files["forms/answer.form"]
    return [each.label for each in read_questions(content)]


def move(client: FlaskClient, place: str, by: str) -> int:
    fields = {SEEN: seen_on(client.get(PAGE).text), "place": place, "by": by}
    return send(client, f"{PAGE}/move", fields, page=PAGE).status_code


@pytest.mark.shows("redraw_form", "one", "many")
def test_its_questions_are_moved_and_it_is_shown_as_people_see_it(
    office: Office, client_as: Sign
) -> None:
    manager = begin(client_as)
    page = manager.get(PAGE).text
    assert "As people will see it" in page
    assert '<fieldset class="govuk-fieldset" disabled>' in page
    assert page.count('value="up"') == page.count('value="down"') == 4
    assert move(manager, "2", "up") == 303
    assert labels(office)[0] == "Do you agree with the concern?"
    assert "was moved up" in text_of(manager.get(DRAFT))


def test_its_title_is_changed(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    answer = keep(manager, f"{PAGE}/title", title="Your  answer")
    assert answer.status_code == 303
    assert kept_as(office).package.forms["answer"].title == "Your answer"
    assert keep(manager, f"{PAGE}/title", title="").status_code == 400


@pytest.mark.shows("redraw_form", "error")
def test_what_cannot_be_is_said(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    before = labels(office)
    assert move(manager, "1", "up") == 409
    assert move(manager, "99", "down") == 409
    assert move(manager, "2", "sideways") == 400
    assert manager.get(f"{DRAFT}/forms/nothing").status_code == 409
    assert labels(office) == before


@pytest.mark.shows("redraw_form", "forbidden")
def test_nobody_else_reads_it(client_as: Sign) -> None:
    only_for_its_editor(client_as, PAGE)
