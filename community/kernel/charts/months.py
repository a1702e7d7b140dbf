"""Stacked columns, one for each month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from community.kernel.charts.measures import HALF, NARROW, Label, nice_scale, rounded


def months_between(first: date, last: date) -> tuple[str, ...]:
    """The calendar months ("2024-09") that two days and the time between them touch."""
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return tuple(f"{n // 12}-{n % 12 + 1:02}" for n in range(start, end + 1))


@dataclass(frozen=True)
class Bar:
    """The part of one month's column that one series fills."""

    month: int
    series: int
    x: float
    y: float
    width: float
    height: float
    value: int


@dataclass(frozen=True)
class MonthChart:
    """Stacked columns, one per month, over a common axis."""

    width: float
    height: float
    left: float
    right: float
    baseline: float
    bars: tuple[Bar, ...]
    ticks: tuple[Label, ...]
    months: tuple[Label, ...]
    years: tuple[Label, ...]
    totals: tuple[Label, ...]


def month_chart(
    months: Sequence[str], series: Sequence[Sequence[int]], width: float = HALF
) -> MonthChart:
    """Columns for `months` ("2024-09", in order) and, per series, one figure for each month.

    A year is written under its first month.
    """
    narrow = width <= NARROW
    height, top = (190.0, 18.0) if narrow else (280.0, 18.0)
    left, right, baseline = (26.0 if narrow else 34.0), width, height - 38
    totals = [sum(figures[month] for figures in series) for month in range(len(months))]
    scale = nice_scale(max(totals, default=0))
    pitch = (right - left) / max(1, len(months))
    thickness = min(36.0, pitch * 0.62)
    unit = (baseline - top) / scale.top

    bars: list[Bar] = []
    for month in range(len(months)):
        x, y = left + pitch * (month + 0.5) - thickness / 2, baseline
        for index, figures in enumerate(series):
            if value := figures[month]:
                y -= value * unit
                box = (rounded(x), rounded(y), rounded(thickness), rounded(value * unit))
                bars.append(Bar(month, index, *box, value))
    centres = [rounded(left + pitch * (month + 0.5)) for month in range(len(months))]
    starts = [i for i, name in enumerate(months) if i == 0 or name[:4] != months[i - 1][:4]]
    return MonthChart(
        width=width,
        height=height,
        left=left,
        right=right,
        baseline=baseline,
        bars=tuple(bars),
        ticks=tuple(
            Label(tick, left - 6, rounded(baseline - tick * unit), str(tick))
            for tick in scale.ticks
        ),
        months=tuple(
            Label(i, x, baseline + 16, str(int(months[i][5:7]))) for i, x in enumerate(centres)
        ),
        years=tuple(Label(i, centres[i], baseline + 32, months[i][:4]) for i in starts),
        totals=tuple(
            Label(i, x, rounded(baseline - totals[i] * unit - 5), str(totals[i]))
            for i, x in enumerate(centres)
            if totals[i]
        ),
    )
