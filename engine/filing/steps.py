"""The steps of a case that belong onto the child's file, and which of them are there (X-22)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from engine.access import may_file
from engine.acts.filing import filed_by, is_step
from engine.case_file.history import HistoryLine
from engine.case_file.reader import CaseFile
from engine.case_file.waiting import title_of
from engine.filing_rules import WRITER, FilingRule, rule_for


@dataclass(frozen=True, kw_only=True)
class Filed:
    """That a step is on the child's file: since `on`, as `by` (a name) said."""

    on: date
    by: str


@dataclass(frozen=True, kw_only=True)
class FileStep:
    """A step for the child's file.

    `heading` is what the council calls the record, `filer` the title of the post that puts it
    there, empty where nobody has that duty. `filed` is None for what is not there yet. `may_file`
    says whether the reader may tick it.
    """

    line: HistoryLine
    heading: str
    filer: str
    filer_post: str
    filed: Filed | None
    may_file: bool


def read_steps(file: CaseFile, person_id: int) -> tuple[FileStep, ...]:
    """The steps that the reader of the file sees, in order; `person_id` is the reader's."""
    diagram = file.version.package.diagram
    filed = _filed(file.history)
    return tuple(
        _step(file, line, filed.get(line.sequence), person_id)
        for line in file.history
        if is_step(diagram, line) and line.destroyed_at is None
    )


def _filed(history: Iterable[HistoryLine]) -> dict[int, Filed]:
    lines = {line.sequence: line for line in history}
    found = {}
    for sequence, entry in filed_by(lines.values()).items():
        line = lines[entry]
        if line.filed_on is not None:
            found[sequence] = Filed(on=line.filed_on, by=line.by)
    return found


def _step(file: CaseFile, line: HistoryLine, filed: Filed | None, person_id: int) -> FileStep:
    rule = rule_of(file, line)
    filer = rule.by if rule else ""
    return FileStep(
        line=line,
        heading=rule.heading if rule else file.version.row.title,
        filer=_title(file, line, filer),
        filer_post=filer,
        filed=filed,
        may_file=may_file(file.posts, person_id, filer=filer, wrote=line.actor_id),
    )


def _title(file: CaseFile, line: HistoryLine, filer: str) -> str:
    if filer == WRITER:
        return line.post or line.by
    return title_of(file.council, filer) if filer else ""


def rule_of(file: CaseFile, line: HistoryLine) -> FilingRule | None:
    """The rule of the case's version for one of its entries."""
    statuses = {held.status for held in file.statuses}
    return rule_for(file.version.package.filing, line.at_stage, statuses, line.element)
