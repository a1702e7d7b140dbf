"""The first schema: registers, communities, activities, accounts, journal, imports, jobs and reports.

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
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["division.id"], name=op.f("fk_division_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_division")),
        sa.UniqueConstraint("code", name=op.f("uq_division_code")),
    )
    with op.batch_alter_table("division", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_division_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_division_parent_id"), ["parent_id"], unique=False)

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
        sa.Column("revision", sa.Integer(), nullable=False),
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
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_attempt_attempted_at"), ["attempted_at"], unique=False
        )
        batch_op.create_index(
            "ix_sign_in_attempt_ip_attempted_at", ["ip", "attempted_at"], unique=False
        )
        batch_op.create_index(
            "ix_sign_in_attempt_name_sha256_attempted_at",
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
        sa.Column("form_key", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_community_county_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
        sa.UniqueConstraint("code", name=op.f("uq_community_code")),
        sa.UniqueConstraint("form_key", name=op.f("uq_community_form_key")),
    )
    with op.batch_alter_table("community", schema=None) as batch_op:
        batch_op.create_index("ix_community_county_id_code", ["county_id", "code"], unique=False)

    op.create_table(
        "county_month_rollup",
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
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
        sa.Column("reported_count", sa.Integer(), nullable=False),
        sa.Column("reported_periods_count", sa.Integer(), nullable=False),
        sa.Column("confirmed_count", sa.Integer(), nullable=False),
        sa.Column("confirmed_periods_count", sa.Integer(), nullable=False),
        sa.Column("checked_count", sa.Integer(), nullable=False),
        sa.Column("checked_periods_count", sa.Integer(), nullable=False),
        sa.Column("counted_count", sa.Integer(), nullable=False),
        sa.Column("counted_periods_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_county_month_rollup_county_id")
        ),
        sa.PrimaryKeyConstraint("county_id", "month", "kind", name=op.f("pk_county_month_rollup")),
    )
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
    with op.batch_alter_table("division_alias", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_division_alias_division_id"), ["division_id"], unique=False
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
        sa.Column("form_key", sa.String(length=36), nullable=True),
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
        sa.UniqueConstraint("form_key", name=op.f("uq_school_form_key")),
    )
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.create_index("ix_school_county_id_id", ["county_id", "id"], unique=False)
        batch_op.create_index("ix_school_county_id_name", ["county_id", "name"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_school_legal_school_id"), ["legal_school_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_school_successor_id"), ["successor_id"], unique=False)

    op.create_table(
        "school_district",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("pinyin", sa.String(length=400), nullable=False),
        sa.Column("form_key", sa.String(length=36), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_school_district_county_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_district")),
        sa.UniqueConstraint("form_key", name=op.f("uq_school_district_form_key")),
    )
    with op.batch_alter_table("school_district", schema=None) as batch_op:
        batch_op.create_index(
            "ix_school_district_county_id_name", ["county_id", "name"], unique=False
        )

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
        sa.Column("form_key", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_charter_community_id")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["division.id"], name=op.f("fk_charter_county_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter")),
        sa.UniqueConstraint("form_key", name=op.f("uq_charter_form_key")),
    )
    with op.batch_alter_table("charter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charter_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_charter_county_id"), ["county_id"], unique=False)

    op.create_table(
        "community_year_rollup",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("first_year", sa.Integer(), autoincrement=False, nullable=False),
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
        sa.Column("reported_count", sa.Integer(), nullable=False),
        sa.Column("reported_periods_count", sa.Integer(), nullable=False),
        sa.Column("confirmed_count", sa.Integer(), nullable=False),
        sa.Column("confirmed_periods_count", sa.Integer(), nullable=False),
        sa.Column("checked_count", sa.Integer(), nullable=False),
        sa.Column("checked_periods_count", sa.Integer(), nullable=False),
        sa.Column("counted_count", sa.Integer(), nullable=False),
        sa.Column("counted_periods_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_community_year_rollup_community_id")
        ),
        sa.PrimaryKeyConstraint(
            "community_id", "first_year", "kind", name=op.f("pk_community_year_rollup")
        ),
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=True),
        sa.Column("form_key", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_meeting_community_id")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["division.id"], name=op.f("fk_meeting_county_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("form_key", name=op.f("uq_meeting_form_key")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_county_id"), ["county_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("form_key", sa.String(length=36), nullable=True),
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
        sa.UniqueConstraint("form_key", name=op.f("uq_membership_form_key")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_county_id"), ["county_id"], unique=False)
        batch_op.create_index("ix_membership_school_id", ["school_id"], unique=False)

    op.create_table(
        "objective",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("school_year", sa.String(length=9), nullable=True),
        sa.Column("content", sa.String(length=500), nullable=True),
        sa.Column("form_key", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_objective_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_objective_county_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective")),
        sa.UniqueConstraint("form_key", name=op.f("uq_objective_form_key")),
    )
    with op.batch_alter_table("objective", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_objective_community_id"), ["community_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_objective_county_id"), ["county_id"], unique=False)

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
    with op.batch_alter_table("school_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_school_alias_name"), ["name"], unique=False)

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
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.create_index(
            "ix_user_account_city_id_user_name", ["city_id", "user_name"], unique=False
        )
        batch_op.create_index(
            "ix_user_account_county_id_user_name", ["county_id", "user_name"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_user_account_school_id"), ["school_id"], unique=False)

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
    with op.batch_alter_table("access_log_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_access_log_entry_county_id_recorded_at_id",
            ["county_id", "recorded_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_access_log_entry_recorded_at_id", ["recorded_at", "id"], unique=False
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
        "issued_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "community",
                "county",
                "city",
                name="reportkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("school_year", sa.String(length=9), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", UtcDateTime(), nullable=False),
        sa.Column("rule_set", sa.String(length=12), nullable=False),
        sa.Column("is_trial", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.String(length=60), nullable=False),
        sa.Column("journal_heads", sa.String(length=8000), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("pages_count", sa.Integer(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("issued_by", sa.Integer(), nullable=True),
        sa.Column("issued_by_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["city_id"], ["division.id"], name=op.f("fk_issued_report_city_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_issued_report_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_issued_report_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["user_account.id"], name=op.f("fk_issued_report_issued_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_report")),
    )
    with op.batch_alter_table("issued_report", schema=None) as batch_op:
        batch_op.create_index("ix_issued_report_city_id_id", ["city_id", "id"], unique=False)
        batch_op.create_index(
            "ix_issued_report_community_id_id", ["community_id", "id"], unique=False
        )
        batch_op.create_index("ix_issued_report_county_id_id", ["county_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_issued_report_issued_at"), ["issued_at"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("requested_by", sa.String(length=100), nullable=False),
        sa.Column("scope", sa.String(length=100), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("form_key", sa.String(length=60), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "done",
                "failed",
                "cancelled",
                name="jobstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("worker", sa.String(length=32), nullable=True),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("total_count", sa.Integer(), nullable=False),
        sa.Column("step", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("cancel_requested_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("result_key", sa.String(length=200), nullable=True),
        sa.Column("result_name", sa.String(length=200), nullable=True),
        sa.Column("result_type", sa.String(length=100), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'failed') = (error IS NOT NULL)", name=op.f("ck_job_error")),
        sa.CheckConstraint(
            "(state IN ('queued', 'running')) = (finished_at IS NULL)",
            name=op.f("ck_job_finished_at"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["user_account.id"], name=op.f("fk_job_account_id")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["division.id"], name=op.f("fk_job_county_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("form_key", name=op.f("uq_job_form_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_account_id_id", ["account_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_county_id"), ["county_id"], unique=False)
        batch_op.create_index("ix_job_state", ["state"], unique=False)

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
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_user_session_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_user_session_user_id"), ["user_id"], unique=False)

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
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
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
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_activity_closed_by_batch_id"), ["closed_by_batch_id"], unique=False
        )
        batch_op.create_index(
            "ix_activity_community_id_held_on_id", ["community_id", "held_on", "id"], unique=False
        )
        batch_op.create_index(
            "ix_activity_community_id_identity", ["community_id", "identity"], unique=False
        )
        batch_op.create_index(
            "ix_activity_county_id_held_on_id", ["county_id", "held_on", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_activity_provider_id"), ["provider_id"], unique=False)

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
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
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
    with op.batch_alter_table("charter_signature", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_charter_signature_batch_id"), ["batch_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_charter_signature_closed_by_batch_id"),
            ["closed_by_batch_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_charter_signature_county_id"), ["county_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_charter_signature_membership_id"), ["membership_id"], unique=False
        )
        batch_op.create_index(
            "uq_charter_signature_open",
            ["membership_id"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
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
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
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
    with op.batch_alter_table("charter_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charter_version_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_charter_version_charter_id"), ["charter_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_charter_version_closed_by_batch_id"),
            ["closed_by_batch_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_charter_version_county_id"), ["county_id"], unique=False
        )
        batch_op.create_index(
            "uq_charter_version_open",
            ["charter_id"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )

    op.create_table(
        "community_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("held_from", sa.Date(), nullable=False),
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
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
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
    with op.batch_alter_table("community_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_community_version_batch_id"), ["batch_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_community_version_closed_by_batch_id"),
            ["closed_by_batch_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_community_version_community_id"), ["community_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_community_version_county_id"), ["county_id"], unique=False
        )
        batch_op.create_index(
            "uq_community_version_open",
            ["community_id", "held_from"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
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
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
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
    with op.batch_alter_table("designation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_designation_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_designation_closed_by_batch_id"), ["closed_by_batch_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_designation_county_id"), ["county_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_designation_school_id"), ["school_id"], unique=False)
        batch_op.create_index(
            "uq_designation_open",
            ["school_id", "kind", "designated_on"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
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
    with op.batch_alter_table("import_batch_county", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_batch_county_county_id"), ["county_id"], unique=False
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
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_journal_entry_recorded_at_chain_sequence",
            ["recorded_at", "chain", "sequence"],
            unique=False,
        )
        batch_op.create_index(
            "ix_journal_entry_subject_type_subject_id", ["subject_type", "subject_id"], unique=False
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
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
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
    with op.batch_alter_table("meeting_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_version_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_meeting_version_closed_by_batch_id"),
            ["closed_by_batch_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_meeting_version_county_id"), ["county_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_meeting_version_meeting_id"), ["meeting_id"], unique=False
        )
        batch_op.create_index(
            "uq_meeting_version_open",
            ["meeting_id"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )

    op.create_table(
        "membership_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("held_from", sa.Date(), nullable=False),
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
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
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
    with op.batch_alter_table("membership_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_membership_version_batch_id"), ["batch_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_membership_version_closed_by_batch_id"),
            ["closed_by_batch_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_membership_version_county_id"), ["county_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_membership_version_membership_id"), ["membership_id"], unique=False
        )
        batch_op.create_index(
            "uq_membership_version_open",
            ["membership_id", "held_from"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
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
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
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
    with op.batch_alter_table("objective_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_objective_version_batch_id"), ["batch_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_objective_version_closed_by_batch_id"),
            ["closed_by_batch_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_objective_version_county_id"), ["county_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_objective_version_objective_id"), ["objective_id"], unique=False
        )
        batch_op.create_index(
            "uq_objective_version_open",
            ["objective_id"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )

    op.create_table(
        "pending_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=100), nullable=False),
        sa.Column("is_history", sa.Boolean(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reading",
                "ready",
                "writing",
                "imported",
                "discarded",
                name="pendingstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("reading", sa.Integer(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("preview", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("has_moved", sa.Boolean(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("form_key", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(state = 'imported') = (batch_id IS NOT NULL)", name=op.f("ck_pending_import_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["user_account.id"], name=op.f("fk_pending_import_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_pending_import_batch_id")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_pending_import_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_import")),
        sa.UniqueConstraint("form_key", name=op.f("uq_pending_import_form_key")),
    )
    with op.batch_alter_table("pending_import", schema=None) as batch_op:
        batch_op.create_index("ix_pending_import_account_id_id", ["account_id", "id"], unique=False)

    op.create_table(
        "school_district_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_district_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_school_district_member_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_school_district_member_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_school_district_member_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_district_id"],
            ["school_district.id"],
            name=op.f("fk_school_district_member_school_district_id"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_school_district_member_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_district_member")),
    )
    with op.batch_alter_table("school_district_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_school_district_member_batch_id"), ["batch_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_school_district_member_closed_by_batch_id"),
            ["closed_by_batch_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_school_district_member_county_id"), ["county_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_school_district_member_school_id"), ["school_id"], unique=False
        )
        batch_op.create_index(
            "uq_school_district_member_open",
            ["school_district_id", "school_id", "joined_on"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )

    op.create_table(
        "school_district_township",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_district_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_school_district_township_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_school_district_township_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_school_district_township_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_district_id"],
            ["school_district.id"],
            name=op.f("fk_school_district_township_school_district_id"),
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["division.id"], name=op.f("fk_school_district_township_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_district_township")),
    )
    with op.batch_alter_table("school_district_township", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_school_district_township_batch_id"), ["batch_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_school_district_township_closed_by_batch_id"),
            ["closed_by_batch_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_school_district_township_county_id"), ["county_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_school_district_township_township_id"), ["township_id"], unique=False
        )
        batch_op.create_index(
            "uq_school_district_township_open",
            ["school_district_id", "township_id", "joined_on"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )

    op.create_table(
        "school_district_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_district_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("held_from", sa.Date(), nullable=False),
        sa.Column("centre_school_id", sa.Integer(), nullable=True),
        sa.Column("dissolved_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_school_district_version_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["centre_school_id"],
            ["school.id"],
            name=op.f("fk_school_district_version_centre_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_school_district_version_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_school_district_version_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_district_id"],
            ["school_district.id"],
            name=op.f("fk_school_district_version_school_district_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_district_version")),
    )
    with op.batch_alter_table("school_district_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_school_district_version_batch_id"), ["batch_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_school_district_version_centre_school_id"),
            ["centre_school_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_school_district_version_closed_by_batch_id"),
            ["closed_by_batch_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_school_district_version_county_id"), ["county_id"], unique=False
        )
        batch_op.create_index(
            "uq_school_district_version_open",
            ["school_district_id", "held_from"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
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
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
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
    with op.batch_alter_table("school_figures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_school_figures_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_school_figures_closed_by_batch_id"), ["closed_by_batch_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_school_figures_county_id"), ["county_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_school_figures_school_id"), ["school_id"], unique=False
        )
        batch_op.create_index(
            "uq_school_figures_open",
            ["school_id", "school_year"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
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
        sa.Column("urban_flag_reason", sa.String(length=300), nullable=True),
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
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
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
    with op.batch_alter_table("school_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_school_version_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_school_version_closed_by_batch_id"), ["closed_by_batch_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_school_version_county_id"), ["county_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_school_version_school_id"), ["school_id"], unique=False
        )
        batch_op.create_index(
            "uq_school_version_open",
            ["school_id", "held_from"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
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
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
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
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiver_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_waiver_closed_by_batch_id"), ["closed_by_batch_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_waiver_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiver_county_id"), ["county_id"], unique=False)
        batch_op.create_index(
            "uq_waiver_open",
            ["community_id", "criterion", "item"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )

    op.create_table(
        "activity_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "returned",
                "withdrawn",
                "disallowed",
                "checked",
                name="decisionkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("decided_by_name", sa.String(length=100), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "reason IS NOT NULL OR kind = 'checked'", name=op.f("ck_activity_decision_reason")
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_activity_decision_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_activity_decision_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_activity_decision_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_activity_decision_county_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_decision")),
    )
    with op.batch_alter_table("activity_decision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activity_decision_activity_id"), ["activity_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_activity_decision_batch_id"), ["batch_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_activity_decision_closed_by_batch_id"),
            ["closed_by_batch_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_activity_decision_county_id"), ["county_id"], unique=False
        )
        batch_op.create_index(
            "uq_activity_decision_open",
            ["activity_id", "kind"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
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
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
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
    with op.batch_alter_table("activity_evidence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activity_evidence_activity_id"), ["activity_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_activity_evidence_batch_id"), ["batch_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_activity_evidence_closed_by_batch_id"),
            ["closed_by_batch_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_activity_evidence_county_id"), ["county_id"], unique=False
        )
        batch_op.create_index(
            "uq_activity_evidence_open",
            ["activity_id", "reference"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
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
    with op.batch_alter_table("activity_receiver", schema=None) as batch_op:
        batch_op.create_index(
            "ix_activity_receiver_school_id_activity_id", ["school_id", "activity_id"], unique=False
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
    with op.batch_alter_table("walking_teaching_session", schema=None) as batch_op:
        batch_op.create_index(
            "ix_walking_teaching_session_staff_number", ["staff_number"], unique=False
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
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
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
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_confirmation_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_confirmation_closed_by_batch_id"), ["closed_by_batch_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_confirmation_county_id"), ["county_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_confirmation_receiver_id"), ["receiver_id"], unique=False
        )
        batch_op.create_index(
            "uq_confirmation_open",
            ["receiver_id"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_confirmation_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_confirmation_receiver_id"))
        batch_op.drop_index(batch_op.f("ix_confirmation_county_id"))
        batch_op.drop_index(batch_op.f("ix_confirmation_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_confirmation_batch_id"))

    op.drop_table("confirmation")
    with op.batch_alter_table("walking_teaching_session", schema=None) as batch_op:
        batch_op.drop_index("ix_walking_teaching_session_staff_number")

    op.drop_table("walking_teaching_session")
    op.drop_table("shared_teaching_session")
    op.drop_table("resource_transfer")
    with op.batch_alter_table("activity_receiver", schema=None) as batch_op:
        batch_op.drop_index("ix_activity_receiver_school_id_activity_id")

    op.drop_table("activity_receiver")
    with op.batch_alter_table("activity_evidence", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_activity_evidence_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_activity_evidence_county_id"))
        batch_op.drop_index(batch_op.f("ix_activity_evidence_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_activity_evidence_batch_id"))
        batch_op.drop_index(batch_op.f("ix_activity_evidence_activity_id"))

    op.drop_table("activity_evidence")
    with op.batch_alter_table("activity_decision", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_activity_decision_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_activity_decision_county_id"))
        batch_op.drop_index(batch_op.f("ix_activity_decision_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_activity_decision_batch_id"))
        batch_op.drop_index(batch_op.f("ix_activity_decision_activity_id"))

    op.drop_table("activity_decision")
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_waiver_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_waiver_county_id"))
        batch_op.drop_index(batch_op.f("ix_waiver_community_id"))
        batch_op.drop_index(batch_op.f("ix_waiver_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_waiver_batch_id"))

    op.drop_table("waiver")
    with op.batch_alter_table("school_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_school_version_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_school_version_school_id"))
        batch_op.drop_index(batch_op.f("ix_school_version_county_id"))
        batch_op.drop_index(batch_op.f("ix_school_version_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_school_version_batch_id"))

    op.drop_table("school_version")
    with op.batch_alter_table("school_figures", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_school_figures_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_school_figures_school_id"))
        batch_op.drop_index(batch_op.f("ix_school_figures_county_id"))
        batch_op.drop_index(batch_op.f("ix_school_figures_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_school_figures_batch_id"))

    op.drop_table("school_figures")
    with op.batch_alter_table("school_district_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_school_district_version_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_school_district_version_county_id"))
        batch_op.drop_index(batch_op.f("ix_school_district_version_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_school_district_version_centre_school_id"))
        batch_op.drop_index(batch_op.f("ix_school_district_version_batch_id"))

    op.drop_table("school_district_version")
    with op.batch_alter_table("school_district_township", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_school_district_township_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_school_district_township_township_id"))
        batch_op.drop_index(batch_op.f("ix_school_district_township_county_id"))
        batch_op.drop_index(batch_op.f("ix_school_district_township_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_school_district_township_batch_id"))

    op.drop_table("school_district_township")
    with op.batch_alter_table("school_district_member", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_school_district_member_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_school_district_member_school_id"))
        batch_op.drop_index(batch_op.f("ix_school_district_member_county_id"))
        batch_op.drop_index(batch_op.f("ix_school_district_member_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_school_district_member_batch_id"))

    op.drop_table("school_district_member")
    with op.batch_alter_table("pending_import", schema=None) as batch_op:
        batch_op.drop_index("ix_pending_import_account_id_id")

    op.drop_table("pending_import")
    with op.batch_alter_table("objective_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_objective_version_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_objective_version_objective_id"))
        batch_op.drop_index(batch_op.f("ix_objective_version_county_id"))
        batch_op.drop_index(batch_op.f("ix_objective_version_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_objective_version_batch_id"))

    op.drop_table("objective_version")
    with op.batch_alter_table("membership_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_membership_version_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_membership_version_membership_id"))
        batch_op.drop_index(batch_op.f("ix_membership_version_county_id"))
        batch_op.drop_index(batch_op.f("ix_membership_version_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_membership_version_batch_id"))

    op.drop_table("membership_version")
    with op.batch_alter_table("meeting_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_meeting_version_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_meeting_version_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_meeting_version_county_id"))
        batch_op.drop_index(batch_op.f("ix_meeting_version_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_meeting_version_batch_id"))

    op.drop_table("meeting_version")
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_entry_subject_type_subject_id")
        batch_op.drop_index("ix_journal_entry_recorded_at_chain_sequence")

    op.drop_table("journal_entry")
    with op.batch_alter_table("import_batch_county", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_batch_county_county_id"))

    op.drop_table("import_batch_county")
    with op.batch_alter_table("designation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_designation_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_designation_school_id"))
        batch_op.drop_index(batch_op.f("ix_designation_county_id"))
        batch_op.drop_index(batch_op.f("ix_designation_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_designation_batch_id"))

    op.drop_table("designation")
    with op.batch_alter_table("community_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_community_version_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_community_version_county_id"))
        batch_op.drop_index(batch_op.f("ix_community_version_community_id"))
        batch_op.drop_index(batch_op.f("ix_community_version_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_community_version_batch_id"))

    op.drop_table("community_version")
    with op.batch_alter_table("charter_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_charter_version_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_charter_version_county_id"))
        batch_op.drop_index(batch_op.f("ix_charter_version_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_charter_version_charter_id"))
        batch_op.drop_index(batch_op.f("ix_charter_version_batch_id"))

    op.drop_table("charter_version")
    with op.batch_alter_table("charter_signature", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_charter_signature_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_charter_signature_membership_id"))
        batch_op.drop_index(batch_op.f("ix_charter_signature_county_id"))
        batch_op.drop_index(batch_op.f("ix_charter_signature_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_charter_signature_batch_id"))

    op.drop_table("charter_signature")
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_provider_id"))
        batch_op.drop_index("ix_activity_county_id_held_on_id")
        batch_op.drop_index("ix_activity_community_id_identity")
        batch_op.drop_index("ix_activity_community_id_held_on_id")
        batch_op.drop_index(batch_op.f("ix_activity_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_activity_batch_id"))

    op.drop_table("activity")
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_session_user_id"))
        batch_op.drop_index(batch_op.f("ix_user_session_expires_at"))

    op.drop_table("user_session")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_state")
        batch_op.drop_index(batch_op.f("ix_job_county_id"))
        batch_op.drop_index("ix_job_account_id_id")

    op.drop_table("job")
    with op.batch_alter_table("issued_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issued_report_issued_at"))
        batch_op.drop_index("ix_issued_report_county_id_id")
        batch_op.drop_index("ix_issued_report_community_id_id")
        batch_op.drop_index("ix_issued_report_city_id_id")

    op.drop_table("issued_report")
    op.drop_table("import_batch")
    with op.batch_alter_table("access_log_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_access_log_entry_recorded_at_id")
        batch_op.drop_index("ix_access_log_entry_county_id_recorded_at_id")

    op.drop_table("access_log_entry")
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_account_school_id"))
        batch_op.drop_index("ix_user_account_county_id_user_name")
        batch_op.drop_index("ix_user_account_city_id_user_name")

    op.drop_table("user_account")
    with op.batch_alter_table("school_alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_school_alias_name"))

    op.drop_table("school_alias")
    with op.batch_alter_table("objective", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objective_county_id"))
        batch_op.drop_index(batch_op.f("ix_objective_community_id"))

    op.drop_table("objective")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index("ix_membership_school_id")
        batch_op.drop_index(batch_op.f("ix_membership_county_id"))

    op.drop_table("membership")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_county_id"))
        batch_op.drop_index(batch_op.f("ix_meeting_community_id"))

    op.drop_table("meeting")
    op.drop_table("community_year_rollup")
    with op.batch_alter_table("charter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_charter_county_id"))
        batch_op.drop_index(batch_op.f("ix_charter_community_id"))

    op.drop_table("charter")
    op.drop_table("term")
    with op.batch_alter_table("school_district", schema=None) as batch_op:
        batch_op.drop_index("ix_school_district_county_id_name")

    op.drop_table("school_district")
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_school_successor_id"))
        batch_op.drop_index(batch_op.f("ix_school_legal_school_id"))
        batch_op.drop_index("ix_school_county_id_name")
        batch_op.drop_index("ix_school_county_id_id")

    op.drop_table("school")
    op.drop_table("minimum")
    with op.batch_alter_table("division_alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_division_alias_division_id"))

    op.drop_table("division_alias")
    op.drop_table("county_month_rollup")
    with op.batch_alter_table("community", schema=None) as batch_op:
        batch_op.drop_index("ix_community_county_id_code")

    op.drop_table("community")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_attempt_name_sha256_attempted_at")
        batch_op.drop_index("ix_sign_in_attempt_ip_attempted_at")
        batch_op.drop_index(batch_op.f("ix_sign_in_attempt_attempted_at"))

    op.drop_table("sign_in_attempt")
    op.drop_table("school_year")
    op.drop_table("rule_set_version")
    op.drop_table("journal_head")
    op.drop_table("installation")
    with op.batch_alter_table("division", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_division_parent_id"))
        batch_op.drop_index(batch_op.f("ix_division_name"))

    op.drop_table("division")
