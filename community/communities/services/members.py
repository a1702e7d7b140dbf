"""Schools that join, leave, change their role, and name who is responsible."""

from dataclasses import replace
from datetime import date

from community.access import Actor
from community.communities.models import (
    CharterSignature,
    Community,
    Membership,
    MembershipVersion,
)
from community.communities.queries import details
from community.communities.queries.details import Member
from community.communities.queries.on_file import open_facts
from community.communities.rules import MembershipRole, checks
from community.communities.rules.checks import SchoolStay
from community.communities.rules.edits import NewStay, StayCorrection
from community.communities.services.facts import first_day_of_change
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
from community.kernel.errors import NotFoundError, RuleViolationError
from community.kernel.facts import FactOnFile, FactPlan, Step, check_holds_from
from community.kernel.held import held_on, plan_all, plan_held
from community.kernel.i18n import N_
from community.kernel.versions import Stamp, flush_numbered, write_plans


def add_school(code: str, new: NewStay, *, actor: Actor, form_key: str | None = None) -> Membership:
    """Let a school join. The same form again gives the same stay."""
    found = editable_community(code, actor=actor)
    if form_key and (same := details.anchor_of_form(session(), Membership, form_key)):
        if same.community_id == found.id and same.school_id == new.school_id:
            return same  # type: ignore[no-any-return] # it is a membership
        form_key = None
    opened = details.school_open(session(), new.school_id)
    if opened is None:
        raise RuleViolationError(N_("Choose a school from the list."), field="school_id")
    stay = SchoolStay(new.school_id, opened[0].name, new.role, new.joined_on)
    _check(found, stay)
    with writing(actor=actor, action="membership.recorded"):
        changed(found)
        values: dict[str, object] = {
            "role": new.role,
            "left_on": None,
            "responsible_person": new.responsible_person,
            "note": None,
        }
        return _begin_stay(found, stay, [values], None, new_stamp(actor), form_key)


def end_stay(
    code: str, membership_id: int, left_on: date | None, *, revision: int | None, actor: Actor
) -> None:
    """Enter the last day of a school in the community; None: it stays after all."""
    found, member, versions = _member(code, membership_id, actor)
    stay = replace(member.as_stay, left_on=left_on)
    _check(found, stay)
    checks.check_signed_before_leaving(stay, member.signed_on)
    stamp = new_stamp(actor)
    plans = plan_all({"left_on": left_on}, versions, stamp.recorded_at)
    if not plans:
        return
    check_revision(found, revision, {"left_on": member.left_on})
    with writing(actor=actor, action="membership.ended"):
        _write(found, member, plans, stamp)


def change_role(
    code: str,
    membership_id: int,
    role: MembershipRole,
    holds_from: date,
    *,
    revision: int | None,
    actor: Actor,
) -> Membership:
    """Give a school another role from a day on: its stay ends on the day before, and another one
    begins, with the same responsible person and signature."""
    found, member, versions = _member(code, membership_id, actor)
    check_revision(found, revision, {"role": member.role})
    checks.check_role_change(member.as_stay, role, holds_from)
    stay = replace(member.as_stay, role=role, joined_on=holds_from, membership_id=None)
    last_day = checks.day_before(holds_from)
    _check(found, stay, instead_of=replace(member.as_stay, left_on=last_day))
    stamp = new_stamp(actor)
    first = held_on(holds_from, versions)
    values = [
        {**version.values, "role": role}
        for version in versions
        if version.held_from >= first.held_from  # those that hold after the change
    ]
    with writing(actor=actor, action="membership.role_changed"):
        ends = plan_all({"left_on": last_day}, versions, stamp.recorded_at)
        _write(found, member, ends, stamp)
        return _begin_stay(found, stay, values, member.signed_on, stamp)


def name_person(
    code: str,
    membership_id: int,
    name: str | None,
    holds_from: date,
    *,
    revision: int | None,
    actor: Actor,
) -> None:
    """Say who is responsible in a school, from a day on; None: nobody is known."""
    found, member, versions = _member(code, membership_id, actor)
    check_holds_from(holds_from, clock.today())
    checks.check_person(member.as_stay, holds_from)
    stamp = new_stamp(actor)
    from_day = first_day_of_change(holds_from, member.joined_on)
    plans = plan_held({"responsible_person": name}, versions, from_day, stamp.recorded_at)
    if not plans:
        return
    check_revision(found, revision, {"responsible_person": member.person_on(holds_from)})
    with writing(actor=actor, action="membership.person_named"):
        _write(found, member, plans, stamp)


