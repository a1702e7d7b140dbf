"""Schools as officials keep them: every change from a day, with what was before still there."""

from collections.abc import Mapping
from datetime import date

from community.access import Actor, Permission, Place, allows, require
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import FIRST_DAY, hold, session
from community.kernel.errors import NotFoundError, RuleViolationError, StaleWriteError
from community.kernel.facts import FactOnFile, Step, Values, values_of
from community.kernel.held import held_on, plan_held
from community.kernel.i18n import N_, Message
from community.kernel.pinyin import search_key
from community.kernel.versions import Stamp, build_versions, touch, write_plans
from community.registry import queries
from community.registry.models import Division, School, SchoolAlias, SchoolVersion
from community.registry.rules import schools as rules
from community.registry.rules.schools import (
    NewSchoolDraft,
    SchoolEdit,
    SchoolFactsDraft,
    SchoolNameDraft,
    SchoolStanding,
    UrbanFlagDraft,
)


def stamp_of(actor: Actor) -> Stamp:
    """That the actor records something now."""
    return Stamp(clock.now(), actor.actor_name)


# --- finding and holding ------------------------------------------------------------------------


def place_of_county(county_id: int) -> Place:
    """Where a county is. Raises NotFoundError when there is none."""
    county = queries.county(county_id)
    if county is None:
        raise NotFoundError
    return _place(county)


def editable_county(county_id: int, *, actor: Actor) -> Division:
    """A county whose schools the actor may edit. Raises NotFoundError for any other."""
    county = queries.county(county_id)
    if county is None:
        raise NotFoundError
    require(actor, Permission.SCHOOL_EDIT, _place(county))
    return county


def county_to_edit(text: str, *, actor: Actor) -> Division | None:
    """The county, by code or name, in which the actor is about to enter something: the own one,
    or the one chosen; None while none is chosen, or none is known by that text."""
    if actor.county_id is not None:
        return editable_county(actor.county_id, actor=actor)
    chosen = [county for county in queries.counties_named(text) if _may_edit(actor, county)]
    return chosen[0] if len(chosen) == 1 else None


def counties_to_edit(*, actor: Actor) -> list[tuple[str, str]]:
    """(code, name) of the counties to choose from; none where they are too many for a list."""
    return queries.county_suggestions(actor.city_id)


def _may_edit(actor: Actor, county: Division) -> bool:
    return allows(actor, Permission.SCHOOL_EDIT, _place(county))


def _place(county: Division) -> Place:
    return Place(city_id=county.parent_id, county_id=county.id)


def editable_school(school_id: int, *, actor: Actor, is_locked: bool = False) -> School:
    """A school that the actor may edit. Raises NotFoundError for one out of reach."""
    school = queries.school(school_id, is_locked=is_locked)
    if school is None:
        raise NotFoundError
    require(actor, Permission.SCHOOL_EDIT, place_of_county(school.county_id))
    return school


def present_facts(school_id: int) -> FactOnFile:
    """What holds of a school today. Raises NotFoundError for one of which an import was undone."""
    on_file = queries.held_facts(school_id)
    if not on_file:
        raise NotFoundError
    return held_on(clock.today(), on_file)


def check_revision(school: School, revision: int, on_file: Mapping[str, object]) -> None:
    """Raise StaleWriteError when somebody has changed the school since `revision` was read."""
    if school.revision != revision:
        raise StaleWriteError(on_file=on_file, revision=school.revision)


def facts_draft(values: Values) -> SchoolFactsDraft:
    """The part of a version that the form about facts shows."""
    names = SchoolFactsDraft.__dataclass_fields__
    return SchoolFactsDraft(**{name: values[name] for name in names})  # type: ignore[arg-type]


def fits_code(school: School) -> bool:
    """Whether the class in a school's code is that of its present type."""
    return rules.fits_code(school.code, facts_draft(present_facts(school.id).values).type)


