"""The worker: acts on passed deadlines, makes reports, sends notices, seals the history each day.

Any number may run on one database, beside any number of sites. Nothing is done twice but sending,
which happens at least once. A worker that was away catches up; none acts early.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Event

from engine.acts.deadlines import find_due, fire_case
from engine.child_file.changes import look_daily
from engine.clock import Clock, in_london
from engine.digests.digest import make_digests
from engine.exports.reporting import Reporting
from engine.figures.keeping import catch_up
from engine.history.anchors import is_time_to_seal, seal
from engine.history.verifying import verify_asked
from engine.installation import Installation
from engine.meetings.sitting import keep_agendas
from engine.moving.moves import carry_on_all
from engine.notify import CannotSend, Channel, open_channel
from engine.notify.channel import compose
from engine.reports.making import make_due, next_due
from engine.store.notices import (
    NoticeRow,
    claim_notice,
    find_notices_to_send,
    save_notice,
)
from engine.turns.turn import SomebodyElse
from engine.writing.drafts import forget_old_drafts

log = logging.getLogger(__name__)

MOST_AT_ONCE = 100
# A notice that was claimed and never answered for, because its worker died, is tried again then.
CLAIM = timedelta(minutes=5)
# A case whose diagram cannot go on is left alone for so long: it must not crowd out the others.
STUCK = timedelta(minutes=10)
# Figures across cases may be so old where no page asks for them; each time so long is read at most.
FIGURES, READING = timedelta(minutes=1), 2.0
# A mail server may be away for a night or a long weekend; after that somebody must be told.
WAITS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60, 48 * 60)
)


@dataclass(frozen=True, kw_only=True)
class Round:
    """What one round did."""

    cases: int
    stuck: int
    sent: int
    failed: int
    sealed: bool
    digests: int = 0
    agendas: int = 0
    reports: int = 0
    moved: int = 0

    def in_words(self) -> str:
        """What the round did, for a log; empty where it did nothing. It tells of no child."""
        did = [
            f"acted on deadlines in {self.cases} case(s)" * bool(self.cases),
            f"could not act on deadlines in {self.stuck} case(s)" * bool(self.stuck),
            f"moved {self.moved} case(s) to another version" * bool(self.moved),
            f"kept {self.agendas} agenda(s)" * bool(self.agendas),
            f"wrote {self.digests} morning digest(s)" * bool(self.digests),
            f"made {self.reports} report(s)" * bool(self.reports),
            f"sent {self.sent} notice(s)" * bool(self.sent),
            f"did not send {self.failed} notice(s)" * bool(self.failed),
            "sealed the history" * self.sealed,
        ]
        return ", ".join(part for part in did if part)


class Worker:
    """Does rounds until it is told to stop."""

    def __init__(
        self, installation: Installation, channel: Channel, *, tries: Clock | None = None
    ) -> None:
        """`tries` says when a notice is tried again; without it, the installation's clock does."""
        self._installation = installation
        self._channel = channel
        self._tries = tries or installation.clock
        self._stop = Event()
        self._stuck: dict[int, datetime] = {}
        self._looked_on: date | None = None
        self._no_digests: dict[str, datetime] = {}
        self._read_next: datetime | None = None
        self._no_reports: dict[str, datetime] = {}
        self._reports_due: dict[str, datetime] = {}
        self._reporting = Reporting(installation)
        self._no_reporting: datetime | None = None

    def run(self, stop: Event, *, every: float = 5.0) -> None:
        """Do rounds, `every` seconds apart where there is nothing to do, until `stop` is set.

        The round that it is in is finished, but for notices that still wait: a mail server that is
        away would keep it for minutes, and the next worker sends them.
        """
        self._stop = stop
        while not stop.is_set():
            try:
                done = self.round()
            except Exception:  # the database may be away: say so, and try again
                log.exception("The round failed and will be tried again")
                stop.wait(every)
                continue
            if words := done.in_words():
                log.info("%s", words)
            if done.cases + done.sent + done.moved == 0:
                stop.wait(every)

    def round(self) -> Round:
        """Act on what has passed, send what waits, seal the history when a day has begun."""
        cases, stuck = self._fire()
        moved = self._move()
        agendas = self._keep_agendas()
        digests = self._write_digests()
        reports = self._make_reports()
        self._name_for_reports()
        sent, failed = self._send()
        self._read_figures()
        sealed = self._seal()
        self._verify()
        return Round(
            cases=cases,
            stuck=stuck,
            moved=moved,
            digests=digests,
            agendas=agendas,
            reports=reports,
            sent=sent,
            failed=failed,
            sealed=sealed,
        )

    def _fire(self) -> tuple[int, int]:
        now = self._tries.now()
        self._stuck = {case: until for case, until in self._stuck.items() if until > now}
        acted = stuck = 0
        for case_id in find_due(self._installation, MOST_AT_ONCE + len(self._stuck)):
            if case_id in self._stuck:
                continue
            try:
                fire_case(self._installation, case_id)
                acted += 1
            except SomebodyElse:
                continue  # whoever has it carries out what is due, or the next round does
            except Exception:  # one case that cannot go on must not stop all others
                log.exception("Case with id %s cannot act on its deadline", case_id)
                self._stuck[case_id] = now + STUCK
                stuck += 1
        return acted, stuck

    def _move(self) -> int:
        try:
            return carry_on_all(self._installation)
        except Exception:  # it is gone on with in the next round; notices must not wait
            log.exception("Cases cannot be moved to another version")
            return 0

    def _keep_agendas(self) -> int:
        try:
            return keep_agendas(self._installation)
        except Exception:  # whoever writes to the meeting keeps it too; notices must not wait
            log.exception("The agendas of meetings cannot be kept")
            return 0

    def _write_digests(self) -> int:
        now, made = self._tries.now(), 0
        for key, council in self._installation.councils.items():
            if self._no_digests.get(key, now) > now:
                continue
            try:
                made += make_digests(self._installation, council) or 0
            except Exception:  # it must not stop the notices, nor fill the log each few seconds
                log.exception("The morning digests of %s cannot be written", key)
                self._no_digests[key] = now + STUCK
        return made

    def _make_reports(self) -> int:
        now, tries, made = self._installation.clock.now(), self._tries.now(), 0
        for key, council in self._installation.councils.items():
            not_due = not council.reports or self._reports_due.get(key, now) > now
            if not_due or self._no_reports.get(key, tries) > tries:
                continue
            try:
                found = make_due(self._installation, council)
            except Exception:  # it must not stop the notices, nor fill the log each few seconds
                log.exception("The reports of %s cannot be made", key)
                self._no_reports[key] = tries + STUCK
                continue
            if found is not None:  # else the figures are still being read
                self._reports_due[key] = next_due(council, now)
                made += found
        return made

    def _name_for_reports(self) -> None:
        """New cases get the pseudonym under which Power BI's views tell of them."""
        now = self._tries.now()
        if self._no_reporting is not None and self._no_reporting > now:
            return
        try:
            self._reporting.bring_up_to_date()
        except Exception:  # reports must not stop the notices
            log.exception("The views for reports cannot be brought up to date")
            self._no_reporting = now + STUCK

    def _read_figures(self) -> None:
        """Bring the facts of cases up to date: each minute, or at once where some are unread."""
        now = self._tries.now()
        if self._read_next is not None and now < self._read_next:
            return
        self._read_next = now + FIGURES
        for key, council in self._installation.councils.items():
            try:
                found = catch_up(self._installation, council, seconds=READING)
            except Exception:  # a page reads what is behind itself; notices must not wait
                log.exception("The cases of %s cannot be read for the figures", key)
                continue
            if found.behind and found.read:
                self._read_next = now

    def _send(self) -> tuple[int, int]:
        with self._installation.database.read() as connection:
            waiting = find_notices_to_send(connection, self._tries.now(), MOST_AT_ONCE)
        sent = failed = 0
        for notice in waiting:
            if self._stop.is_set():
                break
            if not self._claim(notice):
                continue
            problem = self._send_one(notice)
            if problem is None:
                sent += 1
                continue
            failed += 1
            if problem.away:
                break  # deadlines must not wait until each message has found that out
        return sent, failed

    def _claim(self, notice: NoticeRow) -> bool:
        with self._installation.database.write() as connection:
            return claim_notice(connection, notice, self._tries.now() + CLAIM)

    def _send_one(self, notice: NoticeRow) -> CannotSend | None:
        try:
            self._channel.send(compose(notice, self._installation.settings.sender))
        except CannotSend as error:
            problem = error
        except Exception as error:  # one message that cannot be written must not stop all others
            log.exception("Notice %s cannot be sent", notice.id)
            problem = CannotSend(f"The message could not be written ({type(error).__name__}).")
        else:
            with self._installation.database.write() as connection:
                save_notice(connection, notice.id, sent_at=self._installation.clock.now())
            return None
        self._keep_failure(notice, problem)
        return problem

    def _keep_failure(self, notice: NoticeRow, problem: CannotSend) -> None:
        now = self._tries.now()
        again = not problem.for_good and notice.tries < len(WAITS)
        with self._installation.database.write() as connection:
            save_notice(
                connection,
                notice.id,
                next_try_at=now + WAITS[notice.tries] if again else None,
                failed_at=None if again else now,
                problem=str(problem),
            )
        log.warning("Notice %s was not sent: %s", notice.id, problem)

    def _seal(self) -> bool:
        today = in_london(self._installation.clock.now()).date()
        if today == self._looked_on:
            return False
        look_daily(self._installation)
        forget_old_drafts(self._installation)
        sealed = is_time_to_seal(self._installation) and seal(self._installation) is not None
        self._looked_on = today
        return sealed

    def _verify(self) -> None:
        """Last of all, for it reads everything; what is broken is told, and mended by nobody."""
        try:
            verdict = verify_asked(self._installation)
        except Exception:  # it is begun again in an hour; deadlines and notices must not wait
            log.exception("The history cannot be verified")
            return
        if verdict is not None and verdict.breaks:
            log.error(
                "The history is not whole, in %s place(s). Run stepladder history verify",
                len(verdict.breaks),
            )


def open_worker(installation: Installation, *, tries: Clock | None = None) -> Worker:
    """A worker that sends by what the installation's settings name."""
    return Worker(installation, open_channel(installation.settings), tries=tries)
