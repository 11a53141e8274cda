"""What each view for Power BI tells: its rows and its columns, in words and in SQL (NEL-4.1-8).

A column that once was there keeps its name and its meaning; new ones come last. No view tells of
restricted children, of persons, posts that few hold (X-25), teams, case numbers, anything that
somebody wrote, or of steps that a diagram shows to few posts (X-36).
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import FromClause, String, and_, case, cast, exists, false, func, literal, or_, true
from sqlalchemy.sql.elements import ColumnElement

from engine.store.cases import answers, cases
from engine.store.children import children
from engine.store.concerns import FIRST_DECISION, concerns
from engine.store.deadlines import deadlines
from engine.store.history import entries
from engine.store.reporting import (
    FEW_HOLDERS,
    pseudonyms,
    reported_days,
    reported_elements,
    reported_posts,
)
from engine.store.tasks import task_posts, tasks
from engine.store.versions import versions
from engine.store.views import View, on_london

# What a turn calls an act, and what reports call it. Of other acts no view tells: filing, legal
# advice, words destroyed and the like are nobody's business outside. A test holds these names
# against those of the acts.
ABOUT_A_STEP: Final[Mapping[str, str]] = {
    "case opened": "case opened",
    "task completed": "answered",
    "task claimed": "taken on",
    "task handed back": "handed back",
    "sent back": "sent back",
    "given to somebody else": "given to somebody else",
    "taken back after all": "taken back after all",
    "act": "done at any time",
    "deadline passed": "deadline passed",
    "more time given": "more time given",
    "more time asked for": "more time asked for",
    "more time refused": "more time refused",
    "chased": "chased",
    "answered after it moved on": "answered after it moved on",
}
ABOUT_THE_CASE: Final[Mapping[str, str]] = {
    "given to another raiser": "given to another raiser",
    "concern added": "concern added",
    "concern settled": "concern settled",
}

_opened, _closed, _began, _ended = (
    reported_days.alias(name) for name in ("opened", "closed", "began", "ended")
)
_owner = task_posts.alias("owner")
_linked = pseudonyms.alias("linked")
_linked_case, _linked_child = cases.alias("linked_case"), children.alias("linked_child")

_CASE: Final = pseudonyms.c.pseudonym
_SEEN: Final = children.c.restricted == false()
_OF_CASES: Final = (
    cases.join(pseudonyms, pseudonyms.c.case_id == cases.c.id)
    .join(children, children.c.id == cases.c.child_id)
    .join(versions, versions.c.id == cases.c.version_id)
)
# An answer is taken after the case has gone on without it, too: the task keeps when that was.
_ANSWERED: Final = tasks.c.closed_how == "task completed"
_CLOSED: Final = func.coalesce(answers.c.given_at, tasks.c.closed_at)
_day: Final = on_london
_KEY: Final = "The case, by its pseudonym: the same as in every export."


def _days(source: FromClause, alias: FromClause, at: ColumnElement[Any]) -> FromClause:
    """The calendar's row of the day of that instant."""
    same = and_(alias.c.council == cases.c.council, alias.c.day == _day(at))
    return source.outerjoin(alias, same)


def _visible(
    element: ColumnElement[Any], version_id: ColumnElement[Any] = cases.c.version_id
) -> ColumnElement[bool]:
    """A case may run under several versions: what is known is under which each entry was."""
    return and_(
        reported_elements.c.version_id == version_id, reported_elements.c.element == element
    )


def _was_visible() -> ColumnElement[bool]:
    """Whether everybody saw the task in the version under which it was opened."""
    return (
        exists()
        .where(entries.c.case_id == tasks.c.case_id, entries.c.at == tasks.c.opened_at)
        .where(_visible(tasks.c.element, entries.c.version_id))
        .correlate(tasks)
    )


_WORDS: Final = case(
    *(
        (entries.c.act == act, literal(told))
        for act, told in {**ABOUT_A_STEP, **ABOUT_THE_CASE}.items()
    ),
    else_="",
)
_INFORMAL: Final = or_(
    cases.c.clock_started_at.is_(None), cases.c.clock_started_at > answers.c.given_at
)

