"""Sending a form as a browser does: with what its page had hidden in it, files, and a check."""

import io
import re
from collections.abc import Mapping

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.webui.office import token_of


def hidden(content: str) -> dict[str, str]:
    """What the page's form sends of its own."""
    found = re.findall(r'name="(draft\.\w+)" value="([^"]*)"', content)
    return {**dict(found), "csrf_token": token_of(content)}


def submit(
    client: FlaskClient,
    page: str,
    fields: Mapping[str, object],
    *,
    to: str | None = None,
    files: Mapping[str, tuple[str, bytes]] | None = None,
) -> TestResponse:
    """The form of the page is filled in and sent, there or `to` another address."""
    shown = client.get(page)
    sent: dict[str, object] = {**hidden(shown.text), **fields}
    for name, (file, content) in (files or {}).items():
        sent[name] = (io.BytesIO(content), file)
    return client.post(to or page, data=sent)


def submit_and_check(client: FlaskClient, page: str, fields: Mapping[str, object]) -> TestResponse:
    """The form is sent, its answers are shown once more, and confirmed; the answer to that."""
    asked = submit(client, page, fields)
    assert asked.status_code == 303, asked.text
    assert asked.location.endswith("/check"), asked.location
    return submit(client, asked.location, {})
