"""What a case says on paper: one step of it for the child's file, or the whole case."""

from collections.abc import Iterator, Sequence, Set
from datetime import datetime

from engine.acts.cases import MOVED
from engine.case_file.history import HistoryLine
from engine.case_file.reader import CaseFile
from engine.documents.paper import Block, Heading, Pairs, Paper, Picture, Table, Text
from engine.filing.steps import FileStep
from webui.case_words import Step, clock_in_words, notice, step
from webui.words import instant_in_words, short_day

Rows = tuple[tuple[str, str], ...]


def step_text(file: CaseFile, filed: FileStep) -> str:
    """A step as plain text, to be pasted into the council's own system."""
    parts = [filed.heading, _about(file), *_said(filed.line)]
    parts += [f"{label}\n{text}" for label, text in written_at(file, filed.line)]
    return "\n\n".join([*parts, *_followed(filed.line)])


def step_paper(file: CaseFile, filed: FileStep, reader: str) -> Paper:
    """The same as a paper."""
    blocks: list[Block] = [_confidential(file, reader), Text(text=_about(file))]
    blocks += [Text(text=each) for each in _said(filed.line)]
    if answers := written_at(file, filed.line):
        blocks += [Heading(text="What was written"), Pairs(rows=answers)]
    followed = _followed(filed.line)
    if followed:
        blocks += [Heading(text="What followed"), *(Text(text=each) for each in followed)]
    return Paper(
        title=f"{filed.heading}: case {file.case.number}",
        subtitle=file.version.row.title,
        foot=_foot(file),
        blocks=tuple(blocks),
    )


def written_at(file: CaseFile, line: HistoryLine) -> Rows:
    """What was written at a step; a case that was moved is on the child's file as it was raised."""
    return line.answers or (file.concern if line.sequence == _moved(file) else ())


def _moved(file: CaseFile) -> int | None:
    moves = [line.sequence for line in file.history if line.act == MOVED]
    return moves[-1] if moves else None


def _about(file: CaseFile) -> str:
    return (
        f"Case {file.case.number}, {file.version.row.title}, {file.council.name}. Child: "
        f"{file.child.name}, born {short_day(file.child.date_of_birth)}, reference "
        f"{file.child.reference}."
    )


def _said(line: HistoryLine) -> list[str]:
    post = f", as {line.post}" if line.post else ""
    return [f"{instant_in_words(line.at)}{post}.", line.words]


def _followed(line: HistoryLine) -> list[str]:
    told = [f"Told: {', '.join(line.told)}."] if line.told else []
    return [*line.then, *told]


def _confidential(file: CaseFile, reader: str) -> Text:
    when = instant_in_words(file.read_at)
    words = f"Confidential: about a child. As {reader} may read it, {when}."
    return Text(text=words, quiet=True)


def _foot(file: CaseFile) -> str:
    return f"Confidential, case {file.case.number}"


def case_paper(
    file: CaseFile,
    reader: str,
    *,
    concerns: Sequence[Rows],
    voice: Rows,
    steps: Sequence[FileStep],
    done: Sequence[str],
    picture: str | None,
) -> Paper:
    """The whole case, as far as the reader of the file may read it.

    `reader` is their name; `concerns` and `voice` are labels with texts; `done` are the steps that
    were done with, `picture` the diagram as SVG, None where it was never laid out.
    """
    waiting = [step(file, each) for each in file.waiting]
    blocks = [
        _confidential(file, reader),
        *_case_block(file),
        *_now(file, waiting),
        *_time(file),
        Heading(text="The child’s voice"),
        *_pairs(voice, "Nothing is recorded."),
        *_concerns(concerns),
        *_raised(file, {text for rows in concerns for _, text in rows}),
        *_history(file),
        *_told(file),
        *_files(file),
        *_filed(file, steps),
        *_diagram(waiting, done, picture),
    ]
    return Paper(
        title=f"Case {file.case.number}",
        subtitle=f"{file.version.row.title}, {file.council.name}",
        foot=_foot(file),
        blocks=tuple(blocks),
    )


def _pairs(rows: Rows, nothing: str) -> Iterator[Block]:
    yield Pairs(rows=rows) if rows else Text(text=nothing)


