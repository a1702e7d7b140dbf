"""School districts as officials keep them; everything about them is dated."""

from collections.abc import Sequence
from datetime import date

from community.access import Actor, Permission, Place, allows, require
from community.journal.services import writing
from community.kernel import clock
from community.kernel.database import hold, session
from community.kernel.errors import NotFoundError, RuleViolationError, StaleWriteError
from community.kernel.facts import FactOnFile, Step, Values, check_holds_from
from community.kernel.held import held_on, plan_held
from community.kernel.i18n import N_
from community.kernel.paging import Page
from community.kernel.pinyin import search_key
from community.kernel.versions import Stamp, build_versions, close, touch, write_plans
from community.registry import queries
from community.registry.models import (
    Division,
    SchoolDistrict,
    SchoolDistrictMember,
    SchoolDistrictTownship,
    SchoolDistrictVersion,
)
from community.registry.queries import DistrictFilter, DistrictRow
from community.registry.rules import DistrictDraft, DistrictEdit, districts
from community.registry.rules.schools import clean_name
from community.registry.services.schools import place_of_county, school_meant, stamp_of

Stay = SchoolDistrictMember | SchoolDistrictTownship

# --- reading ------------------------------------------------------------------------------------


def district_list(
    text: str,
    county: str,
    *,
    actor: Actor,
    after: str | None = None,
    before: str | None = None,
) -> Page[DistrictRow]:
    """A page of the districts within the actor's reach."""
    require(actor, Permission.SCHOOL_DISTRICT_VIEW)
    ids = counties_in_view(county, Permission.SCHOOL_DISTRICT_VIEW, actor=actor)
    return queries.district_page(DistrictFilter(text, ids), after=after, before=before)


def counties_in_view(code: str, permission: Permission, *, actor: Actor) -> list[int] | None:
    """The ids of the counties that a list shows: the own one, the chosen one, those of the own
    city; None: all. Raises NotFoundError for a chosen one out of reach."""
    if actor.county_id is not None:
        return [actor.county_id]
    if code:
        county = queries.county_of_code(code)
        if county is None:
            raise NotFoundError
        require(actor, permission, Place(city_id=county.parent_id, county_id=county.id))
        return [county.id]
    return None if actor.city_id is None else queries.county_ids_of_city(actor.city_id)


def visible_district(district_id: int, *, actor: Actor) -> SchoolDistrict:
    """A district that the actor may read. Raises NotFoundError for any other."""
    found = queries.district(district_id)
    if found is None:
        raise NotFoundError
    require(actor, Permission.SCHOOL_DISTRICT_VIEW, place_of_county(found.county_id))
    return found


def may_edit_district(district: SchoolDistrict, *, actor: Actor) -> bool:
    """Whether the actor is offered the forms of a district."""
    place = place_of_county(district.county_id)
    return allows(actor, Permission.SCHOOL_DISTRICT_EDIT, place)


def editable_district(district_id: int, *, actor: Actor, is_locked: bool = False) -> SchoolDistrict:
    """A district that the actor may edit. Raises NotFoundError for one out of reach."""
    found = queries.district(district_id, is_locked=is_locked)
    if found is None:
        raise NotFoundError
    require(
        actor,
        Permission.SCHOOL_DISTRICT_EDIT,
        place_of_county(found.county_id),
        visible_by=Permission.SCHOOL_DISTRICT_VIEW,
    )
    return found


def present_district(district_id: int) -> FactOnFile:
    """What holds of a district today."""
    return held_on(clock.today(), queries.held_district(district_id))


def founded_on(district_id: int) -> date:
    """The first day of a district."""
    return queries.held_district(district_id)[0].held_from


# --- writing ------------------------------------------------------------------------------------


