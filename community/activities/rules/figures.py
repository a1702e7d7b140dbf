"""Figures of activities, from which every sum is taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from community.activities.rules.standing import Standing
from community.activities.rules.words import ActivityKind, Sheet
from community.kernel.i18n import N_, declare_labels


class Level(StrEnum):
    """The figures that are always shown side by side (domain.md §4), and what counts."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    CHECKED = "checked"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Amount:
    """Rows, and lesson periods where the ledger has them."""

    rows: int = 0
    periods: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.rows + other.rows, self.periods + other.periods)


@dataclass(frozen=True, slots=True)
class Levels:
    """The amounts of one cell."""

    reported: Amount = Amount()
    confirmed: Amount = Amount()
    counted: Amount = Amount()
    checked: Amount = Amount()

    def __add__(self, other: "Levels") -> "Levels":
        return Levels(
            self.reported + other.reported,
            self.confirmed + other.confirmed,
            self.counted + other.counted,
            self.checked + other.checked,
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """Amounts by ledger, kind and month (`2024-09`), from which every sum is taken."""

    cells: Mapping[tuple[Sheet, ActivityKind, str], Levels]

    def by_sheet(self) -> dict[Sheet, Levels]:
        """One sum per ledger, zeros included."""
        return {
            sheet: sum((v for k, v in self.cells.items() if k[0] is sheet), Levels())
            for sheet in Sheet
        }

    def by_month(self) -> dict[str, dict[Sheet, Levels]]:
        """Sums per month and ledger, months in order."""
        months: dict[str, dict[Sheet, Levels]] = {}
        for (sheet, _kind, month), levels in sorted(self.cells.items(), key=lambda c: c[0][2]):
            row = months.setdefault(month, {})
            row[sheet] = row.get(sheet, Levels()) + levels
        return months

    @property
    def total(self) -> Levels:
        """All ledgers together."""
        return sum(self.cells.values(), Levels())

    def __add__(self, other: "Figures") -> "Figures":
        cells = dict(self.cells)
        for key, levels in other.cells.items():
            cells[key] = cells.get(key, Levels()) + levels
        return Figures(cells)


def build_figures(standings: Iterable[Standing]) -> Figures:
    """Add up activities by ledger, kind and month of their day."""
    cells: dict[tuple[Sheet, ActivityKind, str], Levels] = {}
    for standing in standings:
        if not standing.is_reported:
            continue
        activity = standing.activity
        amount = Amount(1, activity.periods or 0)
        levels = Levels(
            reported=amount,
            confirmed=amount if standing.is_confirmed else Amount(),
            counted=amount if standing.is_counted else Amount(),
            checked=amount if standing.is_checked else Amount(),
        )
        key = (activity.sheet, activity.kind, f"{activity.held_on:%Y-%m}")
        cells[key] = cells.get(key, Levels()) + levels
    return Figures(cells)


declare_labels(
    Level,
    {
        Level.REPORTED: N_("Reported"),
        Level.CONFIRMED: N_("Confirmed"),
        Level.CHECKED: N_("Checked"),
        Level.COUNTED: N_("Counted"),
    },
)
