"""Whether the record is unaltered: all of it, one case, since an anchor kept elsewhere (X-24)."""

from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NoPart
from engine.access.verification import demand_verifying_case
from engine.clock import in_london
from engine.history.access_log import note
from engine.history.entries import BODY_DESTROYED
from engine.history.kept_anchor import LONGEST, BadAnchor, Comparison, as_file, compare, read_kept
from engine.history.verification import Break, NoHistory, Verdict, find_case_id, verify
from engine.history.verifying import ask_verification, read_verifications
from engine.store.cases import find_case_by_number
from engine.store.history import Anchor, find_last_anchor, walk_chain
from webui.guards import lookers_at_audits
from webui.visit import installation, me
from webui.words import instant_in_words

verification = Blueprint("verification", __name__)

_LONGEST_NUMBER: Final = 40
_NO_CASE: Final = (
    "There is no such case, or you have no part in it. Write its number as 2026-00012."
)


@verification.get("/verification")
@lookers_at_audits
def show() -> ResponseReturnValue:
    """What came of the last verification; what can be verified now."""
    return _page(number=_number(request.args.get("case", "")))


@verification.post("/verification/all")
@lookers_at_audits
def verify_all() -> ResponseReturnValue:
    """Let the worker verify everything: a page must not wait for that."""
    asked = ask_verification(installation(), me())
    note(installation(), me(), "asked to verify the whole record")
    flash(
        "The whole record will be verified now. Open this page again in a minute or two."
        if asked
        else "It is being verified already. Open this page again in a minute or two."
    )
    return redirect(url_for("verification.show"), 303)


@verification.post("/verification/case")
@lookers_at_audits
def verify_case() -> ResponseReturnValue:
    """Verify one case now."""
    number = _number(request.form.get("number", ""))
    if not number:
        return _page(problem="Enter the case’s number.", wrong="number"), 400
    here = installation()
    try:
        case_id = _find(number)
    except (NoHistory, NoPart):  # whoever has no part in a case is not told that it is there
        note(here, me(), "verified a case", allowed=False)
        return _page(number=number, problem=_NO_CASE, wrong="number"), 400
    verdict = verify(here, case_id)
    note(here, me(), "verified a case", case_id=case_id)
    return _page(number=number, case=_case(case_id, number, verdict))


def _find(number: str) -> int:
    """The case's id, also of one that was deleted by force. Raises `NoHistory`, `NoPart`."""
    here = installation()
    with here.database.read() as connection:
        case = find_case_by_number(connection, number) if number.isprintable() else None
        if case is not None:
            demand_verifying_case(connection, case, me(), here.clock.now())
    return case.id if case else find_case_id(here, number)


@verification.post("/verification/anchor")
@lookers_at_audits
def verify_since() -> ResponseReturnValue:
    """Hold an anchor that was kept elsewhere against today's record."""
    upload = request.files.get("file")
    content = request.form.get("pasted", "")
    if upload is not None and upload.filename:
        content = upload.read(LONGEST + 1).decode("utf-8", errors="replace")
    if not content.strip():
        return _page(problem="Choose the file that you kept, or paste it.", wrong="file"), 400
    try:
        kept = read_kept(content)
    except BadAnchor as error:
        return _page(problem=str(error), wrong="file"), 400
    here = installation()
    with here.database.read() as connection:
        compared = compare(connection, kept, here.signing_key.public)
    note(here, me(), f"compared a kept anchor {kept.sequence}")
    return _page(compared=compared)


@verification.get("/verification/anchor.json")
@lookers_at_audits
def give_anchor() -> ResponseReturnValue:
    """The newest anchor, to be kept where nobody can change it."""
    anchor = _newest()
    if anchor is None:
        return _page(problem="Nothing was sealed yet. The worker seals the record each day."), 400
    note(installation(), me(), f"took anchor {anchor.sequence} as a file")
    day = f"{in_london(anchor.sealed_at):%Y-%m-%d}"
    return Response(
        as_file(anchor),
        content_type="application/json; charset=utf-8",
        headers={
            "Content-Disposition": (
                f'attachment; filename="stepladder-anchor-{anchor.sequence}-{day}.json"'
            )
        },
    )


def _number(text: str) -> str:
    return " ".join(text.replace("\0", " ").split())[:_LONGEST_NUMBER]


def _newest() -> Anchor | None:
    with installation().database.read() as connection:
        return find_last_anchor(connection)


def _page(
    *,
    number: str = "",
    problem: str = "",
    wrong: str = "",
    case: dict[str, Any] | None = None,
    compared: Comparison | None = None,
) -> str:
    ended, going = read_verifications(installation())
    anchor = _newest()
    return render_template(
        "verification.html",
        ended=ended,
        last=_told(ended.verdict) if ended else None,
        more=ended.count - len(ended.verdict.breaks) if ended else 0,
        going=going,
        anchor=anchor,
        sealed=instant_in_words(anchor.sealed_at) if anchor else "",
        number=number,
        problem=problem,
        wrong=wrong,
        errors=bool(problem),
        case=case,
        compared=compared,
        compared_breaks=[_in_words(each) for each in compared.breaks] if compared else [],
        kept_at=_day_of(compared),
    )


def _day_of(compared: Comparison | None) -> str:
    """The day of the anchor that is here; what a file says of its own day, nobody vouches for."""
    if compared is None or compared.sealed_at is None:
        return ""
    return instant_in_words(compared.sealed_at)


def _told(verdict: Verdict) -> dict[str, Any]:
    return {
        "cases": f"{verdict.cases:,}",
        "entries": f"{verdict.entries:,}",
        "ledger": f"{verdict.ledger:,}",
        "anchors": f"{verdict.anchors:,}",
        "looks": f"{verdict.looks:,}",
        "unsealed": f"{verdict.unsealed:,}",
        "breaks": [_in_words(each) for each in verdict.breaks],
    }


def _in_words(broken: Break) -> str:
    where = f"Case {broken.case}" if broken.case[:1].isdigit() else broken.case
    where = where or "The registers and the anchors"
    entry = f", entry {broken.sequence}" if broken.case and broken.sequence else ""
    return f"{where}{entry}: {broken.problem}"


def _case(case_id: int, number: str, verdict: Verdict) -> dict[str, Any]:
    """What came of one case, with the entries whose words were destroyed on purpose."""
    with installation().database.read() as connection:
        destroyed = [
            (entry.element, instant_in_words(entry.at), str(entry.sequence))
            for entry, _ in walk_chain(connection, case_id)
            if entry.act == BODY_DESTROYED
        ]
    return {"number": number, **_told(verdict), "destroyed": destroyed}
