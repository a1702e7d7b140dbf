"""What pages show of a count besides its figures: pairs for the network, records in order."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from community.activities.rules import Exclusion, Standing
from community.audits.rules.count import CommunityCount
from community.audits.rules.results import CriterionResult
from community.communities.rules import MembershipRole
from community.kernel.charts import School, Stay
from community.kernel.i18n import label

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


@dataclass(frozen=True)
class RecordList:
    """The records a criterion looks at: those that count, and those left out, with reasons."""

    included: tuple[Standing, ...]
    excluded: tuple[Standing, ...]

    @property
    def reasons(self) -> Mapping[Exclusion, int]:
        """How many are left out, by reason."""
        return Counter(s.exclusion for s in self.excluded if s.exclusion)


def records_of(count: CommunityCount, criterion: CriterionResult) -> RecordList | None:
    """The records behind a criterion, by day; None when it looks at no records."""
    looks_at = criterion.looks_at
    if looks_at is None:
        return None
    relevant = [s for s in count.standings if looks_at(s.activity)]
    return RecordList(
        tuple(s for s in relevant if s.is_counted),
        tuple(s for s in relevant if not s.is_counted),
    )
