"""Forms written for the tests of how they are shown."""

import json
from typing import Any

from engine.forms import Form, read_form


def written(*components: dict[str, Any]) -> Form:
    """A form with these components, as a form editor would save it."""
    content = {"type": "default", "id": "test", "schemaVersion": 18, "components": components}
    return read_form(json.dumps(content).encode())


def radio(key: str, *values: str, hide: str = "", **more: Any) -> dict[str, Any]:
    """A choice of one, the values' labels beginning with a capital."""
    options = [{"value": value, "label": value.capitalize()} for value in values]
    return field("radio", key, hide=hide, values=options, **more)


def field(kind: str, key: str, *, hide: str = "", **more: Any) -> dict[str, Any]:
    """A question whose label is its key in words."""
    label = key.replace("_", " ").capitalize()
    made = {"type": kind, "id": f"field_{key}", "key": key, "label": label, **more}
    return made | ({"conditional": {"hide": f"={hide}"}} if hide else {})
