"""Who may open and send what: every route of the site, tried by everybody, about two children.

A route that is new stands in no line of ALLOWED and fails until somebody has said who may use it.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from engine.child_file.voice import record_voice
from engine.store.tasks import tasks
from tests.stories import everything
from tests.webui.hostile import ADVICE, DRAFTED, NOWHERE, ROLES, House, Matter, nothing_kept
from tests.webui.office import Office
from tests.webui.papers import said
from tests.webui.reading import text_of

EVERYBODY: Final = frozenset(ROLES)
SIGNED_IN: Final = EVERYBODY - {"nobody"}
RAISER: Final = frozenset({"raiser"})
FOR_RAISER: Final = RAISER | {"stand-in"}
RAISERS: Final = FOR_RAISER | {"foreign raiser", "other raiser"}
ADMINISTRATOR: Final = frozenset({"administrator"})
ADMINISTRATORS: Final = ADMINISTRATOR | {"foreign administrator"}
MINE: Final = frozenset({"respondent"})
ASKED: Final = MINE | {"deputy"}
PART: Final = ASKED | FOR_RAISER
OF_TEAM: Final = frozenset({"colleague", "social worker"}) | ASKED
WORKING: Final = OF_TEAM | {"other social worker", "helper", "former deputy"}
FIGURES: Final = ADMINISTRATORS | frozenset({"respondent", "deputy", "former deputy", "colleague"})
OWN_RAISERS: Final = ADMINISTRATOR | FOR_RAISER | {"other raiser"}

ALLOWED: Final[tuple[tuple[frozenset[str], str], ...]] = (
    (
        EVERYBODY,
        """
        accessibility.show help.show privacy.show sign_in.enter sign_in.show sign_in.sign_out
        new_password.choose new_password.show assets.send
        """,
    ),
    (
        SIGNED_IN,
        """
        board.closed board.closed_file board.file board.show tray.file tray.others tray.show
        tray.others_file draft.token my_page.change_password my_page.show my_page.sign_out
        chase.chase_all claim.claim_all claim.hand_back_all
        """,
    ),
    (SIGNED_IN, "procedures.show"),
    # The council's own people; who is of another council has no such procedure.
    (SIGNED_IN - {"foreign raiser", "foreign administrator"}, "procedure.show versions.show"),
    (RAISERS, "raise_concern.find raise_concern.pick raise_concern.search"),
    (
        RAISER,
        """
        raise_concern.check raise_concern.checked raise_concern.confirm raise_concern.confirmed
        raise_concern.send raise_concern.write draft.raising_save draft.raising_discard
        concern.add concern.amend concern.change concern.new concern.settle follow_up.answer
        follow_up.show voice.name voice.readers
        """,
    ),
    (
        FOR_RAISER,
        """
        draft.act_save draft.act_discard chase.send
        chase.show child_changed.say child_changed.show linked_case.start more_time.give
        more_time.refuse more_time.show right_child.confirm right_child.find right_child.move
        right_child.search
        siblings.chosen siblings.pick siblings.record siblings.write siblings.send voice.ask
        voice.record
        """,
    ),
    (FOR_RAISER, "filing.document filing.file_all filing.file_one filing.not_filed"),
    (PART, "filing.case_pdf filing.show filing.step filing.step_pdf story.paper story.show"),
    # Others with a part in the case are told that it offers them no such act now.
    (PART, "act.check act.checked act.do act.show"),
    (PART, "case.show concern.show due_date.show not_mine.undo voice.show"),
    (
        ASKED,
        """
        task.answer task.check task.checked task.show claim.show claim.take not_mine.send
        not_mine.show drafting_help.ask drafting_help.find drafting_help.send draft.task_save
        draft.task_discard drafting_help.read drafting_help.take ask_for_time.send
        ask_for_time.show
        """,
    ),
    (ASKED | {"helper"}, "drafting_help.stop"),
    (MINE, "file.download"),
    (frozenset({"helper"}), "drafting_help.keep drafting_help.show"),
    (FOR_RAISER | ADMINISTRATOR, "reassign.find reassign.give reassign.show"),
    (
        MINE | ADMINISTRATOR,
        "absence.cancel absence.change absence.edit absence.record absence.show",
    ),
    (
        ADMINISTRATOR,
        """
        person.back person.change person.details person.leave person.leaving person.link
        person.show person.sign_out post.add post.ended post.ending post.show post.take_back
        reallocate.give reallocate.give_all reallocate.show reallocate.show_all destroy.do
        destroy.show
        child_readers.change child_readers.show child_record.change child_record.details
        """,
    ),
    # The holder of the post that is kept informed too, who has no part here.
    (
        ADMINISTRATOR,
        """
        council_question.accepted council_question.ask council_question.doubt
        council_question.taken_back
        redraw.ask redraw.back redraw.forward redraw.show redraw.start redraw.take
        redraw.thrown_away redraw_check.brought redraw_check.played redraw_check.publish
        redraw_check.show redraw_cases.show
        redraw_try.back redraw_try.from_case redraw_try.from_scenario redraw_try.keep
        redraw_scenario.ask redraw_scenario.remove
        redraw_try.show redraw_try.start redraw_try.stop redraw_try.time
        redraw_try_step.ask redraw_try_step.do
        redraw_step.change redraw_step.show redraw_add.add redraw_add.show redraw_arrow.change
        redraw_add.clock redraw_add.time redraw_move.ask redraw_move.move
        redraw_arrow.show redraw_choice.add redraw_choice.add_way redraw_choice.more
        redraw_choice.show redraw_choices.show redraw_form.move redraw_form.retitle
        redraw_form.show redraw_form.title redraw_forms.add redraw_forms.new redraw_forms.show
        redraw_message.change redraw_message.show redraw_messages.add redraw_messages.new
        redraw_messages.show redraw_question.add redraw_question.ask redraw_question.change
        redraw_question.new redraw_question.remove redraw_question.show redraw_remove.ask
        redraw_remove.ask_arrow redraw_remove.step redraw_remove.way
        redraw_elements.show redraw_element.show redraw_element.change redraw_button.show
        redraw_button.add redraw_more.add redraw_more.show
        running.confirm running.move running.moved running.show running.undo
        incidents.act incidents.back incidents.one incidents.skip
        redraw_modeller.back redraw_modeller.check redraw_modeller.download
        redraw_modeller.file redraw_modeller.forward redraw_modeller.save
        redraw_modeller.show redraw_modeller.take redraw_modeller.upload
        redraw_modeller.words
        """,
    ),
    (
        ADMINISTRATORS,
        """
        children.add children.new import_children.check import_children.confirm
        import_children.give_template import_children.show import_people.check
        import_people.confirm import_people.give_template import_people.show people.add
        destroy.find destroy.found people.added people.search people.show vacancies.chosen
        vacancies.fill vacancies.show
        """,
    ),
    # Those who lead the reviewing officers too, none of whom is here.
    (ADMINISTRATORS, "exports.columns exports.download exports.show tokens.make tokens.show"),
    (ADMINISTRATORS, "incidents.find incidents.show"),
    (FIGURES, "conformance.file conformance.show"),
    (FIGURES, "figures.show figures_cases.show"),
    # Of another council: it has no such procedure.
    (FIGURES - {"foreign administrator"}, "figures_procedure.show"),
    # Who made the token; a program that has one.
    (frozenset(), "tokens.send tokens.take_back"),
    # An administrator, of a record that nobody can open; of these two somebody can.
    (frozenset(), "vacancies.name_reader vacancies.reader"),
    (RAISERS | ADMINISTRATORS, "children.search children.show"),
    (
        ADMINISTRATOR | RAISER,
        """
        child_record.death child_record.died child_record.move child_record.moved
        child_status.add child_status.added child_status.change child_status.changed
        """,
    ),
    (
        OWN_RAISERS,
        "child_siblings.add child_siblings.find child_siblings.remove child_siblings.search",
    ),
    (OWN_RAISERS | ASKED | {"social worker"}, "child.show"),
    (
        SIGNED_IN,
        """
        general_concerns.file general_concerns.show good_practice.file good_practice.show
        reverse_challenges.file reverse_challenges.show
        """,
    ),
    (
        RAISERS,
        """
        general_concerns.add general_concerns.new good_practice.add good_practice.find
        good_practice.new good_practice.search
        """,
    ),
    (
        FOR_RAISER | {"other raiser"},
        """
        general_concerns.amend general_concerns.change general_concerns.ask general_concerns.do
        general_concerns.one good_practice.ask good_practice.back good_practice.tell
        """,
    ),
    (FOR_RAISER | {"other raiser", "social worker"}, "good_practice.one"),
    (WORKING, "reverse_challenges.find reverse_challenges.search"),
    (OF_TEAM, "reverse_challenges.add reverse_challenges.new"),
    (OF_TEAM | FOR_RAISER, "reverse_challenges.one"),
    (FOR_RAISER, "reverse_challenges.answer reverse_challenges.ask"),
    (frozenset({"social worker"}), "reverse_challenges.ask_back reverse_challenges.withdraw"),
    (FOR_RAISER, "linked_case.alone"),
    (SIGNED_IN, "meetings.show"),
    # Who comes to it by a post; a raiser may bring no case to this one.
    (
        MINE | {"deputy", "former deputy", "colleague"},
        "meeting.calendar meeting.show",
    ),
    # The holder of the post that keeps it, who has no part here.
    (
        frozenset(),
        """
        meetings.add meetings.new meeting.close meeting.date meeting.drop meeting.dropping
        meeting.move meeting.reopen meeting_record.add meeting_record.decision meeting_record.new
        meeting_record.save meeting_record.say meeting_record.show
        """,
    ),
    (SIGNED_IN, "reports.show"),
    # Whom the Operational Meeting's pack is for; administrators of their own council's.
    (
        MINE | {"deputy", "former deputy", "colleague"} | ADMINISTRATORS,
        "reports.of_kind reports.make reports.new",
    ),
    (
        MINE | {"deputy", "former deputy", "colleague"} | ADMINISTRATOR,
        "report.as_pdf report.as_spreadsheet report.as_table report.show",
    ),
    # Who leads the reviewing officers audits, and has no part here.
    (
        ADMINISTRATORS,
        """
        audits.show seen.file seen.show verification.give_anchor verification.show
        verification.verify_all verification.verify_case verification.verify_since
        """,
    ),
    (ADMINISTRATOR, "audit.draw_file audit.round audit.show"),
    (
        frozenset(),
        "audit_form.save audit_form.show audits.check audits.draw audits.give_template audits.new",
    ),
    (PART, "case_meeting.agenda case_meeting.show"),
    (FOR_RAISER, "case_meeting.choose case_meeting.put case_meeting.take_off"),
)
TABLE: Final = {name: roles for roles, names in ALLOWED for name in names.split()}

READERS: Final = frozenset({"respondent", "raiser", "social worker"})
"""Who is named on the record of the restricted child, or is by being theirs."""
READS_NOTHING: Final = frozenset(
    {"destroy", "reallocate", "person", "post", "absence", "incidents"}
)
"""Pages on which an administrator reads nothing of a child, and may be asked to do something."""
OF_RESTRICTED: Final = {
    "child_readers.show": RAISER,
    "child_readers.change": RAISER,
    "drafting_help.stop": MINE | {"helper"},  # who may not read any more may still say no
}
_OF_A_MATTER: Final = frozenset(
    {"number", "task_id", "deadline_id", "file_id", "mark", "child_id", "status_id"}
    | {"practice_id", "challenge_id", "audit_id"}
)
_NOT_YOURS: Final = (
    "There is no such concern that you are raising",
    "Your draft is not asked for any more",
    "We do not know any more for which children this was",
)
_PLAIN: Final = frozenset(
    {"nobody", "colleague", "other social worker", "former deputy", "foreign administrator"}
)
"""Who has nothing to do with either child: for them one is as unknown as one that is not there."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("house"))
    yield made
    made.office.installation.database.close()


