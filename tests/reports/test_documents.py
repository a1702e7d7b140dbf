"""Reports are read back as the printer gets them: the measures of GB/T 9704, whole tables."""

import itertools

import pytest

from community.kernel.i18n import use_locale
from community.reports.documents import build_outline
from tests.reports.conftest import MM, Pdf, Sheet

TOLERANCE = 1.5  # points: a sign may stand out of its line's box by a hair
FONTS = {
    "Noto-Serif-CJK-SC",
    "Noto-Serif-CJK-SC-Bold",
    "Noto-Sans-CJK-SC",
    "Noto-Sans-CJK-SC-Bold",
    "LXGW-WenKai",
}
LINE_OF_ONE_EM = 1.437  # how high Noto Serif is, in its size
FRONT = 2  # cover and contents, which carry no number

# What is laid out depends on the data, not on where they lie.
pytestmark = pytest.mark.once


@pytest.fixture(params=["community", "county"])
def pdf(request: pytest.FixtureRequest) -> Pdf:
    """Both kinds of report, one after the other."""
    found: Pdf = request.getfixturevalue(f"{request.param}_pdf")
    return found


def margins(sheet: Sheet) -> tuple[float, float, float, float]:
    """Above, right, below, left, in points: the binding is left on odd pages, right on even."""
    is_right = sheet.number % 2 == 1
    if sheet.is_wide:
        above, below = (28, 26) if is_right else (26, 28)
        return above * MM, 37 * MM, below * MM, 35 * MM
    left, right = (28, 26) if is_right else (26, 28)
    return 37 * MM, right * MM, 35 * MM, left * MM


def test_every_page_is_a4(pdf: Pdf) -> None:
    assert len(pdf.sheets) > 15
    for sheet in pdf.sheets:
        short, long = sorted((sheet.width, sheet.height))
        assert (round(short / MM), round(long / MM)) == (210, 297)


def test_nothing_leaves_the_text_area(pdf: Pdf) -> None:
    """So nothing is cut off, and nothing runs into the binding."""
    for sheet in pdf.sheets:
        above, right, below, left = margins(sheet)
        for line in sheet.body:
            place = f"page {sheet.number}: {line}"
            assert line.left >= left - TOLERANCE, place
            assert line.right <= sheet.width - right + TOLERANCE, place
            assert line.top >= above - TOLERANCE, place
            assert line.bottom <= sheet.height - below + TOLERANCE, place


def test_the_text_stands_on_its_lines(pdf: Pdf) -> None:
    """22 lines of 28 characters: a line every 28.99 pt, a character every 15.79 pt."""
    full, pitches = 0, []
    for sheet in pdf.sheets[FRONT:]:
        text = [line for line in sheet.body if line.bottom - line.top > 22 and len(line.text) > 20]
        full += sum(abs(line.right - line.left - 28 * 15.79) < 16 for line in text)
        for upper, lower in itertools.pairwise(text):
            if lower.top - upper.top < 35:
                pitches.append(lower.top - upper.top)
    assert full >= 3
    assert len(pitches) >= 3
    assert all(abs(pitch - 28.99) < 0.1 for pitch in pitches), pitches


def test_page_numbers_stand_outside(pdf: Pdf) -> None:
    """—1— with the long dash, 14 pt; odd ones on the right, even ones on the left."""
    assert [sheet.folio for sheet in pdf.sheets[:FRONT]] == [None] * FRONT
    for sheet in pdf.sheets[FRONT:]:
        folio, number = sheet.folio, sheet.number - FRONT
        assert folio is not None, sheet.number
        assert folio.text == f"—{number}—"
        middle = (folio.left + folio.right) / 2
        assert (middle > sheet.width / 2) == (number % 2 == 1)
        _above, right, below, left = margins(sheet)
        gap = sheet.width - right - folio.right if number % 2 else folio.left - left
        assert abs(gap - 14) < TOLERANCE, "one character from the edge of the text"
        assert folio.top >= sheet.height - below, "below the text"
        assert abs((folio.bottom - folio.top) / LINE_OF_ONE_EM - 14) < 0.2, "14 pt"


def test_all_fonts_are_inside_and_ours(pdf: Pdf) -> None:
    """None is Japanese, and none was chosen because a sign was missing in ours."""
    assert {name for name, _ in pdf.fonts} <= FONTS
    assert {"Noto-Serif-CJK-SC", "Noto-Sans-CJK-SC", "LXGW-WenKai"} <= {n for n, _ in pdf.fonts}
    assert all(is_embedded for _, is_embedded in pdf.fonts)


