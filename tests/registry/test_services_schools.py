"""Schools as officials keep them: versions from a day, known from an instant, journaled."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community.access import Actor, Operator, Role
from community.audits.rules.results import Outcome
from community.audits.services import Question, judge_community
from community.journal.models import JournalEntry
from community.kernel import clock
from community.kernel.database import FIRST_DAY, session, transaction
from community.kernel.errors import (
    AccessDeniedError,
    NotFoundError,
    RuleViolationError,
    StaleWriteError,
)
from community.registry import queries, services
from community.registry.models import Designation, School, SchoolFigures, SchoolVersion
from community.registry.rules import (
    ClosureDraft,
    DesignationKind,
    EditKind,
    NewSchoolDraft,
    Ownership,
    SchoolEdit,
    SchoolFactsDraft,
    SchoolNameDraft,
    SchoolNumbers,
    SchoolType,
    UrbanFlagDraft,
    UrbanRuralClass,
)
from tests.conftest import OPERATOR
from tests.world import World

Use = Callable[[], AbstractContextManager[None]]
FACTS = SchoolFactsDraft(
    township_id=None,
    type=SchoolType.PRIMARY,
    ownership=Ownership.PUBLIC,
    urban_rural_class=UrbanRuralClass.VILLAGE,
    is_boarding=None,
    is_good=None,
    head_name=None,
    opened_on=None,
    note=None,
)
NEW = "云路镇新建小学"


@dataclass(frozen=True)
class _Official:
    """A district official of a county."""

    city_id: int | None
    county_id: int | None
    role: Role = Role.DISTRICT_OFFICIAL
    actor_id: int | None = None
    actor_name: str = "经办人"
    school_id: int | None = None
    school_ids: frozenset[int] = frozenset()
    community_ids: frozenset[int] = frozenset()


@pytest.fixture
def official(world: World) -> Actor:
    return _Official(world.city_id, world.own.county_id)


@pytest.fixture
def writing(app: Flask) -> Use:
    """One request's transaction."""

    @contextmanager
    def use() -> Iterator[None]:
        with app.app_context(), transaction():
            yield

    return use


def revision_of(school_id: int) -> int:
    return session().scalars(select(School.revision).filter_by(id=school_id)).one()


def edit(
    school_id: int, holds_from: date | None, kind: EditKind = EditKind.CHANGE, **facts: Any
) -> None:
    seen = services.facts_draft(services.present_facts(school_id).values)
    services.update_school(
        school_id,
        SchoolEdit(replace(seen, **facts), kind, holds_from),
        revision=revision_of(school_id),
        actor=OPERATOR,
    )


def open_versions(school_id: int) -> list[tuple[date, object]]:
    return [
        (version.held_from, version.values["urban_rural_class"])
        for version in queries.held_facts(school_id)
    ]


def actions(app: Flask, school_id: int) -> list[str]:
    with app.app_context():
        wanted = select(JournalEntry.action).where(
            JournalEntry.subject_type == "school", JournalEntry.subject_id == str(school_id)
        )
        return list(session().scalars(wanted.order_by(JournalEntry.sequence)))


# --- creating -----------------------------------------------------------------------------------


def draft(county_id: int, name: str = NEW, code: str | None = "2144123456") -> NewSchoolDraft:
    return NewSchoolDraft(county_id, name, None, code, FACTS)


def test_a_new_school_is_known_from_its_entry_and_holds_from_always(
    app: Flask, world: World, writing: Use, official: Actor
) -> None:
    with writing():
        school = services.create_school(draft(world.own.county_id), actor=official)
        (version,) = session().scalars(select(SchoolVersion).filter_by(school_id=school.id))
        assert (version.held_from, version.recorded_by) == (FIRST_DAY, "经办人")
        assert abs(clock.now() - version.known_from) < timedelta(minutes=5)
        assert "ylzxjxx" in school.pinyin
        school_id = school.id
    assert actions(app, school_id) == ["school.created"] * 2


