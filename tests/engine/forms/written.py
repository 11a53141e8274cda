"""Forms as form-js writes them, for the tests."""

import json
from typing import Any

from engine.forms import Form, read_form


def written(*components: dict[str, Any], form_id: str = "answer") -> bytes:
    """The file that an editor saves for these components."""
    content = {"id": form_id, "type": "default", "schemaVersion": 18, "components": components}
    return json.dumps(content).encode()


def form_of(*components: dict[str, Any]) -> Form:
    """The form that these components make."""
    return read_form(written(*components))


DECISION: dict[str, Any] = {
    "type": "radio",
    "key": "decision",
    "label": "Decision",
    "values": [
        {"value": "satisfied", "label": "I am satisfied"},
        {"value": "next stage", "label": "Go to the next stage"},
        {"value": "give time", "label": "Give more time"},
    ],
    "validate": {"required": True},
}
MORE_TIME: dict[str, Any] = {
    "type": "datetime",
    "subtype": "date",
    "key": "answer_by",
    "dateLabel": "Date wanted",
    "validate": {"required": True},
    "conditional": {"hide": '=decision != "give time"'},
}
ACTION: dict[str, Any] = {
    "type": "textarea",
    "key": "action",
    "label": "Action asked for",
    "validate": {"required": True, "maxLength": 200},
}