def create_district(
    draft: DistrictDraft, *, actor: Actor, form_key: str | None = None
) -> SchoolDistrict:
    """Put a district on file with its townships. The same `form_key` again gives the same one."""
    require(actor, Permission.SCHOOL_DISTRICT_EDIT, place_of_county(draft.county_id))
    name = clean_name(draft.name) or ""
    hold("school_district", f"{draft.county_id} {name}")
    if form_key and (same := queries.district_of_form(form_key)):
        if (same.county_id, same.name) == (draft.county_id, name):
            return same
        form_key = None
    check_holds_from(draft.founded_on, clock.today(), field="founded_on")
    _check_name(draft.county_id, name)
    centre = school_meant(draft.centre_school, draft.county_id, field="centre_school")
    for township_id in draft.township_ids:
        _check_township(township_id, draft.county_id, draft.founded_on, draft.founded_on)
    stamp = stamp_of(actor)
    district = SchoolDistrict(
        county_id=draft.county_id, name=name, pinyin=search_key(name), form_key=form_key
    )
    with writing(actor=actor, action="school_district.created"):
        session().add(district)
        session().flush()  # what hangs on it needs its id
        keys = {"school_district_id": district.id, "county_id": district.county_id}
        facts = {"centre_school_id": centre.id if centre else None, "note": draft.note}
        session().add_all(
            build_versions(
                SchoolDistrictVersion,
                [Step(stamp.recorded_at, facts)],
                stamp,
                held_from=draft.founded_on,
                **keys,
            )
        )
        for township_id in draft.township_ids:
            _join(
                SchoolDistrictTownship,
                district,
                draft.founded_on,
                stamp,
                township_id=township_id,
            )
    return district


def update_district(
    district_id: int, edit: DistrictEdit, *, revision: int, actor: Actor
) -> SchoolDistrict:
    """Rename a district; give it another centre school or note, from a day on."""
    district = editable_district(district_id, actor=actor, is_locked=True)
    seen = present_district(district_id)
    _check_revision(district, revision, seen)
    check_holds_from(edit.holds_from, clock.today())
    name = clean_name(edit.name) or ""
    if name != district.name:
        _check_name(district.county_id, name, but=district.id)
    centre = school_meant(edit.centre_school, district.county_id, field="centre_school")
    typed = {"centre_school_id": centre.id if centre else None, "note": edit.note}
    with writing(actor=actor, action="school_district.updated"):
        district.name, district.pinyin = name, search_key(name)
        _write(district, seen, typed, edit.holds_from, stamp_of(actor))
    return district


def dissolve_district(
    district_id: int, dissolved_on: date, *, revision: int, actor: Actor
) -> SchoolDistrict:
    """Say which day was the last one of a district; that it was there until then stays."""
    district = editable_district(district_id, actor=actor, is_locked=True)
    seen = present_district(district_id)
    _check_revision(district, revision, seen)
    on_file = queries.held_district(district_id)
    districts.check_dissolution(on_file[0].held_from, dissolved_on, clock.today())
    ends = [fact.held_from for fact in on_file if fact.values["dissolved_on"] is not None]
    start = max(on_file[0].held_from, min(dissolved_on, clock.today(), *ends))
    with writing(actor=actor, action="school_district.dissolved"):
        _write(district, seen, {"dissolved_on": dissolved_on}, start, stamp_of(actor))
    return district


def _check_revision(district: SchoolDistrict, revision: int, seen: FactOnFile) -> None:
    if district.revision != revision:
        centre_id = seen.values["centre_school_id"]
        on_file = {
            "name": district.name,
            "centre_school": queries.reference(centre_id if isinstance(centre_id, int) else None),
            "note": seen.values["note"],
            "dissolved_on": seen.values["dissolved_on"],
        }
        raise StaleWriteError(on_file=on_file, revision=district.revision)


def _check_name(county_id: int, name: str, *, but: int | None = None) -> None:
    if queries.district_namesake(county_id, name, but=but):
        raise RuleViolationError(
            N_("The county has a school district of this name already."), field="name"
        )


def _write(
    district: SchoolDistrict,
    seen: FactOnFile,
    typed: Values,
    holds_from: date,
    stamp: Stamp,
) -> None:
    on_file = queries.held_district(district.id)
    plans = plan_held(typed, on_file, holds_from, stamp.recorded_at, seen=seen)
    keys = {"school_district_id": district.id, "county_id": district.county_id}
    write_plans(session(), SchoolDistrictVersion, plans, stamp, **keys)
    touch(district)


# --- what belongs to a district -----------------------------------------------------------------


