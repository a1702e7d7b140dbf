"""Geometry is checked by what a reader would notice: nothing lost, nothing outside, in order."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.kernel import charts

LEAD = charts.School("a", "曲溪翠微学校", 0)
PIVOTS = [charts.School(key, f"云路芷兰中心校{key}", 1) for key in "bcd"]
VILLAGES = [charts.School(key, "月城梅坞教学点", 2) for key in "efghijklm"]


@pytest.mark.parametrize(
    ("maximum", "top", "step"),
    [
        (0, 1, 1),  # an empty chart still has an axis
        (1, 1, 1),
        (3, 3, 1),
        (4, 4, 2),
        (44, 60, 20),
        (60, 60, 20),
        (61, 100, 50),
        (1000, 1000, 500),
    ],
)
def test_nice_scale(maximum: int, top: int, step: int) -> None:
    scale = charts.nice_scale(maximum)
    assert (scale.top, scale.step) == (top, step)
    assert scale.ticks[0] == 0
    assert scale.ticks[-1] == top


@pytest.mark.parametrize(
    ("counted", "in_progress", "target", "states"),
    [
        (4, 1, 6, ["counted"] * 4 + ["in_progress", "open"]),
        (7, 2, 6, ["counted"] * 7),  # a surplus lengthens the bar
        (5, 3, 6, ["counted"] * 5 + ["in_progress"]),  # no more than there is room for
        (0, 0, 0, []),
        (10, 5, 100, ["counted", "in_progress", "open"]),  # too many to be told apart
    ],
)
def test_progress_segments(counted: int, in_progress: int, target: int, states: list[str]) -> None:
    segments = charts.progress_segments(counted, in_progress, target)
    assert [segment.state for segment in segments] == states
    assert sum(segment.count for segment in segments) == max(target, counted)


@given(st.lists(st.integers(0, 500), max_size=30))
def test_segments_fill_the_bar_and_keep_their_order(counts: list[int]) -> None:
    segments = charts.share_segments([(str(i), count) for i, count in enumerate(counts)])
    assert sum(s.count for s in segments) == sum(counts)
    assert [int(s.state) for s in segments] == sorted(int(s.state) for s in segments)
    if segments:
        assert segments[-1].start + segments[-1].width == pytest.approx(100, abs=0.05)


def test_share_of_nothing_draws_nothing() -> None:
    assert charts.share(0, 0) == 0
    assert charts.share(1, 4) == 25


def test_months_between_crosses_the_year() -> None:
    assert charts.months_between(date(2024, 11, 30), date(2025, 2, 1)) == (
        "2024-11",
        "2024-12",
        "2025-01",
        "2025-02",
    )
    assert charts.months_between(date(2025, 2, 2), date(2025, 1, 31)) == ()


@pytest.mark.parametrize("width", [charts.HALF, charts.NARROW])
def test_month_columns_stack_to_their_total(width: float) -> None:
    months = charts.months_between(date(2024, 9, 1), date(2025, 8, 31))
    series = [[24, 30, 22, 28, 18, 13, 22, 25, 26, 25, 5, 1], [9, 0, 3] + [4] * 9]
    chart = charts.month_chart(months, series, width)

    scale = charts.nice_scale(33)
    unit = (chart.baseline - 18) / scale.top
    for month in range(12):
        column = [bar for bar in chart.bars if bar.month == month]
        total = series[0][month] + series[1][month]
        assert sum(bar.value for bar in column) == total
        assert sum(bar.height for bar in column) == pytest.approx(total * unit, abs=0.2)
    assert all(chart.left <= bar.x and bar.x + bar.width <= chart.right for bar in chart.bars)
    assert [label.text for label in chart.years] == ["2024", "2025"]
    assert [label.text for label in chart.months][:5] == ["9", "10", "11", "12", "1"]
    assert not any(bar.value == 0 for bar in chart.bars)


def test_month_chart_of_no_activity_keeps_its_axis() -> None:
    chart = charts.month_chart(("2024-09", "2024-10"), [[0, 0]])
    assert not chart.bars
    assert not chart.totals
    assert [tick.text for tick in chart.ticks] == ["0", "1"]


@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
def test_network_stays_inside_and_nothing_overlaps(width: float) -> None:
    schools = [LEAD, *PIVOTS, *VILLAGES]
    drawn = charts.network(schools, {("a", "b"): 28, ("b", "e"): 2, ("a", "e"): 16}, width)

    assert [node.school for node in drawn.nodes] == schools
    for node in drawn.nodes:
        assert node.x >= 0
        assert node.x + node.width <= width + 0.1
        assert node.y + node.height <= drawn.height
    for first in drawn.nodes:
        for second in drawn.nodes:
            if first.y == second.y and first.x < second.x:
                assert first.x + first.width <= second.x
    layers = [node.y for node in drawn.nodes]
    assert layers == sorted(layers), "lead above pivots above villages"


def test_network_line_width_grows_with_the_count() -> None:
    drawn = charts.network([LEAD, *PIVOTS], {("a", "b"): 28, ("a", "c"): 14, ("d", "a"): 7})
    widths = {link.count: link.stroke for link in drawn.links}
    assert widths[28] > widths[14] > widths[7] > 0


def test_network_adds_both_directions_of_a_pair() -> None:
    drawn = charts.network([LEAD, PIVOTS[0]], {("a", "b"): 3, ("b", "a"): 2})
    assert [link.count for link in drawn.links] == [5]
    assert {node.count for node in drawn.nodes} == {5}


def test_network_shows_a_school_that_did_nothing_by_an_empty_tie() -> None:
    drawn = charts.network([LEAD, *PIVOTS[:2]], {("a", "b"): 3})
    idle = [link for link in drawn.links if not link.count]
    assert len(idle) == 1
    assert idle[0].stroke == 0


def test_network_tells_links_that_skip_a_layer() -> None:
    drawn = charts.network([LEAD, PIVOTS[0], VILLAGES[0]], {("a", "e"): 3, ("a", "b"): 1})
    assert {link.count: link.direct for link in drawn.links} == {3: False, 1: True}


def test_network_gives_a_link_within_a_layer_room_below() -> None:
    plain = charts.network([LEAD, *VILLAGES[:2]], {("a", "e"): 1, ("a", "f"): 1})
    arched = charts.network([LEAD, *VILLAGES[:2]], {("a", "e"): 1, ("a", "f"): 1, ("e", "f"): 1})
    assert arched.height > plain.height


def test_network_ignores_schools_it_does_not_show() -> None:
    drawn = charts.network([LEAD, PIVOTS[0]], {("a", "b"): 1, ("a", "gone"): 9, ("a", "a"): 4})
    assert [link.count for link in drawn.links] == [1]


def test_network_of_nobody() -> None:
    assert charts.network([], {}).nodes == ()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("磐东和鸣小学", ("磐东和鸣小学",)),
        ("揭东区云路镇揽翠初级中学", ("揭东区云路镇", "揽翠初级中学")),
        ("North Street Infant School", ("North Street", "Infant School")),
        ("长" * 40, ("长" * 7, "长" * 7 + "…")),
        ("aaaaa学学学学学学 a", ("aaaaa学学学学…", "a")),
    ],
)
def test_wrap(text: str, lines: tuple[str, ...]) -> None:
    assert charts.wrap(text, 100, 13) == lines


@given(st.text(alphabet="学校a b", max_size=60).map(str.strip))
def test_wrapped_lines_fit(text: str) -> None:
    for line in charts.wrap(text, 100, 13):
        assert charts.text_width(line, 13) <= 100


def _stay(joined_on: date, left_on: date | None = None, role: str = "牵头校") -> charts.Stay:
    return charts.Stay("曲溪翠微学校", role, joined_on, left_on)


def test_timeline_places_days_between_its_ends() -> None:
    first, last = date(2024, 9, 1), date(2025, 8, 31)
    drawn = charts.timeline(
        [
            _stay(date(2024, 8, 20)),
            _stay(date(2024, 9, 1), date(2025, 3, 1), role="支点校"),
            _stay(date(2025, 8, 31), date(2025, 8, 31), role="支点校"),
        ],
        first,
        last,
        date(2025, 3, 1),
    )
    whole, half, one_day = drawn.bars
    assert whole.x == drawn.left, "joined before the picture begins"
    assert not whole.ends
    assert half.ends
    assert half.width == pytest.approx(whole.width / 2, rel=0.02)
    assert one_day.width >= 2, "one day is still to be seen"
    assert drawn.roles == ("牵头校", "支点校")
    assert [bar.tone for bar in drawn.bars] == [0, 1, 1]
    assert drawn.as_of is not None
    assert half.x < drawn.as_of <= half.x + half.width


def test_timeline_leaves_out_a_day_beyond_its_ends() -> None:
    drawn = charts.timeline(
        [_stay(date(2024, 9, 1))], date(2024, 9, 1), date(2025, 8, 31), date(2026, 1, 1)
    )
    assert drawn.as_of is None


def test_timeline_writes_names_above_the_bars_on_a_phone() -> None:
    stays = [_stay(date(2024, 9, 1))]
    days = date(2024, 9, 1), date(2025, 8, 31), date(2025, 8, 31)
    narrow, wide = charts.timeline(stays, *days, charts.NARROW), charts.timeline(stays, *days)
    assert narrow.bars[0].label_y < narrow.bars[0].y
    assert wide.bars[0].label_x < wide.bars[0].x
    assert len(narrow.ticks) < len(wide.ticks)


# ---- Communities against their target ----

STATES = ["counted"] * 4 + ["in_progress", "pending_data", "not_counted"]
COMMUNITIES = [(f"JD-{n:02}", state) for n, state in enumerate(STATES, 1)]


@pytest.mark.parametrize("width", [charts.HALF, charts.NARROW, charts.PAPER])
def test_each_community_has_its_box_and_the_target_its_line(width: float) -> None:
    drawn = charts.progress_chart(COMMUNITIES, 6, width)
    assert [box.state for box in drawn.boxes] == STATES
    assert all(box.x >= 0 and box.x + box.width <= width for box in drawn.boxes)
    assert all(box.y + box.height <= drawn.height for box in drawn.boxes)
    sixth, seventh = drawn.boxes[5:]
    assert drawn.mark is not None
    assert drawn.mark[0] > sixth.x + sixth.width
    assert seventh.y > sixth.y or drawn.mark[0] < seventh.x


@pytest.mark.parametrize(
    ("communities", "target", "states"),
    [
        (COMMUNITIES[:1], 3, ["counted", "open", "open"]),  # what is asked for has its place
        ([], 1, ["open"]),
        (COMMUNITIES[:2], 0, ["counted", "counted"]),  # the plan asks for none: no line
        ([], 0, []),
        (COMMUNITIES * 5, 40, [*dict.fromkeys(STATES), "open"]),  # too many: one box for a state
    ],
)
def test_progress_chart_of(
    communities: list[tuple[str, str]], target: int, states: list[str]
) -> None:
    drawn = charts.progress_chart(communities, target)
    assert [box.state for box in drawn.boxes] == states
    assert (drawn.mark is not None) == (target > 0)


def test_many_communities_are_numbers() -> None:
    drawn = charts.progress_chart(COMMUNITIES * 5, 40)
    assert [box.text for box in drawn.boxes] == ["20", "5", "5", "5", "5"]


# ---- Flows ----

NAMES = {key: f"云路镇芷兰中心校{key}" for key in "abcdefgh"}


@pytest.mark.parametrize("width", [charts.HALF, charts.NARROW, charts.PAPER])
def test_flows_keep_every_pair_inside(width: float) -> None:
    counts = {("a", "b"): 5, ("a", "c"): 3, ("b", "e"): 2, ("c", "f"): 9, ("c", "d"): 0}
    drawn = charts.flow_chart(counts, NAMES, width)
    assert {(band.giver, band.taker): band.count for band in drawn.bands} == {
        pair: count for pair, count in counts.items() if count
    }
    assert [end.count for end in drawn.givers] == [9, 8, 2], "who gives most stands on top"
    assert sum(end.count for end in drawn.takers) == 19
    for ends in (drawn.givers, drawn.takers):
        assert all(end.y >= 0 and end.y + end.height <= drawn.height for end in ends)
        assert all(a.y + a.height <= b.y for a, b in itertools.pairwise(ends))


def test_a_band_is_as_thick_as_it_counts() -> None:
    drawn = charts.flow_chart({("a", "b"): 30, ("c", "d"): 10}, NAMES)
    thick, thin = drawn.givers
    assert thick.height == pytest.approx(3 * thin.height, rel=0.1)


def test_flows_of_nothing() -> None:
    drawn = charts.flow_chart({}, {})
    assert not any([drawn.bands, drawn.givers, drawn.takers])


def test_a_school_may_give_and_take() -> None:
    drawn = charts.flow_chart({("a", "b"): 1, ("b", "a"): 2}, NAMES)
    assert [end.key for end in drawn.givers] == ["b", "a"]
    assert {end.key for end in drawn.takers} == {"a", "b"}


# ---- The calendar ----


@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW, charts.PAPER])
def test_every_day_has_a_place_of_its_own(width: float) -> None:
    first, last = date(2024, 9, 1), date(2025, 8, 31)
    counts = {date(2024, 9, 1): 1, date(2025, 2, 28): 8, date(2025, 9, 1): 50}
    drawn = charts.day_chart(counts, first, last, width)
    assert len(drawn.days) == 365
    assert len({(day.x, day.y) for day in drawn.days}) == 365
    assert all(day.x >= 0 and day.x + day.size <= width for day in drawn.days)
    assert all(day.y >= 0 and day.y + day.size <= drawn.height for day in drawn.days)
    assert sum(day.count for day in drawn.days) == 9, "a day outside is left out"
    few, many = (next(d for d in drawn.days if d.on == day) for day in list(counts)[:2])
    assert (few.level, many.level) == (1, 4)
    assert few.size < many.size, "in grey, size tells them apart"


def test_days_of_one_week_stand_below_each_other() -> None:
    drawn = charts.day_chart({}, date(2025, 9, 1), date(2025, 9, 14))
    assert len({day.x for day in drawn.days}) == 2
    assert len({day.y for day in drawn.days}) == 7


@pytest.mark.parametrize(
    ("most", "steps"),
    [(0, ()), (1, (1,)), (3, (1, 2, 3)), (4, (1, 2, 3, 4)), (10, (3, 5, 8, 10))],
)
def test_no_level_is_empty_for_want_of_numbers(most: int, steps: tuple[int, ...]) -> None:
    day = date(2025, 9, 1)
    assert charts.day_chart({day: most}, day, day).steps == steps
