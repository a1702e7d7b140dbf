"""Forms about school years and divisions."""

from collections.abc import Iterable

from wtforms import DateField, IntegerField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from community.kernel.i18n import N_
from community.registry.rules import SchoolYearDraft, Span
from community.web.forms import Form, required_day, said


class SchoolYearForm(Form):
    """The days of a school year and its two terms."""

    name = StringField(
        said(N_("School year")),
        [InputRequired(), Length(max=9)],
        description=said(N_("Like 2025-2026.")),
    )
    starts_on = DateField(said(N_("School year from")), [InputRequired()])
    ends_on = DateField(said(N_("School year until")), [InputRequired()])
    first_starts_on = DateField(said(N_("First term from")), [InputRequired()])
    first_ends_on = DateField(said(N_("First term until")), [InputRequired()])
    second_starts_on = DateField(said(N_("Second term from")), [InputRequired()])
    second_ends_on = DateField(said(N_("Second term until")), [InputRequired()])
    revision = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def draft(self) -> SchoolYearDraft:
        """The school year as typed."""
        return SchoolYearDraft(
            name=(self.name.data or "").strip(),
            year=self._span(""),
            terms=(self._span("first_"), self._span("second_")),
        )

    def _span(self, prefix: str) -> Span:
        return Span(
            required_day(self[f"{prefix}starts_on"]), required_day(self[f"{prefix}ends_on"])
        )


class CountyForm(Form):
    """A county's start day, and the townships in which its government sits."""

    live_on = DateField(
        said(N_("Start day of the county")),
        [Optional()],
        description=said(
            N_(
                "From this day on, entries are known from the moment they are made. Historical "
                "initialisation is for facts before it. Empty: not begun yet."
            )
        ),
    )
    seat_ids = SelectMultipleField(
        said(N_("Seat of the county")),
        description=said(
            N_("In these townships a school of class 121 counts as urban (criterion S1).")
        ),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    revision = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer_townships(self, townships: Iterable[tuple[int, str]]) -> None:
        """Offer the townships of the county."""
        self.seat_ids.choices = [(str(key), name) for key, name in townships]
