"""Which files are taken as evidence: decided by what is in them, never by what they are called."""

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from io import BytesIO
from typing import Final

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message

MEGABYTE: Final = 1024 * 1024
MOST_FILE_BYTES: Final = 20 * MEGABYTE
MOST_RECORD_BYTES: Final = 200 * MEGABYTE
MOST_FILES: Final = 50  # of one record
# What somebody may have handed in that belongs to no record yet.
MOST_WAITING_BYTES: Final = 400 * MEGABYTE
# A file that belongs to no record is removed after so long.
WAITING_KEPT: Final = timedelta(days=30)
# What a view takes that receives one file, and a form that carries several without JavaScript.
UPLOAD_BYTES: Final = MOST_FILE_BYTES + MEGABYTE
FORM_WITH_FILES_BYTES: Final = 3 * MOST_FILE_BYTES + MEGABYTE
CAPTION_LENGTH: Final = 200
NAME_LENGTH: Final = 120


class FileKind(StrEnum):
    """What a file is kept as; every picture becomes a JPEG."""

    PICTURE = "picture"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"


MEDIA_TYPES: Final[Mapping[FileKind, str]] = {
    FileKind.PICTURE: "image/jpeg",
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
SUFFIXES: Final[Mapping[FileKind, str]] = {
    FileKind.PICTURE: ".jpg",
    FileKind.PDF: ".pdf",
    FileKind.DOCX: ".docx",
    FileKind.XLSX: ".xlsx",
    FileKind.PPTX: ".pptx",
}
# For the file dialogue; what is sent is looked at, whatever it is called.
ACCEPTED: Final = "image/*,.pdf,.docx,.xlsx,.pptx"


@dataclass(frozen=True)
class SentFile:
    """A file as it was sent."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Chosen:
    """A file handed in before that a form names, and what stands below it."""

    attachment_id: int
    caption: str = ""


# --- what a file is ---------------------------------------------------------------------------

_HEIF_BRANDS: Final = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"heif")
_OFFICE: Final = {
    "wordprocessingml.document.main+xml": FileKind.DOCX,
    "spreadsheetml.sheet.main+xml": FileKind.XLSX,
    "presentationml.presentation.main+xml": FileKind.PPTX,
}
_CONTENT_TYPES: Final = "[Content_Types].xml"
_MOST_PARTS: Final = 5_000
# What reading a hostile archive may raise.
_BROKEN: Final = (
    *(KeyError, OSError, EOFError, ValueError, NotImplementedError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)
_TAIL: Final = 2_048  # a PDF says near its end that it is complete


def check_kind(content: bytes) -> FileKind:
    """What a file is, by its content. Raises RuleViolationError, with the way out, for anything
    that is not taken."""
    if not content:
        raise RuleViolationError(N_("The file is empty. Choose it once more."))
    if len(content) > MOST_FILE_BYTES:
        raise RuleViolationError(
            Message(
                N_(
                    "The file is larger than %(most)s MB. Make it smaller, or keep it in your "
                    "archive and give its archive number instead."
                ),
                {"most": MOST_FILE_BYTES // MEGABYTE},
            )
        )
    if _is_picture(content):
        return FileKind.PICTURE
    if content.startswith(b"%PDF-"):
        return _check_pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    raise RuleViolationError(_refusal(content))


def _is_picture(content: bytes) -> bool:
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    )


def _check_pdf(content: bytes) -> FileKind:
    if b"%%EOF" not in content[-_TAIL:]:
        raise RuleViolationError(
            N_("The PDF is not complete. Open it, save it once more and send that.")
        )
    return FileKind.PDF


def _refusal(content: bytes) -> str:
    """Why a file is not taken, and what to do."""
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        return N_(
            "HEIC pictures cannot be read here. On the iPhone choose Settings, Camera, Formats, "
            "Most Compatible, or send the picture to yourself as JPEG."
        )
    if content[4:8] == b"ftyp" or content.startswith((b"RIFF", b"\x1aE\xdf\xa3", b"ID3")):
        return N_("Videos and sound are not kept here. Give a link or an archive number instead.")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return N_(
            "This is a file of an old Office or WPS format. Save it as .docx, .xlsx, .pptx or PDF "
            "and send that."
        )
    return _TAKEN_ONLY


_TAKEN_ONLY: Final = N_(
    "This kind of file is not taken. Send photographs (JPEG, PNG, WebP), PDF, Word, Excel or "
    "PowerPoint."
)


def _office_kind(content: bytes) -> FileKind:
    """What an Office file is by the list of its parts. Nothing but that list is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS:
                raise RuleViolationError(_TAKEN_ONLY)
            listed = archive.getinfo(_CONTENT_TYPES)
            with archive.open(listed) as part:
                types = part.read(MEGABYTE).decode("utf-8", "replace")
    except _BROKEN:
        raise RuleViolationError(_TAKEN_ONLY) from None
    if "macroEnabled" in types or any("vbaproject" in part.filename.lower() for part in parts):
        raise RuleViolationError(
            N_("The file has macros. Save it without macros (.docx, .xlsx, .pptx) and send that.")
        )
    for said, kind in _OFFICE.items():
        if said in types:
            return kind
    raise RuleViolationError(_TAKEN_ONLY)


# --- names and sums ---------------------------------------------------------------------------

_NOT_IN_NAMES: Final = frozenset('\\/:*?"<>|')


def build_name(given: str, kind: FileKind) -> str:
    """The name under which a file is shown and handed out, with the ending of what it is."""
    last = given.replace("\\", "/").rpartition("/")[2]
    plain = "".join(sign for sign in last if sign.isprintable() and sign not in _NOT_IN_NAMES)
    suffix = SUFFIXES[kind]
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 5:
        stem = plain
    stem = stem.strip(" .")[: NAME_LENGTH - len(suffix)]
    return f"{stem or '1'}{suffix}"


def unique_reference(name: str, taken: frozenset[str]) -> str:
    """A file's name as a record knows it: with a number where another has the same."""
    if name not in taken:
        return name
    stem, dot, ending = name.rpartition(".")
    number = 2
    while (tried := f"{stem} ({number}){dot}{ending}") in taken:
        number += 1
    return tried


def check_sum(count: int, size_bytes: int) -> None:
    """Raise RuleViolationError when one record would have too many files, or too large ones."""
    if count > MOST_FILES:
        raise RuleViolationError(
            Message(
                N_(
                    "A record takes at most %(most)s files. Leave out what says the same, or put "
                    "several pages into one PDF."
                ),
                {"most": MOST_FILES},
            ),
            field="evidence",
        )
    if size_bytes > MOST_RECORD_BYTES:
        raise RuleViolationError(
            Message(
                N_("The files of a record come to more than %(most)s MB. Leave some of them out."),
                {"most": MOST_RECORD_BYTES // MEGABYTE},
            ),
            field="evidence",
        )
