"""The forms of a procedure that is redrawn: their questions changed in their own JSON.

What is not known of a component stays in it, and so does the order of what is written.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from engine.diagrams.diagram import Diagram
from engine.diagrams.expressions import BadExpression, parse
from engine.errors import StepladderError
from engine.forms import BadForm, Form, read_form
from engine.procedures import Package
from engine.redrawing.questions import Question, read_question, unused, write_question

_LONGEST_KEY: Final = 40


class NoForm(StepladderError):
    """A form or a question is asked for that the draft does not have."""


class CannotChange(StepladderError):
    """A form that is written in such a way that it cannot be changed here."""


def read_questions(content: bytes) -> tuple[Question, ...]:
    """All questions of a form's file, what lies in a group after it. Raises `CannotChange`."""
    return tuple(_questions(_components(_data(content)), ""))


def title_of(content: bytes) -> str:
    """The form's heading, "" where it has none. Raises `CannotChange`."""
    first = _heading(_components(_data(content)))
    return str(first["text"]).strip().partition("\n")[0][2:].strip() if first else ""


def set_title(content: bytes, title: str) -> bytes:
    """The file in which the form has that heading. Raises `CannotChange`."""
    data = _data(content)
    components = _components(data)
    first = _heading(components)
    if first is None:
        components.insert(0, {"type": "text", "id": "heading", "text": f"# {title}"})
    else:
        rest = str(first["text"]).strip().partition("\n")[1:]
        first["text"] = f"# {title}{''.join(rest)}"
    return _written(data, content)


