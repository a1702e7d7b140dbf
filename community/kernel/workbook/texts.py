"""A cell as text: the one form in which two spellings of the same words agree."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from community.kernel.i18n import N_, Message


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
EXACT: Final = 10**15  # Excel keeps fifteen digits; what is longer has already lost its end
SPACES: Final = re.compile(r"\s+")
DASHES: Final = "-‐‑‒–—―─−－﹣"
_BLANK: Final = re.compile(rf"[{DASHES}/／\\]*|无|空")
_CHINESE: Final = (
    r"\u2e80-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
)
_INNER_SPACE: Final = re.compile(rf"(?<=[{_CHINESE}]) | (?=[{_CHINESE}])")


def shown(cell: Cell) -> str:
    """The cell as the user sees it: 3144990001.0 is "3144990001", a date is 2024-09-01."""
    match cell:
        case bool():
            return str(cell).upper()
        case float() if cell.is_integer():
            return str(int(cell)) if abs(cell) < EXACT else f"{cell:.6G}"
        case dt.datetime():
            return cell.isoformat(" ", "seconds" if cell.second else "minutes")
        case dt.time():
            return cell.isoformat("seconds" if cell.second else "minutes")
        case ErrorCell():
            return cell.shown
    return str(cell)


@lru_cache(maxsize=2**14)  # a ledger says the same words on every row
def cleaned(raw: str) -> str:
    """Letters and digits in single width, runs of spaces as one, nothing invisible."""
    if raw.isascii() and raw.isprintable() and "  " not in raw:
        return raw.strip()
    return SPACES.sub(" ", raw.translate(_FOLDING)).strip()


def text(cell: Cell) -> str | None:
    """Free text, cleaned; blanks as None."""
    if isinstance(cell, ErrorCell):
        raise CellError(
            "unknown_value",
            Message(
                N_("The cell shows the error %(value)s. Type the value instead of the formula."),
                {"value": cell.shown},
            ),
        )
    value = cleaned(cell if isinstance(cell, str) else shown(cell))
    return None if _BLANK.fullmatch(value) else value


def name(cell: Cell) -> str | None:
    """A name: spaces beside Chinese characters do not matter, those between Latin words do."""
    value = text(cell)
    return _INNER_SPACE.sub("", value) if value else value


def fold(value: str) -> str:
    """The key by which two spellings are one: any width, any case, no spaces."""
    return SPACES.sub("", unicodedata.normalize("NFKC", value.translate(_FOLDING))).casefold()


def is_blank(cell: Cell) -> bool:
    """Whether the cell says nothing: empty, spaces, 无, 空 or dashes."""
    return isinstance(cell, str) and _BLANK.fullmatch(cleaned(cell)) is not None


def plain(cell: Cell) -> str | None:
    """Text in compatibility form without any space: for numbers, dates and single words."""
    value = text(cell)
    return fold(value) if value else None


def unknown_value(cell: Cell, msgid: str, **params: object) -> CellError:
    """The refusal of a word or number that is not one of those expected."""
    return CellError("unknown_value", Message(msgid, {"value": shown(cell), **params}))
