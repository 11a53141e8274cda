"""A draft of a procedure in words: its steps by stage, and the questions for one of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.councils import SOCIAL_WORKER, Council, stage_in_words
from engine.diagrams.times import BadTime, Time, Unit, parse
from engine.forms import Answer, Field, Form, Option
from engine.procedures import Package
from engine.redrawing.differences import form_title
from engine.redrawing.forms import form_names
from engine.redrawing.messages import PLACEHOLDERS_IN_WORDS
from engine.redrawing.steps import (
    PICKED_UNITS,
    Clock,
    Step,
    Told,
    read_steps,
    read_time,
    with_posts,
)

_LONGEST_NAME: Final = 200
_MOST: Final = 366
_OPENS: Final = {
    "tell": "Who else is sent a message when the step opens?",
    "digest": "Who reads in their morning digest that the step has opened?",
    "tell_on_answer": "Who is sent a message when it is answered?",
    "digest_on_answer": "Who reads in their morning digest that it was answered?",
}
_PASSES: Final = {
    "tell": "Who is sent a message when the time has passed?",
    "digest": "Who reads in their morning digest that the time has passed?",
}
_TOLD: Final = {
    "tell": "by message, when it opens",
    "digest": "in the digest, when it opens",
    "tell_on_answer": "by message, when it is answered",
    "digest_on_answer": "in the digest, when it is answered",
}
_LATE: Final = {
    "tell": "by message, when the time has passed",
    "digest": "in the digest, when the time has passed",
}
_UNITS: Final = {
    Unit.WORKING_DAY: "working days",
    Unit.DAY: "days of the calendar",
    Unit.HOUR: "hours by the clock",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A step as a row of the table; `told` are lines."""

    element: str
    name: str
    posts: str
    form: str
    times: tuple[str, ...]
    told: tuple[str, ...]


def rows_by_stage(package: Package, council: Council) -> list[tuple[str, list[Row]]]:
    """The rows of the table, under the stages in the order in which the diagram tells them."""
    found: dict[str, list[Row]] = {}
    for step in read_steps(package):
        stage = stage_in_words(council, step.stage) if step.stage else "At no stage"
        found.setdefault(stage, []).append(_row(package, council, step))
    return list(found.items())


def _row(package: Package, council: Council, step: Step) -> Row:
    return Row(
        element=step.element,
        name=step.name or step.element,
        posts=titles(council, step.posts) or "Nobody",
        form=form_title(package, step.form) if step.form else "None",
        times=tuple(clock.words for clock in step.clocks),
        told=tuple(
            f"{titles(council, told.posts)} {_how(step, told)}" for told in step.tells_somebody
        ),
    )


def _how(step: Step, told: Told) -> str:
    words = _TOLD if told.element == step.element else _LATE
    return words[told.posts_in]


def titles(council: Council, posts: Sequence[str]) -> str:
    """Posts as people call them."""
    known = council.posts
    return ", ".join(known[post].title if post in known else post for post in posts)


def step_form(package: Package, council: Council, step: Step) -> Form:
    """The questions by which the step is changed."""
    return Form(id="step", title=step.name, fields=tuple(_fields(package, council, step)))


def known_answers(step: Step) -> dict[str, Answer]:
    """The step as it is, as answers to those questions."""
    known: dict[str, Answer] = {
        "step_name": step.name,
        "owner": step.posts[0] if step.posts else "",
        "others": list(step.posts[1:]),
        "form": step.form,
    }
    for place, clock in enumerate(step.clocks, 1):
        if clock.is_picked and clock.time is not None and clock.time.unit is not None:
            known[f"amount_{place}"] = clock.time.amount
            known[f"unit_{place}"] = clock.time.unit.value
        elif clock.text:
            known[f"text_{place}"] = clock.text
    for place, told in enumerate(step.told, 1):
        known[f"told_{place}"] = list(told.posts)
        if told.message_in:
            known[f"message_{place}"] = told.message
    return known


def wanted_step(step: Step, answers: Mapping[str, Answer]) -> Step:
    """The step as somebody wants it who answered so."""
    others = several_of(answers, "others")
    owner = str(answers.get("owner") or "")
    kept = [post for post in step.posts if post in others]
    more = [*kept, *(post for post in others if post not in kept)]
    return replace(
        step,
        name=" ".join(str(answers["step_name"]).split()),
        posts=(owner, *(post for post in more if post != owner)),
        form=str(answers["form"]),
        clocks=tuple(_clock(each, n, answers) for n, each in enumerate(step.clocks, 1)),
        told=tuple(
            with_posts(
                each, several_of(answers, f"told_{n}"), str(answers.get(f"message_{n}") or "")
            )
            for n, each in enumerate(step.told, 1)
        ),
    )


def missing_messages(wanted: Step) -> dict[str, str]:
    """For each question for a message that was left empty though somebody is to be sent one."""
    return {
        f"message_{place}": "Pick the message that they are sent"
        for place, told in enumerate(wanted.told, 1)
        if told.posts and told.message_in and not told.message
    }


def _clock(clock: Clock, place: int, answers: Mapping[str, Answer]) -> Clock:
    written = " ".join(str(answers.get(f"text_{place}") or "").split())
    if written:
        return (
            clock
            if written == clock.text
            else replace(clock, text=written, time=read_time(written))
        )
    amount, unit = answers.get(f"amount_{place}"), answers.get(f"unit_{place}")
    if not isinstance(amount, int) or not unit:
        return clock
    time = Time(amount=amount, unit=Unit(str(unit)))
    return clock if time == clock.time else replace(clock, time=time, text=time.in_words())


