"""The panel beside a drawing: the questions for each kind of shape, and where its answers stand.

A step is asked about as in the table of steps, by the very same questions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from engine.councils import Council, stage_in_words
from engine.diagrams.expressions import BadExpression
from engine.diagrams.expressions import parse as parse_condition
from engine.diagrams.times import BadTime, Time, Unit
from engine.diagrams.times import parse as parse_time
from engine.errors import StepladderError
from engine.forms import Field, Form, Option, check_answers
from engine.procedures import Package
from engine.redrawing.elements import Place
from engine.redrawing.forms import form_names, path_of, shown
from engine.redrawing.steps import Step, read_steps
from webui.form_fields import Raw
from webui.redraw_words import step_form

_LONGEST_NAME: Final = 200
_LONGEST_NOTE: Final = 10_000
_CLOCK: Final = "clock_"
_STEP, _TIMER = "step", "clock"
# One step with one clock: what can be asked of a step is read off it.
_ANY_STEP: Final = f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
<process id="any"><userTask id="{_STEP}" />
<boundaryEvent id="{_TIMER}" attachedToRef="{_STEP}"><timerEventDefinition>
<timeDuration>5 working days</timeDuration></timerEventDefinition></boundaryEvent>
</process></definitions>""".encode()
_ASKED: Final = ("radio", "select", "checkbox", "number", "datetime")
_OF_A_STEP: Final[Mapping[str, Place]] = {
    "step_name": ("name",),
    "owner": ("owner",),
    "others": ("others",),
    "form": ("form",),
    "amount_1": ("amount",),
    "unit_1": ("unit",),
}


class NotUnderstood(StepladderError):
    """A time or a condition that means nothing, and what to write."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """The questions for one kind of shape: `places` says of each where its answer stands."""

    kind: str
    form: Form
    places: Mapping[str, Place]


def read_panels(package: Package, council: Council) -> tuple[Panel, ...]:
    """The panels of a procedure."""
    step = _any_step(package)
    shared = step_form(package, council, step)
    return tuple(_panels(_Asking(package=package, council=council, step=step, shared=shared)))


def read_questions(package: Package) -> list[dict[str, Any]]:
    """What the forms ask that a condition can be built from, each key once, for the script.

    A form that cannot be read asks nothing.
    """
    found: dict[str, dict[str, Any]] = {}
    for name in form_names(package):
        form = shown(package.files[path_of(name)])
        for field in form.fields if form else ():
            if field.kind in _ASKED and field.subtype != "time":
                _add_question(found, name, field)
    return sorted(found.values(), key=lambda each: str(each["label"]).casefold())


def time_of(panels: tuple[Panel, ...], raw: Raw) -> str:
    """The time that was picked, or else written, as the diagram has it. Raises `NotUnderstood`."""
    written = " ".join(" ".join(raw.get("text") or ()).split())
    if written:
        try:
            return parse_time(written).in_words()
        except BadTime as error:
            raise NotUnderstood(str(error)) from error
    clock = next(panel for panel in panels if panel.kind == "clock")
    asked = [clock.form.field(f"{_CLOCK}{name}") for name in ("amount", "unit")]
    picked = Form(id="time", title="", fields=tuple(each for each in asked if each))
    checked = check_answers(picked, raw)
    if checked.errors:
        wrong = checked.errors.get(f"{_CLOCK}amount", "Choose in what the time is counted")
        raise NotUnderstood(wrong)
    amount = checked.answers[f"{_CLOCK}amount"]
    unit = Unit(str(checked.answers[f"{_CLOCK}unit"]))
    return Time(amount=int(str(amount)), unit=unit).in_words()


def condition_of(text: str) -> str:
    """The condition, as the diagram has it. Raises `NotUnderstood`."""
    try:
        return parse_condition(text).text
    except BadExpression as error:
        raise NotUnderstood(str(error)) from error


@dataclass(frozen=True, kw_only=True)
class _Asking:
    package: Package
    council: Council
    step: Step
    shared: Form

    def field(self, key: str) -> Field:
        found = self.shared.field(key)
        assert found is not None, key  # noqa: S101  (the table asks it of every step)
        return found


def _any_step(package: Package) -> Step:
    """A step with a clock, for which every post that the diagram names may be picked."""
    files = {**package.files, package.diagram_path: _ANY_STEP}
    step = read_steps(Package(council=package.council, key=package.key, files=files))[0]
    named = [
        post
        for element in package.diagram.elements.values()
        for post in (*element.posts, *_posts_told(element.properties))
    ]
    return replace(step, posts=tuple(dict.fromkeys(named)))


def _posts_told(properties: Mapping[str, str]) -> Iterator[str]:
    for name in ("tell", "digest", "tell_on_answer", "digest_on_answer"):
        yield from filter(None, (post.strip() for post in properties.get(name, "").split(",")))


def _panels(asking: _Asking) -> Iterator[Panel]:
    places = {**_OF_A_STEP, **_told_places(asking.step)}
    known = [each for each in asking.shared.fields if each.key in places]
    stage = _stage(asking, "step_stage", "Which stage does it belong to?")
    yield _panel("step", [*known, stage], {**places, "step_stage": ("property", "stage", "self")})
    yield _clock(asking, places)
    yield _act(asking)
    yield _panel(
        "box",
        [_named("box", "What this group of steps is called"), _stage(asking, "box_stage")],
        {"box_name": ("name",), "box_stage": ("property", "stage", "self")},
    )
    form = replace(asking.field("form"), key="start_form", label="Which form begins the case?")
    yield _panel("start", [_named("start"), form], {"start_form": ("form",)})
    outcome = _line("end_outcome", "What is kept as the outcome of the case?")
    yield _panel(
        "end",
        [_named("end"), outcome, *_telling(asking, "end")],
        {"end_outcome": ("property", "outcome", "self"), **_telling_places("end")},
    )
    yield _panel("tell", [_named("tell"), *_telling(asking, "tell")], _telling_places("tell"))
    yield _lane(asking.council)
    choice = _named("choice", "The question that decides which way it goes")
    yield _panel("choice", [choice], {})
    yield _panel("arrow", [_named("arrow", "What stands beside the arrow")], {})
    text = Field(key="note_name", kind="textarea", label="What the note says")
    yield Panel(
        kind="note",
        form=Form(id="note", title="note", fields=(text,)),
        places={"note_name": ("name",)},
    )
    yield _panel("other", [_named("other")], {})


def _panel(kind: str, fields: list[Field], places: Mapping[str, Place]) -> Panel:
    notes = Field(
        key=f"{kind}_notes",
        kind="textarea",
        label="Notes",
        description="Which paragraph it follows, and why. They are kept in the drawing.",
        max_length=_LONGEST_NOTE,
    )
    form = Form(id=kind, title=kind, fields=(*fields, notes))
    own: dict[str, Place] = {f"{kind}_name": ("name",), f"{kind}_notes": ("notes",)}
    asked = {key: place for key, place in own.items() if form.field(key)}
    return Panel(kind=kind, form=form, places={**asked, **places})


def _clock(asking: _Asking, places: Mapping[str, Place]) -> Panel:
    """The questions that a step's form has for its clock, and another time in words."""
    told = [key for key, place in places.items() if place[-1] == _TIMER]
    keys = {"amount_1": "amount", "unit_1": "unit", **{key: key for key in told}}
    fields = [replace(asking.field(key), key=f"{_CLOCK}{new}") for key, new in keys.items()]
    words = _line(
        "clock_words",
        "Or another time, in words",
        'Like "10 working days, or answer_by if earlier". It counts in place of the number.',
    )
    fields.insert(2, words)
    own = {
        f"{_CLOCK}{new}": (*places[key][:2], "self") if key in told else places[key]
        for key, new in keys.items()
    }
    return _panel("clock", [_named("clock"), *fields], {**own, "clock_words": ("time",)})