def add_member(
    district_id: int, school: str | None, joined_on: date, *, actor: Actor
) -> SchoolDistrict:
    """Have a school belong to a district, from a day on; it belongs to one at a time."""
    district = editable_district(district_id, actor=actor, is_locked=True)
    meant = school_meant(school, district.county_id, field="school")
    if meant is None:
        raise RuleViolationError(N_("Name the school."), field="school")
    hold("school_district.school", str(meant.id))
    districts.check_joining(
        meant.id,
        joined_on,
        queries.belongings_of_school(meant.id),
        founded_on(district_id),
        clock.today(),
        field="school",
    )
    with writing(actor=actor, action="school_district.member_added"):
        _join(SchoolDistrictMember, district, joined_on, stamp_of(actor), school_id=meant.id)
        touch(district)
    return district


def add_township(
    district_id: int, township_id: int, joined_on: date, *, actor: Actor
) -> SchoolDistrict:
    """Have a township belong to a district, from a day on."""
    district = editable_district(district_id, actor=actor, is_locked=True)
    _check_township(township_id, district.county_id, joined_on, founded_on(district_id))
    with writing(actor=actor, action="school_district.township_added"):
        _join(SchoolDistrictTownship, district, joined_on, stamp_of(actor), township_id=township_id)
        touch(district)
    return district


def _check_township(township_id: int, county_id: int, joined_on: date, founded: date) -> None:
    if township_id not in dict(queries.townships(county_id)):
        raise RuleViolationError(
            N_("This township is not of the district's county."), field="township_id"
        )
    hold("school_district.township", str(township_id))
    districts.check_joining(
        township_id,
        joined_on,
        queries.belongings_of_township(township_id),
        founded,
        clock.today(),
        field="township_id",
    )


def end_stay(district_id: int, stay: Stay, left_on: date, *, actor: Actor) -> SchoolDistrict:
    """Say which day was the last one on which something belonged to a district."""
    district = editable_district(district_id, actor=actor, is_locked=True)
    districts.check_leaving(stay.joined_on, left_on, clock.today())
    if stay.left_on == left_on:
        return district
    stamp = stamp_of(actor)
    start = max(stamp.recorded_at, stay.known_from)
    with writing(actor=actor, action="school_district.stay_ended"):
        close(stay, start, stamp)
        session().flush()  # of one fact there is one open version at any time
        _join(
            type(stay),
            district,
            stay.joined_on,
            stamp,
            start=start,
            **_subject(stay),
            left_on=left_on,
        )
        touch(district)
    return district


def withdraw_stay(
    district_id: int, stay: Stay, reason: str | None, *, actor: Actor
) -> SchoolDistrict:
    """Take back that something belongs to a district: it was entered by mistake."""
    district = editable_district(district_id, actor=actor, is_locked=True)
    if not reason:
        raise RuleViolationError(N_("Say why it is taken back."), field="reason")
    stamp = stamp_of(actor)
    with writing(actor=actor, action="school_district.stay_withdrawn"):
        close(stay, max(stamp.recorded_at, stay.known_from), stamp)
        stay.ended_reason = reason
        touch(district)
    return district


def stay_of(district_id: int, kind: str, stay_id: int) -> tuple[Stay, str]:
    """A stay in a district, of a school (`members`) or a township (`townships`), and what is
    called so. Raises NotFoundError for any other."""
    rows: Sequence[tuple[Stay, str]]
    if kind == "members":
        rows = [(row[0], row[1]) for row in queries.district_members(district_id)]
    else:
        rows = [(row[0], row[1]) for row in queries.district_townships(district_id)]
    for stay, name in rows:
        if stay.id == stay_id:
            return stay, name
    raise NotFoundError


def _subject(stay: Stay) -> dict[str, int]:
    if isinstance(stay, SchoolDistrictMember):
        return {"school_id": stay.school_id}
    return {"township_id": stay.township_id}


def _join(
    model: type[Stay],
    district: SchoolDistrict,
    joined_on: date,
    stamp: Stamp,
    **facts: object,
) -> None:
    start = facts.pop("start", stamp.recorded_at)
    session().add_all(
        build_versions(
            model,
            [Step(start, {})],  # type: ignore[arg-type] # an instant
            stamp,
            school_district_id=district.id,
            county_id=district.county_id,
            joined_on=joined_on,
            **facts,
        )
    )


def county_of(district: SchoolDistrict) -> Division:
    """The county of a district."""
    county = queries.county(district.county_id)
    if county is None:
        raise NotFoundError
    return county