def bad_times(wanted: Step) -> dict[str, str]:
    """For each time that is written out and cannot be read, what is wrong with it."""
    found: dict[str, str] = {}
    for place, clock in enumerate(wanted.clocks, 1):
        if clock.text and clock.time is None:
            try:
                parse(clock.text)
            except BadTime as error:
                found[f"text_{place}"] = str(error)
    return found


def several_of(answers: Mapping[str, Answer], key: str) -> list[str]:
    """What was ticked."""
    given = answers.get(key)
    return [str(each) for each in given] if isinstance(given, list) else []


def _fields(package: Package, council: Council, step: Step) -> Iterator[Field]:
    posts = posts_to_pick(council, step)
    yield step_name_field()
    yield Field(
        key="owner",
        kind="select",
        label="Who does it?",
        description="This post owns the due date.",
        required=True,
        options=posts,
    )
    yield Field(key="others", kind="checklist", label="Who else may do it?", options=posts)
    yield Field(
        key="form",
        kind="select",
        label="Which form do they fill in?",
        required=True,
        options=forms_to_pick(package, step),
    )
    for place, clock in enumerate(step.clocks, 1):
        yield from time_fields(clock, place, several=len(step.clocks) > 1)
    if not step.clocks:
        yield _text("no_time", "No time to answer is set for this step.")
    for place, told in enumerate(step.told, 1):
        yield from told_fields(package, step, told, place, posts)


def step_name_field() -> Field:
    """What a step is called."""
    return Field(
        key="step_name",
        kind="textfield",
        label="What the step is called",
        description="Trays, messages and the history name it so.",
        required=True,
        max_length=_LONGEST_NAME,
    )


def time_fields(
    clock: Clock, place: int, *, several: bool = False, required: bool = True
) -> Iterator[Field]:
    """How long they have: a number of days or hours, or else in the words of the diagram."""
    of = f" ({clock.name})" if several and clock.name else ""
    picked = clock.is_picked or not clock.text
    if picked:
        yield Field(
            key=f"amount_{place}",
            kind="number",
            label=f"How long do they have to answer{of}?",
            description="A number, like 5."
            if required
            else "A number, like 5. Leave it empty where nothing falls due.",
            required=required,
            whole=True,
            minimum=1,
            maximum=_MOST,
        )
        yield Field(
            key=f"unit_{place}",
            kind="select",
            label=f"Counted in{of}",
            required=required,
            options=tuple(Option(value=unit.value, label=_UNITS[unit]) for unit in PICKED_UNITS),
        )
    yield Field(
        key=f"text_{place}",
        kind="textfield",
        label=f"Or the time written out{of}" if picked else f"How long they have to answer{of}",
        description="Leave it empty for the number above. For example: 10 working days, or "
        "answer_by if earlier."
        if picked
        else "As the diagram writes it. For example: 1 working day from contacted_at.",
        required=not picked,
        max_length=_LONGEST_NAME,
    )


def told_fields(
    package: Package, step: Step, told: Told, place: int, posts: tuple[Option, ...]
) -> Iterator[Field]:
    """Who is told at one moment of the step, and by which message."""
    late = told.element != step.element
    clock = next((each for each in step.clocks if each.element == told.element), None)
    of = f" ({clock.name})" if late and clock and len(step.clocks) > 1 else ""
    label = (_PASSES if late else _OPENS)[told.posts_in]
    yield Field(
        key=f"told_{place}", kind="checklist", label=f"{label.removesuffix('?')}{of}?",
        options=posts,
    )  # fmt: skip
    if told.message_in:
        names = dict.fromkeys((*package.messages, *([told.message] if told.message else [])))
        when = label.partition(" when ")[2].removesuffix("?")
        yield Field(
            key=f"message_{place}",
            kind="select",
            label=f"Which message, when {when}{of}?",
            options=tuple(Option(value=name, label=subject_of(package, name)) for name in names),
        )


def posts_to_pick(council: Council, step: Step) -> tuple[Option, ...]:
    """The council's posts by title, and those that the step names and the council does not have."""
    named = (*step.posts, *(post for told in step.told for post in told.posts))
    options = {key: post.title for key, post in council.posts.items()}
    options.setdefault(SOCIAL_WORKER, "The child’s own social worker")
    options |= {post: f"{post} (no post of the council)" for post in named if post not in options}
    return tuple(Option(value=key, label=title) for key, title in options.items())


def forms_to_pick(package: Package, step: Step) -> tuple[Option, ...]:
    """The forms by title, also one that the step names and the draft does not have."""
    names = dict.fromkeys((*form_names(package), *([step.form] if step.form else [])))
    return tuple(Option(value=name, label=form_title(package, name)) for name in names)


def subject_of(package: Package, name: str) -> str:
    """A message as people know it: by its subject."""
    first = package.messages.get(name, "").partition("\n")[0]
    subject = first.removeprefix("Subject:").strip()
    return f"{name}: “{subject}”" if subject else name


def _text(key: str, words: str) -> Field:
    return Field(key=key, kind="text", label=words)


def text_fields() -> tuple[Field, ...]:
    """The questions for a message’s subject and text."""
    known = ", ".join(f"{{{{ {key} }}}} {words}" for key, words in PLACEHOLDERS_IN_WORDS.items())
    return (
        Field(key="subject", kind="textfield", label="Subject", required=True, max_length=150),
        Field(
            key="body",
            kind="textarea",
            label="Text",
            description=f"Name no child. These are filled in: {known}.",
            required=True,
            max_length=10_000,
        ),
    )


def message_names(package: Package) -> list[str]:
    """The names of the draft's messages."""
    paths = [path for path in sorted(package.files) if path.startswith("messages/")]
    return [path.removeprefix("messages/").removesuffix(".md") for path in paths]
