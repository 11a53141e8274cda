"""What the diagrams call their steps and stages, for figures of a council or of one procedure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.diagrams.diagram import Diagram
from engine.figures.asked import Asked
from engine.procedures import load_version
from engine.store.database import Connection
from engine.store.versions import find_latest, find_versions


@dataclass(frozen=True, kw_only=True)
class Names:
    """Stages in the order of the newest diagram, then of older ones; steps by element, so too."""

    stages: tuple[str, ...]
    steps: Mapping[str, str]

    def place(self, stage: str) -> tuple[int, str]:
        """By what stages are ordered; one of no diagram comes last."""
        known = stage in self.stages
        return (self.stages.index(stage) if known else len(self.stages), stage)


def read_names(connection: Connection, asked: Asked) -> Names:
    """The names that figures of what is asked for need."""
    stages: dict[str, None] = {}
    steps: dict[str, str] = {}
    for diagram in _diagrams(connection, asked):
        stages |= dict.fromkeys(diagram.stages())
        stages |= {e.stage: None for e in diagram.elements.values() if e.stage}
        for element in diagram.elements.values():
            steps.setdefault(element.id, " ".join(element.name.split()))
    return Names(stages=tuple(stages), steps=steps)


def _diagrams(connection: Connection, asked: Asked) -> Iterator[Diagram]:
    """Those of the versions asked for, the newest first; without a procedure, of each the newest.

    Steps of two procedures may have one id, so they are named for one procedure only.
    """
    if not asked.procedure:
        rows = find_latest(connection, asked.council)
    else:
        rows = find_versions(connection, asked.council, asked.procedure)[::-1]
        rows = [row for row in rows if not asked.versions or row.number in asked.versions] or rows
    for row in rows:
        yield load_version(connection, row.id).package.diagram
