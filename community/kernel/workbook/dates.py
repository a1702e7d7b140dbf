"""What one cell says about a day, or about a first and a last day."""

import datetime as dt
import re
import unicodedata
from typing import Final

from community.kernel.i18n import N_, Message
from community.kernel.workbook.texts import (
    DASHES,
    SPACES,
    Cell,
    CellError,
    ErrorCell,
    cleaned,
    is_blank,
    shown,
    text,
)

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
_TO: Final = rf"起?(?:[{DASHES}~〜至到])+"
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


def with_digits(value: str) -> str:
    """The same text with Chinese numbers up to 99 in digits: 十一月 is 11月."""
    return _CHINESE_NUMBER.sub(_chinese_number, value)


def _date_text(raw: str) -> str:
    """A date as typed, in one spelling: ASCII digits, no spaces, time or weekday."""
    spelled = unicodedata.normalize("NFKC", cleaned(raw))
    spelled = _TIME_OF_DAY.sub("", spelled)
    spelled = _WEEKDAY.sub("", SPACES.sub("", spelled)).replace("−", "-").replace("元月", "一月")
    spelled = _CHINESE_YEAR.sub(
        lambda year: "".join(_DIGITS[digit] for digit in year.group()), spelled
    )
    return with_digits(spelled)


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
