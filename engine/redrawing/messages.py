"""The messages of a procedure that is redrawn: subject and text, and how one of them reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.checking.messages import check_messages
from engine.councils import Council
from engine.errors import StepladderError
from engine.notices import Message, render
from engine.procedures import Package
from engine.redrawing.arrows import name_of

PLACEHOLDERS_IN_WORDS: Final[Mapping[str, str]] = {
    "case_number": "the case’s number",
    "task": "the name of the step",
    "stage": "its stage",
    "due": "when it is due",
    "link": "the address of the case",
    "council": "the council’s name",
    "procedure": "the procedure’s title",
    "sender_post": "the title of the raiser’s post, where the raiser caused the message",
    "help_contact": "whom to ask",
}
_BY_ITSELF: Final[Mapping[str, str]] = {
    "new-task": "whoever is asked, when a step opens",
    "more-time": "whoever is asked, when the raiser gives more time",
    "time-asked": "the raiser, when somebody asks for more time",
    "time-refused": "whoever asked, when more time is refused",
}
_SUBJECT: Final = "Subject:"


class NoMessage(StepladderError):
    """A message is asked for that the draft does not have."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """A message as it is written, with its placeholders."""

    subject: str
    body: str


def read_text(package: Package, name: str) -> Text:
    """The message of that name. Raises `NoMessage`."""
    content = package.files.get(path_of(name))
    if content is None:
        raise NoMessage("The draft has no such message. Look in the list of its messages.")
    text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    first, _, rest = text.partition("\n")
    if not first.startswith(_SUBJECT):
        return Text(subject="", body=text.strip())
    return Text(subject=first.removeprefix(_SUBJECT).strip(), body=rest.strip())


def write_text(package: Package, name: str, text: Text) -> bytes:
    """The message’s file with that text; one that says the same stays as it is, to the byte."""
    held = package.files.get(path_of(name))
    if held is not None and read_text(package, name) == text:
        return held
    body = text.body.replace("\r\n", "\n").strip()
    return f"{_SUBJECT} {' '.join(text.subject.split())}\n\n{body}\n".encode()


def find_faults(name: str, content: bytes) -> dict[str, str]:
    """What is wrong with the file, in sentences, at "subject" or at "body"."""
    found: dict[str, list[str]] = {}
    for problem in check_messages({path_of(name): content}):
        place = "subject" if "subject" in problem.problem.split("below")[0] else "body"
        found.setdefault(place, []).append(f"{problem.problem} {problem.mend}")
    return {place: " ".join(sentences) for place, sentences in found.items()}


def where_used(package: Package, name: str) -> tuple[str, ...]:
    """At which elements the message is sent, as people call them, and whether it is by itself."""
    diagram = package.diagram
    found = [
        name_of(diagram, element.id)
        for element in diagram.elements.values()
        if name in (element.properties.get("message"), element.properties.get("answer_message"))
    ]
    return (*((_BY_ITSELF[name],) if name in _BY_ITSELF else ()), *dict.fromkeys(found))


def preview(package: Package, council: Council, text: Text) -> Message:
    """The message as somebody could get it, with values that are invented."""
    written = write_text(package, "", text).decode()
    raiser = council.posts.get("raiser")
    facts = {
        "case_number": "2026-00012",
        "task": "Respond at Stage 1",
        "stage": "Stage 1",
        "due": "Tuesday 7 April 2026",
        "link": "https://stepladder.example/cases/12",
        "council": council.name,
        "procedure": package.title,
        "sender_post": raiser.title if raiser else "Independent Reviewing Officer",
        "help_contact": council.help_contact,
    }
    return render(written, facts)


def path_of(name: str) -> str:
    """Where the message lies in the procedure's folder."""
    return f"messages/{name}.md"
