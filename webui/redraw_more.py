"""What else can be added to a drawing without drawing it: what there is, and what each asks."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from engine.councils import Council
from engine.diagrams.beside import arrows_around
from engine.diagrams.diagram import Diagram
from engine.diagrams.edges import NewButton
from engine.diagrams.written import CannotEdit
from engine.forms import Answer, Field, Form, Option
from engine.procedures import Package
from engine.redrawing.arrows import read_places
from engine.redrawing.elements import Part, read_parts
from webui.redraw_adding import place_field, step_fields
from webui.redraw_elements import title_of, where_of
from webui.redraw_panel import Panel, read_panels
from webui.redraw_words import several_of

NOTE, TELL, ALWAYS, BESIDE, BOX = "note", "tell", "always", "beside", "box"
WHATS: Final[Mapping[str, tuple[str, str]]] = {
    NOTE: ("Add a note", "A note beside something"),
    TELL: ("Add where somebody is told", "A place on the way where somebody is told"),
    ALWAYS: ("Add a button that is always there", "A button that is always there"),
    BESIDE: ("Add a step beside another", "A step that is open side by side with another"),
    BOX: ("Add a box", "A box, such as a stage, with one step in it"),
}
"""What can be added: the heading of its page, and its words among the others."""
_NOT_YET: Final = ("act_name", "act_notes")
_DEMANDED: Final = ("act_button", "act_post", "act_form")
_PICK_MESSAGE: Final = "Pick the message that they are sent"
_LONGEST_NOTE: Final = 1000


def what_form() -> Form:
    """The first question: what is added."""
    field = Field(
        key="what",
        kind="radio",
        label="What do you want to add?",
        required=True,
        options=tuple(Option(value=key, label=words) for key, (_, words) in WHATS.items()),
    )
    return Form(id="what", title="Add something to the drawing", fields=(field,))


def more_form(package: Package, council: Council, what: str) -> Form:
    """What is asked about it."""
    fields = tuple(_fields(package, council, what))
    return Form(id="more", title=WHATS[what][0], fields=fields)


def button_fields(package: Package, council: Council) -> tuple[Field, ...]:
    """What a new button says, who may press it, with which form, who is told."""
    return tuple(
        replace(field, required=field.key in _DEMANDED)
        for field in _panel(package, council, "act").form.fields
        if field.key not in _NOT_YET
    )


def button_from(answers: Mapping[str, Answer]) -> NewButton:
    """The button that is asked for."""
    owner = str(answers["act_post"])
    others = [post for post in several_of(answers, "act_others") if post != owner]
    return NewButton(
        words=one_line(answers, "act_button"),
        posts=(owner, *others),
        form=str(answers["act_form"]),
        ends=answers.get("ends") == "yes",
        told=told_from(answers, "act"),
    )


def told_from(answers: Mapping[str, Answer], kind: str) -> dict[str, str]:
    """Who is told, as properties."""
    told = several_of(answers, f"{kind}_tell")
    return {
        "tell": ", ".join(told),
        "message": str(answers.get(f"{kind}_message") or "") if told else "",
        "digest": ", ".join(several_of(answers, f"{kind}_digest")),
    }


def wrong_telling(answers: Mapping[str, Answer], kind: str) -> dict[str, str]:
    """What is wrong with who is told, by question; a place where somebody is told tells one."""
    told = told_from(answers, kind)
    if told["tell"] and not told["message"]:
        return {f"{kind}_message": _PICK_MESSAGE}
    if kind == "tell" and not (told["tell"] or told["digest"]):
        return {"tell_tell": "Say who is told"}
    return {}


def one_line(answers: Mapping[str, Answer], key: str) -> str:
    """An answer without white space that means nothing."""
    return " ".join(str(answers.get(key) or "").split())


def _fields(package: Package, council: Council, what: str) -> Iterator[Field]:
    diagram = package.diagram
    if what in (TELL, BOX):
        yield place_field(council, read_places(diagram))
    if what == NOTE:
        yield _pick(diagram, council, "What is it about?", notable(diagram))
        yield Field(
            key="text",
            kind="textarea",
            label="What the note says",
            required=True,
            max_length=_LONGEST_NOTE,
        )
    elif what == TELL:
        yield from _telling(package, council)
    elif what == ALWAYS:
        yield from button_fields(package, council)
    elif what == BESIDE:
        yield _pick(diagram, council, "Beside which step or box?", with_sides(diagram))
        yield from step_fields(package, council)
    else:
        asked = {field.key: field for field in _panel(package, council, "box").form.fields}
        yield replace(asked["box_name"], required=True)
        yield asked["box_stage"]
        yield from step_fields(package, council)


def notable(diagram: Diagram) -> tuple[Part, ...]:
    """What a note can be about: all shapes but notes."""
    return tuple(p for p in read_parts(diagram) if p.element is not None and p.kind != "note")


def with_sides(diagram: Diagram) -> tuple[Part, ...]:
    """The steps and boxes beside which something can be done."""
    return tuple(part for part in read_parts(diagram) if _has_sides(diagram, part))


def _has_sides(diagram: Diagram, part: Part) -> bool:
    try:
        arrows_around(diagram, part.key)
    except CannotEdit:
        return False
    return True


def _pick(diagram: Diagram, council: Council, label: str, parts: tuple[Part, ...]) -> Field:
    return Field(
        key="element",
        kind="select",
        label=label,
        required=True,
        options=tuple(
            Option(value=part.key, label=_placed(diagram, council, part)) for part in parts
        ),
    )


def _placed(diagram: Diagram, council: Council, part: Part) -> str:
    where = where_of(diagram, council, part)
    title = title_of(diagram, part)
    return f"{title}, {where[:1].lower()}{where[1:]}" if where else title


def _telling(package: Package, council: Council) -> Iterator[Field]:
    for field in _panel(package, council, "tell").form.fields:
        if field.key != "tell_notes":
            yield replace(field, required=field.key == "tell_name")


def _panel(package: Package, council: Council, kind: str) -> Panel:
    return next(each for each in read_panels(package, council) if each.kind == kind)
