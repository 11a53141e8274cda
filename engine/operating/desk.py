"""What is shown of a case to those who set it right: where it stands, never what it is about."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.access import (
    confirms_as,
    demand_confirming,
    may_see_case,
    may_see_element,
    posts_in_case,
)
from engine.case_file.waiting import title_of
from engine.councils import Council
from engine.diagrams.diagram import Diagram, Element
from engine.diagrams.freeze import NotThawed
from engine.diagrams.run import Run
from engine.errors import StepladderError
from engine.forms import Field, Form
from engine.history.operating_acts import ENDED, PUT_BACK, RESUMED, RETRIED, SKIPPED, SUSPENDED
from engine.installation import Installation
from engine.people import Person
from engine.procedures import Package, Version, load_version
from engine.store.cases import CaseRow, find_case_by_number
from engine.store.database import Connection
from engine.store.history import walk_chain
from engine.store.incidents import (
    IncidentRow,
    count_open_incidents,
    find_incidents_of_case,
    find_open_incidents,
    find_past_incidents,
)
from engine.store.tasks import TaskRow, find_case_tasks, find_open_tasks, find_task_posts

_MOST = 200
_ACTS = (RETRIED, SKIPPED, PUT_BACK, SUSPENDED, RESUMED, ENDED)
FEW = "A step that only few may see"
_NAMED = re.compile("“.*”", re.DOTALL)
"""The step in the words of an act: what else is put in such marks after it goes with it."""

Sight = Callable[[str], bool]
"""Whether somebody may see what happens at an element."""


class NoSuchCase(StepladderError):
    """The council has no case of that number."""

    def __init__(self) -> None:
        super().__init__("There is no case of that number. Look at it again, as in 2026-00012.")


@dataclass(frozen=True, kw_only=True)
class OpenStep:
    """A step that waits: its task's id, its element, its name, who is asked, until when.

    `routes` are the questions by whose answers the case goes on from there. Who may not see the
    step is told neither its name nor those; with any it is not `skippable` by them.
    """

    task_id: int
    element: str
    name: str
    posts: str
    due: datetime | None
    routes: tuple[Field, ...]
    skippable: bool


@dataclass(frozen=True, kw_only=True)
class EarlierStep:
    """A step at which the case was, and to which it can be put back."""

    element: str
    name: str


@dataclass(frozen=True, kw_only=True)
class CaseToRepair:
    """A case by its number, and where it stands. `readable` says whether its workflow can be."""

    case: CaseRow
    version: Version
    readable: bool
    steps: tuple[OpenStep, ...]
    earlier: tuple[EarlierStep, ...]
    incidents: tuple[IncidentRow, ...]
    standing: tuple[IncidentRow, ...]
    done: tuple[tuple[datetime, str], ...]


def list_incidents(
    installation: Installation, by: Person
) -> tuple[list[IncidentRow], list[IncidentRow]]:
    """The incidents of the person's council: those that are not over, and the last that are.

    For the holder of the post that is kept informed, and administrators. Raises `NotAllowed`.
    """
    with installation.database.read() as connection:
        council = _demand(installation, connection, by)
        return (
            find_open_incidents(connection, council.key, most=_MOST),
            find_past_incidents(connection, council.key, most=_MOST),
        )


def may_repair(installation: Installation, by: Person) -> bool:
    """Whether the person sets cases of their council right."""
    council = installation.council(by.council)
    with installation.database.read() as connection:
        return confirms_as(connection, by, council, installation.clock.now()) is not None


def count_incidents(installation: Installation, by: Person) -> int:
    """How many cases of the person's council cannot go on; 0 for whoever does not repair them."""
    with installation.database.read() as connection:
        count = count_open_incidents(connection, by.council)
    return count if count and may_repair(installation, by) else 0


def find_troubles(installation: Installation, case_id: int) -> list[IncidentRow]:
    """The incidents of a case that are not over, for a page that the reader may see."""
    with installation.database.read() as connection:
        return find_incidents_of_case(connection, case_id, standing=True)


