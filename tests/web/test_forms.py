"""Forms speak the reader's language, WTForms' own sentences included."""

from datetime import date

from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from community.kernel.i18n import Message, use_locale
from community.web.forms import Form, said


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
