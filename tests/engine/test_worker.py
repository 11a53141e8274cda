"""The worker: each deadline once and in time, each notice at least once, or shown when it fails."""

import logging
import threading
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from engine import worker as working
from engine.acts.deadlines import fire_case
from engine.clock import parse_instant
from engine.notify import CannotSend, MailServer
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from engine.store.history import find_anchors
from engine.store.notices import NoticeRow
from engine.undelivered import read_undelivered
from engine.worker import CLAIM, STUCK, WAITS, Round, Worker, open_worker
from tests.mail_server import MailBox, free_port, serving
from tests.stories import acts, at_stage, breaks, london, messages, outbox, raise_informally, story

NOTHING = Round(cases=0, stuck=0, sent=0, failed=0, sealed=False)


class Basket:
    """A channel that takes everything, or says what it was told to say."""

    def __init__(self) -> None:
        self.came: list[EmailMessage] = []
        self.problem: Exception | None = None

    def send(self, message: EmailMessage) -> None:
        """Take the message."""
        if self.problem is not None:
            raise self.problem
        self.came.append(message)


def _worker(told: Rehearsal, basket: Basket | None = None) -> Worker:
    return Worker(told.installation, basket or Basket())


def _waiting(told: Rehearsal) -> list[NoticeRow]:
    return [notice for notice in messages(told) if notice.sent_at is None]


# Deadlines


