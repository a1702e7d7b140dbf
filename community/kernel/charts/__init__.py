"""Geometry of the pictures: numbers in, positions out.

Lengths are SVG user units, except in bars that fill their container, where they are per cent of
its width. Colours, words and markup belong to `templates/components/charts.html`, which draws the
same picture on a page and in a PDF.
"""

from community.kernel.charts.bars import (
    progress_chart,
    progress_segments,
    share,
    share_segments,
)
from community.kernel.charts.days import day_chart
from community.kernel.charts.flows import flow_chart
from community.kernel.charts.measures import (
    HALF,
    NARROW,
    PAPER,
    WIDE,
    nice_scale,
    text_width,
    wrap,
)
from community.kernel.charts.months import month_chart, months_between
from community.kernel.charts.networks import School, network
from community.kernel.charts.timelines import Stay, timeline

__all__ = [
    "HALF",
    "NARROW",
    "PAPER",
    "WIDE",
    "School",
    "Stay",
    "day_chart",
    "flow_chart",
    "month_chart",
    "months_between",
    "network",
    "nice_scale",
    "progress_chart",
    "progress_segments",
    "share",
    "share_segments",
    "text_width",
    "timeline",
    "wrap",
]
