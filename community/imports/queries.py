"""What is on file of imports, and what has been built on one."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    exists,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from community.access import Actor
from community.activities.models import (
    Activity,
    ActivityDecision,
    ActivityEvidence,
    ActivityReceiver,
    Confirmation,
)
from community.communities.models import (
    Charter,
    CharterSignature,
    CharterVersion,
    CommunityVersion,
    Meeting,
    MeetingVersion,
    Membership,
    MembershipVersion,
    Objective,
    ObjectiveVersion,
    Waiver,
)
from community.imports.models import ImportBatch, ImportBatchCounty, PendingImport
from community.imports.rules import OPEN_STATES, Builder
from community.jobs import queries as jobs
from community.kernel.database import Base, Recorded
from community.kernel.paging import Page, read_page
from community.registry.models import Designation, SchoolFigures, SchoolVersion

AnySelect = Select[*tuple[Any, ...]]


def batch(session: Session, batch_id: int) -> ImportBatch | None:
    """An import by its number."""
    return session.get(ImportBatch, batch_id)


def batches(session: Session, county_ids: Collection[int] | None) -> list[ImportBatch]:
    """The imports that touched these counties (None: all), newest first."""
    statement = select(ImportBatch).where(_touches(county_ids)).order_by(ImportBatch.id.desc())
    return list(session.scalars(statement))


def batch_page(
    county_ids: Collection[int] | None, *, after: str | None = None, before: str | None = None
) -> Page[Row[int, ImportBatch]]:
    """A page of the same list."""
    statement = select(ImportBatch.id, ImportBatch).where(_touches(county_ids))
    return read_page(statement, [ImportBatch.id], after=after, before=before, is_descending=True)


def _touches(county_ids: Collection[int] | None) -> ColumnElement[bool]:
    if county_ids is None:
        return true()
    return ImportBatch.id.in_(
        select(ImportBatchCounty.batch_id).where(ImportBatchCounty.county_id.in_(county_ids))
    )


def batch_ids_beyond(
    session: Session, batch_ids: Collection[int], county_ids: Collection[int]
) -> set[int]:
    """Of these imports those that also touched other counties."""
    return set(
        session.scalars(
            select(ImportBatchCounty.batch_id).where(
                ImportBatchCounty.batch_id.in_(batch_ids),
                ImportBatchCounty.county_id.not_in(county_ids),
            )
        )
    )


def county_ids_of_batch(session: Session, batch_id: int) -> set[int]:
    """The counties whose facts an import touched."""
    return set(
        session.scalars(
            select(ImportBatchCounty.county_id).where(ImportBatchCounty.batch_id == batch_id)
        )
    )


def recorded_models() -> list[type[Recorded]]:
    """Every table of facts."""
    return [
        mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Recorded)
    ]


def version_ids(session: Session, model: type[Recorded], batch_id: int) -> list[int]:
    """The versions that an import brought and that are not yet hidden."""
    return list(
        session.scalars(
            select(_id(model)).where(model.batch_id == batch_id, model.is_undone.is_(False))
        )
    )


def closed_version_ids(session: Session, model: type[Recorded], batch_id: int) -> list[int]:
    """The versions of others that an import ended."""
    return list(
        session.scalars(
            select(_id(model)).where(model.closed_by_batch_id == batch_id, _others(model, batch_id))
        )
    )


def later_batches(session: Session, batch_id: int) -> list[ImportBatch]:
    """The imports after this one that stand."""
    return list(
        session.scalars(
            select(ImportBatch)
            .where(ImportBatch.id > batch_id, ImportBatch.undone_at.is_(None))
            .order_by(ImportBatch.id)
        )
    )


def activity_ids(session: Session, batch_id: int) -> set[int]:
    """The activities that an import brought."""
    return set(session.scalars(select(Activity.id).where(Activity.batch_id == batch_id)))


def first_builder(session: Session, batch_id: int) -> Builder | None:
    """What was recorded later and rests on an import, if anything."""
    ways = (statement.limit(1).subquery() for statement in _builders(batch_id))
    firsts = [select(literal(rank).label("rank"), *way.c) for rank, way in enumerate(ways)]
    found = session.execute(union_all(*firsts).order_by("rank").limit(1)).first()
    return None if found is None else Builder(*found[1:])


def _id(model: type[Recorded]) -> Any:
    return model.id  # type: ignore[attr-defined] # every fact has an id


def _others(model: type[Recorded], batch_id: int) -> ColumnElement[bool]:
    """Visible facts that this import did not bring."""
    return and_(
        model.is_undone.is_(False), or_(model.batch_id.is_(None), model.batch_id != batch_id)
    )


def _introduced(
    model: type[Recorded], owner: InstrumentedAttribute[int], batch_id: int
) -> Select[int]:
    """The owners of which nothing is known but what this import brought."""
    return select(owner).where(
        model.batch_id == batch_id,
        model.is_undone.is_(False),
        owner.not_in(select(owner).where(_others(model, batch_id))),
    )


def _builders(batch_id: int) -> Iterator[AnySelect]:
    """Facts that others recorded on top of this import: batch, instant and name."""

    def by_others(model: type[Recorded]) -> AnySelect:
        return select(model.batch_id, model.recorded_at, model.recorded_by).where(
            _others(model, batch_id)
        )

    yield from _successors(batch_id)
    yield from _later_versions(batch_id)
    schools = _introduced(SchoolVersion, SchoolVersion.school_id, batch_id)
    communities = _introduced(CommunityVersion, CommunityVersion.community_id, batch_id)
    memberships = _introduced(MembershipVersion, MembershipVersion.membership_id, batch_id)
    activities = select(Activity.id).where(
        Activity.batch_id == batch_id, Activity.is_undone.is_(False)
    )
    yield by_others(SchoolFigures).where(SchoolFigures.school_id.in_(schools))
    yield by_others(Designation).where(Designation.school_id.in_(schools))
    yield (
        by_others(MembershipVersion)
        .join(Membership, Membership.id == MembershipVersion.membership_id)
        .where(or_(Membership.school_id.in_(schools), Membership.community_id.in_(communities)))
    )
    yield by_others(Activity).where(
        or_(
            Activity.provider_id.in_(schools),
            Activity.community_id.in_(communities),
            Activity.id.in_(
                select(ActivityReceiver.activity_id).where(ActivityReceiver.school_id.in_(schools))
            ),
        )
    )
    yield (
        by_others(Activity)
        .join(Membership, Membership.community_id == Activity.community_id)
        .where(
            Membership.id.in_(memberships),
            Activity.held_on >= Membership.joined_on,
            or_(
                Activity.provider_id == Membership.school_id,
                Activity.id.in_(
                    select(ActivityReceiver.activity_id).where(
                        ActivityReceiver.school_id == Membership.school_id
                    )
                ),
            ),
        )
    )
    yield by_others(CharterSignature).where(CharterSignature.membership_id.in_(memberships))
    yield (
        by_others(ObjectiveVersion)
        .join(Objective, Objective.id == ObjectiveVersion.objective_id)
        .where(Objective.community_id.in_(communities))
    )
    yield (
        by_others(CharterVersion)
        .join(Charter, Charter.id == CharterVersion.charter_id)
        .where(Charter.community_id.in_(communities))
    )
    yield (
        by_others(MeetingVersion)
        .join(Meeting, Meeting.id == MeetingVersion.meeting_id)
        .where(Meeting.community_id.in_(communities))
    )
    yield by_others(Waiver).where(Waiver.community_id.in_(communities))
    yield by_others(ActivityDecision).where(
        ActivityDecision.activity_id.in_(activities), ActivityDecision.known_until.is_(None)
    )
    yield by_others(ActivityEvidence).where(ActivityEvidence.activity_id.in_(activities))
    yield (
        by_others(Confirmation)
        .join(ActivityReceiver, ActivityReceiver.id == Confirmation.receiver_id)
        .where(ActivityReceiver.activity_id.in_(activities))
    )


def _later_versions(batch_id: int) -> Iterator[AnySelect]:
    """Versions from another day on, which others added to a thing that this import knows of."""
    for model in recorded_models():
        if not hasattr(model, "held_from"):
            continue
        owner: str = model.journal_owner  # type: ignore[attr-defined] # versions are journaled
        own: Any = aliased(model)
        held: Any = model
        yield select(model.batch_id, model.recorded_at, model.recorded_by).where(
            _others(model, batch_id),
            exists().where(
                getattr(own, owner) == getattr(held, owner),
                own.batch_id == batch_id,
                own.is_undone.is_(False),
                own.id < held.id,
                own.held_from != held.held_from,
            ),
        )


def _successors(batch_id: int) -> Iterator[AnySelect]:
    """Versions of this import that others have ended: a correction, an addition, a removal."""
    for model in recorded_models():
        yield (
            select(model.closed_by_batch_id, model.known_until, model.recorded_by)
            .where(
                model.batch_id == batch_id,
                model.is_undone.is_(False),
                model.known_until.is_not(None),
                or_(model.closed_by_batch_id.is_(None), model.closed_by_batch_id != batch_id),
            )
            .order_by(model.known_until)
        )


# --- files that wait for a look ---------------------------------------------------------------


def pending(
    session: Session, pending_id: int, actor: Actor, *, is_locked: bool = False
) -> PendingImport | None:
    """Files that the actor has handed in; `is_locked` keeps others from them."""
    wanted = (
        select(PendingImport)
        .where(PendingImport.id == pending_id, _is_own(actor))
        .execution_options(populate_existing=True)
    )
    return session.scalars(wanted.with_for_update() if is_locked else wanted).one_or_none()


def pending_of_form(session: Session, form_key: str, actor: Actor) -> PendingImport | None:
    """The files that a form has handed in already."""
    wanted = select(PendingImport).where(PendingImport.form_key == form_key, _is_own(actor))
    return session.scalars(wanted).one_or_none()


def open_pending(session: Session, actor: Actor, limit: int) -> Sequence[PendingImport]:
    """What the actor has handed in and neither imported nor given up, newest first."""
    wanted = (
        select(PendingImport)
        .where(_is_own(actor), PendingImport.state.in_(OPEN_STATES))
        .order_by(PendingImport.id.desc())
        .limit(limit)
    )
    return session.scalars(wanted).all()


def stale_pending(session: Session, before: datetime) -> Sequence[PendingImport]:
    """What nobody has touched since an instant."""
    wanted = select(PendingImport).where(PendingImport.updated_at < before)
    return session.scalars(wanted.with_for_update()).all()


def _is_own(actor: Actor) -> ColumnElement[bool]:
    return and_(
        PendingImport.account_id == actor.actor_id, PendingImport.scope == jobs.scope_of(actor)
    )
