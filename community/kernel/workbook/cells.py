"""What one cell says: numbers, words, codes and lists.

Like those for texts and dates, each function answers `None` for a blank and raises `CellError`
for what it cannot read, with the code under which an import refuses a row.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypeVar

from community.kernel.i18n import N_, Message
from community.kernel.workbook.dates import FIRST_YEAR, LAST_YEAR, with_digits
from community.kernel.workbook.texts import (
    DASHES,
    EXACT,
    SPACES,
    Cell,
    CellError,
    fold,
    is_blank,
    name,
    plain,
    shown,
    text,
    unknown_value,
)

T = TypeVar("T")

_NUMBER: Final = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|[+-]?\.\d+")
_COUNTERS: Final = re.compile(r"(?:个?课时|节课?|人次?|名|位|次|本|册|套|台|件|份|箱|个|所|张|把)$")
_LARGEST: Final = 10**12  # beyond this nothing that people count in a ledger


def _number(cell: Cell, raw: str) -> Decimal:
    if _NUMBER.fullmatch(raw):
        number = Decimal(raw.replace(",", ""))
        if abs(number) <= _LARGEST:
            return number
    raise unknown_value(cell, N_("“%(value)s” is not a number."))


def decimal(cell: Cell) -> Decimal | None:
    """A number, with a counting word after it or not (2节)."""
    if isinstance(cell, (dt.date, dt.time, dt.timedelta)):
        raise unknown_value(
            cell,
            N_(
                "The cell holds a date or a time (%(value)s), not a number. "
                "Format it as a number and type it again."
            ),
        )
    if isinstance(cell, bool):
        raise unknown_value(cell, N_("“%(value)s” is not a number."))
    if isinstance(cell, (int, float)):
        if not abs(cell) <= _LARGEST:
            raise unknown_value(cell, N_("“%(value)s” is not a number."))
        return Decimal(repr(cell))
    raw = plain(cell)
    return None if raw is None else _number(cell, _COUNTERS.sub("", raw.replace("−", "-")))


def integer(cell: Cell, *, at_least: int | None = None) -> int | None:
    """A whole number; below `at_least` it is `not_positive`."""
    number = decimal(cell)
    if number is None:
        return None
    if at_least is not None and number < at_least:
        raise CellError(
            "not_positive",
            Message(
                N_("%(value)s is too small: at least %(least)s is expected."),
                {"value": shown(cell), "least": at_least},
            ),
        )
    if number != number.to_integral_value():
        raise unknown_value(cell, N_("%(value)s is not a whole number."))
    return int(number)


def fen(cell: Cell) -> int | None:
    """Money in yuan (¥1,200.50, 1200元, 1.2万元) as fen, rounded to the fen."""
    if not isinstance(cell, str):
        yuan = decimal(cell)
    else:
        raw = plain(cell)
        if raw is None:
            return None
        raw = re.sub(r"^(?:人民币|rmb|cny)?[¥$]?", "", raw) if "$" not in raw else raw
        amount, ten_thousands = re.subn(r"万元?整?$", "", raw)
        yuan = _number(cell, re.sub(r"[元圆]整?$", "", amount)) * (10_000 if ten_thousands else 1)
    return None if yuan is None else int((yuan * 100).quantize(Decimal(1), ROUND_HALF_UP))


_YES: Final = {*"是有对√✓✔☑✅yt1", "yes", "true"}
_NO: Final = {*"否×✕✖✗✘❌x☐□nf0", "不是", "没有", "no", "false"}


def boolean(cell: Cell) -> bool | None:
    """Yes (是 √ 有 1 Y) or no (否 × 0 N); 无 is a blank."""
    word = plain("" if isinstance(cell, str) and is_blank(cell) else cell)
    if word is None:
        return None
    word = word.replace("\ufe0f", "")  # the emoji form of a tick
    if word in _YES or word in _NO:
        return word in _YES
    raise unknown_value(cell, N_("“%(value)s” is neither yes (是) nor no (否)."))


def one_of(cell: Cell, words: Mapping[str, T]) -> T | None:
    """The meaning of a word in a list of allowed words."""
    if isinstance(cell, str) and cell in words:
        return words[cell]
    word = plain(cell)
    if word is None:
        return None
    for allowed, meaning in words.items():
        if fold(allowed) == word:
            return meaning
    raise unknown_value(
        cell,
        N_("“%(value)s” is not one of the words allowed here: %(words)s."),
        words="、".join(words),
    )


_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?e\+\d+|\d\.\d+e\d+")


def code(cell: Cell) -> str | None:
    """A code of digits and letters, as text; scientific notation has lost digits: refused."""
    if isinstance(cell, (dt.date, dt.time, dt.timedelta, bool)):
        raise unknown_value(
            cell,
            N_(
                "The cell holds %(value)s, not a code. "
                "Format the column as text and type the code again."
            ),
        )
    value = text(cell)
    if value is None:
        return None
    lost = isinstance(cell, (int, float)) and not abs(cell) < EXACT
    if lost or _SCIENTIFIC.fullmatch(fold(value)):
        raise CellError(
            "scientific_notation",
            Message(
                N_(
                    "%(value)s is a long code that the spreadsheet has shortened, and digits are "
                    "lost. Format the column as text and type the code again."
                ),
                {"value": shown(cell)},
            ),
        )
    return SPACES.sub("", unicodedata.normalize("NFKC", value)).lstrip("'‘’`") or None


_SEPARATOR: Final = re.compile(r"\s*[、，,；;]\s*|[\r\n]+")


def split_list(cell: Cell) -> tuple[str, ...]:
    """The names in one cell, separated by 、 ， ； or a new line; blanks left out."""
    if not isinstance(cell, str):
        single = name(cell)
        return (single,) if single else ()
    return tuple(item for part in _SEPARATOR.split(cell) if (item := name(part)))


def confirmers(cell: Cell, count: int) -> tuple[str | None, ...]:
    """One name per receiver, in their order; a dash or a missing name is None."""
    if not isinstance(cell, str):
        cell = name(cell) or ""
    parts = _SEPARATOR.split(cell.strip()) if cell.strip() else []
    names = [name(part) for part in parts]
    if any(names[count:]):
        raise unknown_value(
            cell,
            N_("“%(value)s” names more people than there are receiving schools (%(count)s)."),
            count=count,
        )
    return tuple((names + [None] * count)[:count])


# Lessons are numbered through the day; an afternoon counted from one again stands apart.
AFTERNOON: Final = 100
EVENING: Final = 200
_LESSONS_IN_A_DAY: Final = 20
_PERIODS: Final = re.compile(
    rf"(上午|下午|晚上|晚)?第?(\d{{1,2}})(?:节课?)?(?:[{DASHES}~〜至到]第?(\d{{1,2}}))?(?:节课?)?"
)


def periods_of_day(cell: Cell) -> frozenset[int] | None:
    """The lessons of a day in 第2-3节 or 第五、六节.

    下午第1节 is `AFTERNOON + 1`, unless its number (5 and above) counts through the day.
    """
    if isinstance(cell, dt.date):
        raise unknown_value(
            cell,
            N_(
                "The spreadsheet has made a date of the lessons (%(value)s). "
                "Type them like 第2-3节."
            ),
        )
    raw = plain(cell)
    if raw is None:
        return None
    lessons: set[int] = set()
    half = ""
    raw = with_digits(raw)
    for part in re.split(r"[、,;.和及与]", raw):
        found = _PERIODS.fullmatch(part)
        if found is None:
            break
        half = found[1] or half
        first = int(found[2])
        last = int(found[3] or first)
        if not 1 <= first <= last <= _LESSONS_IN_A_DAY:
            break
        offset = EVENING if half.startswith("晚") else AFTERNOON if half == "下午" else 0
        lessons.update(n if n > 4 else n + offset for n in range(first, last + 1))
    else:
        return frozenset(lessons)
    raise unknown_value(
        cell,
        N_("“%(value)s” does not say which lessons of the day. Write it like 第2-3节."),
    )


_SCHOOL_YEAR: Final = re.compile(
    rf"(\d{{4}})年?[{DASHES}/~〜至到]+(\d{{4}}|\d{{2}})(?:学?年度?)?|(\d{{4}})学年度?"
)


def school_year(cell: Cell) -> str | None:
    """A school year as "2024-2025", from 2024—2025学年度, 2024-25 or 2024学年."""
    raw = plain(cell)
    if raw is None:
        return None
    if found := _SCHOOL_YEAR.fullmatch(raw):
        first = int(found[1] or found[3])
        last = found[2] or str(first + 1)
        in_range = FIRST_YEAR <= first < LAST_YEAR
        if in_range and int(last) == (first + 1) % (10_000 if len(last) == 4 else 100):
            return f"{first}-{first + 1}"
    raise unknown_value(cell, N_("“%(value)s” is not a school year. Write it like 2024-2025."))
