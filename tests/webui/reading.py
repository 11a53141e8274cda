"""Reads a page as a person does: its words, without the marks, the scripts and the pictures."""

import html
import re

from werkzeug.test import TestResponse

_UNREAD = re.compile(r"(?s)<(script|svg|head)\b.*?</\1>")
_TAG = re.compile(r"<[^>]+>")
_SPACE = re.compile(r"\s+")


def text_of(page: TestResponse) -> str:
    """The words of the page, one space between them."""
    words = _TAG.sub(" ", _UNREAD.sub(" ", page.text))
    return _SPACE.sub(" ", html.unescape(words)).strip()
