"""A recount of the rollups, row by row in Python, without a line of their SQL or of the rules."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.activities.models import (
    Activity,
    ActivityDecision,
    ActivityEvidence,
    ActivityReceiver,
    Confirmation,
)
from community.communities.models import Membership, MembershipVersion
from community.kernel.database import Recorded
from community.registry.models import SchoolVersion

Cells = dict[tuple[Any, ...], tuple[int, ...]]


def recount(session: Session) -> Cells:
    """Every cell that has a record, by table and key: rows and periods that are reported,
    confirmed, checked, counted."""
    session.flush()
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * 8)
    decisions = _grouped(_known(session, ActivityDecision), "activity_id", "kind")
    proven = {row.activity_id for row in _known(session, ActivityEvidence)}
    confirmed = {row.receiver_id for row in _known(session, Confirmation) if row.confirmed_on}
    receivers = defaultdict(list)
    for receiver in session.scalars(select(ActivityReceiver)):
        receivers[receiver.activity_id].append(receiver)
    is_in = _stays(session)
    for row in _known(session, Activity):
        decided = decisions[row.id]
        if row.state == "draft" or row.community_id is None or decided & {"withdrawn", "returned"}:
            continue
        taking = receivers[row.id]
        by_all = all(receiver.id in confirmed for receiver in taking)
        parties = [row.provider_id, *(receiver.school_id for receiver in taking)]
        inside = all(is_in(row.community_id, party, row.held_on) for party in parties)
        levels = (
            True,
            by_all,
            "checked" in decided and "disallowed" not in decided,
            by_all and inside and row.id in proven and "disallowed" not in decided,
        )
        for key in (
            ("county_month_rollup", row.county_id, int(f"{row.held_on:%Y%m}"), row.kind),
            (
                "community_year_rollup",
                row.community_id,
                row.held_on.year if row.held_on.month >= 9 else row.held_on.year - 1,
                row.kind,
            ),
        ):
            for place, is_so in enumerate(levels):
                found[key][2 * place] += is_so
                found[key][2 * place + 1] += (row.periods_count or 0) * is_so
    return {key: tuple(figures) for key, figures in found.items()}


def _known(session: Session, model: type[Recorded]) -> list[Any]:
    return [
        row
        for row in session.scalars(select(model))
        if row.known_until is None and not row.is_undone
    ]


def _grouped(rows: list[Any], key: str, value: str) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        found[getattr(row, key)].add(str(getattr(row, value)))
    return found


def _stays(session: Session) -> Any:
    """Whether a school was in a community on a day."""
    closed: dict[int, Any] = {}
    for version in sorted(_known(session, SchoolVersion), key=lambda version: version.held_from):
        closed[version.school_id] = version.closed_on
    stays = defaultdict(list)
    memberships = {row.id: row for row in session.scalars(select(Membership))}
    for version in _known(session, MembershipVersion):
        stay = memberships[version.membership_id]
        stays[stay.community_id, stay.school_id].append((stay.joined_on, version.left_on))

    def is_in(community_id: int, school_id: int, day: Any) -> bool:
        if school_id not in closed or (closed[school_id] and closed[school_id] < day):
            return False
        return any(
            joined <= day and (left is None or day <= left)
            for joined, left in stays[community_id, school_id]
        )

    return is_in
