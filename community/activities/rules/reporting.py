"""What may be reported on the web: a draft held against what is known of its schools and its day.

Every fault is found at once, each with the field beside which it is shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from community.activities.rules.ledger import ActivityDraft
from community.activities.rules.sides import check_receivers
from community.activities.rules.words import SHEET_OF, Sheet
from community.evidence.rules import Chosen
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Listing, Message

MOST_PERIODS: Final = 20  # lesson periods of one day
MOST_HALF_DAYS: Final = 2  # half-days of one day
SUBJECT_NEEDED: Final = N_("Choose the school subject.")
PERIODS_NEEDED: Final = N_("Give the number of lesson periods.")


@dataclass(frozen=True, slots=True)
class Report:
    """For which side an activity is reported, and by which form."""

    school_id: int
    form_key: str
    # The returned record that it corrects.
    replaces_id: int | None = None
    # Why it is no double of a record that looks alike.
    double_reason: str | None = None
    # Handed in before, as evidence of the record.
    files: tuple[Chosen, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """A school as it stood on the day of an activity."""

    school_id: int
    name: str
    is_member: bool  # of the activity's community, that day
    district_ids: frozenset[int]  # the school districts to which it belonged
    is_kindergarten: bool


@dataclass(frozen=True, slots=True)
class ReportedDay:
    """What the calendar says of the day of an activity."""

    today: date
    first_day: date | None  # on which the first school year on file begins
    is_in_school_year: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that a draft is held against."""

    parties: Mapping[int, Party]  # provider, receivers and the reporting school
    day: ReportedDay
    must_provide: bool  # the actor reports only what its own school provides


class ProbableDoubleError(RuleViolationError):
    """Records on file look the same: a reason is needed to go on."""

    def __init__(self, activity_ids: tuple[int, ...]) -> None:
        super().__init__(
            N_(
                "A record that looks the same is on file. If this is another activity, say what "
                "makes it another one; the district sees your reason."
            ),
            field="double_reason",
        )
        self.activity_ids = activity_ids


def find_faults(
    draft: ActivityDraft, report: Report, around: Surroundings
) -> Iterator[RuleViolationError]:
    """Everything that speaks against reporting this draft."""
    yield from _faults_of_day(draft, around.day)
    yield from _faults_of_kind(draft)
    yield from _faults_of_sides(draft, report, around)
    if draft.community_id is None:
        yield from _faults_of_district(draft, around.parties)
    else:
        yield from _faults_of_members(draft, report, around.parties)
    if draft.sheet is not Sheet.RESOURCE_TRANSFERS:
        yield from _faults_of_amounts(draft, around.parties)


def is_among_kindergartens(draft: ActivityDraft, parties: Mapping[int, Party]) -> bool:
    """Whether only kindergartens receive: they have half-days, no lesson periods and subjects."""
    return bool(draft.receiver_ids) and all(
        parties[school_id].is_kindergarten for school_id in draft.receiver_ids
    )


def _fault(field: str, msgid: str, **params: object) -> RuleViolationError:
    return RuleViolationError(Message(msgid, params), field=field)


def _faults_of_day(draft: ActivityDraft, day: ReportedDay) -> Iterator[RuleViolationError]:
    said = draft.held_on.isoformat()
    if draft.held_on > day.today:
        yield _fault(
            "held_on",
            N_("%(day)s is still to come. Report the activity once it has taken place."),
            day=said,
        )
    elif day.first_day is not None and draft.held_on < day.first_day:
        yield _fault(
            "held_on",
            N_(
                "The first school year on file begins on %(first)s. Earlier activities come in "
                "with the ledgers that your education bureau imports."
            ),
            first=day.first_day.isoformat(),
        )
    elif not day.is_in_school_year:
        yield _fault(
            "held_on",
            N_(
                "No school year on file contains %(day)s. Check the date, or ask the system "
                "administrator to enter the school year."
            ),
            day=said,
        )


