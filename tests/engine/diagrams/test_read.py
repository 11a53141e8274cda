"""Files that a stranger wrote are read safely, or refused with a sentence and a line."""

import time
from typing import Any

import pytest

from engine.diagrams.read import DEEPEST_NESTING, LARGEST_FILE, Unreadable, read

PLAIN = '<a xmlns="urn:x">\n  <b>caf\u00e9</b>\n</a>'


def refused(source: bytes) -> Unreadable:
    started = time.perf_counter()
    with pytest.raises(Unreadable) as caught:
        read(source, "stage.bpmn")
    assert time.perf_counter() - started < 1
    return caught.value


def inner_text(source: bytes) -> str | None:
    return read(source, "stage.bpmn")[0].text


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        (None, "utf-8"),
        (None, "utf-8-sig"),
        ("UTF-8", "utf-8"),
        ("UTF-16", "utf-16"),
        (None, "utf-16-be"),
        (None, "utf-16-le"),
        ("UTF-32", "utf-32"),
        ("ISO-8859-1", "iso-8859-1"),
        ("windows-1252", "cp1252"),
        ("ISO-8859-15", "iso-8859-15"),
    ],
)
def test_a_legal_encoding_reads_the_same(declared: str | None, encoding: str) -> None:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    root = read((prolog + PLAIN).encode(encoding), "stage.bpmn")
    assert root[0].text == "caf\u00e9"
    line: Any = root[0].sourceline
    assert line == (3 if declared else 2)


def test_an_external_entity_is_refused_and_its_file_never_opened() -> None:
    source = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n<a><b>&e;</b></a>'
    error = refused(source)
    assert "DOCTYPE" in error.sentence
    assert error.line == 1


def test_a_document_type_cannot_hide_in_utf_16_or_behind_a_comment() -> None:
    text = "<!-- harmless -->\n<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/x.dtd'>\n<a/>"
    assert refused(text.encode("utf-16")).line == 2
    assert refused(text.encode()).line == 2


def test_a_billion_laughs_are_refused_before_the_first() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    source = f'<!DOCTYPE a [<!ENTITY l0 "ha">{levels}]><a b="&l9;">&l9;</a>'
    assert "DOCTYPE" in refused(source.encode()).sentence


def test_fifty_megabytes_are_refused_unread() -> None:
    error = refused(b"<a>" + b" " * 50_000_000 + b"</a>")
    assert "more than 5,000,000 bytes" in error.sentence
    assert error.line is None


def test_the_largest_file_allowed_is_still_read() -> None:
    frame = len(b"<a><b>x</b></a>")
    root = read(b"<a><b>x</b>" + b" " * (LARGEST_FILE - frame) + b"</a>", "stage.bpmn")
    assert root[0].text == "x"


def test_a_hundred_thousand_nested_elements_are_refused() -> None:
    error = refused(b"<a>\n" * 100_000 + b"</a>" * 100_000)
    assert "nested" in error.sentence
    assert error.line == DEEPEST_NESTING + 1


def test_half_a_million_flat_elements_are_refused() -> None:
    assert "elements" in refused(b"<a>" + b"<b/>" * 500_000 + b"</a>").sentence


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"PK\x03\x04 a zip file",
        b"Stage 1: ask the team manager",
        b"<a><b></a>",
        b"<a>&undeclared;</a>",
        b"<a>\x00</a>",
        b"<a/><b/>",
        bytes(range(256)),
    ],
)
def test_what_is_not_xml_is_refused_in_words(source: bytes) -> None:
    error = refused(source)
    assert str(error).startswith("stage.bpmn")
    assert "Save" in error.sentence or "save" in error.sentence


def test_the_line_of_a_broken_element_is_named_even_after_a_declaration() -> None:
    assert refused(b'<?xml version="1.0"?>\n<a>\n<b>\n</a>').line == 4


@pytest.mark.parametrize("encoding", ["rot13", "utf-7", "unicode_escape", "zip", "no-such"])
def test_an_encoding_that_xml_does_not_know_is_refused(encoding: str) -> None:
    source = f'<?xml version="1.0" encoding="{encoding}"?><a><b/></a>'.encode()
    assert encoding in refused(source).sentence


def test_bytes_that_are_not_in_the_declared_encoding_are_refused() -> None:
    assert "UTF-8" in refused('<?xml version="1.0"?><a>caf\u00e9</a>'.encode("latin-1")).sentence


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_wide_encoding_is_known_by_a_space_before_the_first_element(encoding: str) -> None:
    assert inner_text(f"\n {PLAIN}".encode(encoding)) == "café"


def test_the_line_of_the_first_wrong_character_is_named() -> None:
    source = '<?xml version="1.0" encoding="UTF-8"?>\n<a>\n<b>ok</b>\ncafé</a>'.encode("cp1252")

    assert refused(source).line == 4
