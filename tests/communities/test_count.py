"""What officials enter moves the count: from the day it holds, and from the instant of entry."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from community.audits.rules.results import Outcome
from community.communities import services
from community.communities.rules import MembershipRole
from community.communities.rules.edits import (
    CharterEdit,
    CommunityFactsEdit,
    MeetingEdit,
    NewStay,
    ObjectiveEdit,
    StayCorrection,
    WaiverEdit,
)
from community.communities.services.things import CHARTER, MEETING, OBJECTIVE
from community.kernel import clock
from community.kernel.database import session
from community.kernel.errors import NotFoundError
from community.registry.models import School
from tests.communities.conftest import D, Office
from tests.conftest import Recording
from tests.factories import SchoolFactory, SchoolVersionFactory
from tests.world import World


def sign_all(office: Office, world: World, *, but: int | None = None) -> None:
    schools = (world.own.lead_id, world.own.pivot_id, world.own.member_id)
    signed = {office.stay(s): date(2024, 9, 5) for s in schools if s != but}
    office.changes(services.record_signatures, signed, "")


def test_the_last_signature(office: Office, world: World, charter: int) -> None:
    sign_all(office, world, but=world.own.member_id)
    assert office.outcome("R1") is Outcome.MISSING
    day, stay = date(2025, 3, 3), office.stay(world.own.member_id)
    known = _now()
    office.changes(services.record_signatures, {stay: day}, "")
    assert office.outcome("R1") is Outcome.PASS
    assert office.outcome("R1", date(2025, 3, 2)) is Outcome.FAIL, "signed, but not yet"
    assert office.outcome("R1", known=known) is Outcome.MISSING, "nobody knew then"


def test_a_signature_taken_back(office: Office, world: World, charter: int) -> None:
    sign_all(office, world)
    known, stay = _now(), office.stay(world.own.member_id)
    office.changes(services.record_signatures, {stay: None}, "签错了协议")
    assert office.outcome("R1") is Outcome.MISSING
    assert office.outcome("R1", known=known) is Outcome.PASS


def test_a_charter_entered_and_put_right(office: Office, world: World) -> None:
    entered = office.does(
        services.create_thing, CHARTER, CharterEdit("章程", date(2024, 9, 1), None, None)
    )
    sign_all(office, world)
    assert office.outcome("R1") is Outcome.PASS
    known = _now()
    edit = CharterEdit("章程", date(2026, 1, 1), None, None)
    office.changes(services.update_thing, CHARTER, entered, edit)
    assert office.outcome("R1") is Outcome.FAIL
    assert office.outcome("R1", known=known) is Outcome.PASS


def test_a_responsible_person_from_a_day(
    office: Office, world: World, recording: Recording
) -> None:
    with recording():
        school = SchoolFactory.create(county_id=world.own.county_id)
        SchoolVersionFactory.create(school=school)
        school_id = school.id
    office.does(
        services.add_school, NewStay(school_id, MembershipRole.MEMBER, date(2024, 9, 1), None)
    )
    assert office.outcome("R2") is Outcome.MISSING
    known, stay = _now(), office.stay(school_id)
    office.changes(services.name_person, stay, "方老师", date(2025, 5, 1))
    assert office.outcome("R2") is Outcome.PASS
    assert office.outcome("R2", date(2025, 4, 30)) is Outcome.MISSING
    assert office.outcome("R2", known=known) is Outcome.MISSING
    office.changes(services.name_person, stay, "何老师", date(2024, 9, 1))
    assert office.outcome("R2", date(2025, 4, 30)) is Outcome.PASS, "from the first day"
    assert office.outcome("R2", known=known) is Outcome.MISSING


def test_a_person_gone_leaves_a_gap(office: Office, world: World) -> None:
    stay = office.stay(world.own.pivot_id)
    office.changes(services.name_person, stay, None, date(2025, 10, 1))
    assert office.outcome("R2") is Outcome.MISSING
    assert office.outcome("R2", date(2025, 9, 30)) is Outcome.PASS


def test_a_school_leaves_as_of_a_day(office: Office, world: World, before: datetime) -> None:
    stay = office.stay(world.own.member_id)
    office.changes(services.end_stay, stay, date(2025, 6, 30))
    assert office.outcome("S3", date(2025, 6, 30)) is Outcome.PASS, "its last day in"
    assert office.outcome("S3", date(2025, 7, 1)) is Outcome.FAIL
    assert office.outcome("S3", known=before) is Outcome.PASS
    office.changes(services.end_stay, stay, None)
    assert office.outcome("S3") is Outcome.PASS, "it stays after all"


def test_leaving_ends_every_version_of_the_stay(office: Office, world: World) -> None:
    stay = office.stay(world.own.member_id)
    office.changes(services.name_person, stay, "后来的老师", date(2025, 9, 1))
    office.changes(services.end_stay, stay, date(2025, 6, 30))
    for day in (date(2025, 7, 1), date(2025, 9, 2)):
        assert world.own.member_id not in office.schools_on(day)


def test_another_role_from_a_day(office: Office, world: World, charter: int) -> None:
    sign_all(office, world)
    stay = office.stay(world.own.member_id)
    office.changes(services.change_role, stay, MembershipRole.PIVOT, date(2025, 3, 1))
    assert office.outcome("S3", date(2025, 2, 28)) is Outcome.PASS
    assert office.outcome("S3", date(2025, 3, 1)) is Outcome.FAIL
    later = office.judged()
    assert (later["R1"], later["R2"]) == (Outcome.PASS, Outcome.PASS), "both go along"


def test_a_stay_put_right(office: Office, world: World, charter: int, before: datetime) -> None:
    sign_all(office, world)
    stay = office.stay(world.own.member_id)
    edit = StayCorrection(MembershipRole.MEMBER, date(2024, 8, 26), None, "加入日期录错")
    office.changes(services.correct_stay, stay, edit)
    assert world.own.member_id in office.schools_on(date(2024, 8, 26))
    assert world.own.member_id not in office.schools_on(date(2024, 8, 26), before)
    assert office.outcome("R1") is Outcome.PASS, "the signature goes along"


def test_a_stay_that_never_was(office: Office, world: World, before: datetime) -> None:
    office.does(services.withdraw_stay, office.stay(world.own.member_id), "录错学校")
    assert world.own.member_id not in office.schools_on(D)
    assert world.own.member_id in office.schools_on(D, before)
    again = NewStay(world.own.member_id, MembershipRole.MEMBER, date(2024, 9, 1), None)
    office.does(services.add_school, again)
    assert world.own.member_id in office.schools_on(D), "the same stay may be entered again"


def test_a_waiver_granted_and_revoked(office: Office, world: World, recording: Recording) -> None:
    assert office.outcome("S2") is Outcome.MISSING
    for item in ("central_kindergarten", "central_primary", "public_boarding"):
        office.does(services.grant_waiver, WaiverEdit(item, "乡镇合并", "陈局长"))
    known = _now()
    assert office.outcome("S2") is Outcome.WAIVED
    with office.app.app_context():
        opened = services.open_community("JD-01", actor=office.actor)
        waivers = [waiver.id for waiver in services.waivers_of(opened)]
    office.does(services.revoke_waiver, waivers[0], "恢复设置")
    assert office.outcome("S2") is Outcome.MISSING
    assert office.outcome("S2", known=known) is Outcome.WAIVED


LISTED = CommunityFactsEdit(
    name="JD-01共同体",
    model=None,
    is_listed=True,
    plan_document="规划〔2023〕1号",
    approval_number=None,
    founded_on=None,
    note=None,
    holds_from=date(2025, 6, 1),
)


def test_the_plan_listing_from_a_day(office: Office, before: datetime) -> None:
    unlisted = {"is_listed": False, "plan_document": None, "holds_from": date(2024, 9, 1)}
    office.changes(services.update_community, _with(LISTED, **unlisted))
    assert office.outcome("G1") is Outcome.FAIL
    assert office.outcome("G1", known=before) is Outcome.PASS
    office.changes(services.update_community, LISTED)
    assert office.outcome("G1") is Outcome.PASS
    assert office.outcome("G1", date(2025, 5, 31)) is Outcome.FAIL


def test_a_change_of_the_listing_goes_on_where_a_later_change_was_about_something_else(
    office: Office,
) -> None:
    office.changes(services.update_community, _with(LISTED, note="新备注"))
    unlisted = {"is_listed": False, "holds_from": date(2024, 9, 1)}
    office.changes(services.update_community, _with(LISTED, **unlisted))
    assert office.outcome("G1", date(2025, 5, 31)) is Outcome.FAIL
    assert office.outcome("G1") is Outcome.FAIL
    with office.app.app_context():
        assert services.open_community("JD-01", actor=office.actor).version.note == "新备注"


def test_an_objective_and_its_review(office: Office, before: datetime) -> None:
    assert office.outcome("G2") is Outcome.FAIL
    objective = ObjectiveEdit("2024-2025", "同步课堂", "20课时")
    entered = office.does(services.create_thing, OBJECTIVE, objective)
    assert office.outcome("G2") is Outcome.MISSING
    reviewed = ObjectiveEdit("2024-2025", "同步课堂", "20课时", "24课时", date(2025, 7, 10))
    office.changes(services.update_thing, OBJECTIVE, entered, reviewed)
    assert office.outcome("G2") is Outcome.PASS
    assert office.outcome("G2", known=before) is Outcome.FAIL
    office.does(services.withdraw_thing, OBJECTIVE, entered, "重复录入")
    assert office.outcome("G2") is Outcome.FAIL


def test_meetings_with_minutes_in_each_term(office: Office) -> None:
    days = (date(2024, 10, 10), date(2025, 3, 10))
    for day, outcome in zip(days, (Outcome.FAIL, Outcome.PASS), strict=True):
        office.does(services.create_thing, MEETING, MeetingEdit(day, "部署", "纪要1"))
        assert office.outcome("R3") is outcome


def test_a_community_ends(office: Office) -> None:
    office.changes(services.end_community, date(2025, 8, 31))
    assert office.judged(date(2025, 8, 31))
    with pytest.raises(NotFoundError, match="2025-09-01"):
        office.judged(date(2025, 9, 1))


def test_a_school_of_another_county_joins(office: Office, world: World) -> None:
    new = NewStay(world.other.member_id, MembershipRole.MEMBER, date(2025, 1, 1), "外县老师")
    office.does(services.add_school, new)
    assert world.other.member_id in office.schools_on(D)
    assert office.outcome("S4") is Outcome.FAIL, "a warning: several counties"
    with office.app.app_context():
        assert session().get_one(School, world.other.member_id).county_id == world.other.county_id


def _with(edit: CommunityFactsEdit, **values: object) -> CommunityFactsEdit:
    return replace(edit, **values)  # type: ignore[arg-type] # as the test names them


def _now() -> datetime:
    return clock.now()
