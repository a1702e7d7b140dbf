"""What pictures show of a count: schools in layers, pairs of them, their stays; months and days."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from community.activities.rules import ActivityKind, Figures, Sheet
from community.audits.rules.count import CommunityCount, RegionCount
from community.audits.rules.facts import Period
from community.audits.rules.results import Verdict
from community.communities.rules import MembershipRole
from community.kernel.charts import School, Stay, months_between
from community.kernel.i18n import N_, Message, label

# Kinds that a column of a month shows apart from each other; the rest is one more.
SEPARATE_KINDS: Final = 5
_REST: Final = N_("other kinds")

_LAYERS = {MembershipRole.LEAD: 0, MembershipRole.PIVOT: 1, MembershipRole.MEMBER: 2}


def network_schools(count: CommunityCount) -> Sequence[School]:
    """The schools of D in the layers lead – pivots – villages."""
    return [
        School(str(m.school.school_id), m.school.name, _LAYERS[m.role])
        for m in sorted(count.members, key=lambda m: _LAYERS[m.role])
    ]


def network_counts(count: CommunityCount) -> Mapping[tuple[str, str], int]:
    """Counted activities by (provider, receiver), schools of D only."""
    inside = {m.school.school_id for m in count.members}
    return Counter(
        (str(s.activity.provider_id), str(receiver))
        for s in count.standings
        if s.is_counted and s.activity.provider_id in inside
        for receiver in s.activity.receiver_ids
        if receiver in inside
    )


def stays(count: CommunityCount) -> Sequence[Stay]:
    """Every membership for the time line, a closed school's ending with the school."""
    return [
        Stay(
            m.school.name,
            label(m.role),
            m.joined_on,
            min(filter(None, (m.left_on, m.school.closed_on)), default=None),
        )
        for m in sorted(count.facts.memberships, key=lambda m: (_LAYERS[m.role], m.joined_on))
    ]


def months_of(period: Period) -> Sequence[str]:
    """The months of the window up to D."""
    return months_between(period.first_day, period.effective_last_day)


def kinds_by_month(
    figures: Figures, months: Sequence[str]
) -> Sequence[tuple[str | Message, Sequence[int]]]:
    """Counted activities for each month by kind, the most frequent kinds first, the rest last."""
    by_kind: dict[ActivityKind, Counter[str]] = {}
    for (_sheet, kind, month), levels in figures.cells.items():
        if levels.counted.rows:
            by_kind.setdefault(kind, Counter())[month] += levels.counted.rows
    kinds = sorted(by_kind, key=lambda kind: (-by_kind[kind].total(), kind))
    shown = kinds if len(kinds) <= SEPARATE_KINDS + 1 else kinds[:SEPARATE_KINDS]
    series: list[tuple[str | Message, Sequence[int]]] = [
        (label(kind), [by_kind[kind][month] for month in months]) for kind in shown
    ]
    if rest := kinds[len(shown) :]:
        sums = [sum(by_kind[kind][month] for kind in rest) for month in months]
        series.append((Message(_REST), sums))
    return series


def activity_days(counts: Iterable[CommunityCount]) -> Mapping[date, int]:
    """Counted activities by day."""
    return Counter(s.activity.held_on for c in counts for s in c.standings if s.is_counted)


def transfer_flows(count: CommunityCount) -> Mapping[tuple[str, str], int]:
    """Counted resource transfers by (provider, receiver)."""
    return Counter(
        (str(s.activity.provider_id), str(receiver))
        for s in count.standings
        if s.is_counted and s.activity.sheet is Sheet.RESOURCE_TRANSFERS
        for receiver in s.activity.receiver_ids
    )


def school_names(count: CommunityCount) -> Mapping[str, str]:
    """The schools that ever were in the community, by the keys of the pictures."""
    return {str(m.school.school_id): m.school.name for m in count.facts.memberships}


def progress_of(counts: Iterable[CommunityCount]) -> Sequence[tuple[str, str, Verdict]]:
    """Code, name and verdict of each community, those that count first."""
    order = list(Verdict)
    found = sorted(counts, key=lambda c: (order.index(c.verdict), c.facts.code))
    return [(c.facts.code, c.facts.name, c.verdict) for c in found]


@dataclass(frozen=True)
class RegionPictures:
    """The figures of every picture of a county, or of a city's counties together."""

    progress: Sequence[tuple[str, str, Verdict]]
    months: Sequence[str]
    kinds: Sequence[tuple[str | Message, Sequence[int]]]
    days: Mapping[date, int]


def build_region_pictures(regions: Sequence[RegionCount], period: Period) -> RegionPictures:
    """What the pictures of regions show."""
    counts = [count for region in regions for count in region.communities]
    months = months_of(period)
    figures = sum((region.figures for region in regions), Figures({}))
    return RegionPictures(
        progress_of(counts), months, kinds_by_month(figures, months), activity_days(counts)
    )


@dataclass(frozen=True)
class CommunityPictures:
    """The figures of every picture of a community."""

    schools: Sequence[School]
    ties: Mapping[tuple[str, str], int]
    stays: Sequence[Stay]
    months: Sequence[str]
    kinds: Sequence[tuple[str | Message, Sequence[int]]]
    days: Mapping[date, int]
    transfers: Mapping[tuple[str, str], int]
    names: Mapping[str, str]


def build_community_pictures(count: CommunityCount) -> CommunityPictures:
    """What the pictures of a community show."""
    months = months_of(count.period)
    return CommunityPictures(
        schools=network_schools(count),
        ties=network_counts(count),
        stays=stays(count),
        months=months,
        kinds=kinds_by_month(count.figures, months),
        days=activity_days([count]),
        transfers=transfer_flows(count),
        names=school_names(count),
    )
