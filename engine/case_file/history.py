"""What people read of a case's history: its entries in plain words, those they may see."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.access import may_see_element
from engine.case_file.waiting import title_of
from engine.clock import in_london, parse_instant
from engine.councils import Council
from engine.diagrams.diagram import Diagram
from engine.forms import in_words as answers_in_words
from engine.history.entries import BODY_DESTROYED
from engine.history.filing_acts import filed_on, is_of_filing, numbers, stage_told
from engine.history.voice_acts import may_see_act
from engine.notices import in_words
from engine.people import find_person
from engine.procedures import Version, load_version
from engine.store.cases import AnswerRow, find_answers
from engine.store.database import Connection
from engine.store.handovers import find_handovers
from engine.store.history import Body, Entry, walk_chain
from engine.store.tasks import find_case_tasks, find_task_posts


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """One entry, in words: what happened, who did it, what it led to, and what they wrote.

    `by` is empty where the clock acted; `for_whom` is set where they stood in for somebody; `post`
    is the title of the post that they acted by, where it is known. `then` are sentences. `told` are
    titles of posts. `answers` are the form's labels
    with what was answered. `reached` are ids of elements that were done with. `destroyed_at` is set
    where the entry's words are gone (aware, UTC). `stage` is set where the case came to another;
    `at_stage` is the one at which it was done. `filed_on` is the day on which something was put
    onto the child's file, where the entry tells of that.
    """

    sequence: int
    at: datetime
    act: str
    element: str
    by: str
    for_whom: str
    post: str
    words: str
    stage: str
    at_stage: str
    late: bool
    then: tuple[str, ...]
    told: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    reached: tuple[str, ...]
    destroyed_at: datetime | None
    filed_on: date | None
    actor_id: int | None


class HistoryReader:
    """Reads the history of one case for the holder of `posts`.

    Each entry is told in the words of the version that the case was on: `version` is today's.
    """

    def __init__(
        self, connection: Connection, council: Council, version: Version, posts: frozenset[str]
    ) -> None:
        self._connection = connection
        self._council = council
        self._version = version
        self._posts = posts
        self._names: dict[int | None, str] = {None: ""}
        self._asked: dict[tuple[str, datetime], list[str]] = {}

    @property
    def _diagram(self) -> Diagram:
        return self._version.package.diagram

    def read(self, case_id: int) -> tuple[HistoryLine, ...]:
        """The lines of the case's history that may be seen, in order."""
        chain = list(walk_chain(self._connection, case_id))
        posts = find_task_posts(self._connection, case_id)
        for task_id, moves in find_handovers(self._connection, case_id).items():
            posts[task_id] = list(moves[0].posts)  # who was asked when it was opened
        self._asked = {
            (task.element, task.opened_at): [post for post, _, _ in posts.get(task.id, [])]
            for task, _ in find_case_tasks(self._connection, case_id)
        }
        written = {answer.sequence: answer for answer in find_answers(self._connection, case_id)}
        destroyed = {
            int(entry.element): entry.at for entry, _ in chain if entry.act == BODY_DESTROYED
        }
        places = {entry.sequence: (entry.act, entry.element) for entry, _ in chain}
        lines: list[HistoryLine] = []
        for entry, body in chain:
            if entry.version_id != self._version.row.id:
                self._version = load_version(self._connection, entry.version_id)
            if self._may_see(entry, places):
                number = entry.sequence
                lines.append(self._line(entry, body, written.get(number), destroyed.get(number)))
        return tuple(lines)

    def _may_see(self, entry: Entry, places: Mapping[int, tuple[str, str]]) -> bool:
        act, element = entry.act, entry.element
        if act == BODY_DESTROYED:  # what it tells of decides
            act, element = places.get(int(element), ("", ""))
        if is_of_filing(act):
            return all(self._may_see_place(*places.get(n, ("", ""))) for n in numbers(element))
        return self._may_see_place(act, element)

    def _may_see_place(self, act: str, element: str) -> bool:
        return may_see_act(act, self._council, self._posts) and may_see_element(
            self._diagram, element, self._posts
        )

    def _line(
        self,
        entry: Entry,
        body: Body | None,
        answer: AnswerRow | None,
        destroyed_at: datetime | None,
    ) -> HistoryLine:
        content: dict[str, Any] = json.loads(body.content) if body else {}
        after: Mapping[str, Any] = content.get("after", {})
        words = content.get("words") or _gone(entry.sequence, destroyed_at)
        return HistoryLine(
            sequence=entry.sequence,
            at=entry.at,
            act=entry.act,
            element=entry.element,
            by=self._name(entry.actor_id),
            for_whom=self._name(entry.for_id),
            post=self._title(str(after.get("post", ""))),
            words=words,
            stage=str(after.get("stage", "")),
            at_stage=self._stage(entry, content),
            late=bool(after.get("late")),
            then=tuple(self._consequences(entry.at, after)),
            told=tuple(self._title(post) for post in self._told(after)),
            answers=self._answers(answer) if answer else (),
            reached=tuple(self._visible(after.get("reached", []))),
            destroyed_at=destroyed_at if body is None else None,
            filed_on=filed_on(entry, after),
            actor_id=entry.actor_id,
        )

    def _stage(self, entry: Entry, content: Mapping[str, Any]) -> str:
        drawn = self._diagram.elements.get(entry.element)
        own = drawn.stage if drawn else None
        return own or stage_told(content)

    def _told(self, after: Mapping[str, Any]) -> Iterable[str]:
        return dict.fromkeys([*after.get("told", []), *after.get("shown_to", [])])

    def _title(self, post: str) -> str:
        return title_of(self._council, post)

    def _answers(self, row: AnswerRow) -> tuple[tuple[str, str], ...]:
        form = self._version.package.forms.get(row.form)
        if form is None:
            return ()
        # A box that was left alone says nothing; "No" would be more than was said (A-NEL-10).
        given = {
            key: answer for key, answer in json.loads(row.content).items() if answer is not False
        }
        return tuple(answers_in_words(form, given))

    def _consequences(self, at: datetime, after: Mapping[str, Any]) -> Iterable[str]:
        due = self._due_by_host(after.get("due", {}))
        elapsed = self._due_by_host(after.get("elapsed", {}))
        for element in self._visible(after.get("opened", [])):
            drawn = self._diagram.elements[element]
            until = f", due {in_words(due[element])}" if element in due else ""
            if element in elapsed:
                until += f" (24 hours by the clock are over {in_words(elapsed[element])})"
            asked = self._asked.get((element, at)) or drawn.posts
            waits = " or ".join(self._title(post) for post in asked)
            yield f"“{drawn.name}” now waits for {waits}{until}."
        for element in self._visible(after.get("closed", [])):
            yield f"“{self._diagram.elements[element].name}” is no longer needed."
        if after.get("outcome"):
            yield f"The case ended: {after['outcome']}."

    def _visible(self, elements: Iterable[str]) -> list[str]:
        return [
            element
            for element in elements
            if element in self._diagram.elements
            and may_see_element(self._diagram, element, self._posts)
        ]

    def _due_by_host(self, due: Mapping[str, str]) -> dict[str, datetime]:
        if not isinstance(due, dict):  # of an extension it is the new date alone
            return {}
        elements = self._diagram.elements
        return {
            elements[timer].attached_to or "": parse_instant(instant)
            for timer, instant in due.items()
            if timer in elements
        }

    def _name(self, person_id: int | None) -> str:
        if person_id not in self._names:
            person = find_person(self._connection, person_id) if person_id is not None else None
            self._names[person_id] = person.name if person else ""
        return self._names[person_id]


def _gone(sequence: int, at: datetime | None) -> str:
    if at is None:  # nobody recorded that it was destroyed: `history verify` says so too
        return f"The words of this entry ({sequence}) are missing. Tell your administrator."
    local = in_london(at)
    when = f"{local:%A} {local.day} {local:%B %Y} at {local:%H:%M}"
    return f"The words of this entry ({sequence}) were destroyed on {when}."
