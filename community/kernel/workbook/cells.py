"""What one cell says: pure functions from a cell to a value.

Each answers `None` for a blank and raises `CellError` for what it cannot read, with the codes
under which an import refuses a row.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final, TypeVar

from community.kernel.i18n import N_, Message

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell in which the spreadsheet program shows an error, such as #N/A."""

    shown: str


# "" is an empty cell.
Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | ErrorCell


class CellError(Exception):
    """A cell that cannot be read: the code of the refusal, and a sentence for the user."""

    def __init__(self, code: str, message: Message) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


# ---------------------------------------------------------------------------- text

# Letters, digits and the ideographic space have twins of double width; Chinese punctuation
# (，。；：（）《》) has not: in Chinese text the wide form is the right one.
_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code).isalnum()}
_INVISIBLE: Final = dict.fromkeys(
    map(
        ord,
        "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e",
    )
)
_CONTROL: Final = dict.fromkeys((*range(0x20), 0x7F, 0x85), " ")
_FOLDING: Final = _WIDE | _INVISIBLE | _CONTROL
_EXACT: Final = 10**15  # Excel keeps fifteen digits; what is longer has already lost its end
_SPACES: Final = re.compile(r"\s+")
_DASHES: Final = "-‐‑‒–—―─−－﹣"
_BLANK: Final = re.compile(rf"[{_DASHES}/／\\]*|无|空")
_CHINESE: Final = (
    r"\u2e80-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
)
_INNER_SPACE: Final = re.compile(rf"(?<=[{_CHINESE}]) | (?=[{_CHINESE}])")
_SEPARATOR: Final = re.compile(r"\s*[、，,；;]\s*|[\r\n]+")


def shown(cell: Cell) -> str:
    """The cell as the user sees it: 3144990001.0 is "3144990001", a date is 2024-09-01."""
    match cell:
        case bool():
            return str(cell).upper()
        case float() if cell.is_integer():
            return str(int(cell)) if abs(cell) < _EXACT else f"{cell:.6G}"
        case dt.datetime():
            return cell.isoformat(" ", "seconds" if cell.second else "minutes")
        case dt.time():
            return cell.isoformat("seconds" if cell.second else "minutes")
        case ErrorCell():
            return cell.shown
    return str(cell)


@lru_cache(maxsize=2**14)  # a ledger says the same words on every row
def _clean(raw: str) -> str:
    if raw.isascii() and raw.isprintable() and "  " not in raw:
        return raw.strip()
    return _SPACES.sub(" ", raw.translate(_FOLDING)).strip()


def text(cell: Cell) -> str | None:
    """Free text: letters and digits in single width, runs of spaces as one, blanks as None."""
    if isinstance(cell, ErrorCell):
        raise CellError(
            "unknown_value",
            Message(
                N_("The cell shows the error %(value)s. Type the value instead of the formula."),
                {"value": cell.shown},
            ),
        )
    cleaned = _clean(cell if isinstance(cell, str) else shown(cell))
    return None if _BLANK.fullmatch(cleaned) else cleaned


def name(cell: Cell) -> str | None:
    """A name: spaces beside Chinese characters do not matter, those between Latin words do."""
    cleaned = text(cell)
    return _INNER_SPACE.sub("", cleaned) if cleaned else cleaned


