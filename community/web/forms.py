"""The base of all forms: our messages, in the reader's language."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Final, TypeVar, cast

from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField
from wtforms.fields.choices import SelectFieldBase
from wtforms.i18n import get_translations
from wtforms.validators import InputRequired

from community.kernel import clock, i18n
from community.kernel.errors import RuleViolationError, StaleWriteError
from community.kernel.i18n import N_

# What WTForms says by itself: its own Chinese does not say what to do.
_WTFORMS_WORDS: Final = (
    N_("This field is required."),
    N_("Not a valid choice."),
    N_("Not a valid date value."),
    N_("Not a valid integer value."),
)
T = TypeVar("T")
_UNFIT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
HOLDS_FROM: Final = N_(
    "The first day on which it is so. Counts as of an earlier day keep what was on file before."
)


def said(msgid: str, **params: object) -> str:
    """A label or description that is translated when it is shown; WTForms knows plain text only,
    so the type tells a small lie. `msgid` is marked with `N_`."""
    return cast("str", i18n.Message(msgid, params))


@cache
def _wtforms_catalogue(locale: str) -> Any:
    return get_translations([locale])


class _Translations:
    """Our catalogue first, then what WTForms ships for its own messages."""

    def gettext(self, string: str) -> str:
        text = i18n.gettext(string)
        if text == string and i18n.current_locale() != "en":
            return str(_wtforms_catalogue(i18n.current_locale()).gettext(string))
        return text

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        text = i18n.plural_form(singular, plural, n)
        if text in (singular, plural) and i18n.current_locale() != "en":
            catalogue = _wtforms_catalogue(i18n.current_locale())
            return str(catalogue.ngettext(singular, plural, n))
        return text


@dataclass(frozen=True)
class FieldConflict:
    """One field of two versions of a record, as texts."""

    label: str
    on_file: str
    typed: str

    @property
    def is_different(self) -> bool:
        """Whether the versions differ here."""
        return self.on_file != self.typed


def _clean(value: Any) -> Any:
    """A text without control signs (PostgreSQL takes no NUL) and lone surrogates."""
    return _UNFIT.sub("", value) if isinstance(value, str) else value


class Form(FlaskForm):  # type: ignore[misc] # the library has no types
    """The shape and format of what a page sends; `draft()` of a subclass gives the command.

    Labels and descriptions are given by `said`: a form is made before the language is known.
    Dates take `InputRequired`: `DataRequired` would hide that the format is wrong.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc] # the same
        """How fields find their translations."""

        def get_translations(self, _form: Any) -> _Translations:
            """The translations in force now; WTForms keeps none of its own."""
            return _Translations()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent, without what neither a page nor a database can hold."""
            sent = super().wrap_formdata(form, formdata)
            if not isinstance(sent, MultiDict):
                return sent
            return MultiDict([(key, _clean(value)) for key, value in sent.items(multi=True)])

    # After a stale write: both versions, field by field.
    conflicts: tuple[FieldConflict, ...] = ()

    def show_conflict(self, error: StaleWriteError) -> None:
        """Set what is on file beside what was typed (`components/conflict.html`).

        Sending the form again is then a decision for what was typed: it carries the new revision.
        """
        self.add_error(error)
        self.conflicts = tuple(
            FieldConflict(
                str(self[name].label.text),
                said_value(self[name], stored),
                said_value(self[name], self[name].data),
            )
            for name, stored in error.on_file.items()
            if name in self
        )
        if "revision" in self:
            # A field shows what was sent before its data.
            self["revision"].data, self["revision"].raw_data = error.revision, None

    def add_error(self, message: object, field: str | None = None) -> None:
        """Show a violated rule beside its field, or above the form."""
        if field is not None and field in self:
            self[field].errors = [*self[field].errors, str(message)]
        else:
            self.form_errors.append(str(message))


def said_value(field: Any, value: object) -> str:
    """A value of a field as a reader knows it: the text of a choice, yes or no, a day."""
    if isinstance(field, SelectFieldBase):
        texts = {str(key): str(text) for key, text, *_rest in field.iter_choices()}
        values = value if isinstance(value, list | tuple | set | frozenset) else [value]
        chosen = sorted(choice_of(one) for one in values)
        return str(i18n.Listing(tuple(texts.get(one, one) for one in chosen))) or "—"
    if isinstance(value, bool):
        return i18n.gettext("yes") if value else i18n.gettext("no")
    return "—" if value is None or value == "" else str(value)


def holds_from_field(description: str = HOLDS_FROM) -> DateField:
    """The day from which a change holds; shown by `components/holds_from.html`."""
    return DateField(
        said(N_("Holds from")),
        [InputRequired()],
        description=said(description),
        default=clock.today,
    )


def required_day(field: DateField) -> date:
    """The day of a field with `InputRequired`, once the form has been validated."""
    if field.data is None:
        raise ValueError(f"{field.name} has not been validated")
    return field.data


# --- choices ----------------------------------------------------------------------------------


def choice_of(value: object) -> str:
    """A value as a choice of a select sends it: nothing is empty, a truth `yes` or `no`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def truth_of(choice: str | None) -> bool | None:
    """What a choice of `yes_or_no` says; None where nothing was chosen."""
    return {"yes": True, "no": False}.get(choice or "")


def yes_or_no() -> list[tuple[str, str]]:
    """The choices of a fact that may be missing."""
    return [
        ("", i18n.gettext("not on file")),
        ("yes", i18n.gettext("yes")),
        ("no", i18n.gettext("no")),
    ]


def members_of(kind: type[StrEnum], *, blank: str = "") -> Callable[[], list[tuple[str, str]]]:
    """The members of an enumeration as choices, after a `blank` one (a msgid) where there is one;
    named when the form is made, in the reader's language."""

    def choices() -> list[tuple[str, str]]:
        first = [("", i18n.gettext(blank))] if blank else []
        return [*first, *((member.value, _capitalised(i18n.label(member))) for member in kind)]

    return choices


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- answering ----------------------------------------------------------------------------------


def answer_form(
    form: Form,
    act: Callable[[], T],
    *,
    page: Callable[[], str],
    done: Callable[[T], ResponseReturnValue],
) -> ResponseReturnValue:
    """What a sent form is answered with: `done` when `act` has done it, else its `page` again, all
    that was typed still in it (422; 409 with both versions after a stale write)."""
    if not form.validate():
        return page(), 422
    try:
        answer = act()
    except StaleWriteError as error:
        form.show_conflict(error)
        return page(), 409
    except RuleViolationError as error:
        form.add_error(error, error.field)
        return page(), 422
    return done(answer)
