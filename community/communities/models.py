"""Tables of the communities. A thing (`Membership`) keeps what identifies it; what was known of
it and may change is kept in versions (`MembershipVersion`). All of it is journaled under its
community.

Facts that carry no day of their own (a responsible person, the plan's listing) have `held_from`:
of several versions, the latest one not after D is the one.
"""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.communities.rules import CommunityModel, MembershipRole
from community.journal.models import Journaled
from community.kernel.database import FIRST_DAY, Base, Recorded, one_open
from community.registry.models import School


class Typed(Journaled):
    """What a form may create. The key of the form, by which a second sending is recognised."""

    journal_ignores = Journaled.journal_ignores | {"form_key"}

    form_key: Mapped[str | None] = mapped_column(String(36), unique=True)


class Community(Typed, Base):
    """An urban–rural education community; its code (编号) is unique in the database."""

    __tablename__ = "community"
    __table_args__ = (Index("ix_community_county_id_code", "county_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    name: Mapped[str] = mapped_column(String(120))
    pinyin: Mapped[str] = mapped_column(String(400), default="")
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read once by the mapper

    versions: Mapped[list["CommunityVersion"]] = relationship(
        lazy="raise", back_populates="community"
    )


class CommunityVersion(Recorded, Journaled, Base):
    """What was known of a community: its plan listing, approval, establishment and end. Founding
    and end are the same in all versions that are in force."""

    __tablename__ = "community_version"
    journal_owner = "community_id"
    __table_args__ = (one_open("community_version", "community_id", "held_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    held_from: Mapped[date] = mapped_column(default=FIRST_DAY)
    model: Mapped[CommunityModel | None]
    is_listed: Mapped[bool | None]  # 列入五年规划
    plan_document: Mapped[str | None] = mapped_column(String(100))
    approval_number: Mapped[str | None] = mapped_column(String(100))
    founded_on: Mapped[date | None]
    dissolved_on: Mapped[date | None]  # the last day
    note: Mapped[str | None] = mapped_column(String(500))

    community: Mapped[Community] = relationship(lazy="raise", back_populates="versions")


class Membership(Typed, Base):
    """One stay of a school in a community; a school that comes back has another one."""

    __tablename__ = "membership"
    journal_owner = "community_id"
    __table_args__ = (
        UniqueConstraint("community_id", "school_id", "joined_on"),
        Index("ix_membership_school_id", "school_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    joined_on: Mapped[date]

    school: Mapped[School] = relationship(lazy="raise")
    versions: Mapped[list["MembershipVersion"]] = relationship(
        lazy="raise", back_populates="membership"
    )


class MembershipVersion(Recorded, Journaled, Base):
    """What was known of a stay: role, last day, responsible person. Role and last day are the
    same in all versions that are in force: another role is another stay."""

    __tablename__ = "membership_version"
    journal_owner = "membership_id"
    __table_args__ = (one_open("membership_version", "membership_id", "held_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    held_from: Mapped[date] = mapped_column(default=FIRST_DAY)
    role: Mapped[MembershipRole]
    left_on: Mapped[date | None]  # the last day in
    responsible_person: Mapped[str | None] = mapped_column(String(60))
    note: Mapped[str | None] = mapped_column(String(500))

    membership: Mapped[Membership] = relationship(lazy="raise", back_populates="versions")


class CharterSignature(Recorded, Journaled, Base):
    """A school's signature under the charter, given in one stay in the community."""

    __tablename__ = "charter_signature"
    journal_owner = "membership_id"
    __table_args__ = (one_open("charter_signature", "membership_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    # The workbooks do not say which charter was signed.
    charter_id: Mapped[int | None] = mapped_column(ForeignKey("charter.id"))
    signed_on: Mapped[date]


class Charter(Typed, Base):
    """A charter or agreement (章程 / 合作协议)."""

    __tablename__ = "charter"
    journal_owner = "community_id"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    name: Mapped[str | None] = mapped_column(String(200))
    effective_on: Mapped[date | None]

    versions: Mapped[list["CharterVersion"]] = relationship(lazy="raise", back_populates="charter")


class CharterVersion(Recorded, Journaled, Base):
    """What was known of a charter besides its name and first day."""

    __tablename__ = "charter_version"
    journal_owner = "charter_id"
    __table_args__ = (one_open("charter_version", "charter_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    charter_id: Mapped[int] = mapped_column(ForeignKey("charter.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    expires_on: Mapped[date | None]  # the last day in force
    archive_number: Mapped[str | None] = mapped_column(String(100))

    charter: Mapped[Charter] = relationship(lazy="raise", back_populates="versions")


class Objective(Typed, Base):
    """An annual objective of a community."""

    __tablename__ = "objective"
    journal_owner = "community_id"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    school_year: Mapped[str | None] = mapped_column(String(9))
    content: Mapped[str | None] = mapped_column(String(500))

    versions: Mapped[list["ObjectiveVersion"]] = relationship(
        lazy="raise", back_populates="objective"
    )


class ObjectiveVersion(Recorded, Journaled, Base):
    """Target and review of an objective. The values are kept as written: they may carry units."""

    __tablename__ = "objective_version"
    journal_owner = "objective_id"
    __table_args__ = (one_open("objective_version", "objective_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    objective_id: Mapped[int] = mapped_column(ForeignKey("objective.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    target_value: Mapped[str | None] = mapped_column(String(60))
    achieved_value: Mapped[str | None] = mapped_column(String(60))
    reviewed_on: Mapped[date | None]

    objective: Mapped[Objective] = relationship(lazy="raise", back_populates="versions")


class Meeting(Typed, Base):
    """A meeting of the community's council (理事会 / 联席会议)."""

    __tablename__ = "meeting"
    journal_owner = "community_id"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    held_on: Mapped[date]
    topic: Mapped[str | None] = mapped_column(String(200))

    versions: Mapped[list["MeetingVersion"]] = relationship(lazy="raise", back_populates="meeting")


class MeetingVersion(Recorded, Journaled, Base):
    """What was known of a meeting besides its day and topic: its minutes."""

    __tablename__ = "meeting_version"
    journal_owner = "meeting_id"
    __table_args__ = (one_open("meeting_version", "meeting_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    minutes_number: Mapped[str | None] = mapped_column(String(100))

    meeting: Mapped[Meeting] = relationship(lazy="raise", back_populates="versions")


class Waiver(Recorded, Journaled, Base):
    """A part of a criterion that the county does not ask of a community (rule S2)."""

    __tablename__ = "waiver"
    journal_owner = "community_id"
    __table_args__ = (one_open("waiver", "community_id", "criterion", "item"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    criterion: Mapped[str] = mapped_column(String(8))
    item: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(500))
    granted_by_name: Mapped[str] = mapped_column(String(60))