def fold(value: str) -> str:
    """The key by which two spellings are one: any width, any case, no spaces."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", value.translate(_FOLDING))).casefold()


def is_blank(cell: Cell) -> bool:
    """Whether the cell says nothing: empty, spaces, 无, 空 or dashes."""
    return isinstance(cell, str) and _BLANK.fullmatch(_clean(cell)) is not None


def _plain(cell: Cell) -> str | None:
    """Text in compatibility form without any space: for numbers, dates and single words."""
    cleaned = text(cell)
    return fold(cleaned) if cleaned else None


def _unknown(cell: Cell, msgid: str, **params: object) -> CellError:
    return CellError("unknown_value", Message(msgid, {"value": shown(cell), **params}))


# ---------------------------------------------------------------------------- dates

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
# Up to 2100 a bare number is rather a year (or a day and month) than one of Excel's serial days.
_FIRST_SERIAL: Final = LAST_YEAR + 1
_EPOCH_1900: Final = dt.date(1899, 12, 30)  # counts the 29 February 1900 that Excel believes in
_EPOCH_1904: Final = dt.date(1904, 1, 1)
_LAST_SERIAL: Final = (dt.date(LAST_YEAR, 12, 31) - _EPOCH_1900).days

_DIGITS: Final = {digit: str(value) for value, digits in enumerate(
    ("〇零○", "一", "二", "三", "四", "五", "六", "七", "八", "九")
) for digit in digits}  # fmt: skip
_CHINESE_DIGIT: Final = f"[{''.join(_DIGITS)}]"
_CHINESE_YEAR: Final = re.compile(rf"{_CHINESE_DIGIT}{{4}}(?=[年.\-/]|$)")
_CHINESE_NUMBER: Final = re.compile(r"[一二三四五六七八九十廿卅]+")
_TENS: Final = re.compile(r"([一二三四五六七八九]?)(十|廿|卅)(?:十)?([一二三四五六七八九]?)")

_TIME_OF_DAY: Final = re.compile(
    r"(?<=[\d日号])(?:\s+|t)(?:上午|下午|凌晨|晚上)?\s*\d{1,2}[:时点]\d{1,2}[\d:.分秒zapm\s]*$",
    re.IGNORECASE,
)
_WEEKDAY: Final = re.compile(r"\(?(?:星期|礼拜|周)[一二三四五六日天]\)?$")
_MARK: Final = r"[.\-/。·]"
_DATE: Final = (
    r"(?P<year{n}>\d{{4}})(?:"
    r"(?P<compact{n}>\d{{4}})"
    r"|(?:{mark}|年)(?P<month{n}>\d{{1,2}})(?:月份?)?"
    r"(?:(?:(?<=月)|{mark})(?P<day{n}>\d{{1,2}})[日号]?)?)"
)
_ONE_DATE: Final = re.compile(_DATE.format(n="", mark=_MARK) + r"\.?")
_YEAR_MONTH: Final = re.compile(r"(\d{4})(\d{2})")
_VAGUE_MONTH: Final = re.compile(r"(?<=月)份?(?:上旬|中旬|下旬|初|底|末|中)$")
_UNTIL_NOW: Final = re.compile(r"至今|现在|目前|今")
_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?")
_TO: Final = rf"起?(?:[{_DASHES}~〜至到])+"
_RANGE: Final = re.compile(
    "[自从]?"
    + _DATE.format(n="_a", mark=_MARK)
    + rf"(?:{_TO}(?:今|现在|目前|{_DATE.format(n='_b', mark=_MARK)})?止?|起)"
)


def _chinese_number(match: re.Match[str]) -> str:
    """三十一 → 31, 廿五 → 25; anything else unchanged."""
    word = match.group()
    if word in _DIGITS:
        return _DIGITS[word]
    tens = _TENS.fullmatch(word)
    if tens is None:
        return word
    before, ten, after = tens.groups()
    base = {"廿": 2, "卅": 3}.get(ten, int(_DIGITS.get(before, "1")))
    return str(base * 10 + int(_DIGITS.get(after, "0")))


def _date_text(raw: str) -> str:
    """A date as typed, in one spelling: ASCII digits, no spaces, time or weekday."""
    spelled = unicodedata.normalize("NFKC", _clean(raw))
    spelled = _TIME_OF_DAY.sub("", spelled)
    spelled = _WEEKDAY.sub("", _SPACES.sub("", spelled)).replace("−", "-").replace("元月", "一月")
    spelled = _CHINESE_YEAR.sub(
        lambda year: "".join(_DIGITS[digit] for digit in year.group()), spelled
    )
    return _CHINESE_NUMBER.sub(_chinese_number, spelled)


def _bad_date(cell: Cell) -> CellError:
    return CellError(
        "bad_date",
        Message(
            N_("“%(value)s” is not a date. Write it like 2025-09-01."),
            {"value": shown(cell)},
        ),
    )


def _calendar_day(cell: Cell, year: int, month: int, day_of_month: int) -> dt.date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellError(
            "bad_date",
            Message(
                N_("The year in “%(value)s” is not between %(first)s and %(last)s."),
                {"value": shown(cell), "first": FIRST_YEAR, "last": LAST_YEAR},
            ),
        )
    try:
        return dt.date(year, month, day_of_month)
    except ValueError:
        raise CellError(
            "bad_date",
            Message(
                N_("There is no day %(value)s in the calendar. Check month and day."),
                {"value": shown(cell)},
            ),
        ) from None


def _month_only(cell: Cell, year: int, month: int) -> CellError:
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        return _bad_date(cell)
    if isinstance(cell, float) and not cell.is_integer():
        return CellError(
            "month_only_date",
            Message(
                N_(
                    "%(value)s is a number without a day: October typed as 2025.10 arrives as "
                    "2025.1, just like January. Write the whole date, like 2025-09-01."
                ),
                {"value": shown(cell)},
            ),
        )
    return CellError(
        "month_only_date",
        Message(
            N_("“%(value)s” has no day. Write the whole date, like 2025-09-01."),
            {"value": shown(cell)},
        ),
    )


def _numeric_date(cell: Cell, number: float, epoch_1904: bool) -> dt.date:
    """A date from a number: 20250901, or one of Excel's serial days."""
    whole = int(number)
    if number == whole:
        if 10_000_000 <= whole <= 99_999_999:
            return _calendar_day(cell, whole // 10_000, whole // 100 % 100, whole % 100)
        if FIRST_YEAR * 100 < whole <= LAST_YEAR * 100 + 99:
            raise _month_only(cell, whole // 100, whole % 100)
    elif FIRST_YEAR <= number < _FIRST_SERIAL:
        # repr and not arithmetic: 2025.9 is September, 2025.10 has become 2025.1.
        fraction = repr(number).partition(".")[2]
        raise _month_only(cell, whole, int(fraction) if len(fraction) <= 2 else 0)
    epoch = _EPOCH_1904 if epoch_1904 else _EPOCH_1900
    if not _FIRST_SERIAL <= whole <= _LAST_SERIAL - (epoch - _EPOCH_1900).days:
        raise _bad_date(cell)
    return epoch + dt.timedelta(days=whole)


def _matched_date(cell: Cell, found: re.Match[str], suffix: str = "") -> dt.date:
    part = found.groupdict()
    year = int(part[f"year{suffix}"])
    if compact := part[f"compact{suffix}"]:
        return _calendar_day(cell, year, int(compact[:2]), int(compact[2:]))
    month = int(part[f"month{suffix}"])
    if part[f"day{suffix}"] is None:
        raise _month_only(cell, year, month)
    return _calendar_day(cell, year, month, int(part[f"day{suffix}"]))


def day(cell: Cell, epoch_1904: bool = False, *, open_end: bool = False) -> dt.date | None:
    """A whole day; with `open_end`, 至今 stands for no end. Month-only dates are refused."""
    match cell:
        case dt.date():  # a datetime is one too
            return _calendar_day(cell, cell.year, cell.month, cell.day)
        case bool() | dt.time() | dt.timedelta() | ErrorCell():
            raise _bad_date(cell)
        case int() | float():
            if not abs(cell) < 10**9:  # also infinity and not-a-number
                raise _bad_date(cell)
            return _numeric_date(cell, cell, epoch_1904)
    value = text(cell)
    if value is None:
        return None
    spelled = _date_text(value)
    if _UNTIL_NOW.fullmatch(spelled):
        if open_end:
            return None
        raise CellError(
            "bad_date",
            Message(
                N_("“%(value)s” is not possible here. Write a date like 2025-09-01."),
                {"value": value},
            ),
        )
    return _spelled_date(cell, spelled, epoch_1904)


def _spelled_date(cell: Cell, spelled: str, epoch_1904: bool) -> dt.date:
    found = _ONE_DATE.fullmatch(spelled) or _ONE_DATE.fullmatch(_VAGUE_MONTH.sub("", spelled))
    if found:
        return _matched_date(cell, found)
    if joined := _YEAR_MONTH.fullmatch(spelled):
        raise _month_only(cell, int(joined[1]), int(joined[2]))
    if _SERIAL.fullmatch(spelled):
        return _numeric_date(cell, float(spelled), epoch_1904)
    raise _bad_date(cell)


def day_range(cell: Cell, epoch_1904: bool = False) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of "2024.9.1-2027.8.31"; an open end (至今, 起) is None."""
    if is_blank(cell):
        return None, None
    if not isinstance(cell, str):
        # One date is a valid cell, but does not say whether it is the first or the last day.
        day(cell, epoch_1904)
    value = text(cell)
    found = _RANGE.fullmatch(_date_text(value)) if isinstance(cell, str) and value else None
    if found is None:
        raise CellError(
            "bad_date",
            Message(
                N_(
                    "“%(value)s” is not a range of two dates. "
                    "Write it like 2024-09-01 至 2027-08-31."
                ),
                {"value": shown(cell)},
            ),
        )
    start = _matched_date(cell, found, "_a")
    return start, _matched_date(cell, found, "_b") if found["year_b"] else None


# ---------------------------------------------------------------------------- numbers

_NUMBER: Final = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|[+-]?\.\d+")
_COUNTERS: Final = re.compile(r"(?:个?课时|节课?|人次?|名|位|次|本|册|套|台|件|份|箱|个|所|张|把)$")
_LARGEST: Final = 10**12  # beyond this nothing that people count in a ledger


def _number(cell: Cell, raw: str) -> Decimal:
    if _NUMBER.fullmatch(raw):
        number = Decimal(raw.replace(",", ""))
        if abs(number) <= _LARGEST:
            return number
    raise _unknown(cell, N_("“%(value)s” is not a number."))


def decimal(cell: Cell) -> Decimal | None:
    """A number, with a counting word after it or not (2节)."""
    if isinstance(cell, (dt.date, dt.time, dt.timedelta)):
        raise _unknown(
            cell,
            N_(
                "The cell holds a date or a time (%(value)s), not a number. "
                "Format it as a number and type it again."
            ),
        )
    if isinstance(cell, bool):
        raise _unknown(cell, N_("“%(value)s” is not a number."))
    if isinstance(cell, (int, float)):
        if not abs(cell) <= _LARGEST:
            raise _unknown(cell, N_("“%(value)s” is not a number."))
        return Decimal(repr(cell))
    raw = _plain(cell)
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
        raise _unknown(cell, N_("%(value)s is not a whole number."))
    return int(number)


def fen(cell: Cell) -> int | None:
    """Money in yuan (¥1,200.50, 1200元, 1.2万元) as fen, rounded to the fen."""
    if not isinstance(cell, str):
        yuan = decimal(cell)
    else:
        raw = _plain(cell)
        if raw is None:
            return None
        raw = re.sub(r"^(?:人民币|rmb|cny)?[¥$]?", "", raw) if "$" not in raw else raw
        amount, ten_thousands = re.subn(r"万元?整?$", "", raw)
        yuan = _number(cell, re.sub(r"[元圆]整?$", "", amount)) * (10_000 if ten_thousands else 1)
    return None if yuan is None else int((yuan * 100).quantize(Decimal(1), ROUND_HALF_UP))


# ---------------------------------------------------------------------------- words and codes

_YES: Final = {*"是有对√✓✔☑✅yt1", "yes", "true"}
_NO: Final = {*"否×✕✖✗✘❌x☐□nf0", "不是", "没有", "no", "false"}


def boolean(cell: Cell) -> bool | None:
    """Yes (是 √ 有 1 Y) or no (否 × 0 N); 无 is a blank."""
    word = _plain("" if isinstance(cell, str) and is_blank(cell) else cell)
    if word is None:
        return None
    word = word.replace("\ufe0f", "")  # the emoji form of a tick
    if word in _YES or word in _NO:
        return word in _YES
    raise _unknown(cell, N_("“%(value)s” is neither yes (是) nor no (否)."))


def one_of(cell: Cell, words: Mapping[str, T]) -> T | None:
    """The meaning of a word in a list of allowed words."""
    if isinstance(cell, str) and cell in words:
        return words[cell]
    word = _plain(cell)
    if word is None:
        return None
    for allowed, meaning in words.items():
        if fold(allowed) == word:
            return meaning
    raise _unknown(
        cell,
        N_("“%(value)s” is not one of the words allowed here: %(words)s."),
        words="、".join(words),
    )


_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?e\+\d+|\d\.\d+e\d+")


def code(cell: Cell) -> str | None:
    """A code of digits and letters, as text; scientific notation has lost digits: refused."""
    if isinstance(cell, (dt.date, dt.time, dt.timedelta, bool)):
        raise _unknown(
            cell,
            N_(
                "The cell holds %(value)s, not a code. "
                "Format the column as text and type the code again."
            ),
        )
    value = text(cell)
    if value is None:
        return None
    lost = isinstance(cell, (int, float)) and not abs(cell) < _EXACT
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
    return _SPACES.sub("", unicodedata.normalize("NFKC", value)).lstrip("'‘’`") or None


# ---------------------------------------------------------------------------- lists


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
        raise _unknown(
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
    rf"(上午|下午|晚上|晚)?第?(\d{{1,2}})(?:节课?)?(?:[{_DASHES}~〜至到]第?(\d{{1,2}}))?(?:节课?)?"
)


def periods_of_day(cell: Cell) -> frozenset[int] | None:
    """The lessons of a day in 第2-3节 or 第五、六节.

    下午第1节 is `AFTERNOON + 1`, unless its number (5 and above) counts through the day.
    """
    if isinstance(cell, dt.date):
        raise _unknown(
            cell,
            N_(
                "The spreadsheet has made a date of the lessons (%(value)s). "
                "Type them like 第2-3节."
            ),
        )
    raw = _plain(cell)
    if raw is None:
        return None
    lessons: set[int] = set()
    half = ""
    raw = _CHINESE_NUMBER.sub(_chinese_number, raw)
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
    raise _unknown(
        cell,
        N_("“%(value)s” does not say which lessons of the day. Write it like 第2-3节."),
    )


_SCHOOL_YEAR: Final = re.compile(
    rf"(\d{{4}})年?[{_DASHES}/~〜至到]+(\d{{4}}|\d{{2}})(?:学?年度?)?|(\d{{4}})学年度?"
)


def school_year(cell: Cell) -> str | None:
    """A school year as "2024-2025", from 2024—2025学年度, 2024-25 or 2024学年."""
    raw = _plain(cell)
    if raw is None:
        return None
    if found := _SCHOOL_YEAR.fullmatch(raw):
        first = int(found[1] or found[3])
        last = found[2] or str(first + 1)
        in_range = FIRST_YEAR <= first < LAST_YEAR
        if in_range and int(last) == (first + 1) % (10_000 if len(last) == 4 else 100):
            return f"{first}-{first + 1}"
    raise _unknown(cell, N_("“%(value)s” is not a school year. Write it like 2024-2025."))
