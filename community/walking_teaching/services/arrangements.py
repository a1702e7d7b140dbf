"""Standing arrangements: entered, changed from a day on, ended."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from community.access import Actor, require
from community.activities.queries import place_of_activity
from community.activities.queries.reporting import parties_on
from community.activities.rules.entries import Suggestion
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import hold, session
from community.kernel.errors import NotFoundError, RuleViolationError, StaleWriteError
from community.kernel.i18n import N_, Message
from community.kernel.paging import Page
from community.kernel.pinyin import search_key
from community.kernel.versions import touch
from community.registry.models import School
from community.walking_teaching.models import ArrangementSlot, WalkingTeachingArrangement
from community.walking_teaching.queries import arrangements as queries
from community.walking_teaching.queries import visits as visit_queries
from community.walking_teaching.queries.arrangements import (
    ArrangementFilter,
    ArrangementRow,
    Fellow,
)
from community.walking_teaching.queries.visits import VisitRow
from community.walking_teaching.rules import (
    OPEN_STATES,
    ArrangementDraft,
    SlotDraft,
    TermDays,
    VisitState,
    check_arrangement,
)
from community.walking_teaching.services.planning import (
    check_plan,
    replan,
    slots_of,
    terms_to_choose,
)
from community.walking_teaching.services.reach import (
    EDIT,
    VIEW,
    editable_arrangement,
    may_edit,
    visible_arrangement,
)

# What a change of an arrangement may change.
CHANGEABLE = (
    "teacher_name",
    "staff_number",
    "subject",
    "grade",
    "starts_on",
    "ends_on",
    "travel_mode",
    "travel_minutes",
    "note",
)


def list_arrangements(
    wanted: ArrangementFilter, *, actor: Actor, after: str | None = None, before: str | None = None
) -> Page[ArrangementRow]:
    """A page of the arrangements within reach, the latest first."""
    require(actor, VIEW)
    return queries.arrangement_page(session(), actor, wanted, after=after, before=before)


@dataclass(frozen=True)
class OpenArrangement:
    """An arrangement with its visits, as its page shows it."""

    arrangement: WalkingTeachingArrangement
    community_code: str | None
    community_name: str | None
    visits: Sequence[VisitRow]
    may_edit: bool
    today: date

    @property
    def states(self) -> dict[VisitState, int]:
        """How many visits there are of each state."""
        return {
            state: count
            for state in VisitState
            if (count := sum(visit.state is state for visit in self.visits))
        }

    @property
    def waiting_count(self) -> int:
        """How many visits are due and not reported."""
        return sum(visit.is_open and visit.held_on <= self.today for visit in self.visits)


def open_arrangement(arrangement_id: int, *, actor: Actor) -> OpenArrangement:
    """An arrangement that the actor may see. Raises NotFoundError."""
    found = visible_arrangement(arrangement_id, actor=actor)
    community = queries.community_of(session(), found.community_id)
    return OpenArrangement(
        found,
        community.code if community else None,
        community.name if community else None,
        visit_queries.visits_of(session(), actor, arrangement_id),
        may_edit(found, actor),
        clock.today(),
    )


@dataclass(frozen=True)
class Offer:
    """What the form of an arrangement offers an actor."""

    terms: Sequence[TermDays]
    fellows: Sequence[Fellow]


def offer(*, actor: Actor) -> Offer:
    """Terms and schools that the actor may choose from."""
    require(actor, EDIT)
    today = clock.today()
    return Offer(
        terms_to_choose(),
        queries.fellows(session(), actor.school_ids, actor.community_ids, today),
    )


def known_teachers(*, actor: Actor) -> list[Suggestion]:
    """The teachers of the arrangements within reach, with their staff numbers."""
    require(actor, VIEW)
    return [Suggestion(name, number) for number, name in queries.known_teachers(session(), actor)]


# --- entering -----------------------------------------------------------------------------------


def create_arrangement(
    draft: ArrangementDraft, *, actor: Actor, form_key: str | None = None
) -> WalkingTeachingArrangement:
    """Enter an arrangement; the same form again gives the one that is there.

    Raises NotFoundError for schools and communities out of reach, RuleViolationError.
    """
    if form_key:
        hold("arrangement_form", form_key)
        if same := queries.arrangement_of_form(session(), form_key):
            return editable_arrangement(same.id, actor=actor)
    county_id = county_of_draft(draft)
    place = place_of_activity(session(), county_id, draft.community_id)
    require(actor, EDIT, replace(place, school_id=draft.sender_id))
    check_draft(draft, county_id)
    with writing(actor=actor, action="walking_teaching_arrangement.recorded"):
        return enter(draft, county_id, form_key=form_key)


def enter(
    draft: ArrangementDraft,
    county_id: int,
    *,
    form_key: str | None = None,
    continues_id: int | None = None,
) -> WalkingTeachingArrangement:
    """Write an arrangement that has been checked; the caller journals."""
    found = WalkingTeachingArrangement(
        county_id=county_id,
        community_id=draft.community_id,
        kind=draft.kind,
        sender_id=draft.sender_id,
        receiver_id=draft.receiver_id,
        term_id=draft.term.id,
        pinyin=search_key(draft.teacher_name),
        form_key=form_key,
        continues_id=continues_id,
        slots=[],
        **{name: getattr(draft, name) for name in CHANGEABLE},
    )
    session().add(found)
    session().flush()  # its lines need its id
    found.slots.extend(_slot(slot) for slot in draft.slots)
    session().flush()
    return found


def _slot(draft: SlotDraft) -> ArrangementSlot:
    return ArrangementSlot(
        weekday=draft.weekday,
        slots_text=draft.lessons.text,
        slots_mask=draft.lessons.mask,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        rhythm=draft.rhythm,
    )


def county_of_draft(draft: ArrangementDraft) -> int:
    """The county of an arrangement: its community's, else that of the sending school."""
    community = queries.community_of(session(), draft.community_id)
    if draft.community_id is not None and community is None:
        raise NotFoundError
    if community is not None:
        return community.county_id
    sender = session().get(School, draft.sender_id)
    if sender is None:
        raise NotFoundError
    return sender.county_id


