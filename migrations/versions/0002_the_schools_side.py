"""The schools' side: entries, answers, evidence files, timetables, lines of transfers, kept filters.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

from community.kernel.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "walking_teaching_arrangement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
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
        sa.Column("teacher_name", sa.String(length=60), nullable=False),
        sa.Column("staff_number", sa.String(length=40), nullable=False),
        sa.Column("pinyin", sa.String(length=400), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=False),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column(
            "subject",
            sa.Enum(
                "chinese",
                "mathematics",
                "english",
                "japanese",
                "russian",
                "foreign_language",
                "morality_and_law",
                "ideology_and_politics",
                "history",
                "geography",
                "science",
                "physics",
                "chemistry",
                "biology",
                "information_science",
                "information_technology",
                "general_technology",
                "pe_and_health",
                "arts",
                "music",
                "fine_arts",
                "dance",
                "drama",
                "film",
                "labour",
                "practical_activities",
                "mental_health",
                name="subject",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("grade", sa.String(length=40), nullable=True),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
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
        sa.Column("travel_minutes", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("ended_reason", sa.String(length=300), nullable=True),
        sa.Column("continues_id", sa.Integer(), nullable=True),
        sa.Column("form_key", sa.String(length=36), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "sender_id <> receiver_id", name=op.f("ck_walking_teaching_arrangement_schools")
        ),
        sa.CheckConstraint(
            "starts_on <= ends_on", name=op.f("ck_walking_teaching_arrangement_order")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
            name=op.f("fk_walking_teaching_arrangement_community_id"),
        ),
        sa.ForeignKeyConstraint(
            ["continues_id"],
            ["walking_teaching_arrangement.id"],
            name=op.f("fk_walking_teaching_arrangement_continues_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_walking_teaching_arrangement_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["school.id"], name=op.f("fk_walking_teaching_arrangement_receiver_id")
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["school.id"], name=op.f("fk_walking_teaching_arrangement_sender_id")
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["term.id"], name=op.f("fk_walking_teaching_arrangement_term_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walking_teaching_arrangement")),
        sa.UniqueConstraint(
            "continues_id",
            "term_id",
            name=op.f("uq_walking_teaching_arrangement_continues_id_term_id"),
        ),
        sa.UniqueConstraint("form_key", name=op.f("uq_walking_teaching_arrangement_form_key")),
    )
    with op.batch_alter_table("walking_teaching_arrangement", schema=None) as batch_op:
        batch_op.create_index(
            "ix_walking_teaching_arrangement_community_id_starts_on_id",
            ["community_id", "starts_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_walking_teaching_arrangement_continues_id"),
            ["continues_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_walking_teaching_arrangement_county_id_starts_on_id",
            ["county_id", "starts_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_walking_teaching_arrangement_receiver_id"), ["receiver_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_walking_teaching_arrangement_sender_id"), ["sender_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_walking_teaching_arrangement_term_id"), ["term_id"], unique=False
        )

    op.create_table(
        "arrangement_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("arrangement_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("slots_text", sa.String(length=60), nullable=False),
        sa.Column("slots_mask", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column("ends_at", sa.Time(), nullable=True),
        sa.Column(
            "rhythm",
            sa.Enum(
                "every_week",
                "odd_weeks",
                "even_weeks",
                name="rhythm",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_arrangement_slot_times")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 4", name=op.f("ck_arrangement_slot_weekday")),
        sa.ForeignKeyConstraint(
            ["arrangement_id"],
            ["walking_teaching_arrangement.id"],
            name=op.f("fk_arrangement_slot_arrangement_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrangement_slot")),
    )
    with op.batch_alter_table("arrangement_slot", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_arrangement_slot_arrangement_id"), ["arrangement_id"], unique=False
        )

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "picture",
                "pdf",
                "docx",
                "xlsx",
                "pptx",
                name="filekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("caption", sa.String(length=200), nullable=True),
        sa.Column("storage_key", sa.String(length=100), nullable=False),
        sa.Column("thumbnail_key", sa.String(length=100), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("received_by", sa.String(length=100), nullable=False),
        sa.Column("received_by_id", sa.Integer(), nullable=True),
        sa.Column("linked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_attachment_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["received_by_id"], ["user_account.id"], name=op.f("fk_attachment_received_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_county_id"), ["county_id"], unique=False)
        batch_op.create_index(
            "ix_attachment_linked_at_received_at", ["linked_at", "received_at"], unique=False
        )
        batch_op.create_index(
            "ix_attachment_received_by_id_linked_at", ["received_by_id", "linked_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_attachment_sent_sha256"), ["sent_sha256"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_attachment_sha256"), ["sha256"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_attachment_storage_key"), ["storage_key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_attachment_thumbnail_key"), ["thumbnail_key"], unique=False
        )

    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("hour_began_at", UtcDateTime(), nullable=True),
        sa.Column("reads_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["user_account.id"], name=op.f("fk_calendar_feed_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_calendar_feed_token_sha256")),
    )
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_calendar_feed_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "deputy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("appointed_by", sa.String(length=100), nullable=False),
        sa.Column("appointed_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_deputy_days")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["user_account.id"], name=op.f("fk_deputy_account_id")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["division.id"], name=op.f("fk_deputy_county_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_deputy_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    with op.batch_alter_table("deputy", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deputy_account_id_ends_on", ["account_id", "ends_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_deputy_school_id"), ["school_id"], unique=False)

    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["user_account.id"], name=op.f("fk_saved_filter_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint(
            "account_id", "page", "name", name=op.f("uq_saved_filter_account_id_page_name")
        ),
    )
    op.create_table(
        "confirmation_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("activity_ids", sa.JSON(), nullable=False),
        sa.Column("printed_at", UtcDateTime(), nullable=False),
        sa.Column("printed_by", sa.String(length=100), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=100), nullable=True),
        sa.Column("paper_reference", sa.String(length=300), nullable=True),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_confirmation_sheet_attachment_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_confirmation_sheet_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_confirmation_sheet_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_sheet")),
    )
    with op.batch_alter_table("confirmation_sheet", schema=None) as batch_op:
        batch_op.create_index(
            "ix_confirmation_sheet_county_id_printed_at_id",
            ["county_id", "printed_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_confirmation_sheet_school_id_printed_at_id",
            ["school_id", "printed_at", "id"],
            unique=False,
        )

    op.create_table(
        "planned_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("arrangement_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("teacher_name", sa.String(length=60), nullable=False),
        sa.Column("staff_number", sa.String(length=40), nullable=False),
        sa.Column(
            "subject",
            sa.Enum(
                "chinese",
                "mathematics",
                "english",
                "japanese",
                "russian",
                "foreign_language",
                "morality_and_law",
                "ideology_and_politics",
                "history",
                "geography",
                "science",
                "physics",
                "chemistry",
                "biology",
                "information_science",
                "information_technology",
                "general_technology",
                "pe_and_health",
                "arts",
                "music",
                "fine_arts",
                "dance",
                "drama",
                "film",
                "labour",
                "practical_activities",
                "mental_health",
                name="subject",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("grade", sa.String(length=40), nullable=True),
        sa.Column("travel_minutes", sa.Integer(), nullable=True),
        sa.Column("slots_text", sa.String(length=60), nullable=False),
        sa.Column("slots_mask", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column("ends_at", sa.Time(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "substituted",
                "taught",
                "cancelled",
                "moved",
                name="visitstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("substitute_name", sa.String(length=60), nullable=True),
        sa.Column("substitute_number", sa.String(length=40), nullable=True),
        sa.Column("moved_to", sa.Date(), nullable=True),
        sa.Column("moved_from_id", sa.Integer(), nullable=True),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'moved') = (moved_to IS NOT NULL)", name=op.f("ck_planned_visit_moved")
        ),
        sa.CheckConstraint(
            "(state = 'taught') = (activity_id IS NOT NULL)", name=op.f("ck_planned_visit_taught")
        ),
        sa.CheckConstraint(
            "state <> 'cancelled' OR reason IS NOT NULL", name=op.f("ck_planned_visit_cancelled")
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_planned_visit_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["arrangement_id"],
            ["walking_teaching_arrangement.id"],
            name=op.f("fk_planned_visit_arrangement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_planned_visit_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_planned_visit_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["moved_from_id"], ["planned_visit.id"], name=op.f("fk_planned_visit_moved_from_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_visit")),
        sa.UniqueConstraint("activity_id", name=op.f("uq_planned_visit_activity_id")),
    )
    with op.batch_alter_table("planned_visit", schema=None) as batch_op:
        batch_op.create_index(
            "ix_planned_visit_arrangement_id_held_on", ["arrangement_id", "held_on"], unique=False
        )
        batch_op.create_index(
            "ix_planned_visit_community_id_held_on_id",
            ["community_id", "held_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_planned_visit_county_id_held_on_id", ["county_id", "held_on", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_planned_visit_moved_from_id"), ["moved_from_id"], unique=False
        )
        batch_op.create_index(
            "uq_planned_visit_held",
            ["arrangement_id", "held_on", "slots_mask"],
            unique=True,
            sqlite_where=sa.text("state IN ('planned', 'substituted', 'taught')"),
            postgresql_where=sa.text("state IN ('planned', 'substituted', 'taught')"),
        )

    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=False),
        sa.Column("reminded_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_reminder_activity_id")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_reminder_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "activity_id",
            "school_id",
            "reminded_on",
            name=op.f("uq_reminder_activity_id_school_id_reminded_on"),
        ),
    )
    op.create_table(
        "saved_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
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
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("saved_from", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["user_account.id"], name=op.f("fk_saved_entry_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_saved_entry_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["activity.id"], name=op.f("fk_saved_entry_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_entry")),
        sa.UniqueConstraint("form_key", name=op.f("uq_saved_entry_form_key")),
    )
    with op.batch_alter_table("saved_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_saved_entry_account_id_saved_at_id", ["account_id", "saved_at", "id"], unique=False
        )

    op.create_table(
        "transfer_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=300), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("is_loan", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_transfer_line_quantity")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_transfer_line_activity_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_line")),
        sa.UniqueConstraint(
            "activity_id", "position", name=op.f("uq_transfer_line_activity_id_position")
        ),
    )
    op.create_table(
        "loan_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column(
            "condition",
            sa.Enum(
                "good",
                "damaged",
                "incomplete",
                name="condition",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("stated_by_name", sa.String(length=100), nullable=False),
        sa.Column("form_key", sa.String(length=36), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by_name", sa.String(length=100), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "(confirmed_on IS NULL) = (confirmed_by_name IS NULL)",
            name=op.f("ck_loan_return_confirmation"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_loan_return_quantity")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_loan_return_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_loan_return_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user_account.id"], name=op.f("fk_loan_return_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_loan_return_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["transfer_line.id"], name=op.f("fk_loan_return_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_loan_return_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_return")),
    )
    with op.batch_alter_table("loan_return", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loan_return_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_loan_return_closed_by_batch_id"), ["closed_by_batch_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_loan_return_county_id"), ["county_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_loan_return_form_key"), ["form_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_loan_return_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_loan_return_school_id"), ["school_id"], unique=False)
        batch_op.create_index(
            "uq_loan_return_open",
            ["line_id", "number"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )

    op.create_table(
        "transfer_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3), nullable=False),
        sa.Column(
            "condition",
            sa.Enum(
                "good",
                "damaged",
                "incomplete",
                name="condition",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("known_from", UtcDateTime(), nullable=False),
        sa.Column("known_until", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_batch_id", sa.Integer(), nullable=True),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.Column("ended_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_transfer_receipt_quantity")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_transfer_receipt_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_batch_id"],
            ["import_batch.id"],
            name=op.f("fk_transfer_receipt_closed_by_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_id"], ["division.id"], name=op.f("fk_transfer_receipt_county_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["transfer_line.id"], name=op.f("fk_transfer_receipt_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_transfer_receipt_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_receipt")),
    )
    with op.batch_alter_table("transfer_receipt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_transfer_receipt_batch_id"), ["batch_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_transfer_receipt_closed_by_batch_id"),
            ["closed_by_batch_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_transfer_receipt_county_id"), ["county_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_transfer_receipt_line_id"), ["line_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_transfer_receipt_school_id"), ["school_id"], unique=False
        )
        batch_op.create_index(
            "uq_transfer_receipt_open",
            ["line_id", "school_id"],
            unique=True,
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )

    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("half_days_count", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reported_by_school_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reported_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("form_key", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("double_reason", sa.String(length=500), nullable=True))
        batch_op.create_check_constraint(batch_op.f("ck_activity_half_days"), "half_days_count > 0")
        batch_op.create_index(batch_op.f("ix_activity_replaces_id"), ["replaces_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_activity_reported_by_id"), ["reported_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_activity_reported_by_school_id"), ["reported_by_school_id"], unique=False
        )
        batch_op.create_unique_constraint(batch_op.f("uq_activity_form_key"), ["form_key"])
        batch_op.create_foreign_key(
            batch_op.f("fk_activity_reported_by_school_id"),
            "school",
            ["reported_by_school_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_activity_replaces_id"), "activity", ["replaces_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_activity_reported_by_id"), "user_account", ["reported_by_id"], ["id"]
        )

    with op.batch_alter_table("activity_decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("school_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_activity_decision_school_id"), "school", ["school_id"], ["id"]
        )

    with op.batch_alter_table("activity_evidence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("attachment_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("sha256", sa.String(length=64), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_activity_evidence_attachment_id"), ["attachment_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_activity_evidence_sha256"), ["sha256"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_activity_evidence_attachment_id"),
            "attachment",
            ["attachment_id"],
            ["id"],
        )

    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confirmed_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("paper_reference", sa.String(length=300), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_confirmation_confirmed_by_id"),
            "user_account",
            ["confirmed_by_id"],
            ["id"],
        )


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_confirmation_confirmed_by_id"), type_="foreignkey")
        batch_op.drop_column("paper_reference")
        batch_op.drop_column("confirmed_by_id")

    with op.batch_alter_table("activity_evidence", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_activity_evidence_attachment_id"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_activity_evidence_sha256"))
        batch_op.drop_index(batch_op.f("ix_activity_evidence_attachment_id"))
        batch_op.drop_column("sha256")
        batch_op.drop_column("attachment_id")

    with op.batch_alter_table("activity_decision", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_activity_decision_school_id"), type_="foreignkey")
        batch_op.drop_column("school_id")

    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_activity_half_days"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_activity_reported_by_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_activity_replaces_id"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("fk_activity_reported_by_school_id"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("uq_activity_form_key"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_activity_reported_by_school_id"))
        batch_op.drop_index(batch_op.f("ix_activity_reported_by_id"))
        batch_op.drop_index(batch_op.f("ix_activity_replaces_id"))
        batch_op.drop_column("double_reason")
        batch_op.drop_column("replaces_id")
        batch_op.drop_column("form_key")
        batch_op.drop_column("reported_by_id")
        batch_op.drop_column("reported_by_school_id")
        batch_op.drop_column("half_days_count")

    with op.batch_alter_table("transfer_receipt", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_transfer_receipt_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_transfer_receipt_school_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_receipt_line_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_receipt_county_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_receipt_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_transfer_receipt_batch_id"))

    op.drop_table("transfer_receipt")
    with op.batch_alter_table("loan_return", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_loan_return_open",
            sqlite_where=sa.text("known_until IS NULL AND is_undone IS 0"),
            postgresql_where=sa.text("known_until IS NULL AND is_undone IS FALSE"),
        )
        batch_op.drop_index(batch_op.f("ix_loan_return_school_id"))
        batch_op.drop_index(batch_op.f("ix_loan_return_line_id"))
        batch_op.drop_index(batch_op.f("ix_loan_return_form_key"))
        batch_op.drop_index(batch_op.f("ix_loan_return_county_id"))
        batch_op.drop_index(batch_op.f("ix_loan_return_closed_by_batch_id"))
        batch_op.drop_index(batch_op.f("ix_loan_return_batch_id"))

    op.drop_table("loan_return")
    op.drop_table("transfer_line")
    with op.batch_alter_table("saved_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_saved_entry_account_id_saved_at_id")

    op.drop_table("saved_entry")
    op.drop_table("reminder")
    with op.batch_alter_table("planned_visit", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_planned_visit_held",
            sqlite_where=sa.text("state IN ('planned', 'substituted', 'taught')"),
            postgresql_where=sa.text("state IN ('planned', 'substituted', 'taught')"),
        )
        batch_op.drop_index(batch_op.f("ix_planned_visit_moved_from_id"))
        batch_op.drop_index("ix_planned_visit_county_id_held_on_id")
        batch_op.drop_index("ix_planned_visit_community_id_held_on_id")
        batch_op.drop_index("ix_planned_visit_arrangement_id_held_on")

    op.drop_table("planned_visit")
    with op.batch_alter_table("confirmation_sheet", schema=None) as batch_op:
        batch_op.drop_index("ix_confirmation_sheet_school_id_printed_at_id")
        batch_op.drop_index("ix_confirmation_sheet_county_id_printed_at_id")

    op.drop_table("confirmation_sheet")
    op.drop_table("saved_filter")
    with op.batch_alter_table("deputy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deputy_school_id"))
        batch_op.drop_index("ix_deputy_account_id_ends_on")

    op.drop_table("deputy")
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_feed_account_id"))

    op.drop_table("calendar_feed")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_thumbnail_key"))
        batch_op.drop_index(batch_op.f("ix_attachment_storage_key"))
        batch_op.drop_index(batch_op.f("ix_attachment_sha256"))
        batch_op.drop_index(batch_op.f("ix_attachment_sent_sha256"))
        batch_op.drop_index("ix_attachment_received_by_id_linked_at")
        batch_op.drop_index("ix_attachment_linked_at_received_at")
        batch_op.drop_index(batch_op.f("ix_attachment_county_id"))

    op.drop_table("attachment")
    with op.batch_alter_table("arrangement_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_arrangement_slot_arrangement_id"))

    op.drop_table("arrangement_slot")
    with op.batch_alter_table("walking_teaching_arrangement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_walking_teaching_arrangement_term_id"))
        batch_op.drop_index(batch_op.f("ix_walking_teaching_arrangement_sender_id"))
        batch_op.drop_index(batch_op.f("ix_walking_teaching_arrangement_receiver_id"))
        batch_op.drop_index("ix_walking_teaching_arrangement_county_id_starts_on_id")
        batch_op.drop_index(batch_op.f("ix_walking_teaching_arrangement_continues_id"))
        batch_op.drop_index("ix_walking_teaching_arrangement_community_id_starts_on_id")

    op.drop_table("walking_teaching_arrangement")
