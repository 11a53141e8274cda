"""What an installation is told by its environment, read once at the start."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import StepladderError


class BadSetting(StepladderError):
    """An environment variable holds something that cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where things are and whom to talk to.

    `database` is an SQLAlchemy address; `address` is the site's own, as it stands in notices,
    without a slash at its end; `mail_server` is `host:port`, or None, in which case notices become
    `.eml` files in `outbox`. `notify_key` and `notify_template` are GOV.UK Notify's, and both are
    needed to send by it.
    """

    database: str
    processes: Path
    signing_key: Path
    secret_key: Path
    outbox: Path
    address: str
    sender: str
    mail_server: str | None
    mail_user: str | None
    mail_password: str | None
    notify_key: str | None = None
    notify_template: str | None = None


ROOT = Path(__file__).resolve().parent.parent


def read_settings(environment: Mapping[str, str], *, database: str | None = None) -> Settings:
    """The settings in `environment` (normally `os.environ`); `database` wins over what it says.

    Raises `BadSetting`, with a sentence, for a database that is neither SQLite nor PostgreSQL, and
    for a site's address that is no web address.
    """
    var = Path(environment.get("STEPLADDER_VAR", "var"))
    address = database or environment.get("STEPLADDER_DATABASE") or str(var / "stepladder.db")
    return Settings(
        database=_database_address(address),
        processes=Path(environment.get("STEPLADDER_PROCESSES", ROOT / "processes")),
        signing_key=Path(environment.get("STEPLADDER_SIGNING_KEY", var / "anchor.key")),
        secret_key=Path(environment.get("STEPLADDER_SECRET_KEY", var / "session.key")),
        outbox=Path(environment.get("STEPLADDER_OUTBOX", var / "outbox")),
        address=_site_address(environment.get("STEPLADDER_ADDRESS", "http://127.0.0.1:8000")),
        sender=environment.get("STEPLADDER_SENDER", "stepladder@localhost"),
        mail_server=environment.get("STEPLADDER_MAIL_SERVER") or None,
        mail_user=environment.get("STEPLADDER_MAIL_USER") or None,
        mail_password=environment.get("STEPLADDER_MAIL_PASSWORD") or None,
        notify_key=environment.get("STEPLADDER_NOTIFY_KEY") or None,
        notify_template=environment.get("STEPLADDER_NOTIFY_TEMPLATE") or None,
    )


def _site_address(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise BadSetting(
            f"{text[:60]} is no address of a site. Set STEPLADDER_ADDRESS to one that begins with "
            "https://, as people type it."
        )
    return text.rstrip("/")


def _database_address(text: str) -> str:
    """A file's path means SQLite; an address is taken as it is, with the driver that we ship."""
    for scheme in ("postgresql://", "postgres://"):
        if text.startswith(scheme):
            return "postgresql+psycopg://" + text.removeprefix(scheme)
    if text.startswith(("postgresql+psycopg://", "sqlite:")):
        return text
    if "://" in text:
        raise BadSetting(
            f"{text.split('://')[0]} is not a database that Stepladder can use. Set "
            "STEPLADDER_DATABASE to a file's path or to a postgresql:// address."
        )
    return f"sqlite:///{text}"
