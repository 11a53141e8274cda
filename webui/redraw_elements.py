"""What is drawn besides the steps, in words: all of it under headings, the questions for one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.councils import Council, stage_in_words
from engine.diagrams.diagram import Diagram, Element, Flow
from engine.forms import Answer, Checked, Field, Form, Option, as_written, check_answers
from engine.procedures import Package
from engine.redrawing.arrows import name_of, targets
from engine.redrawing.differences import find_differences, form_title
from engine.redrawing.drafts import with_files
from engine.redrawing.elements import (
    ENDS,
    ENDS_ALL,
    MESSAGES,
    TARGET,
    TIME,
    Part,
    Place,
    Said,
    ordered,
    read_arrows,
    read_parts,
    read_said,
)
from engine.redrawing.steps import Clock, read_time
from webui.form_fields import Raw
from webui.redraw_panel import NotUnderstood, Panel, time_of
from webui.redraw_words import titles

_AMOUNT, _UNIT, _WORDS = "clock_amount", "clock_unit", "clock_words"
_YES, _NO = "yes", "no"


@dataclass(frozen=True, kw_only=True)
class Row:
    """Something that is drawn: what it is called, where it stands, and what is said of it."""

    key: str
    name: str
    where: str
    said: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """What is of one kind; `anchor` is where its table stands on the page."""

    anchor: str
    heading: str
    hint: str
    rows: tuple[Row, ...]


_GROUPS: Final[tuple[tuple[str, str, str, Callable[[Part], bool]], ...]] = (
    (
        "clocks",
        "Clocks",
        "How long there is, and who learns that the time has passed.",
        lambda part: part.kind == "clock",
    ),
    (
        "buttons",
        "Buttons while a step or a box is open",
        "What somebody may press meanwhile.",
        lambda part: part.kind == "act" and _kind(part) == "boundaryEvent",
    ),
    (
        "always",
        "Buttons that are always there",
        "What somebody may press as long as the case is open.",
        lambda part: part.kind == "act",
    ),
    ("told", "Where somebody is told", "On the way, not by a step.", lambda p: p.kind == "tell"),
    (
        "boxes",
        "Boxes",
        "Steps that belong together, such as those of a stage.",
        lambda part: part.kind == "box",
    ),
    (
        "starts",
        "Starts",
        "Where the case, and each box, begins.",
        lambda part: _kind(part) == "startEvent",
    ),
    ("ends", "Ends", "Where a way ends, and with which outcome.", lambda p: p.kind == "end"),
    (
        "choices",
        "Choices, and where ways meet",
        "When each way is taken is said among the choices.",
        lambda part: part.kind == "choice",
    ),
    (
        "beside",
        "Where ways begin or end side by side",
        "",
        lambda part: _kind(part) == "parallelGateway",
    ),
    ("lanes", "Lanes", "Bands of the drawing, each for a post.", lambda p: p.kind == "lane"),
    ("notes", "Notes", "What is written beside the drawing.", lambda part: part.kind == "note"),
    ("others", "Other shapes", "", lambda part: part.kind != "step"),
)


def _kind(part: Part) -> str:
    return part.element.kind if part.element else ""


def groups_of(package: Package, council: Council) -> tuple[Group, ...]:
    """All that is drawn besides steps, under headings, arrows last; no heading without anything."""
    left = list(read_parts(package.diagram))
    found = []
    for anchor, heading, hint, fits in _GROUPS:
        rows = tuple(_row(package, council, part) for part in left if fits(part))
        left = [part for part in left if not fits(part)]
        if rows:
            found.append(Group(anchor=anchor, heading=heading, hint=hint, rows=rows))
    arrows = tuple(_arrow(package, council, part) for part in read_arrows(package.diagram))
    hint = "What comes after what. Open one to lead it elsewhere."
    found += [Group(anchor="arrows", heading="Arrows", hint=hint, rows=arrows)] if arrows else []
    return tuple(found)


def title_of(diagram: Diagram, part: Part) -> str:
    """The element as people call it, as a heading."""
    if part.lane:
        words = f"the lane “{part.name}”"
    elif part.flow:
        words = f"the arrow “{part.name}”" if part.name else "an arrow"
    elif part.element and part.element.kind == "textAnnotation":
        words = "a note"
    elif part.kind in ("box", "end", "tell", "choice", "start") and part.name:
        called = {"tell": "where somebody is told:", "start": "the start", "end": "the end"}
        words = f"{called.get(part.kind, f'the {part.kind}')} “{part.name}”"
    elif part.kind == "act" and part.element:
        words = f"the button “{part.element.message or part.name}”"
    else:
        words = name_of(diagram, part.key)
    return words[:1].upper() + words[1:]


def where_of(diagram: Diagram, council: Council, part: Part) -> str:
    """Where it stands, in words: on what, after what, within what, at which stage."""
    element = part.element
    if part.flow:
        return f"From {name_of(diagram, part.flow.source)} to {name_of(diagram, part.flow.target)}"
    if element is None:
        return ""
    stage = stage_in_words(council, element.stage) if element.stage else ""
    return ", ".join(filter(None, (_place(diagram, element), stage)))


def _place(diagram: Diagram, element: Element) -> str:
    if element.attached_to:
        return f"On {name_of(diagram, element.attached_to)}"
    before = [
        name_of(diagram, flow.source) + (f" by “{flow.name}”" if flow.name else "")
        for flow in diagram.reaching(element.id)
    ]
    if before:
        return f"After {', '.join(dict.fromkeys(before))}"
    outer = diagram.elements.get(element.parent)
    return f"In {name_of(diagram, outer.id)}" if outer else ""


def _row(package: Package, council: Council, part: Part) -> Row:
    diagram, element = package.diagram, part.element
    name = (element.message if element and part.kind == "act" else "") or part.name
    return Row(
        key=part.key,
        name=name or title_of(diagram, part),
        where=where_of(diagram, council, part),
        said=tuple(_said(package, council, element)) if element else (),
    )


def _arrow(package: Package, council: Council, part: Part) -> Row:
    diagram, flow = package.diagram, part.flow
    source = diagram.elements.get(flow.source) if flow else None
    outer = diagram.elements.get(source.parent) if source else None
    stage = source.stage if source and source.stage else outer.stage if outer else None
    within = f"In {name_of(diagram, outer.id)}" if outer else ""
    staged = stage_in_words(council, stage) if stage else ""
    said = (f"“{part.name}”" if part.name else "", _when(flow) if flow else "")
    return Row(
        key=part.key,
        name=where_of(diagram, council, part),
        where=", ".join(filter(None, (within, staged))),
        said=tuple(filter(None, said)),
    )


def _when(flow: Flow) -> str:
    return f"When {flow.condition}" if flow.condition else ""


def _said(package: Package, council: Council, element: Element) -> Iterator[str]:
    if element.event == "timer":
        time = read_time(element.time or "")
        yield time.in_words() if time else element.time or "No time is set"
    if element.event == "message":
        yield titles(council, element.posts) or "Nobody may press it"
    if element.form:
        yield form_title(package, element.form)
    outcome = element.properties.get("outcome")
    if outcome:
        yield f"Outcome: {outcome}"
    for name, how in (("tell", "by message"), ("digest", "in the digest")):
        posts = [post.strip() for post in element.properties.get(name, "").split(",")]
        if any(posts):
            yield f"Told {how}: {titles(council, [post for post in posts if post])}"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The questions about one element, where each answer stands, and what the draft answers."""

    form: Form
    places: Mapping[str, Place]
    known: Mapping[str, Answer]
    panels: tuple[Panel, ...]


