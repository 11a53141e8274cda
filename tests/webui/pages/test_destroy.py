"""An administrator destroys what an entry says, and reads nothing of the case for it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from engine.store.people import people
from tests.webui.office import CONCERN, Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


@pytest.fixture
def number(office: Office) -> str:
    """A case at Stage 1; the holder of the administrators' post is one."""
    with office.installation.database.write() as connection:
        keeper = office.people["admin"].id
        connection.execute(update(people).where(people.c.id == keeper).values(administrator=True))
    return office.raise_concern(
        entry="formal", decision="stage 1", reason="Four weeks have passed.", to=None
    )


@pytest.mark.shows("destroy", "one")
def test_words_are_destroyed_without_being_read(
    office: Office, client_as: Sign, number: str
) -> None:
    admin = client_as("admin")
    assert admin.get(f"/cases/{number}").status_code == 403  # they have no part in the case
    page = admin.get(f"/cases/{number}/words")
    assert "Entry 1, Monday 23 March 2026 at 10am: Case opened" in text_of(page)
    for hidden in (str(CONCERN["concern"]), office.child.name):
        assert hidden not in page.text
    done = send(admin, f"/cases/{number}/words", {"entry": "1", "reason": "A third person."})
    assert done.status_code == 303
    after = text_of(admin.get(f"/cases/{number}/words"))
    assert "Destroyed already: entry 1." in after
    seen = text_of(client_as("raiser").get(f"/cases/{number}"))
    assert str(CONCERN["concern"]) not in seen
    assert "The words of entry 1 were destroyed: A third person." in seen


@pytest.mark.shows("destroy", "empty")
def test_an_administrator_finds_the_page_without_typing_its_address(
    client_as: Sign, number: str
) -> None:
    admin = client_as("admin")
    assert 'href="/destroy-words"' in admin.get("/people").text
    assert "In which case?" in text_of(admin.get("/destroy-words"))
    answer = send(admin, "/destroy-words", {"number": f" {number} "})
    assert (answer.status_code, answer.location) == (303, f"/cases/{number}/words")
    for wrong, said in (("", "Enter the number of the case"), ("2026-9", "There is no such case")):
        answer = send(admin, "/destroy-words", {"number": wrong})
        assert answer.status_code == 400
        assert said in text_of(answer)
    assert client_as("raiser").get("/destroy-words").status_code == 403


@pytest.mark.shows("destroy", "error")
def test_which_entry_and_why_is_asked(client_as: Sign, number: str) -> None:
    admin = client_as("admin")
    answer = send(admin, f"/cases/{number}/words", {"reason": " "})
    assert answer.status_code == 400
    assert 'href="#entry"' in answer.text
    assert 'href="#reason"' in answer.text


@pytest.mark.shows("destroy", "forbidden")
@pytest.mark.parametrize("post", ["raiser", "tm", "iro_sm"])
def test_nobody_else_destroys(client_as: Sign, number: str, post: str) -> None:
    client = client_as(post)
    assert client.get(f"/cases/{number}/words").status_code == 403
    fields = {"entry": "1", "reason": "No."}
    assert send(client, f"/cases/{number}/words", fields, page="/").status_code == 403
    assert str(CONCERN["concern"]) in client_as("raiser").get(f"/cases/{number}").text


def test_there_is_no_such_case(client_as: Sign, number: str) -> None:
    assert client_as("admin").get("/cases/2026-00099/words").status_code == 403
