"""Word forms: filled in from named placeholders, with nothing of them ever run."""

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from engine.documents.word_form import (
    CAFCASS,
    PLACEHOLDERS,
    BadWordForm,
    builtin,
    fill,
    placeholders,
    read_form_file,
)
from tests.webui.papers import text_of_word


def form(*paragraphs: str, header: str = "") -> bytes:
    """A Word document; a `|` in a paragraph cuts it into runs, as Word does."""
    document = Document()
    for each in paragraphs:
        paragraph = document.add_paragraph()
        for run in each.split("|"):
            paragraph.add_run(run)
    document.sections[0].header.paragraphs[0].text = header
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_the_form_that_is_brought_along_asks_for_all_that_there_is() -> None:
    assert placeholders(builtin(CAFCASS)) == PLACEHOLDERS.keys()
    facts = {name: f"<{name}> & more" for name in PLACEHOLDERS}
    filled = fill(builtin(CAFCASS), facts, PLACEHOLDERS)
    said = text_of_word(filled)
    for name in PLACEHOLDERS:
        if name != "case_number":
            assert f"<{name}> & more" in said
    assert "{{" not in said


def test_a_placeholder_that_word_cut_into_pieces_is_found() -> None:
    cut = form("Name: {|{ child|_name }|}.", header="Case {{ case_number }}")
    assert placeholders(cut) == {"child_name", "case_number"}
    filled = fill(cut, {"child_name": "Kim Bell", "case_number": "2026-1"}, PLACEHOLDERS)
    assert "Name: Kim Bell." in text_of_word(filled)
    header = Document(BytesIO(filled)).sections[0].header.paragraphs[0].text
    assert header == "Case 2026-1"


def test_lines_stay_and_nothing_that_was_written_is_taken_for_a_placeholder() -> None:
    written = "One\nTwo {{ 7 * 7 }} {% for x in y %} <w:p> &amp; \x00\x0c\ud800 end"
    said = text_of_word(fill(form("{{ concerns }}"), {"concerns": written}, PLACEHOLDERS))
    assert said == "One\nTwo {{ 7 * 7 }} {% for x in y %} <w:p> &amp;  end"


@pytest.mark.parametrize(
    ("content", "found", "mend"),
    [
        (b"no document", "no Word document", "Save it in Word"),
        (b"", "no Word document", "Save it in Word"),
        (b"x" * 5_000_001, "larger than 5 MB", "smaller"),
        (form("{{ child_name"), "cannot be read", "two brackets"),
        (form("{{ child_name.upper() }}"), "code, which is never run", "{{ child_name }}"),
        (form("{{ 9 ** 9 }}"), "code, which is never run", "{{ child_name }}"),
        (form("{% for x in range(9) %}a{% endfor %}"), "code, which is never run", "Write each"),
        (form("{{ child_name[0] }}"), "code, which is never run", "Write each"),
    ],
)
def test_what_is_no_plain_form_is_refused_with_what_to_do(
    content: bytes, found: str, mend: str
) -> None:
    with pytest.raises(BadWordForm) as caught:
        placeholders(content)
    assert found in caught.value.found
    assert mend in caught.value.mend
    with pytest.raises(BadWordForm):
        fill(content, {}, PLACEHOLDERS)


def test_what_stands_for_nothing_is_named() -> None:
    with pytest.raises(BadWordForm, match="asks for “mother”"):
        fill(form("{{ mother }}"), {}, PLACEHOLDERS)


def test_a_councils_own_form_comes_before_the_one_brought_along(tmp_path: Path) -> None:
    assert read_form_file(tmp_path, CAFCASS) == builtin(CAFCASS)
    own = form("{{ child_name }}")
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / f"{CAFCASS}.docx").write_bytes(own)
    assert read_form_file(tmp_path, CAFCASS) == own