def asked_of(package: Package, panels: tuple[Panel, ...], part: Part) -> Asked:
    """The questions that the panel beside the drawing asks about it, and two more of its shape."""
    panel = next(each for each in panels if each.kind == part.kind)
    more = tuple(_of_shape(package.diagram, part))
    places = {**panel.places, **{field.key: place for field, place in more}}
    fields = [f for f in panel.form.fields if f.key in places and _fits(package, part, f.key)]
    known = _known(package, part, places)
    asked = [_with_known(field, known) for field in (*fields, *(field for field, _ in more))]
    asked.sort(key=lambda field: field.key.endswith("_notes"))  # the notes come last
    title = title_of(package.diagram, part)
    form = Form(id="element", title=title, fields=tuple(asked))
    return Asked(form=form, places=places, known=known, panels=panels)


def _fits(package: Package, part: Part, key: str) -> bool:
    """Only an end of the case itself has an outcome, unless another one is said to have one."""
    inner = part.element is not None and part.element.parent != package.diagram.id
    said = part.element.properties.get("outcome") if part.element else None
    return key != "end_outcome" or not inner or bool(said)


def ends_field(kind: str) -> Field:
    """What becomes of the step or box when its time has passed, or its button is pressed."""
    when = "the time has passed" if kind == "clock" else "it is pressed"
    return Field(
        key="ends",
        kind="radio",
        label=f"When {when}, what becomes of the step or box?",
        required=True,
        options=(
            Option(value=_NO, label="It stays open"),
            Option(value=_YES, label="It ends"),
        ),
    )


