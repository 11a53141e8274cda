"""A round of audits and one audit, as they are read."""

import hashlib

import pytest

from engine.auditing.filling import finish
from engine.auditing.questions import PARTLY
from engine.auditing.record import Action, Said
from engine.children import let_read, restrict
from engine.store.audits import CASE
from tests.engine.auditing.office import whole
from tests.webui.office import Office
from tests.webui.pages.auditing import SEED, drawn
from tests.webui.reading import text_of


@pytest.mark.shows("audit", "one", "empty")
def test_an_audit_that_nobody_began_says_what_is_asked_and_what_is_known(office: Office) -> None:
    number = office.raise_concern()
    drawn(office, "X-1")
    client = office.client_as("iro_sm")
    said = text_of(client.get("/audits/1"))
    assert f"{number} {office.child.name[0]}" in said
    assert "X-1 Not known here" in said
    said = text_of(client.get("/audit/1"))
    assert "Is an informal attempt on file?" in said
    assert "It was raised informally on 23 March 2026" in said
    said = text_of(client.get("/audit/2"))
    assert "Stepladder can show you no child under this reference." in said


@pytest.mark.shows("audit", "many")
def test_what_it_said_before_a_correction_stays(office: Office) -> None:
    office.raise_concern()
    drawn(office)
    here, by = office.installation, office.people["iro_sm"]
    finish(here, 1, whole(CASE, "First.", level=(PARTLY, "Too low.")), by=by, seen=0)
    second = Said(
        **{
            **vars(whole(CASE, "Second.")),
            "reason": "A slip",
            "actions": (Action(words="Train", owner="", by_when=None),),
        }
    )
    finish(here, 1, second, by=by, seen=1)
    said = text_of(office.client_as("iro_sm").get("/audit/1"))
    assert said.index("Second.") < said.index("What it said before") < said.index("First.")
    assert "Why: A slip" in said
    assert "Too low." in said
    assert "Train" in said


def test_the_file_lets_anybody_draw_it_again(office: Office) -> None:
    number = office.raise_concern()
    drawn(office)
    client = office.client_as("iro_tm")
    assert SEED in text_of(client.get("/audits/1"))
    line = client.get("/audits/1/draw.csv").text.splitlines()[1].split(",")
    by_hand = hashlib.sha256(f"{SEED}:case:{number}".encode()).hexdigest()
    assert line == ["Case", "1", number, by_hand, "yes"]
    assert office.access_log()[-1].what == "took the draw of audit round 1 as a file"


@pytest.mark.shows("audit", "forbidden", "error")
def test_of_a_restricted_child_only_who_is_named_reads(office: Office) -> None:
    number = office.raise_concern()
    drawn(office)
    with office.installation.database.write() as connection:
        restrict(connection, office.child)
    client = office.client_as("iro_sm")
    page = client.get("/audits/1")
    assert number not in page.text
    assert "One more audit is about a restricted child of whom you may not read." in text_of(page)
    assert client.get("/audit/1").status_code == 404
    assert office.access_log()[-1].allowed == 0
    assert client.get("/audits/2").status_code == 404
    assert office.client_as("tm").get("/audit/1").status_code == 403
    assert office.client_as("tm").get("/audits/1").status_code == 403
    with office.installation.database.write() as connection:
        let_read(connection, office.child, office.people["iro_sm"].id)
    assert client.get("/audit/1").status_code == 200