def school_meant(text: str | None, county_id: int, *, field: str) -> SchoolStanding | None:
    """The school that somebody typed, by code or name; first of the county, then of the city.

    None where nothing was typed. Raises RuleViolationError for `field` when none or several fit.
    """
    wanted = rules.clean_name(text)
    if wanted is None:
        return None
    found = queries.schools_named(wanted, county_id, clock.today())
    near = [named for named in found if named.county_id == county_id] or found
    if not near:
        raise RuleViolationError(
            Message(N_("No school is known by the name or code “%(name)s”."), {"name": wanted}),
            field=field,
        )
    if len(near) > 1:
        several = "、".join(f"{named.standing.name}({named.code or '—'})" for named in near)
        raise RuleViolationError(
            Message(
                N_("Several schools go by “%(name)s”: %(schools)s. Write the full name or code."),
                {"name": wanted, "schools": several},
            ),
            field=field,
        )
    return near[0].standing


# --- creating -----------------------------------------------------------------------------------


def create_school(draft: NewSchoolDraft, *, actor: Actor, form_key: str | None = None) -> School:
    """Put a school on file. The same `form_key` again gives the same school.

    Raises RuleViolationError with the field at fault.
    """
    require(actor, Permission.SCHOOL_EDIT, place_of_county(draft.county_id))
    name = rules.clean_name(draft.name) or ""
    hold("school", f"{draft.county_id} {name}")
    if form_key and (same := queries.school_of_form(form_key)):
        if (same.county_id, same.name) == (draft.county_id, name):
            return same
        form_key = None
    rules.check_code(draft.code, draft.facts.type)
    _check_is_free(draft.county_id, name, draft.code)
    _check_township(draft.facts.township_id, draft.county_id)
    rules.check_facts(draft.facts, closed_on=None, today=clock.today())
    stamp = stamp_of(actor)
    school = School(
        code=draft.code,
        county_id=draft.county_id,
        name=name,
        short_name=rules.clean_name(draft.short_name),
        form_key=form_key,
    )
    school.pinyin = search_key(school.name, school.short_name)
    with writing(actor=actor, action="school.created"):
        session().add(school)
        session().flush()  # its version needs its id
        first = Step(stamp.recorded_at, values_of(draft.facts))
        keys = {"school_id": school.id, "county_id": school.county_id, "held_from": FIRST_DAY}
        session().add_all(build_versions(SchoolVersion, [first], stamp, **keys))
    return school


def _check_is_free(county_id: int, name: str, code: str | None, *, but: int | None = None) -> None:
    """Refuse a code or name that another school has."""
    if code:
        hold("school.code", code)
        same = queries.school_of_code(code)
        if same is not None and same.id != but:
            is_near = same.county_id == county_id
            message = (
                Message(N_("This is the code of %(name)s."), {"name": same.name})
                if is_near
                else Message(N_("A school of another county has this code."))
            )
            raise RuleViolationError(message, field="code")
    twin = queries.namesake(county_id, name, but=but)
    if twin is not None:
        raise RuleViolationError(
            Message(
                N_(
                    "The county has a school of this name already (%(code)s). Add what tells them "
                    "apart, such as the township."
                ),
                {"code": twin.code or "—"},
            ),
            field="name",
        )


def _check_township(township_id: int | None, county_id: int) -> None:
    if township_id is not None and township_id not in dict(queries.townships(county_id)):
        raise RuleViolationError(
            N_("This township is not of the school's county."), field="township_id"
        )


# --- facts --------------------------------------------------------------------------------------


def update_school(school_id: int, edit: SchoolEdit, *, revision: int, actor: Actor) -> School:
    """Change or correct the facts of a school, from a day on; what held before that day stays.

    Raises StaleWriteError when somebody else was faster, RuleViolationError with the field.
    """
    school = editable_school(school_id, actor=actor, is_locked=True)
    seen = present_facts(school_id)
    check_revision(school, revision, values_of(facts_draft(seen.values)))
    today = clock.today()
    closed_on = seen.values["closed_on"]
    start = rules.start_of_edit(edit, seen.held_from, today)
    rules.check_facts(
        edit.facts, closed_on=closed_on if isinstance(closed_on, date) else None, today=today
    )
    if edit.facts.township_id != seen.values["township_id"]:
        _check_township(edit.facts.township_id, school.county_id)
    action = f"school.{'corrected' if edit.kind is rules.EditKind.CORRECTION else 'updated'}"
    write_facts(school, seen, values_of(edit.facts), start, actor=actor, action=action)
    return school


