"""The little markdown that a form's texts are written in, as GOV.UK's HTML.

Headings, paragraphs, bullet lists, **bold** and [links](https://…); everything else is shown as it
was written. Nothing of the text reaches the page unescaped.
"""

import re

from markupsafe import Markup, escape

_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_BULLET = re.compile(r"[-*]\s+(.*)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^\s)]+|mailto:[^\s)]+)\)")


def render_markdown(text: str) -> Markup:
    """The text as HTML; its headings begin at the second level, for a page has one first."""
    blocks: list[str] = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        blocks += _block(block.split("\n"))
    return Markup("\n".join(blocks))  # noqa: S704  (each part was escaped)


def _block(lines: list[str]) -> list[str]:
    made: list[str] = []
    paragraph: list[str] = []
    bullets: list[str] = []
    for line in lines:
        heading, bullet = _HEADING.match(line), _BULLET.match(line)
        if heading or not bullet:
            made += _closed_list(bullets)
        if heading or bullet:
            made += _closed_paragraph(paragraph)
        if heading:
            made.append(_heading(len(heading[1]), heading[2]))
        elif bullet:
            bullets.append(_inline(bullet[1]))
        else:
            paragraph.append(_inline(line))
    return made + _closed_list(bullets) + _closed_paragraph(paragraph)


def _heading(level: int, text: str) -> str:
    size = "m" if level <= 2 else "s"
    tag = "h2" if level <= 3 else "h3"
    return f'<{tag} class="govuk-heading-{size}">{_inline(text)}</{tag}>'


def _closed_list(bullets: list[str]) -> list[str]:
    if not bullets:
        return []
    items = "".join(f"<li>{item}</li>" for item in bullets)
    bullets.clear()
    return [f'<ul class="govuk-list govuk-list--bullet">{items}</ul>']


def _closed_paragraph(lines: list[str]) -> list[str]:
    if not any(lines):
        return []
    text = "<br>".join(lines)
    lines.clear()
    return [f'<p class="govuk-body">{text}</p>']


def _inline(text: str) -> str:
    safe = str(escape(text.strip()))
    safe = _BOLD.sub(r"<strong>\1</strong>", safe)
    return _LINK.sub(r'<a class="govuk-link" href="\2" rel="noreferrer">\1</a>', safe)
