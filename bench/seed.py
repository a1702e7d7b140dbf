"""Seed a database of any size by set-based SQL: the server writes its own rows.

Every community has the same shape, whatever the size: a lead, three pivots, two members, charter,
objective, meetings, and the same number of activities. So a page of one county reads as much in a
nation as in a city, and what differs between the two is what the size costs.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from community.access import Operator, Role
from community.accounts.models import UserAccount
from community.accounts.services.hashing import hash_password
from community.activities.queries.rollups import rebuild
from community.audits.services import seed_rule_sets
from community.journal.services import writing
from community.kernel.database import Base, transaction
from community.registry.services import seed_reference
from community.web.extensions import db

USER: Final = "bench"
PASSWORD: Final = "Speed-is-a-feature-2025"  # noqa: S105 - of a database made for measuring
# Generated ids begin here, above those of the reference data.
FIRST: Final = 100_000
COUNTIES_PER_CITY: Final = 8
SCHOOLS_PER_COMMUNITY: Final = 6


@dataclass(frozen=True)
class Size:
    """How much there is."""

    name: str
    counties: int
    communities: int
    activities: int


def nation(activities: int) -> Size:
    """All of China."""
    return Size(f"nation_{activities}", 2_844, 50_000, activities)


def city(activities: int) -> Size:
    """One city of eight counties, each like those of the nation."""
    like = nation(activities)
    communities = round(like.communities / like.counties * COUNTIES_PER_CITY)
    per_community = like.activities // like.communities
    return Size(f"city_{activities}", COUNTIES_PER_CITY, communities, communities * per_community)


_KNOWN: Final = "timestamptz '2024-08-01 00:00+08'"
_RECORDED: Final = {
    "known_from": _KNOWN,
    "recorded_at": _KNOWN,
    "recorded_by": "'bench'",
    "is_undone": "false",
}


def seed(size: Size) -> None:
    """Fill an empty database, inside an application context."""
    Base.metadata.create_all(db.engine)
    operator = Operator("bench")
    with transaction():
        seed_reference(actor=operator)
        with writing(actor=operator, action="reference.seeded"):
            seed_rule_sets()
            _add_reader()
    with db.engine.begin() as connection:
        # Keys are right by construction: checking a million of them one by one takes minutes.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        _places(connection, size)
        _communities(connection, size)
        _activities(connection, size)
    _analyze()  # without statistics the rollups' own statement is planned badly
    with Session(db.engine) as session:
        rebuild(session)
        session.commit()
    _analyze()


def _analyze() -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _add_reader() -> None:
    now = datetime.now(UTC)
    db.session.add(
        UserAccount(
            user_name=USER,
            display_name="Bench",
            role=Role.SYSTEM_ADMINISTRATOR,
            password_hash=hash_password(PASSWORD),
            password_changed_at=now,
            created_at=now,
            created_by="bench",
        )
    )


def _fill(connection: Connection, table: str, source: str, **columns: str) -> None:
    """Insert into a table what SQL expressions make of the rows of a source."""
    if "known_from" in Base.metadata.tables[table].columns:
        columns |= _RECORDED
    names, values = ", ".join(columns), ", ".join(columns.values())
    connection.execute(
        text(f"INSERT INTO {table} ({names}) SELECT {values} FROM {source}")  # noqa: S608
    )


def _series(count: int) -> str:
    return f"generate_series(0, {count - 1}) AS n"


def _county(size: Size, community: str) -> str:
    return f"{FIRST} + ({community}) % {size.counties}"


def _places(connection: Connection, size: Size) -> None:
    cities = -(-size.counties // COUNTIES_PER_CITY)
    plain = {"is_county_seat": "false", "is_current": "true", "revision": "1"}
    _fill(
        connection,
        "division",
        _series(cities),
        id=f"{FIRST * 2} + n",
        code="'C' || lpad(n::text, 5, '0')",
        name="'City ' || n",
        kind="'city'",
        **plain,
    )
    _fill(
        connection,
        "division",
        _series(size.counties),
        id=f"{FIRST} + n",
        code="'X' || lpad(n::text, 5, '0')",
        name="'County ' || n",
        kind="'county'",
        parent_id=f"{FIRST * 2} + n / {COUNTIES_PER_CITY}",
        **plain,
    )


def _communities(connection: Connection, size: Size) -> None:
    each = _series(size.communities)
    county = _county(size, "n")
    _fill(
        connection,
        "community",
        each,
        id=f"{FIRST} + n",
        code="'B-' || lpad(n::text, 6, '0')",
        county_id=county,
        name="'Community ' || n",
        pinyin="'community'",
        revision="1",
    )
    owned = {"community_id": f"{FIRST} + n", "county_id": county, "id": f"{FIRST} + n"}
    version = {"id": f"{FIRST} + n", "county_id": county}
    _fill(
        connection,
        "community_version",
        each,
        **owned,
        held_from="date '2024-08-01'",
        is_listed="true",
        plan_document="'P-1'",
        founded_on="date '2024-08-01'",
    )
    _fill(connection, "charter", each, **owned, name="'Charter'", effective_on="date '2024-09-01'")
    _fill(connection, "charter_version", each, **version, charter_id=f"{FIRST} + n")
    _fill(connection, "objective", each, **owned, school_year="'2024-2025'", content="'Lessons'")
    _fill(
        connection,
        "objective_version",
        each,
        **version,
        objective_id=f"{FIRST} + n",
        target_value="'20'",
        achieved_value="'21'",
        reviewed_on="date '2025-08-20'",
    )
    _schools(connection, size)


def _schools(connection: Connection, size: Size) -> None:
    per = SCHOOLS_PER_COMMUNITY
    each = _series(size.communities * per)
    same = f"{FIRST} + n"
    county = _county(size, f"n / {per}")
    place = f"(n % {per})"
    _fill(
        connection,
        "school",
        each,
        id=same,
        county_id=county,
        name="'School ' || n",
        pinyin="'school'",
        revision="1",
    )
    _fill(
        connection,
        "school_version",
        each,
        id=same,
        school_id=same,
        county_id=county,
        held_from="date '2020-09-01'",
        type="'primary'",
        ownership="'public'",
        urban_rural_class=f"CASE WHEN {place} = 0 THEN '111' ELSE '220' END",
        is_flagged_urban="false",
    )
    _fill(
        connection,
        "school_figures",
        each,
        id=same,
        school_id=same,
        county_id=county,
        school_year="'2024-2025'",
        pupils_count="300",
    )
    _fill(
        connection,
        "designation",
        f"{each} WHERE {place} BETWEEN 1 AND 3",
        id=same,
        school_id=same,
        county_id=county,
        kind=f"(ARRAY['central_kindergarten', 'central_primary', 'public_boarding'])[{place}]",
        designated_on="date '2020-09-01'",
    )
    _fill(
        connection,
        "membership",
        each,
        id=same,
        community_id=f"{FIRST} + n / {per}",
        county_id=county,
        school_id=same,
        joined_on="date '2024-08-01'",
    )
    _fill(
        connection,
        "membership_version",
        each,
        id=same,
        membership_id=same,
        county_id=county,
        held_from="date '2024-08-01'",
        role=f"CASE WHEN {place} = 0 THEN 'lead' WHEN {place} < 4 THEN 'pivot' ELSE 'member' END",
        responsible_person="'Somebody'",
    )
    _fill(
        connection,
        "charter_signature",
        each,
        id=same,
        membership_id=same,
        county_id=county,
        signed_on="date '2024-09-01'",
    )


_KIND: Final = "(ARRAY['synchronous_class', 'joint_research', 'walking_teaching', 'books'])"
_SHEET: Final = (
    "(ARRAY['shared_teaching', 'shared_teaching', 'walking_teaching', 'resource_transfers'])"
)


def _activities(connection: Connection, size: Size) -> None:
    """Row n belongs to community n mod communities: neighbours on disk are strangers."""
    each = _series(size.activities)
    same, community = f"{FIRST} + n", f"n % {size.communities}"
    county = _county(size, community)
    first_school = f"{FIRST} + ({community}) * {SCHOOLS_PER_COMMUNITY}"
    turn = f"(n / {size.communities})"
    _fill(
        connection,
        "activity",
        each,
        id=same,
        sheet=f"{_SHEET}[{turn} % 4 + 1]",
        kind=f"{_KIND}[{turn} % 4 + 1]",
        county_id=county,
        community_id=f"{FIRST} + {community}",
        held_on=f"date '2024-09-02' + ({turn} * 37 % 300)::int",
        mode=f"CASE WHEN {turn} % 4 < 2 THEN (ARRAY['online', 'onsite'])[{turn} % 2 + 1] END",
        subject=f"CASE WHEN {turn} % 4 < 2 THEN 'chinese' END",
        periods_count=f"CASE WHEN {turn} % 4 < 3 THEN 2 END",
        provider_id=first_school,
        state="'confirmed'",
        identity="md5(n::text)",
    )
    _fill(
        connection,
        "activity_receiver",
        each,
        id=same,
        activity_id=same,
        school_id=f"{first_school} + 1 + {turn} % {SCHOOLS_PER_COMMUNITY - 1}",
        position="0",
    )
    _fill(
        connection,
        "confirmation",
        f"{each} WHERE {turn} % 10 < 9",
        id=same,
        receiver_id=same,
        county_id=county,
        confirmer_name="'Somebody'",
        confirmed_on="date '2025-08-01'",
        is_on_behalf="false",
    )
    _fill(
        connection,
        "activity_evidence",
        f"{each} WHERE {turn} % 11 < 10",
        id=same,
        activity_id=same,
        county_id=county,
        reference="'E-' || n",
    )
    _fill(
        connection,
        "shared_teaching_session",
        f"{each} WHERE {turn} % 4 < 2",
        activity_id=same,
        topic="'Topic ' || n",
        lecturer_name="'Somebody'",
    )
    _fill(
        connection,
        "walking_teaching_session",
        f"{each} WHERE {turn} % 4 = 2",
        activity_id=same,
        teacher_name="'Somebody'",
        staff_number="'S-1'",
        slots_text="'1, 2'",
        slots_mask="3",
    )
    _fill(
        connection,
        "resource_transfer",
        f"{each} WHERE {turn} % 4 = 3",
        activity_id=same,
        content="'Books ' || n",
        quantity="10",
        unit="'piece'",
        revision="1",
    )
