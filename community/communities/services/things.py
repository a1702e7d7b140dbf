"""Charters, annual objectives and council meetings: entered, put right, taken back.

What identifies one (the name and first day of a charter) stands in its row; a correction of that
takes the row back and enters another one, so that what was known before stays as it was.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from community.access import Actor
from community.communities.models import (
    Charter,
    CharterVersion,
    Community,
    Meeting,
    MeetingVersion,
    Objective,
    ObjectiveVersion,
)
from community.communities.queries import details
from community.communities.queries.details import Thing
from community.communities.queries.on_file import open_facts
from community.communities.rules import checks
from community.communities.rules.edits import CharterEdit, MeetingEdit, ObjectiveEdit
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
from community.kernel.facts import FactOnFile, FactPlan, Step
from community.kernel.held import plan_all
from community.kernel.i18n import N_
from community.kernel.versions import Stamp, flush_numbered, write_plans
from community.kernel.workbook import fold

Anchor = Charter | Objective | Meeting
Edit = CharterEdit | ObjectiveEdit | MeetingEdit


@dataclass(frozen=True)
class Kind:
    """How one kind of thing is kept: what identifies it, and where its versions are."""

    name: str
    model: type[Any]
    version: type[Any]
    owner: str
    identity: tuple[str, ...]


CHARTER: Final = Kind("charter", Charter, CharterVersion, "charter_id", ("name", "effective_on"))
OBJECTIVE: Final = Kind(
    "objective", Objective, ObjectiveVersion, "objective_id", ("school_year", "content")
)
MEETING: Final = Kind("meeting", Meeting, MeetingVersion, "meeting_id", ("held_on", "topic"))
KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in (CHARTER, OBJECTIVE, MEETING)}


def create_thing(
    code: str, kind: Kind, edit: Edit, *, actor: Actor, form_key: str | None = None
) -> Anchor:
    """Enter a charter, an objective or a meeting. The same form again gives the same one."""
    found = editable_community(code, actor=actor)
    if form_key and (same := details.anchor_of_form(session(), kind.model, form_key)):
        if same.community_id == found.id and _said(kind, same) == _identity(kind, edit):
            return same  # type: ignore[no-any-return] # of the kind's model
        form_key = None
    _check(found, edit)
    _refuse_twice(found, kind, edit)
    with writing(actor=actor, action=f"{kind.name}.recorded"):
        changed(found)
        return _enter(found, kind, edit, new_stamp(actor), form_key)


def update_thing(
    code: str, kind: Kind, thing_id: int, edit: Edit, *, revision: int | None, actor: Actor
) -> Anchor:
    """Put right or complete a charter, an objective (its review, too) or a meeting."""
    found = editable_community(code, actor=actor)
    thing = _thing(found, kind, thing_id)
    _check(found, edit)
    versions = _versions(kind, thing_id)
    stamp = new_stamp(actor)
    plans = plan_all(_values(kind, edit), versions, stamp.recorded_at)
    is_same = _exact(kind, thing.anchor) == {name: asdict(edit)[name] for name in kind.identity}
    anchor: Anchor = thing.anchor
    if is_same and not plans:
        return anchor
    check_revision(found, revision, _exact(kind, thing.anchor) | dict(versions[-1].values))
    _refuse_twice(found, kind, edit, instead_of=thing_id)
    with writing(actor=actor, action=f"{kind.name}.updated"):
        changed(found)
        if is_same:
            owner = {kind.owner: thing_id, "county_id": found.county_id}
            write_plans(session(), kind.version, plans, stamp, **owner)
            return anchor
        end_versions(kind.version, versions, stamp)
        return _enter(found, kind, edit, stamp, None)


def withdraw_thing(code: str, kind: Kind, thing_id: int, reason: str, *, actor: Actor) -> None:
    """Take back what was entered by mistake; it stays in the history."""
    found = editable_community(code, actor=actor)
    _thing(found, kind, thing_id)
    reason = checks.check_reason(reason)
    with writing(actor=actor, action=f"{kind.name}.withdrawn"):
        changed(found)
        end_versions(kind.version, _versions(kind, thing_id), new_stamp(actor), reason)


def _thing(found: Community, kind: Kind, thing_id: int) -> Thing:
    thing = details.thing(session(), kind.model, found.id, thing_id)
    if thing is None:
        raise NotFoundError
    return thing


def _versions(kind: Kind, thing_id: int) -> list[FactOnFile]:
    return open_facts(session(), kind.version, getattr(kind.version, kind.owner), thing_id)


def _check(found: Community, edit: Edit) -> None:
    today = clock.today()
    match edit:
        case CharterEdit():
            checks.check_charter(edit, today=today)
        case ObjectiveEdit():
            checks.check_objective(edit, details.school_year_days(session()), today=today)
        case MeetingEdit():
            checks.check_meeting(edit, details.lifetime(session(), found.id), today=today)


def _refuse_twice(
    found: Community, kind: Kind, edit: Edit, *, instead_of: int | None = None
) -> None:
    """Refuse what is on file already, in other spaces or widths perhaps."""
    said = _identity(kind, edit)
    for thing in details.things(session(), kind.model, found.id):
        if thing.id != instead_of and _said(kind, thing.anchor) == said:
            raise RuleViolationError(
                N_("This is on file already. Open it in the list to change it."),
                field=kind.identity[-1],
            )


def _identity(kind: Kind, edit: Edit) -> tuple[object, ...]:
    given = asdict(edit)
    return tuple(_folded(given[name]) for name in kind.identity)


def _said(kind: Kind, anchor: Any) -> tuple[object, ...]:
    return tuple(_folded(getattr(anchor, name)) for name in kind.identity)


def _exact(kind: Kind, anchor: Any) -> dict[str, object]:
    return {name: getattr(anchor, name) for name in kind.identity}


def _folded(value: object) -> object:
    return fold(value) if isinstance(value, str) else value


def _values(kind: Kind, edit: Edit) -> dict[str, object]:
    return {name: value for name, value in asdict(edit).items() if name not in kind.identity}


def _enter(found: Community, kind: Kind, edit: Edit, stamp: Stamp, form_key: str | None) -> Anchor:
    given = asdict(edit)
    anchor: Anchor = kind.model(
        community_id=found.id,
        county_id=found.county_id,
        form_key=form_key,
        **{name: given[name] for name in kind.identity},
    )
    session().add(anchor)
    flush_numbered(session())  # the version needs its number
    plan = FactPlan(steps=(Step(stamp.recorded_at, _values(kind, edit)),))
    owner = {kind.owner: anchor.id, "county_id": found.county_id}
    write_plans(session(), kind.version, [plan], stamp, **owner)
    return anchor
