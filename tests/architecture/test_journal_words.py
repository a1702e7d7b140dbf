"""The journal speaks in words: each journaled table and each column that says something has one."""

import re
from pathlib import Path

from flask import Flask

from community.journal.models import JOURNALED_TABLES
from community.kernel.database import Base

# What no official asks for: keys, search keys, marks of the machine. Shown last, in small.
TECHNICAL = {
    "activity_id",
    "actor_id",
    "appointed_at",
    "arrangement_id",
    "attachment_id",
    "batch_id",
    "charter_id",
    "closed_by_batch_id",
    "continues_id",
    "created_at",
    "created_by",
    "created_by_id",
    "form_key",
    "hour_began_at",
    "id",
    "identity",
    "line_id",
    "imported_at",
    "imported_by",
    "marked_at",
    "meeting_id",
    "membership_id",
    "moved_from_id",
    "objective_id",
    "password_changed_at",
    "password_hash",
    "pinyin",
    "position",
    "reads_count",
    "receiver_id",
    "recorded_at",
    "recorded_by",
    "restores",
    "revision",
    "school_district_id",
    "school_year_id",
    "sheets",
    "slots_mask",
    "token_sha256",
    "undone_at",
    "undone_by",
}


# What a service says it does: "activity.reported", wherever it stands in the code.
ACTION = re.compile(r'(?:action=|: )"([a-z_]+\.[a-z_]+)"')


def test_every_action_and_its_subject_has_a_word(app: Flask) -> None:
    root = Path(app.root_path)
    files = [*root.glob("*/services/*.py"), *root.glob("*/services.py"), *root.glob("cli*.py")]
    actions = {action for file in files for action in ACTION.findall(file.read_text("utf-8"))}
    assert {"activity.reported", "activity.checked", "planned_visit.taught"} <= actions
    with app.test_request_context():
        template = app.jinja_env.get_template("journal/words.html")
        words = vars(template.make_module({"_": lambda text: text}))
    wordless = {action for action in actions if words["action_word"](action).strip() == action}
    assert wordless == set(), "an official reads the journal: word it"
    unnamed = {
        action.partition(".")[0]
        for action in actions
        if action.partition(".")[0] in JOURNALED_TABLES
    } - set(words["subject_words"])
    assert unnamed == set()


def test_every_journaled_table_and_column_has_a_word(app: Flask) -> None:
    with app.test_request_context():
        template = app.jinja_env.get_template("journal/words.html")
        words = vars(template.make_module({"_": lambda text: text}))
    tables = {name: Base.metadata.tables[name] for name in JOURNALED_TABLES}
    columns = {column.name for table in tables.values() for column in table.columns}
    assert len(columns) > 100
    assert tables.keys() - set(words["table_words"]) == set()
    assert columns - set(words["field_words"]) - TECHNICAL == set(), "word it, or call it technical"
    assert (set(words["field_words"]) | TECHNICAL) - columns == set(), "of a column that is gone"
