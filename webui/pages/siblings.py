"""One concern raised for several children: pick them, edit the text for each, send (X-14).

Each child's case is its own; nothing on it says that there is another. What is being sent is kept
in the signed cookie, as ids alone, under a random mark. What is typed for a child is a concern that
is being raised, kept as any other: who signs out finds it among those that were begun.
"""

import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.acts.cases import AlreadyRaised, NotOpenNow, open_case, start_event
from engine.case_file.reader import CaseFile, read_case_file
from engine.child_file.reader import list_children
from engine.child_file.siblings import (
    MOST_AT_ONCE,
    NameFound,
    find_names,
    link_siblings,
    shared_answers,
    siblings_of,
)
from engine.children import BadChild, Child
from engine.errors import StepladderError
from engine.forms import Answer, Form, as_written, check_answers
from engine.procedures import Version, latest_versions, load_version
from engine.raising import Picked, begin_raising, choose_procedure, pick_child
from engine.writing.drafts import Changed, discard_draft
from engine.writing.places import AtRaising
from engine.writing.uploads import find_uploads
from webui.drafting import SEEN, drafting
from webui.error_pages import page
from webui.form_changes import keep_typed, take_change
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import raisers
from webui.visit import installation, me

siblings = Blueprint("siblings", __name__)

_KEPT: Final = "siblings"
_MOST_KEPT: Final = 3
_LONGEST_SEARCH: Final = 200
_LONGEST_ID: Final = 15

Going = dict[str, Any]
"""What is being sent: the case's number, the children's ids, for each the mark of the concern that
is being raised, what was sent, who was left out."""


@siblings.get("/cases/<number>/siblings")
@raisers
def pick(number: str) -> ResponseReturnValue:
    """The recorded brothers and sisters, to be ticked; a search for others."""
    return _pick_page(_find(number), chosen=())


@siblings.post("/cases/<number>/siblings")
@raisers
def chosen(number: str) -> ResponseReturnValue:
    """Look for another child, or go on with those who were ticked."""
    file = _find(number)
    ids = [int(each) for each in request.form.getlist("child") if _is_id(each)]
    ticked = list(dict.fromkeys(each for each in ids if each != file.child.id))
    if request.form.get("do") == "find":
        text = request.form.get("text", "").strip()[:_LONGEST_SEARCH]
        if not text:
            return _pick_page(file, ticked, errors="Enter the child’s reference or name"), 400
        return _pick_page(file, ticked, text=text)
    if not ticked:
        return _pick_page(file, ticked, errors="Select the children"), 400
    if len(ticked) > MOST_AT_ONCE:
        sentence = f"Select {MOST_AT_ONCE} children at most. Send for the others afterwards."
        return _pick_page(file, ticked, errors=sentence), 400
    version, _ = _form(file)
    marks = {each: begin_raising(installation(), me(), each) for each in ticked}
    for begun in marks.values():
        choose_procedure(installation(), me(), begun, version.row.id)
    mark = secrets.token_urlsafe(9)
    kept = list(session.get(_KEPT, {}).items())[-(_MOST_KEPT - 1) :]
    going: Going = {
        "case": number,
        "children": ticked,
        "marks": {str(each): begun for each, begun in marks.items()},
        "sent": {},
        "left": [],
    }
    session[_KEPT] = {**dict(kept), mark: going}
    return redirect(url_for("siblings.write", number=number, mark=mark), 303)


@siblings.get("/cases/<number>/siblings/<mark>")
@raisers
def write(number: str, mark: str) -> ResponseReturnValue:
    """The text for the next child, to be edited; after the last, what was sent."""
    going = _going(number, mark)
    if going is None:
        return _gone()
    child_id = _next(going)
    if child_id is None:
        return _account(number, mark, going)
    file = _find(number)
    return _text_page(file, going, pick_child(installation(), me(), child_id))


