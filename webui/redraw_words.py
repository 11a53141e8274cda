"""A draft of a procedure in words: its steps by stage, and the questions for one of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.councils import Council, stage_in_words
from engine.diagrams.times import Time, Unit
from engine.forms import Answer, Field, Form, Option
from engine.procedures import Package
from engine.redrawing.differences import form_title
from engine.redrawing.steps import PICKED_UNITS, Clock, Step, Told, read_steps, with_posts

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
    for place, told in enumerate(step.told, 1):
        known[f"told_{place}"] = list(told.posts)
        if told.message_in:
            known[f"message_{place}"] = told.message
    return known


def wanted_step(step: Step, answers: Mapping[str, Answer]) -> Step:
    """The step as somebody wants it who answered so."""
    others = _several(answers, "others")
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
            with_posts(each, _several(answers, f"told_{n}"), str(answers.get(f"message_{n}") or ""))
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
    amount, unit = answers.get(f"amount_{place}"), answers.get(f"unit_{place}")
    if not clock.is_picked or not isinstance(amount, int) or not unit:
        return clock
    time = Time(amount=amount, unit=Unit(str(unit)))
    return clock if time == clock.time else replace(clock, time=time, text=time.in_words())


def _several(answers: Mapping[str, Answer], key: str) -> list[str]:
    given = answers.get(key)
    return [str(each) for each in given] if isinstance(given, list) else []


def _fields(package: Package, council: Council, step: Step) -> Iterator[Field]:
    posts = _posts(council, step)
    yield Field(
        key="step_name",
        kind="textfield",
        label="What the step is called",
        description="Trays, messages and the history name it so.",
        required=True,
        max_length=_LONGEST_NAME,
    )
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
        options=_forms(package, step),
    )
    for place, clock in enumerate(step.clocks, 1):
        yield from _time_fields(clock, place, several=len(step.clocks) > 1)
    if not step.clocks:
        yield _text("no_time", "No time to answer is set for this step.")
    for place, told in enumerate(step.told, 1):
        yield from _told_fields(package, step, told, place, posts)


def _time_fields(clock: Clock, place: int, *, several: bool) -> Iterator[Field]:
    of = f" ({clock.name})" if several and clock.name else ""
    if not clock.is_picked:
        yield _text(
            f"time_{place}",
            f"How long they have to answer{of}: **{clock.words}**. This is written in the diagram "
            "and stays as it is.",
        )
        return
    yield Field(
        key=f"amount_{place}",
        kind="number",
        label=f"How long do they have to answer{of}?",
        description="A number, like 5.",
        required=True,
        whole=True,
        minimum=1,
        maximum=_MOST,
    )
    yield Field(
        key=f"unit_{place}",
        kind="select",
        label=f"Counted in{of}",
        required=True,
        options=tuple(Option(value=unit.value, label=_UNITS[unit]) for unit in PICKED_UNITS),
    )


def _told_fields(
    package: Package, step: Step, told: Told, place: int, posts: tuple[Option, ...]
) -> Iterator[Field]:
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
            options=tuple(Option(value=name, label=_subject(package, name)) for name in names),
        )


def _posts(council: Council, step: Step) -> tuple[Option, ...]:
    """The council's posts by title, and those that the step names and the council does not have."""
    named = (*step.posts, *(post for told in step.told for post in told.posts))
    options = {key: post.title for key, post in council.posts.items()}
    options |= {post: f"{post} (no post of the council)" for post in named if post not in options}
    return tuple(Option(value=key, label=title) for key, title in options.items())


def _forms(package: Package, step: Step) -> tuple[Option, ...]:
    names = dict.fromkeys((*package.forms, *([step.form] if step.form else [])))
    return tuple(Option(value=name, label=form_title(package, name)) for name in names)


def _subject(package: Package, name: str) -> str:
    """A message as people know it: by its subject."""
    first = package.messages.get(name, "").partition("\n")[0]
    subject = first.removeprefix("Subject:").strip()
    return f"{name}: “{subject}”" if subject else name


def _text(key: str, words: str) -> Field:
    return Field(key=key, kind="text", label=words)
