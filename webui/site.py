"""The site: a Flask application over one installation.

A page is a module of `webui.pages` with a blueprint of the module's name; it is added to PAGES.
"""

import secrets
from collections.abc import Iterable
from typing import Any, Final

from flask import Blueprint, Flask, Response, request
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.routing import IntegerConverter

from engine.access.registers import register_rights
from engine.access.reports import reads_any
from engine.clock import Clock, SystemClock
from engine.files import LARGEST_FILE
from engine.forms import MOST_FILES
from engine.installation import Installation
from engine.key_file import keep_in_file
from engine.people import Person
from engine.redrawing.drawing import LARGEST_DRAWING
from engine.sessions import LONGEST
from webui.assets import add_assets
from webui.error_pages import add_error_pages
from webui.guards import stand_guard
from webui.headers import nonce, set_headers
from webui.pages.absence import absence
from webui.pages.accessibility import accessibility
from webui.pages.act import act
from webui.pages.ask_for_time import ask_for_time
from webui.pages.audit import audit
from webui.pages.audit_form import audit_form
from webui.pages.audits import audits
from webui.pages.board import board
from webui.pages.case import case
from webui.pages.case_meeting import case_meeting
from webui.pages.chase import chase
from webui.pages.child import child
from webui.pages.child_changed import child_changed
from webui.pages.child_readers import child_readers
from webui.pages.child_record import child_record
from webui.pages.child_siblings import child_siblings
from webui.pages.child_status import child_status
from webui.pages.children import children
from webui.pages.claim import claim
from webui.pages.concern import concern
from webui.pages.conformance import conformance
from webui.pages.council_question import council_question
from webui.pages.destroy import destroy
from webui.pages.draft import draft
from webui.pages.drafting_help import drafting_help
from webui.pages.due_date import due_date
from webui.pages.exports import exports
from webui.pages.figures import figures
from webui.pages.figures_cases import figures_cases
from webui.pages.figures_procedure import figures_procedure
from webui.pages.file import file
from webui.pages.filing import filing
from webui.pages.follow_up import follow_up
from webui.pages.general_concerns import general_concerns
from webui.pages.good_practice import good_practice
from webui.pages.help import help
from webui.pages.import_children import import_children
from webui.pages.import_people import import_people
from webui.pages.incidents import incidents
from webui.pages.linked_case import linked_case
from webui.pages.meeting import meeting
from webui.pages.meeting_record import meeting_record
from webui.pages.meetings import meetings
from webui.pages.more_time import more_time
from webui.pages.my_page import my_page
from webui.pages.new_password import new_password
from webui.pages.not_mine import not_mine
from webui.pages.people import people
from webui.pages.person import person as person_page
from webui.pages.post import post
from webui.pages.privacy import privacy
from webui.pages.procedure import procedure
from webui.pages.procedures import procedures
from webui.pages.raise_concern import raise_concern
from webui.pages.reallocate import reallocate
from webui.pages.reassign import reassign
from webui.pages.redraw import redraw
from webui.pages.redraw_add import redraw_add
from webui.pages.redraw_arrow import redraw_arrow
from webui.pages.redraw_button import redraw_button
from webui.pages.redraw_cases import redraw_cases
from webui.pages.redraw_check import redraw_check
from webui.pages.redraw_choice import redraw_choice
from webui.pages.redraw_choices import redraw_choices
from webui.pages.redraw_element import redraw_element
from webui.pages.redraw_elements import redraw_elements
from webui.pages.redraw_form import redraw_form
from webui.pages.redraw_forms import redraw_forms
from webui.pages.redraw_message import redraw_message
from webui.pages.redraw_messages import redraw_messages
from webui.pages.redraw_modeller import redraw_modeller
from webui.pages.redraw_more import redraw_more
from webui.pages.redraw_move import redraw_move
from webui.pages.redraw_question import redraw_question
from webui.pages.redraw_remove import redraw_remove
from webui.pages.redraw_scenario import redraw_scenario
from webui.pages.redraw_step import redraw_step
from webui.pages.redraw_try import redraw_try
from webui.pages.redraw_try_step import redraw_try_step
from webui.pages.report import report
from webui.pages.reports import reports
from webui.pages.reverse_challenges import reverse_challenges
from webui.pages.right_child import right_child
from webui.pages.running import running
from webui.pages.seen import seen
from webui.pages.siblings import siblings
from webui.pages.sign_in import sign_in
from webui.pages.story import story
from webui.pages.task import task
from webui.pages.tokens import tokens
from webui.pages.tray import tray
from webui.pages.vacancies import vacancies
from webui.pages.verification import verification
from webui.pages.versions import versions
from webui.pages.voice import voice
from webui.task_acts import task_acts
from webui.visit import EXTENSION, Site, installation, person
from webui.words import add_words

PAGES: Final[tuple[Blueprint, ...]] = (
    sign_in,
    tray,
    board,
    raise_concern,
    task,
    due_date,
    draft,
    file,
    case,
    story,
    filing,
    act,
    more_time,
    ask_for_time,
    right_child,
    my_page,
    absence,
    people,
    import_people,
    import_children,
    person_page,
    post,
    new_password,
    vacancies,
    reallocate,
    linked_case,
    claim,
    not_mine,
    reassign,
    chase,
    drafting_help,
    concern,
    follow_up,
    destroy,
    help,
    accessibility,
    privacy,
    procedures,
    procedure,
    council_question,
    redraw,
    redraw_step,
    redraw_add,
    redraw_elements,
    redraw_element,
    redraw_button,
    redraw_more,
    redraw_arrow,
    redraw_choice,
    redraw_choices,
    redraw_form,
    redraw_forms,
    redraw_message,
    redraw_messages,
    redraw_move,
    redraw_question,
    redraw_remove,
    redraw_modeller,
    redraw_cases,
    versions,
    redraw_check,
    redraw_try,
    redraw_try_step,
    redraw_scenario,
    running,
    incidents,
    children,
    child,
    child_record,
    child_readers,
    child_status,
    child_siblings,
    child_changed,
    siblings,
    voice,
    general_concerns,
    good_practice,
    reverse_challenges,
    meetings,
    meeting,
    meeting_record,
    case_meeting,
    reports,
    report,
    figures,
    figures_procedure,
    figures_cases,
    exports,
    tokens,
    conformance,
    audits,
    audit,
    audit_form,
    verification,
    seen,
)

