"""Forms being filled in (暂存): saved as they are typed, each its owner's alone, until they are
reported or discarded."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from sqlalchemy import Row

from community.access import POLICY, Actor, Permission, Reach, require
from community.activities import queries
from community.activities.models import Activity, SavedEntry
from community.activities.queries import entries
from community.activities.queries.entries import Suggested
from community.activities.queries.lists import ActivityRow, activity_rows
from community.activities.queries.reporting import activities_alike, activity_of_form
from community.activities.rules import ActivityDraft, Sheet, is_own_side
from community.activities.rules.entries import (
    EntryChoices,
    EntryContent,
    EntryOnFile,
    check_room,
    check_size,
)
from community.kernel import clock
from community.kernel.database import hold, session
from community.kernel.errors import NotFoundError, RuleViolationError, StaleWriteError
from community.kernel.i18n import N_
from community.kernel.paging import Page

REPORTED_ALREADY: Final = N_(
    "This form has been reported already. Open a new form for another activity."
)
CHANGED_MEANWHILE: Final = N_(
    "The form has been changed in another window or on another device. Check the answers again, "
    "then report."
)


def save_entry(
    form_key: str, content: EntryContent, *, saved_from: str, revision: int, actor: Actor
) -> EntryOnFile:
    """Save what was typed, whatever its faults.

    Raises NotFoundError for somebody else's form, StaleWriteError when another page has saved it
    since this one read it, RuleViolationError when it has been reported or is too large.
    """
    require(actor, Permission.ACTIVITY_REPORT)
    check_size(content.fields)
    account_id = _account_id(actor)
    hold("activity_form", form_key)
    if reported_by_form(form_key, actor=actor) is not None:
        raise RuleViolationError(REPORTED_ALREADY)
    found = _own(form_key, actor, is_locked=True)
    if found is None:
        check_room(entries.saved_count(session(), account_id))
        if content.replaces_id is not None:
            correction_of(content.replaces_id, actor=actor)
        found = SavedEntry(
            form_key=form_key,
            account_id=account_id,
            sheet=content.sheet,
            replaces_id=content.replaces_id,
        )
        session().add(found)
    else:
        _check_current(found, saved_from, revision)
    found.fields = {name: list(texts) for name, texts in content.fields.items()}
    is_own = content.community_id in actor.community_ids
    found.community_id = content.community_id if is_own else None
    found.saved_at, found.saved_from = clock.now(), saved_from
    session().flush()  # its revision is answered
    return entries.entry_on_file(found)


def _check_current(found: SavedEntry, saved_from: str, revision: int) -> None:
    """Raise StaleWriteError when another page has saved the form since this one read it."""
    if found.revision != revision and found.saved_from != saved_from:
        raise StaleWriteError(on_file=dict(found.fields), revision=found.revision)


def own_entry(form_key: str, *, actor: Actor, is_table: bool = False) -> EntryOnFile:
    """A saved form of the actor's, or a saved table. Raises NotFoundError for anybody else's."""
    require(actor, Permission.ACTIVITY_REPORT)
    found = _own(form_key, actor)
    if found is None:
        raise NotFoundError
    saved = entries.entry_on_file(found)
    if saved.content.is_table != is_table:
        raise NotFoundError
    return saved


def latest_table(sheet: Sheet, community_id: int | None, *, actor: Actor) -> str | None:
    """The key of the table of a ledger that the actor saved last, for a community where one is
    named; None where none is saved."""
    require(actor, Permission.ACTIVITY_REPORT)
    return entries.latest_table(session(), _account_id(actor), sheet, community_id)


def saved_sheet(form_key: str, *, actor: Actor) -> Sheet | None:
    """The ledger of a saved form of the actor's; None where none is saved yet. Raises
    NotFoundError for anybody else's."""
    found = _own(form_key, actor)
    if found is not None and entries.entry_on_file(found).content.is_table:
        raise NotFoundError
    return None if found is None else found.sheet


def own_entries(
    *, actor: Actor, after: str | None = None, before: str | None = None
) -> Page[Row[*tuple[Any, ...]]]:
    """The actor's saved forms, the latest first."""
    require(actor, Permission.ACTIVITY_REPORT)
    return entries.entry_page(_account_id(actor), after=after, before=before)


def discard_entry(form_key: str, *, actor: Actor) -> None:
    """Give up a form. Raises NotFoundError for anybody else's."""
    require(actor, Permission.ACTIVITY_REPORT)
    found = _own(form_key, actor, is_locked=True)
    if found is None:
        raise NotFoundError
    session().delete(found)


