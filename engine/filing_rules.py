"""What goes onto the child's file: under which heading, and who puts it there (X-22).

A procedure says it in `[[filing]]` of its procedure.toml, one table a rule; the first that fits
holds. Nothing here knows a case.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

WRITER: Final = "writer"


@dataclass(frozen=True, kw_only=True)
class FilingRule:
    """A rule: `heading` is what the council calls such a record on the child's file.

    `by` is the key of the post that puts it there, empty where the council's text gives nobody
    that duty, and `WRITER` where each writes their own there (LEI-S1-4). `elements` (ids of the
    diagram), `stages` (keys, as the diagram has them) and `statuses` (legal statuses of the child)
    say for what it is; empty ones hold for all.
    """

    heading: str
    by: str = ""
    stages: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    elements: frozenset[str] = frozenset()


def read_rules(settings: Mapping[str, Any]) -> tuple[FilingRule, ...]:
    """The rules of a procedure.toml that the check has passed; none where it says nothing."""
    return tuple(
        FilingRule(
            heading=str(each.get("heading", "")),
            by=str(each.get("by", "")),
            stages=frozenset(map(str, each.get("stages", ()))),
            statuses=frozenset(map(str, each.get("statuses", ()))),
            elements=frozenset(map(str, each.get("elements", ()))),
        )
        for each in settings.get("filing", ())
        if isinstance(each, Mapping)
    )


def rule_for(
    rules: Iterable[FilingRule], stage: str, statuses: Collection[str], element: str
) -> FilingRule | None:
    """The first rule for what was done at an element, in a stage, about a child so placed."""
    for rule in rules:
        right_place = not rule.elements or element in rule.elements
        right_stage = not rule.stages or stage in rule.stages
        right_child = not rule.statuses or not rule.statuses.isdisjoint(statuses)
        if right_place and right_stage and right_child:
            return rule
    return None
