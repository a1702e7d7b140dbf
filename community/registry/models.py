"""Tables of the registry. What a count depends on is kept in versions (`Recorded`)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.journal.models import Journaled
from community.kernel.database import FIRST_DAY, Base, Recorded, one_open
from community.registry.rules import (
    DesignationKind,
    DivisionKind,
    Ownership,
    SchoolType,
    UrbanRuralClass,
)


class Division(Journaled, Base):
    """An administrative division. Townships carry two codes that must never be joined: the
    civil-affairs list (`code`) and the statistical list (`code_nbs`) give thirty of them to
    different places."""

    __tablename__ = "division"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(String(12), unique=True)
    code_nbs: Mapped[str | None] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60), index=True)
    kind: Mapped[DivisionKind]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    # The township in which the county's government sits, where class 121 is urban (rule S1).
    is_county_seat: Mapped[bool] = mapped_column(default=False)
    is_current: Mapped[bool] = mapped_column(default=True)
    # A county's start day: historical initialisation is for facts before it; none set: always.
    live_on: Mapped[date | None]
    source: Mapped[str | None] = mapped_column(String(300))
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read once by the mapper

    parent: Mapped["Division | None"] = relationship(remote_side="Division.id", lazy="raise")
    aliases: Mapped[list["DivisionAlias"]] = relationship(lazy="raise")


class DivisionAlias(Journaled, Base):
    """Another name under which a division is known (玉滘 / 玉窖)."""

    __tablename__ = "division_alias"
    journal_owner = "division_id"
    __table_args__ = (UniqueConstraint("division_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))


class SchoolYear(Journaled, Base):
    """A school year, both days included; its name is `2024-2025`."""

    __tablename__ = "school_year"
    __table_args__ = (CheckConstraint("starts_on < ends_on", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(9), unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read once by the mapper

    terms: Mapped[list["Term"]] = relationship(order_by="Term.number", lazy="raise")


class Term(Journaled, Base):
    """A term of a school year; the days between two terms belong to the year but to no term."""

    __tablename__ = "term"
    journal_owner = "school_year_id"
    __table_args__ = (
        UniqueConstraint("school_year_id", "number"),
        CheckConstraint("starts_on < ends_on", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_year_id: Mapped[int] = mapped_column(ForeignKey("school_year.id"))
    number: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    @property
    def key(self) -> str:
        """`T1` or `T2`, as the figures name it."""
        return f"T{self.number}"


class School(Journaled, Base):
    """A school, campus or teaching point: what never changes about it, and its present name."""

    __tablename__ = "school"
    journal_ignores = Journaled.journal_ignores | {"form_key"}
    __table_args__ = (
        Index("ix_school_county_id_name", "county_id", "name"),
        Index("ix_school_county_id_id", "county_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(String(10), unique=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    name: Mapped[str] = mapped_column(String(100))
    short_name: Mapped[str | None] = mapped_column(String(60))
    # Initials and full pinyin of the names, for the search box.
    pinyin: Mapped[str] = mapped_column(String(400), default="")
    # The legal person to which a campus or teaching point belongs.
    legal_school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    # Who inherits open confirmations and loans once this school has closed or merged.
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    # Of the form that created it: the same form sent twice creates one school.
    form_key: Mapped[str | None] = mapped_column(String(36), unique=True)
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read once by the mapper

    county: Mapped[Division] = relationship(lazy="raise")
    versions: Mapped[list["SchoolVersion"]] = relationship(lazy="raise", back_populates="school")
    aliases: Mapped[list["SchoolAlias"]] = relationship(lazy="raise", back_populates="school")


class SchoolAlias(Journaled, Base):
    """A former or usual name of a school, accepted wherever a school is named."""

    __tablename__ = "school_alias"
    journal_owner = "school_id"
    __table_args__ = (UniqueConstraint("school_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    name: Mapped[str] = mapped_column(String(100), index=True)

    school: Mapped[School] = relationship(lazy="raise", back_populates="aliases")


class SchoolVersion(Recorded, Journaled, Base):
    """What was known of a school from one day on. A blank is a missing datum, never a guess."""

    __tablename__ = "school_version"
    journal_owner = "school_id"
    __table_args__ = (one_open("school_version", "school_id", "held_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    # The day from which these attributes hold; of several, the latest not after D is the one.
    held_from: Mapped[date] = mapped_column(default=FIRST_DAY)
    township_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"))
    type: Mapped[SchoolType]
    ownership: Mapped[Ownership | None]
    urban_rural_class: Mapped[UrbanRuralClass | None]
    # The county counts this school as urban although its class does not say so (rule S1).
    is_flagged_urban: Mapped[bool] = mapped_column(default=False)
    urban_flag_reason: Mapped[str | None] = mapped_column(String(300))
    is_boarding: Mapped[bool | None]
    is_good: Mapped[bool | None]
    head_name: Mapped[str | None] = mapped_column(String(60))
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]  # the last day open
    note: Mapped[str | None] = mapped_column(String(500))

    school: Mapped[School] = relationship(lazy="raise", back_populates="versions")


class SchoolFigures(Recorded, Journaled, Base):
    """Stock figures of a school; without a school year they hold until dated ones come."""

    __tablename__ = "school_figures"
    journal_owner = "school_id"
    __table_args__ = (
        one_open("school_figures", "school_id", "school_year"),
        CheckConstraint("pupils_count >= 0", name="pupils"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    school_year: Mapped[str] = mapped_column(String(9), default="")
    pupils_count: Mapped[int | None]
    teachers_count: Mapped[int | None]
    backbone_teachers_count: Mapped[int | None]
    eligible_teachers_count: Mapped[int | None]


class Designation(Recorded, Journaled, Base):
    """One of the three pivot schools: a designation of a school, dated, in a community or not."""

    __tablename__ = "designation"
    journal_owner = "school_id"
    __table_args__ = (one_open("designation", "school_id", "kind", "designated_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    kind: Mapped[DesignationKind]
    designated_on: Mapped[date] = mapped_column(default=FIRST_DAY)
    ended_on: Mapped[date | None]  # the last day


class SchoolDistrict(Journaled, Base):
    """A school district (学区) within one county: what never changes about it, and its name.

    Walking-teaching inside a district and outside any community is recorded, and never counts.
    """

    __tablename__ = "school_district"
    journal_ignores = Journaled.journal_ignores | {"form_key"}
    __table_args__ = (Index("ix_school_district_county_id_name", "county_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    name: Mapped[str] = mapped_column(String(100))
    pinyin: Mapped[str] = mapped_column(String(400), default="")
    form_key: Mapped[str | None] = mapped_column(String(36), unique=True)
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read once by the mapper


class SchoolDistrictVersion(Recorded, Journaled, Base):
    """What was known of a district from one day on."""

    __tablename__ = "school_district_version"
    journal_owner = "school_district_id"
    __table_args__ = (one_open("school_district_version", "school_district_id", "held_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_district_id: Mapped[int] = mapped_column(ForeignKey("school_district.id"))
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    held_from: Mapped[date]
    centre_school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    dissolved_on: Mapped[date | None]  # the last day
    note: Mapped[str | None] = mapped_column(String(500))


class SchoolDistrictTownship(Recorded, Journaled, Base):
    """A township that belongs to a district, from one day to another."""

    __tablename__ = "school_district_township"
    journal_owner = "school_district_id"
    __table_args__ = (
        one_open("school_district_township", "school_district_id", "township_id", "joined_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_district_id: Mapped[int] = mapped_column(ForeignKey("school_district.id"))
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    township_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    joined_on: Mapped[date]
    left_on: Mapped[date | None]  # the last day


class SchoolDistrictMember(Recorded, Journaled, Base):
    """A school that belongs to a district, from one day to another."""

    __tablename__ = "school_district_member"
    journal_owner = "school_district_id"
    __table_args__ = (
        one_open("school_district_member", "school_district_id", "school_id", "joined_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_district_id: Mapped[int] = mapped_column(ForeignKey("school_district.id"))
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    joined_on: Mapped[date]
    left_on: Mapped[date | None]  # the last day


class Installation(Journaled, Base):
    """What this database is; one row. A demonstration stays one for ever."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    is_demonstration: Mapped[bool]
    marked_at: Mapped[datetime]
