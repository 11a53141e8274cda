"""Exports: who may have one, the file that appears whole or not at all, and the note that is kept.

Of a case goes out what `trace` tells of: a pseudonym for its number, posts for persons, nothing of
the child, its team or its raiser, no words. A post by which one person could be told is named to
those alone who see the figures of one person too (X-25). Cases of restricted children go out only
to those who may read of the child (X-36).
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

from engine.access import NotAllowed
from engine.access.exports import ExportRights, demand_exporting
from engine.calendars import end_of_day
from engine.clock import LONDON
from engine.councils import Council
from engine.errors import StepladderError
from engine.exports.ocel import write_ocel
from engine.exports.pseudonyms import KEY_FILE, keep_pseudonyms
from engine.exports.reading import read_traces
from engine.exports.star import write_star
from engine.exports.trace import Trace
from engine.exports.xes import write_xes
from engine.history.access_log import note
from engine.installation import Installation
from engine.people import Person
from engine.store.exports import Wanted, count_kept_back

XES: Final = "xes"
OCEL: Final = "ocel"
CSV: Final = "csv"
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_FOR_EVER = datetime(9000, 1, 1, tzinfo=UTC)


class CannotExport(StepladderError):
    """There is no writing there, or nothing of that kind to write."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is to be exported: the cases of a council opened on these days, in London.

    `first` and `last` are part of it, None without a bound; `procedure` is empty for all.
    """

    council: str
    first: date | None = None
    last: date | None = None
    procedure: str = ""


@dataclass(kw_only=True)
class Counted:
    """How much went out; `kept_back` are cases of restricted children that did not."""

    cases: int = 0
    events: int = 0
    kept_back: int = 0


def export(installation: Installation, kind: str, ask: Ask, out: Path, *, by: Person) -> Counted:
    """Write the cases to `out`: a file, or for CSV a folder, that is not there yet.

    Read by its owner only. Who exported what, how much, and who was refused goes to the access log.
    Raises `NotAllowed`, `NoCouncil`, `CannotExport`.
    """
    council = installation.council(ask.council)
    _demand_free(out)
    rights = _demand_allowed(installation, kind, council, by)
    pseudonyms = keep_pseudonyms(installation.settings.secret_key.with_name(KEY_FILE))
    wanted = wanted_cases(ask, by)
    with _Draft(out, folder=kind == CSV) as draft:
        with installation.database.read() as connection:
            counted = Counted(kept_back=count_kept_back(connection, wanted))
            traces = _count(read_traces(connection, council, wanted, pseudonyms, rights), counted)
            _write(kind, traces, draft.path, council)
        # Kept before it can be had: nothing goes out that nobody knows of.
        note(installation, by, _in_words(kind, ask, counted))
        draft.publish()
    return counted


def _demand_allowed(
    installation: Installation, kind: str, council: Council, by: Person
) -> ExportRights:
    try:
        with installation.database.read() as connection:
            return demand_exporting(connection, by, council, installation.clock.now())
    except NotAllowed:
        note(installation, by, f"export as {kind}", allowed=False)
        raise


def _write(kind: str, traces: Iterable[Trace], path: Path, council: Council) -> None:
    if kind == CSV:
        write_star(traces, path, council.calendar)
        return
    with path.open("wb") as file:
        if kind == XES:
            write_xes(traces, file, name=council.name)
        else:
            write_ocel(traces, file)


def wanted_cases(ask: Ask, by: Person) -> Wanted:
    """The cases that are asked for, as the store asks for them."""
    first = datetime.combine(ask.first, time(), LONDON).astimezone(UTC) if ask.first else _ALWAYS
    last = end_of_day(ask.last).replace(microsecond=999_999) if ask.last else _FOR_EVER
    return Wanted(
        council=ask.council,
        procedure=ask.procedure,
        opened_from=first,
        opened_until=last,
        reader_id=by.id,
    )


def _count(traces: Iterable[Trace], counted: Counted) -> Iterator[Trace]:
    for trace in traces:
        counted.cases += 1
        counted.events += len(trace.events)
        yield trace


def _in_words(kind: str, ask: Ask, counted: Counted) -> str:
    days = f", opened {ask.first or 'ever'} to {ask.last or 'now'}" if ask.first or ask.last else ""
    what = f" of {ask.procedure}" if ask.procedure else ""
    return (
        f"exported as {kind}{what}{days}: {counted.cases} cases, {counted.events} events, "
        f"{counted.kept_back} kept back"
    )


def _demand_free(out: Path) -> None:
    if out.exists():
        raise CannotExport(f"{out} is there already. Move it away, or give another name.")
    if not out.absolute().parent.is_dir():
        raise CannotExport(f"There is no folder {out.absolute().parent}. Make it first.")


class _Draft:
    """A file or folder beside `out` that becomes it, or is gone."""

    def __init__(self, out: Path, *, folder: bool) -> None:
        beside, prefix = out.absolute().parent, f".{out.name}."
        self._out = out
        try:
            if folder:
                self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=beside))
            else:
                descriptor, name = tempfile.mkstemp(prefix=prefix, dir=beside)
                os.close(descriptor)
                self.path = Path(name)
        except OSError as error:
            raise CannotExport(
                f"Nothing can be written in {beside} ({error.strerror}). Choose another folder."
            ) from error

    def publish(self) -> None:
        """What was written stands under its own name from now on."""
        self.path.rename(self._out)

    def __enter__(self) -> "_Draft":
        return self

    def __exit__(self, *_: object) -> None:
        if self.path.is_dir():
            shutil.rmtree(self.path)
        else:
            self.path.unlink(missing_ok=True)
