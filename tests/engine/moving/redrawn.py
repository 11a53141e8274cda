"""Versions of North East Lincolnshire's procedure that somebody redrew, put to use by the tests."""

import re

from engine.procedures import Package, publish
from engine.rehearsal import Rehearsal
from engine.store.versions import VersionRow
from tests.stories import COUNCIL, procedure

KEY = "positive-challenge"
DIAGRAM = f"{KEY}.bpmn"


def redrawn(
    *changes: tuple[str, str], file: str = DIAGRAM, since: Package | None = None
) -> Package:
    """The procedure, or `since`, with each text of a file in the place of another, once each."""
    before = since or procedure()
    text = before.files[file].decode()
    for old, new in changes:
        assert text.count(old) == 1, (text.count(old), old)
        text = text.replace(old, new)
    return Package(council=COUNCIL, key=KEY, files={**before.files, file: text.encode()})


def put_to_use(told: Rehearsal, package: Package) -> VersionRow:
    """The package is the newest version, by its service manager."""
    by = told.people["iro_sm"].id
    return publish(told.installation, package, by=by, reason="The Director decided so.")


def renamed(element: str, other: str) -> Package:
    """The procedure in which one element has another id, wherever it is named."""
    source = procedure().files[DIAGRAM].decode()
    text = re.sub(rf"\b{element}\b", other, source)
    assert text != source
    return Package(council=COUNCIL, key=KEY, files={**procedure().files, DIAGRAM: text.encode()})


def other_words(package: Package) -> Package:
    """The package in other words: the names of all its tasks, the labels of all that is asked."""
    files = dict(package.files)
    for path, content in package.files.items():
        text = content.decode()
        if path.endswith(".bpmn"):
            text = re.sub(r'(<bpmn:userTask id="[^"]+" name="[^"]*)"', r'\1, anew"', text)
        elif path.endswith(".form"):
            text = re.sub(r'("label": "[^"]+)"', r'\1 (anew)"', text)
        files[path] = text.encode()
    assert files != package.files
    return Package(council=package.council, key=package.key, files=files)


def task(element: str, **attributes: str) -> tuple[str, str]:
    """A change of a user task's name, posts or form: to `attributes`, from what it has."""
    source = procedure().files[DIAGRAM].decode()
    found = re.search(rf'<bpmn:userTask id="{element}"[^>]*>', source)
    assert found
    changed = found[0]
    for name, value in attributes.items():
        attribute = {"posts": "camunda:candidateGroups", "form": "camunda:formKey"}.get(name, name)
        changed = re.sub(rf'{attribute}="[^"]*"', f'{attribute}="{value}"', changed)
    return found[0], changed


def timer(element: str, time: str) -> tuple[str, str]:
    """A change of how long a timer runs."""
    source = procedure().files[DIAGRAM].decode()
    found = re.search(
        rf'<bpmn:boundaryEvent id="{element}".*?tFormalExpression">([^<]*)<', source, re.DOTALL
    )
    assert found
    return found[0], found[0][: -len(found[1]) - 1] + f"{time}<"


WORDS = (
    task("stage1_respond", name="Answer the challenge at Stage 1"),
    task("stage2_respond", name="Answer the challenge at Stage 2"),
)
LATER = (timer("stage3_due", "3 working days"),)