def test_ten_submits_make_one_school(world: World, writing: Use, official: Actor) -> None:
    made = set()
    for _ in range(10):
        with writing():
            school = services.create_school(
                draft(world.own.county_id), actor=official, form_key="a-key"
            )
            made.add(school.id)
    assert len(made) == 1
    with writing():  # the same form, sent back with another name, is another school
        other = services.create_school(
            draft(world.own.county_id, "另一所小学", None), actor=official, form_key="a-key"
        )
        assert other.id not in made


@pytest.mark.parametrize(
    ("name", "code", "field"),
    [
        (NEW, "2144654321", "name"),
        ("  云路镇新建小学 ", None, "name"),
        ("别的小学", "2144123456", "code"),
        ("别的小学", "1144123456", "code"),
    ],
)
def test_names_and_codes_are_one_school_s(
    world: World, writing: Use, official: Actor, name: str, code: str | None, field: str
) -> None:
    with writing():
        services.create_school(draft(world.own.county_id), actor=official)
    with writing(), pytest.raises(RuleViolationError) as refusal:
        services.create_school(draft(world.own.county_id, name, code), actor=official)
    assert refusal.value.field == field


def test_another_county_s_school_is_not_named(world: World, writing: Use, official: Actor) -> None:
    with writing():
        services.create_school(draft(world.other.county_id, "普宁秘密小学"), actor=OPERATOR)
    with writing(), pytest.raises(RuleViolationError) as refusal:
        services.create_school(draft(world.own.county_id), actor=official)
    assert "秘密" not in str(refusal.value)


def test_nobody_writes_in_another_county(world: World, writing: Use, official: Actor) -> None:
    theirs = world.other.member_id
    deeds: list[Callable[[], object]] = [
        lambda: services.create_school(draft(world.other.county_id), actor=official),
        lambda: services.editable_school(theirs, actor=official),
        lambda: services.add_alias(theirs, "别名", actor=official),
        lambda: services.designate_school(
            theirs, DesignationKind.CENTRAL_PRIMARY, date(2025, 9, 1), actor=official
        ),
        lambda: services.reopen_school(theirs, revision=1, actor=official),
    ]
    for deed in deeds:
        with writing(), pytest.raises(NotFoundError):
            deed()
    viewer = _Official(world.city_id, world.own.county_id, Role.VIEWER)
    with writing(), pytest.raises(AccessDeniedError):
        services.add_alias(world.own.member_id, "别名", actor=viewer)


# --- versions, and what the count makes of them -------------------------------------------------


def lead_is_urban(world: World, on: date, known_at: datetime | None = None) -> Outcome:
    question = Question(on, known_at, "2024-2025")
    judged = judge_community(world.own.community_code, question, actor=OPERATOR)
    criterion = judged.count.criterion("S1")
    assert criterion is not None
    return criterion.outcome


def test_a_change_of_class_moves_s1_from_its_day_on_and_from_its_recording_on(
    app: Flask, world: World, writing: Use
) -> None:
    lead = world.own.lead_id
    with writing():
        assert lead_is_urban(world, date(2025, 6, 1)) is Outcome.FAIL  # a village school
    before = clock.now()
    with writing():
        edit(lead, date(2025, 3, 1), urban_rural_class=UrbanRuralClass.MAIN_URBAN)
    with writing():
        assert open_versions(lead) == [
            (FIRST_DAY, UrbanRuralClass.VILLAGE),
            (date(2025, 3, 1), UrbanRuralClass.MAIN_URBAN),
        ]
        assert lead_is_urban(world, date(2025, 2, 28)) is Outcome.FAIL
        assert lead_is_urban(world, date(2025, 3, 1)) is Outcome.PASS
        # What was known before stays what was known before.
        assert lead_is_urban(world, date(2025, 6, 1), before) is Outcome.FAIL
    with writing():
        edit(lead, None, EditKind.CORRECTION, urban_rural_class=UrbanRuralClass.TOWN_FRINGE)
    with writing():
        assert lead_is_urban(world, date(2025, 6, 1)) is Outcome.FAIL
        rows = session().scalars(select(SchoolVersion).filter_by(school_id=lead)).all()
        assert len(rows) == 3, "a correction keeps the wrong entry, closed"


