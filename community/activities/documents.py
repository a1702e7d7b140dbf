"""The assembly of the monthly confirmation sheet (月度确认单)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from community.activities.queries.lists import ActivityRow
from community.activities.rules import Condition, GoodsLine
from community.kernel.pdf import check_glyphs, set_page


@dataclass(frozen=True)
class SheetPage:
    """What stands on a sheet."""

    number: str
    school: str
    year: int
    month: int
    rows: Sequence[ActivityRow]
    goods: Mapping[int, Sequence[GoodsLine]]  # by record
    printed_at: datetime
    is_demonstration: bool
    conditions: Sequence[Condition] = tuple(Condition)


def build_sheet_page(page: SheetPage) -> str:
    """The sheet as HTML, in the locale in force.

    Raises RuleViolationError when a character of it cannot be printed.
    """
    html = set_page("activities/print/confirmation_sheet.html", page=page)
    check_glyphs(html)
    return html
