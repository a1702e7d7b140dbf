"""What paper shows of records besides what counts, and the reports issued."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from community.access import Actor, Permission, Place, allows
from community.activities.models import (
    Activity,
    ActivityEvidence,
    ActivityReceiver,
    Confirmation,
)
from community.activities.rules import ActivityState
from community.audits.models import Minimum
from community.communities.models import Community
from community.journal.models import JournalHead
from community.journal.rules import chain_of
from community.kernel.database import known_at, session
from community.kernel.paging import Page, read_page
from community.kernel.versions import batched
from community.registry.models import Division, School, SchoolYear
from community.registry.rules import DivisionKind
from community.reports.models import IssuedReport
from community.reports.rules.kinds import ReportKind
from community.reports.rules.ledgers import (
    Confirmed,
    Details,
    LessonDetails,
    RecordTexts,
    TransferDetails,
    VisitDetails,
)
from community.reports.rules.reports import ChainSeal
from community.resource_transfers.models import ResourceTransfer
from community.shared_teaching.models import SharedTeachingSession
from community.walking_teaching.models import WalkingTeachingSession

_AT_ONCE: Final = 1_000  # ids in one IN list
_OFFERED: Final = 500  # communities in one list to choose from; each has a button on its own page


def _batches(ids: Collection[int]) -> Iterator[Sequence[int]]:
    rest = iter(sorted(ids))
    while some := list(islice(rest, _AT_ONCE)):
        yield some


# --- records ----------------------------------------------------------------------------------


def record_texts(
    current: Session, activity_ids: Collection[int], school_ids: Collection[int], known: datetime
) -> RecordTexts:
    """Details, evidence and confirmations of records as known at K, and names of schools; seven
    queries for every thousand."""
    details: dict[int, Details] = {}
    evidence: dict[int, list[str]] = defaultdict(list)
    confirmations: dict[int, list[Confirmed]] = defaultdict(list)
    names: dict[int, str] = {}
    for ids in _batches(activity_ids):
        details.update(_details(current, ids))
        for activity_id, reference in current.execute(
            select(ActivityEvidence.activity_id, ActivityEvidence.reference)
            .where(ActivityEvidence.activity_id.in_(ids), known_at(ActivityEvidence, known))
            .order_by(ActivityEvidence.id)
        ):
            evidence[activity_id].append(reference)
        for row in current.execute(
            select(
                ActivityReceiver.activity_id,
                ActivityReceiver.school_id,
                Confirmation.confirmer_name,
                Confirmation.confirmed_on,
            )
            .join(Confirmation, Confirmation.receiver_id == ActivityReceiver.id)
            .where(ActivityReceiver.activity_id.in_(ids), known_at(Confirmation, known))
            .order_by(ActivityReceiver.position, Confirmation.id)
        ):
            confirmations[row[0]].append(Confirmed(*row[1:]))
    for ids in _batches(school_ids):
        named = select(School.id, School.name).where(School.id.in_(ids))
        names.update((school_id, name) for school_id, name in current.execute(named))
    return RecordTexts(
        details,
        {key: tuple(found) for key, found in evidence.items()},
        {key: tuple(found) for key, found in confirmations.items()},
        names,
    )


def _details(current: Session, ids: Sequence[int]) -> Iterator[tuple[int, Details]]:
    lessons = select(
        SharedTeachingSession.activity_id,
        SharedTeachingSession.grade,
        SharedTeachingSession.topic,
        SharedTeachingSession.lecturer_name,
        SharedTeachingSession.pupils_count,
        SharedTeachingSession.teachers_count,
    ).where(SharedTeachingSession.activity_id.in_(ids))
    for lesson in current.execute(lessons):
        yield lesson[0], LessonDetails(*lesson[1:])
    visits = select(
        WalkingTeachingSession.activity_id,
        WalkingTeachingSession.teacher_name,
        WalkingTeachingSession.slots_text,
        WalkingTeachingSession.travel_mode,
    ).where(WalkingTeachingSession.activity_id.in_(ids))
    for visit in current.execute(visits):
        yield visit[0], VisitDetails(*visit[1:])
    transfers = select(
        ResourceTransfer.activity_id,
        ResourceTransfer.content,
        ResourceTransfer.quantity,
        ResourceTransfer.unit,
        ResourceTransfer.amount_fen,
        ResourceTransfer.is_loan,
        ResourceTransfer.due_on,
        ResourceTransfer.returned_on,
    ).where(ResourceTransfer.activity_id.in_(ids))
    for transfer in current.execute(transfers):
        yield transfer[0], TransferDetails(*transfer[1:])


def checked_ids(current: Session, activity_ids: Collection[int]) -> frozenset[int]:
    """Which of these records the county has looked at."""
    found: set[int] = set()
    for ids in _batches(activity_ids):
        found.update(
            current.scalars(
                select(Activity.id).where(
                    Activity.id.in_(ids), Activity.state == ActivityState.CHECKED
                )
            )
        )
    return frozenset(found)


# --- what a report is about -------------------------------------------------------------------


def division(current: Session, division_id: int) -> Division | None:
    """A division by its id."""
    return current.get(Division, division_id)


def seals(current: Session, counties: Mapping[int, str]) -> tuple[ChainSeal, ...]:
    """The heads of the journals of these counties (names by id), in that order."""
    chains = {chain_of(county_id): name for county_id, name in counties.items()}
    heads = {
        head.chain: head
        for head in current.scalars(select(JournalHead).where(JournalHead.chain.in_(chains)))
    }
    return tuple(
        ChainSeal(name, heads[chain].sequence, heads[chain].entry_hash)
        for chain, name in chains.items()
        if chain in heads
    )


def school_years(current: Session) -> list[str]:
    """The school years on file, the latest first."""
    return list(current.scalars(select(SchoolYear.name).order_by(SchoolYear.name.desc())))


def deadline_year(current: Session, division_id: int) -> int | None:
    """The year by whose end the region's minimum is due."""
    due = select(func.max(Minimum.deadline_on)).where(Minimum.division_id == division_id)
    found = current.scalar(due)
    return found.year if found else None