VIEWS: Final = (
    View(
        name="cases",
        row="a case: a concern that was raised, informally or formally",
        columns=(
            ("case_key", _CASE, _KEY),
            ("council", cases.c.council, "The council's key."),
            ("procedure", versions.c.procedure, "The procedure's key."),
            ("version", versions.c.number, "The version of the procedure that the case is on."),
            (
                "began_informally",
                or_(
                    cases.c.clock_started_at.is_(None), cases.c.clock_started_at > cases.c.opened_at
                ),
                "Whether it began before the formal stages. All cases are here, informal ones too.",
            ),
            (
                "went_formal",
                cases.c.clock_started_at.is_not(None),
                "Whether it came to a formal stage.",
            ),
            ("stage", cases.c.stage, "The stage that it is at, or ended at."),
            ("outcome", cases.c.outcome, "How it ended; empty while it is open."),
            (
                "follows_case",
                case((_linked_child.c.restricted == false(), _linked.c.pseudonym)),
                "The case about the same matter before it, by its pseudonym.",
            ),
            ("opened_at", cases.c.opened_at, "When it was raised."),
            ("opened_on", _day(cases.c.opened_at), "The day of that."),
            (
                "formal_on",
                _day(cases.c.clock_started_at),
                "The day on which the formal stages began.",
            ),
            ("closed_at", cases.c.closed_at, "When it ended."),
            ("closed_on", _day(cases.c.closed_at), "The day of that."),
            (
                "working_days",
                _ended.c.statutory_days - _began.c.statutory_days,
                "Working days of the formal stages, closure days too, as their limit counts them.",
            ),
        ),
        source=_days(
            _days(
                _OF_CASES.outerjoin(_linked_case, _linked_case.c.id == cases.c.linked_to)
                .outerjoin(_linked_child, _linked_child.c.id == _linked_case.c.child_id)
                .outerjoin(_linked, _linked.c.case_id == cases.c.linked_to),
                _began,
                cases.c.clock_started_at,
            ),
            _ended,
            cases.c.closed_at,
        ),
        where=_SEEN,
    ),
    View(
        name="tasks",
        row="a step that waited, or waits, for a post",
        columns=(
            (
                "task_key",
                _CASE.concat("-").concat(cast(tasks.c.token, String)),
                "The step in its case: the same as in the CSV.",
            ),
            ("case_key", _CASE, _KEY),
            ("element", tasks.c.element, "The step's key on the diagram."),
            ("name", tasks.c.name, "The step's name on the diagram."),
            ("stage", tasks.c.stage, "Its stage; empty outside the stages."),
            (
                "post",
                case(
                    (_owner.c.post.is_(None), ""),
                    (reported_posts.c.post.is_not(None), _owner.c.post),
                    else_=FEW_HOLDERS,
                ),
                f"The post that owns the time, by its key, or “{FEW_HOLDERS}”.",
            ),
            ("opened_at", tasks.c.opened_at, "When it was given to the post."),
            ("opened_on", _day(tasks.c.opened_at), "The day of that."),
            ("original_due_on", _day(tasks.c.original_due), "The day on which it first fell due."),
            (
                "due_on",
                _day(tasks.c.due),
                "The day on which it falls due, with time that was given.",
            ),
            ("closed_at", _CLOSED, "When it was answered, even afterwards, or fell away."),
            ("closed_on", _day(_CLOSED), "The day of that."),
            (
                "how",
                case(
                    (_ANSWERED, "completed"),
                    (tasks.c.closed_at.is_not(None), "withdrawn"),
                    else_="",
                ),
                "completed or withdrawn; empty while it waits.",
            ),
            (
                "late",
                case(
                    (_ANSWERED, and_(tasks.c.due.is_not(None), tasks.c.due <= _CLOSED)),
                    (tasks.c.closed_at.is_(None), tasks.c.overdue_at.is_not(None)),
                    else_=false(),
                ),
                "Whether its answer came after it fell due, or it waits and is overdue.",
            ),
            (
                "working_days",
                _closed.c.working_days - _opened.c.working_days,
                "Working days from the day after it was opened to the day on which it was closed.",
            ),
        ),
        source=_days(
            _days(
                _OF_CASES.join(tasks, tasks.c.case_id == cases.c.id)
                .outerjoin(_owner, and_(_owner.c.task_id == tasks.c.id, _owner.c.owner))
                .outerjoin(
                    reported_posts,
                    and_(
                        reported_posts.c.council == cases.c.council,
                        reported_posts.c.post == _owner.c.post,
                    ),
                )
                .outerjoin(answers, and_(answers.c.task_id == tasks.c.id, _ANSWERED)),
                _opened,
                tasks.c.opened_at,
            ),
            _closed,
            _CLOSED,
        ),
        where=and_(_SEEN, _was_visible()),
    ),
    View(
        name="events",
        row="something that happened in a case, in the order of its history",
        columns=(
            ("case_key", _CASE, _KEY),
            (
                "number",
                entries.c.sequence,
                "The place in the case's history. Some places are not told.",
            ),
            ("at", entries.c.at, "When it happened."),
            ("on_day", _day(entries.c.at), "The day of that."),
            ("activity", _WORDS, "What happened, in words that stay the same."),
            (
                "element",
                func.coalesce(reported_elements.c.element, ""),
                "The step's key on the diagram; empty where it is about the whole case.",
            ),
            (
                "name",
                func.coalesce(reported_elements.c.name, ""),
                "The step's name on the diagram.",
            ),
            ("stage", func.coalesce(reported_elements.c.stage, ""), "The step's stage."),
            (
                "done_by",
                case(
                    (entries.c.actor_id.is_(None), "clock"),
                    (entries.c.actor_id == cases.c.raiser_id, "raiser"),
                    else_="somebody else",
                ),
                "clock, raiser or somebody else.",
            ),
            (
                "standing_in",
                entries.c.for_id.is_not(None),
                "Whether it was done for somebody who was away.",
            ),
        ),
        source=_OF_CASES.join(entries, entries.c.case_id == cases.c.id).outerjoin(
            reported_elements, _visible(entries.c.element, entries.c.version_id)
        ),
        where=and_(
            _SEEN,
            or_(
                and_(entries.c.act.in_(ABOUT_A_STEP), reported_elements.c.element.is_not(None)),
                entries.c.act.in_(ABOUT_THE_CASE),
            ),
        ),
    ),
    View(
        name="deadlines",
        row="a deadline of a step, or of a whole case",
        columns=(
            ("case_key", _CASE, _KEY),
            ("element", deadlines.c.element, "The deadline's key on the diagram."),
            ("stage", deadlines.c.stage, "Its stage; empty for that of the whole case."),
            ("of_the_case", deadlines.c.case_limit, "Whether it is the limit of the whole case."),
            ("received_at", deadlines.c.received_at, "From when it was counted."),
            ("received_on", _day(deadlines.c.received_at), "The day of that."),
            ("original_due_on", _day(deadlines.c.original_due), "The day that the text gives."),
            ("due_on", _day(deadlines.c.due), "The day with all time that was given."),
            ("extensions", deadlines.c.moves, "How often time was given."),
            (
                "passed_at",
                deadlines.c.fired_at,
                "When it passed in silence; empty where it did not.",
            ),
            ("closed_at", deadlines.c.closed_at, "When it ended, met or not."),
        ),
        source=_OF_CASES.join(deadlines, deadlines.c.case_id == cases.c.id).join(
            reported_elements, _visible(deadlines.c.element)
        ),
        where=_SEEN,
    ),
    View(
        name="forms",
        row="a form that was sent in a case, the informal ones too",
        columns=(
            ("case_key", _CASE, _KEY),
            ("number", answers.c.sequence, "The place in the case's history."),
            ("form", answers.c.form, "The form's key."),
            ("element", answers.c.element, "The step's key on the diagram."),
            ("name", reported_elements.c.name, "The step's name on the diagram."),
            ("stage", reported_elements.c.stage, "The step's stage."),
            ("informal", _INFORMAL, "Whether it was sent before the formal stages began."),
            ("sent_at", answers.c.given_at, "When it was sent."),
            ("sent_on", _day(answers.c.given_at), "The day of that."),
            (
                "sent_by",
                case((answers.c.person_id == cases.c.raiser_id, "raiser"), else_="somebody else"),
                "raiser or somebody else.",
            ),
            ("late", answers.c.late, "Whether it came after it fell due, or the case had gone on."),
        ),
        source=_OF_CASES.join(answers, answers.c.case_id == cases.c.id)
        .join(
            entries,
            and_(entries.c.case_id == answers.c.case_id, entries.c.sequence == answers.c.sequence),
        )
        .join(reported_elements, _visible(answers.c.element, entries.c.version_id)),
        where=_SEEN,
    ),
    View(
        name="concerns",
        row="a concern of a case, of which there may be several",
        columns=(
            ("case_key", _CASE, _KEY),
            ("number", concerns.c.place, "Its number in the case, from 1."),
            (
                "themes",
                func.replace(concerns.c.themes, "\n", "; "),
                "Its themes from the council's list, with semicolons between.",
            ),
            ("stage", concerns.c.stage, "The stage at which it was settled."),
            ("outcome", concerns.c.outcome, "What became of it; empty while it is open."),
            ("settled_at", concerns.c.settled_at, "When that was said."),
            ("settled_on", _day(concerns.c.settled_at), "The day of that."),
            ("action_by", concerns.c.by_when, "The day by which the action was to be done."),
            (
                "action_done",
                concerns.c.done,
                "What was found of the action afterwards: done, partly, not done; empty before.",
            ),
        ),
        source=_OF_CASES.join(concerns, concerns.c.case_id == cases.c.id),
        where=and_(_SEEN, concerns.c.place < FIRST_DECISION),
    ),
    View(
        name="calendar",
        row="a day of a council",
        columns=(
            ("council", reported_days.c.council, "The council's key."),
            (
                "day",
                reported_days.c.day,
                "The day. Every column whose name ends in on looks it up.",
            ),
            ("working_day", reported_days.c.working_day, "Whether the council works on it."),
            ("why_not", reported_days.c.why_not, "Why it does not; empty for a working day."),
            (
                "working_days",
                reported_days.c.working_days,
                "Working days so far: the difference of two days is what lies between them.",
            ),
            (
                "statutory_days",
                reported_days.c.statutory_days,
                "The same for the limit of the whole case, to which closure days are working days.",
            ),
        ),
        source=reported_days,
        where=true(),
    ),
)
