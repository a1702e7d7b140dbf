"""Forms speak the reader's language, WTForms' own sentences included."""

from datetime import date

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from community.access import Role
from community.kernel.errors import RuleViolationError, StaleWriteError
from community.kernel.i18n import N_, Message, use_locale
from community.web.forms import (
    Form,
    answer_form,
    choice_of,
    members_of,
    required_day,
    said,
    truth_of,
    yes_or_no,
)

pytestmark = pytest.mark.once


class ExampleForm(Form):
    name = StringField(said("Name"), validators=[InputRequired(), Length(max=3)])
    held_on = DateField(said("Date"), validators=[InputRequired()])


def faults_of(app: Flask, locale: str, **values: str) -> dict[str, list[str]]:
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.test_request_context("/", method="POST"), use_locale(locale):
        form = ExampleForm(MultiDict(values))
        form.validate()
        return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def test_wtforms_own_messages_are_chinese(app: Flask) -> None:
    (fault,) = faults_of(app, "zh", held_on="2025-01-01")["name"]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in fault)


def test_and_english(app: Flask) -> None:
    assert faults_of(app, "en", held_on="2025-01-01")["name"] == ["This field is required."]


def test_a_plural_is_filled_in(app: Flask) -> None:
    (english,) = faults_of(app, "en", name="long name", held_on="2025-01-01")["name"]
    assert english == "Field cannot be longer than 3 characters."
    (chinese,) = faults_of(app, "zh", name="long name", held_on="2025-01-01")["name"]
    assert "3" in chinese
    assert chinese != english


def test_a_wrong_date_is_called_wrong_not_missing(app: Flask) -> None:
    (fault,) = faults_of(app, "en", name="a", held_on="2025.1")["held_on"]
    assert fault == "Not a valid date value."


def test_a_violated_rule_is_shown_beside_its_field_or_above(app: Flask) -> None:
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.test_request_context("/", method="POST"):
        form = ExampleForm(MultiDict({"name": "a", "held_on": "2025-01-01"}))
        assert form.validate()
        assert form.held_on.data == date(2025, 1, 1)
        form.add_error(Message("Too early."), "held_on")
        form.add_error(Message("Not now."), "nothing")
        form.add_error(Message("Never."))
        assert form.held_on.errors == ["Too early."]
        assert form.form_errors == ["Not now.", "Never."]


# --- choices, conflicts, answers ----------------------------------------------------------------


class ChoiceForm(Form):
    name = StringField(said("Name"), validators=[InputRequired()])
    is_good = SelectField(said("Good"), choices=yes_or_no)
    kind = SelectField(said("Kind"), choices=members_of(Role, blank=N_("choose")))
    held_on = DateField(said("Date"), validators=[Optional()])
    revision = IntegerField(widget=HiddenInput(), validators=[Optional()])


def choice_form(app: Flask, **values: str) -> ChoiceForm:
    sent = {"name": "乙", "is_good": "no", "kind": "", "revision": "1"}
    return ChoiceForm(MultiDict({**sent, **values}))


def test_a_conflict_sets_both_versions_side_by_side(app: Flask) -> None:
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.test_request_context("/", method="POST"), use_locale("en"):
        form = choice_form(app, kind="viewer")
        on_file = {"name": "甲", "is_good": True, "kind": None, "held_on": date(2025, 1, 1), "x": 1}
        form.show_conflict(StaleWriteError(on_file=on_file, revision=7))
        shown = [(row.label, row.on_file, row.typed, row.is_different) for row in form.conflicts]
        assert shown == [
            ("Name", "甲", "乙", True),
            ("Good", "yes", "no", True),
            ("Kind", "choose", "Viewer", True),
            ("Date", "2025-01-01", "—", True),
        ]
        assert 'value="7"' in form.revision(), "sending it again keeps what was typed"


def test_what_neither_page_nor_database_can_hold_does_not_arrive(app: Flask) -> None:
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.test_request_context("/", method="POST"):
        assert choice_form(app, name="甲\x00\ud800\x1b乙\t丙\u3000").name.data == "甲乙\t丙\u3000"


@pytest.mark.parametrize(
    ("typed", "outcome", "expected"),
    [
        ({"name": ""}, None, ("page", 422)),
        ({}, None, "done 7"),
        ({}, RuleViolationError("No.", field="name"), ("page", 422)),
        ({}, StaleWriteError(on_file={}, revision=2), ("page", 409)),
    ],
)
def test_a_form_is_answered(
    app: Flask, typed: dict[str, str], outcome: Exception | None, expected: object
) -> None:
    def act() -> int:
        if outcome is not None:
            raise outcome
        return 7

    app.config.update(WTF_CSRF_ENABLED=False)
    with app.test_request_context("/", method="POST"):
        form = choice_form(app, **typed)
        answer = answer_form(form, act, page=lambda: "page", done=lambda number: f"done {number}")
        assert answer == expected


@pytest.mark.parametrize("choice", [None, True, False])
def test_a_truth_goes_into_a_choice_and_comes_back(choice: bool | None) -> None:
    assert truth_of(choice_of(choice)) is choice


def test_a_required_day_has_been_validated(app: Flask) -> None:
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.test_request_context("/", method="POST"):
        assert required_day(choice_form(app, held_on="2025-01-02").held_on) == date(2025, 1, 2)
        with pytest.raises(ValueError, match="held_on"):
            required_day(choice_form(app).held_on)
