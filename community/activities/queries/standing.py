"""How activities stand, as SQL, as known today: the same answers as `rules.build_standing`.

Each is a condition about the row of `Activity` in the statement around it.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, literal, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from community.activities.models import (
    Activity,
    ActivityDecision,
    ActivityEvidence,
    ActivityReceiver,
    Confirmation,
)
from community.activities.rules import (
    TAKEN_OUT,
    ActivityState,
    DecisionKind,
    Exclusion,
)
from community.communities.models import Membership, MembershipVersion
from community.kernel.database import known_at
from community.registry.models import SchoolVersion


def is_decided(*kinds: DecisionKind) -> ColumnElement[bool]:
    """A decision of one of these kinds is in force."""
    return exists().where(
        ActivityDecision.activity_id == Activity.id,
        ActivityDecision.kind.in_(kinds),
        known_at(ActivityDecision, None),
    )


def _is_inside(school_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The school was in the activity's community on its day (READING.md §1): it had joined, had
    not left, and had not closed."""
    later = aliased(SchoolVersion)
    is_latest = not_(
        exists().where(
            later.school_id == SchoolVersion.school_id,
            later.held_from > SchoolVersion.held_from,
            known_at(later, None),
        )
    )
    return exists(
        select(Membership.id)
        .join(MembershipVersion, MembershipVersion.membership_id == Membership.id)
        .join(SchoolVersion, SchoolVersion.school_id == Membership.school_id)
        .where(
            Membership.community_id == Activity.community_id,
            Membership.school_id == school_id,
            Membership.joined_on <= Activity.held_on,
            or_(MembershipVersion.left_on.is_(None), MembershipVersion.left_on >= Activity.held_on),
            known_at(MembershipVersion, None),
            known_at(SchoolVersion, None),
            is_latest,
            or_(SchoolVersion.closed_on.is_(None), SchoolVersion.closed_on >= Activity.held_on),
        )
        .correlate(Activity, ActivityReceiver)
    )


ON_FILE: Final = and_(known_at(Activity, None), Activity.state != ActivityState.DRAFT)
IS_REPORTED: Final = not_(is_decided(*TAKEN_OUT))
IS_CONFIRMED: Final = not_(
    exists().where(
        ActivityReceiver.activity_id == Activity.id,
        not_(
            exists().where(
                Confirmation.receiver_id == ActivityReceiver.id,
                Confirmation.confirmed_on.is_not(None),
                known_at(Confirmation, None),
            )
        ),
    )
)
HAS_EVIDENCE: Final = exists().where(
    ActivityEvidence.activity_id == Activity.id, known_at(ActivityEvidence, None)
)
IS_DISALLOWED: Final = is_decided(DecisionKind.DISALLOWED)
IS_CHECKED: Final = and_(is_decided(DecisionKind.CHECKED), not_(IS_DISALLOWED))
WERE_MEMBERS: Final = and_(
    _is_inside(Activity.provider_id),
    not_(
        exists().where(
            ActivityReceiver.activity_id == Activity.id,
            not_(_is_inside(ActivityReceiver.school_id)),
        )
    ),
)
# The first reason that applies; null: it counts.
EXCLUSION: Final[ColumnElement[Any]] = case(
    *((is_decided(kind), literal(exclusion.value)) for kind, exclusion in TAKEN_OUT.items()),
    (IS_DISALLOWED, literal(Exclusion.DISALLOWED.value)),
    (not_(WERE_MEMBERS), literal(Exclusion.OUTSIDE_MEMBERSHIP.value)),
    (not_(IS_CONFIRMED), literal(Exclusion.NOT_CONFIRMED.value)),
    (not_(HAS_EVIDENCE), literal(Exclusion.NO_EVIDENCE.value)),
    else_=None,
)
IS_COUNTED: Final = and_(
    not_(is_decided(*TAKEN_OUT, DecisionKind.DISALLOWED)), IS_CONFIRMED, HAS_EVIDENCE, WERE_MEMBERS
)