def is_refused(answer: TestResponse) -> bool:
    """Whether the visitor is told that this is not for them."""
    if answer.status_code == 409:
        return any(sentence in said(answer) for sentence in _NOT_YOURS)
    to_sign_in = answer.location == "/sign-in" and "sign-out" not in answer.request.path
    return answer.status_code in (401, 403, 404) or to_sign_in


def may(role: str, rule: Rule, *, restricted: bool) -> bool:
    """What the table says."""
    allowed = TABLE[rule.endpoint]
    if not restricted or not rule.arguments & _OF_A_MATTER:
        return role in allowed
    if rule.endpoint.split(".")[0] in READS_NOTHING:
        return role in allowed
    if rule.endpoint in OF_RESTRICTED:
        return role in OF_RESTRICTED[rule.endpoint]
    return role in allowed & READERS


def try_everything(house: House, role: str, matter: Matter, *, restricted: bool) -> Iterator[str]:
    """What is not as it should be."""
    for rule, method in house.rules:
        if restricted and not rule.arguments & _OF_A_MATTER and role != "raiser":
            continue
        address = house.address(rule, matter.fills)
        picked = {"child": house.office.child.id} if rule.endpoint == "siblings.record" else {}
        answer = house.visit(role, method, address, picked)
        told = f"{role}: {method} {rule.rule}"
        if is_refused(answer) == may(role, rule, restricted=restricted):
            yield f"{told} answered {answer.status_code}"
        given = f"{answer.headers} {said(answer)}"
        known = [word for word in matter.words if word in given]
        if known and (is_refused(answer) or (restricted and role not in READERS)):
            yield f"{told} gave {known} away"
        if ADVICE in given and role != "raiser":
            yield f"{told} gave the legal advice away"
        if DRAFTED in given and role not in ASKED | {"helper"}:
            yield f"{told} gave away what a colleague drafted"
        if any(word in f"{address} {answer.location}" for word in matter.words):
            yield f"{told} has the child in an address"


