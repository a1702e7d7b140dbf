"""The first schema: registry, communities, activities, accounts, journal and imports.

Revision 0001.
"""

import sqlalchemy as sa
from alembic import op

from community.kernel.database import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "division",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=True),
        sa.Column("code_nbs", sa.String(length=12), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "province",
                "city",
                "county",
                "township",
                "subdistrict",
                "other",
                name="divisionkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("is_county_seat", sa.Boolean(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("live_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["division.id"], name=op.f("fk_division_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_division")),
        sa.UniqueConstraint("code", name=op.f("uq_division_code")),
    )
    op.create_index(op.f("ix_division_name"), "division", ["name"], unique=False)
    op.create_index(op.f("ix_division_parent_id"), "division", ["parent_id"], unique=False)
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("marked_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "journal_head",
        sa.Column("chain", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("entry_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "rule_set_version",
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_rule_set_version")),
    )
    op.create_table(
        "school_year",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=9), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_school_year_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_year")),
        sa.UniqueConstraint("name", name=op.f("uq_school_year_name")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_sha256", sa.String(length=64), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("attempted_at", UtcDateTime(), nullable=False),
        sa.Column("has_succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(
        op.f("ix_sign_in_attempt_attempted_at"), "sign_in_attempt", ["attempted_at"], unique=False
    )
    op.create_index(
        "ix_sign_in_attempt_ip_attempted_at",
        "sign_in_attempt",
        ["ip", "attempted_at"],
        unique=False,
    )
    op.create_index(
        "ix_sign_in_attempt_name_sha256_attempted_at",
        "sign_in_attempt",
        ["name_sha256", "attempted_at"],
        unique=False,
    )
    op.create_table(
        "community",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("pinyin", sa.String(length=400), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_community_county_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
        sa.UniqueConstraint("code", name=op.f("uq_community_code")),
    )
    op.create_index("ix_community_county_id_code", "community", ["county_id", "code"], unique=False)
    op.create_table(
        "division_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["division_id"], ["division.id"], name=op.f("fk_division_alias_division_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_division_alias")),
        sa.UniqueConstraint("division_id", "name", name=op.f("uq_division_alias_division_id_name")),
    )
    op.create_index(
        op.f("ix_division_alias_division_id"), "division_alias", ["division_id"], unique=False
    )
    op.create_table(
        "minimum",
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("deadline_on", sa.Date(), nullable=False),
        sa.Column("minimum_count", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.CheckConstraint("minimum_count >= 0", name=op.f("ck_minimum_count")),
        sa.ForeignKeyConstraint(
            ["division_id"], ["division.id"], name=op.f("fk_minimum_division_id")
        ),
        sa.PrimaryKeyConstraint("division_id", "deadline_on", name=op.f("pk_minimum")),
    )
    op.create_table(
        "school",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=True),
        sa.Column("pinyin", sa.String(length=400), nullable=False),
        sa.Column("legal_school_id", sa.Integer(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["division.id"], name=op.f("fk_school_county_id")),
        sa.ForeignKeyConstraint(
            ["legal_school_id"], ["school.id"], name=op.f("fk_school_legal_school_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["school.id"], name=op.f("fk_school_successor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school")),
        sa.UniqueConstraint("code", name=op.f("uq_school_code")),
    )
    op.create_index("ix_school_county_id_id", "school", ["county_id", "id"], unique=False)
    op.create_index("ix_school_county_id_name", "school", ["county_id", "name"], unique=False)
    op.create_index(op.f("ix_school_legal_school_id"), "school", ["legal_school_id"], unique=False)
    op.create_index(op.f("ix_school_successor_id"), "school", ["successor_id"], unique=False)
    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_year_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_term_order")),
        sa.ForeignKeyConstraint(
            ["school_year_id"], ["school_year.id"], name=op.f("fk_term_school_year_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("school_year_id", "number", name=op.f("uq_term_school_year_id_number")),
    )
    op.create_table(
        "charter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_charter_community_id")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["division.id"], name=op.f("fk_charter_county_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter")),
    )
    op.create_index(op.f("ix_charter_community_id"), "charter", ["community_id"], unique=False)
    op.create_index(op.f("ix_charter_county_id"), "charter", ["county_id"], unique=False)
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_meeting_community_id")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["division.id"], name=op.f("fk_meeting_county_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index(op.f("ix_meeting_community_id"), "meeting", ["community_id"], unique=False)
    op.create_index(op.f("ix_meeting_county_id"), "meeting", ["county_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_membership_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_membership_county_id")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_membership_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "community_id",
            "school_id",
            "joined_on",
            name=op.f("uq_membership_community_id_school_id_joined_on"),
        ),
    )
    op.create_index(op.f("ix_membership_county_id"), "membership", ["county_id"], unique=False)
    op.create_index("ix_membership_school_id", "membership", ["school_id"], unique=False)
    op.create_table(
        "objective",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("school_year", sa.String(length=9), nullable=True),
        sa.Column("content", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_objective_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_objective_county_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective")),
    )
    op.create_index(op.f("ix_objective_community_id"), "objective", ["community_id"], unique=False)
    op.create_index(op.f("ix_objective_county_id"), "objective", ["county_id"], unique=False)
    op.create_table(
        "school_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_school_alias_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_alias")),
        sa.UniqueConstraint("school_id", "name", name=op.f("uq_school_alias_school_id_name")),
    )
    op.create_index(op.f("ix_school_alias_name"), "school_alias", ["name"], unique=False)
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_name", sa.String(length=40), nullable=False),
        sa.Column("display_name", sa.String(length=60), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "system_administrator",
                "city_official",
                "district_official",
                "lead_school_administrator",
                "school_clerk",
                "viewer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("city_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("password_changed_at", UtcDateTime(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("form_key", sa.String(length=36), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "\n    (role = 'system_administrator'\n        AND city_id IS NULL AND county_id IS NULL AND school_id IS NULL)\n    OR (role = 'city_official'\n        AND city_id IS NOT NULL AND county_id IS NULL AND school_id IS NULL)\n    OR (role = 'district_official'\n        AND city_id IS NOT NULL AND county_id IS NOT NULL AND school_id IS NULL)\n    OR (role IN ('lead_school_administrator', 'school_clerk')\n        AND city_id IS NOT NULL AND county_id IS NOT NULL AND school_id IS NOT NULL)\n    OR (role = 'viewer'\n        AND city_id IS NOT NULL AND school_id IS NULL)\n",
            name=op.f("ck_user_account_scope_of_role"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["division.id"], name=op.f("fk_user_account_city_id")),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_user_account_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_user_account_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_user_account_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("form_key", name=op.f("uq_user_account_form_key")),
        sa.UniqueConstraint("user_name", name=op.f("uq_user_account_user_name")),
    )
    op.create_index(
        "ix_user_account_city_id_user_name", "user_account", ["city_id", "user_name"], unique=False
    )
    op.create_index(
        "ix_user_account_county_id_user_name",
        "user_account",
        ["county_id", "user_name"],
        unique=False,
    )
    op.create_index(op.f("ix_user_account_school_id"), "user_account", ["school_id"], unique=False)
    op.create_table(
        "access_log_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "signed_in",
                "sign_in_failed",
                "signed_out",
                "viewed_personal_data",
                "exported",
                "printed",
                name="accesskind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("ip", sa.String(length=45), nullable=True),
        sa.Column("user_agent", sa.String(length=200), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_access_log_entry_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_access_log_entry_county_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log_entry")),
    )
    op.create_index(
        "ix_access_log_entry_county_id_recorded_at_id",
        "access_log_entry",
        ["county_id", "recorded_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_access_log_entry_recorded_at_id",
        "access_log_entry",
        ["recorded_at", "id"],
        unique=False,
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.Column("imported_by", sa.String(length=100), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("is_history", sa.Boolean(), nullable=False),
        sa.Column("sheets", sa.JSON(), nullable=False),
        sa.Column("restores", sa.JSON(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_import_batch_actor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_table(
        "user_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("user_agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_session_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_user_session_token_sha256")),
    )
    op.create_index(
        op.f("ix_user_session_expires_at"), "user_session", ["expires_at"], unique=False
    )
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"], unique=False)
    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "sheet",
            sa.Enum(
                "shared_teaching",
                "walking_teaching",
                "resource_transfers",
                name="sheet",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "synchronous_class",
                "dedicated_remote_class",
                "master_teacher_class",
                "joint_research",
                "collective_lesson_planning",
                "same_lesson_different_designs",
                "outreach_lesson",
                "walking_teaching",
                "cross_school_teaching",
                "support_teaching",
                "rotation",
                "books",
                "teaching_equipment",
                "curriculum_resources",
                "sports_equipment",
                "teaching_aids",
                "other",
                name="activitykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "online",
                "onsite",
                "mixed",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.Column("periods_count", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "confirmed",
                "checked",
                "returned",
                "withdrawn",
                "disallowed",
                name="activitystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.CheckConstraint("periods_count > 0", name=op.f("ck_activity_periods")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_activity_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"], ["import_batch.id"], name=op.f("fk_activity_closed_by_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_activity_community_id")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["division.id"], name=op.f("fk_activity_county_id")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["school.id"], name=op.f("fk_activity_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    op.create_index(op.f("ix_activity_batch_id"), "activity", ["batch_id"], unique=False)
    op.create_index(
        op.f("ix_activity_closed_by_batch_id"), "activity", ["closed_by_batch_id"], unique=False
    )
    op.create_index(
        "ix_activity_community_id_held_on_id",
        "activity",
        ["community_id", "held_on", "id"],
        unique=False,
    )
    op.create_index(
        "ix_activity_community_id_identity", "activity", ["community_id", "identity"], unique=False
    )
    op.create_index(
        "ix_activity_county_id_held_on_id", "activity", ["county_id", "held_on", "id"], unique=False
    )
    op.create_index(op.f("ix_activity_provider_id"), "activity", ["provider_id"], unique=False)
    op.create_table(
        "charter_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("charter_id", sa.Integer(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_charter_signature_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["charter_id"], ["charter.id"], name=op.f("fk_charter_signature_charter_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_charter_signature_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_charter_signature_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_charter_signature_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_signature")),
    )
    op.create_index(
        op.f("ix_charter_signature_batch_id"), "charter_signature", ["batch_id"], unique=False
    )
    op.create_index(
        op.f("ix_charter_signature_closed_by_batch_id"),
        "charter_signature",
        ["closed_by_batch_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_charter_signature_county_id"), "charter_signature", ["county_id"], unique=False
    )
    op.create_index(
        "uq_charter_signature_open",
        "charter_signature",
        ["membership_id"],
        unique=True,
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.create_table(
        "charter_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("charter_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("archive_number", sa.String(length=100), nullable=True),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_charter_version_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["charter_id"], ["charter.id"], name=op.f("fk_charter_version_charter_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_charter_version_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_charter_version_county_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_version")),
    )
    op.create_index(
        op.f("ix_charter_version_batch_id"), "charter_version", ["batch_id"], unique=False
    )
    op.create_index(
        op.f("ix_charter_version_closed_by_batch_id"),
        "charter_version",
        ["closed_by_batch_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_charter_version_county_id"), "charter_version", ["county_id"], unique=False
    )
    op.create_index(
        "uq_charter_version_open",
        "charter_version",
        ["charter_id"],
        unique=True,
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.create_table(
        "community_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column(
            "model",
            sa.Enum(
                "merged",
                "co_built",
                "collaborative",
                name="communitymodel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("is_listed", sa.Boolean(), nullable=True),
        sa.Column("plan_document", sa.String(length=100), nullable=True),
        sa.Column("approval_number", sa.String(length=100), nullable=True),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("dissolved_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_community_version_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_community_version_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_community_version_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_community_version_county_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_version")),
    )
    op.create_index(
        op.f("ix_community_version_batch_id"), "community_version", ["batch_id"], unique=False
    )
    op.create_index(
        op.f("ix_community_version_closed_by_batch_id"),
        "community_version",
        ["closed_by_batch_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_community_version_county_id"), "community_version", ["county_id"], unique=False
    )
    op.create_index(
        "uq_community_version_open",
        "community_version",
        ["community_id"],
        unique=True,
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.create_table(
        "designation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "central_kindergarten",
                "central_primary",
                "public_boarding",
                name="designationkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("designated_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_designation_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_designation_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_designation_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_designation_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designation")),
    )
    op.create_index(op.f("ix_designation_batch_id"), "designation", ["batch_id"], unique=False)
    op.create_index(
        op.f("ix_designation_closed_by_batch_id"),
        "designation",
        ["closed_by_batch_id"],
        unique=False,
    )
    op.create_index(op.f("ix_designation_county_id"), "designation", ["county_id"], unique=False)
    op.create_index(
        "uq_designation_open",
        "designation",
        ["school_id", "kind", "designated_on"],
        unique=True,
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.create_table(
        "import_batch_county",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_batch_county_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_import_batch_county_county_id")
        ),
        sa.PrimaryKeyConstraint("batch_id", "county_id", name=op.f("pk_import_batch_county")),
    )
    op.create_index(
        op.f("ix_import_batch_county_county_id"), "import_batch_county", ["county_id"], unique=False
    )
    op.create_table(
        "journal_entry",
        sa.Column("chain", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=100), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "web",
                "cli",
                "job",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("ip", sa.String(length=45), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_type", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("entry_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_journal_entry_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_journal_entry_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_journal_entry_county_id")
        ),
        sa.PrimaryKeyConstraint("chain", "sequence", name=op.f("pk_journal_entry")),
    )
    op.create_index(
        "ix_journal_entry_recorded_at_chain_sequence",
        "journal_entry",
        ["recorded_at", "chain", "sequence"],
        unique=False,
    )
    op.create_index(
        "ix_journal_entry_subject_type_subject_id",
        "journal_entry",
        ["subject_type", "subject_id"],
        unique=False,
    )
    op.create_table(
        "meeting_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("minutes_number", sa.String(length=100), nullable=True),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_meeting_version_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_meeting_version_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_meeting_version_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_version_meeting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_version")),
    )
    op.create_index(
        op.f("ix_meeting_version_batch_id"), "meeting_version", ["batch_id"], unique=False
    )
    op.create_index(
        op.f("ix_meeting_version_closed_by_batch_id"),
        "meeting_version",
        ["closed_by_batch_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_meeting_version_county_id"), "meeting_version", ["county_id"], unique=False
    )
    op.create_index(
        "uq_meeting_version_open",
        "meeting_version",
        ["meeting_id"],
        unique=True,
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.create_table(
        "membership_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "lead",
                "pivot",
                "member",
                name="membershiprole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("responsible_person", sa.String(length=60), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_membership_version_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_membership_version_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_membership_version_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_membership_version_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_version")),
    )
    op.create_index(
        op.f("ix_membership_version_batch_id"), "membership_version", ["batch_id"], unique=False
    )
    op.create_index(
        op.f("ix_membership_version_closed_by_batch_id"),
        "membership_version",
        ["closed_by_batch_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_membership_version_county_id"), "membership_version", ["county_id"], unique=False
    )
    op.create_index(
        "uq_membership_version_open",
        "membership_version",
        ["membership_id"],
        unique=True,
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.create_table(
        "objective_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("objective_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("target_value", sa.String(length=60), nullable=True),
        sa.Column("achieved_value", sa.String(length=60), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_objective_version_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_objective_version_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_objective_version_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["objective.id"], name=op.f("fk_objective_version_objective_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective_version")),
    )
    op.create_index(
        op.f("ix_objective_version_batch_id"), "objective_version", ["batch_id"], unique=False
    )
    op.create_index(
        op.f("ix_objective_version_closed_by_batch_id"),
        "objective_version",
        ["closed_by_batch_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_objective_version_county_id"), "objective_version", ["county_id"], unique=False
    )
    op.create_index(
        "uq_objective_version_open",
        "objective_version",
        ["objective_id"],
        unique=True,
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.create_table(
        "school_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("school_year", sa.String(length=9), nullable=False),
        sa.Column("pupils_count", sa.Integer(), nullable=True),
        sa.Column("teachers_count", sa.Integer(), nullable=True),
        sa.Column("backbone_teachers_count", sa.Integer(), nullable=True),
        sa.Column("eligible_teachers_count", sa.Integer(), nullable=True),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.CheckConstraint("pupils_count >= 0", name=op.f("ck_school_figures_pupils")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_school_figures_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_school_figures_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_school_figures_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_school_figures_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_figures")),
    )
    op.create_index(
        op.f("ix_school_figures_batch_id"), "school_figures", ["batch_id"], unique=False
    )
    op.create_index(
        op.f("ix_school_figures_closed_by_batch_id"),
        "school_figures",
        ["closed_by_batch_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_school_figures_county_id"), "school_figures", ["county_id"], unique=False
    )
    op.create_index(
        "uq_school_figures_open",
        "school_figures",
        ["school_id", "school_year"],
        unique=True,
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.create_table(
        "school_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("held_from", sa.Date(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column(
            "type",
            sa.Enum(
                "kindergarten",
                "primary",
                "teaching_point",
                "junior_secondary",
                "nine_year",
                "complete_secondary",
                "senior_secondary",
                "twelve_year",
                "special_education",
                "secondary_vocational",
                "education_resource",
                name="schooltype",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "ownership",
            sa.Enum(
                "public",
                "private",
                name="ownership",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "urban_rural_class",
            sa.Enum(
                "111",
                "112",
                "121",
                "122",
                "123",
                "210",
                "220",
                name="urbanruralclass",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("is_flagged_urban", sa.Boolean(), nullable=False),
        sa.Column("is_boarding", sa.Boolean(), nullable=True),
        sa.Column("is_good", sa.Boolean(), nullable=True),
        sa.Column("head_name", sa.String(length=60), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_school_version_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_school_version_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_school_version_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_school_version_school_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["division.id"], name=op.f("fk_school_version_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_version")),
    )
    op.create_index(
        op.f("ix_school_version_batch_id"), "school_version", ["batch_id"], unique=False
    )
    op.create_index(
        op.f("ix_school_version_closed_by_batch_id"),
        "school_version",
        ["closed_by_batch_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_school_version_county_id"), "school_version", ["county_id"], unique=False
    )
    op.create_index(
        "uq_school_version_open",
        "school_version",
        ["school_id", "held_from"],
        unique=True,
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(length=8), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("granted_by_name", sa.String(length=60), nullable=False),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_waiver_batch_id")),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"], ["import_batch.id"], name=op.f("fk_waiver_closed_by_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_waiver_community_id")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["division.id"], name=op.f("fk_waiver_county_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
    )
    op.create_index(op.f("ix_waiver_batch_id"), "waiver", ["batch_id"], unique=False)
    op.create_index(
        op.f("ix_waiver_closed_by_batch_id"), "waiver", ["closed_by_batch_id"], unique=False
    )
    op.create_index(op.f("ix_waiver_county_id"), "waiver", ["county_id"], unique=False)
    op.create_index(
        "uq_waiver_open",
        "waiver",
        ["community_id", "criterion", "item"],
        unique=True,
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.create_table(
        "activity_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=300), nullable=False),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_activity_evidence_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_activity_evidence_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_activity_evidence_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_activity_evidence_county_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_evidence")),
    )
    op.create_index(
        op.f("ix_activity_evidence_batch_id"), "activity_evidence", ["batch_id"], unique=False
    )
    op.create_index(
        op.f("ix_activity_evidence_closed_by_batch_id"),
        "activity_evidence",
        ["closed_by_batch_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_activity_evidence_county_id"), "activity_evidence", ["county_id"], unique=False
    )
    op.create_index(
        "uq_activity_evidence_open",
        "activity_evidence",
        ["activity_id", "reference"],
        unique=True,
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.create_table(
        "activity_receiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_activity_receiver_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_activity_receiver_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_receiver")),
        sa.UniqueConstraint(
            "activity_id", "school_id", name=op.f("uq_activity_receiver_activity_id_school_id")
        ),
    )
    op.create_index(
        "ix_activity_receiver_school_id_activity_id",
        "activity_receiver",
        ["school_id", "activity_id"],
        unique=False,
    )
    op.create_table(
        "resource_transfer",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=300), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("is_loan", sa.Boolean(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("received_quantity", sa.Numeric(precision=14, scale=3), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_resource_transfer_quantity")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_resource_transfer_activity_id")
        ),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_resource_transfer")),
    )
    op.create_table(
        "shared_teaching_session",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=60), nullable=True),
        sa.Column("topic", sa.String(length=300), nullable=True),
        sa.Column("lecturer_name", sa.String(length=100), nullable=True),
        sa.Column("pupils_count", sa.Integer(), nullable=True),
        sa.Column("teachers_count", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_shared_teaching_session_activity_id")
        ),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_shared_teaching_session")),
    )
    op.create_table(
        "walking_teaching_session",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("teacher_name", sa.String(length=60), nullable=False),
        sa.Column("staff_number", sa.String(length=40), nullable=False),
        sa.Column("slots_text", sa.String(length=60), nullable=False),
        sa.Column("slots_mask", sa.Integer(), nullable=False),
        sa.Column(
            "travel_mode",
            sa.Enum(
                "own_car",
                "official_car",
                "bus",
                "car_pool",
                "bicycle",
                "on_foot",
                "other",
                name="travelmode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_walking_teaching_session_activity_id")
        ),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_walking_teaching_session")),
    )
    op.create_index(
        "ix_walking_teaching_session_staff_number",
        "walking_teaching_session",
        ["staff_number"],
        unique=False,
    )
    op.create_table(
        "confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("confirmer_name", sa.String(length=60), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("is_on_behalf", sa.Boolean(), nullable=False),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_confirmation_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_confirmation_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_confirmation_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["activity_receiver.id"], name=op.f("fk_confirmation_receiver_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
    )
    op.create_index(op.f("ix_confirmation_batch_id"), "confirmation", ["batch_id"], unique=False)
    op.create_index(
        op.f("ix_confirmation_closed_by_batch_id"),
        "confirmation",
        ["closed_by_batch_id"],
        unique=False,
    )
    op.create_index(op.f("ix_confirmation_county_id"), "confirmation", ["county_id"], unique=False)
    op.create_index(
        "uq_confirmation_open",
        "confirmation",
        ["receiver_id"],
        unique=True,
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(
        "uq_confirmation_open",
        table_name="confirmation",
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.drop_index(op.f("ix_confirmation_county_id"), table_name="confirmation")
    op.drop_index(op.f("ix_confirmation_closed_by_batch_id"), table_name="confirmation")
    op.drop_index(op.f("ix_confirmation_batch_id"), table_name="confirmation")
    op.drop_table("confirmation")
    op.drop_index("ix_walking_teaching_session_staff_number", table_name="walking_teaching_session")
    op.drop_table("walking_teaching_session")
    op.drop_table("shared_teaching_session")
    op.drop_table("resource_transfer")
    op.drop_index("ix_activity_receiver_school_id_activity_id", table_name="activity_receiver")
    op.drop_table("activity_receiver")
    op.drop_index(
        "uq_activity_evidence_open",
        table_name="activity_evidence",
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.drop_index(op.f("ix_activity_evidence_county_id"), table_name="activity_evidence")
    op.drop_index(op.f("ix_activity_evidence_closed_by_batch_id"), table_name="activity_evidence")
    op.drop_index(op.f("ix_activity_evidence_batch_id"), table_name="activity_evidence")
    op.drop_table("activity_evidence")
    op.drop_index(
        "uq_waiver_open",
        table_name="waiver",
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.drop_index(op.f("ix_waiver_county_id"), table_name="waiver")
    op.drop_index(op.f("ix_waiver_closed_by_batch_id"), table_name="waiver")
    op.drop_index(op.f("ix_waiver_batch_id"), table_name="waiver")
    op.drop_table("waiver")
    op.drop_index(
        "uq_school_version_open",
        table_name="school_version",
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.drop_index(op.f("ix_school_version_county_id"), table_name="school_version")
    op.drop_index(op.f("ix_school_version_closed_by_batch_id"), table_name="school_version")
    op.drop_index(op.f("ix_school_version_batch_id"), table_name="school_version")
    op.drop_table("school_version")
    op.drop_index(
        "uq_school_figures_open",
        table_name="school_figures",
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.drop_index(op.f("ix_school_figures_county_id"), table_name="school_figures")
    op.drop_index(op.f("ix_school_figures_closed_by_batch_id"), table_name="school_figures")
    op.drop_index(op.f("ix_school_figures_batch_id"), table_name="school_figures")
    op.drop_table("school_figures")
    op.drop_index(
        "uq_objective_version_open",
        table_name="objective_version",
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.drop_index(op.f("ix_objective_version_county_id"), table_name="objective_version")
    op.drop_index(op.f("ix_objective_version_closed_by_batch_id"), table_name="objective_version")
    op.drop_index(op.f("ix_objective_version_batch_id"), table_name="objective_version")
    op.drop_table("objective_version")
    op.drop_index(
        "uq_membership_version_open",
        table_name="membership_version",
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.drop_index(op.f("ix_membership_version_county_id"), table_name="membership_version")
    op.drop_index(op.f("ix_membership_version_closed_by_batch_id"), table_name="membership_version")
    op.drop_index(op.f("ix_membership_version_batch_id"), table_name="membership_version")
    op.drop_table("membership_version")
    op.drop_index(
        "uq_meeting_version_open",
        table_name="meeting_version",
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.drop_index(op.f("ix_meeting_version_county_id"), table_name="meeting_version")
    op.drop_index(op.f("ix_meeting_version_closed_by_batch_id"), table_name="meeting_version")
    op.drop_index(op.f("ix_meeting_version_batch_id"), table_name="meeting_version")
    op.drop_table("meeting_version")
    op.drop_index("ix_journal_entry_subject_type_subject_id", table_name="journal_entry")
    op.drop_index("ix_journal_entry_recorded_at_chain_sequence", table_name="journal_entry")
    op.drop_table("journal_entry")
    op.drop_index(op.f("ix_import_batch_county_county_id"), table_name="import_batch_county")
    op.drop_table("import_batch_county")
    op.drop_index(
        "uq_designation_open",
        table_name="designation",
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.drop_index(op.f("ix_designation_county_id"), table_name="designation")
    op.drop_index(op.f("ix_designation_closed_by_batch_id"), table_name="designation")
    op.drop_index(op.f("ix_designation_batch_id"), table_name="designation")
    op.drop_table("designation")
    op.drop_index(
        "uq_community_version_open",
        table_name="community_version",
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.drop_index(op.f("ix_community_version_county_id"), table_name="community_version")
    op.drop_index(op.f("ix_community_version_closed_by_batch_id"), table_name="community_version")
    op.drop_index(op.f("ix_community_version_batch_id"), table_name="community_version")
    op.drop_table("community_version")
    op.drop_index(
        "uq_charter_version_open",
        table_name="charter_version",
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.drop_index(op.f("ix_charter_version_county_id"), table_name="charter_version")
    op.drop_index(op.f("ix_charter_version_closed_by_batch_id"), table_name="charter_version")
    op.drop_index(op.f("ix_charter_version_batch_id"), table_name="charter_version")
    op.drop_table("charter_version")
    op.drop_index(
        "uq_charter_signature_open",
        table_name="charter_signature",
        sqlite_where=sa.text("known_until IS NULL AND NOT is_undone"),
        postgresql_where=sa.text("known_until IS NULL AND NOT is_undone"),
    )
    op.drop_index(op.f("ix_charter_signature_county_id"), table_name="charter_signature")
    op.drop_index(op.f("ix_charter_signature_closed_by_batch_id"), table_name="charter_signature")
    op.drop_index(op.f("ix_charter_signature_batch_id"), table_name="charter_signature")
    op.drop_table("charter_signature")
    op.drop_index(op.f("ix_activity_provider_id"), table_name="activity")
    op.drop_index("ix_activity_county_id_held_on_id", table_name="activity")
    op.drop_index("ix_activity_community_id_identity", table_name="activity")
    op.drop_index("ix_activity_community_id_held_on_id", table_name="activity")
    op.drop_index(op.f("ix_activity_closed_by_batch_id"), table_name="activity")
    op.drop_index(op.f("ix_activity_batch_id"), table_name="activity")
    op.drop_table("activity")
    op.drop_index(op.f("ix_user_session_user_id"), table_name="user_session")
    op.drop_index(op.f("ix_user_session_expires_at"), table_name="user_session")
    op.drop_table("user_session")
    op.drop_table("import_batch")
    op.drop_index("ix_access_log_entry_recorded_at_id", table_name="access_log_entry")
    op.drop_index("ix_access_log_entry_county_id_recorded_at_id", table_name="access_log_entry")
    op.drop_table("access_log_entry")
    op.drop_index(op.f("ix_user_account_school_id"), table_name="user_account")
    op.drop_index("ix_user_account_county_id_user_name", table_name="user_account")
    op.drop_index("ix_user_account_city_id_user_name", table_name="user_account")
    op.drop_table("user_account")
    op.drop_index(op.f("ix_school_alias_name"), table_name="school_alias")
    op.drop_table("school_alias")
    op.drop_index(op.f("ix_objective_county_id"), table_name="objective")
    op.drop_index(op.f("ix_objective_community_id"), table_name="objective")
    op.drop_table("objective")
    op.drop_index("ix_membership_school_id", table_name="membership")
    op.drop_index(op.f("ix_membership_county_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index(op.f("ix_meeting_county_id"), table_name="meeting")
    op.drop_index(op.f("ix_meeting_community_id"), table_name="meeting")
    op.drop_table("meeting")
    op.drop_index(op.f("ix_charter_county_id"), table_name="charter")
    op.drop_index(op.f("ix_charter_community_id"), table_name="charter")
    op.drop_table("charter")
    op.drop_table("term")
    op.drop_index(op.f("ix_school_successor_id"), table_name="school")
    op.drop_index(op.f("ix_school_legal_school_id"), table_name="school")
    op.drop_index("ix_school_county_id_name", table_name="school")
    op.drop_index("ix_school_county_id_id", table_name="school")
    op.drop_table("school")
    op.drop_table("minimum")
    op.drop_index(op.f("ix_division_alias_division_id"), table_name="division_alias")
    op.drop_table("division_alias")
    op.drop_index("ix_community_county_id_code", table_name="community")
    op.drop_table("community")
    op.drop_index("ix_sign_in_attempt_name_sha256_attempted_at", table_name="sign_in_attempt")
    op.drop_index("ix_sign_in_attempt_ip_attempted_at", table_name="sign_in_attempt")
    op.drop_index(op.f("ix_sign_in_attempt_attempted_at"), table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_table("school_year")
    op.drop_table("rule_set_version")
    op.drop_table("journal_head")
    op.drop_table("installation")
    op.drop_index(op.f("ix_division_parent_id"), table_name="division")
    op.drop_index(op.f("ix_division_name"), table_name="division")
    op.drop_table("division")