def correct_stay(
    code: str,
    membership_id: int,
    correction: StayCorrection,
    *,
    revision: int | None,
    actor: Actor,
) -> Membership:
    """Put right what was entered wrongly; what it said before stays known as it was known."""
    found, member, versions = _member(code, membership_id, actor)
    check_revision(
        found,
        revision,
        {
            "role": member.role,
            "joined_on": member.joined_on,
            "left_on": member.left_on,
            "note": member.note,
        },
    )
    stay = replace(
        member.as_stay,
        role=correction.role,
        joined_on=correction.joined_on,
        left_on=correction.left_on,
    )
    _check(found, stay)
    checks.check_signed_before_leaving(stay, member.signed_on)
    stamp = new_stamp(actor)
    values = {
        "role": correction.role,
        "left_on": correction.left_on,
        "note": correction.note,
    }
    with writing(actor=actor, action="membership.corrected"):
        if correction.joined_on == member.joined_on:
            _write(found, member, plan_all(values, versions, stamp.recorded_at), stamp)
            return _anchor(found, membership_id)
        changed(found)
        _take_back(member, versions, stamp, None)
        moved = [{**version.values, **values} for version in versions]
        return _begin_stay(found, stay, moved, member.signed_on, stamp)


def withdraw_stay(code: str, membership_id: int, reason: str, *, actor: Actor) -> None:
    """Take back a stay that never was, with its signature; both stay in the history."""
    found, member, versions = _member(code, membership_id, actor)
    reason = checks.check_reason(reason)
    with writing(actor=actor, action="membership.withdrawn"):
        changed(found)
        _take_back(member, versions, new_stamp(actor), reason)


# --- shared steps -----------------------------------------------------------------------------


def _member(
    code: str, membership_id: int, actor: Actor
) -> tuple[Community, Member, list[FactOnFile]]:
    """The community, and a stay in it that is known today. Raises NotFoundError."""
    found = editable_community(code, actor=actor)
    for member in details.members(session(), found.id):
        if member.membership_id == membership_id:
            owner = MembershipVersion.membership_id
            return found, member, open_facts(session(), MembershipVersion, owner, membership_id)
    raise NotFoundError


def _anchor(found: Community, membership_id: int) -> Membership:
    anchor = details.membership(session(), found.id, membership_id)
    if anchor is None:
        raise NotFoundError
    return anchor


def _check(found: Community, stay: SchoolStay, *, instead_of: SchoolStay | None = None) -> None:
    others = [member.as_stay for member in details.members(session(), found.id)]
    if instead_of is not None:
        others = [instead_of if o.membership_id == instead_of.membership_id else o for o in others]
    opened = details.school_open(session(), stay.school_id)
    if opened is None:
        raise NotFoundError
    checks.check_stay(
        stay,
        others,
        details.lifetime(session(), found.id),
        school_open=opened[1],
        today=clock.today(),
    )


def _write(found: Community, member: Member, plans: list[FactPlan], stamp: Stamp) -> None:
    changed(found)
    write_plans(
        session(),
        MembershipVersion,
        plans,
        stamp,
        membership_id=member.membership_id,
        county_id=found.county_id,
    )


def _begin_stay(
    found: Community,
    stay: SchoolStay,
    values: list[dict[str, object]],
    signed_on: date | None,
    stamp: Stamp,
    form_key: str | None = None,
) -> Membership:
    """A stay with its versions and signature; a row that was taken back is used again."""
    anchor = details.stay_from(session(), found.id, stay.school_id, stay.joined_on)
    if anchor is None:
        anchor = Membership(
            community_id=found.id,
            county_id=found.county_id,
            school_id=stay.school_id,
            joined_on=stay.joined_on,
            form_key=form_key,
        )
        session().add(anchor)
        flush_numbered(session())  # the versions need its number
    owner = {"membership_id": anchor.id, "county_id": found.county_id}
    plans = [FactPlan(steps=(Step(stamp.recorded_at, some),)) for some in values]
    write_plans(session(), MembershipVersion, plans, stamp, **owner)
    if signed_on is not None:
        plan = FactPlan(steps=(Step(stamp.recorded_at, {"signed_on": signed_on}),))
        write_plans(session(), CharterSignature, [plan], stamp, **owner)
    return anchor


def _take_back(
    member: Member, versions: list[FactOnFile], stamp: Stamp, reason: str | None
) -> None:
    end_versions(MembershipVersion, versions, stamp, reason)
    signatures = open_facts(
        session(), CharterSignature, CharterSignature.membership_id, member.membership_id
    )
    end_versions(CharterSignature, signatures, stamp, reason)