# A form's texts are 10,000 characters at most, some of them of four bytes.
LARGEST_REQUEST: Final = 1_000_000
LARGEST_UPLOAD: Final = LARGEST_REQUEST + MOST_FILES * (LARGEST_FILE + 10_000)
"""Of a form that is sent with files, in bytes; a file that is too large is told by its name."""

_WITH_FILES: Final = frozenset(
    {"task.answer", "act.do", "raise_concern.send"}
    | {"draft.task_save", "draft.act_save", "draft.raising_save"}
)
# A drawing comes as JSON, in which each quotation mark of its file has two signs.
_LARGEST_DRAWING_SENT: Final = LARGEST_REQUEST + 2 * LARGEST_DRAWING
LARGEST_OF: Final = {
    **dict.fromkeys(_WITH_FILES, LARGEST_UPLOAD),
    **dict.fromkeys(("redraw_modeller.save", "redraw_modeller.upload"), _LARGEST_DRAWING_SENT),
}
LARGEST_COOKIE_KEY: Final = 32
_LARGEST_ID: Final = 2**53


class _Id(IntegerConverter):
    """A number in an address: of what no store has room for the largest, which nobody ever has."""

    def to_python(self, value: str) -> int:
        """The number that is looked for."""
        return min(int(super().to_python(value)), _LARGEST_ID) if len(value) < 20 else _LARGEST_ID


def create_site(
    here: Installation, *, more: Iterable[Blueprint] = (), real: Clock | None = None
) -> Flask:
    """The site of an installation, with the pages of PAGES and those of `more`.

    `real` is the machine's clock, for sessions and throttles; the installation's own clock may be
    one that somebody sets. Raises `NotBuilt` when the style sheet and the script are missing.
    """
    app = Flask(__name__, static_folder=None)
    app.extensions[EXTENSION] = Site(installation=here, real=real or SystemClock())
    _configure(app, here)
    _prepare_templates(app)
    app.url_map.converters["int"] = _Id
    app.before_request(_take_files)
    CSRFProtect(app)
    app.before_request(stand_guard)
    add_assets(app)
    for page in (*PAGES, *more):
        app.register_blueprint(page)
    add_error_pages(app)
    https = is_https(here)
    app.after_request(lambda response: _finished(response, https=https))
    return app


def _take_files() -> None:
    """Who is signed in may send files with a form; all else that is sent is texts."""
    wanted = LARGEST_OF.get(request.endpoint or "")
    if wanted is not None and request.method == "POST" and person() is not None:
        request.max_content_length = wanted


def is_https(here: Installation) -> bool:
    """Whether people reach the site by https, whoever ends the encryption."""
    return here.settings.address.startswith("https://")


def _finished(response: Response, *, https: bool) -> Response:
    return set_headers(response, https=https)


def _configure(app: Flask, here: Installation) -> None:
    https = is_https(here)
    app.config.update(
        SECRET_KEY=keep_in_file(
            here.settings.secret_key, lambda: secrets.token_bytes(LARGEST_COOKIE_KEY)
        ),
        SESSION_COOKIE_NAME="__Host-stepladder" if https else "stepladder",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        PERMANENT_SESSION_LIFETIME=LONGEST,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        # A token is worth as much as its session. Its other check reads the Referer, which our
        # own Referrer-Policy takes away.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )


def _prepare_templates(app: Flask) -> None:
    assert app.template_folder is not None  # noqa: S101  (Flask's own default)
    own = FileSystemLoader(f"{app.root_path}/{app.template_folder}")
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_options = {
        **app.jinja_options,
        "loader": ChoiceLoader([own, govuk]),
        "trim_blocks": True,
    }
    add_words(app)
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    """What every template may ask for."""
    here, who = installation(), person()
    councils = here.councils
    council = councils.get(who.council) if who else None
    if council is None and len(councils) == 1:
        council = next(iter(councils.values()))
    return {
        "council": council,
        "cspNonce": nonce(),
        "me": who,
        "task_acts": task_acts,
        **_doors(who),
    }


_DOORS: Final = (
    "i_may_raise", "i_may_administer", "i_may_use_registers", "i_may_see_figures",
    "i_may_read_reports",
)  # fmt: skip


def _doors(who: Person | None) -> dict[str, bool]:
    """Which parts of the site are for whoever is signed in, read once a page."""
    here = installation()
    if who is None:
        return dict.fromkeys(_DOORS, False)
    with here.database.read() as connection:
        council = here.council(who.council)
        rights = register_rights(connection, who, council, here.clock.now())
    return {
        "i_may_raise": rights.raises,
        "i_may_administer": rights.administers,
        "i_may_use_registers": rights.any,
        "i_may_see_figures": bool(rights.leads_reviews or rights.managing or rights.administers),
        "i_may_read_reports": reads_any(rights, council),
    }
