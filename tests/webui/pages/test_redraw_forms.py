"""The forms of a draft, with where they are filled in, and a new one."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.webui.office import Office
from tests.webui.pages.redrawing import DRAFT, begin, keep, kept_as, only_for_its_editor
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


PAGE = f"{DRAFT}/forms"


@pytest.mark.shows("redraw_forms", "one", "many")
def test_each_form_is_told_and_a_new_one_made(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    page = text_of(manager.get(PAGE))
    assert "Respond on the Positive Challenge Form" in page
    assert "“Respond at Stage 1”, “Respond at Stage 2”" in page
    answer = keep(manager, f"{PAGE}/add", title="Check the facts", question="What is wrong?")
    assert (answer.status_code, answer.location) == (303, f"{PAGE}/check-the-facts")
    assert kept_as(office).package.forms["check-the-facts"].fields[0].label == "What is wrong?"
    assert "The form “Check the facts” is new." in text_of(manager.get(DRAFT))
    assert "No step uses it yet." in text_of(manager.get(answer.location))


@pytest.mark.shows("redraw_forms", "error")
def test_a_form_has_a_title_and_a_question(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    for fields in ({"title": "", "question": "What?"}, {"title": "Facts", "question": " "}):
        answer = keep(manager, f"{PAGE}/add", **fields)
        assert answer.status_code == 400
        assert "Enter" in text_of(answer)
    assert kept_as(office).changes == ()


def test_words_that_would_be_reckoned_with_are_refused(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    reckoned = keep(manager, f"{PAGE}/add", title="Acknowledge", question="= what was done?")
    titled = keep(manager, f"{PAGE}/answer/title", title="Answer {{ task }}")
    for answer in (reckoned, titled):
        assert answer.status_code == 400
        assert "There is a problem" in text_of(answer)
    assert kept_as(office).changes == ()


@pytest.mark.shows("redraw_forms", "forbidden")
def test_nobody_else_reads_them(client_as: Sign) -> None:
    only_for_its_editor(client_as, PAGE)