def test_every_route_has_a_line(house: House) -> None:
    routes = {rule.endpoint for rule, _ in house.rules}
    assert routes - TABLE.keys() == set(), "Say in ALLOWED who may use these."
    assert TABLE.keys() - routes == set(), "These routes are gone. Take them out of ALLOWED."


@pytest.mark.parametrize("role", ROLES)
def test_each_route_lets_in_those_and_only_those(house: House, role: str) -> None:
    with nothing_kept(house.office.installation.database):
        assert "\n".join(try_everything(house, role, house.ordinary, restricted=False)) == ""


@pytest.mark.parametrize("role", [role for role in ROLES if role not in _PLAIN])
def test_of_a_restricted_child_only_those_who_are_named_learn_anything(
    house: House, role: str
) -> None:
    with nothing_kept(house.office.installation.database):
        assert "\n".join(try_everything(house, role, house.restricted, restricted=True)) == ""


@pytest.mark.parametrize("role", ["colleague", "other raiser", "administrator"])
def test_what_is_not_yours_is_answered_as_what_is_not_there(house: House, role: str) -> None:
    """Of the restricted child's matter, and of a case, a task, a child that nobody ever had."""
    odd = []
    with nothing_kept(house.office.installation.database):
        for rule, method in house.rules:
            if not rule.arguments & _OF_A_MATTER or may(role, rule, restricted=True):
                continue
            there = house.visit(role, method, house.address(rule, house.restricted.fills))
            nowhere = house.visit(role, method, house.address(rule, NOWHERE))
            if _read(there) != _read(nowhere):
                odd.append(f"{role}: {method} {rule.rule} is {there.status_code}")
    assert "\n".join(odd) == ""


