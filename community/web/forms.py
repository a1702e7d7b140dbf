"""The base of all forms: our messages, in the reader's language."""

from functools import cache
from typing import Any, cast

from flask_wtf import FlaskForm
from wtforms.i18n import get_translations

from community.kernel import i18n


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

    def add_error(self, message: object, field: str | None = None) -> None:
        """Show a violated rule beside its field, or above the form."""
        if field is not None and field in self:
            self[field].errors = [*self[field].errors, str(message)]
        else:
            self.form_errors.append(str(message))