def new_form(name: str, title: str, question: str, key: str) -> bytes:
    """The file of a new form: a heading, and one question under that key, for a long text."""
    data = {
        "type": "default",
        "id": name,
        "schemaVersion": 18,
        "components": [{"type": "text", "id": "heading", "text": f"# {title}"}],
    }
    bare = (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()
    wanted = Question(place="", kind="textarea", label=question, required=True)
    return add_question(bare, wanted, key)


def new_name(taken: Sequence[str], title: str) -> str:
    """A name for a file, made of its title, that none of those taken is."""
    return unused(taken, _slug(title, "-") or "form", "-")


def new_key(package: Package, label: str) -> str:
    """A key for a new question that no question of any form of the procedure has."""
    taken = {q.key for path in package.files for q in _known(package, path)}
    return unused(sorted(taken), _slug(label, "_") or "question", "_")


def add_question(content: bytes, wanted: Question, key: str) -> bytes:
    """The file with one more question at its end, under that key. Raises `CannotChange`."""
    data = _data(content)
    components = _components(data)
    ids = {str(each.get("id")) for each in _all(components)}
    made: dict[str, Any] = {"type": "textfield", "id": unused(sorted(ids), f"field_{key}", "_")}
    if wanted.kind != "text":
        made["key"] = key
    write_question(made, replace(wanted, key=key))
    components.append(made)
    return _written(data, content)


def change_question(content: bytes, wanted: Question) -> bytes:
    """The file in which the question at that place is as wanted. Raises as `remove_question`."""
    data = _data(content)
    siblings, index = _find(data, wanted.place)
    write_question(siblings[index], wanted)
    return _written(data, content)


def remove_question(content: bytes, place: str) -> bytes:
    """The file without the question at that place, and without a group that then has none.

    Raises `NoForm` where nothing is there, and `CannotChange`.
    """
    data = _data(content)
    siblings, index = _find(data, place)
    del siblings[index]
    outer = place.rpartition(".")[0]
    written = _written(data, content)
    return remove_question(written, outer) if outer and not siblings else written


def move_question(content: bytes, place: str, by: int) -> bytes:
    """The file in which the question changed places with the one after it, or, with -1, before it.

    The heading stays first. Raises as `remove_question`.
    """
    data = _data(content)
    siblings, index = _find(data, place)
    other = index + (1 if by > 0 else -1)
    first = 1 if siblings is _components(data) and _heading(siblings) else 0
    if not first <= other < len(siblings):
        raise NoForm("It stands at the end already. Nothing was moved.")
    siblings[index], siblings[other] = siblings[other], siblings[index]
    return _written(data, content)


def find_question(content: bytes, place: str) -> Question:
    """The question at that place. Raises `NoForm` and `CannotChange`."""
    for question in read_questions(content):
        if question.place == place:
            return question
    raise NoForm("The form has no such question any more. Look in the list of its questions.")


def faults(content: bytes) -> tuple[str, ...]:
    """What keeps the form from being shown, in sentences."""
    try:
        read_form(content)
    except BadForm as error:
        return tuple(f"{each.problem} {each.mend}".strip() for each in error.problems)
    return ()


def demand_shown(content: bytes, before: bytes | None = None) -> bytes:
    """The same, where it can be shown, or else could not be shown `before` for the same reasons.

    Raises `CannotChange` with the faults.
    """
    known = faults(before) if before is not None else ()
    wrong = [fault for fault in faults(content) if fault not in known]
    if wrong:
        raise CannotChange(" ".join(wrong))
    return content


def shown(content: bytes) -> Form | None:
    """The form as it is filled in; None where it cannot be shown."""
    with suppress(BadForm):
        return read_form(content)
    return None


def where_asked(package: Package, key: str) -> tuple[str, ...]:
    """Where the diagram or procedure.toml counts on a question's key: names of elements, mostly.

    Nothing counts on the empty key of what asks nothing.
    """
    if not key:
        return ()
    diagram = package.diagram
    found = [
        f"the way from {_called(diagram, flow.source)} to {_called(diagram, flow.target)}"
        for flow in diagram.flows.values()
        if _reads(flow.condition, key)
    ]
    for element in diagram.elements.values():
        texts = (element.time, *element.properties.values())
        if any(_mentions(text, key) for text in texts):
            found.append(_called(diagram, element.id))
    settings = package.files.get("procedure.toml", b"").decode("utf-8", "replace")
    if re.search(rf'"(\w+, *)*{re.escape(key)}(, *\w+)*"', settings):
        found.append("the procedure’s settings")
    return tuple(dict.fromkeys(found))


def used_by(package: Package, name: str) -> tuple[str, ...]:
    """The names of the steps, buttons and starts at which the form is filled in."""
    elements = package.diagram.elements.values()
    named = [_called(package.diagram, each.id) for each in elements if each.form == name]
    return tuple(dict.fromkeys(named))


def form_names(package: Package) -> list[str]:
    """The names of all forms, also of those that cannot be read."""
    paths = [path for path in sorted(package.files) if path.startswith("forms/")]
    return [path.removeprefix("forms/").removesuffix(".form") for path in paths]


def path_of(name: str) -> str:
    """Where the form lies in the procedure's folder."""
    return f"forms/{name}.form"


def _called(diagram: Diagram, key: str) -> str:
    element = diagram.elements.get(key)
    return f"“{element.name or element.message or element.id}”" if element else key


def _reads(condition: str | None, key: str) -> bool:
    if not condition:
        return False
    try:
        return key in parse(condition).names
    except BadExpression:
        return False


def _mentions(text: str | None, key: str) -> bool:
    bare = re.sub(r'"[^"]*"', "", text or "")
    return re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", bare) is not None


def _known(package: Package, path: str) -> tuple[Question, ...]:
    if not path.startswith("forms/"):
        return ()
    with suppress(CannotChange):
        return read_questions(package.files[path])
    return ()


def _data(content: bytes) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise CannotChange("The form is no JSON. Save it again in a form editor.") from error
    if not isinstance(data, dict) or not isinstance(data.get("components"), list):
        raise CannotChange("The form has no list of questions. Save it in a form editor.")
    if not all(isinstance(each, dict) for each in _all(data["components"])):
        raise CannotChange("The form holds something that is no question. Save it in an editor.")
    return data


def _components(data: dict[str, Any]) -> list[dict[str, Any]]:
    components: list[dict[str, Any]] = data["components"]
    return components


def _all(components: list[Any]) -> Iterator[Any]:
    for each in components:
        yield each
        if isinstance(each, dict) and isinstance(each.get("components"), list):
            yield from _all(each["components"])


def _written(data: dict[str, Any], before: bytes) -> bytes:
    found = re.match(rb"\s*\{\r?\n([ \t]+)", before)
    indent = found[1].decode() if found else None
    text = json.dumps(data, indent=indent, ensure_ascii=False)
    return (text + ("\n" if before.endswith(b"\n") else "")).encode()


def _heading(components: list[dict[str, Any]]) -> dict[str, Any] | None:
    first = components[0] if components else None
    text = str((first or {}).get("text") or "").strip()
    return first if first and first.get("type") == "text" and text.startswith("# ") else None


def _find(data: dict[str, Any], place: str) -> tuple[list[dict[str, Any]], int]:
    siblings = _components(data)
    *outer, last = place.split(".")
    with suppress(ValueError, IndexError, KeyError, TypeError):
        for step in outer:
            siblings = siblings[int(step)]["components"]
        if 0 <= int(last) < len(siblings):
            return siblings, int(last)
    raise NoForm("The form has no such question any more. Look in the list of its questions.")


def _questions(components: list[dict[str, Any]], within: str) -> Iterator[Question]:
    heading = None if within else _heading(components)
    for index, component in enumerate(components):
        if component is heading:
            continue
        place = f"{within}{index}"
        yield read_question(component, place)
        inner = component.get("components")
        if component.get("type") == "group" and isinstance(inner, list):
            yield from _questions(inner, f"{place}.")


def _slug(text: str, joint: str) -> str:
    words = re.sub(r"[^a-z0-9]+", joint, text.casefold()).strip(joint)
    short = words[:_LONGEST_KEY].strip(joint)
    return short if not short or short[0].isalpha() else f"q{joint}{short}"