def test_the_flag_counts_as_urban_from_its_day_on(world: World, writing: Use) -> None:
    lead, start = world.own.lead_id, date(2025, 3, 1)
    for is_flagged, day in ((True, start), (False, date(2025, 5, 1))):
        with writing():
            flag = UrbanFlagDraft(is_flagged, "县城新区", day)
            services.flag_urban(lead, flag, revision=revision_of(lead), actor=OPERATOR)
    with writing():
        found = [
            lead_is_urban(world, day) is Outcome.PASS
            for day in (start - timedelta(days=1), start, date(2025, 4, 30), date(2025, 5, 1))
        ]
        assert found == [False, True, True, False]


def test_nothing_changed_writes_nothing(app: Flask, world: World, writing: Use) -> None:
    lead = world.own.lead_id
    before = actions(app, lead)
    with writing():
        edit(lead, date(2025, 3, 1))
    assert actions(app, lead) == before


def test_a_stale_write_says_what_is_on_file(world: World, writing: Use) -> None:
    lead = world.own.lead_id
    with writing():
        mine = revision_of(lead)
        edit(lead, date(2025, 3, 1), head_name="他人")
    typed = SchoolEdit(replace(FACTS, head_name="我的"), EditKind.CHANGE, date(2025, 3, 1))
    with writing(), pytest.raises(StaleWriteError) as stale:
        services.update_school(lead, typed, revision=mine, actor=OPERATOR)
    assert stale.value.on_file["head_name"] == "他人"
    with writing():
        services.update_school(lead, typed, revision=stale.value.revision, actor=OPERATOR)
    with writing():
        assert services.present_facts(lead).values["head_name"] == "我的"


# --- names --------------------------------------------------------------------------------------


def test_a_renamed_school_is_found_by_its_old_name(app: Flask, world: World, writing: Use) -> None:
    school_id = world.own.member_id
    with writing():
        school = session().get_one(School, school_id)
        old, code = school.name, school.code
        services.rename_school(
            school_id,
            SchoolNameDraft("云路镇中心小学", "云小", code),
            revision=school.revision,
            actor=OPERATOR,
        )
    with writing():
        for text in (old, "云路镇中心小学", "云小", code or ""):
            found = queries.schools_named(text, world.own.county_id, clock.today())
            assert [named.standing.id for named in found] == [school_id], text
        services.add_alias(school_id, "老学堂", actor=OPERATOR)
        services.add_alias(school_id, " 老学堂 ", actor=OPERATOR)
        assert [alias.name for alias in queries.aliases(school_id)] == [old, "老学堂"]
        services.remove_alias(school_id, queries.aliases(school_id)[1].id, actor=OPERATOR)
        services.remove_alias(school_id, 99999, actor=OPERATOR)
        assert [alias.name for alias in queries.aliases(school_id)] == [old]
        with pytest.raises(RuleViolationError):
            services.add_alias(school_id, "  ", actor=OPERATOR)


# --- designations and figures -------------------------------------------------------------------


def test_a_designation_begins_ends_and_is_taken_back(world: World, writing: Use) -> None:
    school_id, kind = world.own.pivot_id, DesignationKind.CENTRAL_PRIMARY
    with writing():
        services.designate_school(school_id, kind, date(2024, 9, 1), actor=OPERATOR)
        (row,) = queries.designations(school_id)
    with writing():
        for _ in range(2):
            (row,) = queries.designations(school_id)
            services.end_designation(school_id, row.id, date(2025, 8, 31), actor=OPERATOR)
    with writing():
        (row,) = queries.designations(school_id)
        assert (row.designated_on, row.ended_on) == (date(2024, 9, 1), date(2025, 8, 31))
        assert len(session().scalars(select(Designation)).all()) == 2
        with pytest.raises(RuleViolationError):
            services.withdraw_designation(school_id, row.id, "", actor=OPERATOR)
        services.withdraw_designation(school_id, row.id, "误填", actor=OPERATOR)
        designation_id = row.id
    with writing():
        assert queries.designations(school_id) == []
        with pytest.raises(NotFoundError):
            services.designation(school_id, designation_id)