def _act(asking: _Asking) -> Panel:
    """What somebody may do, at any time or while a step is open."""
    form = replace(asking.field("form"), key="act_form")
    owner = replace(asking.field("owner"), key="act_post", label="Who may do it?", description="")
    others = replace(asking.field("others"), key="act_others")
    button = _line("act_button", "What the button says", "Like “Withdraw” or “Refer to CAFCASS”.")
    return _panel(
        "act",
        [_named("act"), button, owner, others, form, *_telling(asking, "act")],
        {
            "act_button": ("button",),
            "act_post": ("owner", "post"),
            "act_others": ("others", "post"),
            "act_form": ("property", "form", "self"),
            **_telling_places("act"),
        },
    )


def _telling(asking: _Asking, kind: str) -> Iterator[Field]:
    posts, message = asking.field("others"), asking.field("message_1")
    yield replace(posts, key=f"{kind}_tell", label="Who is sent a message?")
    yield replace(message, key=f"{kind}_message", label="Which message are they sent?")
    yield replace(posts, key=f"{kind}_digest", label="Who reads of it in their morning digest?")


def _telling_places(kind: str) -> dict[str, Place]:
    return {
        f"{kind}_tell": ("posts", "tell", "self"),
        f"{kind}_message": ("property", "message", "self"),
        f"{kind}_digest": ("posts", "digest", "self"),
    }


def _told_places(step: Step) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for place, told in enumerate(step.told, 1):
        element = "self" if told.element == _STEP else _TIMER
        found[f"told_{place}"] = ("posts", told.posts_in, element)
        if told.message_in:
            found[f"message_{place}"] = ("property", told.message_in, element)
    return found


def _lane(council: Council) -> Panel:
    titles = tuple(Option(value=post.title, label=post.title) for post in council.posts.values())
    post = Field(
        key="lane_post",
        kind="select",
        label="Whose lane is it?",
        description="It bears the title of the post that does the steps in it.",
        required=True,
        options=titles,
    )
    return _panel("lane", [post], {"lane_post": ("name",)})


def _stage(asking: _Asking, key: str, label: str = "Which stage is it?") -> Field:
    stages = dict.fromkeys(
        each.stage for each in asking.package.diagram.elements.values() if each.stage
    )
    council = asking.council
    return Field(
        key=key,
        kind="select",
        label=label,
        description="Where nothing is chosen, that of the box around it.",
        options=tuple(Option(value=each, label=stage_in_words(council, each)) for each in stages),
    )


def _named(kind: str, label: str = "What it is called") -> Field:
    return _line(f"{kind}_name", label)


def _line(key: str, label: str, description: str = "") -> Field:
    return Field(
        key=key,
        kind="textfield",
        label=label,
        description=description,
        max_length=_LONGEST_NAME,
    )


def _add_question(found: dict[str, dict[str, Any]], form: str, field: Field) -> None:
    known = found.setdefault(
        field.key,
        {
            "key": field.key,
            "label": field.label,
            "kind": _kind(field),
            "options": [],
            "forms": [],
        },
    )
    known["forms"].append(form)
    values = [each["value"] for each in known["options"]]
    known["options"] += [
        {"value": each.value, "label": each.label}
        for each in field.options
        if each.value not in values
    ]


def _kind(field: Field) -> str:
    kinds = {"checkbox": "tick", "number": "number", "datetime": "date"}
    return kinds.get(field.kind, "options")
