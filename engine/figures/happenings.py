"""What happened in a case besides its steps: more time, stages passed over, CAFCASS, its end."""

from collections.abc import Iterator
from itertools import chain

from engine.acts.cases import PRESSED, routing_values
from engine.acts.deadlines import EXTENDED as MORE_TIME
from engine.acts.tasks import COMPLETED
from engine.case_file.acts import CAFCASS
from engine.diagrams import expressions
from engine.figures import asked
from engine.figures.facts import Mark
from engine.figures.kept import Kept, Told, day
from engine.store.tasks import TaskRow
from engine.turns.turn import DEADLINE_PASSED

CLOSED_AS = "closed_as"
REASON = "reason"
CURTAILED = "curtailed"
"""Questions that mean the same in the forms of all councils, as processes/README.md says."""
_ENDINGS = {"withdrawn": asked.WITHDRAWN, "overtaken": asked.OVERTAKEN}


def read_marks(kept: Kept) -> tuple[Mark, ...]:
    """All that happened in the case, of each kind in the order in which it did."""
    return tuple(
        chain(
            _more_time(kept),
            _returned(kept),
            _passed_over(kept),
            _over_limit(kept),
            _cafcass(kept),
            _ended(kept),
        )
    )


def _mark(kept: Kept, told: Told, kind: str, *, detail: str = "", stage: str = "") -> Mark:
    drawn = kept.diagram.elements.get(told.entry.element)
    return Mark(
        kind=kind,
        day=day(told.entry.at),
        stage=stage or (drawn.stage if drawn else "") or "",
        element=told.entry.element,
        detail=detail,
        seen_by=kept.seen_by(told.entry.element),
    )


def _more_time(kept: Kept) -> Iterator[Mark]:
    for told in kept.told:
        if told.entry.act == MORE_TIME:
            yield _mark(kept, told, asked.EXTENDED)


def _returned(kept: Kept) -> Iterator[Mark]:
    """The raiser's decisions after which a due date stays what it was: the answer goes back."""
    conditions = {
        (timer.stage, timer.properties["kept_when"])
        for timer in kept.diagram.elements.values()
        if timer.properties.get("kept_when")
    }
    for told in kept.told:
        drawn = kept.diagram.elements.get(told.entry.element)
        if told.entry.act != COMPLETED or drawn is None or not told.answers:
            continue
        values = routing_values(kept.version.package, drawn.form, told.answers)
        here = (text for stage, text in conditions if stage == drawn.stage)
        if any(expressions.parse(text).holds(values) for text in here):
            yield _mark(kept, told, asked.RETURNED)


def _passed_over(kept: Kept) -> Iterator[Mark]:
    """Each first step at a formal stage before which there is one that the case was never at."""
    been: set[str] = set()
    for task in kept.tasks:
        formal = kept.is_main(task) and task.stage in kept.formal_stages
        if formal and task.stage not in been:
            before = kept.formal_stages[: kept.formal_stages.index(task.stage)]
            if not been.issuperset(before):
                detail = asked.GIVEN if _has_reason(kept, task) else asked.MISSING
                yield Mark(
                    kind=asked.PASSED_OVER,
                    day=day(task.opened_at),
                    stage=task.stage,
                    element=task.element,
                    detail=detail,
                )
            been.add(task.stage)


def _has_reason(kept: Kept, task: TaskRow) -> bool:
    """Whether a reason came with what led there, or with a step that began at the same time."""
    beside = {each.element for each in kept.tasks if each.opened_at == task.opened_at}
    for told in kept.told:
        led_there = told.entry.at == task.opened_at
        follows = told.entry.at > task.opened_at and told.entry.element in beside
        if (led_there or follows) and str(told.answers.get(REASON) or "").strip():
            return True
    return False


def _over_limit(kept: Kept) -> Iterator[Mark]:
    for told in kept.told:
        drawn = kept.diagram.elements.get(told.entry.element)
        limit = drawn is not None and drawn.properties.get("limit") == "case"
        if told.entry.act == DEADLINE_PASSED and limit:
            yield _mark(kept, told, asked.OVER_LIMIT)
            return


def _cafcass(kept: Kept) -> Iterator[Mark]:
    """The first time that a referral was considered, and that one was begun (X-11).

    It is begun with the box that holds the referral's document. It is considered with every other
    button of that stage, and by coming to the stage itself.
    """
    presses = [told for told in kept.told if told.entry.act == PRESSED]
    here = [(told, _box(kept, told)) for told in presses]
    here = [(told, box) for told, box in here if box]
    considered = [
        _mark(kept, told, asked.CONSIDERED) for told, box in here if not _refers(kept, box)
    ]
    considered += [
        Mark(
            kind=asked.CONSIDERED,
            day=day(task.opened_at),
            stage=task.stage,
            element=task.element,
            seen_by=kept.seen_by(task.element),
        )
        for task in kept.tasks
        if task.stage == CAFCASS and kept.is_main(task)
    ]
    yield from sorted(considered, key=lambda mark: mark.day)[:1]
    for told in [told for told, box in here if _refers(kept, box)][:1]:
        yield _mark(kept, told, asked.REFERRED)
        if told.answers.get(CURTAILED):
            yield _mark(kept, told, asked.URGENT)


def _box(kept: Kept, told: Told) -> str:
    """The box beside the stages that a button of the CAFCASS stage begins; empty for others."""
    drawn = kept.diagram.elements.get(told.entry.element)
    if drawn is None or drawn.kind != "startEvent" or drawn.stage != CAFCASS:
        return ""
    return next(kept.around(drawn.id), "")


def _refers(kept: Kept, box: str) -> bool:
    return any(
        "document" in element.properties and box in kept.around(element.id)
        for element in kept.diagram.elements.values()
    )


def _ended(kept: Kept) -> Iterator[Mark]:
    for told in kept.told:
        how = _ENDINGS.get(str(told.answers.get(CLOSED_AS) or ""))
        if how is not None and told.entry.act in (PRESSED, COMPLETED):
            yield _mark(kept, told, how)
