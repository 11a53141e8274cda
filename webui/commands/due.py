"""`stepladder due`: the end of so many working days, and why."""

import json
import os
from datetime import datetime

import click

from engine.calendars import Calendar, Counted
from engine.clock import in_london, parse_instant
from engine.councils import read_councils
from engine.errors import StepladderError
from engine.settings import read_settings


# A negative N is then told as such, and not as an option that does not exist.
@click.command("due", context_settings={"ignore_unknown_options": True})
@click.argument("received")
@click.argument("working_days", metavar="N")
@click.option(
    "--council", "council", metavar="KEY", help="Count with its closure days and cut-off."
)
@click.option("--json", "as_json", is_flag=True, help="One object, with the days skipped and why.")
def command(received: str, working_days: str, council: str | None, as_json: bool) -> None:
    """The day on which N working days end that began with RECEIVED (2026-03-27T16:00).

    RECEIVED is London time unless it has an offset; its day is day 0. Without --council only
    weekends and the bank holidays of England are skipped.
    """
    try:
        calendar = _calendar(council)
        instant = parse_instant(received)
        counted = calendar.count(instant, _whole_number(working_days))
    except StepladderError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(json.dumps(_told(instant, counted), ensure_ascii=False))
    else:
        click.echo(counted.days[-1].isoformat())


def _whole_number(text: str) -> int:
    # Python's own int() also takes "1_0" and other scripts' digits.
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise click.UsageError(
            f'"{text[:40]}" is no number of working days. Write it in digits, as 5.'
        )
    return int(text)


def _calendar(key: str | None) -> Calendar:
    if key is None:
        return Calendar()
    councils = read_councils(read_settings(os.environ).processes)
    if key not in councils:
        raise click.UsageError(
            f'There is no council "{key}". Use one of: {", ".join(sorted(councils))}.'
        )
    return councils[key].calendar


def _told(received: datetime, counted: Counted) -> dict[str, object]:
    return {
        "received": in_london(received).isoformat(),
        "working_days": len(counted.days),
        "due": counted.days[-1].isoformat(),
        "due_instant": counted.due.isoformat().replace("+00:00", "Z"),
        "counted": [day.isoformat() for day in counted.days],
        "skipped": [
            {"day": skipped.day.isoformat(), "why": skipped.why} for skipped in counted.skipped
        ],
    }
