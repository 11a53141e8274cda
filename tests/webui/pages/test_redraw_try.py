"""A service manager tries a procedure out on its page, and keeps what they saw as a scenario."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.play import read_scenario
from engine.redrawing.drafts import change_files
from engine.redrawing.drawing import keep_drawing
from engine.redrawing.playing import find_scenarios
from tests.webui.office import Office, send
from tests.webui.pages.record import day
from tests.webui.pages.redrawing import PAGE, begin, kept_as, set_days
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
TRY = f"{PAGE}/try"
RAISED = {
    "entry": "formal",
    "decision": "stage 1",
    "concern": "The visits have not happened.",
    "impact": "He does not know who comes.",
    "action": "A visit this week.",
    "reason": "Four weeks have passed.",
    "wishes_sought": "not yet sought",
}


def seen_on(page: str) -> str:
    found = re.search(r'name="try.seen" value="(\d+)"', page)
    assert found, page
    return found[1]


def do(client: FlaskClient, where: str, page: str = TRY, **sent: object) -> TestResponse:
    seen = seen_on(client.get(page).text)
    return send(client, f"{TRY}/{where}", {"try.seen": seen, **sent}, page=page)


def raise_on_monday(client: FlaskClient) -> None:
    answer = send(client, TRY, {**day("on", "23 3 2026"), "statuses": ["looked after"]})
    assert answer.status_code == 303, text_of(answer)
    shown = client.get(TRY)
    (way_in,) = re.findall(r"/try/raise/([\w-]+)", shown.text)
    raised = do(client, f"raise/{way_in}", page=f"{TRY}/raise/{way_in}", **RAISED)
    assert raised.status_code == 303, text_of(raised)


@pytest.mark.shows("redraw_try", "one", "many")
@pytest.mark.shows("redraw_try_step", "one")
def test_the_week_in_which_nobody_answers_is_played_and_kept(client_as: Sign) -> None:
    manager = begin(client_as)
    set_days(manager, "3")
    raise_on_monday(manager)
    page = text_of(manager.get(TRY))
    assert "the draft" in page
    assert "Team Manager raised" not in page
    assert "“Respond at Stage 1” now waits for Team Manager, due Thursday 26 March 2026." in page
    assert "Go on to the next deadline: Thursday 26 March" in page

    assert do(manager, "time", to="deadline").status_code == 303
    page = text_of(manager.get(f"{TRY}?as=tm"))
    assert "It is Thursday 26 March 2026 at 11:59pm" in page
    assert "“Respond at Stage 1” was not answered by Thursday 26 March 2026." in page
    assert "What Team Manager sees" in page
    assert "They can do this now: Respond at Stage 1" in page
    assert "To Team Manager:" in page
    assert "has no part in the case" in text_of(manager.get(f"{TRY}?as=hos"))

    kept = do(manager, "keep", title="Nobody answers in three days")
    assert kept.status_code == 303
    assert "Kept as the scenario nobody-answers-in-three-days.toml." in text_of(manager.get(TRY))
    assert do(manager, "end").status_code == 303
    assert "Remove Nobody answers in three days" in text_of(manager.get(TRY))


def test_a_scenario_is_played_and_a_step_taken_back(client_as: Sign) -> None:
    manager = client_as("iro_sm")
    token = {"name": "settled-informally.toml"}
    assert send(manager, f"{TRY}/scenario", token, page=TRY).status_code == 303
    page = text_of(manager.get(TRY))
    assert "the version in use" in page
    assert "The case ended: Settled" in page
    assert do(manager, "back").status_code == 303
    assert "The case ended" not in text_of(manager.get(TRY))


@pytest.mark.shows("redraw_try_step", "error")
@pytest.mark.shows("redraw_try", "empty", "error")
def test_what_cannot_be_is_said_and_nothing_is_lost(client_as: Sign) -> None:
    manager = client_as("iro_sm")
    assert "Or begin with a scenario" in text_of(manager.get(TRY))
    wrong = send(manager, TRY, day("on", "31 2 2026"))
    assert wrong.status_code == 400
    raise_on_monday(manager)
    answering = f"{TRY}/answer/stage1_respond"
    empty = do(manager, "answer/stage1_respond", page=answering, answer="")
    assert empty.status_code == 400
    assert "There is a problem" in text_of(empty)
    early = do(manager, "time", on="2020-01-01")
    assert early.status_code == 400
    assert "Time goes on only" in text_of(early)
    assert do(manager, "time", on="soon").status_code == 400
    assert manager.get(f"{TRY}/answer/nowhere").status_code == 409
    stale = send(manager, f"{TRY}/back", {"try.seen": "7"}, page=TRY)
    assert stale.status_code == 409
    assert do(manager, "keep", title="…").status_code == 400


def test_as_the_manager_the_form_is_theirs(client_as: Sign) -> None:
    manager = client_as("iro_sm")
    raise_on_monday(manager)
    shown = manager.get(f"{TRY}/answer/stage1_respond?as=tm")
    assert "Trying it out, as Team Manager" in text_of(shown)
    page = f"{TRY}/answer/stage1_respond"
    assert do(manager, "answer/stage1_respond", page=page, answer="On Friday.").status_code == 303
    assert "Team Manager answered “Respond at Stage 1”." in text_of(manager.get(TRY))


@pytest.mark.shows("redraw_try", "forbidden")
@pytest.mark.shows("redraw_try_step", "forbidden")
def test_who_may_not_redraw_tries_nothing_out(client_as: Sign) -> None:
    assert client_as("tm").get(TRY).status_code == 403
    assert client_as("tm").get(f"{TRY}/answer/stage1_respond").status_code == 403


def test_a_finished_case_is_gone_through_again_without_its_words(
    office: Office, client_as: Sign
) -> None:
    number = office.raise_concern()
    manager = client_as("iro_sm")
    again = {"number": number}
    early = send(manager, f"{TRY}/case", again, page=TRY)
    assert early.status_code == 400
    assert "That case is still open." in text_of(early)
    office.rehearsal.answer("informal_respond", {"answer": "On Friday."})
    settled = {"decision": "settled", "outcome_note": "The visit took place."}
    office.rehearsal.answer("informal_outcome", settled)
    assert send(manager, f"{TRY}/case", again, page=TRY).status_code == 303
    page = text_of(manager.get(TRY))
    assert "The case ended: Settled informally" in page
    assert "The visit took place" not in manager.get(TRY).text
    assert send(manager, f"{TRY}/end", {}, page=TRY).status_code == 303
    missing = send(manager, f"{TRY}/case", {"number": "2099-1"}, page=TRY)
    assert "There is no such case." in text_of(missing)


@pytest.mark.shows("redraw_try", "error")
def test_a_drawing_that_is_half_done_is_told_on_the_page(office: Office, client_as: Sign) -> None:
    manager = begin(client_as)
    raise_on_monday(manager)
    source = kept_as(office).package.diagram_source
    head, found, rest = source.partition(b'<bpmn:userTask id="stage1_respond"')
    nobodys = head + found + rest.replace(b' camunda:candidateGroups="tm"', b"", 1)
    assert nobodys != source
    keep_drawing(
        office.installation,
        "positive-challenge",
        by=office.people["iro_sm"],
        seen=kept_as(office).state,
        source=nobodys,
    )
    page = text_of(manager.get(TRY))
    assert "Step 1 of 1 cannot be done: “Respond at Stage 1” waits for nobody." in page
    assert "Raise a concern" not in page
    assert do(manager, "back").status_code == 303
    assert "Raise a concern" in text_of(manager.get(TRY))


def test_a_mistyped_year_is_said_and_so_is_a_number_without_end(client_as: Sign) -> None:
    manager = client_as("iro_sm")
    raise_on_monday(manager)
    late = do(manager, "time", on="2100-06-01")
    assert late.status_code == 400
    assert "Give a year up to 2099." in text_of(late)
    assert manager.get(TRY).status_code == 200
    endless = send(manager, f"{TRY}/back", {"try.seen": "9" * 5000}, page=TRY)
    assert endless.status_code == 409


def test_time_is_asked_for_refused_and_given_and_kept_as_a_scenario(
    office: Office, client_as: Sign
) -> None:
    manager = begin(client_as)
    draft = kept_as(office)
    settings = draft.package.files["procedure.toml"] + b"\n[more_time]\nask = true\n"
    change_files(
        office.installation,
        draft.package.key,
        by=office.people["iro_sm"],
        seen=draft.state,
        files={"procedure.toml": settings},
    )
    raise_on_monday(manager)
    assert "Ask for more time" not in text_of(manager.get(TRY))  # it is not the raiser who asks
    assert "Ask for more time for “Respond at Stage 1”" in text_of(manager.get(f"{TRY}?as=tm"))
    asking = f"{TRY}/ask-for-time/stage1_respond"
    assert "as Team Manager" in text_of(manager.get(f"{asking}?as=tm"))
    empty = do(manager, "ask-for-time/stage1_respond", page=asking)
    assert (empty.status_code, "There is a problem" in empty.text) == (400, True)
    sooner = {**day("until", "25 3 2026"), "reason": "The worker is away."}
    early = do(manager, "ask-for-time/stage1_respond", page=asking, **sooner)
    assert (early.status_code, "Enter a date after" in early.text) == (400, True)
    later = {**day("until", "8 4 2026"), "reason": "The worker is away."}
    asked = do(manager, "ask-for-time/stage1_respond", page=asking, **later)
    assert asked.status_code == 303
    page = text_of(manager.get(TRY))
    assert "Team Manager asked for more time for “Respond at Stage 1”, until Wednesday 8 A" in page
    assert "More time was asked for, until Wednesday 8 April 2026." in page

    refusing = f"{TRY}/refuse-time/stage1_respond"
    no = do(manager, "refuse-time/stage1_respond", page=refusing, refusal="It cannot wait.")
    assert no.status_code == 303
    page = text_of(manager.get(TRY))
    assert "No more time was given for “Respond at Stage 1”." in page
    assert "Give no more time" not in page
    giving = f"{TRY}/give-time/stage1_respond"
    endless = {**day("until", "8 4 2150"), "reason": "A slip."}
    assert do(manager, "give-time/stage1_respond", page=giving, **endless).status_code == 400
    given = {**day("until", "2 4 2026"), "reason": "After all."}
    assert do(manager, "give-time/stage1_respond", page=giving, **given).status_code == 303
    page = text_of(manager.get(TRY))
    assert "It is now due Thursday 2 April 2026." in page
    assert "Go on to the next deadline: Thursday 2 April" in page

    assert do(manager, "keep", title="Time was given").status_code == 303
    source = find_scenarios(office.installation, kept_as(office).package)["time-was-given.toml"]
    steps = read_scenario(source, "time-was-given.toml").steps
    assert [step.does for step in steps] == ["raise", "ask for time", "refuse time", "give time"]
    assert (str(steps[1].until), steps[3].reason) == ("2026-04-08", "After all.")
    assert manager.get(f"{TRY}/give-time/stage2_respond").status_code == 409