def _read(answer: TestResponse) -> tuple[int, str]:
    """What the visitor sees, without what is another each time, or was in the address."""
    content = re.sub(r'nonce="[^"]*"|name="csrf_token" value="[^"]+"', "", said(answer))
    return answer.status_code, content.replace(answer.request.path, "")


@pytest.mark.parametrize("role", ["raiser", "respondent", "administrator", "helper"])
def test_looking_changes_nothing(house: House, role: str) -> None:
    """But the access log, and that a task was seen for the first time (X-1)."""
    before = kept(house)
    for rule, method in house.rules:
        if method == "GET":
            house.visit(role, method, house.address(rule, house.ordinary.fills))
            now = kept(house)
            assert [name for name in now if now[name] != before[name]] == [], rule.rule


@pytest.mark.parametrize("post", ["tm", "sw", "hos", "admin"])
def test_that_a_referral_is_weighed_and_advice_was_sought_is_said_nowhere(
    office: Office, post: str
) -> None:
    """X-36, while the raiser considers CAFCASS, to who is asked, and to who keeps the records."""
    number = office.raise_concern(to="tm")
    case_id, raiser = office.rehearsal.case_id, office.people["raiser"]
    record_voice(
        office.installation,
        case_id,
        by=raiser,
        kind="legal-advice",
        answer="sought",
        day=date(2026, 3, 20),
        words=ADVICE,
    )
    office.rehearsal.press("consider_pressed", {"considering_why": "Weighed with Ms Fell"})
    client = office.client_as(post)
    pages = (f"/cases/{number}", f"/cases/{number}/voice", f"/cases/{number}/concerns/1")
    lists = ("/", "/with-others", "/board", "/with-you.csv", "/with-others.csv", "/board.csv")
    for page in (*pages, *lists, f"/cases/{number}/words"):
        said = text_of(client.get(page)).lower()
        for secret in (ADVICE.lower(), "legal advice", "ms fell", "considered", "weigh "):
            assert secret not in said, page


@pytest.mark.parametrize("role", ["raiser", "respondent", "administrator"])
def test_a_number_that_no_store_has_room_for_is_nobodys(house: House, role: str) -> None:
    huge = {name: 10**30 for name, value in NOWHERE.items() if isinstance(value, int)}
    with nothing_kept(house.office.installation.database):
        for rule, method in house.rules:
            if rule.arguments & huge.keys():
                there = house.address(rule, {**house.ordinary.fills, **huge})
                answer = house.visit(role, method, there)
                assert answer.status_code in (403, 404, 409), f"{method} {rule.rule}"


def kept(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Every row that looking may not touch."""
    database = house.office.installation.database
    rows = everything(database)
    for name in ("access_log", "sessions"):
        rows.pop(name)
    seen = list(tasks.c.keys()).index("first_seen_at")
    rows["tasks"] = [(*row[:seen], *row[seen + 1 :]) for row in rows["tasks"]]
    return rows
