"""Closing and merging schools, and to which legal person one belongs."""

from datetime import date

from community.access import Actor
from community.journal.services import writing
from community.kernel import clock
from community.kernel.facts import FactOnFile
from community.registry import queries
from community.registry.models import School
from community.registry.rules import ClosureDraft, SchoolStanding
from community.registry.rules import schools as rules
from community.registry.services.schools import (
    check_revision,
    editable_school,
    present_facts,
    school_meant,
    write_facts,
)


def close_school(school_id: int, draft: ClosureDraft, *, revision: int, actor: Actor) -> School:
    """Close a school, or merge it into another; who is named inherits what is still open.

    A school that is closed already gets another last day or successor.
    """
    school = editable_school(school_id, actor=actor, is_locked=True)
    on_file = queries.held_facts(school_id)
    seen = present_facts(school_id)
    check_revision(
        school,
        revision,
        {
            "closed_on": seen.values["closed_on"],
            "successor": queries.reference(school.successor_id),
        },
    )
    successor = school_meant(draft.successor, school.county_id, field="successor")
    chain = queries.successor_ids(successor.id)[1:] if successor else []
    today = clock.today()
    rules.check_closure(draft, _standing(school, seen), successor, chain, today)
    start = min(draft.closed_on, today, *_closed_from(on_file))
    action = "school.merged" if draft.is_merger else "school.closed"
    with writing(actor=actor, action=action):
        write_facts(school, seen, {"closed_on": draft.closed_on}, start, actor=actor, action=action)
        school.successor_id = successor.id if successor else None
    return school


def reopen_school(school_id: int, *, revision: int, actor: Actor) -> School:
    """Take back a closure that was entered by mistake: the school has never been closed."""
    school = editable_school(school_id, actor=actor, is_locked=True)
    on_file = queries.held_facts(school_id)
    seen = present_facts(school_id)
    check_revision(school, revision, {"closed_on": seen.values["closed_on"]})
    starts = _closed_from(on_file)
    action = "school.reopened"
    with writing(actor=actor, action=action):
        if starts:
            write_facts(school, seen, {"closed_on": None}, min(starts), actor=actor, action=action)
        school.successor_id = None
    return school


def _closed_from(on_file: list[FactOnFile]) -> list[date]:
    """The first days of the versions that say when the school closes."""
    return [version.held_from for version in on_file if version.values["closed_on"] is not None]


def _standing(school: School, seen: FactOnFile) -> SchoolStanding:
    opened_on, closed_on = seen.values["opened_on"], seen.values["closed_on"]
    return SchoolStanding(
        id=school.id,
        name=school.name,
        legal_school_id=school.legal_school_id,
        successor_id=school.successor_id,
        opened_on=opened_on if isinstance(opened_on, date) else None,
        closed_on=closed_on if isinstance(closed_on, date) else None,
    )


def set_legal_school(
    school_id: int, legal_school: str | None, *, revision: int, actor: Actor
) -> School:
    """Say to which legal person a campus or teaching point belongs; None: it is one itself."""
    school = editable_school(school_id, actor=actor, is_locked=True)
    check_revision(school, revision, {"legal_school": queries.reference(school.legal_school_id)})
    legal = school_meant(legal_school, school.county_id, field="legal_school")
    if legal is not None:
        rules.check_legal_school(
            _standing(school, present_facts(school_id)),
            legal,
            has_campuses=queries.has_campuses(school_id),
        )
    with writing(actor=actor, action="school.legal_school_set"):
        school.legal_school_id = legal.id if legal else None
    return school