def test_a_round_acts_on_what_has_passed_sends_and_seals(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    basket = Basket()
    worker = _worker(told, basket)
    assert worker.round() == Round(cases=0, stuck=0, sent=1, failed=0, sealed=True)
    assert worker.round() == NOTHING
    told.clock.set(parse_instant("2026-03-31T00:00"))
    assert worker.round() == Round(cases=1, stuck=0, sent=2, failed=0, sealed=True)
    assert worker.round() == NOTHING
    told.clock.set(parse_instant("2026-03-31T08:00"))
    assert worker.round() == Round(cases=0, stuck=0, digests=3, sent=3, failed=0, sealed=False)
    assert worker.round() == NOTHING
    assert acts(told)[1:] == [("deadline passed", "stage1_due")]
    assert len(basket.came) == 6
    assert not breaks(told.installation)


def test_two_workers_on_one_database_do_each_thing_once(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    for _ in range(7):
        raise_informally(told)
    told.clock.set(parse_instant("2026-04-01T00:00"))
    basket = Basket()
    threads = [
        threading.Thread(target=lambda: [_worker(told, basket).round() for _ in range(3)])
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for case_id in range(1, 9):
        told.case_id = case_id
        assert len(acts(told)) == 2
        assert not _waiting(told)
    assert len({m["Message-ID"] for m in basket.came}) == len(basket.came)
    assert not breaks(told.installation)


def test_a_case_that_cannot_go_on_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told = at_stage(1, "2026-03-23T10:00")
    stuck = told.case_id
    told.clock.set(parse_instant("2026-03-24T10:00"))
    raise_informally(told)
    told.clock.set(parse_instant("2026-04-01T10:00"))

    def break_one(installation: object, case_id: int) -> None:
        if case_id == stuck:
            raise RuntimeError("its diagram leads nowhere")
        fire_case(told.installation, case_id)

    monkeypatch.setattr(working, "fire_case", break_one)
    monkeypatch.setattr(working, "MOST_AT_ONCE", 1)
    worker = _worker(told)
    rounds = [worker.round() for _ in range(3)]
    assert [(each.cases, each.stuck) for each in rounds] == [(1, 0), (0, 1), (0, 0)]
    assert f"Case with id {stuck} cannot act" in caplog.text
    told.clock.advance(STUCK)
    assert worker.round().stuck == 1
    monkeypatch.undo()
    told.clock.advance(STUCK)
    assert worker.round().cases == 1


def test_a_stuck_case_does_not_crowd_out_those_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told = story("2026-03-23T10:00")
    raise_informally(told)
    stuck = told.case_id
    told.clock.set(parse_instant("2026-03-25T10:00"))
    raise_informally(told)
    told.clock.set(parse_instant("2026-04-01T10:00"))

    def break_one(installation: object, case_id: int) -> None:
        if case_id == stuck:
            raise RuntimeError("its diagram leads nowhere")
        fire_case(told.installation, case_id)

    monkeypatch.setattr(working, "fire_case", break_one)
    monkeypatch.setattr(working, "MOST_AT_ONCE", 1)
    worker = _worker(told)
    assert [(r.cases, r.stuck) for r in (worker.round(), worker.round())] == [(0, 1), (1, 0)]


# Notices


def test_a_notice_that_was_not_taken_is_tried_again_later_and_later(database: Database) -> None:
    told = at_stage(4, "2026-03-23T10:00", database)
    basket = Basket()
    basket.problem = CannotSend("The mail server is full.")
    worker = _worker(told, basket)
    waits: list[timedelta] = []
    for tries in range(1, len(WAITS) + 1):
        assert worker.round().failed == 2
        notice, _ = messages(told)
        assert (notice.tries, notice.failed_at) == (tries, None)
        assert notice.problem == "The mail server is full."
        assert notice.next_try_at is not None
        waits.append(notice.next_try_at - told.clock.now())
        told.clock.set(notice.next_try_at - timedelta(seconds=1))
        assert worker.round().failed == 0
        told.clock.set(notice.next_try_at)
    assert tuple(waits) == WAITS
    basket.problem = None
    assert worker.round().sent == 2
    notice, _ = messages(told)
    assert (notice.next_try_at, notice.failed_at, notice.problem) == (None, None, "")
    assert notice.sent_at == told.clock.now()


def test_a_notice_that_fails_for_good_is_shown(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    basket = Basket()
    basket.problem = CannotSend("The mail server does not know the address.", for_good=True)
    assert _worker(told, basket).round().failed == 1
    raiser, manager = told.people["raiser"], told.people["tm"]
    administrator = replace(told.people["iro_sm"], administrator=True)
    elsewhere = replace(administrator, council="rotherham")
    (shown,) = read_undelivered(told.installation, raiser)
    assert (shown.problem, london(shown.failed_at)) == (str(basket.problem), "2026-03-23 10:00")
    assert (shown.case_number, shown.person) == (told.case().number, manager.name)
    assert read_undelivered(told.installation, administrator) == [shown]
    assert read_undelivered(told.installation, manager) == []
    assert read_undelivered(told.installation, elsewhere) == []
    told.clock.advance(timedelta(days=30))
    basket.problem = None
    assert _worker(told, basket).round().sent  # those about silence, not this one
    assert messages(told)[0].sent_at is None


def test_a_notice_that_nobody_took_for_four_days_fails_for_good() -> None:
    told = at_stage(4, "2026-03-23T10:00")
    sent = messages(told)
    basket = Basket()
    basket.problem = CannotSend("The mail server is full.")
    worker = _worker(told, basket)
    for wait in (*WAITS, timedelta()):
        worker.round()
        told.clock.advance(wait)
    assert len(read_undelivered(told.installation, told.people["raiser"])) == len(sent) == 2
    assert told.clock.now() - sent[0].queued_at == sum(WAITS, timedelta()) > timedelta(days=3)


def test_a_server_that_is_away_keeps_no_deadline_waiting() -> None:
    told = at_stage(4, "2026-03-23T10:00")
    basket = Basket()
    basket.problem = CannotSend("The mail server cannot be reached.", away=True)
    worker = _worker(told, basket)
    assert worker.round() == Round(cases=0, stuck=0, sent=0, failed=1, sealed=True)
    assert sorted(notice.tries for notice in messages(told)) == [0, 1]


def test_one_message_that_cannot_be_written_holds_up_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = story("2026-03-23T10:00")
    raise_informally(told)

    class Choosy(Basket):
        def send(self, message: EmailMessage) -> None:
            if not self.came and self.problem is None:
                self.problem = UnicodeEncodeError("ascii", "ö", 0, 1, "no such letter")
                raise self.problem
            self.came.append(message)

    raise_informally(told)
    result = _worker(told, Choosy()).round()
    assert (result.sent, result.failed) == (1, 1)
    told.case_id -= 1
    (notice,) = messages(told)
    assert notice.problem == "The message could not be written (UnicodeEncodeError)."
    assert notice.next_try_at == told.clock.now() + WAITS[0]
    assert "cannot be sent" in caplog.text


def test_a_worker_that_died_while_sending_leaves_the_notice_to_be_sent_again() -> None:
    told = story("2026-03-23T10:00")
    raise_informally(told)

    class Dying(Basket):
        def send(self, message: EmailMessage) -> None:
            self.came.append(message)
            raise KeyboardInterrupt

    first, second = Dying(), Basket()
    with pytest.raises(KeyboardInterrupt):
        _worker(told, first).round()
    assert _worker(told, second).round().sent == 0  # it may still be at it
    told.clock.advance(CLAIM)
    assert _worker(told, second).round().sent == 1
    assert first.came[0]["Message-ID"] == second.came[0]["Message-ID"]


def test_a_claim_lasts_from_when_it_is_made_however_slow_the_server_is() -> None:
    told = at_stage(4, "2026-03-23T10:00")
    claimed: list[timedelta] = []

    class Slow(Basket):
        def send(self, message: EmailMessage) -> None:
            mine = min(n.next_try_at for n in messages(told) if n.next_try_at and n.tries)
            claimed.append(mine - told.clock.now())
            told.clock.advance(CLAIM * 2)

    assert _worker(told, Slow()).round().sent == 2
    assert claimed == [CLAIM, CLAIM]


def test_every_notice_arrives_though_the_server_goes_away_and_comes_back(
    database: Database,
) -> None:
    told = at_stage(4, "2026-03-23T10:00", database)
    box, port = MailBox(), free_port()
    worker = Worker(told.installation, MailServer(f"127.0.0.1:{port}"))
    worker.round()
    assert not box.came
    told.clock.set(parse_instant("2026-03-23T12:00"))
    with serving(box, port):
        assert worker.round().sent == 2
    told.clock.set(parse_instant("2026-03-31T09:00"))
    told.press("refer_pressed", {"reason": "It cannot wait"})
    result = worker.round()
    assert (result.sent, result.failed) == (0, 1)
    told.clock.advance(timedelta(hours=1))
    with serving(box, port):
        while worker.round().sent:
            continue
    every = outbox(database)
    assert not _waiting(told)
    assert len(box.came) == len(every) >= 8
    assert len(set(box.ids)) == len(every)
    for message in box.came:
        text = message.as_string()
        for secret in ("Played", "PLAYED-1", "pathway plan", "school year", "2016"):
            assert secret not in text


# Rounds


def test_a_worker_looks_once_a_day_whether_to_seal(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    worker = _worker(told)
    assert worker.round().sealed
    told.clock.set(parse_instant("2026-03-24T00:00:05"))
    assert not worker.round().sealed  # nothing has grown since
    told.clock.set(parse_instant("2026-03-24T11:00"))
    told.answer("stage1_respond", {"answer": "Done"})
    assert not worker.round().sealed
    told.clock.set(parse_instant("2026-03-25T00:00:05"))
    assert worker.round().sealed
    assert not _worker(told).round().sealed  # nor does another worker
    with database.read() as connection:
        assert len(find_anchors(connection)) == 2


def test_a_worker_goes_on_after_a_round_that_failed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told = at_stage(1, "2026-03-23T10:00")
    worker, stop, rounds = _worker(told), threading.Event(), 0

    def fail_first() -> Round:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise ConnectionError("the database is away")
        if rounds == 3:
            stop.set()
        return Round(cases=1, stuck=0, sent=0, failed=0, sealed=False)

    monkeypatch.setattr(worker, "round", fail_first)
    with caplog.at_level(logging.INFO):
        worker.run(stop, every=0.001)
    assert rounds == 3
    assert "The round failed and will be tried again" in caplog.text
    assert "acted on deadlines in 1 case(s)" in caplog.text


def test_a_worker_that_is_told_to_stop_leaves_the_rest_to_the_next() -> None:
    told = at_stage(4, "2026-03-23T10:00")
    stop = threading.Event()

    class Stopping(Basket):
        def send(self, message: EmailMessage) -> None:
            super().send(message)
            stop.set()

    basket = Stopping()
    _worker(told, basket).run(stop, every=0.001)
    assert (len(basket.came), len(_waiting(told))) == (1, 1)


def test_what_a_round_did_is_told_in_words_without_names() -> None:
    assert NOTHING.in_words() == ""
    assert Round(cases=2, stuck=1, digests=2, sent=3, failed=1, sealed=True).in_words() == (
        "acted on deadlines in 2 case(s), could not act on deadlines in 1 case(s), "
        "wrote 2 morning digest(s), sent 3 notice(s), did not send 1 notice(s), sealed the history"
    )


def test_a_worker_sends_by_what_the_settings_name() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    assert isinstance(open_worker(told.installation), Worker)
