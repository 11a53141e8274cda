"""The kinds of file that people may send with an answer, recognised by what is in them.

What could run on the computer of whoever opens it is refused: programs, scripts, web pages, SVG,
and documents with macros. A name's ending must agree with the content, so that nobody opens one
kind of file in the belief that it is another (OWASP: file upload cheat sheet).
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Final

import puremagic

from engine.errors import StepladderError

_HEAD: Final = 4096
_PIECE: Final = 1 << 20
_CFB: Final = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of Outlook's and old Office's files
)
_MARKUP: Final = re.compile(rb"#!|<(!doctype|html|script|svg|\?xml|\?php|%)", re.IGNORECASE)
_INSIDE_TEXT: Final = re.compile(rb"<(html|script|svg)\b", re.IGNORECASE)
_NOT_TEXT: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_MAIL: Final = re.compile(rb"([A-Za-z][A-Za-z0-9-]*):[ \t]?")
_MAIL_FIRST: Final = frozenset(
    {b"from", b"to", b"date", b"subject", b"received", b"return-path", b"delivered-to"}
    | {b"message-id", b"mime-version", b"content-type"}
)


class NotTaken(StepladderError):
    """A file of a kind that is not taken; the sentence says what to do."""


@dataclass(frozen=True, kw_only=True)
class FileType:
    """A kind of file: `name` as people say it, its endings with a dot, its media type."""

    name: str
    endings: tuple[str, ...]
    media_type: str


_OOXML: Final = "application/vnd.openxmlformats-officedocument"
_ODF: Final = "application/vnd.oasis.opendocument"
_PDF = FileType(name="PDF", endings=(".pdf",), media_type="application/pdf")
_RTF = FileType(name="RTF", endings=(".rtf",), media_type="application/rtf")
_JPEG = FileType(name="JPEG image", endings=(".jpg", ".jpeg"), media_type="image/jpeg")
_PNG = FileType(name="PNG image", endings=(".png",), media_type="image/png")
_HEIC = FileType(name="HEIC image", endings=(".heic", ".heif"), media_type="image/heic")
_TEXT = FileType(name="plain text", endings=(".txt",), media_type="text/plain")
_CSV = FileType(name="CSV", endings=(".csv",), media_type="text/csv")
_EML = FileType(name="e-mail", endings=(".eml",), media_type="message/rfc822")
_MSG = FileType(name="Outlook e-mail", endings=(".msg",), media_type="application/vnd.ms-outlook")
_BY_MEMBER: Final[Mapping[str, FileType]] = {
    "word/document.xml": FileType(
        name="Word", endings=(".docx",), media_type=f"{_OOXML}.wordprocessingml.document"
    ),
    "xl/workbook.xml": FileType(
        name="Excel", endings=(".xlsx",), media_type=f"{_OOXML}.spreadsheetml.sheet"
    ),
    "ppt/presentation.xml": FileType(
        name="PowerPoint", endings=(".pptx",), media_type=f"{_OOXML}.presentationml.presentation"
    ),
}
_BY_MIMETYPE: Final[Mapping[str, FileType]] = {
    kind.media_type: kind
    for kind in (
        FileType(name="OpenDocument text", endings=(".odt",), media_type=f"{_ODF}.text"),
        FileType(name="OpenDocument sheet", endings=(".ods",), media_type=f"{_ODF}.spreadsheet"),
        FileType(name="OpenDocument slides", endings=(".odp",), media_type=f"{_ODF}.presentation"),
    )
}
_BY_SIGNATURE: Final[Mapping[str, FileType]] = {
    "application/pdf": _PDF,
    "application/rtf": _RTF,
    "text/rtf": _RTF,
    "image/jpeg": _JPEG,
    "image/png": _PNG,
    "image/heif": _HEIC,
    "image/heic": _HEIC,
}
TAKEN: Final[tuple[FileType, ...]] = (
    *(_PDF, *_BY_MEMBER.values(), *_BY_MIMETYPE.values(), _RTF, _TEXT, _CSV),
    *(_JPEG, _PNG, _HEIC, _EML, _MSG),
)
TAKEN_IN_WORDS: Final = (
    "a PDF, a Word, Excel or PowerPoint file, an OpenDocument file, RTF, plain text, CSV, "
    "a JPEG, PNG or HEIC image, or an e-mail"
)


def types_for(written: str) -> tuple[FileType, ...]:
    """The kinds that one part of a form's `accept` means: ".pdf", "image/png" or "image/*".

    None for what is not among the kinds that are taken.
    """
    wanted = written.strip().lower()
    if wanted.endswith("/*"):
        return tuple(kind for kind in TAKEN if kind.media_type.startswith(wanted[:-1]))
    return tuple(kind for kind in TAKEN if wanted in (*kind.endings, kind.media_type))


def recognise(name: str, stream: IO[bytes]) -> FileType:
    """The kind of a file by its content; `stream` is read from its beginning and wound back.

    Raises `NotTaken` for a kind that is not taken, and for an ending that does not agree with it.
    """
    stream.seek(0)
    head = stream.read(_HEAD)
    if not head:
        raise NotTaken(f"“{name}” is empty. Choose another file.")
    try:
        found = _by_content(name, head, stream)
    finally:
        stream.seek(0)
    if not name.lower().endswith(found.endings):
        raise NotTaken(
            f"“{name}” is {_a(found)} by its content. Give its name the ending "
            f"{found.endings[0]}, then choose it again."
        )
    return found


def _by_content(name: str, head: bytes, stream: IO[bytes]) -> FileType:
    if head.startswith(b"PK\x03\x04"):
        return _zipped(name, stream)
    if head.startswith(_CFB):
        return _contained(name, stream)
    signature = _signature(head)
    if signature in _BY_SIGNATURE:
        return _BY_SIGNATURE[signature]
    if _is_text(stream):
        return _text(name, head, stream)
    raise _refused(name)


def _signature(head: bytes) -> str:
    """The media type of the most likely kind, by the library's list of signatures."""
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    return str(found[0].mime_type) if found else ""


