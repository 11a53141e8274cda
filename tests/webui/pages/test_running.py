"""The running cases of a procedure: what a dry run says of them, moving them, undoing it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.moving.moves import carry_on_all
from engine.procedures import Package, publish
from engine.store.moves import find_moves
from tests.engine.moving.redrawn import LATER, WORDS, other_words, redrawn, timer
from tests.stories import procedure
from tests.webui.office import Office, send
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
KEY = "positive-challenge"
PAGE = f"/procedures/{KEY}/running"
REASON = "The Director decided on 20 March that it holds for running cases too."


def put_to_use(office: Office, package: Package) -> None:
    by = office.people["iro_sm"].id
    publish(office.installation, package, by=by, reason="Decided on 20 March.")


def raise_cases(office: Office, many: int) -> list[str]:
    return [
        office.raise_concern(entry="formal", decision=stage, reason="It cannot wait.")
        for stage in ("stage 1", "stage 2")[:many]
    ] + [office.raise_concern() for _ in range(many - 2)]


@pytest.mark.shows("running", "empty")
def test_without_another_version_or_an_open_case_there_is_nothing_to_move(
    office: Office, client_as: Sign
) -> None:
    manager = client_as("iro_sm")
    page = text_of(manager.get(PAGE))
    assert "No case of this procedure is open." in page
    assert "one version only" in page
    put_to_use(office, redrawn(*WORDS))
    assert "There is nothing to move." in text_of(manager.get(PAGE))
    assert "See which open cases could go on" in text_of(manager.get(f"/procedures/{KEY}"))


@pytest.mark.shows("running", "one", "many")
def test_cases_are_picked_confirmed_moved_and_moved_back(office: Office, client_as: Sign) -> None:
    first, second, third = raise_cases(office, 3)
    put_to_use(office, redrawn(*WORDS, timer("stage1_due", "3 working days"), *LATER))
    manager = client_as("iro_sm")
    page = text_of(manager.get(PAGE))
    assert "3 open cases are on version 1" in page
    assert "2 of 3 cases could go on with version 2." in page
    why = "“Respond at Stage 1” has 5 working days, and version 2 gives 3 working days"
    assert f"{first} Version 1 {why}" in page
    fields = {"version": "2", "which": "some", "case": [second, first], "reason": REASON}
    asked = text_of(send(manager, f"{PAGE}/confirm", fields, page=PAGE))
    assert f"1 case goes on with version 2: {second}." in asked
    assert "Why: " + REASON in asked

    answer = send(manager, f"{PAGE}/move", {**fields, "case": [second]}, page=PAGE)
    assert answer.status_code == 303
    result = text_of(manager.get(answer.location))
    assert "1 case is on version 2." in result
    assert f"{second} Version 1" in result
    raiser = client_as("raiser")
    told = text_of(raiser.get(f"/cases/{second}"))
    assert "version 2 (moved there on Monday 23 March 2026 at 10am)" in told
    assert REASON in told
    assert "moved there" not in text_of(raiser.get(f"/cases/{third}"))

    undone = send(manager, f"{answer.location}/undo", {"reason": ""}, page=answer.location)
    assert undone.status_code == 400
    assert "There is a problem" in undone.text
    undone = send(manager, f"{answer.location}/undo", {"reason": "Wrong."}, page=answer.location)
    assert undone.status_code == 303
    page = text_of(manager.get(undone.location))
    assert "1 case is back on the version that it had." in page
    assert "Undone by" in page
    again = send(manager, f"{answer.location}/undo", {"reason": "Wrong."}, page=PAGE)
    assert again.status_code == 409
    assert "Undone by" in text_of(manager.get(PAGE))


def test_more_than_are_moved_at_once_go_on_by_themselves(
    office: Office, client_as: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    raise_cases(office, 4)
    put_to_use(office, other_words(procedure()))
    monkeypatch.setattr("webui.pages.running.carry_on", _one)
    manager = client_as("admin")
    assert "only words are otherwise" in text_of(manager.get(PAGE))
    fields = {"version": "2", "which": "all", "reason": REASON}
    answer = send(manager, f"{PAGE}/move", fields, page=PAGE)
    page = text_of(manager.get(answer.location))
    assert "3 cases are still to come. Stepladder goes on by itself" in page
    assert "Under way" in text_of(manager.get(PAGE))
    carry_on_all(office.installation)
    assert "4 cases are on version 2." in text_of(manager.get(answer.location))


def _one(installation: object, move_id: int) -> int:
    from engine.moving import moves

    return moves.carry_on(installation, move_id, most=1)  # type: ignore[arg-type]


@pytest.mark.shows("running", "error")
def test_what_is_missing_is_said_and_what_was_written_stays(
    office: Office, client_as: Sign
) -> None:
    raise_cases(office, 3)
    put_to_use(office, redrawn(*WORDS))
    manager = client_as("iro_sm")
    fields = {"version": "2", "which": "some", "reason": REASON}
    refused = send(manager, f"{PAGE}/confirm", fields, page=PAGE)
    assert refused.status_code == 400
    assert "Tick at least one case, or choose all of them." in text_of(refused)
    assert REASON in refused.text
    refused = send(manager, f"{PAGE}/confirm", {"version": "2", "reason": ""}, page=PAGE)
    assert refused.status_code == 400
    for version in ("9", "99999999999999999999"):
        missing = manager.get(f"{PAGE}?version={version}")
        assert missing.status_code == 404
        assert "Choose one of those that there are." in text_of(missing)
    assert manager.get(f"{PAGE}/moves/7").status_code == 404
    assert manager.get("/procedures/another/running").status_code == 404
    none = send(
        manager,
        f"{PAGE}/move",
        {"version": "2", "which": "some", "case": ["2026-99999"], "reason": REASON},
        page=PAGE,
    )
    assert none.status_code == 409
    with office.installation.database.read() as connection:
        assert find_moves(connection, "north-east-lincolnshire", KEY, most=9) == []


@pytest.mark.shows("running", "forbidden")
def test_only_who_publishes_moves_cases(office: Office, client_as: Sign) -> None:
    put_to_use(office, redrawn(*WORDS))
    for post in ("raiser", "tm"):
        client = client_as(post)
        assert client.get(PAGE).status_code == 403
        sent = send(client, f"{PAGE}/move", {"version": "2"}, page="/")
        assert sent.status_code == 403
        assert "See which open cases" not in text_of(client.get(f"/procedures/{KEY}"))
