"""Who is told in a turn: the posts that the diagram names, turned into people and messages."""

from collections.abc import Iterable, Mapping

from engine.calendar_file import due_date, meeting
from engine.councils import RAISER, stage_in_words
from engine.diagrams.diagram import Element
from engine.notices import Message, in_words, render
from engine.people import Person
from engine.store.cases import add_parts
from engine.store.notices import LINE, NewNotice, add_notices
from engine.store.tasks import TaskRow
from engine.turns.open_case import OpenCase, Part

NEW_TASK = "new-task"
CHOOSE = "sent-back"
MORE_TIME = "more-time"
TIME_ASKED = "time-asked"
TIME_REFUSED = "time-refused"


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

    def tell_these(
        self,
        element: Element,
        task: TaskRow,
        template: str,
        whom: Iterable[tuple[str, Person]],
        link: str = "",
    ) -> None:
        """Tell these people, each as the holder of a post, by a message; never who acts here.

        `link` is a path of the site, where the message is not to lead to the case.
        """
        for post, person in whom:
            if self._case.by is None or person.id != self._case.by.id:
                self._posts.append(post)
                self._queue(person, post, element, template, task, link)

    def give_part(self, parts: Iterable[Part]) -> None:
        """Let these have a part in the case."""
        self._parts += parts

    def more_time(self, element: Element, task: TaskRow) -> None:
        """Tell the posts that a task waits for until when they now have."""
        for post in self._case.picked(element, element.posts):
            self._posts.append(post)
            for person in self._people(post):
                self._queue(person, post, element, MORE_TIME, task)

    def tell_late(self, element: Element) -> None:
        """Tell the raiser and everybody who is asked now that an answer came after all (X-33).

        They read it in the next morning's digest.
        """
        case = self._case
        asked = [
            post
            for task in case.tasks.values()
            if (drawn := case.diagram.elements[task.element]).stage
            and not case.diagram.is_beside(drawn.id)
            for post in drawn.posts[:1]
        ]
        words = f"“{_name(element)}” was answered after the matter had moved on"
        self._put_lines(element, ["raiser", *asked], words)

    def tell(
        self, element: Element, posts: str, message: str, *, task: TaskRow | None = None
    ) -> None:
        """Tell the posts that the element's property `posts` lists, by the message it names."""
        template = element.properties.get(message, "")
        for post in self._case.picked(element, _posts(element, posts)):
            self._posts.append(post)
            for person in self._people(post):
                self._queue(person, post, element, template, task)

    def opened(self, element: Element, task: TaskRow) -> None:
        """A step began: told to those who are sent a message, or read of it in their digest."""
        self.tell(element, "tell", "message", task=task)
        due = f", due {in_words(task.due)}" if task.due else ""
        self._put_lines(element, _posts(element, "digest"), f"“{_name(element)}” began{due}")

    def answered(self, element: Element, answers: Mapping[str, object]) -> None:
        """A step was answered; what was decided there is said in the form's words (X-31)."""
        self.tell(element, "tell_on_answer", "answer_message")
        words = f"“{_name(element)}” was answered{self._decided(element, answers)}"
        self._put_lines(element, _posts(element, "digest_on_answer"), words)

    def gone(self, element: Element, whom: Iterable[tuple[str, Person]], outcome: str) -> None:
        """A step was closed without an answer: those who were asked read of it (X-31).

        `outcome` is how the case ended, empty while it goes on.
        """
        ended = f": over, {outcome[:1].lower()}{outcome[1:]}" if outcome else ""
        subject = f"Case {self._case.case.number}: “{_name(element)}” is no longer needed{ended}"
        for post, person in whom:
            if self._case.by is None or person.id != self._case.by.id:
                self._posts.append(post)
                self._keep(person, post, element, LINE, Message(subject=subject, body=""))

    def reached(self, element: Element, words: str = "") -> None:
        """An event was reached; `words` say what happened there, where its name does not."""
        self.tell(element, "tell", "message")
        if element.message:
            words = f"“{element.message}” was chosen"
        elif outcome := element.properties.get("outcome"):
            words = f"over, {outcome[:1].lower()}{outcome[1:]}"
        words = (words or _name(element)).rstrip(".")
        self._put_lines(element, _posts(element, "digest"), words)

    def beyond_limit(self, element: Element, words: str) -> None:
        """Time was given beyond the case's limit: who is kept informed reads of it (A-HAR-17)."""
        if self._case.council.kept_informed:
            self._put_lines(element, [self._case.council.kept_informed], words)

    def _decided(self, element: Element, answers: Mapping[str, object]) -> str:
        """The option that was chosen where the answer routes the case; empty where none does.

        A mere yes or no says nothing without its question, and is left out.
        """
        package = self._case.version.package
        form = package.forms.get(element.form or "")
        for field in form.fields if form else ():
            if field.key not in package.diagram.routing_names or len(field.options) <= 2:
                continue
            for option in field.options:
                if option.value == answers.get(field.key):
                    return f": “{option.label}”"
        return ""

    def given_case(self, element: Element) -> None:
        """The raiser was given the case by somebody."""
        self._put_lines(element, [RAISER], "it was given to you, and is yours from now on")

    def _put_lines(self, element: Element, posts: list[str], words: str) -> None:
        """A line in the next digest of each who has one of the posts, but of who acts here."""
        case = self._case
        for post in case.picked(element, list(dict.fromkeys(posts))):
            self._posts.append(post)
            for person in self._people(post):
                if case.by is None or person.id != case.by.id:
                    subject = f"Case {case.case.number}: {words}"
                    self._keep(person, post, element, LINE, Message(subject=subject, body=""))

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
        self,
        person: Person,
        post: str,
        element: Element,
        template: str,
        task: TaskRow | None,
        link: str = "",
    ) -> None:
        case = self._case
        facts = self._facts(element, task)
        if link:
            facts["link"] = f"{case.installation.settings.address}{link}"
        message = render(case.version.package.messages.get(template), facts)
        calendar = self._calendar(element, template, task, facts["link"])
        self._keep(person, post, element, template, message, calendar)

    def _keep(
        self,
        person: Person,
        post: str,
        element: Element,
        template: str,
        message: Message,
        calendar: str | None = None,
    ) -> None:
        case = self._case
        key = f"{case.case.id}/{case.next_sequence}/{element.id}/{template}/{person.id}"
        if key in self._notices:
            return  # whoever has two of the posts is told once, as the first of them
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
            next_try_at=None if template == LINE else case.at,
            calendar=calendar,
        )

    def _calendar(
        self, element: Element, template: str, task: TaskRow | None, link: str
    ) -> str | None:
        """The due date of a new or moved task, or the day of a meeting, for people's calendars."""
        case = self._case
        if task is not None and task.due is not None and template in (NEW_TASK, MORE_TIME):
            return due_date(
                case.case.number,
                _name(element),
                task.due,
                task_id=task.id,
                opened_at=task.opened_at,
                moves=sum(d.moves for d in case.deadlines.values() if d.task_id == task.id),
                link=link,
                at=case.at,
            )
        if question := element.properties.get("diary"):
            when = case.run.values().get(question)
            return meeting(case.case.number, _name(element), when, link=link, at=case.at)
        return None

    def _facts(self, element: Element, task: TaskRow | None) -> dict[str, str]:
        case, council = self._case, self._case.council
        sender = "raiser" if case.by and case.by.id == case.case.raiser_id else ""
        return {
            "case_number": case.case.number,
            "stage": stage_in_words(council, element.stage) if element.stage else "",
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


def _name(element: Element) -> str:
    return " ".join(element.name.split())


def _posts(element: Element, name: str) -> list[str]:
    return [p.strip() for p in element.properties.get(name, "").split(",") if p.strip()]
