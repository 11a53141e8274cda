"""Brothers and sisters, and one concern raised for several children (X-14).

Each child's case is a case of its own, on which nothing says that there is another. The text is
edited for each child before it is sent; another child's name in it is pointed out.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from engine.access import NotAllowed, may_administer, may_raise
from engine.acts.cases import start_event
from engine.child_file.changes import RECORD, keep_change
from engine.child_file.reader import demand_openable
from engine.children import BadChild, Child
from engine.forms import Answer, Form
from engine.installation import Installation
from engine.people import Person
from engine.procedures import Version
from engine.store.cases import find_answers
from engine.store.database import Connection
from engine.store.siblings import add_siblings, find_siblings, remove_siblings

MOST_AT_ONCE: Final = 20
# What a child wants and feels is that child's alone: questions whose key begins so are asked anew.
OWN_WORDS: Final = "wishes"
_AROUND: Final = 30


@dataclass(frozen=True, kw_only=True)
class NameFound:
    """Another child's name in a text: the question's key and label, the name, the words around."""

    key: str
    label: str
    name: str
    around: str


def link_siblings(installation: Installation, child_id: int, other_id: int, *, by: Person) -> None:
    """Record that two children are brothers or sisters, by an administrator or a raiser.

    Raises `NotAllowed`, also where one of the two may not be read of, and `BadChild` for one child
    or a link that is there. Neither record's list of changes names the other child.
    """
    with installation.database.write() as connection:
        pair = _pair(installation, connection, child_id, other_id, by)
        at = installation.clock.now()
        if not add_siblings(connection, child_id, other_id, by=by.id, at=at):
            raise BadChild("They are recorded as brother or sister already.")
        _keep(installation, connection, pair, "A brother or sister was recorded.", by)


def unlink_siblings(
    installation: Installation, child_id: int, other_id: int, *, by: Person
) -> None:
    """Take back that two children are brothers or sisters; raises as `link_siblings` does."""
    with installation.database.write() as connection:
        pair = _pair(installation, connection, child_id, other_id, by)
        if not remove_siblings(connection, child_id, other_id):
            raise BadChild("They are not recorded as brother or sister.")
        _keep(installation, connection, pair, "A brother or sister was removed.", by)


def _pair(
    installation: Installation, connection: Connection, child_id: int, other_id: int, by: Person
) -> tuple[Child, Child]:
    if child_id == other_id:
        raise BadChild("A child is not their own brother or sister. Pick another child.")
    first = demand_openable(installation, connection, child_id, by)
    second = demand_openable(installation, connection, other_id, by)
    at = installation.clock.now()
    allowed = may_administer(connection, by, by.council, at)
    if not allowed and not may_raise(connection, by, by.council, at):
        raise NotAllowed("Only an administrator or a raiser records brothers and sisters.")
    return first, second


def _keep(
    installation: Installation,
    connection: Connection,
    pair: Iterable[Child],
    words: str,
    by: Person,
) -> None:
    for child in pair:
        keep_change(
            connection,
            child,
            kind=RECORD,
            words=words,
            reason="",
            by=by,
            installation=installation,
        )


def siblings_of(installation: Installation, child: Child, by: Person) -> tuple[Child, ...]:
    """The child's recorded brothers and sisters of whom the person may read, the eldest first."""
    with installation.database.read() as connection:
        return tuple(find_siblings(connection, child.id, by.id))


def shared_answers(connection: Connection, case_id: int, version: Version) -> dict[str, Answer]:
    """What was answered when the case was raised and may be said of another child too.

    Empty where the words were destroyed.
    """
    start = start_event(version.package.diagram)
    for answer in find_answers(connection, case_id):
        if answer.element == start.id:
            given: dict[str, Answer] = json.loads(answer.content)
            return {k: said for k, said in given.items() if not k.startswith(OWN_WORDS)}
    return {}


def find_names(
    form: Form, answers: Mapping[str, Answer], child: Child, others: Iterable[Child]
) -> tuple[NameFound, ...]:
    """Where a first name or surname of one of `others` stands in what is written about `child`.

    Whole words, in capital or small letters. What is the child's own name too, as a family's
    surname, is not pointed out.
    """
    own = {_folded(word) for word in child.name.split()}
    names = dict.fromkeys(
        word
        for other in others
        if other.id != child.id
        for word in other.name.split()
        if len(word) > 1 and _folded(word) not in own
    )
    found = []
    for field in form.fields:
        text = answers.get(field.key)
        if field.kind in ("textfield", "textarea") and isinstance(text, str):
            found += [
                NameFound(key=field.key, label=field.label, name=name, around=around)
                for name in names
                for around in _places(text, name)
            ]
    return tuple(found)


def _folded(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold()


def _places(text: str, name: str) -> Iterable[str]:
    text, name = (unicodedata.normalize("NFC", each) for each in (text, name))
    for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
        before, after = text[: match.start()], text[match.end() :]
        if len(before) > _AROUND:
            before = "… " + before[-_AROUND:].partition(" ")[2]
        if len(after) > _AROUND:
            after = after[:_AROUND].rpartition(" ")[0] + " …"
        yield " ".join(f"{before}{match[0]}{after}".split())