@siblings.post("/cases/<number>/siblings/<mark>")
@raisers
def send(number: str, mark: str) -> ResponseReturnValue:
    """Send the concern for the child whose text was shown, or leave the child out.

    Or begin that text afresh, from what stands in the case.
    """
    going = _going(number, mark)
    if going is None:
        return _gone()
    child_id, file = _next(going), _find(number)
    here = url_for("siblings.write", number=number, mark=mark)
    if child_id is None or request.form.get("child") != str(child_id):
        return redirect(here, 303)  # it was sent already: from another window, or twice
    if request.form.get("do") == "leave":
        _keep(mark, {**going, "left": [*going["left"], child_id]})
        return redirect(here, 303)
    if request.form.get("do") == "afresh":
        return _begin_afresh(_place(going, child_id), here)
    return _send(file, mark, going, pick_child(installation(), me(), child_id))


@siblings.post("/cases/<number>/siblings/<mark>/record")
@raisers
def record(number: str, mark: str) -> ResponseReturnValue:
    """The raiser confirms that a child is a brother or sister; it is kept on both records."""
    going, file = _going(number, mark), _find(number)
    other = request.form.get("child", "")
    if going is None or not _is_id(other) or int(other) not in going["children"]:
        return _gone()
    with suppress(BadChild):  # it was recorded already, as it should be
        link_siblings(installation(), file.child.id, int(other), by=me())
    return redirect(url_for("siblings.write", number=number, mark=mark), 303)


def _begin_afresh(place: AtRaising, here: str) -> ResponseReturnValue:
    try:
        discard_draft(installation(), place, by=me(), seen=request.form.get(SEEN, ""))
    except Changed:
        return page(
            409,
            "You changed this in another window",
            "Nothing was deleted. Open the text again to see what you typed there.",
        )
    return redirect(here, 303)


def _send(file: CaseFile, mark: str, going: Going, picked: Picked) -> ResponseReturnValue:
    version, form = _form(file)
    place = _place(going, picked.child.id)
    raw = sent(request.form.to_dict(flat=False))
    change = take_change(place, form, raw)
    if change.anchor and not change.errors:
        here = url_for("siblings.write", number=file.case.number, mark=mark)
        return keep_typed(place, change.raw) or redirect(f"{here}#{change.anchor}", 303)
    files = find_uploads(installation(), place, by=me()) if form.asks_for_files else {}
    checked = check_answers(form, change.raw, files=files)
    errors = change.errors if change.anchor else {**checked.errors, **change.errors}
    if errors:
        return _text_page(file, going, picked, raw=change.raw, errors=errors), 400
    names = find_names(form, checked.answers, picked.child, _others(file, going, picked.child))
    if names and request.form.get("names") != "stay":
        return _text_page(file, going, picked, raw=raw, names=names), 400
    try:
        case = open_case(
            installation(),
            by=me(),
            child_id=picked.child.id,
            version_id=version.row.id,
            answers=checked.answers,
            mark=place.mark,  # a second press has the first one's cookie
        )
        sent_as = case.number
    except AlreadyRaised as error:
        sent_as = error.number
    except NotAllowed:
        raise
    except StepladderError as error:
        return _text_page(file, going, picked, raw=raw, problem=str(error)), 400
    _keep(mark, {**going, "sent": {**going["sent"], str(picked.child.id): sent_as}})
    return redirect(url_for("siblings.write", number=file.case.number, mark=mark), 303)


def _find(number: str) -> CaseFile:
    file = read_case_file(installation(), number, me())
    if not file.is_raiser:
        raise NotAllowed("Only the raiser of a case may raise the same for other children.")
    if file.case.closed_at is not None:
        raise NotOpenNow("The case is closed. Raise a new concern for the other children.")
    return file


def _form(file: CaseFile) -> tuple[Version, Form]:
    """The newest version of the case's procedure, and the form that opens a case on it."""
    with installation().database.read() as connection:
        latest = latest_versions(connection, file.case.council)
        same = next(v for v in latest if v.procedure == file.version.row.procedure)
        version = load_version(connection, same.id)
    return version, version.package.forms[start_event(version.package.diagram).form or ""]


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID


