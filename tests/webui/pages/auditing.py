"""A round that was drawn, for the tests of its pages."""

from datetime import date

from engine.auditing.drawing import Ask, draw_round
from tests.webui.office import Office

SEED = "3f9c6a1b2d4e5f60"


def drawn(office: Office, references: str = "", *, by: str = "iro_sm", cases: int = 5) -> int:
    """The id of a round of cases, and of children with these references, one a word."""
    listed = references.split()
    ask = Ask(
        first=date(2026, 1, 1),
        last=date(2026, 3, 23),
        cases=cases,
        children=len(listed),
        content="\n".join(["reference", *listed]).encode() if listed else b"",
    )
    return draw_round(office.installation, ask, by=office.people[by], seed=SEED)