def _case_block(file: CaseFile) -> Iterator[Block]:
    case, child = file.case, file.child
    held = [f"{each.status.capitalize()} since {short_day(each.starts)}" for each in file.statuses]
    ended = case.closed_at
    yield Heading(text="The child and the case")
    rows = [
        ("Child", f"{child.name}, born {short_day(child.date_of_birth)}"),
        ("Reference", child.reference),
        ("Legal status today", "\n".join(held) or "None on the record"),
        ("Raised by", f"{file.raiser.name}, {instant_in_words(case.opened_at)}"),
        ("Team", case.team),
        (
            "How it ended" if ended else "Stage",
            f"{case.outcome or 'Closed'}, {instant_in_words(ended)}" if ended else file.stage,
        ),
        ("Procedure", f"{file.version.row.title}, version {file.version.row.number}"),
        ("Linked cases", "\n".join(file.linked)),
    ]
    yield Pairs(rows=tuple((label, text) for label, text in rows if text))


def _now(file: CaseFile, waiting: Sequence[Step]) -> Iterator[Block]:
    yield Heading(text="What waits")
    if not waiting:
        yield Text(text="The case is over." if file.case.closed_at else "Nothing waits.")
    for each in waiting:
        lines = [f"{each.name}: waits for {each.who} since {each.since}.", f"{each.due}."]
        yield Text(text="\n".join([*lines, *each.further]))


def _time(file: CaseFile) -> Iterator[Block]:
    yield Heading(text="Time")
    yield Text(
        text=" ".join(clock_in_words(file))
        or "The clock of the whole case starts with the first formal stage."
    )


def _concerns(concerns: Sequence[Rows]) -> Iterator[Block]:
    if concerns:
        yield Heading(text="Concerns")
    for number, rows in enumerate(concerns, 1):
        if len(concerns) > 1:
            yield Heading(text=f"Concern {number}", level=2)
        yield Pairs(rows=rows)


def _raised(file: CaseFile, known: Set[str]) -> Iterator[Block]:
    """What else was written when it was raised; a concern that stands above is not told twice."""
    rows = tuple((label, text) for label, text in file.concern if text not in known)
    if rows:
        yield Heading(text="As it was raised")
        yield Pairs(rows=rows)


def _diagram(waiting: Sequence[Step], done: Sequence[str], picture: str | None) -> Iterator[Block]:
    yield Heading(text="Where it is on the diagram")
    now = f"Waiting now: {', '.join(each.name for each in waiting)}." if waiting else ""
    past = f"Done so far: {', '.join(done)}." if done else ""
    in_words = " ".join(filter(None, [now or "Nothing waits now.", past]))
    signs = (
        "On the drawing a tick stands at what is done, an arrow at what waits now, and an "
        "exclamation mark at what is overdue."
    )
    yield Text(text=f"{in_words}\n{signs}" if picture else in_words)
    if picture:
        alt = f"The procedure as a diagram, with where the case is. {in_words}"
        yield Picture(svg=picture, alt=alt)


def _history(file: CaseFile) -> Iterator[Block]:
    yield Heading(text="What happened")
    for line in file.history:
        post = f", as {line.post}" if line.post else ""
        yield Heading(text=f"{instant_in_words(line.at)}{post}", level=2)
        late = " Late." if line.late and "late" not in line.words else ""
        yield Text(text="\n".join([f"{line.words}{late}", *_followed(line)]))
        if line.answers and line.answers != file.concern:
            yield Pairs(rows=line.answers)


def _told(file: CaseFile) -> Iterator[Block]:
    yield Heading(text="Who was told")
    told = [notice(file, each) for each in file.told]
    if not told:
        yield Text(text="Nobody has been sent a notice yet.")
        return
    rows = tuple((each.who, each.about, each.became) for each in told)
    yield Table(head=("Who", "About", "Did it arrive?"), rows=rows)


def _files(file: CaseFile) -> Iterator[Block]:
    if file.files:
        yield Heading(text="Files that were sent")
        rows = tuple((each.name, each.by, _at(each.at), each.step) for each in file.files)
        yield Table(head=("File", "Sent by", "When", "At the step"), rows=rows)


def _filed(file: CaseFile, steps: Sequence[FileStep]) -> Iterator[Block]:
    yield Heading(text="On the child’s file")
    rows = tuple(
        (
            f"{each.line.words} {_at(each.line.at)}",
            each.heading,
            f"On {short_day(each.filed.on)}, said {each.filed.by}" if each.filed else "Not yet",
        )
        for each in steps
    )
    yield Table(head=("Step", "Recorded as", f"Filed in {file.council.record_system}"), rows=rows)


def _at(at: datetime) -> str:
    return instant_in_words(at)
