"""Steps added to a procedure that is redrawn, taken out of it and moved: the files that change."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.councils import Council
from engine.diagrams.adding import NewStep, add_choice, add_step, add_tell
from engine.diagrams.beside import add_beside
from engine.diagrams.boxes import add_always, add_box
from engine.diagrams.choices import add_arrow
from engine.diagrams.edges import NewButton, add_button, add_clock
from engine.diagrams.editing import set_property
from engine.diagrams.laning import remove_lane
from engine.diagrams.moving import move_step
from engine.diagrams.noting import add_note
from engine.diagrams.removing import remove_arrow, remove_step
from engine.procedures import Package
from engine.redrawing.forms import demand_shown, form_names, new_form, new_key, new_name, path_of

Files = Mapping[str, bytes | None]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A step that somebody wants to add on the arrow with that id.

    `form` is the name of a form, or "" for a new one with that title and first question. `told` and
    `late_told` are properties of the task and of its clock; `time` is "" for none.
    """

    arrow: str
    name: str
    posts: tuple[str, ...]
    form: str = ""
    new_title: str = ""
    new_question: str = ""
    time: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    late_told: Mapping[str, str] = field(default_factory=dict)
    draws_lane: bool = False


@dataclass(frozen=True, kw_only=True)
class Added:
    """The files in which it is added, the id of the step and the name of its form."""

    files: Files
    element: str
    form: str


def build_step(package: Package, council: Council, wanted: Wanted) -> Added:
    """Add the step, and its form where that is new. Raises `CannotEdit` and `CannotChange`."""
    files: dict[str, bytes | None] = {}
    form = wanted.form
    if not form:
        form = new_name(form_names(package), wanted.new_title)
        question = wanted.new_question
        content = new_form(form, wanted.new_title, question, new_key(package, question))
        files[path_of(form)] = demand_shown(content)
    owner = wanted.posts[0]
    title = council.posts[owner].title if owner in council.posts else owner
    step = NewStep(
        name=wanted.name,
        posts=wanted.posts,
        form=form,
        time=wanted.time,
        late=_late_name(council, wanted.late_told),
        told=wanted.told,
        late_told=wanted.late_told,
        lane=title,
        draws_lane=wanted.draws_lane,
    )
    source, element = add_step(package.diagram_source, wanted.arrow, step)
    source = _at_stage(package, source, wanted.arrow, element)
    files[package.diagram_path] = source
    return Added(files=files, element=element, form=form)


def build_clock(
    package: Package, council: Council, step: str, *, time: str, told: Mapping[str, str]
) -> Files:
    """With a clock on the step or box; `told` are properties that say who learns of silence.

    Raises `CannotEdit`.
    """
    late = _late_name(council, told)
    source, _ = add_clock(package.diagram_source, step, time=time, late=late, told=told)
    return {package.diagram_path: source}


def build_button(package: Package, host: str, button: NewButton) -> Files:
    """With a button on the step or box. Raises `CannotEdit`."""
    source, _ = add_button(package.diagram_source, host, button)
    return {package.diagram_path: source}


def take_lane_out(package: Package, lane: str) -> Files:
    """Without the lane; what lay in it stays. Raises `CannotEdit`."""
    return {package.diagram_path: remove_lane(package.diagram_source, lane)}


def take_step_out(package: Package, step: str) -> Files:
    """Without the step, clock or button, and what goes with it. Raises `CannotEdit`."""
    source = remove_step(package.diagram_source, package.diagram, step)
    return {package.diagram_path: source}


def change_places(package: Package, step: str, *, earlier: bool) -> Files:
    """With the step before the one that was before it, or after the next. Raises `CannotEdit`."""
    source = move_step(package.diagram_source, package.diagram, step, earlier=earlier)
    return {package.diagram_path: source}


def take_arrow_out(package: Package, arrow: str) -> Files:
    """Without the arrow of a choice and what goes with it. Raises `CannotEdit`."""
    source = remove_arrow(package.diagram_source, package.diagram, arrow)
    return {package.diagram_path: source}


def build_choice(
    package: Package, arrow: str, *, name: str, way: str, target: str | None, end: str, when: str
) -> Files:
    """With a choice on the arrow, whose second way is taken when `when` holds. As `build_arrow`."""
    source, choice = add_choice(package.diagram_source, arrow, name)
    source, _ = add_arrow(source, choice, target=target, end=end, name=way, condition=when)
    return {package.diagram_path: source}


def build_arrow(
    package: Package, choice: str, *, way: str, target: str | None, end: str, when: str
) -> Files:
    """With one more way out of the choice, to the element `target` or to a new end.

    Raises `CannotEdit`.
    """
    source, _ = add_arrow(
        package.diagram_source, choice, target=target, end=end, name=way, condition=when
    )
    return {package.diagram_path: source}


def build_note(package: Package, element: str, text: str) -> Files:
    """With a note beside the element. Raises `CannotEdit`."""
    source, _ = add_note(package.diagram_source, element, text)
    return {package.diagram_path: source}


def build_tell(package: Package, arrow: str, name: str, told: Mapping[str, str]) -> Files:
    """With a place on the arrow where somebody is told; `told` are properties that say who.

    Raises `CannotEdit`.
    """
    source, key = add_tell(package.diagram_source, arrow, name, told)
    return {package.diagram_path: _at_stage(package, source, arrow, key)}


def build_always(package: Package, button: NewButton) -> Files:
    """With a button that is always there. Raises `CannotEdit`."""
    source, _, _ = add_always(package.diagram_source, button)
    return {package.diagram_path: source}


def build_beside(package: Package, council: Council, step: str, wanted: Wanted) -> Added:
    """With the step that is wanted beside one that there is. Raises as `build_step`.

    The arrow of `wanted` is not looked at.
    """
    source, arrow = add_beside(package.diagram_source, package.diagram, step)
    return _inside(package, council, source, replace(wanted, arrow=arrow))


def build_box(
    package: Package, council: Council, *, name: str, stage: str, wanted: Wanted
) -> Added:
    """With a new box on the arrow of `wanted`, in which that step lies. Raises as `build_step`."""
    source, _, arrow = add_box(package.diagram_source, wanted.arrow, name, stage)
    return _inside(package, council, source, replace(wanted, arrow=arrow))


def _inside(package: Package, council: Council, source: bytes, wanted: Wanted) -> Added:
    """The step is added to what was just drawn."""
    files = {**package.files, package.diagram_path: source}
    drawn = Package(council=package.council, key=package.key, files=files)
    return build_step(drawn, council, wanted)


def _at_stage(package: Package, source: bytes, arrow: str, element: str) -> bytes:
    """The step has the stage of what is before or after it, where the box around has another."""
    diagram = package.diagram
    flow = diagram.flows[arrow]
    outer = diagram.elements.get(flow.parent)
    stage = diagram.elements[flow.source].stage or diagram.elements[flow.target].stage
    if stage and (outer is None or outer.stage != stage):
        return set_property(source, element, "stage", stage)
    return source


def _late_name(council: Council, late_told: Mapping[str, str]) -> str:
    told = late_told.get("tell") or late_told.get("digest") or ""
    first = told.partition(",")[0].strip()
    if not first:
        return "Time has passed"
    title = council.posts[first].title if first in council.posts else first
    return f"{title} told"
