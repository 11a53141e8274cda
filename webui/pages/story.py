"""What happened in a case: its path on the diagram, moment by moment, and the time of each step."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.acts.tasks import COMPLETED
from engine.case_file.history import HistoryLine
from engine.diagrams.picture import svg
from engine.documents.pdf import pdf
from engine.forms import Field, Form, check_answers
from engine.history.access_log import note
from engine.story.story import Moment, Story, read_story
from engine.turns.turn import DEADLINE_PASSED
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import signed_in
from webui.story_paper import story_paper
from webui.story_words import badges, is_late, step_row, summary, unmet_in_words, what_waited
from webui.visit import installation, me

story = Blueprint("story", __name__)

Asks = Callable[[HistoryLine], bool]

SHOWN: Final[Mapping[str, tuple[str, Asks]]] = MappingProxyType(
    {
        "": ("Everything", lambda _: True),
        "late": (
            "Only what was late or unanswered",
            lambda line: line.late or line.act == DEADLINE_PASSED,
        ),
        "answers": ("Only answers and decisions", lambda line: line.act == COMPLETED),
        "people": ("Only what people did", lambda line: bool(line.by)),
        "told": ("Only when somebody was told", lambda line: bool(line.told)),
    }
)

_DAY: Final = Form(
    id="day",
    title="A day",
    fields=(
        Field(
            key="on",
            kind="datetime",
            subtype="date",
            label="How did it stand at the end of this day?",
            description="For example, 7 4 2026.",
            required=True,
        ),
    ),
)


@story.get("/cases/<number>/story")
@signed_in
def show(number: str) -> ResponseReturnValue:
    """The story; `?at=` an entry, or `?on-day=…` for a day; `?show=` and `?step=` narrow the list.

    An entry that the reader may not see, and a day before the case, are as the first one.
    """
    told = read_story(installation(), number, me())
    raw, errors = _asked_day()
    moment = _moment(told, raw, errors)
    kind, step = request.args.get("show", ""), request.args.get("step", "")
    lines = [each for each in told.moments if _asked_for(each.line, kind, step)]
    return render_template(
        "story.html",
        story=told,
        file=told.file,
        summary_rows=summary(told),
        unmet=unmet_in_words(told),
        moment=moment,
        place=told.moments.index(moment) + 1,
        waited=list(what_waited(told, moment)),
        picture=_picture(told, moment),
        steps=[step_row(each) for each in told.steps],
        lines=[each.line for each in lines],
        shown=[(key, words) for key, (words, _) in SHOWN.items()],
        kind=kind if kind in SHOWN else "",
        step=step,
        narrowed=_narrowed(kind, step),
        asked_at=None if moment is told.moments[-1] else moment.line.sequence,
        step_names=_step_names(told),
        fields=render_fields(_DAY, raw=raw, errors=errors),
        error_summary=render_error_summary(_DAY, errors),
        errors=bool(errors),
    ), (400 if errors else 200)


@story.get("/cases/<number>/story.pdf")
@signed_in
def paper(number: str) -> ResponseReturnValue:
    """The story as a PDF, as far as the visitor may read it."""
    told = read_story(installation(), number, me())
    last = told.moments[-1]
    drawn = _picture(told, last, linked=False)
    content = pdf(story_paper(told, me().name, str(drawn) if drawn else None), at=told.file.read_at)
    name = f"case-{told.file.case.number}-story"
    who = told.file.child.id
    note(installation(), me(), f"PDF {name}", case_id=told.file.case.id, child_id=who)
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _asked_day() -> tuple[Raw, Mapping[str, str]]:
    if not any(key.startswith("on-") for key in request.args):
        return {}, {}
    raw = sent(request.args.to_dict(flat=False))
    return raw, check_answers(_DAY, raw).errors


def _moment(told: Story, raw: Raw, errors: Mapping[str, str]) -> Moment:
    """The moment that is asked for: the last one where none is."""
    if raw and not errors:
        day = date.fromisoformat(str(check_answers(_DAY, raw).answers["on"]))
        return told.on(day) or told.moments[0]
    asked = request.args.get("at", "")
    if not asked:
        return told.moments[-1]
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        abort(404)
    return told.at(int(asked)) or told.moments[0]


def _asked_for(line: HistoryLine, kind: str, step: str) -> bool:
    _, asks = SHOWN.get(kind, SHOWN[""])
    return asks(line) and (not step or step == line.element or step in line.reached)


def _narrowed(kind: str, step: str) -> dict[str, str]:
    """What the list is narrowed to, as an address says it, so that going to a moment keeps it."""
    given = {"show": kind if kind in SHOWN else "", "step": step}
    return {key: value for key, value in given.items() if value}


def _step_names(told: Story) -> list[tuple[str, str]]:
    """The steps that the list can be narrowed to, by their elements."""
    names = {each.element: each.name for each in told.steps}
    return list(names.items())


def _picture(told: Story, moment: Moment, *, linked: bool = True) -> Markup | None:
    """The path so far; on each step its days, once the last moment is shown."""
    last = moment is told.moments[-1]
    late = {each.element for each in told.steps if is_late(each)} if last else set()
    drawn = svg(
        moment.version.package.diagram_source,
        now=moment.marks.now,
        done=moment.marks.done | moment.ways,
        overdue=moment.marks.overdue | late,
        notes=badges(told.steps) if last else {},
        links=dict(_links(told, None if last else moment.line.sequence)) if linked else {},
    )
    return None if drawn is None else Markup(drawn)  # noqa: S704  (made by our own drawing, which escapes)


def _links(told: Story, at: int | None) -> Iterator[tuple[str, str]]:
    """From each step of the picture to what happened there; the moment stays."""
    number = told.file.case.number
    for each in told.steps:
        to = url_for("story.show", number=number, at=at, step=each.element, _anchor="timeline")
        yield each.element, to
