"""What is taken as evidence: told by the content, whatever the name says."""

import pytest

from community.evidence.rules import (
    MOST_FILE_BYTES,
    MOST_FILES,
    MOST_RECORD_BYTES,
    FileKind,
    build_name,
    check_kind,
    check_sum,
    unique_reference,
)
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import use_locale
from tests.evidence import files

SHEET = "spreadsheetml.sheet.main+xml"
SLIDES = "presentationml.presentation.main+xml"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (files.picture(), FileKind.PICTURE),
        (files.picture(kind="PNG"), FileKind.PICTURE),
        (files.picture(kind="WEBP"), FileKind.PICTURE),
        (files.pdf(), FileKind.PDF),
        (files.office(), FileKind.DOCX),
        (files.office(SHEET), FileKind.XLSX),
        (files.office(SLIDES), FileKind.PPTX),
    ],
)
def test_kinds_that_are_taken(content: bytes, kind: FileKind) -> None:
    assert check_kind(content) is kind


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "The file is empty."),
        (bytes(MOST_FILE_BYTES + 1), "larger than 20 MB"),
        (files.DRAWING, "This kind of file is not taken."),
        (files.PAGE, "This kind of file is not taken."),
        (files.GIF_AND_PAGE, "This kind of file is not taken."),
        (b"\n" + files.pdf(), "This kind of file is not taken."),  # what precedes it may be a page
        (files.pdf()[:40], "The PDF is not complete."),
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), "HEIC pictures cannot be read here."),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(40), "Videos and sound are not kept here."),
        (b"RIFF\x00\x00\x00\x00WAVE" + bytes(40), "Videos and sound are not kept here."),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old Office or WPS format"),
        (b"PK\x03\x04" + bytes(40), "This kind of file is not taken."),
        (files.office("something.else+xml"), "This kind of file is not taken."),
        (files.office(**{"word__vbaProject.bin": "x"}), "The file has macros."),
        (
            files.office("wordprocessingml.document.main+xml").replace(b"[Content", b"[Kontent"),
            "This kind of file is not taken.",
        ),
    ],
)
def test_what_is_refused_says_why(content: bytes, why: str) -> None:
    with use_locale("en"), pytest.raises(RuleViolationError) as refusal:
        check_kind(content)
    with use_locale("en"):
        assert why in str(refusal.value)


@pytest.mark.parametrize(
    ("given", "kind", "name"),
    [
        ("课堂照片.JPG", FileKind.PICTURE, "课堂照片.jpg"),
        ("shot.png", FileKind.PICTURE, "shot.jpg"),  # it is kept as a JPEG
        ("page.html", FileKind.PICTURE, "page.jpg"),  # a picture, whatever it is called
        (r"C:\fakepath\签到表.pdf", FileKind.PDF, "签到表.pdf"),
        ("../../etc/passwd", FileKind.PDF, "passwd.pdf"),
        ('a"b\r\nc<d>.docx', FileKind.DOCX, "abcd.docx"),
        ("", FileKind.PICTURE, "1.jpg"),
        ("..", FileKind.PICTURE, "1.jpg"),
        ("2025.9.1 活动总结", FileKind.DOCX, "2025.9.1 活动总结.docx"),
        ("长" * 200 + ".xlsx", FileKind.XLSX, "长" * 115 + ".xlsx"),
    ],
)
def test_names_are_harmless_and_end_as_the_content_does(
    given: str, kind: FileKind, name: str
) -> None:
    assert build_name(given, kind) == name


def test_the_same_name_gets_a_number() -> None:
    taken = frozenset({"签到表.pdf", "签到表 (2).pdf"})
    assert unique_reference("签到表.pdf", taken) == "签到表 (3).pdf"
    assert unique_reference("教案.pdf", taken) == "教案.pdf"


def test_a_record_takes_only_so_much() -> None:
    check_sum(MOST_FILES, MOST_RECORD_BYTES)
    for count, size in ((MOST_FILES + 1, 1), (1, MOST_RECORD_BYTES + 1)):
        with pytest.raises(RuleViolationError) as refusal:
            check_sum(count, size)
        assert refusal.value.field == "evidence"
