"""A concern of an open case, raised as a challenge of its own from its page (A-ROT-4)."""

from engine.acts.concerns import Words, add_concern
from tests.webui.office import Office, send
from tests.webui.reading import text_of

SECOND = Words(
    concern="No school place since January",
    impact="She stays at home all day.",
    action="A place by May",
    themes=("Education",),
)


def test_the_new_case_begins_with_its_words_and_both_show_the_link(office: Office) -> None:
    number = office.raise_concern()
    by = office.people["raiser"]
    add_concern(office.installation, office.rehearsal.case_id, by=by, words=SECOND)
    raiser = office.client_as("raiser")
    concern = f"/cases/{number}/concerns/2"
    assert "Raise this as a challenge of its own" in raiser.get(concern).text
    begun = send(raiser, f"{concern}/challenge", {}, page=concern)
    assert office.child.name in raiser.get(begun.location).text
    write = send(raiser, begun.location, {}).location
    form = raiser.get(write).text
    for said in (SECOND.concern, SECOND.impact, SECOND.action):
        assert said in form
    fields = {
        "entry": "informal",
        "to": "tm",
        "concern": SECOND.concern,
        "impact": SECOND.impact,
        "action": SECOND.action,
        "wishes_sought": "not yet sought",
    }
    new = send(raiser, write, fields).location
    assert number in text_of(raiser.get(new))
    page = text_of(raiser.get(f"/cases/{number}"))
    went = new.rsplit("/", 1)[1]
    assert f"Raised as a challenge of its own: case {went}" in page
    assert f"raised concern 2 as a challenge of its own, case {went}." in page
    again = send(raiser, f"{concern}/challenge", {}, page=concern)
    assert again.status_code == 409


def test_it_is_offered_to_the_raiser_alone_while_the_concern_is_open(office: Office) -> None:
    number = office.raise_concern()
    manager = office.client_as("tm")
    concern = f"/cases/{number}/concerns/1"
    assert "challenge of its own" not in manager.get(concern).text
    assert send(manager, f"{concern}/challenge", {}, page=concern).status_code == 403
    raiser = office.client_as("raiser")
    send(raiser, concern, {"outcome": "satisfied", "words": "They came."})
    assert "challenge of its own" not in raiser.get(concern).text
    assert send(raiser, f"{concern}/challenge", {}, page=concern).status_code == 409
    nothing = f"/cases/{number}/concerns/7/challenge"
    assert send(raiser, nothing, {}, page=concern).status_code == 404