def read_case_to_repair(installation: Installation, number: str, by: Person) -> CaseToRepair:
    """The case, for those who set it right. Raises `NoSuchCase`, `NotAllowed`."""
    with installation.database.read() as connection:
        council = _demand(installation, connection, by)
        case = demand_case_of(connection, council, number)
        version = load_version(connection, case.version_id)
        tasks = [task for task, _ in find_case_tasks(connection, case.id)]
        posts = find_task_posts(connection, case.id)
        named = {task_id: [post for post, _, _ in each] for task_id, each in posts.items()}
        open_now = find_open_tasks(connection, case.id)
        sees = sight_of(installation, connection, case, version.package.diagram, by)
        return CaseToRepair(
            case=case,
            version=version,
            readable=_readable(case, version),
            steps=tuple(
                _step(version.package, council, task, named.get(task.id, ()), sees(task.element))
                for task in open_now
            ),
            earlier=tuple(_earlier(version.package.diagram, tasks, open_now, sees)),
            incidents=tuple(find_incidents_of_case(connection, case.id)),
            standing=tuple(find_incidents_of_case(connection, case.id, standing=True)),
            done=tuple(_done(connection, case.id, sees)),
        )


def demand_case_of(connection: Connection, council: Council, number: str) -> CaseRow:
    """The council's case of that number. Raises `NoSuchCase`."""
    case = find_case_by_number(connection, number)
    if case is None or case.council != council.key:
        raise NoSuchCase
    return case


def sight_of(
    installation: Installation,
    connection: Connection,
    case: CaseRow,
    diagram: Diagram,
    by: Person,
) -> Sight:
    """What the person may see of the case: nothing for few eyes without a part in it (X-36)."""
    at = installation.clock.now()
    posts: frozenset[str] = frozenset()
    if may_see_case(connection, case.id, by.id, at):
        posts = posts_in_case(
            connection,
            by.id,
            at,
            raiser_id=case.raiser_id,
            social_worker_id=case.social_worker_id,
            team=case.team,
        )
    return lambda element: may_see_element(diagram, element, posts)


def routing_form(package: Package, element: str) -> Form:
    """Of the form of a step the questions by whose answers the case goes on."""
    form = package.forms.get(package.diagram.elements[element].form or "")
    fields = form.fields if form else ()
    asked = tuple(field for field in fields if field.key in package.diagram.routing_names)
    return Form(id="skip", title="Skip the step", fields=asked)


def may_be_put_back(diagram: Diagram, element: str, earlier: str) -> bool:
    """Whether a step and an earlier one run in the same course: the stages, or beside them."""
    return _beside(diagram, element) == _beside(diagram, earlier)


def _demand(installation: Installation, connection: Connection, by: Person) -> Council:
    council = installation.council(by.council)
    demand_confirming(connection, by, council, installation.clock.now())
    return council


def _readable(case: CaseRow, version: Version) -> bool:
    try:
        Run.thaw(version.package.executable, case.state)
    except NotThawed:
        return False
    return True


def _step(
    package: Package, council: Council, task: TaskRow, posts: Iterable[str], seen: bool
) -> OpenStep:
    drawn = task.element in package.diagram.elements
    routes = routing_form(package, task.element).fields if drawn else ()
    return OpenStep(
        task_id=task.id,
        element=task.element,
        name=task.name if seen else FEW,
        posts=" or ".join(title_of(council, post) for post in posts),
        due=task.due,
        routes=routes if seen else (),
        skippable=seen or not routes,
    )


def _earlier(
    diagram: Diagram, tasks: Iterable[TaskRow], open_now: Iterable[TaskRow], sees: Sight
) -> Iterable[EarlierStep]:
    waits = {task.element for task in open_now}
    for element in dict.fromkeys(task.element for task in tasks):
        drawn = diagram.elements.get(element)
        if drawn is not None and drawn.kind == "userTask" and element not in waits:
            yield EarlierStep(element=element, name=_name(drawn) if sees(element) else FEW)


def _name(element: Element) -> str:
    return " ".join(element.name.split())


def _beside(diagram: Diagram, element: str) -> str:
    """The box beside the stages in which the element lies; empty in the stages."""
    here = diagram.elements.get(element)
    while here is not None:
        if here.triggered_by_event:
            return here.id
        here = diagram.elements.get(here.parent)
    return ""


def _done(connection: Connection, case_id: int, sees: Sight) -> Iterable[tuple[datetime, str]]:
    """What was done to set the case right, in the words of its history."""
    for entry, body in walk_chain(connection, case_id):
        if entry.act in _ACTS and body is not None:
            words = str(json.loads(body.content)["words"])
            hidden = bool(entry.element) and not sees(entry.element)
            yield entry.at, _NAMED.sub(FEW[:1].lower() + FEW[1:], words) if hidden else words
