"""A message of a draft is changed, its placeholders checked, and shown as it is read."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.webui.office import Office
from tests.webui.pages.redrawing import DRAFT, begin, keep, kept_as, only_for_its_editor
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


PAGE = f"{DRAFT}/messages/no-answer"


@pytest.mark.shows("redraw_message", "one")
def test_it_is_changed_and_shown_with_invented_values(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    page = text_of(manager.get(PAGE))
    assert "The case, the step and the date are invented." in page
    assert "An answer was due in case 2026-00012" in page
    answer = keep(manager, PAGE, subject="Late: {{ task }}", body="Was due {{ due }}.\r\n\r\nEnd.")
    assert (answer.status_code, answer.location) == (303, PAGE)
    kept = kept_as(office).package.messages["no-answer"]
    assert kept == "Subject: Late: {{ task }}\n\nWas due {{ due }}.\n\nEnd.\n"
    assert "Late: Respond at Stage 1" in text_of(manager.get(PAGE))


def test_what_is_sent_as_it_was_changes_nothing(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    subject, _, body = kept_as(office).package.messages["no-answer"].partition("\n")
    sent = body.strip().replace("\n", "\r\n")
    answer = keep(manager, PAGE, subject=subject.removeprefix("Subject: "), body=sent)
    assert answer.status_code == 303
    assert kept_as(office).changes == ()


@pytest.mark.shows("redraw_message", "error")
def test_what_cannot_be_is_said_and_what_was_typed_stays(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    for subject, body, said in (
        ("", "Text", "Enter"),
        ("Case", "Dear {{ child_name }}", "names no child"),
        ("Case", "Typed {{ tsak }}", "Did you mean “task”?"),
    ):
        answer = keep(manager, PAGE, subject=subject, body=body)
        assert answer.status_code == 400
        assert said in text_of(answer)
        assert body in answer.text
    assert kept_as(office).changes == ()
    assert manager.get(f"{DRAFT}/messages/nothing").status_code == 409


@pytest.mark.shows("redraw_message", "forbidden")
def test_nobody_else_changes_it(client_as: Sign) -> None:
    only_for_its_editor(client_as, PAGE)
