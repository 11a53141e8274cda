"""Accepting what is shown, and taking it back: by whom, in what words, and what was changed."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.confirming.questions import Asked, find_asked, read_questions
from engine.procedures import read_package
from tests.webui.office import NEL, Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
PAGE = "/procedures/positive-challenge"
WORDS = {"words": "Margaret Fell, Director, on 12 March: yes."}


def address(name: str) -> str:
    """Where the question with that name is asked."""
    question = next(each for each in read_questions(read_package(NEL)) if each.name == name)
    return f"{PAGE}/questions/{question.mark}"


def asked(office: Office, name: str) -> Asked:
    with office.installation.database.read() as connection:
        found = find_asked(connection, read_package(NEL))
    return next(each for each in found if each.question.name == name)


@pytest.mark.shows("council_question", "one")
def test_an_officer_accepts_and_takes_back(office: Office, client_as: Sign) -> None:
    manager = client_as("iro_sm")
    form = text_of(manager.get(f"{address('Q2')}/accept"))
    assert "Q2: Who is the Nominated Officer" in form
    assert "Shown: The Safeguarding and Review Service Manager" in form
    assert "Where the council’s answer is another one, do not accept" in form

    answer = send(manager, f"{address('Q2')}/accept", WORDS)
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "Q2: What is shown was accepted" in text_of(manager.get(PAGE))
    assert asked(office, "Q2").said[0].words == WORDS["words"]

    back = text_of(manager.get(f"{address('Q2')}/take-back"))
    assert "“Margaret Fell, Director, on 12 March: yes.”" in back
    answer = send(manager, f"{address('Q2')}/take-back", {"words": "She has left."})
    assert answer.status_code == 303
    assert [row.accepted for row in asked(office, "Q2").said] == [True, False]


@pytest.mark.shows("council_question", "error")
def test_without_words_nothing_is_kept_and_what_was_written_is_shown_again(
    office: Office, client_as: Sign
) -> None:
    admin = client_as("admin")
    empty = send(admin, f"{address('Q2')}/accept", {"words": "  "})
    assert empty.status_code == 400
    assert "Who decided this, and why?" in text_of(empty)
    long = send(admin, f"{address('Q2')}/accept", {"words": "x" * 2001})
    assert long.status_code == 400
    assert "x" * 2001 in long.text
    assert asked(office, "Q2").said == ()


def test_what_was_not_shown_is_not_accepted(office: Office, client_as: Sign) -> None:
    admin = client_as("admin")
    stale = f"{PAGE}/questions/0123456789abcdef"
    assert admin.get(f"{stale}/accept").status_code == 409
    answer = send(admin, f"{stale}/accept", WORDS, page=f"{address('Q2')}/accept")
    assert answer.status_code == 409
    assert "This question is not asked any more" in answer.text
    assert WORDS["words"] in answer.text  # what was written is not lost


def test_of_two_officers_the_second_is_told(office: Office, client_as: Sign) -> None:
    admin, manager = client_as("admin"), client_as("iro_sm")
    send(admin, f"{address('Q2')}/accept", WORDS)
    late = send(manager, f"{address('Q2')}/accept", {"words": "Me too."}, page="/procedures")
    assert late.status_code == 409
    assert "This was accepted already" in late.text
    assert manager.get(f"{address('Q2')}/accept").status_code == 409
    never = send(manager, f"{address('Q3')}/take-back", {"words": "No."}, page="/procedures")
    assert never.status_code == 409
    assert "Nothing is to be taken back" in never.text
    assert manager.get(f"{address('Q3')}/take-back").status_code == 409
    assert len(asked(office, "Q2").said) == 1


@pytest.mark.shows("council_question", "forbidden")
@pytest.mark.parametrize("post", ["raiser", "tm", "sw", "dcs"])
def test_nobody_else_may(office: Office, client_as: Sign, post: str) -> None:
    client = client_as(post)
    for act in ("accept", "take-back"):
        assert client.get(f"{address('Q2')}/{act}").status_code == 403
        answer = send(client, f"{address('Q2')}/{act}", WORDS, page="/")
        assert answer.status_code == 403
    assert asked(office, "Q2").said == ()
