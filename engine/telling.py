"""Who is told in a turn: the posts that the diagram names, turned into people and messages."""

from engine.diagrams.diagram import Element
from engine.notices import in_words, render
from engine.open_case import OpenCase, Part
from engine.people import Person
from engine.store.cases import add_parts
from engine.store.notices import NewNotice, add_notices
from engine.store.tasks import TaskRow

NEW_TASK = "new-task"
MORE_TIME = "more-time"
ANSWERED = "answered"


class Telling:
    """Collects whom one step tells, and queues their notices with the step's entry."""

    def __init__(self, case: OpenCase) -> None:
        self._case = case
        self._notices: dict[str, NewNotice] = {}
        self._parts: list[Part] = [case.part_of("raiser"), *_informed(case)]
        self._posts: list[str] = []

    def new_task(self, element: Element, task: TaskRow) -> None:
        """Tell everybody who may answer a new task; not the one whose own act opened it."""
        for post in self._case.picked(element, element.posts):
            for person in self._people(post):
                if self._case.by is None or person.id != self._case.by.id:
                    self._queue(person, post, element, NEW_TASK, task)

    def more_time(self, element: Element, task: TaskRow) -> None:
        """Tell the posts that a task waits for until when they now have."""
        for post in self._case.picked(element, element.posts):
            self._posts.append(post)
            for person in self._people(post):
                self._queue(person, post, element, MORE_TIME, task)

    def tell_late(self, element: Element) -> None:
        """Tell the raiser and everybody who is asked now that an answer came after all (X-33)."""
        case = self._case
        asked = [
            post
            for task in case.tasks.values()
            if (drawn := case.diagram.elements[task.element]).stage
            and not case.diagram.is_beside(drawn.id)
            for post in drawn.posts[:1]
        ]
        for post in dict.fromkeys(["raiser", *asked]):
            self._posts.append(post)
            for person in self._people(post):
                self._queue(person, post, element, ANSWERED, None)

    def tell(
        self, element: Element, posts: str, message: str, *, task: TaskRow | None = None
    ) -> None:
        """Tell the posts that the element's property `posts` lists, by the message it names."""
        template = element.properties.get(message, "")
        named = [p.strip() for p in element.properties.get(posts, "").split(",") if p.strip()]
        for post in self._case.picked(element, named):
            self._posts.append(post)
            for person in self._people(post):
                self._queue(person, post, element, template, task)

    def send(self) -> list[str]:
        """Queue the notices and give a part in the case to all who were told; the posts told."""
        add_notices(self._case.connection, self._notices.values())
        new = [part for part in dict.fromkeys(self._parts) if part not in self._case.parts]
        add_parts(self._case.connection, self._case.case.id, new, self._case.at)
        self._case.parts.update(new)
        return list(dict.fromkeys(self._posts))

    def _people(self, post: str) -> tuple[Person, ...]:
        parts, persons = self._case.answering(post)
        self._parts += parts
        return persons

    def _queue(
        self, person: Person, post: str, element: Element, template: str, task: TaskRow | None
    ) -> None:
        case = self._case
        key = f"{case.case.id}/{case.next_sequence}/{element.id}/{template}/{person.id}"
        if key in self._notices:
            return  # whoever has two of the posts is told once, as the first of them
        message = render(case.version.package.messages.get(template), self._facts(element, task))
        self._notices[key] = NewNotice(
            key=key,
            case_id=case.case.id,
            sequence=case.next_sequence,
            element=element.id,
            template=template,
            post=post,
            person_id=person.id,
            address=person.email,
            subject=message.subject,
            body=message.body,
            queued_at=case.at,
            next_try_at=case.at,
        )

    def _facts(self, element: Element, task: TaskRow | None) -> dict[str, str]:
        case, council = self._case, self._case.council
        sender = "raiser" if case.by and case.by.id == case.case.raiser_id else ""
        return {
            "case_number": case.case.number,
            "stage": element.stage or "",
            "task": " ".join(element.name.split()),
            "due": in_words(task.due) if task and task.due else "no date is set",
            "link": f"{case.installation.settings.address}/cases/{case.case.number}",
            "council": council.name,
            "procedure": case.version.package.title,
            "sender_post": council.posts[sender].title if sender in council.posts else "",
            "help_contact": council.help_contact,
        }


def _informed(case: OpenCase) -> list[Part]:
    """The post that is kept fully informed has a part in every case from its first day (X-32)."""
    post = case.council.kept_informed
    return [case.part_of(post)] if post else []
