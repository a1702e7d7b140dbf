"""Creating, changing, ending and taking back communities."""

from datetime import date

from community.access import Actor
from community.communities.models import Community, CommunityVersion
from community.communities.queries import details, places
from community.communities.queries.on_file import open_facts
from community.communities.rules import checks
from community.communities.rules.checks import Lifetime
from community.communities.rules.drafts import CommunityDraft
from community.communities.rules.edits import CommunityFactsEdit
from community.communities.services.reach import (
    changed,
    check_revision,
    editable_community,
    end_versions,
    new_stamp,
    require_edit_in,
)
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import FIRST_DAY, hold, session
from community.kernel.errors import RuleViolationError
from community.kernel.facts import FactOnFile, FactPlan, Step, check_holds_from
from community.kernel.held import plan_all, plan_held
from community.kernel.i18n import N_, Message
from community.kernel.pinyin import search_key
from community.kernel.versions import Stamp, flush_numbered, write_plans


def create_community(
    draft: CommunityDraft, *, actor: Actor, form_key: str | None = None
) -> Community:
    """Enter a community. The same form again gives the same community.

    Raises RuleViolationError with the field at fault, NotFoundError for a county out of reach.
    """
    require_edit_in(draft.county_id, actor=actor)
    checks.check_code(draft.code)
    life = Lifetime(draft.founded_on, draft.dissolved_on)
    checks.check_lifetime(life, (), today=clock.today())
    hold("community", draft.code.lower())
    if form_key and (same := places.community_of_form(session(), form_key)):
        if same.code == draft.code and same.county_id == draft.county_id:
            return same
        form_key = None
    with writing(actor=actor, action="community.created"):
        found = _unused_code(draft) or _new_community(draft, form_key)
        found.name = draft.name or draft.code
        found.pinyin = search_key(found.name)
        stamp = new_stamp(actor)
        plan = FactPlan(steps=(Step(stamp.recorded_at, draft.values),))
        _write(found, [plan], stamp)
    return found


def _new_community(draft: CommunityDraft, form_key: str | None) -> Community:
    found = Community(
        code=draft.code,
        county_id=draft.county_id,
        name=draft.name or draft.code,
        form_key=form_key,
    )
    session().add(found)
    flush_numbered(session())  # the versions need its number
    return found


def _unused_code(draft: CommunityDraft) -> Community | None:
    """The community that was taken back and whose code may be used again; None: the code is new.

    Raises RuleViolationError when the code is in use.
    """
    if not details.is_code_taken(session(), draft.code):
        return None
    found = places.community(session(), draft.code, is_locked=True)
    is_free = (
        found is not None
        and found.county_id == draft.county_id
        and not details.community_versions(session(), found.id)
    )
    if not is_free:
        raise RuleViolationError(
            N_("This code belongs to another community already. Choose another one."),
            field="code",
        )
    return found


def update_community(
    code: str, edit: CommunityFactsEdit, *, revision: int | None, actor: Actor
) -> Community:
    """Change name, plan listing, approval and founding. What the plan says holds from a day."""
    found = editable_community(code, actor=actor)
    versions = _versions(found)
    life = Lifetime(edit.founded_on, details.lifetime(session(), found.id).dissolved_on)
    stays = [member.as_stay for member in details.members(session(), found.id)]
    checks.check_lifetime(life, stays, today=clock.today())
    check_holds_from(edit.holds_from, clock.today())
    stamp = new_stamp(actor)
    held = {
        "model": edit.model,
        "is_listed": edit.is_listed,
        "plan_document": edit.plan_document,
        "approval_number": edit.approval_number,
        "note": edit.note,
    }
    from_day = first_day_of_change(edit.holds_from, edit.founded_on)
    lasting = {"founded_on": edit.founded_on}
    plans = _merged(
        plan_held({**held, **lasting}, versions, from_day, stamp.recorded_at),
        plan_all(lasting, versions, stamp.recorded_at),
    )
    if not plans and edit.name == found.name:
        return found
    on_file = {"name": found.name, **versions[-1].values}
    check_revision(found, revision, on_file)
    with writing(actor=actor, action="community.updated"):
        found.name = edit.name
        found.pinyin = search_key(edit.name)
        changed(found)
        _write(found, plans, stamp)
    return found


def first_day_of_change(holds_from: date, begins_on: date | None) -> date:
    """The day from which a version holds: what holds from the beginning holds from always."""
    return FIRST_DAY if begins_on is not None and holds_from <= begins_on else holds_from


def _merged(first: list[FactPlan], others: list[FactPlan]) -> list[FactPlan]:
    """Plans of which none ends a version that another one ends already."""
    ended = {plan.closes for plan in first if plan.closes is not None}
    return [*first, *(plan for plan in others if plan.closes not in ended)]


def end_community(
    code: str, last_day: date | None, *, revision: int | None, actor: Actor
) -> Community:
    """Enter the last day of a community; None: it goes on after all."""
    found = editable_community(code, actor=actor)
    versions = _versions(found)
    life = Lifetime(details.lifetime(session(), found.id).founded_on, last_day)
    stays = [member.as_stay for member in details.members(session(), found.id)]
    checks.check_lifetime(life, stays, today=clock.today())
    stamp = new_stamp(actor)
    plans = plan_all({"dissolved_on": last_day}, versions, stamp.recorded_at)
    if not plans:
        return found
    check_revision(found, revision, {"dissolved_on": versions[-1].values["dissolved_on"]})
    with writing(actor=actor, action="community.ended"):
        changed(found)
        _write(found, plans, stamp)
    return found


def withdraw_community(code: str, reason: str, *, actor: Actor) -> Community:
    """Take back a community that was entered by mistake; it stays in the history."""
    found = editable_community(code, actor=actor)
    reason = checks.check_reason(reason)
    members = details.members(session(), found.id)
    if members:
        raise RuleViolationError(
            Message(
                N_(
                    "This community has schools: %(school)s, for example. Withdraw its "
                    "memberships first, or enter its last day instead."
                ),
                {"school": members[0].school_name},
            ),
            field="reason",
        )
    with writing(actor=actor, action="community.withdrawn"):
        changed(found)
        end_versions(CommunityVersion, _versions(found), new_stamp(actor), reason)
    return found


def _write(found: Community, plans: list[FactPlan], stamp: Stamp) -> None:
    owner = {"community_id": found.id, "county_id": found.county_id}
    write_plans(session(), CommunityVersion, plans, stamp, **owner)


def _versions(found: Community) -> list[FactOnFile]:
    return open_facts(session(), CommunityVersion, CommunityVersion.community_id, found.id)
