"""Who knows the password signs in; who guesses waits, and learns nothing."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from typing import Literal

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from engine.people import (
    BadPassword,
    Person,
    TooManyTries,
    WrongPassword,
    leave,
    set_password,
    sign_in,
    signing_in,
)
from engine.store.database import Database
from engine.store.people import find_secret, sign_in_tries
from tests.conftest import THE_HASHER
from tests.engine.people.council import newcomer

PASSWORD = "coffee bridge lantern"
ASHA = "asha.patel@example.com"
NINE = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
OFFICE = "192.0.2.1"
ELSEWHERE = "198.51.100.7"


class CountingHasher(PasswordHasher):
    """Costs little, and knows how often it was asked."""

    def __init__(self, memory_cost: int = 64) -> None:
        super().__init__(time_cost=1, memory_cost=memory_cost, parallelism=1)
        self.asked = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self.asked += str(hash).startswith("$argon2id$")
        return super().verify(hash, password)


@pytest.fixture(autouse=True)
def hasher(monkeypatch: pytest.MonkeyPatch) -> Iterator[CountingHasher]:
    """The hasher in use while the test runs."""
    signing_in._nobodys_hash.cache_clear()
    counting = CountingHasher()
    monkeypatch.setattr(signing_in, "_hasher", counting)
    yield counting
    signing_in._nobodys_hash.cache_clear()


@pytest.fixture
def asha(database: Database) -> Person:
    """Asha Patel, who has a password."""
    with database.write() as connection:
        person = newcomer(connection, "Asha Patel")
        set_password(connection, person, PASSWORD)
    return person


def guess(
    database: Database, times: int, *, email: str = ASHA, source: str = OFFICE, at: datetime = NINE
) -> None:
    """So many wrong tries that are all looked at."""
    for _ in range(times):
        with pytest.raises(WrongPassword):
            sign_in(database, email, "guess", source=source, at=at)


def wait_of(
    database: Database, *, email: str = ASHA, source: str = OFFICE, at: datetime
) -> timedelta:
    """How long the next try has to wait."""
    with pytest.raises(TooManyTries) as refused:
        sign_in(database, email, PASSWORD, source=source, at=at)
    return refused.value.until - at


def kept_hash(database: Database) -> str:
    with database.read() as connection:
        secret = find_secret(connection, ASHA)
    assert secret is not None
    assert secret.password_hash is not None
    return secret.password_hash


def test_the_right_password_signs_in_however_the_address_is_written(
    database: Database, asha: Person
) -> None:
    assert sign_in(database, " Asha.Patel@Example.com", PASSWORD, source=OFFICE, at=NINE) == asha


def test_the_password_is_kept_as_argon2id_alone(database: Database, asha: Person) -> None:
    assert kept_hash(database).startswith("$argon2id$")
    assert PASSWORD not in kept_hash(database)


def test_an_accent_is_the_same_whichever_keyboard_made_it(database: Database, asha: Person) -> None:
    with database.write() as connection:
        set_password(connection, asha, "caf\u00e9 bridge lantern")

    assert sign_in(database, ASHA, "cafe\u0301 bridge lantern", source=OFFICE, at=NINE) == asha


def test_nothing_tells_whether_somebody_has_an_account(
    database: Database, asha: Person, hasher: CountingHasher
) -> None:
    with database.write() as connection:
        newcomer(connection, "Ben Cole")
        gone = newcomer(connection, "Zoe Hall")
        set_password(connection, gone, PASSWORD)
        leave(connection, gone, date(2026, 3, 26))
    tries = {
        ASHA: "not the password",
        "nobody@example.com": PASSWORD,
        "ben.cole@example.com": "nobody signs in with this",
        "zoe.hall@example.com": PASSWORD,
    }

    sentences = set()
    for asked, (email, password) in enumerate(tries.items()):
        with pytest.raises(WrongPassword) as refused:
            sign_in(database, email, password, source=OFFICE, at=NINE)
        sentences.add(str(refused.value))
        assert hasher.asked == asked + 1, "a password is compared whoever is asked for"

    (sentence,) = sentences
    assert sentence == (
        "The email address or the password is not right. Try again, or ask your administrator for "
        "a new password."
    )


def test_after_five_wrong_tries_an_account_waits_longer_each_time(
    database: Database, asha: Person
) -> None:
    at = NINE
    guess(database, 5, at=at)

    waits = []
    for _ in range(6):
        waits.append(wait_of(database, at=at))
        assert wait_of(database, at=at + waits[-1] - timedelta(seconds=1)) == timedelta(seconds=1)
        at += waits[-1]
        guess(database, 1, at=at)

    assert [wait.total_seconds() / 60 for wait in waits] == [1, 2, 4, 8, 15, 15]


def test_the_sentence_says_until_when_in_london(database: Database, asha: Person) -> None:
    june = datetime(2026, 6, 1, 9, 0, 30, tzinfo=UTC)
    guess(database, 5, at=june)

    with pytest.raises(TooManyTries, match=r"Wait until 10:02, then try again\."):
        sign_in(database, ASHA, PASSWORD, source=OFFICE, at=june)


def test_an_account_that_nobody_has_waits_as_well(database: Database) -> None:
    guess(database, 5, email="nobody@example.com")

    assert wait_of(database, email="nobody@example.com", at=NINE) == timedelta(minutes=1)


def test_an_account_waits_wherever_the_tries_come_from(database: Database, asha: Person) -> None:
    guess(database, 5, source=ELSEWHERE)

    assert wait_of(database, at=NINE) == timedelta(minutes=1)


def test_the_right_password_makes_the_account_begin_anew(database: Database, asha: Person) -> None:
    guess(database, 4)
    sign_in(database, ASHA, PASSWORD, source=OFFICE, at=NINE)

    guess(database, 5)

    assert wait_of(database, at=NINE) == timedelta(minutes=1)


def test_a_source_that_tries_many_accounts_waits_and_the_others_do_not(
    database: Database, asha: Person
) -> None:
    for number in range(50):
        guess(database, 1, email=f"somebody{number}@example.com", source=ELSEWHERE)

    assert wait_of(database, source=ELSEWHERE, at=NINE) == timedelta(minutes=1)
    assert sign_in(database, ASHA, PASSWORD, source=OFFICE, at=NINE) == asha


def test_who_signs_in_after_a_sources_wait_makes_the_others_wait_no_longer(
    database: Database, asha: Person
) -> None:
    for number in range(50):
        guess(database, 1, email=f"somebody{number}@example.com")
    a_minute_later = NINE + timedelta(minutes=1)

    for _ in range(2):
        assert sign_in(database, ASHA, PASSWORD, source=OFFICE, at=a_minute_later) == asha


def test_signing_in_as_oneself_does_not_win_back_guesses_at_others(
    database: Database, asha: Person
) -> None:
    for number in range(49):
        guess(database, 1, email=f"somebody{number}@example.com")
        sign_in(database, ASHA, PASSWORD, source=OFFICE, at=NINE)
    guess(database, 1, email="somebody49@example.com")

    assert wait_of(database, at=NINE) == timedelta(minutes=1)


def test_an_office_full_of_people_who_mistype_never_waits(database: Database, asha: Person) -> None:
    for _ in range(30):
        guess(database, 2)
        assert sign_in(database, ASHA, PASSWORD, source=OFFICE, at=NINE) == asha


def test_a_wait_outlives_the_process_and_ends_after_a_quiet_day(
    database: Database, asha: Person
) -> None:
    guess(database, 5)
    database.close()
    again = Database(database.address)

    assert wait_of(again, at=NINE) == timedelta(minutes=1)
    next_day = NINE + timedelta(days=1, seconds=1)
    guess(again, 5, at=next_day)
    assert wait_of(again, at=next_day) == timedelta(minutes=1)
    again.close()


def test_a_password_typed_in_the_wrong_box_is_kept_nowhere(database: Database) -> None:
    guess(database, 1, email=PASSWORD)

    with database.read() as connection:
        kept = connection.execute(select(sign_in_tries.c.who)).scalars().all()
    assert len(kept) == 2
    assert not any("lantern" in who for who in kept)


def test_what_was_counted_long_ago_is_thrown_away(database: Database, asha: Person) -> None:
    guess(database, 1, email="somebody@example.com", source=ELSEWHERE)
    sign_in(database, ASHA, PASSWORD, source=OFFICE, at=NINE + timedelta(days=2))

    with database.read() as connection:
        kept = connection.execute(select(sign_in_tries.c.who)).scalars().all()
    assert [who.split()[0] for who in kept] == ["source"]


def test_a_colleagues_clock_that_is_a_little_behind_makes_nobody_wait(
    database: Database, asha: Person
) -> None:
    guess(database, 1)

    earlier = NINE - timedelta(milliseconds=20)
    assert sign_in(database, ASHA, PASSWORD, source=OFFICE, at=earlier) == asha


def guess_from_a_process(address: str, times: int) -> tuple[int, int]:
    """How many guesses were looked at, and how many had to wait."""
    database = Database(address)
    looked_at = waited = 0
    for _ in range(times):
        try:
            sign_in(database, ASHA, "guess", source=OFFICE, at=NINE)
        except WrongPassword:
            looked_at += 1
        except TooManyTries:
            waited += 1
    database.close()
    return looked_at, waited


def test_two_processes_that_guess_at_once_have_five_tries_together(
    database: Database, asha: Person
) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        counted = list(processes.map(guess_from_a_process, [database.address] * 2, [12] * 2))

    assert sum(looked_at for looked_at, _ in counted) == 5
    assert sum(waited for _, waited in counted) == 19


def test_an_old_hash_is_replaced_when_the_parameters_change(
    database: Database, asha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept_hash(database)
    monkeypatch.setattr(signing_in, "_hasher", CountingHasher(memory_cost=128))

    sign_in(database, ASHA, PASSWORD, source=OFFICE, at=NINE)
    after = kept_hash(database)
    assert ("m=64," in before, "m=128," in after) == (True, True)

    assert sign_in(database, ASHA, PASSWORD, source=OFFICE, at=NINE) == asha
    assert kept_hash(database) == after


def test_the_parameters_are_those_that_rfc_9106_gives_for_little_memory(
    monkeypatch: pytest.MonkeyPatch, database: Database, asha: Person
) -> None:
    monkeypatch.setattr(signing_in, "_hasher", THE_HASHER)

    with database.write() as connection:
        set_password(connection, asha, PASSWORD)

    assert "$argon2id$v=19$m=65536,t=3,p=4$" in kept_hash(database)


def test_a_password_has_twelve_characters_and_no_other_rule(
    database: Database, asha: Person
) -> None:
    with database.write() as connection:
        with pytest.raises(BadPassword, match=r"at least 12 characters\. Three random words"):
            set_password(connection, asha, "12345678901")
        with pytest.raises(BadPassword, match="at most 1,000"):
            set_password(connection, asha, "x" * 1001)
        set_password(connection, asha, "123456789012")

    assert sign_in(database, ASHA, "123456789012", source=OFFICE, at=NINE) == asha


def test_a_new_password_ends_the_wait(database: Database, asha: Person) -> None:
    guess(database, 5)
    with database.write() as connection:
        set_password(connection, asha, "another bridge lantern")

    new = "another bridge lantern"
    assert sign_in(database, ASHA, new, source=OFFICE, at=NINE) == asha


def test_what_no_keyboard_writes_is_a_wrong_password(database: Database, asha: Person) -> None:
    for nonsense in ("", "\x00", "\ud800", "x" * 100_000):
        with pytest.raises(WrongPassword):
            sign_in(database, nonsense, nonsense, source=nonsense, at=NINE)
