"""Making reports: the data, then the pages. Reads only."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from community.access import Actor, Permission, Place, require
from community.accounts.queries import is_demonstration
from community.activities.rules import Sheet, Standing
from community.audits import queries as audits
from community.audits.rules.count import CommunityCount, Count
from community.audits.services import Judgement, Question, count_region, judge_community
from community.communities import queries as communities
from community.jobs.rules import Progress, Unwatched
from community.kernel import pdf
from community.kernel.database import session
from community.kernel.errors import NotFoundError
from community.kernel.i18n import N_, Message, gettext, use_locale
from community.registry.rules import DivisionKind
from community.reports import documents, queries
from community.reports.rules.kinds import ReportKind, ReportOrder, file_name
from community.reports.rules.ledgers import RecordTexts
from community.reports.rules.reports import (
    Basis,
    CommunityReport,
    RegionReport,
    build_community_report,
    build_region_part,
    build_region_report,
)

_STEPS: Final = 2
_COUNTING = N_("The communities are being counted.")
_PRINTING = N_("The pages are being laid out.")
_UNWATCHED: Final = Unwatched()


@dataclass(frozen=True)
class Subject:
    """What a report is about."""

    kind: ReportKind
    code: str
    name: str
    place: Place


def subject_of(code: str, *, actor: Actor) -> Subject:
    """What a code stands for, if the actor may have a report about it.

    Raises NotFoundError for a code that stands for nothing, or for something out of reach.
    """
    current = session()
    if (region := audits.region(current, code)) is not None:
        is_city = region.kind is DivisionKind.CITY
        place = Place(city_id=region.id) if is_city else Place(region.parent_id, region.id)
        require(actor, Permission.REPORT_ISSUE, place)
        kind = ReportKind.CITY if is_city else ReportKind.COUNTY
        return Subject(kind, code, region.name, place)
    if (community := communities.community(current, code)) is None:
        raise NotFoundError
    place = communities.place_of_community(current, community)
    require(actor, Permission.REPORT_ISSUE, place, visible_by=Permission.COMMUNITY_VIEW)
    return Subject(ReportKind.COMMUNITY, code, community.name, place)


# --- the data ---------------------------------------------------------------------------------


def community_report(order: ReportOrder, *, actor: Actor) -> CommunityReport:
    """The data of a community's annual report, in the locale in force. Raises NotFoundError
    outside the actor's reach, and for a community that did not exist on D."""
    judgement = judge_community(order.code, _question(order), actor=actor)
    count = judgement.count
    county = queries.division(session(), count.facts.county_id)
    name = county.name if county else ""
    return build_community_report(
        count,
        _basis(judgement, count, {count.facts.county_id: name}),
        county_name=name,
        bureau=_bureau(name),
        texts=_texts([count], order, is_whole=True),
        checked=_checked(count.standings),
    )


def region_report(order: ReportOrder, *, actor: Actor) -> RegionReport:
    """The data of a county's or city's progress report, in the locale in force. Raises
    NotFoundError outside the actor's reach."""
    count = count_region(order.code, _question(order), actor=actor)
    counts = [c for region in count.regions for c in region.communities]
    texts = _texts(counts, order, is_whole=False)
    parts = [
        build_region_part(
            region,
            count.period,
            bureau=_bureau(region.name),
            texts=texts,
            checked=_checked([s for c in region.communities for s in c.standings]),
        )
        for region in count.regions
    ]
    counties = {region.division_id: region.name for region in count.regions}
    whole = count.city or count.regions[0]
    year = queries.deadline_year(session(), whole.division_id)
    return build_region_report(parts, count.city, _basis(count, count, counties), year)


def _question(order: ReportOrder) -> Question:
    return Question(order.as_of, order.known_at, order.school_year)


def _basis(
    asked: Judgement | Count, count: CommunityCount | Count, counties: Mapping[int, str]
) -> Basis:
    return Basis(
        rule_set=asked.rule_set,
        period=count.period,
        known_at=asked.known_at,
        is_trial=asked.is_trial,
        seals=queries.seals(session(), counties),
        is_demonstration=is_demonstration(),
    )


def _bureau(county: str) -> str:
    return gettext("Education bureau of %(county)s", county=county)


def _texts(counts: Iterable[CommunityCount], order: ReportOrder, *, is_whole: bool) -> RecordTexts:
    """What the tables show: all records, or (of a region) those that do not count."""
    standings = [s for count in counts for s in count.standings]
    return queries.record_texts(
        session(),
        [s.activity.activity_id for s in standings if is_whole or not s.is_counted],
        {school for s in standings for school in s.activity.party_ids},
        order.known_at,
    )


def _checked(standings: Collection[Standing]) -> Mapping[Sheet, int]:
    reported = [s.activity for s in standings if s.is_reported]
    ids = queries.checked_ids(session(), [a.activity_id for a in reported])
    return {
        sheet: sum(a.sheet is sheet and a.activity_id in ids for a in reported) for sheet in Sheet
    }


# --- the paper --------------------------------------------------------------------------------


@dataclass(frozen=True)
class PrintedReport:
    """A report that is made and not yet kept."""

    subject: Subject
    order: ReportOrder
    report: CommunityReport | RegionReport
    printed: pdf.Printed

    @property
    def sha256(self) -> str:
        """The digest of the file."""
        return hashlib.sha256(self.printed.content).hexdigest()

    @property
    def file_name(self) -> str:
        """What its file is called."""
        order = self.order
        return file_name(order.code, order.as_of, order.known_at, order.locale)


def print_report(
    order: ReportOrder, *, actor: Actor, progress: Progress = _UNWATCHED
) -> PrintedReport:
    """Make the report about a community, a county or a city. Takes seconds, and holds nothing.

    Raises NotFoundError and AccessDeniedError as `subject_of` does, RuleViolationError for what
    cannot be counted or printed.
    """
    with use_locale(order.locale):
        progress.step(0, _STEPS, Message(_COUNTING))
        subject = subject_of(order.code, actor=actor)
        read = community_report if subject.kind is ReportKind.COMMUNITY else region_report
        report = read(order, actor=actor)
        html = documents.build_document(report)

    def watch() -> None:
        progress.step(1, _STEPS, Message(_PRINTING))

    watch()
    return PrintedReport(subject, order, report, pdf.render(html, watch=watch))
