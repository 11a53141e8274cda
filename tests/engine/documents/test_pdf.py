"""PDFs: PDF/UA-1 by their structure, every word as it was written, whatever was written."""

import subprocess
import sys
import unicodedata
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfua import validate

from engine.clock import parse_instant
from engine.documents import pdf as setting
from engine.documents.letters import RANGES, settable, western
from engine.documents.paper import Block, Heading, Pairs, Paper, Picture, Table, Text
from engine.documents.pdf import NoPdf, pdf
from tests.engine.documents.structure import problems_of, tags_of
from tests.webui.papers import text_of_pdf

AT = parse_instant("2026-03-23T10:00")
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200" width="300" height="200" '
    'font-family="Arial, sans-serif"><rect width="290" height="190" fill="none" stroke="#000"/>'
    '<text x="20" y="60">Respond at Stage 1</text></svg>'
)
ALL: tuple[Block, ...] = (
    Heading(text="The child and the case"),
    Text(text="One paragraph.\n\nAnother,\nin two lines."),
    Text(text="Small", quiet=True),
    Heading(text="Monday 23 March 2026", level=2),
    Pairs(rows=(("Child", "Kim Bell"), ("Reference", "R-1"))),
    Heading(text="Who was told"),
    Table(head=("Who", "About"), rows=(("Team Manager", "A task"), ("Raiser", "An answer"))),
    Heading(text="Where it is"),
    Picture(svg=PICTURE, alt="The procedure, with where the case is."),
    Heading(text="After it"),
)


def paper(*blocks: Block, title: str = "Case 2026-00001") -> Paper:
    """A paper that consists of the blocks."""
    return Paper(title=title, subtitle="Positive Challenge", foot="Case 1", blocks=blocks)


def test_a_paper_is_pdf_ua_by_all_that_a_machine_sees(tmp_path: Path) -> None:
    content = pdf(paper(*ALL), at=AT)
    assert problems_of(content) == []
    file = tmp_path / "paper.pdf"
    file.write_bytes(content)
    report = validate(str(file))
    assert [each.message for each in report.findings] == []
    assert report.exit_code == 0


def test_the_checks_find_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "bad.pdf"
    with pikepdf.open(_file(tmp_path, pdf(paper(*ALL), at=AT))) as opened:
        del opened.Root["/Lang"]
        del opened.Root["/ViewerPreferences"]
        for tag in opened.objects:
            if isinstance(tag, pikepdf.Dictionary) and "/Alt" in tag:
                del tag["/Alt"]
        opened.save(file)
    assert {"no language", "a picture without words"} <= set(problems_of(file.read_bytes()))
    plain = typst.compile(b'#set text(lang: "en")\n= A\n=== B', pdf_tags=False)
    assert "no tags" in problems_of(plain)


def _file(folder: Path, content: bytes) -> Path:
    file = folder / "good.pdf"
    file.write_bytes(content)
    return file


def test_it_is_read_in_its_order_and_each_block_is_what_it_is() -> None:
    tags = tags_of(pdf(paper(*ALL), at=AT))
    headings = [tag for tag in tags if tag in ("Title", "H1", "H2", "H3")]
    assert headings[:5] in (
        ["Title", "H1", "H2", "H1", "H1"],
        ["H1", "H2", "H3", "H2", "H2"],
    )
    assert tags.index("Table") < tags.index("Figure")
    assert tags.count("TH") == 2
    assert tags.count("LI") == 2


@pytest.mark.parametrize(
    "written",
    [
        '#panic() #read("/etc/passwd") *bold* _it_ $x^2$ `raw` \\ // no /* no */ = no',
        "- no list\n+ none\n/ Term: none\n= No heading",
        "<label> @reference ~ --- ... 'q' \"q\" #{ 1 + 1 } #[x] https://example.invalid",
        "{{ case_number }} {% if x %} &amp; <b> ]]> %PDF-1.7 endobj",
    ],
)
def test_what_somebody_wrote_is_never_markup(written: str) -> None:
    content = pdf(paper(Text(text=written), Pairs(rows=((written, written),))), at=AT)
    said = text_of_pdf(content)
    assert said.count(" ".join(written.split())) == 3
    assert problems_of(content) == []