def leads_field(diagram: Diagram, flow: Flow) -> Field:
    """Where an arrow leads: to anything beside what it comes from."""
    source = diagram.elements.get(flow.source)
    beside = targets(diagram, source.parent if source else flow.parent, flow.source)
    return Field(
        key="leads_to",
        kind="select",
        label="Where does it lead?",
        description="It is drawn anew, and keeps what stands beside it. What no arrow leads to "
        "afterwards stays, and the check tells of it.",
        required=True,
        options=tuple(Option(value=key, label=words) for key, words in beside),
    )


def _of_shape(diagram: Diagram, part: Part) -> Iterator[tuple[Field, Place]]:
    element = part.element
    if part.flow is not None:
        yield leads_field(diagram, part.flow), TARGET
    if element is not None and element.kind == "boundaryEvent" and part.kind != "other":
        yield ends_field(part.kind), ENDS
    if element is not None and part.kind == "end" and element.event in (None, "terminate"):
        options = (
            Option(value=_NO, label="Only the way that leads here"),
            Option(value=_YES, label="All that is still open beside it"),
        )
        field = Field(
            key="ends_all", kind="radio", label="What ends here?", required=True, options=options
        )
        yield field, ENDS_ALL


def _known(package: Package, part: Part, places: Mapping[str, Place]) -> dict[str, Answer]:
    known: dict[str, Answer] = {}
    for key, place in places.items():
        if place[0] in ("amount", "unit", "time"):
            continue
        said = read_said(package, part, place)
        if isinstance(said, bool):
            known[key] = _YES if said else _NO
        else:
            known[key] = list(said) if isinstance(said, tuple) else said
    if part.kind == "clock" and part.element is not None:
        known |= _known_time(part.element)
    return known


def _known_time(element: Element) -> dict[str, Answer]:
    text = element.time or ""
    clock = Clock(element=element.id, name=element.name, text=text, time=read_time(text))
    if clock.is_picked and clock.time is not None and clock.time.unit is not None:
        return {_AMOUNT: clock.time.amount, _UNIT: clock.time.unit.value}
    return {_WORDS: text}


def _with_known(field: Field, known: Mapping[str, Answer]) -> Field:
    """What is so today can stay so: it is offered, and what is not there today is not demanded."""
    value = known.get(field.key)
    required = field.required and value not in (None, "", [])
    options = field.options
    values = [str(each) for each in value] if isinstance(value, list) else [str(value or "")]
    if field.kind in ("select", "radio", "checklist"):
        missing = [each for each in values if each and each not in [o.value for o in options]]
        options = (*options, *(Option(value=each, label=each) for each in missing))
    return replace(field, required=required, options=options)


