"""The page that proves that the record is unaltered, or says where it is not."""

import io
import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from engine.acts.cases import destroy_body
from engine.children import let_read, restrict
from engine.history.anchors import seal
from engine.history.verifying import verify_asked
from tests.webui.office import Office, send, token_of
from tests.webui.reading import text_of


def case(client: FlaskClient, number: str) -> TestResponse:
    return send(client, "/verification/case", {"number": number}, page="/verification")


def anchor(client: FlaskClient, **fields: object) -> TestResponse:
    token = token_of(client.get("/verification").text)
    return client.post("/verification/anchor", data={**fields, "csrf_token": token})


def alter(office: Office, statement: str) -> None:
    with office.installation.database.write() as connection:
        connection.execute(text(statement))


@pytest.mark.shows("verification", "empty", "one")
def test_what_the_worker_found_last_is_told_and_asked_for_anew(office: Office) -> None:
    office.raise_concern()
    client = office.client_as("iro_sm")
    assert "It was not verified yet." in text_of(client.get("/verification"))
    verify_asked(office.installation)
    said = text_of(client.get("/verification"))
    assert "Unaltered Verified last Monday 23 March 2026 at 10am: 1 case with" in said
    assert "0 lines of the log of who looked." in said
    assert "not sealed yet, and so not looked at." in said
    asked = client.post("/verification/all", data={"csrf_token": token_of(client.get("/").text)})
    assert asked.status_code == 303
    said = text_of(client.get("/verification"))
    assert "A verification was asked for Monday 23 March 2026 at 10am and waits" in said
    assert "Verify everything now" not in said
    verify_asked(office.installation)
    assert f"asked for by {office.people['iro_sm'].name}" in text_of(client.get("/verification"))


@pytest.mark.shows("verification", "many")
def test_each_break_is_named_and_what_to_do_is_said(office: Office) -> None:
    number = office.raise_concern()
    office.raise_concern()
    alter(office, "UPDATE history SET act = 'nothing'")
    verify_asked(office.installation)
    client = office.client_as("admin")
    said = text_of(client.get("/verification"))
    assert f"Case {number}, entry 1: The entry's header was altered." in said
    assert "Tell whoever looks after the installation at once" in said
    said = text_of(case(client, number))
    assert f"Case {number}, verified just now Not whole" in said


def test_one_case_is_verified_at_once(office: Office) -> None:
    number = office.raise_concern()
    client = office.client_as("iro_sm")
    assert f'value="{number}"' in client.get(f"/verification?case={number}").text
    said = text_of(case(client, f" {number} "))
    assert f"Case {number}, verified just now Unaltered" in said
    last = office.access_log()[-1]
    assert (last.what, last.case_id) == ("verified a case", office.rehearsal.case_id)


def test_words_destroyed_on_purpose_are_told_apart_from_altered_ones(office: Office) -> None:
    number = office.raise_concern()
    by = office.people["admin"]
    reason = "It was about another child."
    destroy_body(office.installation, office.rehearsal.case_id, 1, by=by, reason=reason)
    said = text_of(case(office.client_as("iro_sm"), number))
    assert "verified just now Unaltered" in said
    assert "those of entry 1, Monday 23 March 2026 at 10am; entry 2 says by whom and why" in said


def test_an_anchor_is_kept_elsewhere_and_held_against_the_record(office: Office) -> None:
    office.raise_concern()
    client = office.client_as("iro_sm")
    assert client.get("/verification/anchor.json").status_code == 400
    seal(office.installation)
    kept = client.get("/verification/anchor.json")
    assert 'filename="stepladder-anchor-1-2026-03-23.json"' in kept.headers["Content-Disposition"]
    assert office.child.name not in kept.text
    said = text_of(anchor(client, pasted=kept.text))
    assert "Anchor 1, sealed Monday 23 March 2026 at 10am. Its signature is right." in said
    assert "Still contained" in said
    for at in ("2019-01-01T09:00:00+00:00", "0001-01-01T00:00:00+00:00"):
        forged = json.dumps({**json.loads(kept.text), "sealed_at": at})
        said = text_of(anchor(client, pasted=forged))
        assert "Still contained" not in said
        assert "2019" not in said
    alter(office, "DELETE FROM anchors")
    said = text_of(anchor(client, file=(io.BytesIO(kept.data), "kept.json")))
    assert "Not whole" in said
    assert "Anchor 1 is gone" in said
    said = text_of(anchor(client, pasted=kept.text.replace('"signature": "', '"signature": "0')))
    assert "Proves nothing" in said


@pytest.mark.shows("verification", "error")
def test_what_is_no_anchor_or_no_case_is_said(office: Office) -> None:
    client = office.client_as("iro_sm")
    answers = (
        (anchor(client), "Choose the file that you kept, or paste it."),
        (anchor(client, pasted="<b>"), "This is no anchor."),
        (anchor(client, file=(io.BytesIO(b"\xff" * 40_000), "x")), "This is no anchor"),
        (case(client, " "), "Enter the case’s number."),
        (case(client, "2026-0\x000009"), "There is no such case, or you have no part in it."),
        (case(client, "9" * 5000), "There is no such case, or you have no part in it."),
    )
    for answer, says in answers:
        assert answer.status_code == 400
        assert says in text_of(answer)


@pytest.mark.shows("verification", "forbidden")
def test_only_who_audits_or_administers_and_of_a_case_only_who_may_know_it(
    office: Office,
) -> None:
    number = office.raise_concern()
    for post, status in (("iro_tm", 200), ("admin", 200), ("tm", 403), ("raiser", 403)):
        assert office.client_as(post).get("/verification").status_code == status, post
    assert case(office.client_as("iro_tm"), number).status_code == 400  # has no part in it
    client = office.client_as("iro_sm")
    assert case(client, number).status_code == 200
    with office.installation.database.write() as connection:
        restrict(connection, office.child)
    refused, unknown = case(client, number), case(client, "2026-09999")
    assert refused.status_code == 400
    assert text_of(refused).replace(number, "") == text_of(unknown).replace("2026-09999", "")
    with office.installation.database.write() as connection:
        let_read(connection, office.child, office.people["iro_sm"].id)
    assert case(client, number).status_code == 200
    assert case(office.client_as("admin"), number).status_code == 200
