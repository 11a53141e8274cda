"""The key that signs the daily anchors of the history (Ed25519, RFC 8032)."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from engine.errors import StepladderError
from engine.key_file import keep_in_file


class NoKey(StepladderError):
    """The file of the signing key cannot be read as one."""


@dataclass(frozen=True)
class SigningKey:
    """A private key; `public` is its other half as 64 hexadecimal digits."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """The public half, in hexadecimal."""
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def sign(self, text: str) -> str:
        """The signature of `text`, in hexadecimal."""
        return self.private.sign(text.encode()).hex()


def new_key() -> SigningKey:
    """A fresh key, kept nowhere."""
    return SigningKey(Ed25519PrivateKey.generate())


def is_signed(text: str, signature: str, public: str) -> bool:
    """Whether `signature` is the one that the owner of `public` gave to `text`."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def keep_key(path: Path) -> SigningKey:
    """The key in the file at `path`, made there, readable by its owner only, if there is none.

    Two processes that start at once end with the same key. Raises `NoKey` when the file is damaged.
    """
    raw = keep_in_file(path, _new_bytes)
    if len(raw) != 32:
        raise NoKey(
            f"{path} holds no signing key. Put the key back from your backup; with a new one, "
            "the anchors signed so far can no longer be checked."
        )
    return SigningKey(Ed25519PrivateKey.from_private_bytes(raw))


def _new_bytes() -> bytes:
    return new_key().private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
