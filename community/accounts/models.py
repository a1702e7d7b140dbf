"""Tables of the accounts: who may sign in, who is signed in, who has tried to."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from community.access import Role
from community.journal.models import Journaled
from community.kernel.database import Base

# A scope is the triple city, county, school: each level names the ones above it. What a role may
# be scoped to is `rules.SCOPE_LEVELS`; this is the same, kept by the database.
_SCOPE_OF_ROLE = """
    (role = 'system_administrator'
        AND city_id IS NULL AND county_id IS NULL AND school_id IS NULL)
    OR (role = 'city_official'
        AND city_id IS NOT NULL AND county_id IS NULL AND school_id IS NULL)
    OR (role = 'district_official'
        AND city_id IS NOT NULL AND county_id IS NOT NULL AND school_id IS NULL)
    OR (role IN ('lead_school_administrator', 'school_clerk')
        AND city_id IS NOT NULL AND county_id IS NOT NULL AND school_id IS NOT NULL)
    OR (role = 'viewer'
        AND city_id IS NOT NULL AND school_id IS NULL)
"""


class UserAccount(Journaled, Base):
    """Somebody who may sign in. People are disabled, never deleted: their records name them."""

    __tablename__ = "user_account"
    journal_omits: ClassVar[frozenset[str]] = frozenset({"password_hash"})
    journal_ignores: ClassVar[frozenset[str]] = frozenset({"revision", "form_key"})
    __table_args__ = (
        CheckConstraint(_SCOPE_OF_ROLE, name="scope_of_role"),
        Index("ix_user_account_city_id_user_name", "city_id", "user_name"),
        Index("ix_user_account_county_id_user_name", "county_id", "user_name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # As `rules.normalise_user_name` leaves it: NFKC and lower case, so unique whatever is typed.
    user_name: Mapped[str] = mapped_column(String(40), unique=True)
    display_name: Mapped[str] = mapped_column(String(60))
    role: Mapped[Role]
    city_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"))
    county_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    disabled_at: Mapped[datetime | None]
    password_hash: Mapped[str] = mapped_column(String(200))
    password_changed_at: Mapped[datetime]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    # Of the form that created it: the same form sent twice creates one account.
    form_key: Mapped[str | None] = mapped_column(String(36), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(100))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read once by the mapper

    @property
    def is_disabled(self) -> bool:
        """Whether the account is closed to signing in."""
        return self.disabled_at is not None

    @property
    def division_id(self) -> int | None:
        """The county of the scope, or its city; a school's account has its county here."""
        return self.county_id or self.city_id


class Deputy(Journaled, Base):
    """Somebody of another school who may speak for a school from a first day to a last one:
    people are absent."""

    __tablename__ = "deputy"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="days"),
        Index("ix_deputy_account_id_ends_on", "account_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    county_id: Mapped[int] = mapped_column(ForeignKey("division.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    appointed_by: Mapped[str] = mapped_column(String(100))
    appointed_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class UserSession(Base):
    """One sign-in. The cookie holds the token; here is only its SHA-256, so that a copy of the
    database opens no session."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    ip: Mapped[str] = mapped_column(String(45))
    user_agent: Mapped[str] = mapped_column(String(200))


class SignInAttempt(Base):
    """One try at a password. It counts as failed until it is known to have succeeded, so that
    tries made at the same moment by several workers cannot pass the limit together."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_name_sha256_attempted_at", "name_sha256", "attempted_at"),
        Index("ix_sign_in_attempt_ip_attempted_at", "ip", "attempted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Not the name itself: people type their password into the wrong field.
    name_sha256: Mapped[str] = mapped_column(String(64))
    ip: Mapped[str] = mapped_column(String(45))
    attempted_at: Mapped[datetime] = mapped_column(index=True)
    has_succeeded: Mapped[bool] = mapped_column(default=False)
