"""A secret in a file: made once, for its owner's eyes."""

import stat
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from engine.key_file import NoKeyFile, keep_in_file


def test_it_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "session.key"
    assert keep_in_file(path, lambda: b"first") == b"first"
    assert keep_in_file(path, lambda: b"second") == b"first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["session.key"]


def test_whoever_comes_second_takes_what_the_first_one_made(tmp_path: Path) -> None:
    path = tmp_path / "session.key"

    def meanwhile() -> bytes:
        path.write_bytes(b"another process was faster")
        return b"mine"

    assert keep_in_file(path, meanwhile) == b"another process was faster"


def test_threads_that_start_together_end_with_one_secret(tmp_path: Path) -> None:
    numbers = count()
    with ThreadPoolExecutor(8) as pool:
        kept = list(
            pool.map(
                lambda _: keep_in_file(tmp_path / "key", lambda: b"%06d" % next(numbers)), range(8)
            )
        )
    assert len(set(kept)) == 1


def test_a_key_that_cannot_be_kept_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NoKeyFile, match="can be neither read nor made"):
        keep_in_file(tmp_path / "file" / "session.key", lambda: b"secret")
