"""The little markdown of a form's texts."""

import pytest

from webui.markdown import render_markdown

BODY = '<p class="govuk-body">'
LINK = '<a class="govuk-link"'
LIST = '<ul class="govuk-list govuk-list--bullet">'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One line.", f"{BODY}One line.</p>"),
        ("One\nline.", f"{BODY}One<br>line.</p>"),
        ("First.\n\nSecond.", f"{BODY}First.</p>\n{BODY}Second.</p>"),
        ("## Next", '<h2 class="govuk-heading-m">Next</h2>'),
        (
            "### Formal\nNothing here holds you up.",
            f'<h2 class="govuk-heading-s">Formal</h2>\n{BODY}Nothing here holds you up.</p>',
        ),
        ("**Now**", f"{BODY}<strong>Now</strong></p>"),
        (
            "Take:\n- this\n* that\nand go.",
            f"{BODY}Take:</p>\n{LIST}<li>this</li><li>that</li></ul>\n{BODY}and go.</p>",
        ),
        (
            "[the text](https://example.com/?b=1&c)",
            f'{BODY}{LINK} href="https://example.com/?b=1&amp;c" rel="noreferrer">the text</a></p>',
        ),
        ("", ""),
    ],
)
def test_it_is_shown_as_its_writer_meant_it(text: str, html: str) -> None:
    assert render_markdown(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '[x](https://a"onmouseover="alert(1))',
        "[x](javascript:alert(1))",
        "# <img src=x onerror=alert(1)>",
        "- **<b>bold</b>**",
    ],
)
def test_nothing_of_it_becomes_code(text: str) -> None:
    html = str(render_markdown(text))
    for tag in ("<script", "<img", "<b>", 'href="javascript', '"onmouseover'):
        assert tag not in html
