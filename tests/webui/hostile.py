"""A house full of people who have no business with a child, for tests of who may see and do what.

Each child has a case with a claim, a draft, a file, an absence, help with a draft, legal advice and
a second concern. Whoever tries is a role; `visit` sends a request of which nothing is kept.
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from flask import url_for
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from engine.access import NotAllowed
from engine.acts.concerns import Words, add_concern
from engine.administration.absences import record_absence
from engine.auditing.drawing import Ask, draw_round
from engine.auditing.reader import read_round
from engine.child_file.voice import record_voice
from engine.children import Child, add_child, let_read, restrict, set_status
from engine.clock import parse_instant
from engine.confirming.questions import read_questions
from engine.meetings.keeping import set_date
from engine.people import Person, add_person, give_post
from engine.raising import begin_raising, choose_procedure
from engine.registers.general_concerns import ConcernWords, record_concern
from engine.registers.good_practice import PracticeWords, record_practice
from engine.registers.reverse_challenges import ChallengeWords, make_challenge
from engine.rehearsal import TEAM
from engine.reports.making import make_report
from engine.sessions import begin_session
from engine.store.children import legal_statuses
from engine.store.database import Connection, Database
from engine.store.deadlines import find_open_deadlines
from engine.store.files import files
from engine.store.moves import add_move
from engine.store.people import find_holdings
from engine.writing.drafting_help import ask_help, keep_help
from engine.writing.drafts import save_draft
from engine.writing.places import AtTask
from engine.writing.uploads import keep_file
from tests.engine.redrawing.recorded import keep_a_scenario
from tests.stories import COUNCIL
from tests.webui.office import Office
from webui.assets import DIST
from webui.site import create_site

ELSEWHERE: Final = "elsewhere"
SECRET: Final = "a-secret-of-nobody"
DRAFTED: Final = "Words that a colleague drafted"
ADVICE: Final = "Advocate General Pemberton"
ROLES: Final = (
    "nobody",
    "foreign raiser",
    "foreign administrator",
    "colleague",
    "other social worker",
    "other raiser",
    "administrator",
    "helper",
    "former deputy",
    "deputy",
    "stand-in",
    "social worker",
    "respondent",
    "raiser",
)
MEETING: Final = {"meeting_at": "2026-03-26T14:00", "place": "Room 3", "purpose": "Who does what"}
NOWHERE: Final[Mapping[str, Any]] = {
    "number": "2026-09999",
    "mark": "of-no-concern",
    "secret": "of-nobody",
    "element": "informal_withdraw",
    "kind": "legal-advice",
    "name": "nothing.css",
    "form": "cafcass-referral",
    "sequence": 1,
    "entry": 1,
    "meeting_kind": "operational",
    "key": "no-procedure",
    "arrow": "no_arrow",
    "choice": "no_choice",
    "asked": "0123456789abcdef",
    "place": 1,
    **dict.fromkeys(("task_id", "deadline_id", "child_id", "status_id", "file_id"), 999_999),
    **dict.fromkeys(("person_id", "holding_id", "absence_id", "meeting_id"), 999_999),
    **dict.fromkeys(("move_id", "scenario_id"), 999_999),
    "deed": "suspend",
    **dict.fromkeys(("concern_id", "practice_id", "challenge_id", "token_id"), 999_999),
    "table": "case",
    "does": "answer",
    "what": "informal_respond",
    **dict.fromkeys(("round_id", "audit_id", "report_id"), 999_999),
    "report_kind": "no-report",
    "table_number": 1,
}
"""What nobody has."""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A child with a case, and what stands in addresses of it."""

    child: Child
    fills: Mapping[str, Any]
    words: tuple[str, ...]


