"""Who reads the reports that a council's texts ask for, and who has them made (X-25)."""

from dataclasses import dataclass
from datetime import datetime

from engine.access import NotAllowed, may_administer
from engine.access.figures import FigureRights, figure_rights
from engine.access.registers import RegisterRights, posts_leading_reviews
from engine.councils import Council
from engine.people import Person
from engine.store.database import Connection


@dataclass(frozen=True, kw_only=True)
class ReportRights:
    """Which reports somebody reads, by key, and may have made; perhaps none.

    `figures` is what they see of the figures: one raiser's, or those of a post that one person
    holds, are for those who are kept informed (X-25).
    """

    kinds: frozenset[str]
    figures: FigureRights


def report_rights(
    connection: Connection, person: Person, council: Council, at: datetime
) -> ReportRights:
    """What that person reads of the council's reports at that instant.

    Those for a post that they hold, or that is lent to them today; all of them who lead the
    reviewing officers, as far as the post that is kept informed, and administrators.
    """
    figures = figure_rights(connection, person, council, at)
    ours = person.active and person.council == council.key
    posts = {each.post for each in figures.reader.held if ours and each.council == council.key}
    everything = not posts.isdisjoint(posts_leading_reviews(council)) or (
        ours and may_administer(connection, person, council.key, at)
    )
    return ReportRights(
        kinds=frozenset(
            key
            for key, kind in council.reports.items()
            if everything or not posts.isdisjoint(kind.readers)
        ),
        figures=figures,
    )


def reads_any(rights: RegisterRights, council: Council) -> bool:
    """Whether somebody who has these rights in the registers reads any report of the council."""
    held = {each.post for each in rights.reader.held if each.council == council.key}
    if rights.leads_reviews or rights.administers:
        return bool(council.reports)
    return any(not held.isdisjoint(kind.readers) for kind in council.reports.values())


def demand_report(
    connection: Connection, person: Person, council: Council, kind: str, at: datetime
) -> ReportRights:
    """What the person reads, that kind of report being part of it. Raises `NotAllowed`."""
    rights = report_rights(connection, person, council, at)
    if kind not in rights.kinds:
        raise NotAllowed(
            "This report is for others. Open Reports to see those that are for you, or ask the "
            f"{council.posts[council.kept_informed].title}."
        )
    return rights
