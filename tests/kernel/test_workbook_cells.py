"""What one cell says: tables of cases, with a reason beside each."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.kernel import workbook
from community.kernel.workbook import Cell, CellError, ErrorCell

SEPTEMBER = dt.date(2025, 9, 1)

DATES: list[tuple[Cell, dt.date | None, str]] = [
    ("2025.9.1", SEPTEMBER, "dots"),
    ("2025.09.01.", SEPTEMBER, "leading zeros and a last dot"),
    ("2025-9-1", SEPTEMBER, "hyphens"),
    ("2025/9/1", SEPTEMBER, "slashes"),
    ("2025。9。1", SEPTEMBER, "the dot of a Chinese keyboard"),
    ("２０２５／９／１", SEPTEMBER, "full width"),
    ("2025年9月1日", SEPTEMBER, "Chinese"),
    ("2025 年 9 月 1 日", SEPTEMBER, "Chinese with spaces"),
    ("2025\xa0.9.\u30001", SEPTEMBER, "spaces of other widths"),
    ("2025年9月1号", SEPTEMBER, "as spoken"),
    ("2025年9月1", SEPTEMBER, "日 forgotten"),
    ("2025年9月1日（星期一）", SEPTEMBER, "with the weekday"),
    ("2025年9月1日 周一", SEPTEMBER, "with the weekday, short"),
    ("⼆〇⼆五年九⽉一日", SEPTEMBER, "radicals that come out of a PDF"),
    ("20250901", SEPTEMBER, "eight digits as text"),
    (20250901.0, SEPTEMBER, "eight digits as a number"),
    (20250901, SEPTEMBER, "eight digits from an .xls"),
    (45901.0, SEPTEMBER, "a serial day without its format"),
    (45901.4375, SEPTEMBER, "a serial day with a time"),
    ("45901", SEPTEMBER, "a serial day in a CSV"),
    ("二〇二五年九月一日", SEPTEMBER, "Chinese numerals"),
    ("二零二五年九月一日", SEPTEMBER, "another zero"),
    ("二○二五年九月一日", SEPTEMBER, "a circle for the zero"),
    ("二〇二五年十二月三十一日", dt.date(2025, 12, 31), "two-digit numerals"),
    ("二〇二五年十月二十日", dt.date(2025, 10, 20), "round tens"),
    ("二〇二五年十一月廿五日", dt.date(2025, 11, 25), "廿 is twenty"),
    ("二〇二四年元月卅日", dt.date(2024, 1, 30), "元月 is January, 卅 thirty"),
    ("2025-09-01 00:00:00", SEPTEMBER, "text with a time, from another program"),
    ("2025-09-01T08:30:00Z", SEPTEMBER, "ISO 8601"),
    ("2025年9月1日 上午8:30", SEPTEMBER, "a time in Chinese"),
    (SEPTEMBER, SEPTEMBER, "a date cell"),
    (dt.datetime.fromisoformat("2025-09-01 23:59"), SEPTEMBER, "a date cell with a time"),
    ("2024.2.29", dt.date(2024, 2, 29), "leap day"),
    ("1958-9-1", dt.date(1958, 9, 1), "an old school"),
    ("", None, "empty"),
    ("　", None, "an ideographic space"),
    ("—", None, "a dash is a blank"),
    ("无", None, "无 is a blank"),
]

BAD_DATES: list[tuple[Cell, str, str]] = [
    (2025.9, "month_only_date", "a number: September, but no day"),
    (2025.1, "month_only_date", "January, or October that lost its zero"),
    (2025.12, "month_only_date", "December"),
    (202509, "month_only_date", "year and month in six digits"),
    (202509.0, "month_only_date", "the same from an .xlsx"),
    ("202509", "month_only_date", "the same as text"),
    ("2025.9", "month_only_date", "text"),
    ("2025-09", "month_only_date", "text, ISO"),
    ("2025年9月", "month_only_date", "text, Chinese"),
    ("2025年9月份", "month_only_date", "as spoken"),
    ("2025年9月上旬", "month_only_date", "the first ten days of a month are no day"),
    ("二〇二五年九月", "month_only_date", "Chinese numerals"),
    ("2025.2.30", "bad_date", "no such day"),
    ("2023.2.29", "bad_date", "no leap year"),
    ("20250931", "bad_date", "no such day in eight digits"),
    (20251301, "bad_date", "no such month"),
    ("2025-13", "bad_date", "no such month, and no day"),
    (2025.13, "bad_date", "no such month as a number"),
    ("2025.0.5", "bad_date", "month zero"),
    ("1899.12.31", "bad_date", "before 1900"),
    ("2101-1-1", "bad_date", "after 2100"),
    (dt.date(2999, 1, 1), "bad_date", "a date cell far away"),
    (2025, "bad_date", "a year is not the serial day of 17 July 1905"),
    ("2025年", "bad_date", "a year alone"),
    (9.1, "bad_date", "day and month as a number"),
    (60, "bad_date", "a small number"),
    (-45901, "bad_date", "a negative number"),
    (99999.0, "bad_date", "a serial day after 2100"),
    (1e20, "bad_date", "far too large"),
    (float("nan"), "bad_date", "not a number"),
    (float("inf"), "bad_date", "infinite"),
    ("25.9.1", "bad_date", "a year of two digits"),
    ("9月1日", "bad_date", "without its year"),
    ("今天", "bad_date", "a word"),
    ("至今", "bad_date", "no end where a date is asked for"),
    ("2025.9.1-2025.9.3", "bad_date", "two dates"),
    ("2025-09-01 08:00至2025-09-03 10:00", "bad_date", "two dates with times: not the first"),
    (True, "bad_date", "a truth value"),
    (dt.time(8, 30), "bad_date", "a time"),
    (dt.timedelta(hours=30), "bad_date", "a duration"),
    (ErrorCell("#REF!"), "bad_date", "a broken formula"),
]


@pytest.mark.parametrize(("cell", "expected", "why"), DATES)
def test_day(cell: Cell, expected: dt.date | None, why: str) -> None:
    assert workbook.day(cell) == expected, why


@pytest.mark.parametrize(("cell", "code", "why"), BAD_DATES)
def test_day_refused(cell: Cell, code: str, why: str) -> None:
    with pytest.raises(CellError) as refused:
        workbook.day(cell)
    assert refused.value.code == code, why
    assert str(refused.value.message)


def test_day_of_a_numeric_month_says_why() -> None:
    with pytest.raises(CellError) as refused:
        workbook.day(2025.1)
    assert "2025.10" in refused.value.message.msgid


def test_day_counts_serial_days_from_the_epoch_of_the_workbook() -> None:
    assert workbook.day(45901 - 1462, epoch_1904=True) == SEPTEMBER
    assert workbook.day(dt.date(2025, 9, 1), epoch_1904=True) == SEPTEMBER
    assert workbook.day(20250901, epoch_1904=True) == SEPTEMBER
    with pytest.raises(CellError):
        workbook.day(73415, epoch_1904=True)  # 2104 from the later epoch, 2100 from the other


@pytest.mark.parametrize("cell", ["至今", "现在", " 至 今 "])
def test_day_with_an_open_end(cell: str) -> None:
    assert workbook.day(cell, open_end=True) is None


RANGES: list[tuple[Cell, tuple[dt.date | None, dt.date | None], str]] = [
    (written, (SEPTEMBER, dt.date(2026, 1, 20)), why)
    for written, why in (
        ("2025.9.1-2026.1.20", "hyphen"),
        ("2025.9.1—2026.1.20", "dash"),
        ("2025.9.1——2026.1.20", "two dashes"),
        ("2025.9.1–2026.1.20", "short dash"),
        ("2025.9.1~2026.1.20", "tilde"),
        ("2025.9.1～2026.1.20", "wide tilde"),
        ("2025年9月1日至2026年1月20日", "Chinese"),
        ("自2025年9月1日起至2026年1月20日止", "Chinese, long form"),
        ("二〇二五年九月一日至二〇二六年一月二十日", "Chinese numerals"),
        ("2025-09-01-2026-01-20", "hyphens inside and between"),
        ("2025-9-1--2026-1-20", "two hyphens between"),
        ("2025-09-01 至 2026-01-20", "ISO"),
        ("2025/9/1 - 2026/1/20", "slashes and spaces"),
        ("20250901-20260120", "eight digits"),
        ("２０２５.９.１－２０２６.１.２０", "full width"),
        ("2025.9.1\n-2026.1.20", "a line break within the cell"),
    )
] + [
    ("2025.9.1至今", (SEPTEMBER, None), "still in force"),
    ("2025.9.1-至今", (SEPTEMBER, None), "still in force, with a hyphen"),
    ("2025年9月1日起至今", (SEPTEMBER, None), "still in force, long form"),
    ("2025.9.1起", (SEPTEMBER, None), "open"),
    ("2025.9.1-", (SEPTEMBER, None), "the end left out"),
    ("", (None, None), "empty"),
    ("—", (None, None), "a blank"),
]

BAD_RANGES: list[tuple[Cell, str, str]] = [
    ("2025.9.1", "bad_date", "one date: first or last?"),
    (SEPTEMBER, "bad_date", "one date cell"),
    (45901.0, "bad_date", "one serial day"),
    (2025.9, "month_only_date", "one month"),
    ("2025.9-2026.1", "month_only_date", "two months"),
    ("2025-09-2026-01", "month_only_date", "two months, hyphens throughout"),
    ("2025.9.1-2026.1", "month_only_date", "the end is a month"),
    ("2025.9.1-2026.2.30", "bad_date", "no such day"),
    ("2025.9.1-1.20", "bad_date", "the end without its year"),
    ("至2026.1.20", "bad_date", "no beginning"),
    ("至今", "bad_date", "no date at all"),
    ("三年", "bad_date", "a duration"),
    (ErrorCell("#N/A"), "bad_date", "a broken formula"),
]


@pytest.mark.parametrize(("cell", "expected", "why"), RANGES)
def test_day_range(cell: Cell, expected: tuple[dt.date | None, dt.date | None], why: str) -> None:
    assert workbook.day_range(cell) == expected, why


@pytest.mark.parametrize(("cell", "code", "why"), BAD_RANGES)
def test_day_range_refused(cell: Cell, code: str, why: str) -> None:
    with pytest.raises(CellError) as refused:
        workbook.day_range(cell)
    assert refused.value.code == code, why


VALUES: list[tuple[Callable[[Cell], object], Cell, object, str]] = [
    # text
    (workbook.text, " 《古诗》 二首 ", "《古诗》 二首", "Chinese punctuation stays"),
    (workbook.text, "习作：我的家乡，（一）", "习作：我的家乡，（一）", "wide punctuation stays"),
    (workbook.text, "ＡＢＣ１２３", "ABC123", "wide letters and digits do not"),
    (workbook.text, "第一行\r\n第二行", "第一行 第二行", "a line break is a space"),
    (workbook.text, "\u200b\ufeff张三\u200e", "张三", "invisible characters go"),
    (workbook.text, "a\tb", "a b", "a tab is a space"),
    (workbook.text, 2.0, "2", "a whole number has no fraction"),
    (workbook.text, 0.5, "0.5", "a fraction stays"),
    (workbook.text, SEPTEMBER, "2025-09-01", "a date"),
    (
        workbook.text,
        dt.datetime.fromisoformat("2025-09-01 08:30"),
        "2025-09-01 08:30",
        "a date with a time",
    ),
    (workbook.text, dt.time(8, 30), "08:30", "a time"),
    (workbook.text, dt.timedelta(hours=1), "1:00:00", "a duration"),
    (workbook.text, True, "TRUE", "as Excel shows it"),
    *[
        (workbook.text, blank, None, "a blank")
        for blank in ("", " ", "　", "\xa0", "无", "空", "—", "——", "－", "-", "--", "/", "／")
    ],
    (workbook.text, "无锡路小学", "无锡路小学", "only 无 alone is a blank"),
    (workbook.text, "0", "0", "zero is not a blank"),
    # name
    (workbook.name, "张 三", "张三", "a space inside a name"),
    (workbook.name, "张　三", "张三", "a wide space inside a name"),
    (workbook.name, "张\xa0三", "张三", "a space that does not break"),
    (workbook.name, "曲溪\n云岭学校", "曲溪云岭学校", "a line break inside a name"),
    (workbook.name, "第1 小学", "第1小学", "beside a Chinese character"),
    (workbook.name, "Anna  Maria Li", "Anna Maria Li", "between Latin words it matters"),
    (workbook.name, "—", None, "a blank"),
    # numbers
    (workbook.integer, 2.0, 2, "integers arrive as floats"),
    (workbook.integer, "２", 2, "full width"),
    (workbook.integer, "2节", 2, "with its counting word"),
    (workbook.integer, "3 课时", 3, "with its counting word and a space"),
    (workbook.integer, "1,200", 1200, "thousands"),
    (workbook.integer, "１，２００", 1200, "thousands in full width"),
    (workbook.integer, "2.0", 2, "a fraction of nothing"),
    (workbook.integer, "−5", -5, "a minus sign"),
    (workbook.integer, "－5", -5, "a wide minus sign"),
    (workbook.integer, "无", None, "a blank"),
    (workbook.decimal, 0.1, Decimal("0.1"), "as shown, not as stored"),
    (workbook.decimal, "1.50", Decimal("1.50"), "text"),
    # money
    (workbook.fen, 1200.5, 120050, "a number is yuan"),
    (workbook.fen, 1200, 120000, "a whole number"),
    (workbook.fen, "¥1,200.50", 120050, "with its sign"),
    (workbook.fen, "￥1200", 120000, "with its wide sign"),
    (workbook.fen, "1200元", 120000, "with its unit"),
    (workbook.fen, "1200元整", 120000, "as on a receipt"),
    (workbook.fen, "1.2万元", 1_200_000, "ten thousands"),
    (workbook.fen, "人民币1200元", 120000, "with its currency"),
    (workbook.fen, 0.1 + 0.2, 30, "what floats make of thirty fen"),
    (workbook.fen, "1.005", 101, "half a fen is rounded up"),
    (workbook.fen, "-5", -500, "minus stays minus"),
    (workbook.fen, "—", None, "a blank"),
    # yes and no
    *[(workbook.boolean, yes, True, "yes") for yes in ("是", "√", "✓", "☑", "有", "Y", "y", "1")],
    *[(workbook.boolean, yes, True, "yes") for yes in (1, 1.0, True, "TRUE", "☑\ufe0f", "Ｙ")],
    *[(workbook.boolean, no, False, "no") for no in ("否", "×", "✗", "0", "N", "n", "没有")],
    *[(workbook.boolean, no, False, "no") for no in (0, 0.0, False, "FALSE", "X")],
    *[(workbook.boolean, blank, None, "a blank, not a no") for blank in ("无", "—", "空", "")],
    # codes
    (workbook.code, 3144990001.0, "3144990001", "a long code kept as a number"),
    (workbook.code, 3144990001, "3144990001", "the same from an .xls"),
    (workbook.code, "'3144990001", "3144990001", "an apostrophe typed for text"),
    (workbook.code, "‘3144990001", "3144990001", "the apostrophe of a Chinese keyboard"),
    (workbook.code, "３１４４９９０００１", "3144990001", "full width"),
    (workbook.code, "3144 990 001", "3144990001", "groups of digits"),
    (workbook.code, "JD0241", "JD0241", "letters"),
    (workbook.code, "1E5", "1E5", "letters that only look like an exponent"),
    (workbook.code, "007", "007", "zeros in front"),
    (workbook.code, "", None, "empty"),
    # lists
    (workbook.split_list, "甲、乙，丙,丁；戊;己\n庚", tuple("甲乙丙丁戊己庚"), "every separator"),
    (workbook.split_list, "甲、\n乙", ("甲", "乙"), "a separator and a line break are one"),
    (workbook.split_list, "张 三、李　四、", ("张三", "李四"), "spaces, and nothing at the end"),
    (workbook.split_list, "甲、—", ("甲",), "blanks are left out"),
    (workbook.split_list, "无", (), "nobody"),
    (workbook.split_list, 5.0, ("5",), "a number"),
    (workbook.split_list, "", (), "empty"),
    # lessons of the day
    (workbook.periods_of_day, "第2-3节", {2, 3}, "a range"),
    (workbook.periods_of_day, "第2—3节", {2, 3}, "a range with a dash"),
    (workbook.periods_of_day, "2~3", {2, 3}, "a range with a tilde"),
    (workbook.periods_of_day, "第2至3节", {2, 3}, "a range in words"),
    (workbook.periods_of_day, "2、3节", {2, 3}, "a list"),
    (workbook.periods_of_day, "3,4", {3, 4}, "a list of numbers"),
    (workbook.periods_of_day, "第五、六节", {5, 6}, "Chinese numerals"),
    (workbook.periods_of_day, "第1、3-4节", {1, 3, 4}, "a list with a range"),
    (workbook.periods_of_day, "第7节、第8节", {7, 8}, "each with its word"),
    (workbook.periods_of_day, "第1节和第3节", {1, 3}, "and"),
    (workbook.periods_of_day, "第1节", {1}, "one"),
    (workbook.periods_of_day, 3.0, {3}, "a number"),
    (workbook.periods_of_day, 2.3, {2, 3}, "2.3 typed for 2、3"),
    (workbook.periods_of_day, "上午第2节", {2}, "the morning begins the day"),
    (workbook.periods_of_day, "下午第5-6节", {5, 6}, "numbered through the day"),
    (workbook.periods_of_day, "下午第1、2节", {101, 102}, "numbered anew: no morning lesson"),
    (workbook.periods_of_day, "上午第1节、下午第1节", {1, 101}, "both halves"),
    (workbook.periods_of_day, "—", None, "a blank"),
    # school years
    (workbook.school_year, "2024-2025", "2024-2025", "as it should be"),
    (workbook.school_year, "2024-2025学年", "2024-2025", "with its word"),
    (workbook.school_year, "2024—2025学年度", "2024-2025", "with a dash"),
    (workbook.school_year, "2024～2025", "2024-2025", "with a wide tilde"),
    (workbook.school_year, "2024/2025", "2024-2025", "with a slash"),
    (workbook.school_year, "2024年-2025年", "2024-2025", "with 年"),
    (workbook.school_year, "2024-25", "2024-2025", "short"),
    (workbook.school_year, "1999-00", "1999-2000", "short, over the century"),
    (workbook.school_year, "2024学年", "2024-2025", "by its first year"),
    (workbook.school_year, "", None, "empty"),
]


@pytest.mark.parametrize(("parse", "cell", "expected", "why"), VALUES)
def test_value(parse: Callable[[Cell], object], cell: Cell, expected: object, why: str) -> None:
    value = parse(cell)
    assert value == expected, why
    assert type(value) is type(expected) or isinstance(value, frozenset), why


REFUSED: list[tuple[Callable[[Cell], object], Cell, str, str]] = [
    (workbook.text, ErrorCell("#N/A"), "unknown_value", "a broken formula is no text"),
    (workbook.integer, 2.5, "unknown_value", "not whole"),
    (workbook.integer, "两", "unknown_value", "a word"),
    (workbook.integer, "2万", "unknown_value", "not two"),
    (workbook.integer, "1,2", "unknown_value", "neither twelve nor one and two"),
    (workbook.integer, dt.date(2025, 2, 3), "unknown_value", "2-3 that became a date"),
    (workbook.integer, True, "unknown_value", "a truth value"),
    (workbook.integer, 1e20, "unknown_value", "nobody counts so far"),
    (workbook.integer, float("nan"), "unknown_value", "not a number"),
    (workbook.integer, ErrorCell("#DIV/0!"), "unknown_value", "a broken formula"),
    (workbook.fen, "三百", "unknown_value", "words"),
    (workbook.fen, "万元", "unknown_value", "a unit alone"),
    (workbook.boolean, "也许", "unknown_value", "neither"),
    (workbook.boolean, 2, "unknown_value", "neither"),
    (workbook.code, "3.14499E+09", "scientific_notation", "digits are lost"),
    (workbook.code, "3.14499e9", "scientific_notation", "digits are lost"),
    (workbook.code, 1e15, "scientific_notation", "sixteen digits: the last is not kept"),
    (workbook.code, 4.452021980010112e17, "scientific_notation", "eighteen digits"),
    (workbook.code, SEPTEMBER, "unknown_value", "a code that became a date"),
    (workbook.periods_of_day, dt.date(2025, 2, 3), "unknown_value", "2-3 that became a date"),
    (workbook.periods_of_day, "全天", "unknown_value", "no lesson named"),
    (workbook.periods_of_day, "第3-2节", "unknown_value", "backwards"),
    (workbook.periods_of_day, "第0节", "unknown_value", "no such lesson"),
    (workbook.periods_of_day, "第1-99节", "unknown_value", "no such lesson"),
    (workbook.school_year, "2024-2026", "unknown_value", "two years"),
    (workbook.school_year, "2024", "unknown_value", "which half?"),
    (workbook.school_year, 2024.0, "unknown_value", "which half?"),
    (workbook.school_year, "2024.9-2025.7", "unknown_value", "months"),
]


@pytest.mark.parametrize(("parse", "cell", "code", "why"), REFUSED)
def test_value_refused(parse: Callable[[Cell], object], cell: Cell, code: str, why: str) -> None:
    with pytest.raises(CellError) as refused:
        parse(cell)
    assert refused.value.code == code, why
    assert str(refused.value.message)


@pytest.mark.parametrize("cell", [0, "0", -5, "-5", 0.0, 0.5])
def test_integer_below_its_least_is_not_positive(cell: Cell) -> None:
    with pytest.raises(CellError) as refused:
        workbook.integer(cell, at_least=1)
    assert refused.value.code == "not_positive"


def test_integer_may_be_the_least() -> None:
    assert workbook.integer("0", at_least=0) == 0
    assert workbook.integer("", at_least=1) is None


CONFIRMERS: list[tuple[Cell, int, tuple[str | None, ...], str]] = [
    ("林霞、杨国栋", 2, ("林霞", "杨国栋"), "in the order of the receivers"),
    ("林霞、—", 2, ("林霞", None), "a dash keeps its place"),
    ("—、林霞", 2, (None, "林霞"), "also in front"),
    ("——、无、林霞", 3, (None, None, "林霞"), "so do other blanks"),
    ("、林霞", 2, (None, "林霞"), "so does nothing at all"),
    ("林霞", 2, ("林霞", None), "a missing name has not confirmed"),
    ("—", 3, (None, None, None), "nobody"),
    ("", 2, (None, None), "empty"),
    ("林 霞,\n杨国栋", 2, ("林霞", "杨国栋"), "a separator and a line break are one"),
    ("林霞、—", 1, ("林霞",), "a dash too many names nobody"),
    ("", 0, (), "no receiver"),
]


@pytest.mark.parametrize(("cell", "count", "expected", "why"), CONFIRMERS)
def test_confirmers(cell: Cell, count: int, expected: tuple[str | None, ...], why: str) -> None:
    assert workbook.confirmers(cell, count) == expected, why


def test_confirmers_are_not_more_than_receivers() -> None:
    with pytest.raises(CellError) as refused:
        workbook.confirmers("林霞、杨国栋", 1)
    assert refused.value.code == "unknown_value"


def test_one_of_knows_words_by_any_width_and_case() -> None:
    words = {"同步课堂": 1, "Phonics": 2}
    assert workbook.one_of("同步课堂", words) == 1
    assert workbook.one_of(" 同步 课堂 ", words) == 1
    assert workbook.one_of("ＰＨＯＮＩＣＳ", words) == 2
    assert workbook.one_of("—", words) is None
    with pytest.raises(CellError) as refused:
        workbook.one_of("同步", words)
    assert refused.value.code == "unknown_value"
    assert "同步课堂、Phonics" in str(refused.value.message)


def test_shown_is_what_the_user_sees() -> None:
    assert workbook.shown(3144990001.0) == "3144990001"
    assert workbook.shown(3.14499e15) == "3.14499E+15"
    assert workbook.shown(2025.1) == "2025.1"
    assert workbook.shown(ErrorCell("#REF!")) == "#REF!"


CELLS = st.one_of(
    st.text(max_size=30),
    st.text("0123456789０１.-—/年月日至今二〇十廿第节、万元 ,无E+", max_size=20),
    st.integers(),
    st.integers(1899, 2102).flatmap(lambda year: st.sampled_from([year, year * 100 + 13])),
    st.floats(),
    st.floats(0, 99_999),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.sampled_from(["#N/A", "#REF!"]).map(ErrorCell),
)


PARSERS: list[Callable[[Cell], object]] = [
    lambda cell: workbook.day(cell, open_end=True),
    lambda cell: workbook.day(cell, epoch_1904=True),
    lambda cell: workbook.day_range(cell, epoch_1904=True),
    lambda cell: workbook.integer(cell, at_least=1),
    lambda cell: workbook.confirmers(cell, 2),
    lambda cell: workbook.one_of(cell, {"甲": 1}),
    workbook.day_range,
    workbook.text,
    workbook.name,
    workbook.decimal,
    workbook.fen,
    workbook.boolean,
    workbook.code,
    workbook.split_list,
    workbook.periods_of_day,
    workbook.school_year,
    workbook.shown,
    workbook.is_blank,
]
CODES = {
    "month_only_date",
    "bad_date",
    "scientific_notation",
    "not_positive",
    "unknown_value",
}


def refusal(parse: Callable[[Cell], object], cell: Cell) -> CellError | None:
    try:
        parse(cell)
    except CellError as error:
        return error
    return None


@settings(deadline=None)
@given(cell=CELLS)
def test_no_cell_raises_anything_but_a_cell_error(cell: Cell) -> None:
    refusals = [refusal(parse, cell) for parse in PARSERS]
    assert {error.code for error in refusals if error} <= CODES
    assert all(str(error.message) for error in refusals if error)


@settings(deadline=None)
@given(st.dates(dt.date(1910, 1, 1), dt.date(2100, 12, 31)))
def test_every_spelling_of_a_day_is_that_day(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    for cell in (
        day,
        serial,
        float(serial),
        day.year * 10_000 + day.month * 100 + day.day,
        day.isoformat(),
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
    ):
        assert workbook.day(cell) == day
    assert workbook.day(serial - 1462, epoch_1904=True) == day


@settings(deadline=None)
@given(
    st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)),
    st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)),
    st.sampled_from(["-", "—", "~", "至", " - "]),
    st.sampled_from(["{0.year}.{0.month}.{0.day}", "{0:%Y-%m-%d}", "{0:%Y%m%d}"]),
)
def test_every_spelling_of_a_range_is_that_range(
    first: dt.date, last: dt.date, between: str, form: str
) -> None:
    written = form.format(first) + between + form.format(last)
    assert workbook.day_range(written) == (first, last)