class House:
    """An office with everybody in it."""

    def __init__(self, folder: Path) -> None:
        self.office = Office(folder)
        office = self.office
        here = office.installation
        council = here.council(COUNCIL)
        other = replace(council, key=ELSEWHERE, name="Elsewhere")
        office.installation = replace(here, councils={**here.councils, ELSEWHERE: other})
        office.rehearsal.installation = office.installation
        self.style_sheet = next(DIST.glob("*.css")).name
        self.people = self._people()
        self.meeting_id = set_date(
            office.installation,
            "operational",
            by=office.people["iro_sm"],
            at=parse_instant("2026-04-01T09:30"),
            place="Room 3",
        ).id
        self.ordinary = self._matter("Odette Quillfeather", "REF-7781", date(2013, 2, 17))
        self.restricted = self._matter(
            "Zebedee Thistlewood", "REF-9917", date(2012, 9, 28), restricted=True
        )
        reported = self._reported() | {"scenario_id": keep_a_scenario(office.rehearsal)}
        self.ordinary = replace(self.ordinary, fills={**self.ordinary.fills, **reported})
        self.restricted = replace(self.restricted, fills={**self.restricted.fills, **reported})
        office.app = create_site(office.installation, real=office.real)
        office.app.testing = True
        office.app.config["WTF_CSRF_ENABLED"] = False
        self._cookies = {role: self._cookie(role) for role in self.people}

    @property
    def rules(self) -> list[tuple[Rule, str]]:
        """Every route of the site with a method that it takes."""
        return [
            (rule, method)
            for rule in self.office.app.url_map.iter_rules()
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]

    def address(self, rule: Rule, fills: Mapping[str, Any]) -> str:
        """The rule's address, filled in."""
        with self.office.app.test_request_context():
            values = {name: fills[name] for name in rule.arguments}
            if "person_id" in values and rule.endpoint.startswith("drafting_help."):
                values["person_id"] = self.people["helper"].id
            if rule.endpoint.startswith("vacancies.fill") or rule.endpoint == "vacancies.chosen":
                values["post"] = "sm"
            return url_for(rule.endpoint, **values)

    def visit(
        self, role: str, method: str, address: str, data: Mapping[str, Any] | None = None
    ) -> TestResponse:
        """The role's request, of which nothing is kept."""
        client = self.office.app.test_client(use_cookies=False)
        headers = {"Cookie": self._cookies[role]} if role != "nobody" else {}
        known = self.people.get(role)
        of_forms = {"draft.person": known.id if known else 0, "draft.revision": "other.1"}
        sent = {**of_forms, **(data or {})} if method == "POST" else None
        return client.open(address, method=method, headers=headers, data=sent, buffered=True)

    def _people(self) -> dict[str, Person]:
        played = self.office.people
        with self.office.installation.database.write() as connection:
            made = {
                "foreign raiser": self._hire(connection, "Fo Raiser", "raiser", at=ELSEWHERE),
                "foreign administrator": self._hire(connection, "Fo Adm", "admin", at=ELSEWHERE),
                "other social worker": self._hire(connection, "Other Worker", "sw", team="Team B"),
                "other raiser": self._hire(connection, "Other Raiser", "raiser"),
                "helper": self._hire(connection, "Helping Hand", "sw", team="Team B"),
                "former deputy": self._hire(connection, "Former Deputy", "tm", team="Team B"),
                "deputy": self._hire(connection, "Present Deputy", "tm", team="Team C"),
                "stand-in": self._hire(connection, "Stand In", "raiser"),
            }
        made |= {
            "colleague": played["hos"],
            "administrator": played["admin"],
            "respondent": played["tm"],
            "social worker": played["sw"],
            "raiser": played["raiser"],
        }
        self._stand_in(made["respondent"], made["former deputy"], 2, 4)
        self._stand_in(made["respondent"], made["deputy"], 20, 31)
        self._stand_in(made["raiser"], made["stand-in"], 20, 31)
        return made

    def _hire(
        self, connection: Connection, name: str, post: str, *, team: str = "", at: str = COUNCIL
    ) -> Person:
        email = f"{name.replace(' ', '.').lower()}@{at}.invalid"
        person = add_person(connection, council=at, name=name, email=email)
        council = self.office.installation.council(at)
        give_post(connection, council, person, post, team=team, starts=date(2020, 1, 1))
        return person

    def _stand_in(self, away: Person, deputy: Person, first: int, last: int) -> None:
        now = self.office.clock.now()
        self.office.clock.set(parse_instant("2026-03-02T08:00"))
        record_absence(
            self.office.installation,
            away.id,
            by=away,
            starts=date(2026, 3, first),
            ends=date(2026, 3, last),
            deputy_id=deputy.id,
        )
        self.office.clock.set(now)

    def _moved(self, case_id: int) -> int:
        with self.office.installation.database.write() as connection:
            return add_move(
                connection,
                [case_id],
                council=COUNCIL,
                procedure=self.office.rehearsal.version.row.procedure,
                version_id=self.office.rehearsal.version.row.id,
                person_id=self.office.people["iro_sm"].id,
                reason="For all.",
                at=self.office.clock.now(),
                undone_reason="",
            )

    def _matter(self, name: str, reference: str, born: date, *, restricted: bool = False) -> Matter:
        office, here, by = self.office, self.office.installation, self.people["raiser"]
        with here.database.write() as connection:
            child = add_child(
                connection,
                council=COUNCIL,
                reference=reference,
                name=name,
                date_of_birth=born,
                team=TEAM,
                today=date(2026, 3, 23),
                social_worker_id=office.people["sw"].id,
                raiser_id=by.id,
            )
            set_status(connection, child, "looked after", starts=date(2020, 1, 6))
        office.rehearsal.child = child
        said = f"What {name} was promised never came."
        number = office.raise_concern(concern=said)
        case_id = office.rehearsal.case_id
        task = office.rehearsal.tasks()[0]
        entry = office.rehearsal.press("convene_pressed", MEETING).entries
        self._tell(case_id, by)
        place = AtTask(task_id=task.id)
        tm = office.people["tm"]
        typed = {"answer": [f"Draft words about {name} of mine"]}
        save_draft(here, place, by=tm, raw=typed, seen="", revision="window.1")
        stream = io.BytesIO(b"Seen.\n")
        keep_file(here, place, by=tm, field="documents", name=f"{name}.txt", stream=stream)
        ask_help(here, task.id, by=tm, person_id=self.people["helper"].id, words="Please")
        keep_help(here, task.id, by=self.people["helper"], raw={"answer": [f"{DRAFTED} for you"]})
        mark = begin_raising(here, by, child.id)
        choose_procedure(here, by, mark, office.rehearsal.version.row.id)
        audited = self._audited(case_id)
        if restricted:
            with here.database.write() as connection:
                restrict(connection, child)
                for reader in (by, tm):
                    let_read(connection, child, reader.id)
        birthday, draft = f"{born.day} {born:%B %Y}", f"Draft words about {name}"
        words = (name, reference, birthday, said, draft, ADVICE)
        fills = self._fills(number, case_id, task.id, child, mark) | self._kept(number, child)
        fills |= {"entry": entry, "meeting_id": self.meeting_id, "meeting_kind": "operational"}
        fills |= audited | {"move_id": self._moved(case_id), "deed": "suspend"}
        return Matter(child=child, fills=fills, words=(*words, name.split()[1]))

    def _tell(self, case_id: int, by: Person) -> None:
        here = self.office.installation
        record_voice(
            here,
            case_id,
            by=by,
            kind="legal-advice",
            answer="sought",
            day=date(2026, 3, 20),
            words=f"{ADVICE} was asked",
        )
        second = Words(concern="No school place since January", action="A place by May")
        add_concern(here, case_id, by=by, words=second)

    def _audited(self, case_id: int) -> dict[str, int]:
        """A round of audits that the case stands in."""
        here, by, day = self.office.installation, self.office.people["iro_sm"], date(2026, 3, 23)
        round_id = draw_round(here, Ask(first=day, last=day, cases=9, children=0), by=by)
        lines = read_round(here, round_id, by).lines
        (audit_id,) = (each.audit.id for each in lines if each.audit.row.case_id == case_id)
        return {"round_id": round_id, "audit_id": audit_id}

    def _reported(self) -> dict[str, Any]:
        """A report in which both cases are counted."""
        here, by = self.office.installation, self.office.people["iro_sm"]
        first, last = date(2026, 3, 1), date(2026, 3, 23)
        made = make_report(here, "operational", first, last, by=by)
        return {"report_kind": "operational", "report_id": made, "table_number": 1}

    def _kept(self, number: str, child: Child) -> dict[str, Any]:
        """What is kept outside the case: a general concern, good practice, a challenge."""
        here, by, worker = self.office.installation, self.people["raiser"], self.office.people["sw"]
        general = ConcernWords(
            title="Visits", seen="In five families.", owner="post:sm", cases=(number,)
        )
        good = PracticeWords(what=f"How {child.name} was helped.", worker_id=worker.id)
        said = ChallengeWords(decision=f"About {child.name}", why="Why", proposal="What")
        return {
            "concern_id": record_concern(here, by=by, words=general),
            "practice_id": record_practice(here, by=by, words=good, tell=True, child_id=child.id),
            "challenge_id": make_challenge(here, by=worker, child_id=child.id, words=said),
            "act": "update",
        }

    def _fills(
        self, number: str, case_id: int, task_id: int, child: Child, mark: str
    ) -> dict[str, Any]:
        tm = self.office.people["tm"]
        with self.office.installation.database.read() as connection:
            deadline = find_open_deadlines(connection, case_id)[0].id
            status = connection.execute(
                select(legal_statuses.c.id).where(legal_statuses.c.child_id == child.id)
            ).scalar_one()
            file_id = connection.execute(
                select(files.c.id).where(files.c.name == f"{child.name}.txt")
            ).scalar_one()
            held = find_holdings(connection, tm.id)[0].id
        return {
            "number": number,
            "task_id": task_id,
            "deadline_id": deadline,
            "element": "informal_withdraw",
            "place": 1,
            "kind": "legal-advice",
            "mark": mark,
            "child_id": child.id,
            "status_id": status,
            "file_id": file_id,
            "person_id": tm.id,
            "holding_id": held,
            "absence_id": 2,
            "secret": SECRET,
            "name": self.style_sheet,
            "form": "cafcass-referral",
            "sequence": 1,
            "key": self.office.rehearsal.version.package.key,
            "arrow": "which_stage_to_stage1_entry",
            "choice": "which_stage",
            "asked": read_questions(self.office.rehearsal.version.package)[0].mark,
            "token_id": 999_999,
            "table": "case",
            "does": "answer",
            "what": "informal_respond",
        }

    def _begun(self, role: str, matter: Matter) -> dict[str, str]:
        """The marks under which the role raises the same for two children, as far as they may."""
        marks = {}
        for child_id in (self.office.child.id, matter.child.id):
            with suppress(NotAllowed):
                begun = begin_raising(self.office.installation, self.people[role], child_id)
                marks[str(child_id)] = begun
        return marks

    def _cookie(self, role: str) -> str:
        with self.office.installation.database.write() as connection:
            secret = begin_session(connection, self.people[role], self.office.real.now())
        going = {
            matter.fills["mark"]: {
                "case": matter.fills["number"],
                "children": [self.office.child.id, matter.child.id],
                "marks": self._begun(role, matter),
                "sent": {},
                "left": [],
            }
            for matter in (self.ordinary, self.restricted)
            if role in ("raiser", "stand-in")
        }
        signing = SecureCookieSessionInterface().get_signing_serializer(self.office.app)
        assert signing is not None
        held = signing.dumps({"session": secret, "siblings": going})
        return f"{self.office.app.config['SESSION_COOKIE_NAME']}={held}"


@contextmanager
def nothing_kept(database: Database) -> Iterator[None]:
    """While this lasts what is written is taken back when its transaction ends."""
    kept = Database.write

    @contextmanager
    def write(this: Database) -> Iterator[Connection]:
        try:
            with kept(this) as connection:
                yield connection
                raise _Undone
        except _Undone:
            return

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "write", write)
        yield


class _Undone(Exception):
    """What was written is not kept."""