def report_entry(
    form_key: str, revision: int, report: Callable[[], Activity], *, actor: Actor
) -> Activity:
    """Report a saved form, which is then gone; sent again it answers with the same record.

    Raises what `report` raises, and RuleViolationError when the form has changed since it was
    read at this revision.
    """
    require(actor, Permission.ACTIVITY_REPORT)
    hold("activity_form", form_key)
    if (known := reported_by_form(form_key, actor=actor)) is not None:
        return known
    found = _own(form_key, actor, is_locked=True)
    if found is None:
        raise NotFoundError
    if found.revision != revision:
        raise RuleViolationError(CHANGED_MEANWHILE)
    activity = report()
    session().delete(found)
    return activity


def close_entry(form_key: str, *, saved_from: str, revision: int, actor: Actor) -> None:
    """Remove what is saved of a form that its page reports as a whole; nothing, where nothing is.

    Raises StaleWriteError when another page has saved it since this one read it.
    """
    require(actor, Permission.ACTIVITY_REPORT)
    found = _own(form_key, actor, is_locked=True)
    if found is not None:
        _check_current(found, saved_from, revision)
        session().delete(found)


def reported_by_form(form_key: str, *, actor: Actor) -> Activity | None:
    """The record that a form of the actor's has reported; None where it has not.

    Raises NotFoundError for anybody else's form.
    """
    known = activity_of_form(session(), form_key)
    if known is not None and known.reported_by_id != actor.actor_id:
        raise NotFoundError
    return known


def _own(form_key: str, actor: Actor, *, is_locked: bool = False) -> SavedEntry | None:
    """The actor's form of this key; None: nobody has one. Raises NotFoundError for another's."""
    found = entries.saved_entry(session(), form_key, is_locked=is_locked)
    if found is not None and found.account_id != actor.actor_id:
        raise NotFoundError
    return found


def _account_id(actor: Actor) -> int:
    if actor.actor_id is None:
        raise NotFoundError  # forms are an account's, and the operator has none
    return actor.actor_id


# --- what a form begins with --------------------------------------------------------------------


def latest_reported(sheet: Sheet, *, actor: Actor) -> Activity | None:
    """The record that the actor reported last in a ledger: a new form begins with its values."""
    return entries.latest_reported(session(), _account_id(actor), sheet)


def correction_of(activity_id: int, *, actor: Actor) -> str | None:
    """The key of the form in which the actor corrects a record already; None: in none yet.

    Raises NotFoundError when the record is not of the actor's own side.
    """
    require(actor, Permission.ACTIVITY_REPORT)
    found = queries.recorded_activity(session(), activity_id)
    if found is None or not is_own_side(
        actor.school_ids, found.reported_by_school_id, found.provider_id
    ):
        raise NotFoundError
    return entries.saved_correction(session(), _account_id(actor), activity_id)


def references_of(activity_id: int) -> list[str]:
    """The archive numbers and links of a record; its files go along by themselves. The caller has
    asked for permission."""
    return entries.references_of(session(), activity_id)


def records_alike(
    draft: ActivityDraft, told_apart_by: str, *, replaces_id: int | None
) -> list[ActivityRow]:
    """The records on file that look the same as a draft. The caller has asked for permission: they
    have the draft's own schools."""
    alike = activities_alike(session(), [(draft, told_apart_by)], but=replaces_id)
    return activity_rows(session(), alike.ids[0])


# --- what a form offers -------------------------------------------------------------------------


def entry_choices(
    sheet: Sheet,
    community_id: int | None,
    day: date | None,
    *,
    suggested: Suggested | None,
    actor: Actor,
) -> EntryChoices:
    """What a form of a ledger offers the actor: communities, and of the chosen one its schools on
    a day and what its records of the school year say."""
    require(actor, Permission.ACTIVITY_REPORT)
    current, day = session(), day or clock.today()
    communities = entries.communities_of_ids(current, actor.community_ids)
    district_ids: frozenset[int] = frozenset()
    if sheet is Sheet.WALKING_TEACHING:
        district_ids = entries.districts_of(current, actor.school_ids, day)
    if community_id in {community.id for community in communities} and community_id is not None:
        schools = entries.schools_of_community(current, community_id, day)
    else:
        community_id = None
        schools = entries.schools_of_districts(current, district_ids, day)
    must_provide = POLICY[Permission.ACTIVITY_REPORT][actor.role] is Reach.SCHOOLS
    offered = {school.id for school in schools}
    first_day = entries.first_day_of_school_year(current, day)
    return EntryChoices(
        communities=communities,
        community_id=community_id,
        has_district=bool(district_ids),
        schools=schools,
        provider_ids=frozenset(offered & actor.school_ids if must_provide else offered),
        suggestions=(
            entries.suggestions(current, suggested, community_id, first_day or day)
            if suggested and community_id
            else {}
        ),
    )
