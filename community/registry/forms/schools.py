"""Forms about one school."""

from collections.abc import Iterable
from uuid import uuid4

from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from community.kernel import clock
from community.kernel.facts import Values, values_of
from community.kernel.i18n import N_, gettext
from community.registry.rules import (
    ClosureDraft,
    DesignationKind,
    EditKind,
    NewSchoolDraft,
    Ownership,
    SchoolEdit,
    SchoolFactsDraft,
    SchoolNameDraft,
    SchoolNumbers,
    SchoolType,
    UrbanFlagDraft,
    UrbanRuralClass,
)
from community.web.forms import (
    Form,
    choice_of,
    holds_from_field,
    members_of,
    required_day,
    said,
    truth_of,
    yes_or_no,
)

NOT_ON_FILE = N_("not on file")
# Suggestions of schools, which the page offers under this id.
_SCHOOLS = {"list": "schools", "autocomplete": "off"}
_MOST = 1_000_000


def _revision() -> IntegerField:
    return IntegerField(widget=HiddenInput(), validators=[Optional()])


class _IdentityForm(Form):
    # Declared before the facts: the summary of faults follows this order, as the page does.
    name = StringField(
        said(N_("Full name")),
        [InputRequired(), Length(max=100)],
        description=said(N_("As on its seal.")),
    )
    short_name = StringField(said(N_("Short name")), [Length(max=60)])
    code = StringField(
        said(N_("School code")),
        [Length(max=10)],
        description=said(N_("Ten digits. Empty while none is issued, as for a teaching point.")),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class _FactsForm(Form):
    """The facts of a school, as they stand in every form that has them."""

    township_id = SelectField(said(N_("Township or subdistrict")))
    type = SelectField(
        said(N_("School type")),
        [InputRequired()],
        choices=members_of(SchoolType, blank=N_("choose")),
    )
    ownership = SelectField(said(N_("Run by")), choices=members_of(Ownership, blank=NOT_ON_FILE))
    urban_rural_class = SelectField(
        said(N_("Urban–rural class")),
        choices=members_of(UrbanRuralClass, blank=NOT_ON_FILE),
        description=said(
            N_("As in the statistics of the division code. It decides whether a lead is urban.")
        ),
    )
    is_boarding = SelectField(said(N_("Boarding school")), choices=yes_or_no)
    is_good = SelectField(said(N_("Good school")), choices=yes_or_no)
    head_name = StringField(said(N_("Head of the school")), [Length(max=60)])
    opened_on = DateField(said(N_("Opened on")), [Optional()])
    note = TextAreaField(said(N_("Note")), [Length(max=500)])

    def offer_townships(self, townships: Iterable[tuple[int, str]]) -> None:
        """Offer the townships of the school's county."""
        blank = ("", gettext(NOT_ON_FILE))
        self.township_id.choices = [blank, *((str(key), name) for key, name in townships)]

    def facts(self) -> SchoolFactsDraft:
        """The facts as typed."""
        return SchoolFactsDraft(
            township_id=int(self.township_id.data) if self.township_id.data else None,
            type=SchoolType(self.type.data),
            ownership=Ownership(self.ownership.data) if self.ownership.data else None,
            urban_rural_class=(
                UrbanRuralClass(self.urban_rural_class.data)
                if self.urban_rural_class.data
                else None
            ),
            is_boarding=truth_of(self.is_boarding.data),
            is_good=truth_of(self.is_good.data),
            head_name=_text(self.head_name),
            opened_on=self.opened_on.data,
            note=_text(self.note),
        )


def _text(field: StringField) -> str | None:
    return (field.data or "").strip() or None


def facts_as_typed(values: Values) -> dict[str, object]:
    """The facts of a school as its form holds them."""
    names = SchoolFactsDraft.__dataclass_fields__
    chosen = {"township_id", "type", "ownership", "urban_rural_class", "is_boarding", "is_good"}
    return {n: choice_of(values[n]) if n in chosen else values[n] for n in names}


class NewSchoolForm(_IdentityForm, _FactsForm):
    """A school that is not on file yet; its county was chosen before."""

    form_key = HiddenField()

    def renew_key(self) -> None:
        """Give an empty form its key, by which a second sending is recognised."""
        self.form_key.data = self.form_key.data or str(uuid4())

    def draft(self, county_id: int) -> NewSchoolDraft:
        """The school as typed."""
        return NewSchoolDraft(
            county_id=county_id,
            name=self.name.data or "",
            short_name=self.short_name.data,
            code=_text(self.code),
            facts=self.facts(),
        )


class SchoolFactsForm(_FactsForm):
    """A change or a correction of the facts of a school."""

    kind = RadioField(
        said(N_("Why is this entered?")),
        [InputRequired()],
        choices=members_of(EditKind),
        default=EditKind.CHANGE.value,
    )
    holds_from = DateField(
        said(N_("Holds from")),
        [Optional()],
        default=clock.today,
        description=said(
            N_(
                "The first day of a change. Counts as of an earlier day keep what was on file "
                "before. A correction holds as long as the wrong entry did."
            )
        ),
    )
    revision = _revision()

    def draft(self) -> SchoolEdit:
        """The edit as typed."""
        return SchoolEdit(self.facts(), EditKind(self.kind.data), self.holds_from.data)


class SchoolNameForm(Form):
    """How a school is called and numbered."""

    name = StringField(said(N_("Full name")), [InputRequired(), Length(max=100)])
    short_name = StringField(said(N_("Short name")), [Length(max=60)])
    code = StringField(
        said(N_("School code")),
        [Length(max=10)],
        description=said(N_("Ten digits. Empty while none is issued, as for a teaching point.")),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    revision = _revision()

    def draft(self) -> SchoolNameDraft:
        """The names as typed."""
        return SchoolNameDraft(self.name.data or "", self.short_name.data, _text(self.code))


class AliasForm(Form):
    """Another name of a school."""

    alias = StringField(
        said(N_("Another name")),
        [InputRequired(), Length(max=100)],
        description=said(N_("A former or usual name, as ledgers and people write it.")),
    )


class UrbanFlagForm(Form):
    """Whether the county counts a school as urban although its class does not say so."""

    is_flagged_urban = SelectField(
        said(N_("Counted as urban by the county")), [InputRequired()], choices=yes_or_no
    )
    reason = TextAreaField(
        said(N_("Reason")),
        [InputRequired(), Length(max=300)],
        description=said(N_("It is shown wherever the flag decides about a community.")),
    )
    holds_from = holds_from_field()
    revision = _revision()

    def draft(self) -> UrbanFlagDraft:
        """The flag as typed."""
        return UrbanFlagDraft(
            bool(truth_of(self.is_flagged_urban.data)),
            _text(self.reason),
            required_day(self.holds_from),
        )


class DesignationForm(Form):
    """A designation as one of the three pivot schools."""

    kind = SelectField(
        said(N_("Of the three pivot schools")),
        [InputRequired()],
        choices=members_of(DesignationKind, blank=N_("choose")),
    )
    designated_on = DateField(
        said(N_("Designated on")),
        [InputRequired()],
        default=clock.today,
        description=said(N_("The first day on which it holds.")),
    )


class EndForm(Form):
    """The last day of something."""

    ended_on = DateField(
        said(N_("Until")),
        [InputRequired()],
        description=said(N_("On this day it still holds. Counts as of earlier days keep it.")),
    )


class WithdrawalForm(Form):
    """Why an entry is taken back."""

    reason = TextAreaField(said(N_("Reason")), [InputRequired(), Length(max=500)])


class FiguresForm(Form):
    """The figures of one school year."""

    pupils_count = IntegerField(said(N_("Pupils")), [Optional(), NumberRange(min=0, max=_MOST)])
    teachers_count = IntegerField(
        said(N_("Full-time teachers")), [Optional(), NumberRange(min=0, max=_MOST)]
    )
    backbone_teachers_count = IntegerField(
        said(N_("Backbone teachers")), [Optional(), NumberRange(min=0, max=_MOST)]
    )
    eligible_teachers_count = IntegerField(
        said(N_("Teachers eligible for exchange")), [Optional(), NumberRange(min=0, max=_MOST)]
    )
    revision = _revision()

    def draft(self) -> SchoolNumbers:
        """The figures as typed; a blank is missing."""
        return SchoolNumbers(
            **{name: self[name].data for name in SchoolNumbers.__dataclass_fields__}
        )

    @classmethod
    def filled(cls, numbers: SchoolNumbers, revision: int) -> "FiguresForm":
        """The form with what is on file."""
        return cls(formdata=None, revision=revision, **values_of(numbers))


class ClosureForm(Form):
    """The end of a school."""

    kind = RadioField(
        said(N_("What happens to the school?")),
        [InputRequired()],
        choices=lambda: [
            ("closed", gettext(N_("It closes"))),
            ("merged", gettext(N_("It is merged into another school"))),
        ],
    )
    closed_on = DateField(
        said(N_("Last day open")),
        [InputRequired()],
        description=said(N_("The last day on which the school is open.")),
    )
    successor = StringField(
        said(N_("Successor")),
        [Length(max=120)],
        description=said(
            N_(
                "Code or name of the school that inherits open confirmations and loans, and "
                "answers for the history. A merger needs one."
            )
        ),
        render_kw=_SCHOOLS,
    )
    revision = _revision()

    def draft(self) -> ClosureDraft:
        """The closure as typed."""
        return ClosureDraft(
            required_day(self.closed_on), self.kind.data == "merged", _text(self.successor)
        )


class LegalSchoolForm(Form):
    """To which legal person a campus or teaching point belongs."""

    legal_school = StringField(
        said(N_("Legal school")),
        [Length(max=120)],
        description=said(
            N_("Code or name of the school it belongs to. Empty: it is a legal person itself.")
        ),
        render_kw=_SCHOOLS,
    )
    revision = _revision()


class ReopeningForm(Form):
    """That a closure was entered by mistake."""

    revision = _revision()
