"""The evidence of one record: archive numbers, links and files."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from community.access import Actor
from community.activities.models import Activity, ActivityEvidence, ActivityReceiver
from community.activities.queries.standing import ON_FILE
from community.activities.rules import ActivityKind
from community.communities.models import Community
from community.communities.queries.places import is_visible_to
from community.evidence.models import Attachment
from community.kernel.database import known_at


@dataclass(frozen=True)
class Elsewhere:
    """Another record on file that has the same file."""

    activity_id: int
    held_on: date
    kind: ActivityKind
    is_visible: bool  # to the reader


@dataclass(frozen=True)
class EvidencePiece:
    """A piece of evidence in force."""

    id: int
    reference: str
    recorded_by: str
    recorded_at: datetime
    attachment: Attachment | None
    elsewhere: tuple[Elsewhere, ...] = ()

    @property
    def elsewhere_count(self) -> int:
        """How many other records have the same file."""
        return len({other.activity_id for other in self.elsewhere})

    def is_of(self, actor: Actor) -> bool:
        """Whether the actor has handed in this file."""
        sender = self.attachment and self.attachment.received_by_id
        return sender is not None and sender == actor.actor_id


def evidence_of(session: Session, activity_id: int, *, actor: Actor) -> list[EvidencePiece]:
    """The evidence of a record, files with the other records that have them; in two queries."""
    rows: Sequence[Any] = session.execute(
        select(ActivityEvidence, Attachment)
        .outerjoin(Attachment, Attachment.id == ActivityEvidence.attachment_id)
        .where(ActivityEvidence.activity_id == activity_id, known_at(ActivityEvidence, None))
        .order_by(ActivityEvidence.id)
    ).all()
    files = [attachment for _, attachment in rows if attachment is not None]
    elsewhere = _elsewhere(session, activity_id, files, actor) if files else {}
    return [
        EvidencePiece(
            piece.id,
            piece.reference,
            piece.recorded_by,
            piece.recorded_at,
            attachment,
            tuple(elsewhere.get(attachment.id, ())) if attachment else (),
        )
        for piece, attachment in rows
    ]


def _elsewhere(
    session: Session, activity_id: int, files: Collection[Attachment], actor: Actor
) -> dict[int, list[Elsewhere]]:
    """The other records on file with one of these files, by the file's id."""
    rows: Iterable[Any] = session.execute(
        select(
            Attachment.sha256,
            Attachment.sent_sha256,
            Activity.id,
            Activity.held_on,
            Activity.kind,
            func.coalesce(_is_visible(actor), False),
        )
        .join(ActivityEvidence, ActivityEvidence.attachment_id == Attachment.id)
        .join(Activity, Activity.id == ActivityEvidence.activity_id)
        .outerjoin(Community, Community.id == Activity.community_id)
        .where(
            or_(
                Attachment.sha256.in_({file.sha256 for file in files}),
                Attachment.sent_sha256.in_({file.sent_sha256 for file in files}),
            ),
            Activity.id != activity_id,
            ON_FILE,
            known_at(ActivityEvidence, None),
        )
        .order_by(Activity.held_on, Activity.id)
    )
    found: dict[int, list[Elsewhere]] = defaultdict(list)
    for sha256, sent_sha256, other_id, held_on, kind, is_visible in rows:
        for file in files:
            if file.sha256 == sha256 or file.sent_sha256 == sent_sha256:
                found[file.id].append(Elsewhere(other_id, held_on, kind, bool(is_visible)))
    return found


def _is_visible(actor: Actor) -> ColumnElement[bool]:
    """Whether the reader may open a record; its community, where it has one, decides."""
    return or_(is_visible_to(actor), Activity.provider_id.in_(actor.school_ids))


def open_references(session: Session, activity_id: int) -> dict[str, ActivityEvidence]:
    """The evidence of a record in force, by what it is called."""
    rows = session.scalars(
        select(ActivityEvidence).where(
            ActivityEvidence.activity_id == activity_id, known_at(ActivityEvidence, None)
        )
    )
    return {row.reference: row for row in rows}


def sizes_of(session: Session, attachment_ids: Collection[int]) -> int:
    """How large these files are together."""
    total = select(func.coalesce(func.sum(Attachment.size_bytes), 0)).where(
        Attachment.id.in_(attachment_ids)
    )
    return int(session.scalar(total) or 0)


def attachment_of(
    session: Session, activity_id: int, evidence_id: int
) -> tuple[ActivityEvidence, Attachment] | None:
    """A file that is or was evidence of a record; none of an import that was taken back."""
    row = session.execute(
        select(ActivityEvidence, Attachment)
        .join(Attachment, Attachment.id == ActivityEvidence.attachment_id)
        .where(
            ActivityEvidence.id == evidence_id,
            ActivityEvidence.activity_id == activity_id,
            ActivityEvidence.is_undone.is_(False),
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def receivers_of(session: Session, activity_id: int) -> Sequence[int]:
    """The schools that a record names as receiving."""
    return session.scalars(
        select(ActivityReceiver.school_id).where(ActivityReceiver.activity_id == activity_id)
    ).all()


def has_shared_file() -> ColumnElement[bool]:
    """A file of the record in the statement around it is evidence of another record too."""
    own, other = aliased(ActivityEvidence), aliased(ActivityEvidence)
    return exists(
        select(own.id)
        .join(other, and_(other.sha256 == own.sha256, other.activity_id != own.activity_id))
        .where(own.activity_id == Activity.id, known_at(own, None), known_at(other, None))
        .correlate(Activity)
    )