def test_letters_of_many_languages_stand_as_they_are() -> None:
    written = "Zoë Łukasz Çağla Ștefan Ірина Γιώργος Mărioara Nguyễn “quoted” – € ½ → ✓ ☐ •"
    said = text_of_pdf(pdf(paper(Text(text=written)), at=AT))
    assert unicodedata.normalize("NFC", said).count(written) == 1


def test_right_to_left_letters_are_set_over_many_lines() -> None:
    arabic = "هذا الطفل يريد أن يرى والدته كل أسبوع. "
    content = pdf(
        paper(Text(text=arabic * 60), Text(text=f"In English, then {arabic}" * 30)), at=AT
    )
    assert problems_of(content) == []


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Well done 😀!", "Well done [grinning face]!"),
        ("王小明", "[Chinese letters]"),
        ("a\x00b\x07c\x1b[0m", "abc[0m"),
        ("one\u2028two\u00a0three\u200ffour", "one two\u00a0threefour"),
        ("\ud800", ""),
        ("\U000e0041\ue000", ""),
    ],
)
def test_what_the_fonts_lack_is_said_in_words(written: str, told: str) -> None:
    assert settable(written) == told
    assert problems_of(pdf(paper(Text(text=f"x{written}"), title=f"x{written}"), at=AT)) == []


def test_each_sign_of_the_ranges_can_be_set(caplog: pytest.LogCaptureFixture) -> None:
    for first, last in RANGES:
        signs = [chr(code) for code in range(first, last + 1)]
        alone = [sign for sign in signs if unicodedata.category(sign)[0] not in "C"]
        assert pdf(paper(*(Text(text=f"x {sign}") for sign in alone)), at=AT)
    assert caplog.text == ""  # and no second try was needed


@given(st.lists(st.text(max_size=200), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_there_is_a_pdf_of_it(written: list[str]) -> None:
    assert pdf(paper(*(Text(text=each) for each in written), title=f"Case {written[0]}"), at=AT)


def test_a_word_without_an_end_stays_on_the_page() -> None:
    content = pdf(
        paper(Text(text="W" * 3000), Table(head=("a", "b"), rows=(("V" * 900, "x"),))), at=AT
    )
    assert text_of_pdf(content).count("W") == 3000
    with pikepdf.open(_opened(content)) as opened:
        assert len(opened.pages) > 1


def _opened(content: bytes) -> BytesIO:
    return BytesIO(content)


def test_what_typst_cannot_set_is_tried_once_more_and_then_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[str] = []

    class PanicException(BaseException):
        """As Typst's own, which is no Exception."""

    def panic(data: dict[str, str], _at: object) -> bytes:
        tried.append(data["title"])
        raise PanicException(data["title"])

    monkeypatch.setattr(setting, "_set", panic)
    with pytest.raises(NoPdf, match="Copy the text"):
        pdf(paper(title="Kim שלום"), at=AT)
    assert tried == ["Kim שלום", "Kim [Hebrew letters]"]
    assert "Kim" not in caplog.text  # no log names a child


def test_what_stops_the_program_is_no_panic(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_data: object, _at: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(setting, "_set", stop)
    with pytest.raises(KeyboardInterrupt):
        pdf(paper(), at=AT)


def test_without_right_to_left_letters_all_else_stands() -> None:
    assert western("Zoë שלום “x” 😀") == "Zoë [Hebrew letters] “x” [grinning face]"


def test_the_same_paper_is_the_same_file() -> None:
    assert pdf(paper(*ALL), at=AT) == pdf(paper(*ALL), at=AT)


def test_a_large_paper_is_set_in_bounded_time() -> None:
    """150 entries of 500 words each: in a process of its own, ended where it takes too long."""
    script = (
        "from tests.engine.documents.test_pdf import *\n"
        "blocks = [b for n in range(150) for b in "
        "(Heading(text=f'Entry {n}', level=1), Pairs(rows=(('What?', 'every week ' * 250),)))]\n"
        "print(len(pdf(paper(*blocks), at=AT)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100_000
