"""The messages of a draft, with when they are sent, and a new one."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.webui.office import Office
from tests.webui.pages.redrawing import DRAFT, begin, keep, kept_as, only_for_its_editor
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


PAGE = f"{DRAFT}/messages"
NEW = {"called": "To the Director", "subject": "Case {{ case_number }}", "body": "{{ link }}"}


@pytest.mark.shows("redraw_messages", "one", "many")
def test_each_message_is_told_and_a_new_one_written(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    page = text_of(manager.get(PAGE))
    assert "Case {{ case_number }}: no answer yet" in page
    assert "whoever is asked, when a step opens" in page
    answer = keep(manager, f"{PAGE}/add", **NEW)
    assert (answer.status_code, answer.location) == (303, f"{PAGE}/to-the-director")
    kept = kept_as(office).package.messages["to-the-director"]
    assert kept == "Subject: Case {{ case_number }}\n\n{{ link }}\n"
    assert "It is sent nowhere yet." in text_of(manager.get(answer.location))


@pytest.mark.shows("redraw_messages", "error")
@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        ({"called": ""}, "Enter"),
        ({"subject": ""}, "Enter"),
        ({"body": "{{ child }}"}, "names no child"),
    ],
)
def test_what_cannot_be_is_said(
    office: Office, client_as: Sign, otherwise: dict[str, str], said: str
) -> None:
    answer = keep(begin(client_as), f"{PAGE}/add", **{**NEW, **otherwise})
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert kept_as(office).changes == ()


@pytest.mark.shows("redraw_messages", "forbidden")
def test_nobody_else_reads_them(client_as: Sign) -> None:
    only_for_its_editor(client_as, PAGE)