def _faults_of_kind(draft: ActivityDraft) -> Iterator[RuleViolationError]:
    if SHEET_OF[draft.kind] is not draft.sheet:
        yield _fault("kind", N_("Choose one of the kinds that this form offers."))
    if draft.sheet is Sheet.SHARED_TEACHING and draft.mode is None:
        yield _fault("mode", N_("Choose whether people met online, on site or both."))


def _faults_of_sides(
    draft: ActivityDraft, report: Report, around: Surroundings
) -> Iterator[RuleViolationError]:
    if around.must_provide and draft.provider_id != report.school_id:
        yield _fault(
            "provider",
            N_(
                "You report what your own school provides. What another school provides is "
                "reported by that school, or by the lead school."
            ),
        )
    if not draft.receiver_ids:
        yield _fault("receivers", N_("Choose at least one receiving school."))
    try:
        check_receivers(report.school_id, draft.provider_id, draft.receiver_ids)
    except RuleViolationError as fault:
        yield fault


def _faults_of_members(
    draft: ActivityDraft, report: Report, parties: Mapping[int, Party]
) -> Iterator[RuleViolationError]:
    """Every school must have been in the community on that day."""
    places = [("provider", draft.provider_id), *(("receivers", id_) for id_ in draft.receiver_ids)]
    if report.school_id not in draft.party_ids:
        places.append(("community", report.school_id))
    for field, school_id in places:
        party = parties[school_id]
        if not party.is_member:
            yield _fault(
                field,
                N_(
                    "%(school)s was not in the community on %(day)s. Check the date and the "
                    "schools; a missing membership is entered by your education bureau."
                ),
                school=party.name,
                day=draft.held_on.isoformat(),
            )


def _faults_of_district(
    draft: ActivityDraft, parties: Mapping[int, Party]
) -> Iterator[RuleViolationError]:
    """Outside of communities only walking-teaching inside one school district is recorded."""
    if draft.sheet is not Sheet.WALKING_TEACHING:
        yield _fault("community", N_("Choose the community."))
        return
    provider = parties[draft.provider_id]
    outside = [
        parties[school_id].name
        for school_id in draft.receiver_ids
        if not parties[school_id].district_ids & provider.district_ids
    ]
    if outside:
        yield _fault(
            "receivers",
            N_(
                "Outside of communities, walking-teaching is recorded inside one school district. "
                "On %(day)s %(provider)s was in no school district together with %(schools)s."
            ),
            day=draft.held_on.isoformat(),
            provider=provider.name,
            schools=Listing(tuple(outside)),
        )


def _faults_of_amounts(
    draft: ActivityDraft, parties: Mapping[int, Party]
) -> Iterator[RuleViolationError]:
    if is_among_kindergartens(draft, parties):
        yield from _faults_of_half_days(draft)
    else:
        yield from _faults_of_lessons(draft)


def _faults_of_half_days(draft: ActivityDraft) -> Iterator[RuleViolationError]:
    if draft.periods is not None:
        yield _fault(
            "periods",
            N_("Kindergartens have no lesson periods. Leave this empty and give the half-days."),
        )
    if draft.subject is not None:
        yield _fault("subject", N_("Kindergartens have no school subjects. Leave this empty."))
    if draft.half_days is None:
        yield _fault("half_days", N_("Only kindergartens receive: give the number of half-days."))
    elif not 1 <= draft.half_days <= MOST_HALF_DAYS:
        yield _fault(
            "half_days",
            N_("A day has %(most)s half-days. Give a number from 1 to %(most)s."),
            most=MOST_HALF_DAYS,
        )


def _faults_of_lessons(draft: ActivityDraft) -> Iterator[RuleViolationError]:
    if draft.half_days is not None:
        yield _fault(
            "half_days",
            N_(
                "Half-days are for activities that only kindergartens receive. Leave this empty "
                "and give the lesson periods."
            ),
        )
    if draft.subject is None:
        yield _fault("subject", SUBJECT_NEEDED)
    if draft.periods is None:
        yield _fault("periods", PERIODS_NEEDED)
    elif not 1 <= draft.periods <= MOST_PERIODS:
        yield _fault(
            "periods",
            N_("Give the lesson periods of this one day: a number from 1 to %(most)s."),
            most=MOST_PERIODS,
        )