def test_the_contents_lead_to_the_pages(pdf: Pdf) -> None:
    listed = pdf.sheets[1].text
    for heading in pdf.outline.headings:
        text = heading.text.replace(" ", "")
        found = [sheet for sheet in pdf.sheets[FRONT:] if _starts(sheet, heading.text)]
        assert found, heading.text
        assert any(
            f"{text}{'.' * dots}{sheet.number - FRONT}" in listed
            for sheet in found
            for dots in range(3, 120)
        ), heading.text


def _starts(sheet: Sheet, heading: str) -> bool:
    number = heading.split(" ", maxsplit=1)[0] if heading.startswith("附件") else heading
    return any(line.text.replace(" ", "") == number.replace(" ", "") for line in sheet.body)


def test_no_heading_is_left_alone_at_the_foot_of_a_page(pdf: Pdf) -> None:
    headings = {h.text.replace(" ", "") for h in pdf.outline.headings if h.level}
    for sheet in pdf.sheets[FRONT:]:
        last = max(sheet.body, key=lambda line: line.bottom)
        assert last.text.replace(" ", "") not in headings, f"page {sheet.number}"


def test_tables_repeat_their_whole_head(community_pdf: Pdf) -> None:
    """Every page on which a ledger goes on begins with the same line of column names."""
    wide = [sheet for sheet in community_pdf.sheets if sheet.is_wide]
    assert len(wide) >= 5
    continued = 0
    for before, sheet in itertools.pairwise(wide):
        begins_anew = any(line.text.startswith("附件") for line in sheet.body)
        if not begins_anew:
            continued += 1
            assert _head(sheet) == _head(before), f"page {sheet.number}"
        assert {"序号", "日期", "类别", "接收校", "佐证材料"} <= set(_head(sheet))
    assert continued >= 2


COLUMNS = ("序号", "日期", "类别", "提供校", "派出校", "接收校", "课时", "确认", "佐证材料")


def _head(sheet: Sheet) -> list[str]:
    """The column names on one line with 序号, from left to right."""
    number = next(line for line in sheet.body if line.text == "序号")
    row = [line for line in sheet.body if abs(line.top - number.top) < 3 and line.text in COLUMNS]
    return [line.text for line in sorted(row, key=lambda line: line.left)]


def test_rows_of_a_ledger_are_not_torn(community_pdf: Pdf) -> None:
    """All numbers are there, once, and in order."""
    ledger = [s for s in community_pdf.sheets if s.is_wide]
    numbers: list[int] = []
    for sheet in ledger:
        edge = min(line.left for line in sheet.body if line.text == "序号")
        column = [line for line in sheet.body if line.left < edge + 24 and line.text.isdigit()]
        numbers += [int(line.text) for line in sorted(column, key=lambda line: line.top)]
    runs = [number for number in numbers if number == 1]
    assert len(runs) == 4, "three ledgers and the list of what is left out"
    for one, next_one in itertools.pairwise(numbers):
        assert next_one in (1, one + 1)


def test_it_says_when_it_was_made_by_the_data_alone(pdf: Pdf) -> None:
    """K, not the clock of the machine."""
    assert pdf.info["CreationDate"].startswith(("2026-01-30T16:00:00", "2026-01-31T00:00:00"))
    assert pdf.info["ModDate"] == pdf.info["CreationDate"]
    assert pdf.info["Title"].startswith("城乡教育共同体")


def test_it_says_what_every_figure_rests_on(pdf: Pdf) -> None:
    cover, basis = pdf.sheets[0].text, pdf.sheets[-1].text
    for text in ("2025年12月31日", "2026年1月31日00:00", "认定口径（2025年第1版）", "演示数据"):
        assert text in cover
    for text in ("2024年9月1日至2025年8月31日", "操作日志", "填报人：", "审核人：", "（盖章）"):
        assert text in basis
    assert "单位负责人：" in basis
    assert "填报日期：" in basis


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("zh", ["一、", "（一）", "（二）", "二、", "附件1"]),
        ("en", ["1", "1.1", "1.2", "2", "Annex 1"]),
    ],
)
def test_headings_count_as_officials_do(locale: str, expected: list[str]) -> None:
    with use_locale(locale):
        sections = [(("a", "A"), [("b", "B"), ("c", "C")]), (("d", "D"), [])]
        outline = build_outline(sections, [("e", "E")])
    assert [heading.number for heading in outline.headings] == expected


def test_long_lists_count_on_in_chinese() -> None:
    sections: list[tuple[tuple[str, str], list[tuple[str, str]]]] = [
        ((f"s{n}", "X"), []) for n in range(1, 22)
    ]
    numbers = [heading.number for heading in build_outline(sections, []).headings]
    assert [numbers[n - 1] for n in (10, 11, 20, 21)] == ["十、", "十一、", "二十、", "二十一、"]
