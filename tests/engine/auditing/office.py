"""What the stories of audits begin with: Haringey, its people, children and a list of them."""

from datetime import date

from engine.auditing.drawing import Ask
from engine.auditing.questions import QUESTIONS, YES
from engine.auditing.record import Action, Given, Said
from engine.children import Child, add_child
from engine.clock import SetClock, parse_instant
from engine.people import Person, add_person, give_post
from engine.procedures import read_package
from engine.rehearsal import TEAM, Rehearsal
from engine.store.database import Database
from tests.stories import PROCESSES, installation_on

HARINGEY = "haringey"
PACKAGE = PROCESSES / HARINGEY / "child-protection"
FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
RAISED = {
    "entry": "informal",
    "concern": "The decisions of the last conference have not been carried out.",
    "impact": "The children have had no visit for six weeks.",
    "action": "Visit this week and write it up.",
}


def office(database: Database, at: str = "2026-03-23T10:00") -> Rehearsal:
    """Haringey on Monday 23 March 2026; nobody has raised anything."""
    instant = parse_instant(at)
    here = installation_on(database, SetClock(instant))
    return Rehearsal(
        PROCESSES,
        read_package(PACKAGE),
        instant,
        statuses=("child protection plan",),
        installation=here,
    )


def another(told: Rehearsal, name: str, reference: str) -> Child:
    """Another child of the council."""
    with told.installation.database.write() as connection:
        return add_child(
            connection,
            council=HARINGEY,
            reference=reference,
            name=name,
            date_of_birth=date(2014, 5, 1),
            team=TEAM,
            today=date(2026, 3, 23),
            raiser_id=told.people["raiser"].id,
        )


def hire(told: Rehearsal, name: str, post: str) -> Person:
    """Somebody more who holds a post."""
    with told.installation.database.write() as connection:
        email = f"{name.replace(' ', '.').lower()}@haringey.invalid"
        person = add_person(connection, council=HARINGEY, name=name, email=email)
        council = told.installation.council(HARINGEY)
        give_post(connection, council, person, post, starts=date(2020, 1, 1))
        return person


def listed(*references: str) -> bytes:
    """A file with these references."""
    return "\r\n".join(["Reference", *references, ""]).encode("utf-8-sig")


def ask(cases: int = 5, children: int = 0, content: bytes = b"") -> Ask:
    """A round about the first quarter of 2026, up to the day of the story."""
    return Ask(first=FIRST, last=date(2026, 3, 23), cases=cases, children=children, content=content)


def whole(kind: str, finding: str = "A sound piece of work.", **answers: tuple[str, str]) -> Said:
    """All questions answered with yes, but those given."""
    given = {question.key: Given(answer=YES) for question in QUESTIONS[kind]}
    given |= {key: Given(answer=answer, words=words) for key, (answer, words) in answers.items()}
    return Said(answers=given, finding=finding, learning="Write the reason at once.")


def action(words: str = "Speak with the team") -> Action:
    """Something to be done."""
    return Action(words=words, owner="Team manager", by_when=date(2026, 4, 30))
