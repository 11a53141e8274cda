"""Word forms with placeholders, as `{{ child_name }}`: what a council makes in Word itself.

Only plain placeholders are taken; nothing of a form is ever run. docxtpl finds them where Word cut
them into pieces, and fills them in.
"""

import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from docxtpl import DocxTemplate, Listing
from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from engine.errors import StepladderError

CAFCASS: Final = "cafcass-referral"
"""The form for a referral to CAFCASS; the one that the product brings is generic (A-NEL-1)."""
FORMS: Final = frozenset({CAFCASS})
FOLDER: Final = "documents"
"""Where a council keeps its own forms, beside its council.toml."""
LARGEST_FORM: Final = 5_000_000
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

PLACEHOLDERS: Final[Mapping[str, str]] = {
    "case_number": "The number of the case",
    "council": "The council's name",
    "procedure": "The procedure's title",
    "today": "The day on which the form is downloaded",
    "child_name": "The child's name",
    "child_date_of_birth": "The child's date of birth",
    "child_reference": "The child's reference in the case management system",
    "legal_status": "The child's legal statuses today, with the day since when",
    "team": "The team that the case is with",
    "social_worker": "The child's social worker",
    "raiser_name": "The name of who raised the case",
    "raiser_post": "Their post, in the council's words",
    "raiser_email": "Their e-mail address",
    "raised_on": "The day on which the case was raised",
    "concerns": "Each concern, what it means for the child, and what is asked for",
    "wishes_and_feelings": "What the child wants and feels, and who told the child",
    "stage": "Where the case stands",
    "time": "The two clocks: how many of the working days are used",
    "steps_so_far": "What was answered and decided, in order",
    "reason_for_referral": "What was written when the referral was made",
    "told": "Who was told that a referral is considered or made, and when",
}
_NOT_XML: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class BadWordForm(StepladderError):
    """A form that cannot be filled in. `found` is what is wrong, `mend` what to do."""

    def __init__(self, found: str, mend: str) -> None:
        super().__init__(f"{found} {mend}")
        self.found = found
        self.mend = mend


def builtin(name: str) -> bytes:
    """The form of that name which the product brings along."""
    return _builtin(name)


@cache
def _builtin(name: str) -> bytes:
    return files("engine.documents").joinpath(f"{name}.docx").read_bytes()


def read_form_file(council: Path, name: str) -> bytes:
    """The council's own form of that name from its folder, or else the one brought along."""
    file = council / FOLDER / f"{name}.docx"
    try:
        return file.read_bytes() if file.is_file() else builtin(name)
    except OSError as error:
        raise BadWordForm(
            f"The form {file.name} cannot be read ({error.strerror}).", "Let it be read."
        ) from error


def placeholders(form: bytes) -> frozenset[str]:
    """The names of the placeholders in a form. Raises `BadWordForm` for what is none."""
    template, environment = _open(form), _environment()
    found: set[str] = set()
    for xml in _parts(template):
        try:
            tree = environment.parse(xml)
        except TemplateSyntaxError as error:
            raise BadWordForm(
                f"A placeholder cannot be read: {error.message}.", _WRITE_PLAINLY
            ) from error
        found |= set(_names(tree))
    return frozenset(found)


def fill(form: bytes, facts: Mapping[str, str], known: Collection[str]) -> bytes:
    """The form with each placeholder filled in; line breaks stay, and nothing is run.

    Raises `BadWordForm` where it asks for what is not in `known`.
    """
    unknown = sorted(placeholders(form) - set(known))
    if unknown:
        raise BadWordForm(
            f"The form asks for “{unknown[0]}”, which stands for nothing.",
            "Ask your service manager to mend the council’s form.",
        )
    template = _open(form)
    told = {name: Listing(_NOT_XML.sub("", facts.get(name, ""))) for name in known}
    template.render(told, _environment(), autoescape=True)
    out = BytesIO()
    template.save(out)
    return out.getvalue()


_WRITE_PLAINLY: Final = "Write each as {{ child_name }}, with two brackets on each side."


def _environment() -> Environment:
    return SandboxedEnvironment(autoescape=True)


def _open(form: bytes) -> Any:
    if len(form) > LARGEST_FORM:
        raise BadWordForm("The form is larger than 5 MB.", "Make its pictures smaller.")
    try:
        template = DocxTemplate(BytesIO(form))
        template.init_docx()
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise BadWordForm(
            "The form is no Word document.", "Save it in Word as a document (.docx)."
        ) from error
    return template


def _parts(template: Any) -> Iterator[str]:
    yield template.patch_xml(template.get_xml())
    for kind in (template.HEADER_URI, template.FOOTER_URI):
        for _, part in template.get_headers_footers(kind):
            yield template.patch_xml(template.get_part_xml(part))


def _names(tree: nodes.Template) -> Iterator[str]:
    for output in tree.body:
        for node in output.nodes if isinstance(output, nodes.Output) else [output]:
            if isinstance(node, nodes.Name):
                yield node.name
            elif not isinstance(node, nodes.TemplateData):
                raise BadWordForm("The form holds code, which is never run.", _WRITE_PLAINLY)
