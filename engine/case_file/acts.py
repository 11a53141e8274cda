"""What one person may do in a case now, beside answering: the messages that the diagram offers."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date

from engine.access import Standing, may_see_element
from engine.acts.cases import is_for, posts_of_act
from engine.children import is_looked_after
from engine.diagrams import expressions
from engine.diagrams.diagram import Diagram, Element
from engine.diagrams.run import Run
from engine.people import find_person
from engine.store.cases import CaseRow
from engine.store.database import Connection
from engine.turns.open_case import RAISER_ALONE, RaisersAlone

CAFCASS = "CAFCASS"


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that the reader may do now: `label` is the button, `warning` may be empty.

    `waits_for` says why it is not theirs to do, where they only stand in for the raiser (X-18).
    """

    element: str
    label: str
    form: str
    warning: str
    waits_for: str = ""


@dataclass(frozen=True, kw_only=True)
class Offered:
    """The acts of one case for a reader with `posts` towards it, who stands there as `standing`."""

    connection: Connection
    case: CaseRow
    diagram: Diagram
    standing: Standing
    posts: frozenset[str]
    today: date

    def now(self, run: Run) -> tuple[Act, ...]:
        """What the workflow offers at this moment."""
        return tuple(self._acts({message.element for message in run.messages()}))

    def anew(self) -> tuple[Act, ...]:
        """What may be done at any time is possible after the end too, in a linked case."""
        if self.case.closed_at is None:
            return ()
        events = self.diagram.elements.values()
        always = {
            e.id
            for e in events
            if e.event == "message"
            and e.kind == "startEvent"  # an event on an edge waits for what it is on
            and self.diagram.is_beside(e.id)
            and "diary" not in e.properties
        }  # a meeting is convened in the new case itself
        return tuple(self._acts(always))

    def _acts(self, offered: Set[str]) -> Iterator[Act]:
        looked_after = is_looked_after(self.connection, self.case.child_id, self.today)
        for event in self.diagram.elements.values():  # in the order in which they are drawn
            if event.id in offered and is_for(event, self.posts) and self._may_see(event.id):
                yield Act(
                    element=event.id,
                    label=event.message or event.name,
                    form=event.form or "",
                    warning="" if looked_after else self._warning(event),
                    waits_for=self._waits_for(event),
                )

    def _waits_for(self, event: Element) -> str:
        condition = event.properties.get(RAISER_ALONE)
        whose = self.standing.lender(posts_of_act(event))
        if not condition or whose != self.case.raiser_id:
            return ""
        raiser = find_person(self.connection, whose)
        always = expressions.parse(condition).holds({})
        return str(RaisersAlone(raiser.name)) if raiser and always else ""

    def _warning(self, event: Element) -> str:
        """Before a referral to CAFCASS, where it takes none: a warning, never a block (A-LIN-7)."""
        if event.stage != CAFCASS or not self.diagram.is_beside(event.id):
            return ""
        return (
            "The record does not say that this child is looked after. CAFCASS takes referrals for "
            "looked-after children only. You can still go on: the record may be wrong."
        )

    def _may_see(self, element: str) -> bool:
        return may_see_element(self.diagram, element, self.posts)