def _going(number: str, mark: str) -> Going | None:
    found: Going | None = session.get(_KEPT, {}).get(mark)
    known = found is not None and found["case"] == number and "marks" in found
    return found if known else None


def _place(going: Going, child_id: int) -> AtRaising:
    return AtRaising(mark=going["marks"][str(child_id)])


def _keep(mark: str, going: Going) -> None:
    session[_KEPT] = {**session.get(_KEPT, {}), mark: going}


def _next(going: Going) -> int | None:
    over = {*map(int, going["sent"]), *going["left"]}
    return next((each for each in going["children"] if each not in over), None)


def _gone() -> ResponseReturnValue:
    return page(
        409,
        "Pick the children again",
        "We do not know any more for which children this was. What you sent before is sent.",
        "Copy what you wrote, open the case, and raise the concern for the others from there.",
    )


def _others(file: CaseFile, going: Going, child: Child) -> Iterable[Child]:
    """The children whose names do not belong into the text about `child`."""
    yield file.child
    yield from siblings_of(installation(), file.child, me())
    yield from siblings_of(installation(), child, me())
    for each in going["children"]:
        if each != child.id:
            yield pick_child(installation(), me(), each).child


def _account(number: str, mark: str, going: Going) -> str:
    file = _find(number)
    known = {each.id for each in siblings_of(installation(), file.child, me())}
    lines = [
        (pick_child(installation(), me(), each).child, going["sent"].get(str(each)), each in known)
        for each in going["children"]
    ]
    return render_template("siblings_sent.html", file=file, mark=mark, lines=lines)


def _pick_page(file: CaseFile, chosen: Iterable[int], *, text: str = "", errors: str = "") -> str:
    here, ticked = installation(), set(chosen)
    recorded = siblings_of(here, file.child, me())
    shown = {each.id: each for each in recorded}
    for each in ticked - shown.keys():
        shown[each] = pick_child(here, me(), each).child
    found = None
    if text and not errors:
        everybody = list_children(here, me(), text).children
        found = [c for c in everybody if c.id not in shown and c.id != file.child.id]
    return render_template(
        "siblings.html",
        file=file,
        shown=list(shown.values()),
        ticked=ticked,
        text=text,
        found=found,
        errors=errors,
        most=MOST_AT_ONCE,
    )


def _text_page(
    file: CaseFile,
    going: Going,
    picked: Picked,
    *,
    raw: Raw | None = None,
    errors: Mapping[str, str] | None = None,
    names: tuple[NameFound, ...] | None = None,
    problem: str = "",
) -> str:
    _, form = _form(file)
    keeping = drafting(_place(going, picked.child.id), raw, form)
    shown = keeping.raw
    if shown is None:
        shown = as_written(form, _shared(file, form))
    if raw is None:
        written = check_answers(form, shown).answers
        names = find_names(form, written, picked.child, _others(file, going, picked.child))
    return render_template(
        "siblings_text.html",
        file=file,
        picked=picked,
        place=going["children"].index(picked.child.id) + 1,
        count=len(going["children"]),
        drafting=keeping,
        fields=render_fields(form, raw=shown, errors=errors or {}, files=keeping.files),
        summary=render_error_summary(form, errors or {}),
        names=names or (),
        problem=problem,
        errors=bool(errors or problem),
    )


def _shared(file: CaseFile, form: Form) -> dict[str, Answer]:
    """What the form begins with: its defaults, and what was said in the case and may be shared."""
    begin: dict[str, Answer] = {}
    for field in form.fields:
        if field.default is not None:
            several = isinstance(field.default, tuple)
            begin[field.key] = list(field.default) if several else field.default  # type: ignore[arg-type, assignment]
    with installation().database.read() as connection:
        shared = shared_answers(connection, file.case.id, file.version)
    return begin | {key: said for key, said in shared.items() if form.field(key) is not None}