def subjects(actor: Actor) -> list[tuple[ReportKind, str, str]]:
    """What the actor could have reports about: kind, code, name; regions first."""
    current = session()
    regions = (
        select(Division)
        .where(Division.kind.in_((DivisionKind.CITY, DivisionKind.COUNTY)))
        .order_by(Division.code)
    )
    found: list[tuple[ReportKind, str, str]] = []
    for region in current.scalars(regions):
        is_city = region.kind is DivisionKind.CITY
        place = Place(city_id=region.id) if is_city else Place(region.parent_id, region.id)
        if allows(actor, Permission.REPORT_ISSUE, place):
            kind = ReportKind.CITY if is_city else ReportKind.COUNTY
            found.append((kind, region.code or "", region.name))
    communities = (
        select(Community.code, Community.name)
        .join(Division, Division.id == Community.county_id)
        .order_by(Community.code)
        .limit(_OFFERED)
        .where(_in_reach_of(actor, Division.parent_id, Community.county_id, Community.id))
    )
    own = current.execute(communities)
    return found + [(ReportKind.COMMUNITY, code, name) for code, name in own]


# --- what was issued --------------------------------------------------------------------------


def _in_reach_of(
    actor: Actor,
    city_id: InstrumentedAttribute[Any],
    county_id: InstrumentedAttribute[Any],
    community_id: InstrumentedAttribute[Any],
) -> ColumnElement[bool]:
    """What POLICY says of reports, as a condition: the division's, or the own communities'."""
    if actor.school_id is not None:
        return community_id.in_(actor.community_ids)
    if actor.county_id is not None:
        return county_id == actor.county_id
    if actor.city_id is not None:
        return city_id == actor.city_id
    return true()


def issued_page(
    actor: Actor,
    *,
    kind: ReportKind | None,
    code: str,
    after: str | None,
    before: str | None,
) -> Page[Row[int, IssuedReport]]:
    """Reports within the actor's reach, newest first."""
    statement = select(IssuedReport.id, IssuedReport).where(
        _in_reach_of(actor, IssuedReport.city_id, IssuedReport.county_id, IssuedReport.community_id)
    )
    if kind is not None:
        statement = statement.where(IssuedReport.kind == kind)
    if code:
        statement = statement.where(IssuedReport.code == code)
    return read_page(statement, (IssuedReport.id,), after=after, before=before, is_descending=True)


def keys_in_use(current: Session, keys: Iterable[str]) -> set[str]:
    """Of these keys those under which the file of a report lies."""
    used: set[str] = set()
    for some in batched(keys, _AT_ONCE):
        used |= {
            *current.scalars(
                select(IssuedReport.storage_key).where(IssuedReport.storage_key.in_(some))
            )
        }
    return used


def issued(current: Session, report_id: int) -> IssuedReport | None:
    """An issued report by its number."""
    return current.get(IssuedReport, report_id)
