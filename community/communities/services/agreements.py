"""Signatures under the charter, and what the county does not ask of a community."""

from collections.abc import Mapping
from datetime import date

from community.access import Actor
from community.communities.models import Charter, CharterSignature, Waiver
from community.communities.queries import details
from community.communities.queries.details import Member
from community.communities.queries.on_file import open_facts
from community.communities.rules import checks
from community.communities.rules.edits import WaiverEdit
from community.communities.services.reach import (
    changed,
    check_revision,
    editable_community,
    end_versions,
    new_stamp,
)
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import NotFoundError
from community.kernel.facts import FactPlan, Step
from community.kernel.versions import Stamp, write_plans


def record_signatures(
    code: str,
    signed: Mapping[int, date | None],
    reason: str,
    *,
    revision: int | None,
    actor: Actor,
) -> int:
    """Enter, correct and take back signatures of several stays at once; answers with how many.

    `signed` is by membership; a day that is gone takes the signature back, for `reason`.
    Raises RuleViolationError, for the field `signed_<membership>`.
    """
    found = editable_community(code, actor=actor)
    on_file = {m.membership_id: m for m in details.members(session(), found.id)}
    if not signed.keys() <= on_file.keys():
        raise NotFoundError
    changes = {i: day for i, day in signed.items() if day != on_file[i].signed_on}
    if not changes:
        return 0
    check_revision(found, revision, {f"signed_{i}": on_file[i].signed_on for i in signed})
    first_days = [
        thing.anchor.effective_on
        for thing in details.things(session(), Charter, found.id)
        if thing.anchor.effective_on is not None
    ]
    for membership_id, day in changes.items():
        if day is not None:
            stay = on_file[membership_id].as_stay
            checks.check_signature(day, stay, first_days, today=clock.today())
    if None in changes.values():
        reason = checks.check_reason(reason)
    stamp = new_stamp(actor)
    with writing(actor=actor, action="charter.signed"):
        changed(found)
        for membership_id, day in changes.items():
            _sign(on_file[membership_id], day, found.county_id, stamp, reason)
    return len(changes)


def _sign(member: Member, day: date | None, county_id: int, stamp: Stamp, reason: str) -> None:
    owner = CharterSignature.membership_id
    before = open_facts(session(), CharterSignature, owner, member.membership_id)
    end_versions(CharterSignature, before, stamp, reason if day is None else None)
    if day is not None:
        plan = FactPlan(steps=(Step(stamp.recorded_at, {"signed_on": day}),))
        owner_facts = {"membership_id": member.membership_id, "county_id": county_id}
        write_plans(session(), CharterSignature, [plan], stamp, **owner_facts)


def grant_waiver(code: str, waiver: WaiverEdit, *, actor: Actor) -> None:
    """Say that one of the three pivot schools is not asked of a community, and why; another
    reason for the same one corrects it."""
    found = editable_community(code, actor=actor)
    checks.check_waiver(waiver)
    reason = checks.check_reason(waiver.reason)
    stamp = new_stamp(actor)
    same = [w for w in details.waivers(session(), found.id) if w.item == waiver.item]
    if any((w.reason, w.granted_by_name) == (reason, waiver.granted_by_name) for w in same):
        return
    with writing(actor=actor, action="waiver.granted"):
        changed(found)
        for before in same:
            before.known_until = max(stamp.recorded_at, before.known_from)
        session().flush()
        values = {
            "criterion": checks.WAIVABLE,
            "item": waiver.item,
            "reason": reason,
            "granted_by_name": waiver.granted_by_name,
        }
        plan = FactPlan(steps=(Step(stamp.recorded_at, values),))
        owner = {"community_id": found.id, "county_id": found.county_id}
        write_plans(session(), Waiver, [plan], stamp, **owner)


def revoke_waiver(code: str, waiver_id: int, reason: str, *, actor: Actor) -> None:
    """Ask for all three pivot schools again."""
    found = editable_community(code, actor=actor)
    standing = [w for w in details.waivers(session(), found.id) if w.id == waiver_id]
    if not standing:
        raise NotFoundError
    reason = checks.check_reason(reason)
    with writing(actor=actor, action="waiver.revoked"):
        changed(found)
        standing[0].known_until = max(clock.now(), standing[0].known_from)
        standing[0].ended_reason = reason
