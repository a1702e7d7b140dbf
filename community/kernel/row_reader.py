"""One row of a table, read cell by cell. What cannot be read is collected, not raised, so that a
user sees every fault of a file at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

from community.kernel import workbook
from community.kernel.i18n import N_, Message
from community.kernel.workbook import Cell, CellError, SheetColumns, Table, TableRow

T = TypeVar("T")

# What the database can hold: 32 bits, and fourteen digits of which three are decimals.
LARGEST_INTEGER: Final = 2_000_000_000
LARGEST_QUANTITY: Final = Decimal(10) ** 11
LARGEST_FEN: Final = 10**15
_THOUSANDTH: Final = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class CellFault:
    """Why a cell is refused; `key` is the column's key."""

    key: str
    value: str
    code: str
    message: Message


class RowReader:
    """Reads the cells of one row; a cell that is refused reads as None and leaves a fault."""

    __slots__ = ("_refused", "epoch_1904", "faults", "row")

    def __init__(self, row: TableRow, *, epoch_1904: bool = False) -> None:
        self.row = row
        self.epoch_1904 = epoch_1904
        self.faults: list[CellFault] = []
        self._refused: set[str] = set()

    def refuse(self, key: str, code: str, message: Message, *, shown_in: str | None = None) -> None:
        """Add a fault; `shown_in` is another column whose value is meant."""
        self._refused.add(key)
        value = workbook.shown(self.row.cell(shown_in or key))
        self.faults.append(CellFault(key, value, code, message))

    def is_refused(self, key: str) -> bool:
        """Whether a fault names this column."""
        return key in self._refused

    def read(
        self,
        key: str,
        parse: Callable[[Cell], T | None],
        *,
        required: bool = False,
        column: str | None = None,
    ) -> T | None:
        """The value of a cell; a fault and None when it cannot be read, or is blank and required.

        `column` is the key of the column that holds it, when that is another one.
        """
        try:
            value = parse(self.row.cell(column or key))
        except CellError as error:
            self.refuse(key, error.code, error.message, shown_in=column)
            return None
        if value is None and required:
            message = Message(N_("This cell must not be blank."))
            self.refuse(key, "missing_value", message, shown_in=column)
        return value

    def text(self, key: str, longest: int, *, required: bool = False) -> str | None:
        """Free text of at most `longest` characters."""
        return self.read(
            key, lambda cell: _limited(workbook.text(cell), longest), required=required
        )

    def name(self, key: str, longest: int, *, required: bool = False) -> str | None:
        """A name, in which spaces do not matter, of at most `longest` characters."""
        return self.read(
            key, lambda cell: _limited(workbook.name(cell), longest), required=required
        )

    def code(self, key: str, longest: int, *, required: bool = False) -> str | None:
        """A code of at most `longest` characters; scientific notation is refused."""
        return self.read(
            key, lambda cell: _limited(workbook.code(cell), longest), required=required
        )

    def word(self, key: str, words: Mapping[str, T], *, required: bool = False) -> T | None:
        """The meaning of a word of a list."""
        return self.read(key, lambda cell: workbook.one_of(cell, words), required=required)

    def boolean(self, key: str) -> bool | None:
        """Yes or no."""
        return self.read(key, workbook.boolean)

    def day(self, key: str, *, required: bool = False, is_end: bool = False) -> date | None:
        """A day; in a column of last days, 至今 is an open end."""
        return self.read(
            key,
            lambda cell: workbook.day(cell, self.epoch_1904, open_end=is_end),
            required=required,
        )

    def period(
        self, first: str, last: str, both: str, *, required: bool = False
    ) -> tuple[date | None, date | None]:
        """First and last day, from two columns or from one that holds both (起止日期).

        A last day before the first is `ends_before_start` in the column of the last day.
        """
        if first not in self.row and both in self.row:
            found = self.read(
                first,
                lambda cell: _days(workbook.day_range(cell, self.epoch_1904)),
                required=required,
                column=both,
            )
            starts_on, ends_on = found or (None, None)
            shown_in: str | None = both
        else:
            starts_on = self.day(first, required=required)
            ends_on = self.day(last, is_end=True)
            shown_in = None
        if starts_on and ends_on:
            self.not_before(last, ends_on, starts_on, shown_in=shown_in)
        return starts_on, ends_on

    def not_before(
        self, key: str, ends_on: date, starts_on: date, *, shown_in: str | None = None
    ) -> None:
        """Refuse a last day that lies before the first."""
        if ends_on < starts_on:
            message = Message(
                N_("This day (%(last)s) is before the first one (%(first)s)."),
                {"last": ends_on.isoformat(), "first": starts_on.isoformat()},
            )
            self.refuse(key, "ends_before_start", message, shown_in=shown_in)

    def count(self, key: str, *, required: bool = False, at_least: int = 0) -> int | None:
        """A whole number of people or lessons."""
        return self.read(key, lambda cell: _count(cell, at_least), required=required)

    def quantity(
        self, key: str, *, required: bool = False, may_be_zero: bool = False
    ) -> Decimal | None:
        """A positive quantity, to the thousandth."""
        return self.read(key, lambda cell: _quantity(cell, may_be_zero), required=required)

    def fen(self, key: str) -> int | None:
        """Money in fen, from a cell in yuan."""
        return self.read(key, _fen)


def unsaid_fields(table: Table, columns: SheetColumns) -> frozenset[str]:
    """The fields of which a table says nothing, because it lacks their column."""
    return frozenset(column.key for column in columns.columns if table.letter(column.key) is None)


def _limited(value: str | None, longest: int) -> str | None:
    if value is not None and len(value) > longest:
        raise CellError(
            "too_long",
            Message(
                N_("The text has %(length)s characters; at most %(longest)s are kept."),
                {"length": len(value), "longest": longest},
            ),
        )
    return value


def _days(found: tuple[date | None, date | None]) -> tuple[date | None, date | None] | None:
    return None if found == (None, None) else found


def _too_large(cell: Cell) -> CellError:
    return CellError(
        "unknown_value", Message(N_("%(value)s is too large."), {"value": workbook.shown(cell)})
    )


def _not_positive(cell: Cell, least: str) -> CellError:
    return CellError(
        "not_positive",
        Message(
            N_("%(value)s is too small: at least %(least)s is expected."),
            {"value": workbook.shown(cell), "least": least},
        ),
    )


def _count(cell: Cell, at_least: int) -> int | None:
    # 0.5 lessons are no whole number, but not "too few": so the bound is tested by itself.
    number = workbook.decimal(cell)
    if number is not None and (number < 0 or (at_least > 0 and number == 0)):
        raise _not_positive(cell, str(at_least))
    if number is not None and number > LARGEST_INTEGER:
        raise _too_large(cell)
    return workbook.integer(cell)


def _quantity(cell: Cell, may_be_zero: bool) -> Decimal | None:
    number = workbook.decimal(cell)
    if number is None:
        return None
    if number < 0 or (number == 0 and not may_be_zero):
        raise CellError(
            "not_positive",
            Message(
                N_("%(value)s is not a quantity: a positive number is expected."),
                {"value": workbook.shown(cell)},
            ),
        )
    if number >= LARGEST_QUANTITY:
        raise _too_large(cell)
    exact = number.quantize(_THOUSANDTH)
    if number > 0 and exact == 0:
        raise _not_positive(cell, str(_THOUSANDTH))
    return exact


def _fen(cell: Cell) -> int | None:
    amount = workbook.fen(cell)
    if amount is not None and abs(amount) > LARGEST_FEN:
        raise _too_large(cell)
    return amount