def test_figures_of_a_year_are_corrected_by_a_new_version(world: World, writing: Use) -> None:
    school_id, year = world.own.member_id, "2024-2025"
    for numbers in (SchoolNumbers(300, 20, None, None), SchoolNumbers(310, 20, None, None)):
        for _ in range(2):
            with writing():
                services.record_figures(
                    school_id, year, numbers, revision=revision_of(school_id), actor=OPERATOR
                )
    with writing():
        rows = session().scalars(select(SchoolFigures).order_by(SchoolFigures.id)).all()
        assert [row.pupils_count for row in rows] == [300, 310]
        assert [row.known_until is None for row in rows] == [False, True]
        assert rows[1].backbone_teachers_count is None, "a blank is missing, never 0"
        with pytest.raises(RuleViolationError):
            services.record_figures(
                school_id, "2031-2032", numbers, revision=revision_of(school_id), actor=OPERATOR
            )


# --- closing, merging, belonging ----------------------------------------------------------------


def close(school_id: int, day: date, successor: str | None = None) -> None:
    closure = ClosureDraft(day, successor is not None, successor)
    services.close_school(school_id, closure, revision=revision_of(school_id), actor=OPERATOR)


def test_a_merged_school_has_a_chain_of_successors(world: World, writing: Use) -> None:
    first, second, third = world.own.member_id, world.own.pivot_id, world.own.lead_id
    with writing():
        close(first, date(2025, 7, 31), queries.reference(second))
    with writing():
        close(second, date(2025, 8, 31), queries.reference(third))
    with writing():
        assert queries.successor_ids(first) == [first, second, third]
        assert services.present_facts(first).values["closed_on"] == date(2025, 7, 31)
        assert open_versions(first)[0] == (FIRST_DAY, UrbanRuralClass.VILLAGE)
        with pytest.raises(RuleViolationError):
            close(third, date(2025, 9, 30), queries.reference(third))
    with writing(), pytest.raises(RuleViolationError):
        close(third, date(2025, 9, 30), queries.reference(first))


def test_the_last_day_can_be_corrected_and_taken_back(world: World, writing: Use) -> None:
    school_id = world.own.member_id
    for day in (date(2025, 7, 31), date(2025, 8, 31), date(2025, 6, 30)):
        with writing():
            close(school_id, day)
        with writing():
            said = {v.values["closed_on"] for v in queries.held_facts(school_id)}
            assert said <= {None, day}, "no version says another day"
            assert services.present_facts(school_id).values["closed_on"] == day
    with writing():
        services.reopen_school(school_id, revision=revision_of(school_id), actor=OPERATOR)
    with writing():
        assert {v.values["closed_on"] for v in queries.held_facts(school_id)} == {None}


def test_a_campus_belongs_to_a_legal_school(world: World, writing: Use) -> None:
    campus, legal = world.own.member_id, world.own.pivot_id

    def belong(school_id: int, text: str | None) -> None:
        services.set_legal_school(school_id, text, revision=revision_of(school_id), actor=OPERATOR)

    with writing():
        belong(campus, queries.reference(legal))
    with writing():
        assert queries.campus_ids(legal) == [campus]
        with pytest.raises(RuleViolationError):
            belong(legal, queries.reference(world.own.lead_id))
    with writing():
        belong(campus, None)
    with writing():
        assert queries.campus_ids(legal) == []
        for text in ("无此学校", queries.reference(world.elsewhere.lead_id)):
            with pytest.raises(RuleViolationError) as refusal:
                belong(campus, text)
            assert refusal.value.field == "legal_school"


def test_operators_may_too(world: World, writing: Use) -> None:
    with writing():
        assert services.county_to_edit(world.own.county_code, actor=Operator("甲")) is not None
        assert services.county_to_edit("无", actor=OPERATOR) is None