def check_draft(
    draft: ArrangementDraft, county_id: int, *, but_from: tuple[int, date] | None = None
) -> None:
    """Raise RuleViolationError for what cannot be meant, for schools that do not belong together,
    and for a teacher in two places; of an arrangement that is changed, its own visits from a day
    on (`but_from`) are no other ones."""
    check_arrangement(draft)
    _check_schools(draft)
    check_plan(draft, county_id, but_from=but_from)


def _check_schools(draft: ArrangementDraft) -> None:
    ids = {draft.sender_id, draft.receiver_id}
    parties = parties_on(session(), ids, draft.community_id, draft.starts_on)
    if parties.keys() != ids:
        raise NotFoundError
    sender, receiver = parties[draft.sender_id], parties[draft.receiver_id]
    if draft.community_id is None:
        if not sender.district_ids & receiver.district_ids:
            raise _refuse(
                N_(
                    "%(school)s and %(other)s are in no school district together on %(day)s. "
                    "Choose the community to which both belong."
                ),
                "receiver",
                school=sender.name,
                other=receiver.name,
                day=draft.starts_on.isoformat(),
            )
    else:
        for field, party in (("sender", sender), ("receiver", receiver)):
            if not party.is_member:
                raise _refuse(
                    N_(
                        "%(school)s is not in the community on %(day)s. Check the schools and the "
                        "first day; a missing membership is entered by your education bureau."
                    ),
                    field,
                    school=party.name,
                    day=draft.starts_on.isoformat(),
                )
    _check_lessons(draft, is_kindergarten=receiver.is_kindergarten)


def _check_lessons(draft: ArrangementDraft, *, is_kindergarten: bool) -> None:
    """Kindergartens have half-days and no subjects, schools lessons and subjects."""
    if draft.is_full_time:
        return
    if is_kindergarten:
        if draft.subject is not None:
            raise _refuse(N_("Kindergartens have no school subjects. Leave this empty."), "subject")
        if any(slot.lessons.half_days is None for slot in draft.slots):
            raise _refuse(
                N_("A kindergarten receives: write 上午, 下午 or 全天 for the lessons."), "slots"
            )
        return
    if draft.subject is None:
        raise _refuse(N_("Choose the school subject."), "subject")
    if any(slot.lessons.periods is None for slot in draft.slots):
        raise _refuse(N_("Half-days are for kindergartens: write lessons like 第2-3节."), "slots")


def _refuse(msgid: str, field: str, **params: object) -> RuleViolationError:
    return RuleViolationError(Message(msgid, params), field=field)


# --- changing -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Replanned:
    """What a change did to the visits of the days to come."""

    added: int = 0
    changed: int = 0
    dropped: int = 0


def change_arrangement(
    arrangement_id: int,
    draft: ArrangementDraft,
    *,
    holds_from: date,
    revision: int | None,
    actor: Actor,
) -> Replanned:
    """Change an arrangement from a day on: of its visits only those planned from then on follow.

    Raises RuleViolationError for a day that is over: what was taught or planned then stays.
    """
    found = editable_arrangement(arrangement_id, actor=actor)
    if holds_from < clock.today():
        raise RuleViolationError(
            N_("A change holds from today at the earliest: visits of days gone by stay."),
            field="holds_from",
        )
    if found.revision != revision:
        raise StaleWriteError(on_file=_on_file(found), revision=found.revision)
    check_draft(draft, found.county_id, but_from=(found.id, holds_from))
    with writing(actor=actor, action="walking_teaching_arrangement.changed"):
        for name in CHANGEABLE:
            setattr(found, name, getattr(draft, name))
        found.pinyin = search_key(draft.teacher_name)
        if _lines(draft.slots) != _lines(slots_of(found)):
            found.slots[:] = [_slot(slot) for slot in draft.slots]
        touch(found)
        session().flush()
        return Replanned(*replan(found, draft, holds_from))


def _lines(slots: Sequence[SlotDraft]) -> set[SlotDraft]:
    return set(slots)


def _on_file(found: WalkingTeachingArrangement) -> dict[str, object]:
    return {name: getattr(found, name) for name in CHANGEABLE}


def end_arrangement(
    arrangement_id: int, last_day: date, reason: str, *, revision: int | None, actor: Actor
) -> int:
    """End an arrangement before its time; the open visits after its last day are cancelled with
    the reason. How many those are."""
    found = editable_arrangement(arrangement_id, actor=actor)
    if found.revision != revision:
        raise StaleWriteError(on_file={"ends_on": found.ends_on}, revision=found.revision)
    if not found.starts_on <= last_day <= found.ends_on:
        raise RuleViolationError(
            Message(
                N_("Choose a last day from %(first)s to %(last)s."),
                {"first": found.starts_on, "last": found.ends_on},
            ),
            field="last_day",
        )
    with writing(actor=actor, action="walking_teaching_arrangement.ended"):
        found.ends_on, found.ended_reason = last_day, reason
        cancelled = 0
        for visit in visit_queries.visits_after(session(), found.id, last_day):
            if visit.state in OPEN_STATES:
                visit.state, visit.reason = VisitState.CANCELLED, reason
                cancelled += 1
        return cancelled
