"""Deputies: somebody of another school speaks for a school, from a first day to a last one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from community import access
from community.access import Actor, Permission
from community.accounts import queries
from community.accounts.models import Deputy
from community.accounts.queries import DeputyChoice, DeputyRow
from community.accounts.rules.deputies import check_days
from community.communities.queries.school import place_of_school
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import hold, session
from community.kernel.errors import AccessDeniedError, NotFoundError, RuleViolationError
from community.kernel.i18n import N_
from community.registry import queries as registry
from community.registry.models import School


@dataclass(frozen=True)
class DeputyDraft:
    """Who is to speak for a school, and on which days, both included."""

    account_id: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Deputies:
    """The deputies of a school, the latest first, and who could become one."""

    school: School
    rows: Sequence[DeputyRow]
    choices: Sequence[DeputyChoice]
    today: date


def deputies_of_school(school_id: int, *, actor: Actor) -> Deputies:
    """The deputies of a school, for its own people and for the district."""
    school = _own_school(school_id, actor)
    today = clock.today()
    return Deputies(
        school,
        queries.deputies_of_school(school_id),
        queries.possible_deputies(school_id, today),
        today,
    )


def appoint_deputy(school_id: int, draft: DeputyDraft, *, actor: Actor) -> Deputy:
    """Let somebody of another school of the same communities speak for a school.

    Raises NotFoundError for a school that is not the actor's, RuleViolationError for days that
    are over or too many, somebody who may not, or who is its deputy then already.
    """
    school = _own_school(school_id, actor)
    check_days(draft.starts_on, draft.ends_on, clock.today())
    hold("deputy", str(school_id))
    choices = {choice.account_id for choice in queries.possible_deputies(school_id, clock.today())}
    if draft.account_id not in choices:
        raise RuleViolationError(
            N_(
                "A deputy is an account of another school that is in a community with yours today. "
                "Choose one from the list."
            ),
            field="account_id",
        )
    if queries.is_deputy_then(school_id, draft.account_id, draft.starts_on, draft.ends_on):
        raise RuleViolationError(
            N_("This person is the deputy on some of these days already. End that first."),
            field="account_id",
        )
    deputy = Deputy(
        school_id=school_id,
        account_id=draft.account_id,
        county_id=school.county_id,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        appointed_by=actor.actor_name,
        appointed_at=clock.now(),
    )
    with writing(actor=actor, action="deputy.appointed"):
        session().add(deputy)
    return deputy


def revoke_deputy(school_id: int, deputy_id: int, *, actor: Actor) -> Deputy:
    """End an appointment now; what the deputy did stays. Twice is once."""
    _own_school(school_id, actor)
    deputy = queries.deputy(deputy_id)
    if deputy is None or deputy.school_id != school_id:
        raise NotFoundError
    if deputy.revoked_at is None:
        with writing(actor=actor, action="deputy.revoked"):
            deputy.revoked_at = clock.now()
    return deputy


def own_deputyships(*, actor: Actor) -> Sequence[DeputyRow]:
    """For which schools the actor may speak today or later."""
    if actor.actor_id is None:
        return ()
    return queries.deputyships(actor.actor_id, clock.today())


def _own_school(school_id: int, actor: Actor) -> School:
    """A school whose deputies the actor appoints: its own people do, or its district. A deputy
    appoints none."""
    school = registry.school(school_id)
    if school is None:
        raise NotFoundError
    place = place_of_school(session(), school)
    access.require(actor, Permission.DEPUTY_APPOINT, place, visible_by=Permission.SCHOOL_VIEW)
    if actor.school_id is not None and actor.school_id != school_id:
        raise AccessDeniedError(N_("A deputy cannot appoint deputies. Ask the school itself."))
    return school