def changed_by(
    asked: Asked, part: Part, raw: Raw, checked: Checked
) -> tuple[dict[Place, Said], dict[str, str]]:
    """What is otherwise by what was sent, by place; and what is wrong with it, by question."""
    was = check_answers(asked.form, as_written(asked.form, asked.known)).answers
    keys = [
        field.key
        for field in asked.form.fields
        if (field.kind == "checklist" or field.key in raw)
        and _plain(was, field.key) != _plain(checked.answers, field.key)
    ]
    changed: dict[Place, Said] = {}
    errors: dict[str, str] = {}
    for key in keys:
        place, value = asked.places[key], _plain(checked.answers, key)
        if place[0] in ("amount", "unit", "time"):
            _take_time(asked, part, raw, changed, errors)
        elif place[0] in ("owner", "others"):
            changed["who", *place[1:]] = _who(asked, checked.answers)
        elif isinstance(value, tuple):
            before = asked.known.get(key)
            kept = tuple(str(each) for each in before) if isinstance(before, list) else ()
            changed[place] = ordered(kept, value)
        else:
            changed[place] = value == _YES if place in (ENDS, ENDS_ALL) else value
        if place == ("button",) and not value:
            errors[key] = "Enter what the button says"
    return changed, {**errors, **_missing_messages(asked, checked.answers, keys)}


def words_of(
    package: Package,
    council: Council,
    part: Part,
    changed: Mapping[Place, Said],
    files: Mapping[str, bytes | None],
) -> str:
    """What was changed that is not told of any two versions, with what is; else nothing."""
    title, own = title_of(package.diagram, part), []
    if ("name",) in changed and part.element is None:
        own.append(f"{title} is now called “{changed['name',]}”.")
    if ("notes",) in changed:
        own.append(f"{title}: the notes are otherwise.")
    if not own:
        return ""
    found = find_differences(package, with_files(package, files), council)
    told = [each.words for each in found if each.where != "The drawing"]  # as a whole, that is
    return " ".join([*told, *own])


def _take_time(
    asked: Asked, part: Part, raw: Raw, changed: dict[Place, Said], errors: dict[str, str]
) -> None:
    words = " ".join(" ".join(raw.get(_WORDS) or ()).split())
    try:
        text = time_of(asked.panels, {**raw, "text": [words]})
    except NotUnderstood as error:
        errors[_WORDS if words else _AMOUNT] = str(error)
        return
    if part.element is None or read_time(text) != read_time(part.element.time or ""):
        changed[TIME] = text


def _who(asked: Asked, answers: Mapping[str, Answer]) -> tuple[str, ...]:
    owner = next(str(answers.get(k) or "") for k, p in asked.places.items() if p[0] == "owner")
    others = next(_plain(answers, k) for k, p in asked.places.items() if p[0] == "others")
    before = next(asked.known.get(k) for k, p in asked.places.items() if p[0] == "others")
    kept = tuple(str(each) for each in before) if isinstance(before, list) else ()
    chosen = others if isinstance(others, tuple) else ()
    posts = (owner, *(post for post in ordered(kept, chosen) if post != owner))
    return tuple(post for post in posts if post)


def _missing_messages(
    asked: Asked, answers: Mapping[str, Answer], changed: list[str]
) -> dict[str, str]:
    """Who is to be sent a message has to be sent one, once one of both is otherwise."""
    by_place = {place: key for key, place in asked.places.items() if asked.form.field(key)}
    found = {}
    for tell, message in MESSAGES.items():
        posts = by_place.get(("posts", tell, "self"))
        text = by_place.get(("property", message, "self"))
        if not (posts and text and {posts, text} & {*changed}):
            continue
        if answers.get(posts) and not answers.get(text):
            found[text] = "Pick the message that they are sent"
    return found


def _plain(answers: Mapping[str, Answer], key: str) -> str | tuple[str, ...]:
    """An answer as it is compared and kept: white space at the ends of its lines is nothing."""
    value = answers.get(key)
    if isinstance(value, list):
        return tuple(str(each) for each in value)
    if value is None:
        return ""
    lines = [line.rstrip() for line in str(value).splitlines()]
    return "\n".join(lines).strip()
