"""Pseudonyms for case numbers: the same case has the same one in every export."""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from engine.errors import StepladderError
from engine.key_file import keep_in_file

KEY_FILE = "pseudonyms.key"
_BYTES = 32
_DIGITS = 20


class NoPseudonyms(StepladderError):
    """The file of the key cannot be used."""


@dataclass(frozen=True)
class Pseudonyms:
    """Whoever has not the key cannot come from a pseudonym to a case, nor try numbers out."""

    key: bytes

    def of(self, council: str, number: str) -> str:
        """The pseudonym of a council's case: 20 hexadecimal digits of an HMAC-SHA256 (RFC 2104)."""
        named = f"{council}\n{number}".encode()
        return hmac.new(self.key, named, sha256).hexdigest()[:_DIGITS]


def keep_pseudonyms(path: Path) -> Pseudonyms:
    """Those of the key in the file at `path`, made there, for its owner only, if there is none.

    Raises `NoPseudonyms` when the file is damaged, `NoKeyFile` when it cannot be read or made.
    """
    raw = keep_in_file(path, lambda: secrets.token_bytes(_BYTES))
    if len(raw) != _BYTES:
        raise NoPseudonyms(
            f"{path} holds no key for pseudonyms. Put it back from your backup, or move it away: "
            "then a new one is made, and cases get other pseudonyms than in earlier exports."
        )
    return Pseudonyms(raw)