def write_facts(
    school: School,
    seen: FactOnFile,
    typed: Values,
    holds_from: date,
    *,
    actor: Actor,
    action: str,
) -> None:
    """Write what somebody typed instead of what was seen; nothing where nothing differs."""
    stamp, on_file = stamp_of(actor), queries.held_facts(school.id)
    plans = plan_held(typed, on_file, holds_from, stamp.recorded_at, seen=seen)
    if not plans:
        return
    keys = {"school_id": school.id, "county_id": school.county_id}
    with writing(actor=actor, action=action):
        write_plans(session(), SchoolVersion, plans, stamp, **keys)
        touch(school)


def flag_urban(school_id: int, draft: UrbanFlagDraft, *, revision: int, actor: Actor) -> School:
    """Have the county count a school as urban, or no longer, from a day on (rule S1)."""
    school = editable_school(school_id, actor=actor, is_locked=True)
    seen = present_facts(school_id)
    on_file = {
        "is_flagged_urban": seen.values["is_flagged_urban"],
        "reason": seen.values["urban_flag_reason"],
    }
    check_revision(school, revision, on_file)
    rules.check_urban_flag(draft, clock.today())
    typed = {"is_flagged_urban": draft.is_flagged_urban, "urban_flag_reason": draft.reason}
    write_facts(school, seen, typed, draft.holds_from, actor=actor, action="school.urban_flagged")
    return school


# --- names --------------------------------------------------------------------------------------


def rename_school(school_id: int, draft: SchoolNameDraft, *, revision: int, actor: Actor) -> School:
    """Give a school another name, short name or code; by its old names it is still found."""
    school = editable_school(school_id, actor=actor, is_locked=True)
    on_file = {"name": school.name, "short_name": school.short_name, "code": school.code}
    check_revision(school, revision, on_file)
    name = rules.clean_name(draft.name) or ""
    short_name = rules.clean_name(draft.short_name)
    if draft.code != school.code:
        rules.check_code(draft.code, facts_draft(present_facts(school_id).values).type)
    hold("school", f"{school.county_id} {name}")
    _check_is_free(school.county_id, name, draft.code, but=school.id)
    known = [alias.name for alias in queries.aliases(school_id)]
    former = rules.aliases_after(school.name, name, school.short_name, short_name, known)
    with writing(actor=actor, action="school.renamed"):
        school.name, school.short_name, school.code = name, short_name, draft.code
        school.pinyin = search_key(name, short_name)
        session().add_all(SchoolAlias(school_id=school.id, name=old) for old in former)
    return school


def add_alias(school_id: int, name: str | None, *, actor: Actor) -> School:
    """Have a school found by another name too; twice is once."""
    school = editable_school(school_id, actor=actor, is_locked=True)
    wanted = rules.clean_name(name)
    if wanted is None:
        raise RuleViolationError(N_("Write the other name."), field="alias")
    known = {alias.name for alias in queries.aliases(school_id)}
    if wanted not in {school.name, school.short_name, *known}:
        with writing(actor=actor, action="school.alias_added"):
            session().add(SchoolAlias(school_id=school.id, name=wanted))
            touch(school)
    return school


def remove_alias(school_id: int, alias_id: int, *, actor: Actor) -> School:
    """Take another name away; a name is no fact that is counted. Twice is once."""
    school = editable_school(school_id, actor=actor, is_locked=True)
    found = [alias for alias in queries.aliases(school_id) if alias.id == alias_id]
    if found:
        with writing(actor=actor, action="school.alias_removed"):
            session().delete(found[0])
            touch(school)
    return school
