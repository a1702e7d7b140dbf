"""What the page that asks for a report sends."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import uuid4

from wtforms import DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from community.kernel import clock
from community.kernel.i18n import LOCALES, N_, current_locale, gettext
from community.reports.rules.kinds import ReportOrder
from community.web.forms import Form, required_day, said

# The plan's deadline: what officials ask about unless they say otherwise.
_DEADLINE = date(2025, 12, 31)
_LANGUAGES = {"zh": N_("In Chinese"), "en": N_("In English")}


class ReportForm(Form):
    """What is to be printed: about whom, for which day, as known when, in which language."""

    code = SelectField(said(N_("Report on")), [InputRequired()])
    as_of = DateField(
        said(N_("As of")),
        [InputRequired()],
        description=said(N_("The day on which memberships and charters are judged.")),
        default=lambda: min(_DEADLINE, clock.today()),
    )
    known_at = StringField(
        said(N_("As known at")),
        [Optional(), Length(max=40)],
        description=said(N_("What was reported or confirmed later is left out. Empty means now.")),
    )
    school_year = SelectField(
        said(N_("School year")),
        description=said(
            N_("Another school year than the one that belongs to the day makes a trial.")
        ),
    )
    locale = RadioField(said(N_("Language of the report")), [InputRequired()])
    form_key = HiddenField(default=lambda: uuid4().hex)

    def offer(self, subjects: Iterable[tuple[str, str]], years: Iterable[str]) -> None:
        """Set what can be chosen; before the form is validated."""
        self.code.choices = list(subjects)
        usual = [("", gettext("The year of that day"))]
        self.school_year.choices = usual + [(year, year) for year in years]
        self.locale.choices = [(locale, gettext(_LANGUAGES[locale])) for locale in LOCALES]
        if self.locale.data is None:
            self.locale.data = current_locale()

    def validate_known_at(self, field: StringField) -> None:
        """An instant, as the browser's own field or a person writes it."""
        try:
            clock.parse_instant((field.data or "").strip())
        except ValueError as error:
            message = gettext(N_("Write the instant like 2026-01-31 or 2026-01-31T00:00+08:00."))
            raise ValidationError(message) from error

    def order(self) -> ReportOrder:
        """The order, once the form has been validated."""
        typed = (self.known_at.data or "").strip()
        known_at: datetime = clock.parse_instant(typed) if typed else clock.now()
        return ReportOrder(
            code=self.code.data,
            as_of=required_day(self.as_of),
            known_at=known_at,
            school_year=self.school_year.data or None,
            locale=self.locale.data,
        )
