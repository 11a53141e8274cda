"""Tokens: by which Power BI and Excel fetch the tables of the CSV, and the tables themselves."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.exports.fetching import Fetch, fetch
from engine.exports.star import HEADINGS
from engine.exports.tokens import (
    LIVES,
    LONGEST_NAME,
    BadToken,
    CannotMake,
    list_tokens,
    make_token,
    revoke,
)
from engine.forms import Form
from webui.child_forms import SmallForm, choice_field, text_field
from webui.guards import as_program_reads, exporters, with_token
from webui.visit import installation, me, site

tokens = Blueprint("tokens", __name__)

_AT_ONCE: Final = 500


@tokens.get("/exports/tokens")
@exporters
def show() -> ResponseReturnValue:
    """My tokens, and the form for another."""
    return _page(_form())


@tokens.post("/exports/tokens")
@exporters
def make() -> ResponseReturnValue:
    """A new token, which this answer alone shows."""
    form = _form()
    raw, checked = form.read()
    if checked.errors:
        return _page(form, raw=raw, errors=checked.errors), 400
    name, days = str(checked.answers["name"]), int(str(checked.answers["days"]))
    try:
        secret, row = make_token(
            installation(), by=me(), name=name, days=days, real=site().real.now()
        )
    except CannotMake as error:
        return _page(form, raw=raw, problem=str(error)), 400
    return render_template("tokens_made.html", secret=secret, token=row, addresses=_addresses())


@tokens.post("/exports/tokens/<int:token_id>/revoke")
@exporters
def take_back(token_id: int) -> ResponseReturnValue:
    """One of my tokens opens nothing any more."""
    try:
        row = revoke(installation(), token_id, by=me(), real=site().real.now())
    except BadToken:
        abort(404)
    flash(f"The token “{row.name}” is revoked.\nWhatever used it gets no more data.")
    return redirect(url_for("tokens.show"), 303)


@tokens.get("/exports/csv/<table>")
@with_token
def send(table: str) -> ResponseReturnValue:
    """A table of all cases that the token's maker may read of now, line by line."""
    if table not in HEADINGS:
        names = ", ".join(HEADINGS)
        return as_program_reads(f"There is no such table. Use one of: {names}.", 404)
    by, token = g.bearer
    try:
        lines = fetch(installation(), Fetch(table=table, token=token.id), by=by)
    except NotAllowed as error:
        return as_program_reads(str(error), 403)
    answer = Response(_joined(lines), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{table}.csv"'
    return answer


def _joined(lines: Iterable[str]) -> Iterator[bytes]:
    """Some hundred lines at a time: a piece for each line would cost more than the line."""
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) >= _AT_ONCE:
            yield "".join(waiting).encode()
            waiting.clear()
    yield "".join(waiting).encode()


def _addresses() -> list[tuple[str, str]]:
    root = installation().settings.address.rstrip("/") or request.host_url.rstrip("/")
    return [(table, root + url_for("tokens.send", table=table)) for table in HEADINGS]


def _form() -> SmallForm:
    days = [(str(each), _in_words(each)) for each in LIVES]
    fields = (
        text_field(
            "name",
            "What is it for?",
            longest=LONGEST_NAME,
            required=True,
            description="For example: the monthly report in Power BI. Name no child.",
        ),
        choice_field("days", "For how long is it good?", days),
    )
    return SmallForm(
        form=Form(id="token", title="Tokens for Power BI and Excel", fields=fields),
        caption="Exports",
        back=url_for("exports.show"),
        back_text="Exports",
        button="Make a token",
    )


def _in_words(days: int) -> str:
    return "A year" if days == max(LIVES) else f"{days} days"


def _page(form: SmallForm, **asked: Any) -> str:
    known = list_tokens(installation(), me(), site().real.now())
    return form.show(template="tokens.html", tokens=known, addresses=_addresses(), **asked)