def _refused(name: str) -> NotTaken:
    return NotTaken(f"“{name}” is of a kind that cannot be sent. Send {TAKEN_IN_WORDS}.")


def _zipped(name: str, stream: IO[bytes]) -> FileType:
    """Office documents are archives; one with macros, or any other archive, is refused."""
    try:
        with zipfile.ZipFile(stream) as archive:
            members = set(archive.namelist())
            mimetype = archive.read("mimetype")[:100].decode() if _is_small(archive) else ""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise NotTaken(
            f"“{name}” is damaged or locked. Save it again without a password."
        ) from error
    if any(m.endswith("vbaProject.bin") or m.startswith(("Basic/", "Scripts/")) for m in members):
        raise NotTaken(f"“{name}” has macros, which are programs. Save it without macros.")
    if mimetype in _BY_MIMETYPE:
        return _BY_MIMETYPE[mimetype]
    for member, kind in _BY_MEMBER.items():
        if member in members:
            return kind
    raise NotTaken(f"“{name}” is an archive. Send the files in it one by one.")


def _is_small(archive: zipfile.ZipFile) -> bool:
    """Whether there is a mimetype as OpenDocument has it, which cannot unpack to anything large."""
    try:
        return archive.getinfo("mimetype").file_size <= 100
    except KeyError:
        return False


def _contained(name: str, stream: IO[bytes]) -> FileType:
    names = {n: n.encode("utf-16-le") for n in ("__properties_version1.0", "EncryptedPackage")}
    inside = {n for piece in _overlapping(stream) for n, code in names.items() if code in piece}
    if "__properties_version1.0" in inside:
        return _MSG
    if "EncryptedPackage" in inside:
        raise NotTaken(f"“{name}” is locked by a password. Save it without one.")
    raise NotTaken(f"“{name}” is in an old Office format. Save it as docx, xlsx, pptx or PDF.")


def _overlapping(stream: IO[bytes]) -> Iterator[bytes]:
    """The content in pieces, each with the end of the one before it."""
    stream.seek(0)
    end = b""
    while piece := stream.read(_PIECE):
        yield end + piece
        end = piece[-100:]


def _is_text(stream: IO[bytes]) -> bool:
    return not any(_NOT_TEXT.search(piece) for piece in _overlapping(stream))


def _text(name: str, head: bytes, stream: IO[bytes]) -> FileType:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    ending = name.lower()
    first = _MAIL.match(start)
    is_mail = first is not None and (first[1].lower() in _MAIL_FIRST or first[1][:2] == b"X-")
    if ending.endswith(_EML.endings) and is_mail:
        return _EML
    if _MARKUP.match(start) or any(_INSIDE_TEXT.search(p) for p in _overlapping(stream)):
        raise NotTaken(
            f"“{name}” is a web page, a drawing or a script, which could run on the computer of "
            "whoever opens it. Save it as PDF."
        )
    for kind in (_CSV, _TEXT):
        if ending.endswith(kind.endings):
            return kind
    raise _refused(name)


def _a(kind: FileType) -> str:
    article = "an" if kind.name[0].lower() in "eior" else "a"
    return f"{article} {kind.name}{'' if ' ' in kind.name or kind in (_PDF, _EML) else ' file'}"
