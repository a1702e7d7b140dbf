"""Forms about school districts."""

from collections.abc import Iterable
from uuid import uuid4

from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from community.kernel import clock
from community.kernel.i18n import N_, gettext
from community.registry.rules import DistrictDraft, DistrictEdit
from community.web.forms import Form, holds_from_field, required_day, said

_SCHOOLS = {"list": "schools", "autocomplete": "off"}


class _DistrictForm(Form):
    name = StringField(said(N_("Name of the school district")), [InputRequired(), Length(max=100)])
    centre_school = StringField(
        said(N_("Centre school")),
        [Length(max=120)],
        description=said(N_("Code or name of the school that leads the district.")),
        render_kw=_SCHOOLS,
    )
    note = TextAreaField(said(N_("Note")), [Length(max=500)])


class NewDistrictForm(_DistrictForm):
    """A district that is not on file yet; its county was chosen before."""

    founded_on = DateField(
        said(N_("There from")),
        [InputRequired()],
        default=clock.today,
        description=said(N_("The first day of the district and of its townships in it.")),
    )
    township_ids = SelectMultipleField(
        said(N_("Townships")),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    form_key = HiddenField()

    def offer_townships(self, townships: Iterable[tuple[int, str]]) -> None:
        """Offer the townships of the county."""
        self.township_ids.choices = [(str(key), name) for key, name in townships]

    def renew_key(self) -> None:
        """Give an empty form its key, by which a second sending is recognised."""
        self.form_key.data = self.form_key.data or str(uuid4())

    def draft(self, county_id: int) -> DistrictDraft:
        """The district as typed."""
        return DistrictDraft(
            county_id=county_id,
            name=self.name.data or "",
            founded_on=required_day(self.founded_on),
            centre_school=self.centre_school.data,
            township_ids=tuple(int(key) for key in self.township_ids.data or ()),
            note=(self.note.data or "").strip() or None,
        )


class DistrictForm(_DistrictForm):
    """A change of a district."""

    holds_from = holds_from_field()
    revision = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def draft(self) -> DistrictEdit:
        """The change as typed."""
        return DistrictEdit(
            self.name.data or "",
            self.centre_school.data,
            (self.note.data or "").strip() or None,
            required_day(self.holds_from),
        )


class MemberForm(Form):
    """A school that joins a district."""

    school = StringField(
        said(N_("School")),
        [InputRequired(), Length(max=120)],
        description=said(N_("Its school code or its name.")),
        render_kw=_SCHOOLS,
    )
    joined_on = DateField(said(N_("Belongs to it from")), [InputRequired()], default=clock.today)


class TownshipForm(Form):
    """A township that joins a district."""

    township_id = SelectField(said(N_("Township or subdistrict")), [InputRequired()])
    joined_on = DateField(said(N_("Belongs to it from")), [InputRequired()], default=clock.today)

    def offer_townships(self, townships: Iterable[tuple[int, str]]) -> None:
        """Offer the townships of the county."""
        blank = ("", gettext(N_("choose")))
        self.township_id.choices = [blank, *((str(key), name) for key, name in townships)]


class LeavingForm(Form):
    """The last day on which something belonged to a district."""

    left_on = DateField(
        said(N_("Until")),
        [InputRequired()],
        description=said(N_("On this day it still belongs to the district.")),
    )


class DissolutionForm(Form):
    """The end of a district."""

    dissolved_on = DateField(
        said(N_("Until")),
        [InputRequired()],
        description=said(N_("The last day of the district.")),
    )
    revision = IntegerField(widget=HiddenInput(), validators=[Optional()])
